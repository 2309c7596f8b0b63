"""Unsealing 解封: a case's personal data shown to one person, for a reason that is recorded first."""

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import notice
from dashboards.investigation.acting import can_record, record
from dashboards.words import Words
from mingjing.errors import UsageError
from mingjing.record.recorder import Draft

SHORTEST, LONGEST = 5, 500
"""Characters that a reason must and may have."""


def unseal(case_id: str, reason: str) -> None:
    """Shows the personal data of a case to this person for the rest of the session; recorded before it happens.

    UsageError: the person may not, the case is not there or not within its scope, the reason says nothing, or nothing
    can be recorded here. StoreUnavailable: nothing was unsealed.
    """
    words, reason, me = service.words(), " ".join(reason.split()), who.person()
    if not who.may("unseal"):
        raise UsageError(words("unseal.not_yours"))
    if not SHORTEST <= len(reason) <= LONGEST:
        raise UsageError(words("unseal.reason_wanted", shortest=SHORTEST, longest=LONGEST))
    with service.store() as store:
        if not store.query("known", cases=[case_id]):
            raise UsageError(words("case.unknown", case=case_id))
        head = store.query("case_head", case_id=case_id)[0]
    draft = Draft(
        kind="view", subject=case_id, case_id=case_id, region=head["region"] or "", department=head["department"] or "",
        window=head["window"] or "", officer=head["officer"] or "", body={"what": "unsealed", "reason": reason},
    )  # fmt: skip
    record().append(me, service.now(), draft)
    st.session_state["unsealed"] = (me.account, service.seen_unmasked() | {case_id})


def panel(case_id: str, words: Words) -> None:
    """Whether the case's personal data are masked, and the form that unseals them for who may."""
    if case_id in service.seen_unmasked():
        st.html(notice(words("unseal.open")))
        return
    if not who.may("unseal") or not can_record():
        return
    with st.expander(words("unseal.title")), st.form("unseal", border=False):
        reason = st.text_input(words("unseal.reason"), max_chars=LONGEST, help=words("unseal.recorded"))
        if st.form_submit_button(words("unseal.do")):
            try:
                unseal(case_id, reason)
            except UsageError as wrong:
                st.html(notice(str(wrong)))
            else:
                st.rerun()
