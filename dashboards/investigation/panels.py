"""Where an investigator acts: notes, what is kept in sealed files, transfer 移送, evidence packs."""

from collections.abc import Callable

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, table, tag
from dashboards.desk.acting import can_act, deadlines, desk, views
from dashboards.investigation import acting
from dashboards.investigation.reading import Life
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number, severity_name
from mingjing.errors import MingjingError, UsageError
from mingjing.evidence.gather import pack
from mingjing.handling.allowed import Refused, allowed
from mingjing.handling.desk import View
from mingjing.handling.fold import Broken
from mingjing.investigation import files
from mingjing.investigation.notes import LONGEST, Note, Place, write
from mingjing.investigation.notes import notes as folded
from mingjing.record.recorder import Taken
from mingjing.store.record import entries
from mingjing.texts import text as told


def notes(case_id: str, known: Life, lexicon: Lexicon) -> None:
    """Notes with their versions, a place for another one, and the sealed files that hold this case."""
    words = lexicon.words
    with service.store() as store:
        found = folded(entries(store, kinds=["note"], cases=[case_id]))
    title = tag("h2", words("notes.title", n=number(len(found))))
    st.html(tag("section", title, None if found else tag("p", words("notes.none")), class_="mj-section"))
    place = Place(
        case_id=case_id, region=known.head.region, department=known.head.department, window=known.head.window,
        officer=known.head.officer,
    )  # fmt: skip
    allowed = who.may("note") and acting.can_record()
    for note in found:
        _note(note, place, words, allowed=allowed)
    if not allowed:
        st.html(notice(words("notes.not_allowed")))
        return
    with st.form("note_new", clear_on_submit=True):
        text = st.text_area(words("notes.new"), key="note_text", max_chars=LONGEST)
        if st.form_submit_button(words("notes.keep")):
            said(lambda: write(acting.record(), who.person(), service.now(), place, text), words)
    _files(case_id, known, words)


def _note(note: Note, place: Place, words: Words, *, allowed: bool) -> None:
    last = note.last
    version = words("notes.version", n=last.number) if last.number > 1 else None
    head = tag("p", tag("b", last.by), " ", words.moment(last.at), " ", version, class_="sub")
    st.html(tag("article", head, tag("p", last.text or words("notes.erased"), class_="text"), class_="mj-note"))
    with st.container(key=f"note_{note.note_id}", horizontal=True):
        if len(note.versions) > 1:
            with st.popover(words("notes.earlier", n=len(note.versions) - 1)):
                for one in reversed(note.versions[:-1]):
                    who_when = f"{words('notes.version', n=one.number)} · {one.by} · {words.moment(one.at)}"
                    st.html(tag("p", who_when, class_="sub") + tag("p", one.text, class_="mj-note-old"))
        if allowed:
            with st.popover(words("notes.revise")), st.form(f"revise_{note.note_id}_{last.number}"):
                text = st.text_area(words("notes.new"), last.text, max_chars=LONGEST)
                if st.form_submit_button(words("notes.keep")):
                    said(lambda: write(acting.record(), who.person(), service.now(), place, text, note), words)


def _files(case_id: str, known: Life, words: Words) -> None:
    """The reader's own sealed files: which hold this case, and a way to put it into one."""
    own = files.listed(acting.record(), who.person())
    holding = [one for one in own if case_id in one.content.cases]
    others = {one.file_id: one for one in own if case_id not in one.content.cases and not one.content.closed}
    names = "、".join(one.content.title for one in holding) or words("notes.in_no_file")
    st.html(tag("section", tag("h2", words("notes.files")), tag("p", names), class_="mj-section"))
    st.page_link(
        st.session_state["pages"]["dossier"], label=words("notes.to_files"),
        query_params={"lang": words.language, "add": case_id},
    )  # fmt: skip
    if not others:
        return
    with st.form("into_file"):
        chosen = st.selectbox(words("notes.into"), list(others), format_func=lambda one: others[one].content.title)
        ids = [revisions[0].finding_id for revisions in known.findings]
        if st.form_submit_button(words("notes.put")):
            seen = others[chosen]
            content = acting.with_case(seen.content, case_id, ids)
            said(lambda: files.change(acting.record(), who.person(), service.now(), seen, content), words)


