"""The store's part for scores: lines in, sums out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from mingjing.instants import at_once, micros
from mingjing.scoring.lines import Line
from mingjing.scoring.periods import Period
from mingjing.scoring.sums import COUNTS, Sums
from mingjing.store.client import Store
from mingjing.store.gathering import FIRST_DAY, LAST_DAY


class Scope(Struct, frozen=True, kw_only=True):
    """Whose sums are asked for; an empty tuple: all."""

    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


EVERYTHING = Scope()


class LineChange(Struct, frozen=True):
    """A line of a subject that begins (sign 1) or ceases (sign -1) to count.

    `hash`: by which the store knows it, where that is not the line's own: what is taken back must be called as it was
    when it was written.
    """

    subject: str
    sign: int
    line: Line
    hash: int | None = None


class Standing(Struct, frozen=True):
    """A line as the store has it, and how many times; anything but once is a mishap that the next change heals."""

    line: Line
    times: int


def write_lines(store: Store, changes: Sequence[LineChange], token: str) -> bool:
    """Writes changes; with the same token the same changes count once, in the lines and in their sums.

    True: they were sent more than once, and a server that was killed meanwhile may have kept half of them.
    """
    lines = [change.line for change in changes]
    columns: dict[str, Sequence[object]] = {
        "subject": [change.subject for change in changes],
        "line": [change.line.hash if change.hash is None else change.hash for change in changes],
        "sign": [change.sign for change in changes],
    }
    columns |= {name: [getattr(line, name) for line in lines] for name in Line.__struct_fields__}
    columns["day"] = [min(max(line.day, FIRST_DAY), LAST_DAY) for line in lines]
    columns["at"] = [micros(line.at) // 1000 for line in lines]
    return store.insert("score_lines", columns, token)


def standing(store: Store, subjects: Collection[str]) -> dict[str, dict[int, Standing]]:
    """The lines of each subject as they stand, by their hashes; a subject without any is left out."""
    found: dict[str, dict[int, Standing]] = {}
    for row in zip(*store.columns("score_standing", subjects=list(subjects)), strict=True):
        subject, hash_, times, about, day, instant, region, department, window, officer, item, *rest = row
        n, good, key, word, ref = rest
        line = Line(
            about=about, day=day, at=at_once(instant), region=region, department=department, window=window,
            officer=officer, item=item, n=n, good=good, key=key, word=word, ref=ref,
        )  # fmt: skip
        found.setdefault(subject, {})[hash_] = Standing(line, times)
    return found


def lines_of(store: Store, subjects: Collection[str]) -> dict[str, set[Line]]:
    """The lines of each subject as they stand, their instants to the millisecond; one without any is left out."""
    found = standing(store, subjects).items()
    return {subject: {one.line for one in lines.values() if one.times > 0} for subject, lines in found}


def sums(store: Store, level: str, period: Period, scope: Scope = EVERYTHING, *, cap: float = 0.6) -> Sums:
    """What each subject of a level did with each item in a period.

    `cap`: the most of the statutory limit that a case can save.
    """
    columns: list[tuple[Any, ...]] = store.columns(
        "score_totals", level=level, grain=period.grain, first=period.since, last=period.until, cap=cap,
        regions=scope.regions, departments=scope.departments, windows=scope.windows, officers=scope.officers,
        items=scope.items,
    )  # fmt: skip
    codes, items, *rest = columns or [()] * (len(COUNTS) + 8)
    counts: Mapping[str, Any] = {
        name: np.array(column, dtype=np.float64) for name, column in zip(COUNTS, rest, strict=False)
    }
    _, speed_n, speed_sum, speed_squares, cards, confirmed = rest[len(COUNTS) :]
    return Sums(
        codes=codes,
        items=items,
        counts=counts,
        speed_n=np.array(speed_n, dtype=np.float64),
        speed_sum=np.array(speed_sum, dtype=np.float64),
        speed_squares=np.array(speed_squares, dtype=np.float64),
        cards=[_standing(one) for one in cards],
        confirmed=[_standing(one) for one in confirmed],
    )


def doubtful_windows(
    store: Store, level: str, period: Period, gates: Sequence[str], scope: Scope = EVERYTHING
) -> list[tuple[str, str]]:
    """The windows of each subject of a level about which a doubt by one of the causes `gates` stands confirmed."""
    columns = store.columns(
        "score_doubtful", level=level, grain=period.grain, first=period.since, last=period.until, gates=tuple(gates),
        regions=scope.regions, departments=scope.departments, windows=scope.windows, officers=scope.officers,
        items=scope.items,
    )  # fmt: skip
    return list(zip(*columns, strict=True))


def _standing(counted: Mapping[str, int]) -> dict[str, int]:
    return {word: n for word, n in counted.items() if n}
