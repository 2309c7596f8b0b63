"""Which deadlines run in a handling, and until when: working days, counted by the clock that judges cases. Pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.calendars import Days, YearNotCovered
from mingjing.clock import DayMeasure, Pause, reach, union
from mingjing.handling.fold import ELSEWHERE, Handling
from mingjing.handling.machine import DUE, Doer
from mingjing.handling.policy import OWES, Policy
from mingjing.instants import at_once, micros
from mingjing.zones import Zone

UNITS_OWN = frozenset({"acknowledge", "explain", "reply", "lapse", "appeal"})
"""Deadlines that run from the card, and stand still while panel or second person has it."""
EXTENDED = frozenset({"explain", "reply"})


class Deadline(Struct, frozen=True, kw_only=True):
    """One deadline that runs: since when, how many working days, and the instant from which it is missed.

    `due_at` is None where the calendar lacks `missing_year`: then nothing is late, and that is said, not guessed.
    """

    key: str
    since: datetime
    days: int
    owes: frozenset[Doer]
    due_at: datetime | None = None
    missing_year: int | None = None

    def missed(self, now: datetime) -> bool:
        """Whether it is over by then: from 24:00 of its last day."""
        return self.due_at is not None and now >= self.due_at


class Deadlines:
    """Counts the deadlines of a policy, by one calendar and in one time zone."""

    def __init__(self, policy: Policy, days: Days, zone: Zone) -> None:
        self.policy = policy
        self._measure = DayMeasure(days, zone)

    def running(self, handling: Handling) -> list[Deadline]:
        """All that run now, that of the state first: the one that a list shows."""
        key = self.key(handling)
        found = [self.of(handling, key)] if key else []
        if handling.ended or handling.state in ELSEWHERE or handling.state == "pending":
            return found
        if handling.gravest > 1 and not handling.taken_up and handling.state != "supervised":
            found.append(self.of(handling, "take_up"))
        if handling.supervised_at is not None:
            found.append(self.of(handling, "finish"))
        elif handling.gravest == 1 and not handling.lead:
            found.append(self.of(handling, "lapse"))
        return found

    @staticmethod
    def key(handling: Handling) -> str:
        """The deadline of the state; "" where none runs. A notice needs no signature of the unit's."""
        key = DUE.get(handling.state, "")
        return "verify" if handling.state == "explained" and handling.gravest == 1 else key

    def first(self, handling: Handling) -> Deadline | None:
        """The deadline of the state; None where nobody owes anything."""
        key = self.key(handling)
        return self.of(handling, key) if key else None

    def of(self, handling: Handling, key: str) -> Deadline:
        """One deadline, whether or not it runs."""
        since = handling.since
        if key in UNITS_OWN or key == "take_up":
            since = handling.card_at or handling.since
        elif key == "finish":
            since = handling.supervised_at or handling.since
        days = self.policy.days[key] + (handling.extended if key in EXTENDED else 0)
        paused = handling.away if key in UNITS_OWN or key in ("take_up", "finish") else ()
        made = Deadline(key=key, since=since, days=days, owes=OWES[key])
        return self._dated(made, days, paused)

    def left(self, deadline: Deadline, days: int) -> datetime | None:
        """The instant at which so many working days are left of it; None also where it is no longer than that."""
        if deadline.due_at is None or deadline.days <= days:
            return None
        try:
            day = self._measure.position(micros(deadline.due_at) - 1)
            start = self._measure.position(micros(deadline.since))
            return at_once(self._measure.instant(self._measure.nth(start, self._measure.count(start, day) - days)))
        except YearNotCovered:
            return None

    def _dated(self, made: Deadline, days: int, paused: Sequence[tuple[datetime, datetime]]) -> Deadline:
        measure = self._measure
        start = measure.position(micros(made.since))
        pauses = [Pause(measure.position(micros(since)), measure.position(micros(until))) for since, until in paused]
        try:
            due = measure.instant(reach(measure, start, days, union(pauses, start, measure)))
        except YearNotCovered as gap:
            return Deadline(key=made.key, since=made.since, days=days, owes=made.owes, missing_year=gap.year)
        return Deadline(key=made.key, since=made.since, days=days, owes=made.owes, due_at=at_once(due))
