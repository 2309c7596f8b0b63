"""Rules written in a test, judged by the engine as if they stood in a book."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from mingjing.calendars import Calendars
from mingjing.codec import decode, encode
from mingjing.instants import micros, parse
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent, Finding
from mingjing.zones import zone
from rules.book import Book, load_book
from rules.catalogue import EMPTY, OneItem
from rules.engine import Engine, Judgement
from rules.reader import Surroundings

HEAD = 'id = "{id}"\nname = {{ zh = "规则", en = "Rule" }}\nbasis = "a test"\n'
CALENDARS = Calendars()
SHANGHAI = zone("Asia/Shanghai").info


@cache
def book(*texts: str, timezone: str = "Asia/Shanghai", calendar: str = "cn") -> Book:
    """The book of some rules; each text lacks id (R1, R2 … in order), name and basis."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts, 1):
            path = Path(folder, f"R{number}.toml")
            path.write_text(HEAD.format(id=path.stem) + text, encoding="utf-8")
        return load_book(Path(folder), Surroundings(CALENDARS, DEFAULT, timezone, calendar))


def engine(*texts: str, item: Mapping[str, Any] | None = None, **defaults: str) -> Engine:
    """The engine of some rules and of a catalogue in which every item is the given one (None: an empty catalogue)."""
    catalogue = EMPTY if item is None else OneItem(item)
    return Engine(book(*texts, **defaults), catalogue, defaults.get("timezone", "Asia/Shanghai"))


def at(text: str) -> int:
    """Microseconds of an instant; without an offset it is Shanghai's."""
    aware = text if text.endswith("Z") or "+" in text[10:] or "-" in text[10:] else f"{text}+08:00"
    return micros(parse(aware))


def event(kind: str, when: str, /, **fields: Any) -> CaseEvent:
    """An event of the case `c`; its id is its type, instant and step unless given. Unknown fields go to `data`."""
    known = {name: fields.pop(name) for name in CaseEvent.__struct_fields__ if name in fields}
    aware = when if when.endswith("Z") or "+" in when[10:] else f"{when}+08:00"
    data = {**known.pop("data", {}), **fields}
    name = f"{kind}@{when}" + (f"/{data['step']}" if "step" in data else "")
    base = {"event_id": name, "case_id": "c", "type": kind, "occurred_at": parse(aware), "item": "i"}
    return decode(encode(CaseEvent(**{**base, **known}, data=data)))


def judge(
    texts: str | Sequence[str], events: Sequence[CaseEvent], as_of: str, item: Mapping[str, Any] | None = None
) -> Judgement:
    """What one or several rules say of a case."""
    several = (texts,) if isinstance(texts, str) else texts
    return engine(*several, item=item).judge(events, at(as_of))


def one(judgement: Judgement) -> Finding:
    """The only finding; nothing may be left unjudged."""
    assert judgement.not_judged == []
    (finding,) = judgement.findings
    return finding


def said(judgement: Judgement) -> list[tuple[int, str, str]]:
    """The findings as (severity, local instant in Shanghai, status)."""
    return [
        (finding.severity, f"{finding.occurred_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}", finding.status)
        for finding in judgement.findings
    ]


def reasons(judgement: Judgement) -> list[tuple[str, str]]:
    """What was not judged, as (rule, reason)."""
    return [(note.rule, note.reason) for note in judgement.not_judged]
