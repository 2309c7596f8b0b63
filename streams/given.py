"""What population rules are given besides events: catalogue, registers and calendar, as rows of the store's tables."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from mingjing.calendars import Calendar
from mingjing.instants import SECOND, at
from mingjing.quantities import SAME_DAY, quantity
from mingjing.registers import Registers, dated
from mingjing.registers.writing import text
from mingjing.store.gathering import FIRST_DAY, LAST_DAY, Agreed, Person, RegisterRow
from mingjing.store.rows import ItemRow
from rules import Engine
from rules.catalogue import ItemVersion
from rules.kinds.population import Population
from rules.periods import Period

BEFORE = timedelta(days=2)
"""How far before the first fact days are counted."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Given(Struct, frozen=True):
    """All of it; `fingerprint` changes when anything of it does."""

    items: list[ItemRow]
    agreed: list[Agreed]
    people: list[Person]
    entries: list[RegisterRow]
    calendar: Calendar
    fingerprint: str


def given(engine: Engine, calendar: Calendar) -> Given:
    """What the engine's catalogue and registers, and a calendar, hold."""
    items = [item_row(version) for version in engine.catalogue]
    agreed = [
        Agreed(
            one.name,
            one.lag / SECOND,
            one.batch,
            tuple((at(o.since), at(o.until), at(o.declared_at)) for o in one.outages),
        )
        for one in engine.registers.agreements
    ]
    people = [
        Person(
            entry.code,
            str(entry.fields.get("department", "")),
            str(entry.fields.get("window", "")),
            tuple(entry.fields.get("roles", ())),
            day(entry.first),
            day(entry.last),
        )
        for entry in engine.registers.entries("officers")
    ]
    entries = register_rows(engine.registers)
    known = _encode([items, agreed, entries, calendar.name, calendar.version])
    return Given(items, agreed, people, entries, calendar, hashlib.blake2b(known, digest_size=8).hexdigest())


def register_rows(registers: Registers) -> list[RegisterRow]:
    """Every row of every register, in order."""
    return [
        RegisterRow(name, entry.code, day(entry.first), day(entry.last), _texts(entry.fields))
        for name in sorted(dated())
        for entry in sorted(registers.entries(name), key=lambda one: (one.code, one.first))
    ]


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: text(value) for name, value in fields.items()}


def registered(engine: Engine, calendar: Calendar, *more: str) -> str:
    """A fingerprint of all that is given, and of what else counts."""
    known = _encode([given(engine, calendar).fingerprint, more])
    return hashlib.blake2b(known, digest_size=8).hexdigest()


def item_row(version: ItemVersion) -> ItemRow:
    """A version as a row; an item that names no family has its matter and case type for one."""
    fields = version.fields
    matter, case_type = str(fields.get("matter", "")), str(fields.get("case_type", ""))
    return ItemRow(
        item=version.item,
        version=version.version,
        valid_from=day(version.first),
        valid_to=day(version.last),
        name=str(fields.get("name", "")),
        matter=matter,
        case_type=case_type,
        department=str(fields.get("department", "")),
        family=str(fields.get("family") or f"{matter} {case_type}".strip()),
        committed_days=working_days(fields.get("committed_limit")),
        statutory_days=working_days(fields.get("statutory_limit")),
        status=str(fields.get("status", "active")),
        fields=_encode(fields).decode(),
    )


def working_days(limit: Any) -> float | None:
    """A limit in working days: 0 for the same office day, None for other units and for what cannot be read."""
    try:
        amount = quantity(str(limit))
    except ValueError:
        return None
    if amount.unit == SAME_DAY:
        return 0.0
    return amount.amount if amount.unit == "working_days" else None


def day(ordinal: int) -> date:
    """A day that the store can hold."""
    return date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


def working(calendar: Calendar, first: date, last: date) -> dict[date, bool]:
    """The days from one to another, both included, with whether each works; none does in a year not covered."""
    found = {}
    for n in range((last - first).days + 1):
        one = first + timedelta(days=n)
        found[one] = one.year in calendar.years and calendar.counts(one.toordinal())
    return found


def uncovered(calendar: Calendar, years: Iterable[int]) -> int | None:
    """The first of some years that the calendar lacks."""
    return min((year for year in years if year not in calendar.years), default=None)


def working_around(calendar: Calendar, begun: datetime, since: datetime, until: datetime) -> dict[date, bool]:
    """The days that cases of a period may count, from shortly before the first fact to its end."""
    return working(calendar, (min(begun, since) - BEFORE).date(), until.date() + timedelta(days=1))


def parameters(kind: Population, period: Period, timezone: str) -> dict[str, object]:
    """What a rule's query is given."""
    return {**kind.parameters, "since": at(period.since), "until": at(period.until), "zone": timezone}
