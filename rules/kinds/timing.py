"""What the kinds `deadline` and `lag` share: from a limit's words to a clock that can be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from mingjing.calendars import Days, YearNotCovered
from mingjing.clock import FOREVER, After, DayMeasure, Elapsed, Measure, Rung, TimeCounter, TimeMeasure
from mingjing.instants import DAY, micros, parse
from mingjing.quantities import DAY_UNITS, OFFICE_UNITS, SAME_DAY, Quantity, quantity
from mingjing.timetable import OfficeTime
from mingjing.types import CaseEvent
from mingjing.zones import Zone
from rules.case import Case
from rules.limits import CannotJudge, number, unit_size
from rules.patterns import getter
from rules.reader import EVERY_DAY, RuleReader


class Tape(NamedTuple):
    """What a unit is measured with: the measure, how much of it one unit is, and the calendar it reads."""

    measure: Measure
    size: int
    calendar: Days | None
    counter: TimeCounter | None = None
    by_day: bool = False


@dataclass
class Tapes:
    """The tapes of one rule: its time zone, calendar, precision and office hours."""

    zone: Zone
    days: Days
    office: OfficeTime
    second: bool
    roll: bool = False
    _made: dict[str, Tape] = field(default_factory=dict)

    def get(self, unit: str) -> Tape:
        """The tape of a unit; made once."""
        made = self._made.get(unit)
        if made is None:
            made = self._made[unit] = self._make(unit)
        return made

    def _make(self, unit: str) -> Tape:
        if unit == SAME_DAY:
            return self.get("hours")._replace(calendar=self.days)
        second = self.second or unit not in DAY_UNITS
        size = unit_size(unit, second)
        calendar = self.days if unit.startswith("working") else None
        if not second:
            ends = self.days if self.roll and unit == "days" else None
            return Tape(DayMeasure(calendar or EVERY_DAY, self.zone, ends), size, calendar, by_day=True)
        counter: TimeCounter = Elapsed()
        if unit in OFFICE_UNITS:
            counter = self.office
        elif unit == "working_days":
            counter = OfficeTime(self.days, self.zone, None)
        return Tape(TimeMeasure(counter, self.zone), size, calendar, counter)

    def after(self, index: int, rung: Rung) -> After:
        """A rung beyond due, bound to the days or the time that it counts."""
        if rung.unit in DAY_UNITS:
            days = self.days if rung.unit == "working_days" else EVERY_DAY
            return After(index, rung, days, Elapsed(), self.zone)
        return After(index, rung, None, self.office if rung.unit in OFFICE_UNITS else Elapsed(), self.zone)


def tapes(reader: RuleReader, *, roll: bool = False) -> Tapes:
    """The tapes of a rule, from its `timezone`, `calendar` and `precision`.

    With `roll` a limit in natural days ends on a working day 期间最后一日是法定休假日的顺延 (Civil Code, art. 203).
    """
    precision = reader.get("precision")
    if precision not in (None, "day", "second"):
        reader.wrong("precision", f'precision {precision!r} must be "day" or "second"')
    zone, days = reader.zone(), reader.working_days()
    return Tapes(zone, days, OfficeTime(days, zone, reader.timetable()), precision == "second", roll)


class Bound(NamedTuple):
    """A limit bound to one start: its tape, the amount in the tape's measure, its words, the item version,
    and whether the start carried a due instant."""

    tape: Tape
    amount: int
    unit: str
    words: str
    catalogue: str | None = None
    carried: bool = False


def fit(rung: Rung, bound: Bound, started: int, made: Tapes) -> Rung:
    """A rung with what it lies before due put in the amounts of a clock; raises CannotJudge where that has no meaning.

    On a clock of natural time, such as one with a carried due instant, `due - 1 working_days` is 24:00 of the first
    day after which at most one working day is left up to the due date.
    """
    if rung.at != "before" or rung.unit == bound.unit:
        size = bound.tape.size if rung.unit in DAY_UNITS else 1
        return rung._replace(amount=rung.amount * size) if rung.at == "before" else rung
    if not isinstance(bound.tape.measure, TimeMeasure) or not isinstance(bound.tape.counter, Elapsed):
        raise CannotJudge(f"limit: the rung {rung.words!r} is not in {bound.unit}, the unit of the limit")
    if rung.unit == "working_days":
        due = started + bound.amount
        last = day = made.zone.day(due)
        while made.days.count(day - 1, last) <= rung.amount:
            day -= 1
        return rung._replace(amount=due - made.zone.midnight(day + 1))
    return rung._replace(amount=rung.amount * (DAY if rung.unit == "days" else 1))


_NO_TELLING = -FOREVER
KEPT = 1 << 16
"""Clocks remembered at a time."""


class Soonest:
    """The earliest instant at which a clock may reach any of a ladder's rungs.

    Pauses and extensions only move rungs later, so most clocks need no more than this.
    """

    def __init__(self, rungs: Sequence[Rung], made: Tapes) -> None:
        self._rungs = [rung for rung in rungs if rung.at != "after"]
        self._made = made
        self._known: dict[tuple[int, int, str], int] = {}

    def quiet(self, case: Case, started: int, bound: Bound, stopped: int | None) -> bool:
        """Whether no rung can be reached by as-of, nor before the stop; then asks to be woken when one may be."""
        earliest = self.earliest(started, bound)
        if earliest <= (case.as_of if stopped is None or stopped > case.as_of else stopped):
            return False
        if earliest < case.wake and (stopped is None or earliest <= stopped):
            case.wake = earliest
        return True

    def earliest(self, started: int, bound: Bound) -> int:
        """The earliest instant at which a clock may reach any rung; before all time where it takes more to know."""
        position = bound.tape.measure.position(started)
        if not bound.tape.by_day:
            return self._instant(position, bound)
        key = (position, bound.amount, bound.unit)
        earliest = self._known.get(key)
        if earliest is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            earliest = self._known[key] = self._instant(position, bound)
        return earliest

    def _instant(self, position: int, bound: Bound) -> int:
        """_NO_TELLING where it takes the calendar to know."""
        least = bound.amount
        for rung in self._rungs:
            if rung.at == "before" and rung.unit != bound.unit:
                return _NO_TELLING
            if rung.at != "due":
                least = min(least, max(bound.tape.measure.least, fit(rung, bound, 0, self._made).need(bound.amount)))
        if least < 0:
            return _NO_TELLING
        try:
            return bound.tape.measure.judged(bound.tape.measure.nth(position, least))
        except YearNotCovered:
            return _NO_TELLING


Limit = Callable[[Case, int, CaseEvent], Bound | None]
"""Binds a limit to a start (its instant and event). None: the start carries no limit, so no clock starts.
Raises CannotJudge."""


def limit(reader: RuleReader, made: Tapes, key: str = "limit") -> Limit | None:
    """The limit that a rule's words mean: an amount, `same office day`, `item.FIELD`, `start.PATH` or
    `start.PATH UNIT`, or a list of these, of which the first that the case has counts; None after reporting a mistake.
    """
    words = reader.get(key)
    late = reader.whole("late_minutes", least=0, default=0) * 60_000_000
    if not isinstance(words, list) or not words:
        return _worded(reader, made, key, words, late)
    several = [bind for word in words if (bind := _worded(reader, made, key, word, late)) is not None]
    return lambda case, at, event: _first_of(several, case, at, event)


def _first_of(limits: Sequence[Limit], case: Case, at: int, event: CaseEvent) -> Bound | None:
    """The first limit that the start or the item gives; raises CannotJudge where the catalogue lacks the last hope."""
    lacking: CannotJudge | None = None
    for bind in limits:
        try:
            bound = bind(case, at, event)
        except CannotJudge as why:
            if str(why).startswith("field"):
                raise
            lacking = lacking or why
        else:
            if bound is not None:
                return bound
    if lacking is not None:
        raise lacking
    return None


def _worded(reader: RuleReader, made: Tapes, key: str, words: Any, late: int) -> Limit | None:
    if not isinstance(words, str):
        reader.wrong(key, f'{key} must be words like "20 working_days", "item.committed_limit" or "start.data.due_at"')
        return None
    try:
        if words.startswith("item."):
            return _of_item(words.removeprefix("item."), made, late)
        if words.startswith("start."):
            path, _, unit = words.removeprefix("start.").partition(" ")
            return _of_start(path, unit.strip(), made, late)
        fixed = quantity(words)
    except ValueError as mistake:
        reader.wrong(key, f"{key}: {mistake}")
        return None
    if fixed.unit == SAME_DAY:
        return lambda case, at, event: _bind(fixed, made, at, late)
    bound = _bind(fixed, made, 0, late)
    return lambda case, at, event: bound


def _bind(limit: Quantity, made: Tapes, started: int, late: int, catalogue: str | None = None) -> Bound:
    if limit.unit == SAME_DAY:
        amount = made.office.closing(started, late) - started
        return Bound(made.get(SAME_DAY), amount, "hours", SAME_DAY, catalogue)
    tape = made.get(limit.unit)
    return Bound(tape, round(limit.amount * tape.size), limit.unit, str(limit), catalogue)


def _of_item(field: str, made: Tapes, late: int) -> Limit:
    if not field or "." in field:
        raise ValueError(f"item.{field} names no field of an item; write item.committed_limit")

    fixed: dict[tuple[str, str], Bound] = {}

    def bind(case: Case, at: int, event: CaseEvent) -> Bound:
        item = case.item(at, event)
        value = item.fields.get(field)
        known = fixed.get((item.label, str(value)))
        if known is not None:
            return known
        if value is None:
            raise CannotJudge(f"limit: item {item.label} has no {field}")
        try:
            bound = _bind(quantity(str(value)), made, at, late, item.label)
        except ValueError as wrong:
            raise CannotJudge(f"limit: {field} of item {item.label}: {wrong}") from wrong
        if bound.words != SAME_DAY:  # that one depends on the instant
            fixed[item.label, str(value)] = bound
        return bound

    return bind


def carried(value: Any) -> int | None:
    """The instant that a field of an event carries, with its offset; None where it is none."""
    try:
        return micros(value if not isinstance(value, str) else parse(value))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _of_start(path: str, unit: str, made: Tapes, late: int) -> Limit:
    get = getter(path)
    if unit:
        quantity(f"1 {unit}")

    @lru_cache
    def so_many(amount: float) -> Bound:
        return _bind(Quantity(amount, unit), made, 0, late)

    def bind(_case: Case, at: int, event: CaseEvent) -> Bound | None:
        value: Any = get(event)
        if value is None:
            return None
        if unit:
            amount = number(value, path)
            if amount == 0 or (unit in DAY_UNITS and amount != int(amount)):
                raise CannotJudge(f"field: {path} is no number of {unit}")
            return so_many(amount)
        due = carried(value)
        if due is not None:
            return Bound(made.get("hours"), due - at, "hours", f"{path} {value}", carried=True)
        try:
            return _bind(quantity(value if isinstance(value, str) else ""), made, at, late)
        except ValueError:
            raise CannotJudge(f"field: {path} is neither an instant with its offset nor a limit") from None

    return bind
