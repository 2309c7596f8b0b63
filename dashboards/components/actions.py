"""What can be done about one finding or many at once: steps, words, attachments, and what came of it.

Nothing typed is lost: widgets keep their place between updates, and when somebody else acts meanwhile, that is said
first and the reader decides again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import notice
from dashboards.components.handling import public_text
from dashboards.components.markup import Html, join, tag
from dashboards.desk import acting, exposing, reading, telling
from dashboards.desk.templates import shipped
from dashboards.words import Words, severity_name
from mingjing import files
from mingjing.handling.allowed import LONGEST_TEXT, Refused, allowed
from mingjing.handling.desk import View
from mingjing.handling.machine import EXPOSING, MOVES, STEPS, Move, Step
from mingjing.record.recorder import Taken
from mingjing.settings import Severities

LISTED = 5  # findings that the preview names
_LAST: tuple[Step, ...] = ("comment", "remind", "hand_over", "instruct")
_SINGLE: frozenset[Step] = EXPOSING
"""Steps that are taken finding by finding, never in bulk."""
"""Steps beside the way; they come behind the others."""
ORDER = sorted(STEPS, key=lambda step: (step in _LAST, STEPS.index(step)))
WITH_FILES: frozenset[Step] = frozenset(STEPS) - {"hand_over", "remind", "acknowledge"} - EXPOSING


def panel(views: Sequence[View], key: str, words: Words, severities: Severities, only: Collection[Step] = ()) -> bool:
    """The steps that this person may take, and the form of the one chosen; whether something was done just now.

    `key` keeps several panels apart; `only`: the steps that are offered here, all by default.
    """
    if not acting.can_act():
        st.html(tag("p", words("desk.cannot_act"), class_="sub"))
        return False
    # What comes and goes has a place of its own: shifted, a field would lose what is typed and not yet sent.
    with st.container(key=f"{key}_came"):
        _told(views, key, words)
    can = _possible(views, only)
    with st.container(key=f"{key}_meanwhile"):
        seen = _seen(views, key, words)
    if not can:
        st.html(tag("p", words("desk.nothing_to_do"), class_="sub"))
        return False
    step = _step([one for one in ORDER if one in can], {one: len(can[one]) for one in can}, len(views), key, words)
    if step is None:
        return False
    able = [view for view in views if view.finding.finding_id in can[step]]
    with st.container(key=f"{key}_preview"):
        if len(views) > 1:
            st.html(_preview(views, able, step, service.now(), words))
    given, uploads = _form(able, step, next(iter(can[step].values())), key, words, severities)
    label = words("desk.do_many" if len(views) > 1 else "desk.do", step=telling.step(step, words), n=len(able))
    pressed = st.button(label, key=f"{key}_go", type="primary", disabled=seen is None)
    return pressed and seen is not None and _do(able, step, seen, given, uploads, key, words)


def _possible(views: Sequence[View], only: Collection[Step]) -> dict[Step, dict[str, Move]]:
    """By step: the findings on which this person may take it now, with the move that it is."""
    can: dict[Step, dict[str, Move]] = {}
    for view in views:
        for move in allowed(view.handling, view.finding, who.person(), acting.deadlines(), service.now()):
            if (not only or move.step in only) and (len(views) == 1 or move.step not in _SINGLE):
                can.setdefault(move.step, {})[view.finding.finding_id] = move
    return can


def _step(steps: Sequence[Step], many: Mapping[Step, int], of: int, key: str, words: Words) -> Step | None:
    field = f"{key}_step"
    if st.session_state.get(field) not in steps:
        st.session_state[field] = steps[0]

    def named(step: Step) -> str:
        told = telling.step(step, words)
        return told if of == 1 else f"{told} {many[step]}/{of}"

    return st.pills(
        words("desk.step"), steps, key=field, format_func=named, required=True, label_visibility="collapsed"
    )


def _seen(views: Sequence[View], key: str, words: Words) -> dict[str, int] | None:
    """The number of the last act that the reader knows of, by finding; None while there is news to take note of."""
    known: dict[str, int] = st.session_state.setdefault(f"{key}_seen", {})
    there = {view.finding.finding_id: view for view in views}
    for gone in set(known) - set(there):
        del known[gone]
    for one, view in there.items():
        known.setdefault(one, view.handling.number)
    news = [view for one, view in there.items() if view.handling.number != known[one]]
    if not news:
        return dict(known)
    st.html(notice(words("desk.meanwhile", n=len(news))))
    for view in news[:LISTED]:
        st.html(_news(view, known[view.finding.finding_id], words))
    if st.button(words("desk.meanwhile_seen"), key=f"{key}_noted"):
        known.update({one: view.handling.number for one, view in there.items()})
        st.rerun()
    return None


def _news(view: View, after: int, words: Words) -> Html:
    lines = [
        tag(
            "li",
            f"{words.minute(done.at)} {telling.account(done.by, words)}: {telling.step(done.act.step, words)}",
            tag("q", done.act.text) if done.act.text else None,
        )
        for done in view.acts
        if done.number > after
    ]
    return tag("div", tag("b", words.pick(view.finding.message)), tag("ul", lines), class_="mj-news")


def _preview(views: Sequence[View], able: Sequence[View], step: Step, now: datetime, words: Words) -> Html:
    """How many it will be done to, and which not, with the reason."""
    fine = {view.finding.finding_id for view in able}
    why: dict[str, list[View]] = {}
    for view in views:
        if view.finding.finding_id not in fine:
            refused = acting.why_not(view, step, who.person(), now) or Refused("role")
            why.setdefault(telling.refusal(refused, words), []).append(view)
    told = [
        tag(
            "li",
            tag("b", words("desk.cannot_n", n=len(those))),
            reason,
            tag("div", "；".join(words.pick(one.finding.message) for one in those[:LISTED]), class_="sub"),
        )
        for reason, those in why.items()
    ]
    head = tag("p", words("desk.can_n", n=len(able), all=len(views), step=telling.step(step, words)))
    return tag("div", head, tag("ul", told) if told else None, class_="mj-preview")


def _form(
    able: Sequence[View], step: Step, move: Move, key: str, words: Words, severities: Severities
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the step needs, as typed, and the attachments."""
    needs = {need for one in MOVES if one.step == step for need in one.needs} & set(move.needs)
    given: dict[str, Any] = {}
    if "severity" in needs:
        lower = range(1, max(2, min(view.handling.severity for view in able)))
        given["severity"] = st.radio(
            words("desk.new_severity"), lower, key=f"{key}_severity", horizontal=True,
            format_func=lambda n: severity_name(n, words, severities),
        )  # fmt: skip
    if "days" in needs:
        most = acting.deadlines().policy.extend_days
        given["days"] = int(st.number_input(words("desk.days", most=most), 1, max(1, most), key=f"{key}_days"))
    if "to" in needs:
        given["to"] = _to(able, step, key, words)
    if "public" in needs:
        given["public"] = exposing.proposal(able[0].finding, able[0].handling.severity)
        st.html(public_text(given["public"], words("desk.would_be_public")))
    if step == "publish" and (proposed := able[0].handling.exposed) and proposed.act.public:
        st.html(public_text(proposed.act.public, words("desk.would_be_public")))
    if step != "acknowledge":
        given["text"] = _text(step, "text" in needs, key, words)
    if step not in WITH_FILES or len(able) > 1 or not who.may("attach"):
        return given, {}
    limit = service.current().file_limit_mb
    uploaded = st.file_uploader(
        words("desk.files", limit=limit),
        accept_multiple_files=True,
        key=_of_round(f"{key}_files"),
        max_upload_size=limit,
    )
    return given, {one.name: one.getvalue() for one in uploaded}


