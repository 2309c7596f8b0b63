"""Whether the sums of scores are those of the lines, and making them so again.

Lines are the truth; sums follow them through a materialized view. A server that was killed between the two may have
kept one without the other. Then what is missing (or too much) is added as one more row of each sum: an insert like any
other, which needs no right but to insert, and which readers see whole or not at all.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from mingjing.scoring.periods import Period
from mingjing.store.client import Store

ROUNDS = 3
MANY = 100_000
ALL = 2**32 - 1
DIMENSIONS = ("region", "department", "window", "officer", "item")


class Unlike(Struct, frozen=True, order=True):
    """A month of a grain (for the grain year: a year) whose sums lack `lines` lines and so much of the checksum."""

    grain: str
    start: date
    lines: int
    checksum: int

    @property
    def span(self) -> Period:
        """Its days."""
        return Period.of("year" if self.grain == "year" else "month", self.start)


class Delta(Struct, frozen=True):
    """What the sums of one subject and item lack, by column; negative where they have too much."""

    grain: str
    start: date
    who: tuple[str, ...]
    lacks: dict[str, Any]


class Doubled(Struct, frozen=True):
    """A line that does not stand once."""

    subject: str
    line: int
    times: int


def unlike(store: Store) -> list[Unlike]:
    """Where the sums are not those of the lines, by their checksums: reads three columns of all lines."""
    return [Unlike(**row) for row in store.query("score_unlike")]


def deltas(store: Store, grain: str, span: Period, *, limit: int = MANY) -> list[Delta]:
    """What the sums of a grain lack in a span of its days, in every column."""
    rows = store.query("score_deltas", grain=grain, first=span.since, last=span.until, limit=limit)
    return [_delta(row) for row in rows]


def _delta(row: dict[str, Any]) -> Delta:
    who = tuple(row.pop(name) for name in DIMENSIONS)
    grain, start = row.pop("grain"), row.pop("start")
    return Delta(grain, start, who, {name: value for name, value in row.items() if value})


def repair(store: Store, wrong: Iterable[Unlike]) -> None:
    """Adds what these sums lack. Nobody else may write lines meanwhile."""
    for one in wrong:
        span = one.span
        store.add("score_sums", "score_deltas", grain=one.grain, first=span.since, last=span.until, limit=ALL)


def repaired(store: Store) -> Sequence[Unlike]:
    """Checks and repairs until nothing is unlike any more; what was at first. Nobody else may write lines meanwhile."""
    first = found = unlike(store)
    for _ in range(ROUNDS):
        if not found:
            break
        repair(store, found)
        found = unlike(store)
    return first


def doubled(store: Store, limit: int = MANY) -> list[Doubled]:
    """Lines that do not stand once; reads all lines in order."""
    return [Doubled(**row) for row in store.query("score_doubled", limit=limit)]


def years(store: Store) -> list[tuple[str, Period]]:
    """Every grain with every year in which there are lines or sums."""
    years = [row["start"] for row in store.query("score_years")]
    return [(grain, Period.of("year", start)) for start in years for grain in ("day", "month", "year")]
