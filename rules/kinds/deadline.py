"""`deadline` 时限: a start without its stop within a limit, with pauses, extensions and a ladder.

One clock per case, or with `key` one per value of a field; with `each` every start opens one. An event that lacks the
key's field stops, pauses or extends every clock of the case; a start that lacks it opens none.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from mingjing.calendars import YearNotCovered
from mingjing.clock import FOREVER, DayMeasure, Reached, Reading, Rung, TimeMeasure, reach, read
from mingjing.instants import at
from mingjing.ledger import day_lines, extension_lines, time_lines
from mingjing.types import CaseEvent, Clock, LedgerLine, Moment
from rules.case import Breach, Case
from rules.kinds.adjustments import UNMOVED, Adjusted, Adjustments
from rules.kinds.record import record
from rules.kinds.said import said
from rules.kinds.timing import KEPT, Bound, Limit, Soonest, Tapes, carried, fit, limit, tapes
from rules.limits import CannotJudge
from rules.measures import Measured, Said
from rules.patterns import Slot
from rules.reader import EVERY_DAY, RuleReader


class Started(NamedTuple):
    """A clock that was started: its key, the instant from which it counts, its event and that one's instant."""

    key: Any
    at: int
    event: CaseEvent
    opened: int


Clocked = tuple[Any, Sequence[Moment]]
"""The key of a clock, and the starts that may open it."""


