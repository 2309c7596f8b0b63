"""When each window is open: the calendar's working days, its hall's timetable, and hours of its own. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from dashboards.hall.spans import Stretch
from mingjing.calendars import Days, YearNotCovered
from mingjing.instants import at
from mingjing.timetable import Spans, Timetable
from mingjing.zones import Zone

HANDOVER = timedelta(minutes=5)
"""So long before and after a change of shift nobody need be there, as in the rules S1, S2-O and S2-L."""

Standing = Literal["open", "lunch", "closed"]


class Alike(NamedTuple):
    """Windows and local days with the same opening spans; `windows` None: all that are named in no other group."""

    windows: tuple[str, ...] | None
    days: tuple[date, ...]
    spans: Spans


class Hours:
    """The opening hours of the windows of one installation.

    `own`: hours of windows that have some of their own; `halls`: in which hall a window is, where that is known;
    `shifts`: when windows change shifts, in minutes after 00:00 local.
    """

    def __init__(
        self,
        days: Days,
        zone: Zone,
        timetable: Timetable,
        own: Mapping[str, Spans] | None = None,
        halls: Mapping[str, str] | None = None,
        shifts: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self._days, self._zone, self._timetable, self._shifts = days, zone, timetable, dict(shifts or {})
        special = {period.hall for period in timetable.periods} - {""}
        halled = {window: hall for window, hall in (halls or {}).items() if hall in special}
        self._kinds: dict[str, Spans | str] = halled | dict(own or {})

    def today(self, instant: datetime) -> date:
        """The local day of an instant."""
        return instant.astimezone(self._zone.info).date()

    def whole(self, day: date) -> Stretch:
        """A local day from midnight to midnight."""
        number = day.toordinal()
        return at(self._zone.midnight(number)), at(self._zone.midnight(number + 1))

    def spans(self, window: str, day: date) -> list[Stretch] | None:
        """The opening hours of a day; none on a rest day, None for a year that the calendar does not cover."""
        minutes = self._minutes(self._kinds.get(window, ""), day)
        if minutes is None:
            return None
        number = day.toordinal()
        return [
            (at(self._zone.instant(number, first)), at(self._zone.instant(number, last))) for first, last in minutes
        ]

    def handovers(self, window: str, day: date) -> list[Stretch]:
        """The minutes around a window's changes of shift."""
        changes = (self._zone.instant(day.toordinal(), minute) for minute in self._shifts.get(window, ()))
        return [(at(change) - HANDOVER, at(change) + HANDOVER) for change in changes]

    def standing(self, window: str, instant: datetime) -> Standing:
        """Whether a window is open, between two spans of its day, or closed. Open where the calendar cannot tell."""
        spans = self.spans(window, self.today(instant))
        if spans is None or any(since <= instant < until for since, until in spans):
            return "open"
        return "lunch" if spans and spans[0][0] <= instant < spans[-1][1] else "closed"

    def alike(self, days: Sequence[date]) -> list[Alike]:
        """The working days among the given ones and all windows, grouped by their hours; the usual windows first."""
        kinds: dict[Spans | str, list[str]] = {"": []}
        for window, kind in sorted(self._kinds.items()):
            kinds.setdefault(kind, []).append(window)
        found = []
        for kind, windows in kinds.items():
            by_spans: dict[Spans, list[date]] = {}
            for day in days:
                if spans := self._minutes(kind, day):
                    by_spans.setdefault(spans, []).append(day)
            named = tuple(windows) if kind else None
            found += [Alike(named, tuple(those), spans) for spans, those in by_spans.items()]
        return found

    def special(self) -> list[str]:
        """The windows whose hours are not the usual ones."""
        return sorted(self._kinds)

    def _minutes(self, kind: Spans | str, day: date) -> Spans | None:
        """The opening spans in minutes after 00:00 local: of a hall, or as given."""
        number = day.toordinal()
        try:
            if not self._days.counts(number):
                return ()
        except YearNotCovered:
            return None
        return self._timetable.spans(number, kind) if isinstance(kind, str) else kind


def masks(spans: Spans) -> list[int]:
    """For every quarter of a day that an hour can begin at, which of the 60 minutes from there are open: bit n is
    minute n.

    >>> masks(((540, 720),))[36] == 2**60 - 1, masks(((540, 555),))[36] == 2**15 - 1, masks(())[36]
    (True, True, 0)
    """
    opened = [any(first <= minute < last for first, last in spans) for minute in range(24 * 60)]
    return [sum(opened[(begin + n) % (24 * 60)] << n for n in range(60)) for begin in range(0, 24 * 60, 15)]
