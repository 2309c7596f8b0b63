"""Clocks read by counting day by day and minute by minute, as one would by hand with a calendar beside one.

Written from the words of the time rules alone, for tests to hold `mingjing.clock` to. Slow on purpose.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from mingjing.clock import Rung
from mingjing.instants import MINUTE
from mingjing.zones import Zone

Counts = Callable[[int], bool | None]
"""Whether a day counts; None where the calendar does not know it."""


class Hold(NamedTuple):
    """A pause as events tell it: from an instant to another or for ever, at most `cap` units of it."""

    since: int
    until: int | None
    cap: int | None


class Grant(NamedTuple):
    """An extension as events tell it: the instant of its approval and its units."""

    approved: int
    units: int


class Story(NamedTuple):
    """What happened to one clock, as instants; `limit` is in its units."""

    started: int
    limit: int
    holds: Sequence[Hold]
    grants: Sequence[Grant]
    stopped: int | None
    as_of: int

    def comes(self, instant: int) -> bool:
        """Whether the clock still runs at an instant and time has passed up to it."""
        return instant <= self.as_of and (self.stopped is None or self.stopped >= instant)


class Read(NamedTuple):
    """The rungs reached, as (rung, instant, limit then), and the year that was lacking."""

    reached: set[tuple[int, int, int]]
    missing: int | None


class ByDay:
    """One clock in day precision. `counts` says which days count for the limit, `working` which are working days."""

    def __init__(self, story: Story, ladder: Sequence[Rung], zone: Zone, counts: Counts, working: Counts) -> None:
        self.story, self.ladder, self.zone, self.counts, self.working = story, ladder, zone, counts, working
        self.start = zone.day(story.started)
        self.out = self._taken_out()
        self.reached: dict[int, tuple[int, int]] = {}
        self.missing: int | None = None

    def read(self) -> Read:
        """Counts from the day after the start until all rungs or the limit are reached, the clock stops, or as-of."""
        day, counted = self.start + 1, 0
        while len(self.reached) < len(self.ladder) and self.story.comes(end := self.zone.midnight(day + 1)):
            if day not in self.out:
                known = self.counts(day)
                if known is None:
                    self.missing = date.fromordinal(day).year
                    break
                counted += known
                limit = self._limit(end)
                if known:
                    self._ask(counted, limit, end)
                if counted >= limit:
                    self._beyond(day, limit)
                    break
            day += 1
        return Read({(index, *when) for index, when in self.reached.items()}, self.missing)

    def _taken_out(self) -> set[int]:
        """The days that the pauses take out; where a cap would need an unknown day, those before it."""
        out: set[int] = set()
        last = self.zone.day(self.story.as_of) + 1
        for hold in self.story.holds:
            ends, left = last if hold.until is None else self.zone.day(hold.until), hold.cap
            for day in range(max(self.zone.day(hold.since), self.start) + 1, min(ends, last) + 1):
                known = self.counts(day)
                if left == 0 or (left is not None and known is None):
                    break
                out.add(day)
                left = left - 1 if left is not None and known else left
        return out

    def _limit(self, instant: int) -> int:
        """The limit as it stands at an instant: with each approval before it that came before the limit had passed."""
        limit = self.story.limit
        for grant in sorted(self.story.grants):
            day, counted = self.start + 1, 0
            while self.zone.midnight(day + 1) <= grant.approved:
                counted += day not in self.out and bool(self.counts(day))
                day += 1
            if grant.approved < instant and counted < limit:
                limit += grant.units
        return limit

    def _ask(self, counted: int, limit: int, end: int) -> None:
        """Which rungs up to the due one are reached at the 24:00 of a day."""
        for index, rung in enumerate(self.ladder):
            needs = {
                "percent": -(-rung.amount * limit // 10_000),
                "before": limit - rung.amount,
                "due": limit,
            }
            if rung.at in needs and index not in self.reached and counted >= needs[rung.at]:
                self.reached[index] = (end, limit)

    def _beyond(self, due: int, limit: int) -> None:
        """The rungs after the due date, pauses no longer heeded."""
        for index, rung in enumerate(self.ladder):
            if rung.at != "after":
                continue
            day, left = due, rung.amount
            known: bool | None = True
            while left and known is not None:
                day += 1
                known = True if rung.unit == "days" else self.working(day)
                left -= bool(known)
            if self.story.comes(end := self.zone.midnight(day + 1)):
                if known is None:
                    self.missing = date.fromordinal(day).year
                else:
                    self.reached[index] = (end, limit)


def by_minute(story: Story, ladder: Sequence[Rung], opened: Callable[[int], bool], minutes: int) -> Read:
    """Second precision in whole minutes: limit, caps and rungs are minutes; `opened` says if a minute counts.

    Late is strictly after the instant: a rung is reached if as-of and stop lie after it.
    """
    last = story.started + minutes * MINUTE
    out: set[int] = set()
    for hold in story.holds:
        left, minute = hold.cap, max(hold.since, story.started)
        while minute < last and (hold.until is None or minute < hold.until) and left != 0:
            out.add(minute)
            left = left - 1 if left is not None and opened(minute) else left
            minute += MINUTE
    reached: dict[int, tuple[int, int]] = {}
    counted, limit, pending = 0, story.limit, sorted(story.grants)
    for minute in range(story.started, last, MINUTE):
        while pending and pending[0].approved < minute:
            limit += pending.pop(0).units
        for index, rung in enumerate(ladder):
            need = rung.amount * limit / 10_000 if rung.at == "percent" else max(0, limit - rung.amount)
            if counted >= need:
                reached.setdefault(index, (minute, limit))
        if counted >= limit:
            break
        counted += opened(minute) and minute not in out
    end = story.as_of if story.stopped is None else min(story.as_of, story.stopped)
    return Read({(index, at, then) for index, (at, then) in reached.items() if at < end}, None)