class Deadline:
    """The kind `deadline`; see docs/rulebook-format.md for its parameters."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._start = reader.slot("start")
        self._stop = reader.slot("stop")
        self._tapes: Tapes = tapes(reader, roll=reader.flag("roll"))
        self._limit: Limit | None = limit(reader, self._tapes)
        self._rungs: list[Rung] = reader.ladder()
        self._upto = [(i, r) for i, r in enumerate(self._rungs) if r.at != "after"]
        self._after = [self._tapes.after(i, r) for i, r in enumerate(self._rungs) if r.at == "after"]
        self._soonest = Soonest(self._rungs, self._tapes)
        self._odd = any(r.at == "before" for _, r in self._upto)
        self._key = reader.path("key")
        self._each = reader.flag("each")
        self._since = reader.path("since")
        self._record = record(reader)
        self._adjustments = Adjustments(reader)
        self._said: dict[tuple[int, int, int, str], Said] = {}  # in day precision and unmoved it depends on days alone
        self.triggers: tuple[Slot, ...] = () if self._start is None else (self._start,)

    def judge(self, case: Case) -> Collection[Breach]:
        """One breach per clock that reached a rung; asks to be woken when silence reaches the next one."""
        assert self._start is not None
        if self._key is None and not self._each:
            breach = self._open(case, None, case.hits[self._start])
            return () if breach is None else (breach,)
        return [breach for key, starts in self._clocks(case) if (breach := self._open(case, key, starts)) is not None]

    def measure(self, case: Case) -> Iterator[Measured]:
        """What each clock of a case says of its limit, whatever as-of is: the same bounds, pauses, extensions, reading.

        A running clock says no more than that it runs, or that it cannot be judged: its findings say the rest.
        """
        for key, starts in self._clocks(case):
            measured = self._measured(case, key, starts)
            if measured is not None:
                yield measured

    def _clocks(self, case: Case) -> Iterable[Clocked]:
        """The clocks of a case."""
        assert self._start is not None
        clocks = self._by_key(case.hits[self._start])
        if not self._each:
            return clocks
        return [(key, [start]) for key, several in clocks for start in self._apart(case, key, several)]

    def _by_key(self, starts: Sequence[Moment]) -> Collection[Clocked]:
        """The starts of each value of the key; one that lacks it opens nothing."""
        if self._key is None:
            return [(None, starts)]
        by_key: dict[str, tuple[Any, list[Moment]]] = {}
        for start in starts:
            key = self._key(start[2])
            if key is not None:
                by_key.setdefault(str(key), (key, []))[1].append(start)
        return by_key.values()

    def _apart(self, case: Case, key: Any, starts: Iterable[Moment]) -> Iterator[Moment]:
        """The starts that came while no clock was running; one while it runs says nothing new."""
        until = -FOREVER
        for start in starts:
            if start[0] >= until:
                stop = self._first_stop(case, key, start[0])
                until = FOREVER if stop is None else stop[0]
                yield start

    def _counted(self, opened: int, event: CaseEvent) -> int:
        """The instant from which a start counts: an earlier one that its `since` field carries; raises CannotJudge."""
        value = None if self._since is None else self._since(event)
        if value is None:
            return opened
        since = carried(value)
        if since is None:
            raise CannotJudge("field: since is not an instant with its offset")
        return min(since, opened)

    def _open(self, case: Case, key: Any, starts: Sequence[Moment]) -> Breach | None:
        """The breach of the clock that the first of these starts opens; one without its limit's field opens none."""
        assert self._limit is not None
        for opened, _, event in starts:
            began = opened
            try:
                if self._since is not None:
                    began = self._counted(opened, event)
                bound = self._limit(case, began, event)
                if bound is None:
                    continue
                stop = self._first_stop(case, key, opened)
                if not self._soonest.quiet(case, began, bound, None if stop is None else stop[0]):
                    return self._clock(case, Started(key, began, event, opened), bound, stop)
            except CannotJudge as why:
                case.note(self._rule, str(why), _text(key))
            except YearNotCovered as gap:
                # Only a limit that is itself a matter of the calendar (the same office day) gets here.
                self._lacking(case, key, gap, self._first_stop(case, key, opened))
            return None
        return None

    def _measured(self, case: Case, key: Any, starts: Sequence[Moment]) -> Measured | None:
        """What the clock says that the first of these starts opens; see `_open`."""
        assert self._limit is not None
        for opened, _, event in starts:
            stop, told = self._first_stop(case, key, opened), Said()
            try:
                began = opened if self._since is None else self._counted(opened, event)
                bound = self._limit(case, began, event)
                if bound is None:
                    continue
                if stop is not None:
                    told = self._at_stop(case, Started(key, began, event, opened), bound, stop[0])
            except CannotJudge as why:
                told = Said(why=str(why))
            except YearNotCovered as gap:  # as in `_lacking`
                if stop is None:
                    return None
                needed = self._tapes.zone.midnight(gap.first)
                told = Said(why=str(gap)) if stop[0] >= needed else Said(due_on=gap.first)
            return Measured(event, opened, _occurrence(event, key), stop, told)
        return None

    def _at_stop(self, case: Case, started: Started, bound: Bound, stop: int) -> Said:
        """What a stopped clock says; read as `_clock` reads it."""
        measure, zone = bound.tape.measure, self._tapes.zone
        moved = self._adjustments.read(case, started.at, bound, lambda event: self._mine(event, started.key))
        if moved is not UNMOVED or not bound.tape.by_day:
            return said(bound, started.at, moved, stop, zone)
        days = measure.position(started.at), measure.position(stop), bound.amount, bound.unit
        known = self._said.get(days)
        if known is None:
            if len(self._said) >= KEPT:
                self._said.clear()
            known = self._said[days] = said(bound, started.at, moved, stop, zone)
        return known

    def _lacking(self, case: Case, key: Any, gap: YearNotCovered, stop: Moment | None) -> None:
        """Marks the clock as not judged for want of a year once as-of gets there, unless it was stopped before."""
        needed = self._tapes.zone.midnight(gap.first)
        if stop is not None and stop[0] < needed:
            return
        if needed <= case.as_of:
            case.note(self._rule, str(gap), _text(key))
        else:
            case.sleep(needed)

    def _fitted(self, bound: Bound, started: Started) -> tuple[list[tuple[int, Rung]], YearNotCovered | None]:
        """The rungs up to the due one in the clock's amounts, and the gap that hides any of them."""
        ladder, gap = [], None
        for index, rung in self._upto:
            try:
                ladder.append((index, fit(rung, bound, started.at, self._tapes)))
            except YearNotCovered as lacking:
                gap = lacking
        return ladder, gap

    def _mine(self, event: CaseEvent, key: Any) -> bool:
        """Whether an event speaks of a clock: it has the clock's key or none."""
        return self._key is None or (value := self._key(event)) is None or _text(value) == _text(key)

    def _clock(self, case: Case, started: Started, bound: Bound, stop: Moment | None) -> Breach | None:
        moved = self._adjustments.read(case, started.at, bound, lambda event: self._mine(event, started.key))
        ladder, gap = self._fitted(bound, started) if self._odd else (self._upto, None)
        stopped = None if stop is None else stop[0]
        reading = read(
            bound.tape.measure, started.at, bound.amount, ladder, self._after, moved.stretches, moved.extensions,
            stopped, case.as_of,
        )  # fmt: skip
        if reading.wake is not None:
            case.sleep(reading.wake)
        if reading.missing_year is not None:
            case.note(self._rule, f"calendar {reading.missing_year}", _text(started.key))
        elif gap is not None:
            self._lacking(case, started.key, gap, stop)
        reached = reading.reached
        if moved.broken is not None:
            reached = self._unbroken(case, started, bound, moved.broken, reading, stopped)
        if not reached:
            return None
        return self._breach(bound, started, stop, moved, gravest(reached, self._rungs))

    def _unbroken(
        self,
        case: Case,
        started: Started,
        bound: Bound,
        broken: tuple[int, str],
        reading: Reading,
        stopped: int | None,
    ) -> list[Reached]:
        """The rungs that an unreadable event came too late for; what lies after it is not judged.

        Nothing moves the due date once it is reached, so with it the rungs beyond it stand too.
        """
        instant, reason = broken
        measure = bound.tape.measure
        kept = [r for r in reading.reached if measure.instant(r.position) <= instant]
        settled = any(self._rungs[r.rung].at in ("due", "after") for r in kept)
        if not settled and instant <= case.as_of and (stopped is None or stopped >= instant):
            case.note(self._rule, reason, _text(started.key))
        return kept

    def _first_stop(self, case: Case, key: Any, opened: int) -> Moment | None:
        assert self._stop is not None
        stops = case.hits[self._stop]
        if key is None or self._key is None:
            return next((moment for moment in stops if moment[0] >= opened), None)
        said = str(key)
        for moment in stops:
            if moment[0] >= opened and ((value := self._key(moment[2])) is None or str(value) == said):
                return moment
        return None

    def _breach(
        self,
        bound: Bound,
        started: Started,
        stop: Moment | None,
        moved: Adjusted,
        top: Reached,
    ) -> Breach:
        rung = self._rungs[top.rung]
        instant = max(top.instant, started.opened)
        upto = bound.tape.measure.instant(top.position)  # one approved at or after the due instant added nothing
        granted = [e for e in moved.extensions if e.approved < upto]
        ledger = (*self._ledger(bound, started, top, moved.stretches), *extension_lines(granted, bound.tape.size))
        due = rung.at in ("due", "after")
        day = isinstance(bound.tape.measure, DayMeasure)
        clock = Clock(
            start_event=started.event.event_id,
            started_at=at(started.at),
            stop_event=stop[1] if stop else None,
            stopped_at=at(stop[0]) if stop else None,
            limit=top.limit / bound.tape.size,
            unit=bound.unit,
            precision="day" if day else "second",
            timezone=self._tapes.zone.name,
            due_on=date.fromordinal(top.position) if day and due else None,
            due_at=at(bound.tape.measure.instant(top.position)) if due else None,
            ledger=ledger,
        )
        calendar = bound.tape.calendar or bound.tape.measure.ends
        events = [started.event.event_id, *(e.event_id for e in granted)]
        for pause, ids in moved.paused:
            if pause.since < top.position:
                events += ids if pause.until <= top.position else ids[:1]
        return Breach(
            occurrence=_occurrence(started.event, started.key),
            instant=instant,
            severity=rung.severity,
            about=started.event,
            events=tuple(events if stop is None else [*events, stop[1]]),
            status="open" if stop is None else "resolved",
            held=self._key is None,
            clock=clock,
            limit=bound.words,
            calendar=f"{calendar.name} ({calendar.version})" if calendar else None,
            catalogue=bound.catalogue,
            facts={
                "rung": rung.words,
                **({} if started.key is None else {"key": started.key}),
                **({name: fact(started.event) for name, fact in self._record.items()} if due else {}),
            },
            words={
                "limit": bound.words,
                "due": self._local(clock),
                "used": f"{_used(ledger):g} {bound.unit}",
                "over": rung.words.removeprefix("due + "),
            },
            form=_form(rung, bound),
        )

    def _local(self, clock: Clock) -> str:
        """The due date, or the due instant in the rule's own time; nothing while it is not reached."""
        if clock.due_on is not None:
            return _date(clock.due_on)
        if clock.due_at is None:
            return ""
        return clock.due_at.astimezone(self._tapes.zone.info).strftime("%Y-%m-%d %H:%M:%S")

    def _ledger(
        self, bound: Bound, started: Started, top: Reached, pauses: Sequence[tuple[int, int]]
    ) -> list[LedgerLine]:
        measure = bound.tape.measure
        start = measure.position(started.at)
        if isinstance(measure, TimeMeasure):
            return time_lines(measure, start, top.position, pauses, bound.tape.size)
        days = bound.tape.calendar or EVERY_DAY
        if measure.ends is None:
            return day_lines(days, start, top.position, pauses)
        last = reach(measure, start, top.limit, pauses)
        before = [pause for pause in pauses if pause[0] < last]
        return day_lines(days, start, top.position, before, range(last, top.position))


def _occurrence(start: CaseEvent, key: Any) -> str:
    """What tells a clock's finding from those of the case's other clocks."""
    return f"{start.event_id}|{_text(key)}"


def gravest(reached: Sequence[Reached], rungs: Sequence[Rung]) -> Reached:
    """The highest rung reached: of the gravest ones, the last on the ladder."""
    top = reached[0]
    for other in reached:
        if (rungs[other.rung].severity, other.rung) > (rungs[top.rung].severity, top.rung):
            top = other
    return top


def _used(ledger: Sequence[LedgerLine]) -> float:
    """The units counted up to the end of a ledger."""
    return round(max((line.total for line in ledger), default=0), 2)


def _form(rung: Rung, bound: Bound) -> str:
    """Which message a rung has: before due, at it, or beyond; a carried due instant has words of its own."""
    if rung.at == "after":
        return "deadline.after_carried" if bound.carried else "deadline.after"
    if rung.at == "due":
        return "deadline.carried" if bound.carried else "deadline.due"
    return "deadline.soon_carried" if bound.carried else "deadline.soon"


@lru_cache(maxsize=4096)
def _date(day: date) -> str:
    return day.isoformat()


def _text(key: Any) -> str:
    return "" if key is None else str(key)
