"""Periods of assessment 考核周期: day, week, month, quarter, year, or any span of days."""

import re
from datetime import date, timedelta
from typing import Literal, Self

from msgspec import Struct

from mingjing.instants import EARLIEST, LATEST

Grain = Literal["day", "month", "year"]
Kind = Literal["day", "week", "month", "quarter", "year", "span"]
KINDS: tuple[Kind, ...] = ("day", "week", "month", "quarter", "year")


class Period(Struct, frozen=True, order=True):
    """Local days from `since` to before `until`."""

    since: date
    until: date
    kind: Kind = "span"

    @classmethod
    def of(cls, kind: Kind, day: date) -> Self:
        """The period of a kind that a day lies in; weeks begin on Monday."""
        match kind:
            case "day":
                return cls(day, day + timedelta(days=1), kind)
            case "week":
                monday = day - timedelta(days=day.weekday())
                return cls(monday, monday + timedelta(days=7), kind)
            case "month":
                return cls(day.replace(day=1), _months(day.replace(day=1), 1), kind)
            case "quarter":
                first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
                return cls(first, _months(first, 3), kind)
            case "year":
                return cls(date(day.year, 1, 1), date(day.year + 1, 1, 1), kind)
            case "span":
                raise ValueError("a span has no kind; give its days")

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-03-09`, `2026-W11`, `2026-03`, `2026-Q1`, `2026`, or `2017-01-01..2026-12-31` (both days included).

        ValueError for anything else.
        """
        try:
            found = cls._parsed(text)
        except OverflowError:
            raise ValueError(f"{text!r} ends after all days that there are") from None
        if not EARLIEST.year <= found.since.year <= found.until.year <= LATEST.year:
            raise ValueError(f"{text!r} does not lie within the years {EARLIEST.year} to {LATEST.year}")
        return found

    @classmethod
    def _parsed(cls, text: str) -> Self:
        if found := re.fullmatch(r"(\d{4})-W(\d{2})", text):
            return cls.of("week", date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            return cls.of("quarter", date(int(found[1]), int(found[2]) * 3 - 2, 1))
        if re.fullmatch(r"\d{4}", text):
            return cls.of("year", date(int(text), 1, 1))
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return cls.of("month", date.fromisoformat(f"{text}-01"))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return cls.of("day", date.fromisoformat(text))
        first, dots, last = text.partition("..")
        if dots and (since := date.fromisoformat(first)) <= (until := date.fromisoformat(last)):
            return cls(since, until + timedelta(days=1))
        raise ValueError(
            f"{text!r} is no period: 2026-03-09, 2026-W11, 2026-03, 2026-Q1, 2026 or 2026-01-01..2026-06-30"
        )

    @property
    def code(self) -> str:
        """The text that `parse` reads."""
        match self.kind:
            case "day":
                return self.since.isoformat()
            case "week":
                year, week, _ = self.since.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{self.since:%Y-%m}"
            case "quarter":
                return f"{self.since.year}-Q{(self.since.month + 2) // 3}"
            case "year":
                return f"{self.since.year}"
            case "span":
                return f"{self.since}..{self.until - timedelta(days=1)}"

    @property
    def before(self) -> Self:
        """The period of the same kind (or length) just before."""
        if self.kind == "span":
            return type(self)(self.since - (self.until - self.since), self.since)
        return type(self).of(self.kind, self.since - timedelta(days=1))

    @property
    def grain(self) -> Grain:
        """The coarsest sums that this period is made of."""
        if (self.since.month, self.since.day, self.until.month, self.until.day) == (1, 1, 1, 1):
            return "year"
        return "month" if self.since.day == self.until.day == 1 else "day"


def _months(first: date, count: int) -> date:
    month = first.month - 1 + count
    return date(first.year + month // 12, month % 12 + 1, 1)
