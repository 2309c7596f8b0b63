"""The simulator's own reckoning of time: plain local seconds, working days one by one, the hall's hours.

Kept apart from `mingjing.clock` and `mingjing.calendars` on purpose: the answers that the simulator gives are
worth something only if they were not worked out by the arithmetic that they are to check.

A *second* here is a local one: day ordinal × 86,400 + seconds after 00:00. China keeps UTC+08:00 all year
(since 1992), so the conversion is a subtraction.
"""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from random import Random

import chinese_calendar

from mingjing.errors import UsageError

DAY = 86_400
CHINA = timezone(timedelta(hours=8))
FIRST_YEAR, LAST_YEAR = 2004, 2026  # what chinesecalendar 1.11 covers
MORNING, NOON, AFTERNOON, CLOSING = 9 * 3600, 12 * 3600, 13 * 3600 + 1800, 17 * 3600
HALL_HOURS = ("09:00-12:00", "13:30-17:00")

LAST_CALL = 1200  # seconds before closing in which nothing new is begun


def spans_of(hours: str) -> list[tuple[int, int]]:
    """The opening spans of a window's own hours, or the hall's where it has none, in seconds after 00:00."""
    if not hours:
        return [(MORNING, NOON), (AFTERNOON, CLOSING)]
    return [(clock(span[:5]), clock(span[6:])) for span in hours.split()]


def span_of(hours: str) -> tuple[int, int]:
    """The first opening and the last closing of them."""
    spans = spans_of(hours)
    return spans[0][0], spans[-1][1]


def clock(text: str) -> int:
    """The second of the day of a time like 12:45."""
    return int(text[:2]) * 3600 + int(text[3:]) * 60


_ZERO_DAY = date(FIRST_YEAR, 1, 1).toordinal()
_ZERO = datetime(FIRST_YEAR, 1, 1, tzinfo=CHINA)


def moment(second: int) -> datetime:
    """The aware datetime (+08:00) of a local second."""
    return _ZERO + timedelta(seconds=second - _ZERO_DAY * DAY)


_MINUTES = tuple(f"T{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60))
_SECONDS = tuple(f"{second:02d}+08:00" for second in range(60))


@lru_cache(4096)
def _day(day: int) -> str:
    return date.fromordinal(day).isoformat()


def stamp(second: int) -> str:
    """A local second as RFC 3339 text, like 2026-03-02T09:14:00+08:00."""
    return _day(second // DAY) + _MINUTES[second % DAY // 60] + _SECONDS[second % 60]


def second_at(text: str) -> int:
    """The local second of what `stamp` wrote."""
    return (
        date.fromisoformat(text[:10]).toordinal() * DAY
        + int(text[11:13]) * 3600
        + int(text[14:16]) * 60
        + int(text[17:19])
    )


def second_of(day: date) -> int:
    """The local second at which a day begins."""
    return day.toordinal() * DAY


class Almanac:
    """Working days as the State Council's notices have them, and the hall's office hours on them.

    Beyond the covered years it takes Monday to Friday, which only plans of the future ever read: what is
    written out, and every answer, lies within the covered years (`check`).
    """

    def __init__(self) -> None:
        last = date(LAST_YEAR, 12, 31).toordinal()
        self._last = last
        self._working = frozenset(
            day for day in range(_ZERO_DAY, last + 1) if chinese_calendar.is_workday(date.fromordinal(day))
        )

    @staticmethod
    def check(first: date, last: date) -> None:
        """Raises UsageError if a day of the period lies outside the covered years."""
        if first.year < FIRST_YEAR or last.year > LAST_YEAR:
            raise UsageError(
                f"no Chinese working days known for {first} to {last}: choose days within {FIRST_YEAR} to {LAST_YEAR}"
            )

    def works(self, day: int) -> bool:
        """Whether a day (ordinal) is a working day."""
        return day in self._working if day <= self._last else day % 7 not in (6, 0)

    def next_workday(self, day: int, count: int = 1) -> int:
        """The count-th working day after a day."""
        while count:
            day += 1
            count -= self.works(day)
        return day

    def opening(self, second: int) -> int:
        """The second itself while the hall is open, else the next opening."""
        day, clock = divmod(second, DAY)
        if not self.works(day) or clock >= CLOSING:
            return self.next_workday(day) * DAY + MORNING
        if clock < MORNING:
            return day * DAY + MORNING
        return day * DAY + AFTERNOON if NOON <= clock < AFTERNOON else second

    def after_days(self, second: int, days: int, rng: Random) -> int:
        """A random office second on the days-th working day after a second's day (days >= 1)."""
        return self.next_workday(second // DAY, days) * DAY + office_second(rng)

    @staticmethod
    def closing_in(second: int) -> int:
        """How many seconds of the day are left before closing; negative after it."""
        return CLOSING - second % DAY

    @staticmethod
    def soon(second: int, wait: int) -> int:
        """About `wait` seconds later, but always on the same day, and before closing if the second is.

        Nobody in the hall goes on over noon. In the half hour after closing the hall only finishes what it is at; the
        hotline's evening is longer.
        """
        clock = second % DAY
        if CLOSING <= clock < CLOSING + 1800:
            return second + 20
        left = (CLOSING if clock < CLOSING else DAY) - clock - 1
        later = second + min(wait, left // 2)
        if clock < NOON <= later % DAY < AFTERNOON:
            later += AFTERNOON - NOON
        return later


def office_second(rng: Random) -> int:
    """A random second of the office day, busiest late in the morning and in mid-afternoon; not just before closing."""
    if rng.random() < 0.55:
        return MORNING + int((NOON - MORNING - 1) * rng.betavariate(2.0, 2.2))
    return AFTERNOON + int((CLOSING - AFTERNOON - LAST_CALL) * rng.betavariate(1.6, 2.4))
