"""Sums made by hand: cities for tests of scoring."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from mingjing.scoring.scheme import Scheme
from mingjing.scoring.sums import COUNTS, Sums
from mingjing.types import Text


class Did(Struct, kw_only=True):
    """What a subject did of an item: its cases, and how many of them well; `saved` of the limit on the average."""

    code: str
    item: str = "a"
    cases: int = 0
    on_time: int | None = None
    saved: float = 0.3
    cards: Mapping[str, int] = {}
    confirmed: Mapping[str, int] = {}
    more: Mapping[str, float] = {}


def sums(rows: Sequence[Did]) -> Sums:
    """The sums of rows."""
    counts = {name: np.zeros(len(rows)) for name in COUNTS}
    for place, row in enumerate(rows):
        good = row.cases if row.on_time is None else row.on_time
        for name, count in {"closed": row.cases, "committed_n": row.cases, "committed_good": good, **row.more}.items():
            counts[name][place] = count
    n = np.array([float(row.cases) for row in rows])
    saved = np.array([row.saved for row in rows])
    return Sums(
        codes=[row.code for row in rows],
        items=[row.item for row in rows],
        counts=counts,
        speed_n=n,
        speed_sum=n * saved,
        speed_squares=n * (saved**2 + 0.02),
        cards=[row.cards for row in rows],
        confirmed=[row.confirmed for row in rows],
    )


def windows(
    dice: np.random.Generator, count: int = 12, *, good: float = 0.96, spread: float = 0.8, items: str = "ab"
) -> list[Did]:
    """Windows of 20 to 400 cases whose on-time rates lie around `good`, a logit apart or so."""
    rows = []
    for place in range(count):
        rate = 1 / (1 + (1 - good) / good * np.exp(-spread * dice.normal()))
        for item in items:
            cases = int(dice.integers(10, 200))
            late = int(dice.binomial(cases, 1 - rate))
            yellow = int(dice.poisson(cases * 0.02))
            more: dict[str, Any] = {
                "rating_n": cases // 3,
                "rating_good": cases // 3 - int(dice.binomial(cases // 3, 0.1)),
            }
            rows.append(
                Did(
                    code=f"w{place:02}", item=item, cases=cases, on_time=cases - late,
                    saved=float(dice.uniform(0.2, 0.5)),
                    cards={"P1:2": yellow, "lateness:2": late}, more=more,
                )
            )  # fmt: skip
    return rows


def text(word: str) -> Text:
    """A text that says the same twice."""
    return Text(zh=word, en=word)


def only(scheme: Scheme, *ids: str) -> tuple[Any, ...]:
    """Some of a scheme's indicators."""
    return tuple(one for one in scheme.indicators if one.id in ids)