def _to(able: Sequence[View], step: Step, key: str, words: Words) -> str:
    if step != "hand_over":
        return st.text_input(words("desk.transfer_to"), key=_of_round(f"{key}_to"), max_chars=200)
    there = acting.accounts([view.finding for view in able])
    named = {one: name for one, name in there.items() if one != who.person().account}
    if not named:
        return st.text_input(words("desk.hand_over_to"), key=_of_round(f"{key}_to"), max_chars=40)
    chosen = st.selectbox(
        words("desk.hand_over_to"), sorted(named), index=None, key=_of_round(f"{key}_to"),
        format_func=lambda one: named[one] if named[one] == one else f"{named[one]} ({one})",
        placeholder=words("desk.hand_over_hint"),
    )  # fmt: skip
    return chosen or ""


def _text(step: Step, needed: bool, key: str, words: Words) -> str:
    field = _of_round(f"{key}_text")
    texts = [*shipped(step, words), *_own()]

    def take() -> None:
        chosen = st.session_state.get(f"{key}_template")
        if chosen:
            typed = st.session_state.get(field, "")
            st.session_state[field] = f"{typed.rstrip()}\n{chosen}" if typed.strip() else chosen
            st.session_state[f"{key}_template"] = None

    if texts:
        st.selectbox(
            words("desk.template"), texts, index=None, key=f"{key}_template", on_change=take,
            placeholder=words("desk.template_hint"), label_visibility="collapsed",
        )  # fmt: skip
    with st.container(key="act" if key == "desk" else f"act_{key}"):
        typed = st.text_area(
            words("desk.text_needed" if needed else "desk.text"), key=field, max_chars=LONGEST_TEXT, height=130
        )
    return typed or ""


