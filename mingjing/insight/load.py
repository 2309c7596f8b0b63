"""Busy and idle 忙闲: cases that arrive by weekday and hour against the windows that were staffed then. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from mingjing.scoring.statistics import poisson

ENOUGH_HOURS = 2.0
"""Staffed window-hours that an hour of the week needs before it is compared with another."""
WHOLE = 0.9
"""How much of the most that was open and seen in any hour of the weekday an hour needs to be compared."""
DOUBT = 0.05
"""How often advice may come from chance alone, shared among all comparisons (Bonferroni)."""


class Hour(Struct, frozen=True, kw_only=True):
    """One hour of the week: weekday 1 (Monday) to 7, local hour 0 to 23. Weekday 0: that hour of every day.

    `arrivals`: cases in the period; `days`: days of that weekday in it. `staffed`, `known`: open window-hours in which
    a camera saw somebody at a window, and could see at all.
    """

    weekday: int
    hour: int
    arrivals: int = 0
    days: int = 0
    staffed: float = 0.0
    known: float = 0.0

    @property
    def a_day(self) -> float:
        """Cases in this hour on a usual day of that weekday."""
        return self.arrivals / self.days if self.days else 0.0

    @property
    def windows(self) -> float:
        """How many windows were staffed in this hour, on a usual day."""
        return self.staffed / self.days if self.days else 0.0

    @property
    def pressure(self) -> float | None:
        """Cases per staffed window-hour; None where no camera saw anybody."""
        return self.arrivals / self.staffed if self.staffed else None


class Advice(Struct, frozen=True, kw_only=True):
    """Two hours so different that chance does not explain it; `move`: windows that would even them out, 0 under one."""

    busy: Hour
    idle: Hour
    move: int


def weekdays(days: Iterable[date]) -> dict[int, int]:
    """How many of the days are a Monday (1) … Sunday (7)."""
    found = dict.fromkeys(range(1, 8), 0)
    for day in days:
        found[day.isoweekday()] += 1
    return found


def hours(
    arrivals: Mapping[int, int], days: Mapping[int, int], staffing: Mapping[tuple[int, int], tuple[float, float]]
) -> tuple[Hour, ...]:
    """The hours in which anything arrived or anybody was seen, in order.

    `arrivals`: by hour of the week + 1 (1: Monday 00:00-01:00 local); `days`: by weekday; `staffing`: staffed and known
    window-hours by weekday and hour.
    """
    came = {(((key - 1) // 24) % 7 + 1, (key - 1) % 24): n for key, n in arrivals.items() if n > 0 and 1 <= key <= 168}
    seen = {place: both for place, both in staffing.items() if any(both)}
    return tuple(
        Hour(
            weekday=weekday,
            hour=hour,
            arrivals=came.get((weekday, hour), 0),
            days=days.get(weekday, 0),
            staffed=seen.get((weekday, hour), (0.0, 0.0))[0],
            known=seen.get((weekday, hour), (0.0, 0.0))[1],
        )
        for weekday, hour in sorted({*came, *seen})
    )


def whole(found: Iterable[Hour]) -> list[Hour]:
    """The hours open and seen all through, as far as any of their weekday were.

    An hour's arrivals over half an hour's staffing would look like pressure.
    """
    those = list(found)
    most = {day: max(one.known for one in those if one.weekday == day) for day in {one.weekday for one in those}}
    return [one for one in those if one.known >= WHOLE * most[one.weekday] > 0]


def advice(found: Iterable[Hour]) -> Advice | None:
    """The hour most surely under pressure and the one most surely idle, if their exact intervals stand apart.

    Hours of the week are compared, and where those say nothing, hours of the day (weekday 0). None where nobody looks,
    or where the hours differ no more than chance makes them. It names hours, never persons.
    """
    compared = whole(found)
    return _apart(compared) or _apart(_of_day(compared))


def _apart(several: Iterable[Hour]) -> Advice | None:
    compared = [one for one in several if one.staffed >= ENOUGH_HOURS and one.days]
    if len(compared) < 2:
        return None
    bounds = [(*_bounds(one, 1 - DOUBT / 2 / len(compared)), one) for one in compared]
    lo, _, busy = max(bounds, key=lambda bound: bound[0])
    _, hi, idle = min(bounds, key=lambda bound: bound[1])
    return Advice(busy=busy, idle=idle, move=_move(busy, idle)) if lo > hi else None


def _of_day(several: Sequence[Hour]) -> list[Hour]:
    """The same hours of all weekdays together."""
    by_hour = {one.hour: [other for other in several if other.hour == one.hour] for one in several}
    return [
        Hour(
            weekday=0,
            hour=hour,
            arrivals=sum(one.arrivals for one in same),
            days=sum(one.days for one in same),
            staffed=sum(one.staffed for one in same),
            known=sum(one.known for one in same),
        )
        for hour, same in by_hour.items()
    ]


def _bounds(one: Hour, confidence: float) -> tuple[float, float]:
    lo, hi = poisson(one.arrivals, confidence)
    return float(lo) / one.staffed, float(hi) / one.staffed


def _move(busy: Hour, idle: Hour) -> int:
    """Windows x for which busy.a_day / (busy.windows + x) = idle.a_day / (idle.windows - x); one stays open."""
    even = (busy.a_day * idle.windows - idle.a_day * busy.windows) / (busy.a_day + idle.a_day)
    return max(0, int(min(even, idle.windows - 1)))
