"""The simulator's own judgement of a case: everything that the shipped rules must find in it, and nothing else.

One module per matter, each with its time limits, what else it looks for, and which rules an irregularity, by the name
of its rate, is meant to set off. No line is shared with the rules' engine.
"""

from collections.abc import Iterator

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.draft import Case
from mingjing.simulate.judge import common, orders, others, parallel, permit, presence, tender
from mingjing.simulate.judge.clocks import Breach, Deadline, overdue

ARRANGED: dict[str, tuple[str, ...]] = {
    flaw: rules
    for matter in (common, permit, orders, parallel, others, tender, presence)
    for flaw, rules in matter.ARRANGED.items()
}
"""Which rules an irregularity, by the name of its rate, is meant to set off."""

RULES = tuple(
    sorted({rule for rules in ARRANGED.values() for rule in rules} | {*permit.CONSEQUENCES, *parallel.CONSEQUENCES})
)


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
_ORDERS = _by_start(*common.DEADLINES, *orders.DEADLINES)


def judge(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """Everything the rules find in a case when time has passed up to `end`; later notes must be cut off before."""
    matter = case.item.matter
    if matter == "attendance":
        yield from presence.findings(case, almanac, end)
        return
    yield from overdue(case, _CLOCKS.get(matter, _ORDERS), almanac, end)
    if matter == "tender":
        yield from tender.findings(case, almanac)
        return
    yield from common.findings(case, almanac)
    if matter == "permit":
        yield from permit.findings(case, almanac, end)
        yield from others.heard(case, almanac)
        if case.item.units:
            yield from parallel.findings(case)
    elif matter == "penalty":
        yield from others.heard(case, almanac)
    elif matter == "agency":
        yield from others.paid(case)
    elif matter != "levy":
        yield from orders.findings(case)