def _own() -> list[str]:
    """The reader's own templates, read once a session; anew after they were changed."""
    if not st.session_state.get("desk_templates"):
        st.session_state["desk_templates"] = acting.own_templates()
    own: list[str] = st.session_state["desk_templates"][1]
    return own


def _do(
    able: Sequence[View], step: Step, seen: dict[str, int], given: dict[str, Any], uploads: dict[str, bytes], key: str,
    words: Words,
) -> bool:  # fmt: skip
    """Does it; what is refused is said and keeps what was typed."""
    if len(able) > 1:
        return _do_many(able, step, seen, given, key, words)
    view = able[0]
    try:
        made = acting.act(view, step, seen[view.finding.finding_id], uploads, given)
    except (Refused, Taken, files.Refused) as why:
        _tell(able, key, [], [telling.refusal(why, words)])
        st.rerun()
    _done(key, {view.finding.finding_id: made.handling.number})
    _tell(able, key, [words("desk.done", step=telling.step(step, words))], [])
    return True


def _do_many(
    able: Sequence[View], step: Step, seen: dict[str, int], given: dict[str, Any], key: str, words: Words
) -> bool:
    results = acting.act_many({view.finding.finding_id: seen[view.finding.finding_id] for view in able}, step, given)
    refused = [one for one in results if one.refused is not None]
    done = {one.finding_id: one.view.handling.number for one in results if one.view is not None}
    named = {view.finding.finding_id: words.pick(view.finding.message) for view in able}
    wrong = [f"{named[one.finding_id]}: {telling.refusal(one.refused, words)}" for one in refused if one.refused]
    fine = [words("desk.done_many", step=telling.step(step, words), n=len(done))] if done else []
    _tell(able, key, fine, wrong)
    if not done:
        st.rerun()
    _done(key, done)
    return True


def _done(key: str, numbers: Mapping[str, int]) -> None:
    """Empties the form, and knows of what was just done."""
    reading.changed()
    st.session_state[f"{key}_seen"] = {**st.session_state.get(f"{key}_seen", {}), **numbers}
    st.session_state["desk_round"] = st.session_state.get("desk_round", 0) + 1


def _of_round(field: str) -> str:
    """A widget that is empty again after something was done."""
    return f"{field}_{st.session_state.get('desk_round', 0)}"


def _tell(views: Sequence[View], key: str, fine: Sequence[str], wrong: Sequence[str]) -> None:
    st.session_state[f"{key}_told"] = ([view.finding.finding_id for view in views], fine, wrong)
    for one in fine:
        st.toast(one)


def _told(views: Sequence[View], key: str, words: Words) -> None:
    """What came of the last act, as long as the same findings are chosen."""
    about, fine, wrong = st.session_state.get(f"{key}_told", ([], [], []))
    if about != [view.finding.finding_id for view in views]:
        return
    if fine:
        st.html(join(*(tag("p", one, class_="mj-done", role="status") for one in fine)))
    if wrong:
        head = notice(words("desk.not_done", n=len(wrong))) if len(wrong) > 1 else None
        st.html(join(head, *(notice(one) for one in wrong[: LISTED * 2])))
