"""The simulator's own judgement of a case: everything that the shipped rules must find in it, and nothing else.

One module per matter, each with its time limits, what else it looks for, and which rules an irregularity, by the name
of its rate, is meant to set off. No line is shared with the rules' engine.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.draft import Case
from mingjing.simulate.judge import (
    chain,
    common,
    conduct,
    draws,
    extensions,
    fees,
    lanes,
    licence,
    orders,
    others,
    parallel,
    permit,
    places,
    presence,
    records,
    services,
    tender,
)
from mingjing.simulate.judge.clocks import Breach, Deadline, overdue
from mingjing.simulate.tricks import UNCHANGED, Terms

ARRANGED: dict[str, tuple[str, ...]] = {
    flaw: rules
    for matter in (
        common,
        permit,
        extensions,
        conduct,
        draws,
        fees,
        lanes,
        licence,
        orders,
        parallel,
        others,
        tender,
        chain,
        presence,
        records,
        services,
        places,
    )
    for flaw, rules in matter.ARRANGED.items()
}
"""Which rules an irregularity, by the name of its rate, is meant to set off."""

RULES = tuple(
    sorted(
        {rule for rules in ARRANGED.values() for rule in rules}
        | {*permit.CONSEQUENCES, *parallel.CONSEQUENCES, *records.CONSEQUENCES}
    )
)

UNANSWERED = ("I2-R", "N63", "H1", "H2", "H3", "H4", "H5", "H6", "H7", "H7-P", "X1", "X2", "X3")
"""Rules that a city's cases cannot show: they need the time of arrival, the worker that notices a source's silence, or
what people did about findings and saw at inspections."""


def _by_start(*rules: Deadline) -> dict[str, list[Deadline]]:
    starts: dict[str, list[Deadline]] = {}
    for rule in rules:
        for start in rule.start:
            starts.setdefault(start, []).append(rule)
    return starts


_CLOCKS = {
    "permit": _by_start(*common.DEADLINES, *permit.DEADLINES, *parallel.DEADLINES),
    "penalty": _by_start(*common.DEADLINES, *others.PENALTIES),
    "levy": _by_start(*others.LEVIES),
    "agency": _by_start(*others.AGENCIES),
    "tender": _by_start(*tender.DEADLINES),
}
_LOGS = _by_start(*services.DEADLINES)
_ORDERS = _by_start(*common.DEADLINES, *orders.DEADLINES)


def judge(case: Case, almanac: Almanac, end: int, terms: Terms = UNCHANGED) -> Iterator[Breach]:
    """Everything the rules find in a case when time has passed up to `end`; later notes must be cut off before.

    `terms` has the sources' outages and batches.
    """
    if all(note.corrects is None for note in case.notes):
        yield from _judge(case, almanac, end, terms)
        return
    replaced = {id(note.corrects) for note in case.notes}
    places = [place for place, note in enumerate(case.notes) if id(note) not in replaced]
    valid = replace(case, notes=[case.notes[place] for place in places])
    for breach in (*_judge(valid, almanac, end, terms), *records.changed(valid)):
        yield breach._replace(note=places[breach.note])


def _judge(case: Case, almanac: Almanac, end: int, terms: Terms) -> Iterator[Breach]:
    matter = case.item.matter
    if matter == services.MATTER:
        yield from overdue(case, _LOGS, almanac, end)
        yield from services.findings(case, end)
        return
    if matter == "attendance":
        yield from presence.findings(case, almanac, end)
        yield from records.calendars(case)
        return
    if case.notes and case.notes[0].type == "guide_published":
        yield from records.guides(case)
        return
    yield from overdue(case, _CLOCKS.get(matter, _ORDERS), almanac, end)
    if matter == "tender":
        yield from tender.findings(case, almanac)
        yield from chain.findings(case)
        return
    yield from common.findings(case, almanac, terms)
    yield from records.findings(case, almanac)
    if matter == "permit":
        yield from _permit(case, almanac, end, terms)
    elif matter == "penalty":
        yield from others.heard(case, almanac)
        yield from others.uninformed(case)
        yield from others.measured(case)
    elif matter == "agency":
        yield from others.paid(case)
        yield from others.contracted(case)
    elif matter != "levy":
        yield from orders.findings(case)
        yield from services.live(case, end)


def _permit(case: Case, almanac: Almanac, end: int, terms: Terms) -> Iterator[Breach]:
    yield from permit.findings(case, almanac, end)
    yield from conduct.findings(case)
    types = {note.type for note in case.notes}
    if not types.isdisjoint(extensions.ABOUT):
        yield from extensions.findings(case, almanac, end, terms)
    if not types.isdisjoint(fees.ABOUT):
        yield from fees.findings(case)
    yield from others.heard(case, almanac)
    yield from lanes.findings(case)
    yield from licence.findings(case)
    yield from places.findings(case)
    if case.item.units:
        yield from parallel.findings(case)