def acts(known: Life, lexicon: Lexicon) -> None:
    """What was done about the findings, and what this person may do: transfer them, pack the evidence."""
    words = lexicon.words
    if not known.findings:
        st.html(empty(words("case.findings_none"), words("acts.none_hint")))
        return
    ids = {revisions[0].finding_id: revisions[0] for revisions in known.findings}
    wanted = st.query_params.get("finding", "")
    chosen = st.selectbox(
        words("acts.finding"), list(ids), index=list(ids).index(wanted) if wanted in ids else 0, key="acts_finding",
        format_func=lambda one: (
            f"{severity_name(ids[one].severity, words, service.current().severity)} · {lexicon.rule(ids[one].rule)}"
            f" · {words.minute(ids[one].occurred_at)}"
        ),
    )  # fmt: skip
    if not can_act():
        st.html(notice(words("acts.cannot")))
        return
    try:
        view = views([chosen])[chosen]
    except (Broken, KeyError):
        st.html(notice(words("acts.broken")))
        return
    moves = {one.step for one in allowed(view.handling, view.finding, who.person(), deadlines(), service.now())}
    st.html(_history(view, words))
    left, right = st.columns(2)
    with left:
        _transfer(view, words, allowed="transfer" in moves)
    with right:
        _pack(chosen, words)


def _history(view: View, words: Words) -> Html:
    state = told(f"handling.state.{view.handling.state}", words.language)
    rows = [
        tag(
            "tr",
            tag("td", words.moment(done.at), class_="nowrap"),
            tag("td", told(f"handling.step.{done.act.step}", words.language)),
            tag("td", done.by),
            tag("td", done.act.text or "—"),
            tag("td", done.act.to or "—"),
        )
        for done in view.acts
    ]
    heads = [words(f"acts.head_{name}") for name in ("at", "step", "by", "text", "to")]
    drawn = table(heads, rows, class_="mj-table") if rows else tag("p", words("acts.nothing_yet"), class_="sub")
    return tag("section", tag("h2", words("acts.title", state=state)), drawn, class_="mj-section")


def _transfer(view: View, words: Words, *, allowed: bool) -> None:
    st.html(tag("h3", words("acts.transfer")))
    if not allowed:
        st.html(tag("p", words("acts.transfer_not"), class_="sub"))
        return
    with st.form("transfer"):
        to = st.text_input(words("acts.transfer_to"), max_chars=200, placeholder=words("acts.transfer_to_hint"))
        text = st.text_area(words("acts.transfer_why"), max_chars=4_000)
        if st.form_submit_button(words("acts.transfer_do")):

            def transfer() -> None:
                with desk() as one:
                    one.act(
                        who.person(), view.finding.finding_id, "transfer", seen=view.handling.number, text=text, to=to,
                        on=view.finding.revision,
                    )  # fmt: skip

            said(transfer, words)


def _pack(finding_id: str, words: Words) -> None:
    st.html(tag("h3", words("acts.pack")) + tag("p", words("acts.pack_hint"), class_="sub"))
    if not who.may("pack"):
        st.html(tag("p", words("acts.pack_not"), class_="sub"))
        return
    reason = st.text_input(words("acts.pack_why"), key="pack_why", max_chars=500)
    if st.button(words("acts.pack_do"), key="pack_do"):
        bar = st.progress(0.0)

        def progress(done: float) -> None:
            bar.progress(min(1.0, done))

        try:
            with service.store() as store:
                made = pack(
                    store, acting.record(), service.current(), who.person(), finding_id, service.now(), reason=reason,
                    told=progress,
                )  # fmt: skip
            st.session_state["packed"] = (finding_id, made.name, made.content)
        except MingjingError as wrong:
            st.html(notice(_reason(wrong, words)))
        bar.empty()
    held = st.session_state.get("packed")
    if held and held[0] == finding_id:
        st.download_button(
            words("acts.pack_get"), held[2], held[1], "application/zip", key="pack_get", on_click="ignore"
        )


def said(act: Callable[[], object], words: Words) -> None:
    """Does it and draws the page anew, or says in one line why it could not be done."""
    try:
        act()
    except (UsageError, Taken, Refused) as wrong:
        st.html(notice(_reason(wrong, words)))
        return
    st.toast(words("acts.done"))
    st.rerun()


def _reason(wrong: MingjingError, words: Words) -> str:
    if isinstance(wrong, Refused):
        return wrong.say(words.language)
    return words("acts.taken") if isinstance(wrong, Taken) else str(wrong)
