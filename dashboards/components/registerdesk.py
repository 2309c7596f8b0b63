"""Handing in a register: every mistake with its row, or what would change; then a proposal to a second person."""

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from msgspec import Struct

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, table, tag
from dashboards.components.saving import offer
from dashboards.desk.acting import can_act, desk_store
from dashboards.exports import rows_csv
from dashboards.investigation.acting import record
from dashboards.registryfile import SUFFIXES, Examined, examine, here, loadable, written
from dashboards.words import Words, number
from mingjing.changes.office import Office
from mingjing.changes.parts import Files
from mingjing.errors import MingjingError
from mingjing.record.recorder import Taken
from mingjing.registers import Form
from mingjing.registers.files import LOGS
from mingjing.store import Store

SHOWN, LONGEST = 200, 500


class MistakeLine(Struct, frozen=True):
    """One mistake as a line of a file."""

    file: str
    line: int
    message: str


def panel(form: Form | None, words: Words) -> None:
    """The place for a file, what is wrong with it or would change, and the proposal."""
    st.html(tag("h2", words("registers.hand_in")) + tag("p", words("registers.hand_in_told"), class_="sub"))
    limit = service.current().file_limit_mb
    given = st.file_uploader(words("registers.file"), list(SUFFIXES), key="rg_file", max_upload_size=limit)
    add = st.checkbox(words("registers.add"), key="rg_add")
    if given is None:
        return
    settings = service.current()
    try:
        logs = here(str(Path(settings.registers_dir) / LOGS) if settings.registers_dir else None)
        found = examine(
            given.name, given.getvalue(), base(), logs, ZoneInfo(settings.timezone), service.now(),
            register=form.register if form else "", add=add,
        )  # fmt: skip
    except MingjingError as wrong:
        st.html(notice(str(wrong)))
        return
    if found.mistakes:
        mistakes(found, words)
        return
    st.html(changes(found, words))
    decide(found, words)


def base() -> Files:
    """The registers that are in force: as two persons approved, else as the settings' directory has them."""
    settings = service.current()
    if settings.two_persons and can_act():
        with desk_store() as store:
            return office(store).standing("registers").files
    return here(settings.registers_dir)


def office(store: Store) -> Office:
    """Where changes are proposed."""
    return Office(store, record(), service.current(), service.now, loadable)


def mistakes(found: Examined, words: Words) -> None:
    """Every mistake with its file and row."""
    rows = [
        tag("tr", tag("td", one.file), tag("td", one.line or "—", class_="number"), tag("td", one.message))
        for one in found.mistakes[:SHOWN]
    ]
    st.html(notice(words("registers.mistakes", n=number(len(found.mistakes)))))
    st.html(table([words(f"registers.mistake_{name}") for name in ("file", "line", "what")], rows, class_="mj-table"))
    if len(found.mistakes) > SHOWN:
        st.html(tag("p", words("registers.mistakes_more", n=number(len(found.mistakes) - SHOWN)), class_="sub"))
    lines = [MistakeLine(one.file, one.line, one.message) for one in found.mistakes]
    offer("registers:mistakes", lambda: lines, lambda several: rows_csv(MistakeLine, several, words), "mistakes.csv",
          key="rg_mistakes")  # fmt: skip


def changes(found: Examined, words: Words) -> Html:
    """What a file without mistakes would change."""
    rows = [
        tag(
            "tr",
            tag("td", one.form.name.zh if words.language == "zh" else one.form.name.en),
            tag("td", number(len(one.entries)), class_="number"),
            *(tag("td", number(count) if count else "–", class_="number") for count in one.difference),
            tag("td", number(len(one.news)) if one.form.log else "–", class_="number"),
            tag("td", tag("code", one.before or "—"), " → ", tag("code", one.version), class_="nowrap"),
        )
        for one in found.arrivals
    ]
    names = ("register", "rows", "added", "removed", "changed", "news", "version")
    heads = [words(f"registers.head_{name}") for name in names]
    gone = sum(one.difference.removed for one in found.arrivals)
    warned = notice(words("registers.removed", n=number(gone))) if gone else None
    return tag("section", tag("p", words("registers.right")), warned, table(heads, rows, class_="mj-table"))


def decide(found: Examined, words: Words) -> None:
    """The proposal, or why there is none to make here and what to do instead."""
    if not found.arrivals:
        st.html(empty(words("registers.no_rows"), words("registers.file_empty")))
    elif any(one.form.log for one in found.arrivals):
        st.html(notice(words("registers.log_by_command")))
    elif not found.changes:
        st.html(notice(words("registers.same")))
    elif not service.current().two_persons:
        st.html(notice(words("registers.by_command")))
    elif not can_act():
        st.html(notice(words("desk.cannot_act")))
    else:
        text = st.text_input(words("registers.why"), key="rg_why", max_chars=LONGEST)
        if st.button(words("registers.propose"), key="rg_propose", type="primary"):
            _propose(found, text, words)


def _propose(found: Examined, text: str, words: Words) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="mingjing-") as aside, desk_store() as store:
            written(Path(aside), found.files)
            made = office(store).propose(who.person(), "registers", text, Path(aside))
    except Taken:
        st.html(notice(words("changes.taken")))
    except MingjingError as wrong:
        st.html(notice(str(wrong)))
    else:
        st.success(words("registers.proposed", n=made.number))
