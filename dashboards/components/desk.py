"""The live list of the desk and its alarm: Streamlit components that keep ticks, focus and place between updates."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from msgspec import Struct

from dashboards.desk import telling
from dashboards.desk.view import URGENCIES, Row, urgency
from dashboards.lexicon import Lexicon
from dashboards.words import Words, severity_name
from mingjing.settings import Severities

_FOLDER = Path(__file__).parent
_list = st.components.v2.component(
    "mingjing_desk", js=(_FOLDER / "desk.js").read_text(encoding="utf-8"), isolate_styles=False
)
_bell = st.components.v2.component(
    "mingjing_alarm", js=(_FOLDER / "alarm.js").read_text(encoding="utf-8"), isolate_styles=False
)
KEYS = ("move", "open", "pick", "all", "write", "search", "clear", "help")
SHOWN = {
    "move": "j k ↓ ↑", "open": "Enter", "pick": "x", "all": "a", "write": "r", "search": "/", "clear": "Esc",
    "help": "?",
}  # fmt: skip


class Chosen(Struct, frozen=True):
    """What the reader has ticked, and the finding just opened (None: none)."""

    picked: tuple[str, ...]
    opened: str | None


def inbox(
    rows: Sequence[Row],
    lexicon: Lexicon,
    severities: Severities,
    now: datetime,
    *,
    view: str,
    title: str,
    round_: int,
    opened: Collection[str],
) -> Chosen:
    """Draws the list. `view` names what is shown: rows that join within one are fresh; a new `round_` clears ticks."""
    words = lexicon.words
    lines = [_line(row, lexicon, severities, now, opened) for row in rows]
    data = {
        "heads": {name: words(f"desk.{name}") for name in ("level", "what", "who", "state", "until")},
        "rows": lines,
        "groups": {one: words(f"urgency.{one}") for one in URGENCIES},
        "view": view,
        "title": title,
        "round": round_,
        "keys": {
            "title": words("desk.keys"),
            "close": words("desk.keys_close"),
            "lines": [[SHOWN[one], words(f"desk.key_{one}")] for one in KEYS],
        },
    }
    told = _list(
        key="desk", data=data, default={"picked": []}, on_open_change=lambda: None, on_picked_change=lambda: None
    )
    known = {row.finding_id for row in rows}
    picked = tuple(one for one in (told.picked or ()) if one in known)
    return Chosen(picked, told.open if told.open in known else None)


def alarm(red: Sequence[Row], words: Words) -> None:
    """The bell: asks for permission only when clicked; tells of findings that were not in `red` before."""
    data = {
        "red": [{"id": row.finding_id, "message": words.pick(row.message)} for row in red],
        "words": {one: words(f"desk.alarm_{one}") for one in ("on", "off", "silent", "one", "many")},
    }
    _bell(key="alarm", data=data, width="content")


def finding_address(finding_id: str, words: Words) -> str:
    """The page of one finding."""
    return "finding?" + urlencode({"id": finding_id, "lang": words.language})


def _line(
    row: Row, lexicon: Lexicon, severities: Severities, now: datetime, opened: Collection[str]
) -> dict[str, str | int | bool]:
    words = lexicon.words
    how = urgency(row, now, words.timezone)
    until, left = telling.until(row, how, now, words)
    post = " · ".join(filter(None, (lexicon.name("window", row.window), lexicon.name("officer", row.officer))))
    by_hand = row.acted_by and not row.acted_by.startswith(telling.SYSTEM)
    acted = f"{row.acted_by} · {words.minute(row.acted_at)}" if by_hand else ""
    handed = words("desk.handed_to", who=row.holder) if row.holder else ""
    return {
        "id": row.finding_id,
        "href": finding_address(row.finding_id, words),
        "severity": row.severity,
        "badge": severity_name(row.severity, words, severities),
        "message": words.pick(row.message) or row.rule,
        "lead": words("finding.lead") if row.lead else "",
        "rule": f"{row.rule} · {row.case_id or lexicon.subject(row.subject)}",
        "who": lexicon.name("department", row.department) or lexicon.subject(row.subject),
        "post": post,
        "state": telling.state(row.state, words),
        "held": " · ".join(filter(None, (handed, acted))),
        "until": until,
        "left": left,
        "urgency": how,
        "open": row.finding_id in opened,
    }
