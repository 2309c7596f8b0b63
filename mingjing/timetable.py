"""When a hall 办事大厅 is open: dated office hours, and time counted only while it is open."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from mingjing.calendars import Days, year_of
from mingjing.errors import BookError, Mistake
from mingjing.tomlfile import read_toml
from mingjing.zones import Zone

Spans = tuple[tuple[int, int], ...]
"""Opening spans of a day in minutes after 00:00 local, ascending: ((540, 720), (810, 1020))."""

WHOLE_DAY: Spans = ((0, 24 * 60),)


class Period(NamedTuple):
    """Office hours in force from one local day to another, both included; those of one hall, or ("") of every other."""

    first: int
    last: int
    spans: Spans
    hall: str = ""


@dataclass(frozen=True)
class Timetable:
    """A hall's dated office hours; on a day of no period it is closed. Rest days are the calendar's business."""

    periods: tuple[Period, ...]

    def spans(self, day: int, hall: str = "") -> Spans:
        """The opening spans of a working day; of overlapping periods the later one in the file holds.

        A hall has its own periods, and those of every hall on days on which it has none.
        """
        for name in (hall, "") if hall else ("",):
            for period in reversed(self.periods):
                if period.hall == name and period.first <= day <= period.last:
                    return period.spans
        return ()

    def of(self, hall: str, own: Spans | None = None) -> "Timetable":
        """The office hours of one hall, or of a window there that has its own."""
        if own is not None:
            return Timetable((Period(1, date.max.toordinal(), own),))
        theirs = [period._replace(hall="") for period in self.periods if period.hall == hall]
        return Timetable((*(period for period in self.periods if not period.hall), *theirs))


_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d|24:00")

DEFAULT = Timetable((Period(1, date.max.toordinal(), ((540, 720), (810, 1020))),))
"""09:00–12:00 and 13:30–17:00, every working day."""


class OfficeTime:
    """Instants measured in open time, as `Elapsed` is for natural time. A year is laid out when first needed."""

    def __init__(self, days: Days, zone: Zone, timetable: Timetable | None) -> None:
        """Time on the days that count; within the timetable's hours, or the whole day where it is None."""
        self.days, self.zone, self.timetable = days, zone, timetable
        self._years: dict[int, tuple[list[int], list[int], list[int]]] = {}
        self._hours: dict[int, tuple[int, ...]] = {}

    def count(self, after: int, upto: int) -> int:
        """Open microseconds between two instants."""
        if upto <= after:
            return 0
        total = 0
        for year in range(year_of(self.zone.day(after)), year_of(self.zone.day(upto)) + 1):
            total += self._open(year, upto) - self._open(year, after)
        return total

    def nth(self, after: int, amount: int) -> int:
        """The instant at which that many open microseconds after an instant have passed."""
        if amount <= 0:
            return after
        year = year_of(self.zone.day(after))
        amount += self._open(year, after)
        while True:
            starts, _, before = self._layout(year)
            if amount <= before[-1]:
                index = bisect_left(before, amount) - 1
                return starts[index] + amount - before[index]
            amount -= before[-1]
            year += 1

    def open(self, instant: int) -> bool:
        """Whether an instant lies between the first opening and the last closing of an office day, both included."""
        day = self.zone.day(instant)
        hours = self._hours.get(day)
        if hours is None:
            spans = self._spans(day) if self.days.counts(day) else ()
            ends = (spans[0][0], spans[-1][1]) if spans else ()
            hours = self._hours[day] = tuple(self.zone.instant(day, end) for end in ends)
        return bool(hours) and hours[0] <= instant <= hours[1]

    def closing(self, instant: int, late: int) -> int:
        """The end of the office day 当日下班 for what came in at an instant; within the last `late` microseconds of
        open time, or after closing, or on a rest day, it is the next office day's."""
        day = self.zone.day(instant)
        while True:
            if self.days.counts(day):
                spans = self._spans(day)
                if spans:
                    end = self.zone.instant(day, spans[-1][1])
                    if instant < end and (not late or self.count(instant, end) > late):
                        return end
            day, late = day + 1, 0

    def _spans(self, day: int) -> Spans:
        return WHOLE_DAY if self.timetable is None else self.timetable.spans(day)

    def _open(self, year: int, instant: int) -> int:
        """Open microseconds of a year up to an instant."""
        starts, ends, before = self._layout(year)
        index = bisect_right(starts, instant) - 1
        return 0 if index < 0 else before[index] + min(instant, ends[index]) - starts[index]

    def _layout(self, year: int) -> tuple[list[int], list[int], list[int]]:
        known = self._years.get(year)
        if known is None:
            starts: list[int] = []
            ends: list[int] = []
            before = [0]
            for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
                if not self.days.counts(day):
                    continue
                for first, last in self._spans(day):
                    starts.append(self.zone.instant(day, first))
                    ends.append(self.zone.instant(day, last))
                    before.append(before[-1] + ends[-1] - starts[-1])
            known = self._years[year] = (starts, ends, before)
        return known


