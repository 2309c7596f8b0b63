"""Logs 台账 as case events: what each row says happened, and what changed since the log was read before. Pure.

A log is a file that an office goes on writing. Its events have ids made of the register, the row's key, the type and
what they say: the same row gives the same events however often it is read. A row that says something else now gives a
correction of the event that it gave before, whose id is made of that event's, too: so what is put right twice, be it
back to what it was, is told each time. Rows may be added and put right; none may vanish.
"""

import hashlib
from collections.abc import Mapping, Sequence
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


def following(before: Told, now: Told) -> dict[tuple[str, int], CaseEvent]:
    """What a log tells now, as what follows what it told before: the same event where it says the same, else another
    one, which corrects the earlier."""
    return {place: _after(before.get(place), event) for place, event in now.items()}


def news(before: Told, now: Told) -> list[CaseEvent]:
    """What is to be told now, in order of occurrence: what follows (`following`) and was not told yet.

    Where a row belongs to another case now, `row_moved` takes its event out of the case in which it was.
    """
    fresh = []
    for place, event in now.items():
        earlier = before.get(place)
        if earlier is None or earlier.event_id != event.event_id:
            fresh.append(event)
        if earlier is not None and earlier.case_id != event.case_id:
            fresh.append(_moved(earlier, event.case_id))
    return sorted(fresh, key=lambda event: (event.occurred_at, event.event_id))


def _after(earlier: CaseEvent | None, event: CaseEvent) -> CaseEvent:
    if earlier is None:
        return event
    if msgspec.structs.replace(earlier, event_id=event.event_id, corrects=None) == event:
        return earlier
    corrects = earlier.event_id if earlier.case_id == event.case_id else None
    name = _name(event.event_id.partition(":")[0], [event.event_id, earlier.event_id])
    return msgspec.structs.replace(event, event_id=name, corrects=corrects)


def _moved(earlier: CaseEvent, to: str) -> CaseEvent:
    name = _name(earlier.event_id.partition(":")[0], ["moved", earlier.event_id])
    return msgspec.structs.replace(earlier, event_id=name, type="row_moved", corrects=earlier.event_id, data={"to": to})


def _name(register: str, said: Sequence[Any]) -> str:
    return f"{register}:{hashlib.blake2b(_encode(said), digest_size=10).hexdigest()}"


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
    said = [form.register, key, happening.type, case, occurred.isoformat(), data, borne]
    event = CaseEvent(
        event_id=_name(form.register, said),
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
