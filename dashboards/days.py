"""A clock's ledger, day by day and month by month, so that a person can count along with a finger.

Pure: unfolds the runs of a `mingjing.types.Clock` into single days. Only clocks of day precision have days.
"""

from calendar import Calendar
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.types import Clock, LedgerLine

Kind = Literal["start", "counted", "rest", "paused", "late", "other"]
MOST_DAYS = 1_100
"""Days unfolded at most, about three years; what lies beyond is told by the runs of the ledger alone."""


class Day(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One local day of a clock. `number`: which counted day it is, from 1; None if it does not count."""

    day: date
    kind: Kind
    number: float | None = None
    due: bool = False
    stopped: bool = False
    breach: bool = False
    notes: tuple[str, ...] = ()


class Month(Struct, frozen=True):
    """A month as a wall calendar shows it: all its days, None where the clock has no say."""

    first: date
    days: tuple[tuple[date, Day | None], ...]


def unfold(clock: Clock, breach: datetime | None = None) -> list[Day]:
    """The days from the start to the end of the ledger, the stop or the breach, whichever is last.

    `breach` is the finding's instant; one at 24:00 belongs to the day that ends then. Days after the due day that
    the ledger does not tell of are `late`. Second precision: no days.
    """
    if clock.precision != "day":
        return []
    zone = ZoneInfo(clock.timezone)
    start = clock.started_at.astimezone(zone).date()
    runs = dict(_days_of_runs(clock.ledger))
    notes = _notes(clock.ledger, zone)
    stopped = clock.stopped_at.astimezone(zone).date() if clock.stopped_at else None
    broken = _last_day_before(breach, zone) if breach else None
    last = max([start, *runs, *(day for day in (stopped, broken, clock.due_on) if day)])
    last = min(last, start + timedelta(days=MOST_DAYS))
    found = []
    for offset in range((last - start).days + 1):
        day = start + timedelta(days=offset)
        late = clock.due_on is not None and day > clock.due_on
        kind, number = runs.get(day, ("late" if late else "other", None))
        found.append(
            Day(
                day=day,
                kind="start" if day == start and day not in runs else ("late" if late and kind == "counted" else kind),
                number=number,
                due=day == clock.due_on,
                stopped=day == stopped,
                breach=day == broken,
                notes=tuple(notes.get(day, ())),
            )
        )
    return found


def months(days: Sequence[Day]) -> list[Month]:
    """The days on the pages of a wall calendar."""
    by_date = {day.day: day for day in days}
    weeks = Calendar(firstweekday=0)
    return [
        Month(
            first=date(year, month, 1),
            days=tuple((day, by_date.get(day)) for day in weeks.itermonthdates(year, month) if day.month == month),
        )
        for (year, month), _ in groupby(days, key=lambda day: (day.day.year, day.day.month))
    ]


def _days_of_runs(ledger: Sequence[LedgerLine]) -> Iterator[tuple[date, tuple[Kind, float | None]]]:
    for line in ledger:
        if line.first is None or line.last is None or line.kind not in ("counted", "rest", "paused"):
            continue
        length = min((line.last - line.first).days + 1, MOST_DAYS)
        for offset in range(length):
            day = line.first + timedelta(days=offset)
            if line.kind == "counted":
                yield day, ("counted", line.total - line.units + (offset + 1) * line.units / length)
            else:
                yield day, (line.kind, None)


def _notes(ledger: Sequence[LedgerLine], zone: ZoneInfo) -> dict[date, list[str]]:
    notes: dict[date, list[str]] = {}
    for line in ledger:
        if line.note is None:
            continue
        if line.kind == "rung" and line.since:
            notes.setdefault(_last_day_before(line.since, zone), []).append(line.note)
        elif line.kind == "extended" and line.since:
            notes.setdefault(line.since.astimezone(zone).date(), []).append(line.note)
        elif line.first:
            notes.setdefault(line.first, []).append(line.note)
    return notes


def _last_day_before(instant: datetime, zone: ZoneInfo) -> date:
    """The day that an instant ends or falls on: 00:00 is the 24:00 of the day before."""
    return (instant - timedelta(microseconds=1)).astimezone(zone).date()
