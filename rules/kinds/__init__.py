"""The kinds of rule: each finds one shape of breach, in one small pure module.

A kind is a class that is made from a rule file's parameters and asked for the breaches of a case.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from rules.case import Breach, Case
from rules.kinds.attendance import Attendance
from rules.kinds.belated import Belated
from rules.kinds.condition import Condition
from rules.kinds.deadline import Deadline
from rules.kinds.interval import Interval
from rules.kinds.lag import Lag
from rules.kinds.population import Population
from rules.kinds.precedence import Precedence
from rules.kinds.repetition import Repetition
from rules.kinds.required import Required
from rules.kinds.separation import Separation
from rules.kinds.trace import Trace
from rules.patterns import Slot
from rules.reader import RuleReader


class Kind(Protocol):
    """What the engine asks of a kind."""

    triggers: tuple[Slot, ...]
    """The slots without a hit in which the kind has nothing to say of a case."""

    def judge(self, case: Case) -> Collection[Breach]:
        """The breaches of a case that has hits in every trigger. Pure; notes what it cannot judge on the case."""


KINDS: dict[str, Callable[[RuleReader], Kind]] = {
    "attendance": Attendance,
    "belated": Belated,
    "condition": Condition,
    "deadline": Deadline,
    "interval": Interval,
    "lag": Lag,
    "population": Population,
    "precedence": Precedence,
    "repetition": Repetition,
    "required": Required,
    "separation": Separation,
    "trace": Trace,
}
