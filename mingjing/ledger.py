"""The clock ledger 时限台账: how a limit was used up, line by line, so that anyone can check it by hand."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Literal

from mingjing.calendars import Days, EveryDay
from mingjing.clock import Extension, TimeMeasure
from mingjing.instants import at
from mingjing.types import LedgerLine

Kind = Literal["counted", "rest", "paused"]

NONE = range(0)


def day_lines(
    days: Days, start: int, last: int, pauses: Sequence[tuple[int, int]], rests: range = NONE
) -> list[LedgerLine]:
    """Day precision: runs of days alike from the day after the start to a day, both local and included.

    `rests` are days that do not count although `days` says so: those on which the period may not end.
    """
    if last <= start:
        return []
    if isinstance(days, EveryDay) and not pauses and not rests:
        return [_run("counted", start + 1, last, last - start, last - start)]

    def kind(day: int) -> Kind:
        if any(since < day <= until for since, until in pauses):
            return "paused"
        return "counted" if days.counts(day) and day not in rests else "rest"

    lines, total = [], 0
    for alike, run in groupby(range(start + 1, last + 1), kind):
        stretch = list(run)
        counted = len(stretch) if alike == "counted" else 0
        total += counted
        lines.append(_run(alike, stretch[0], stretch[-1], counted, total))
    return lines


def _run(kind: Kind, first: int, last: int, units: int, total: int) -> LedgerLine:
    return LedgerLine(kind=kind, first=date.fromordinal(first), last=date.fromordinal(last), units=units, total=total)


def time_lines(
    measure: TimeMeasure, start: int, last: int, pauses: Sequence[tuple[int, int]], unit: int
) -> list[LedgerLine]:
    """Second precision: stretches that count and pauses between two instants; units of `unit` microseconds."""
    lines: list[LedgerLine] = []
    total, position = 0, start

    def stretch(kind: Kind, since: int, until: int) -> None:
        nonlocal total
        counted = measure.count(since, until) if kind == "counted" else 0
        total += counted
        lines.append(LedgerLine(kind=kind, since=at(since), until=at(until), units=counted / unit, total=total / unit))

    for since, until in pauses:
        if until <= position or since >= last:
            continue
        if since > position:
            stretch("counted", position, since)
        stretch("paused", max(since, position), min(until, last))
        position = min(until, last)
    if position < last:
        stretch("counted", position, last)
    return lines


def extension_lines(extensions: Sequence[Extension], unit: int) -> list[LedgerLine]:
    """The extensions that counted, each at its approval; `unit` as in the limit's amounts."""
    return [
        LedgerLine(kind="extended", since=at(e.approved), units=e.amount / unit, note=e.event_id) for e in extensions
    ]
