"""The simulator's own judgement of a case: everything that the shipped rules must find in it, and nothing else.

One module per matter, each with its time limits, what else it looks for, and which rules an irregularity, by the name
of its rate, is meant to set off. No line is shared with the rules' engine.
"""

from collections.abc import Iterator

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.draft import Case
from mingjing.simulate.judge import common, orders, parallel, permit
from mingjing.simulate.judge.clocks import Breach, Deadline, overdue

ARRANGED: dict[str, tuple[str, ...]] = {
    **common.ARRANGED,
    **permit.ARRANGED,
    **orders.ARRANGED,
    **parallel.ARRANGED,
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


_PERMIT = _by_start(*common.DEADLINES, *permit.DEADLINES, *parallel.DEADLINES)
_ORDER = _by_start(*orders.DEADLINES)


def judge(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """Everything the rules find in a case when time has passed up to `end`; later notes must be cut off before."""
    if case.item.matter == "permit":
        yield from overdue(case, _PERMIT, almanac, end)
        yield from common.findings(case, almanac)
        yield from permit.findings(case, almanac, end)
        if case.item.units:
            yield from parallel.findings(case)
    else:
        yield from overdue(case, _ORDER, almanac, end)
        yield from orders.findings(case)
