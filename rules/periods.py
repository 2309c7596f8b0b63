"""Periods 考核周期 over which population rules look: calendar days, weeks, months, quarters and years of a time zone.

Instants are whole microseconds since 1970 UTC; a period is [since, until), both local midnights.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from mingjing.zones import Zone

SPANS = ("day", "week", "month", "quarter", "year")
_SPAN = re.compile(r"1 (day|week|month|quarter|year)s?")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(NamedTuple):
    """One period, as far as it is looked at: `until` is its end, or earlier while it is still running."""

    since: int
    until: int
    first: date


def span(words: object) -> str:
    """The span that words like `1 quarter` mean; raises ValueError with what would be right."""
    match = _SPAN.fullmatch(words) if isinstance(words, str) else None
    if match is None:
        raise ValueError(f'{words!r} is no period; write "1 day", "1 week", "1 month", "1 quarter" or "1 year"')
    return match[1]


def begin(kind: str, day: date) -> date:
    """The first day of the period in which a day lies; weeks begin on Monday."""
    if kind == "day":
        return day
    if kind == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def after(kind: str, first: date) -> date:
    """The first day of the next period."""
    if kind in ("day", "week"):
        return first + timedelta(days=1 if kind == "day" else 7)
    month = first.month - 1 + _MONTHS[kind]
    return date(first.year + month // 12, month % 12 + 1, 1)


def periods(over: str, every: str, since: int, as_of: int, zone: Zone) -> Iterator[Period]:
    """The periods from the one in which `since` lies up to as-of; the last one as far as its last look reached.

    A running period is looked at whenever a span `every` ends within it; before its first such look there is none.
    """
    first = begin(over, date.fromordinal(zone.day(since)))
    today = date.fromordinal(zone.day(as_of))
    while first <= today:
        end = after(over, first)
        looked = end if end <= today else begin(every, today)
        if looked > first:
            begins, ends = zone.midnight(first.toordinal()), zone.midnight(looked.toordinal())
            yield Period(begins, ends, first)
        first = end