def load(path: Path | None) -> Timetable:
    """The timetable of a file, or the default where there is none. Raises BookError with all mistakes.

    The file has `[[hours]]` tables: `open = ["09:00-12:00", "13:30-17:00"]`, optional dates `from` and `to`, and
    `hall` where the hours are those of one hall only (as `windows.csv` names it).
    """
    if path is None or not path.exists():
        return DEFAULT
    mistakes: list[Mistake] = []
    periods: list[Period] = []
    file = read_toml(path, mistakes)
    if file is not None:
        for index, row in enumerate(file.tables("hours", mistakes)):
            line = file.line("hours", index)
            first, last = row.get("from", date.min), row.get("to", date.max)
            spans, hall = _spans(row.get("open")), row.get("hall", "")
            if not isinstance(hall, str):
                mistakes.append(Mistake(file.name, line, "hall must be a text, as in the column hall of windows.csv"))
            elif not (isinstance(first, date) and isinstance(last, date) and first <= last):
                mistakes.append(Mistake(file.name, line, "from and to must be dates in order, like 2026-05-01"))
            elif spans is None:
                message = 'open must be spans in order like ["09:00-12:00", "13:30-17:00"]'
                mistakes.append(Mistake(file.name, line, message))
            else:
                periods.append(Period(first.toordinal(), last.toordinal(), spans, hall))
        file.unknown({"hours"}, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return Timetable(tuple(periods))


@lru_cache(maxsize=1 << 10)
def hours(text: str) -> Spans:
    """The opening spans of words like `09:00-12:00 13:30-17:00`; raises ValueError with what would be right."""
    spans = _spans(text.replace("–", "-").split())
    if not spans:
        raise ValueError(f"{text!r} must be spans in order like 09:00-12:00 13:30-17:00")
    return spans


@lru_cache(maxsize=1 << 10)
def times(text: str) -> tuple[int, ...]:
    """Times of day in words like `12:45 16:00`, in minutes; raises ValueError with what would be right."""
    try:
        found = tuple(map(_minutes, text.split()))
    except ValueError:
        found = ()
    if not found or list(found) != sorted(set(found)):
        raise ValueError(f"{text!r} must be times of day in order like 12:45 16:00")
    return found


def _spans(words: object) -> Spans | None:
    if not isinstance(words, Sequence) or isinstance(words, str):
        return None
    try:
        spans = tuple((_minutes(word.split("-")[0]), _minutes(word.split("-")[1])) for word in words)
    except (AttributeError, IndexError, ValueError):
        return None
    flat = [minute for span in spans for minute in span]
    return spans if flat == sorted(set(flat)) and (not flat or flat[-1] <= 24 * 60) else None


def _minutes(clock: str) -> int:
    if not _CLOCK.fullmatch(clock.strip()):
        raise ValueError(f"{clock!r} is no time of day")
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
