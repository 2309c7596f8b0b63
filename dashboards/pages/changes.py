"""变更: what is in force of rules, items, registers, calendars and the scheme, and what waits for a second person."""

from collections.abc import Callable

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, table, tag
from dashboards.desk.acting import can_act, desk_store
from dashboards.investigation.acting import record
from dashboards.words import Words
from mingjing.changes.fold import Broken, Proposal, Standing
from mingjing.changes.office import Office
from mingjing.changes.parts import SHOWN, difference, digest, summary
from mingjing.errors import MingjingError
from mingjing.record.recorder import Taken

LONGEST = 500


def page() -> None:
    """How every part stands, and what can be decided."""
    words = service.words()
    st.html(tag("h1", words("changes.title"), class_="mj-title") + tag("p", words("changes.told")))
    if not service.current().two_persons:
        st.html(notice(words("changes.off")))
    if not can_act():
        st.html(notice(words("desk.cannot_act")))
        return
    with desk_store() as store:
        # Whether files can be loaded was asked when they were proposed; here nobody proposes.
        office = Office(store, record(), service.current(), service.now, lambda part, files: None)
        try:
            standings = office.all()
        except Broken as wrong:
            st.html(notice(str(wrong)))
            return
        st.html(_in_force(standings, words))
        waiting = [(stands, one) for stands in standings for one in stands.pending]
        st.html(tag("h2", words("changes.waiting", n=len(waiting))))
        if not waiting:
            st.html(empty(words("changes.none"), words("changes.none_hint")))
        for stands, one in waiting:
            _proposal(office, stands, one, words)


def _in_force(standings: list[Standing], words: Words) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", words(f"changes.part_{stands.part}")),
            tag("td", words.moment(era.since) if era.since else words("changes.beginning"), class_="nowrap"),
            tag("td", "、".join(era.by)),
            tag("td", tag("code", digest(era.files)[:12])),
            tag("td", words("changes.now") if era is stands.eras[-1] else ""),
        )
        for stands in standings
        for era in reversed(stands.eras)
    ]
    if not rows:
        return empty(words("changes.nothing"), words("changes.nothing_hint"))
    heads = [words(f"changes.head_{name}") for name in ("part", "since", "by", "digest", "now")]
    return table(heads, rows, class_="mj-table")


def _proposal(office: Office, stands: Standing, one: Proposal, words: Words) -> None:
    key = f"{stands.part}_{one.number}"
    with st.container(border=True, key=f"change_{key}"):
        head = words("changes.proposal", part=words(f"changes.part_{stands.part}"), n=one.number)
        told = words("changes.by", by=one.by, at=words.moment(one.at), text=one.text or "—")
        counted = summary(stands.files, one.files)
        st.html(tag("h3", head) + tag("p", told) + tag("p", counted, " · ", tag("code", one.after[:12]), class_="sub"))
        lines = list(difference(stands.files, one.files))
        st.code("\n".join(lines[:SHOWN]), language="diff")
        if len(lines) > SHOWN:
            st.html(tag("p", words("changes.more", n=len(lines) - SHOWN), class_="sub"))
        me = who.person()
        second = who.may("approve_change") and me.account != one.by
        if not second:
            st.html(tag("p", words("changes.second"), class_="sub"))
        if not second and me.account != one.by:
            return
        text = st.text_input(words("changes.text"), key=f"text_{key}", max_chars=LONGEST)
        with st.container(horizontal=True):
            if second and st.button(words("changes.approve"), key=f"approve_{key}", type="primary"):
                _decide(lambda: office.approve(me, stands.part, one.number, text), words)
            if st.button(words("changes.reject"), key=f"reject_{key}"):
                _decide(lambda: office.reject(me, stands.part, one.number, text), words)


def _decide(act: Callable[[], object], words: Words) -> None:
    try:
        act()
    except Taken:
        st.html(notice(words("changes.taken")))
    except MingjingError as wrong:
        st.html(notice(str(wrong)))
    else:
        st.rerun()


page()
