"""The ledger of a clock, day by day, so that a reader can follow it with a calendar in hand. Pure."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from mingjing.types import Clock, LedgerLine

HEADS = ("day", "since", "until", "kind", "units", "total", "note")
LONGEST = 4_000
"""Days that are told one by one; a run beyond that keeps its first and last day in one row."""


class DayLine(Struct, frozen=True):
    """One local day, or one span of time; `units` and `total` in the clock's unit."""

    day: str
    since: str
    until: str
    kind: str
    units: float
    total: float
    note: str


def by_day(clock: Clock) -> Iterator[DayLine]:
    """The ledger's lines with every run of days taken apart; what counts, counts one unit a day."""
    for line in clock.ledger:
        if line.first is None or line.last is None:
            yield _span(line)
        elif (line.last - line.first).days >= LONGEST:
            yield DayLine(f"{line.first}/{line.last}", "", "", line.kind, line.units, line.total, line.note or "")
        else:
            yield from _days(line, line.first, line.last)


def _days(line: LedgerLine, first: date, last: date) -> Iterator[DayLine]:
    counted = line.kind == "counted"
    length = (last - first).days + 1
    for number in range(length):
        units = line.units / length if counted else 0
        total = line.total - line.units + units * (number + 1) if counted else line.total
        day = first + timedelta(number)
        yield DayLine(day.isoformat(), "", "", line.kind, units, total, line.note or "")


def _span(line: LedgerLine) -> DayLine:
    since = line.since.isoformat() if line.since else ""
    until = line.until.isoformat() if line.until else ""
    return DayLine("", since, until, line.kind, line.units, line.total, line.note or "")


def as_csv(clock: Clock) -> bytes:
    """The days as CSV, UTF-8 with a byte order mark as spreadsheets want it."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADS)
    for line in by_day(clock):
        lines.writerow([line.day, line.since, line.until, line.kind, f"{line.units:g}", f"{line.total:g}", line.note])
    return out.getvalue().encode("utf-8-sig")
