"""What moved a score between two periods, indicator by indicator.

Three steps lead from the one to the other, and each is a score of its own, so that they add up exactly:
1. own performance 自身表现: as in the first period, but of each item it did then, at the rates of the second;
2. mix and sample 办件结构: its figures of the second period, which are other items and other numbers of cases;
3. peers 同类变化: everybody's figures of the second period, which is what the subject is held against.
"""

from collections.abc import Mapping

import msgspec
import numpy as np
from msgspec import Struct

from mingjing.scoring.results import Score
from mingjing.scoring.rollup import only
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.score import score
from mingjing.scoring.sums import COUNTS, ItemFact, Numbers, Sums
from mingjing.scoring.table import Places

BONUS = "bonus"


class Moved(Struct, frozen=True, kw_only=True):
    """How an indicator (or BONUS) moved: points `before` and `now`, and what of the difference is whose.

    before + own + mix + peers = now. Where one of the periods has no data for it, the points then are None, and count
    as 0 in the three shares.
    """

    indicator: str
    before: float | None
    now: float | None
    own: float
    mix: float
    peers: float


def change(code: str, before: Sums, now: Sums, items: Mapping[str, ItemFact], scheme: Scheme) -> tuple[Moved, ...]:
    """What moved a subject's score, the largest move first; nothing if it is missing in both periods.

    Both periods are scored with the same scheme and weights of items; gates and the minimum are left aside.
    """
    open_scheme = msgspec.structs.replace(scheme, gates=(), minimum=0.0)
    mine, others, new = only(before, {code}), only(before, {*before.codes} - {code}), only(now, {code})
    steps = [before, _joined(_as_done(mine, new), others), _joined(new, others), now]
    points = [_points(next((one for one in score(step, items, open_scheme) if one.code == code), None), scheme)
              for step in steps]  # fmt: skip
    names = [one for one in (*(each.id for each in scheme.indicators), BONUS) if any(one in each for each in points)]
    moves = [
        Moved(
            indicator=name,
            before=points[0].get(name),
            now=points[3].get(name),
            own=points[1].get(name, 0.0) - points[0].get(name, 0.0),
            mix=points[2].get(name, 0.0) - points[1].get(name, 0.0),
            peers=points[3].get(name, 0.0) - points[2].get(name, 0.0),
        )
        for name in names
    ]
    return tuple(sorted(moves, key=lambda one: -abs((one.now or 0.0) - (one.before or 0.0))))


def _points(one: Score | None, scheme: Scheme) -> dict[str, float]:
    if one is None:
        return {}
    bonus = {BONUS: one.bonus} if scheme.bonus else {}
    return {value.indicator: value.points for value in one.values} | bonus


def _joined(one: Sums, two: Sums) -> Sums:
    return Sums(
        codes=[*one.codes, *two.codes],
        items=[*one.items, *two.items],
        counts={name: np.concatenate([one.counts[name], two.counts[name]]) for name in COUNTS},
        speed_n=np.concatenate([one.speed_n, two.speed_n]),
        speed_sum=np.concatenate([one.speed_sum, two.speed_sum]),
        speed_squares=np.concatenate([one.speed_squares, two.speed_squares]),
        cards=[*one.cards, *two.cards],
        confirmed=[*one.confirmed, *two.confirmed],
    )


def _as_done(one: Sums, two: Sums) -> Sums:
    """The first figures, of each item at the rates of the second where that has any."""
    both = [(row, two.items.index(item)) for row, item in enumerate(one.items) if item in two.items]
    if not both:
        return one
    rows, at = (np.array(each, dtype=np.intp) for each in zip(*both, strict=True))
    counts = {name: column.copy() for name, column in one.counts.items()}
    cases = np.maximum(one.counts["closed"], one.counts["committed_n"])[rows]
    more = _ratio(cases, np.maximum(two.counts["closed"], two.counts["committed_n"])[at])
    for name in COUNTS:
        n = name.removesuffix("_good") + "_n"
        if name.endswith("_good"):
            _put(counts[name], rows, two.counts[name][at], _ratio(one.counts[n][rows], two.counts[n][at]))
    _put(counts["complaint_n"], rows, two.counts["complaint_n"][at], more)
    speed = _ratio(one.speed_n[rows], two.speed_n[at])
    total, squares = one.speed_sum.copy(), one.speed_squares.copy()
    _put(total, rows, two.speed_sum[at], speed)
    _put(squares, rows, two.speed_squares[at], speed)
    cards: list[Mapping[str, float]] = list(one.cards)
    for row, other, times in zip(rows, at, more, strict=True):
        if times > 0:
            cards[row] = {word: count * times for word, count in two.cards[other].items()}
    return msgspec.structs.replace(one, counts=counts, speed_sum=total, speed_squares=squares, cards=cards)


def _ratio(part: Numbers, of: Numbers) -> Numbers:
    """0 where there is nothing to go by."""
    return np.where(of > 0, part / np.where(of > 0, of, 1.0), 0.0)


def _put(column: Numbers, rows: Places, values: Numbers, times: Numbers) -> None:
    """Values at a scale; where that is 0, what was there stays."""
    column[rows] = np.where(times > 0, values * times, column[rows])
