"""A time of one day cut into stretches alike: counted, outside the hours, or excused; excuses are united, not added.

Instants are whole microseconds since 1970 UTC, half-open: from `since` up to, and not including, `until`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from mingjing.clock import FOREVER
from mingjing.instants import MINUTE, at
from mingjing.types import LedgerLine

Span = tuple[int, int]
"""Opening hours: from an instant to another."""


class Excuse(NamedTuple):
    """A time that does not count: why, in the words of an event type, and the events that it rests on."""

    since: int
    until: int
    note: str
    events: tuple[str, ...] = ()


class Stretch(NamedTuple):
    """A time that is treated alike throughout."""

    kind: Literal["counted", "rest", "paused"]
    since: int
    until: int
    note: str = ""


def split(since: int, until: int, spans: Sequence[Span], excuses: Sequence[Excuse]) -> list[Stretch]:
    """The stretches between two instants, in order and without a gap; of several excuses the earliest is named."""
    marks = {since, until}
    for first, last in (*spans, *((one.since, one.until) for one in excuses)):
        marks |= {mark for mark in (first, last) if since < mark < until}
    cuts, named = sorted(marks), sorted(excuses)
    stretches: list[Stretch] = []
    for first, last in pairwise(cuts):
        one = _alike(first, last, spans, named)
        before = stretches[-1] if stretches else None
        if before is not None and (before.kind, before.note) == (one.kind, one.note):
            stretches[-1] = before._replace(until=last)
        else:
            stretches.append(one)
    return stretches


def _alike(first: int, last: int, spans: Sequence[Span], excuses: Sequence[Excuse]) -> Stretch:
    if not any(opens <= first < closes for opens, closes in spans):
        return Stretch("rest", first, last)
    excuse = next((one for one in excuses if one.since <= first < one.until), None)
    return Stretch("counted", first, last) if excuse is None else Stretch("paused", first, last, excuse.note)


def counted(stretches: Sequence[Stretch]) -> int:
    """The microseconds that count."""
    return sum(one.until - one.since for one in stretches if one.kind == "counted")


def used_up(stretches: Sequence[Stretch], amount: int) -> int:
    """The instant after which more than an amount is counted; FOREVER where it never is."""
    left = amount
    for one in stretches:
        if one.kind == "counted":
            if one.until - one.since > left:
                return one.since + left
            left -= one.until - one.since
    return FOREVER


def events(excuses: Sequence[Excuse], since: int, until: int) -> Iterator[str]:
    """The events that excuses between two instants rest on; of one that goes on beyond, what it began with."""
    for one in sorted(excuses):
        if one.since < until and one.until > since:
            yield from one.events if one.until <= until else one.events[:1]


def ledger(stretches: Sequence[Stretch]) -> Iterator[LedgerLine]:
    """The stretches as lines that anybody can add up, in minutes."""
    total = 0
    for one in stretches:
        amount = one.until - one.since if one.kind == "counted" else 0
        total += amount
        yield LedgerLine(
            kind=one.kind,
            since=at(one.since),
            until=at(one.until),
            units=amount / MINUTE,
            total=total / MINUTE,
            note=one.note or None,
        )
