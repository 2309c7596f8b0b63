"""How many cases come in on each day: weekdays, seasons, the days after holidays; and at what time of day."""

from datetime import date
from random import Random

from mingjing.simulate.almanac import DAY, Almanac, office_second

A_YEAR = 300_000
WEEKDAYS = (1.22, 1.06, 0.98, 0.95, 0.93, 1.0, 1.0)  # Monday first; a Saturday or Sunday that works is a usual day
MONTHS = (0.92, 0.75, 1.2, 1.08, 1.0, 1.12, 1.06, 0.98, 1.05, 0.88, 1.04, 1.1)
REST_DAY = 0.07  # the hotline and the online hall never close


def weight(almanac: Almanac, day: int) -> float:
    """A day's share of the work, 1 being an average working day."""
    when = date.fromordinal(day)
    if not almanac.works(day):
        return REST_DAY
    after_holiday = not any(almanac.works(before) for before in range(day - 3, day))
    return WEEKDAYS[when.weekday()] * MONTHS[when.month - 1] * (1.35 if after_holiday else 1.0)


class Load:
    """Whole numbers of cases per day whose sum is exact: over each calendar year, or over one period."""

    def __init__(self, almanac: Almanac, period: tuple[int, int] | None = None, cases: int = A_YEAR) -> None:
        """`period`: first day and the day after the last, over which there are `cases`; None: `cases` in every year."""
        self.almanac, self.period, self.cases = almanac, period, cases
        self._counts: dict[int, int] = {}
        if period:
            self._share(*period)

    def on(self, day: int) -> int:
        """How many cases begin on a day."""
        if day not in self._counts:
            if self.period:
                return 0
            year = date.fromordinal(day).year
            self._share(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        return self._counts[day]

    def _share(self, first: int, end: int) -> None:
        weights = [weight(self.almanac, day) for day in range(first, end)]
        whole, passed, given = sum(weights), 0.0, 0
        for day, share in zip(range(first, end), weights, strict=True):
            passed += share
            upto = round(self.cases * passed / whole) if day + 1 < end else self.cases
            self._counts[day], given = upto - given, upto


def hall_second(day: int, rng: Random) -> int:
    """When somebody comes to a window."""
    return day * DAY + office_second(rng)


def home_second(day: int, rng: Random) -> int:
    """When somebody writes or calls from home or office: mostly between 8 and 22 o'clock."""
    if rng.random() < 0.6:
        return hall_second(day, rng)
    return day * DAY + 7 * 3600 + int(16 * 3600 * rng.betavariate(2, 2))
