"""Logs 台账 as case events: what each row says happened, and what changed since the log was read before. Pure.

A log is a file that an office goes on writing. Its events have ids made of the register, the row's key, the type and
what they say: the same row gives the same events however often it is read, and a row that says something else now gives
a correction of the event that it gave before. Rows may be added and put right; none may vanish.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mingjing.errors import Mistake
from mingjing.registers.checks import Places
from mingjing.registers.entries import Entry
from mingjing.registers.form import Form, Happening
from mingjing.types import CaseEvent

_encode = msgspec.json.Encoder(order="deterministic").encode
Told = Mapping[tuple[str, int], CaseEvent]
"""What a log tells: the event by the row's key and the place of the happening in the form."""


def told(form: Form, rows: Places, timezone: ZoneInfo) -> dict[tuple[str, int], CaseEvent]:
    """The events of a log's rows. Instants without an offset are in `timezone`."""
    found = {}
    for key, (placed, *_) in rows.items():
        for place, happening in enumerate(form.event):
            event = _event(form, key, placed.entry, happening, timezone)
            if event is not None:
                found[key, place] = event
    return found


def news(before: Told, now: Told) -> Iterator[CaseEvent]:
    """What is to be told now, in order of occurrence: new events, and corrections of those that changed."""
    fresh = []
    for place, event in now.items():
        earlier = before.get(place)
        if earlier is None:
            fresh.append(event)
        elif earlier.event_id != event.event_id:
            fresh.append(msgspec.structs.replace(event, corrects=earlier.event_id))
    yield from sorted(fresh, key=lambda event: (event.occurred_at, event.event_id))


def lost(form: Form, before: Places, now: Places, file: str) -> list[Mistake]:
    """The rows that an earlier version of the log had and this one lacks, and the instants that were taken away."""
    wrong = []
    for key, (placed, *_) in before.items():
        said = f"{', '.join(form.key)} {key}"
        if key not in now:
            message = f"{said}: stood in line {placed.where.line} of the version before; a log keeps all its rows"
            wrong.append(Mistake(file, 0, message))
            continue
        there = now[key][0]
        for happening in form.event:
            if happening.at in placed.entry.fields and happening.at not in there.entry.fields:
                message = (
                    f"{happening.at}: was {placed.entry.fields[happening.at]} before; it may be put right, not emptied"
                )
                wrong.append(there.wrong(message))
    return wrong


def _event(form: Form, key: str, entry: Entry, happening: Happening, timezone: ZoneInfo) -> CaseEvent | None:
    fields = entry.fields
    if happening.at not in fields:
        return None
    data = {name: _said(form, name, fields[name], timezone) for name in happening.data if name in fields}
    data |= dict(happening.given)
    borne = {name: str(fields[column]) for name, column in happening.envelope.items() if column in fields}
    occurred = _moment(fields[happening.at], timezone)
    case = Formatter().vformat(form.case, (), _Columns(fields))
    said = _encode([form.register, key, happening.type, case, occurred.isoformat(), data, borne])
    event = CaseEvent(
        event_id=f"{form.register}:{hashlib.blake2b(said, digest_size=10).hexdigest()}",
        case_id=case,
        type=happening.type,
        occurred_at=occurred,
        source=form.source,
        data=data,
    )
    return msgspec.structs.replace(event, **borne)


def _said(form: Form, name: str, value: Any, timezone: ZoneInfo) -> Any:
    """What a column says as a field of `data`: an instant with its offset, everything else as it is."""
    return _moment(value, timezone).isoformat() if form.columns[name].type == "instant" else value


def _moment(text: str, timezone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=timezone) if moment.tzinfo is None else moment


class _Columns(dict[str, Any]):
    """A row's columns for a pattern; what a row does not fill is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def columns_of(pattern: str) -> Sequence[str]:
    """The columns that a form's `case` pattern names."""
    return [name for _, name, _, _ in Formatter().parse(pattern) if name]
