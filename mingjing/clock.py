"""How a time limit 时限 is counted: pure arithmetic over days or instants.

A clock runs along *positions*. In day precision a position is a local day and the limit is a number of
days; in second precision a position is an instant and the limit an amount of microseconds. Everything else,
pauses 停表, extensions 延期, rungs of the ladder, is the same walk over positions, written once.

Source: 行政许可法 arts 42, 45, 82; docs/rulebook-format.md.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from mingjing.calendars import Days, YearNotCovered
from mingjing.instants import DAY, HOUR, MINUTE
from mingjing.zones import Zone

_Dated = TypeVar("_Dated", bound=tuple[Any, ...])
FOREVER = 1 << 62
"""A position later than any other: the end of a pause that has not ended."""

ELAPSED_UNITS = {"minutes": MINUTE, "hours": HOUR, "days": DAY}


class Measure(Protocol):
    """What a clock counts, and when a position is over."""

    least: int  # the smallest amount after which a rung can be asked for
    ends: Days | None  # the days on which a period may end, where not every position may

    def count(self, after: int, upto: int) -> int:
        """The amount between two positions; raises YearNotCovered."""

    def nth(self, after: int, amount: int) -> int:
        """The position at which that amount after a position is reached; raises YearNotCovered."""

    def position(self, instant: int) -> int:
        """The position on which an instant falls."""

    def instant(self, position: int) -> int:
        """The instant of the breach when the amount is reached at a position."""

    def judged(self, position: int) -> int:
        """The first instant at which the position can be judged: reached unless a stop came before it."""

    def before(self, gap: YearNotCovered) -> int:
        """The last position before the uncovered year."""

    def needed(self, gap: YearNotCovered) -> int:
        """The first instant at which the uncovered year matters."""


class DayMeasure:
    """Day precision: the day of the start does not count, a day is over at its 24:00."""

    least = 1

    def __init__(self, days: Days, zone: Zone, ends: Days | None = None) -> None:
        self.days, self.zone, self.ends = days, zone, ends
        self.count, self.nth = days.count, days.nth
        self.position = zone.day

    def instant(self, position: int) -> int:
        """The instant of the breach when the amount is reached there."""
        return self.zone.midnight(position + 1)

    judged = instant

    def before(self, gap: YearNotCovered) -> int:
        """The last position before the uncovered year."""
        return gap.first - 1

    def needed(self, gap: YearNotCovered) -> int:
        """The first instant at which the uncovered year matters."""
        return self.zone.midnight(gap.first + 1)


class TimeMeasure:
    """Second precision: late is strictly after the instant, so a position can be judged one microsecond later."""

    least = 0
    ends: Days | None = None

    def __init__(self, counter: "TimeCounter", zone: Zone) -> None:
        self.zone = zone
        self.count, self.nth = counter.count, counter.nth

    def position(self, instant: int) -> int:
        """The instant itself."""
        return instant

    def instant(self, position: int) -> int:
        """The instant of the breach when the amount is reached there."""
        return position

    def judged(self, position: int) -> int:
        """One microsecond on: late is strictly after."""
        return position + 1

    def before(self, gap: YearNotCovered) -> int:
        """The last position before the uncovered year."""
        return self.zone.midnight(gap.first)

    def needed(self, gap: YearNotCovered) -> int:
        """The first instant at which the uncovered year matters."""
        return self.zone.midnight(gap.first)


class TimeCounter(Protocol):
    """Counts time between instants: `Elapsed`, or `timetable.OfficeTime`."""

    def count(self, after: int, upto: int) -> int:
        """Microseconds that count between two instants."""

    def nth(self, after: int, amount: int) -> int:
        """The instant at which so many have been counted."""


class Elapsed:
    """Natural time: every microsecond counts."""

    def count(self, after: int, upto: int) -> int:
        """Microseconds between two instants."""
        return max(0, upto - after)

    def nth(self, after: int, amount: int) -> int:
        """The instant so many microseconds later."""
        return after + amount


class Rung(NamedTuple):
    """One rung of a ladder: when it is reached, and how grave it is.

    `at`: percent of the limit, `before` due by an amount of the clock's own unit, `due`, or `after` due by a
    number of `unit`s; where `percent` of the limit (in hundredths of a percent) is more than that, by so much.
    """

    at: Literal["percent", "before", "due", "after"]
    amount: int
    unit: str
    severity: int
    words: str
    percent: int = 0

    def need(self, limit: int) -> int:
        """The amount that reaches this rung, for a limit in the clock's measure; not for `after`."""
        if self.at == "percent":
            return -(-self.amount * limit // 10_000)  # amount is in hundredths of a percent; rounded up
        if self.at == "before":
            return limit - max(self.amount, self.percent * limit // 10_000)
        return limit


class Pause(NamedTuple):
    """A time that does not count, from one position to another; `cap` is the most that it may take out."""

    since: int
    until: int
    cap: int | None = None


class Extension(NamedTuple):
    """An amount added to the limit at the instant of its approval."""

    approved: int
    amount: int
    event_id: str


class Reached(NamedTuple):
    """A rung that was reached: its place on the ladder, the instant of the breach, where, and the limit then."""

    rung: int
    instant: int
    position: int
    limit: int


class Reading(NamedTuple):
    """What a clock says: the rungs reached, the year that it lacks, and when silence alone could change this."""

    reached: list[Reached]
    missing_year: int | None
    wake: int | None


def pair(opens: Sequence[_Dated], closes: Sequence[_Dated]) -> Iterator[tuple[_Dated, _Dated | None]]:
    """Each opening with the closing that ends it; both are tuples that begin with their instant.

    An opening while one is open says nothing new, and the first closing closes it. Events at one instant have no
    order: an opening and a closing together leave things as they were, a pause that was open going on from there as
    a new one.
    """
    at_instant: dict[int, tuple[list[_Dated], list[_Dated]]] = {}
    for moment in opens:
        at_instant.setdefault(moment[0], ([], []))[0].append(moment)
    for moment in closes:
        at_instant.setdefault(moment[0], ([], []))[1].append(moment)
    current: _Dated | None = None
    for instant in sorted(at_instant):
        opening, closing = at_instant[instant]
        if current is None:
            if opening and not closing:
                current = opening[0]
        elif closing:
            yield current, closing[0]
            current = opening[0] if opening else None
    if current is not None:
        yield current, None


def union(pauses: Sequence[Pause], start: int, measure: Measure) -> list[tuple[int, int]]:
    """The pauses as disjoint stretches of positions (after, upto], each cut at its cap, in order."""
    cut = []
    for since, until, cap in pauses:
        end = until
        if cap is not None:
            try:
                end = min(until, measure.nth(max(since, start), cap))
            except YearNotCovered as gap:  # up to there the pause holds; whoever counts on from there meets the gap
                end = min(until, measure.before(gap))
        if end > since:
            cut.append((since, end))
    cut.sort()
    merged: list[tuple[int, int]] = []
    for since, until in cut:
        if merged and since <= merged[-1][1]:
            if until > merged[-1][1]:
                merged[-1] = (merged[-1][0], until)
        else:
            merged.append((since, until))
    return merged


def reach(measure: Measure, start: int, amount: int, pauses: Sequence[tuple[int, int]]) -> int:
    """The position at which an amount after the start is counted, pauses left out; FOREVER if never."""
    position = start
    if pauses and amount > 0:
        for since, until in pauses:
            if until <= position:
                continue
            if since > position:
                try:
                    found = measure.nth(position, amount)
                except YearNotCovered as gap:
                    if measure.needed(gap) <= measure.instant(since):
                        raise
                else:
                    if found <= since:
                        return found
                amount -= measure.count(position, since)
            if until >= FOREVER:
                return FOREVER
            position = until
    return measure.nth(position, amount)


def spent(measure: Measure, start: int, upto: int, pauses: Sequence[tuple[int, int]]) -> int:
    """The amount counted between two positions, pauses left out; raises YearNotCovered."""
    total, position = 0, start
    for since, until in pauses:
        if until > position and since < upto:
            if since > position:
                total += measure.count(position, since)
            position = until
    return total + measure.count(position, upto) if position < upto else total


class After:
    """A rung beyond the due instant: 24:00 of the n-th day after the due date, or an amount of time after it.

    With `percent`, when so much of the limit has been counted once more, if that is later. Pauses are no longer heeded.
    """

    def __init__(self, index: int, rung: Rung, days: Days | None, time: TimeCounter, zone: Zone) -> None:
        self.index, self.amount, self.days, self.time, self.zone = index, rung.amount, days, time, zone
        self.percent = rung.percent

    def judged(self, due: int, measure: Measure, limit: int) -> tuple[int, int]:
        """The first instant at which it can be judged, and the instant of the breach; `due` is a position."""
        found = self._by_amount(due, measure)
        if self.percent:
            position = measure.nth(due, -(-self.percent * limit // 10_000))
            found = max(found, (measure.judged(position), measure.instant(position)))
        return found

    def _by_amount(self, due: int, measure: Measure) -> tuple[int, int]:
        if self.days is None:
            instant = self.time.nth(measure.instant(due), self.amount)
            return instant + 1, instant
        day = due if isinstance(measure, DayMeasure) else self.zone.day(due)
        instant = self.zone.midnight(self.days.nth(day, self.amount) + 1)
        return instant, instant


class _Scan:
    """Collects what one reading finds. `end` is the last instant that counts: as-of, or the stop before it."""

    __slots__ = ("end", "gap", "measure", "reached", "stopped", "wake")

    def __init__(self, measure: Measure, stopped: int | None, as_of: int) -> None:
        self.measure, self.stopped = measure, stopped
        self.end = as_of if stopped is None or stopped > as_of else stopped
        self.reached: list[Reached] = []
        self.wake = FOREVER
        self.gap: YearNotCovered | None = None

    def position(self, start: int, amount: int, pauses: Sequence[tuple[int, int]]) -> int:
        try:
            return reach(self.measure, start, amount, pauses)
        except YearNotCovered as gap:
            self.meet(gap)
            return FOREVER

    def due(self, start: int, limit: int, pauses: Sequence[tuple[int, int]]) -> int:
        """The position at which a limit is used up: where it may not end there, the next at which it may."""
        position, ends = self.position(start, limit, pauses), self.measure.ends
        if ends is None or position >= FOREVER:
            return position
        try:
            return ends.nth(position - 1, 1)
        except YearNotCovered as gap:
            self.meet(gap)
            return FOREVER

    def meet(self, gap: YearNotCovered) -> None:
        if self.gap is None or gap.first < self.gap.first:
            self.gap = gap

    def ask(self, judged: int, reached: Reached) -> None:
        if judged <= self.end:
            self.reached.append(reached)
        elif judged < self.wake and (self.stopped is None or judged <= self.stopped):
            self.wake = judged

    def reading(self) -> Reading:
        missing = None
        if self.gap is not None:
            needed = self.measure.needed(self.gap)
            if needed <= self.end:
                missing = self.gap.year
            elif needed < self.wake and (self.stopped is None or needed <= self.stopped):
                self.wake = needed
        return Reading(self.reached, missing, None if self.wake >= FOREVER else self.wake)


def read(
    measure: Measure,
    started: int,
    limit: int,
    ladder: Sequence[tuple[int, Rung]],
    after: Sequence[After],
    pauses: Sequence[tuple[int, int]],
    extensions: Sequence[Extension],
    stopped: int | None,
    as_of: int,
) -> Reading:
    """Reads a clock at an instant.

    `started`, `stopped`, `as_of` are instants; `limit` is in the measure's amount; `ladder` are the rungs up to the
    due one with their index, `after` those beyond it; `extensions` are in order of approval. A rung depends only on
    what occurred before it: an extension counts for the rungs after its approval, and one approved at or after the
    due instant adds nothing.
    """
    start = measure.position(started)
    scan = _Scan(measure, stopped, as_of)
    waiting = ladder
    for queued in (*extensions, None):
        due = scan.due(start, limit, pauses)
        # One that comes too late ends the list: they are in order.
        timely = queued is not None and (due >= FOREVER or queued.approved < measure.instant(due))
        change = queued.approved if queued is not None and timely else FOREVER
        later = []
        for index, rung in waiting:
            amount = rung.need(limit)
            at = due if amount == limit else scan.position(start, max(measure.least, amount), pauses)
            if at < FOREVER and (instant := measure.instant(at)) <= change:
                scan.ask(measure.judged(at), Reached(index, instant, at, limit))
            else:
                later.append((index, rung))
        if queued is None or not timely:
            break
        waiting = later
        limit += queued.amount
    if due < FOREVER:
        for rung_after in after:
            try:
                judged, instant = rung_after.judged(due, measure, limit)
            except YearNotCovered as gap:
                scan.meet(gap)
            else:
                scan.ask(judged, Reached(rung_after.index, instant, due, limit))
    if scan.gap is not None and len(scan.reached) == len(ladder) + len(after):
        scan.gap = None  # nothing is left to be known
    return scan.reading()
