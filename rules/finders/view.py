"""What finders of traces look at and what they give: a case up to an instant, and the signs seen in it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mingjing.instants import SECOND
from mingjing.types import Moment
from rules.case import Case
from rules.patterns import Slot


class Sight(NamedTuple):
    """One thing that a finder saw.

    `events`: where; none means the case as a whole. `far`: 0 at the threshold, towards 1 far beyond it. `value` and
    `expected`: what was measured and what is usual.
    """

    events: tuple[str, ...]
    far: float
    value: float | None = None
    expected: float | None = None

    def covers(self, other: "Sight") -> bool:
        """Whether this one, an innocent explanation, speaks of all that the other one is seen in."""
        return not self.events or (bool(other.events) and set(other.events) <= set(self.events))


class View:
    """A case up to an instant, that one included. What comes later is not seen."""

    def __init__(self, case: Case, upto: int) -> None:
        self.case, self.upto = case, upto
        self._seen: dict[Slot, Sequence[Moment]] = {}
        self._seconds: dict[Slot, dict[int, str]] = {}

    def hits(self, slot: Slot) -> Sequence[Moment]:
        """The moments that fill a slot, in order."""
        known = self._seen.get(slot)
        if known is None:
            known = self.case.hits.get(slot, ())
            if known and known[-1][0] > self.upto:
                known = [moment for moment in known if moment[0] <= self.upto]
            self._seen[slot] = known
        return known

    def seconds(self, slot: Slot) -> dict[int, str]:
        """The seconds in which moments fill a slot, in order, each with an event."""
        known = self._seconds.get(slot)
        if known is None:
            known = self._seconds[slot] = {instant // SECOND: event_id for instant, event_id, _ in self.hits(slot)}
        return known

    @property
    def moments(self) -> Sequence[Moment]:
        """All of the case's moments."""
        return [moment for moment in self.case.moments if moment[0] <= self.upto]


Finder = Callable[[View], Sequence[Sight] | None]
"""Looks at a case. None: it could not look, as a register or every event that it reads is lacking."""


def far(low: float, high: float) -> float:
    """0 where the two are equal, towards 1 as the higher one is many times the lower."""
    return 0.0 if high <= 0 else min(1.0, max(0.0, 1 - low / high))
