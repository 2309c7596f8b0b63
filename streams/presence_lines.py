"""Score lines of presence 在岗: how many minutes of its opening hours a window was seen staffed, day by day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from mingjing.calendars import Days, YearNotCovered
from mingjing.instants import HOUR, MINUTE, at, micros
from mingjing.registers import Registers
from mingjing.scoring.lines import Line
from mingjing.store.score_work import PRESENCE, PresenceHour
from mingjing.timetable import Timetable, hours
from mingjing.zones import Zone


class Offices:
    """When windows are open and to whom they belong: their own hours, else their hall's, else the city's."""

    def __init__(self, registers: Registers, days: Days, timetable: Timetable, zone: Zone) -> None:
        self._registers, self._days, self._timetable = registers, days, timetable
        self.zone = zone

    def spans(self, window: str, day: int) -> list[tuple[int, int]]:
        """The opening hours of a window on a local day as instants; none on a rest day, or where no calendar tells."""
        try:
            if not self._days.counts(day):
                return []
        except YearNotCovered:
            return []
        fields = self._window(window, day)
        own = fields.get("hours")
        spans = hours(own) if own else self._timetable.spans(day, fields.get("hall", ""))
        return [(self.zone.instant(day, first), self.zone.instant(day, last)) for first, last in spans]

    def lacks(self, day: int) -> str:
        """The year of a local day, where the calendar does not tell its working days; else ""."""
        try:
            self._days.counts(day)
        except YearNotCovered as missing:
            return str(missing.year)
        return ""

    def unit(self, window: str, day: int) -> tuple[str, str]:
        """The region and department of a window, as the registers have them."""
        department = str(self._window(window, day).get("department", ""))
        unit = self._registers.unit(department, day) if department else None
        return str((unit or {}).get("region", "")), department

    def _window(self, window: str, day: int) -> Mapping[str, Any]:
        return self._registers.window(window, day) or {}


def presence_lines(seen: Iterable[PresenceHour], offices: Offices) -> Iterator[tuple[str, Line]]:
    """A subject and line for each window and day; `seen` window by window, its hours in order.

    A day of which no minute within opening hours is known has none.
    """
    zone = offices.zone
    placed = ((one.window, zone.day(micros(one.hour)), one) for one in seen)
    for (window, day), group in groupby(placed, itemgetter(0, 1)):
        line = _line(window, day, [one for _, _, one in group], offices)
        if line is not None:
            yield f"{PRESENCE}{window}:{line.day}", line


def _line(window: str, day: int, seen: Sequence[PresenceHour], offices: Offices) -> Line | None:
    spans = offices.spans(window, day)
    known = staffed = 0
    for one in seen:
        open_ = minutes(micros(one.hour), spans)
        known += (one.known & open_).bit_count()
        staffed += (one.staffed & open_).bit_count()
    if not known:
        return None
    region, department = offices.unit(window, day)
    return Line(
        about="presence",
        day=date.fromordinal(day),
        at=at(spans[-1][1]),
        region=region,
        department=department,
        window=window,
        n=known,
        good=staffed,
        ref=date.fromordinal(day).isoformat(),
    )


def minutes(hour: int, spans: Sequence[tuple[int, int]]) -> int:
    """The minutes of the hour that begins at an instant that lie within spans of instants, as bits."""
    bits = 0
    for opens, closes in spans:
        first = max(0, -(-(opens - hour) // MINUTE))
        last = min(60, (closes - hour) // MINUTE)
        if last > first and opens < hour + HOUR:
            bits |= (1 << last) - (1 << first)
    return bits
