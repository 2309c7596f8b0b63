"""What a population rule asks of the rows of its query: which subjects stand out, by how much, against what.

A `Probe` is a line of a rule file, a `Hit` its answer for one row. Rows are plain mappings; nothing here knows SQL.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from mingjing.types import Text
from rules.funnels import binomial_high, binomial_low, others_rate, poisson_high, poisson_low, robust_z

Row = Mapping[str, Any]
TESTS = ("above", "below", "funnel", "binomial", "poisson", "outlier")


class Probe(NamedTuple):
    """One test. Columns: `of` what is measured, `among` out of how many, `expected`, `peers` (the peer group).

    `than`: the threshold of above and below; `least`: rows with fewer `among` (or less expected, or fewer peers) say
    nothing; `effect`, `margin`: by how much, as a ratio and absolutely, a subject must differ to matter whatever chance
    says; `alpha`: the chance that one of all innocent subjects is flagged; `k`, `floor`: an outlier's distance in
    robust standard deviations, and the least MAD; `low`: too few is what stands out.
    """

    how: str
    of: str
    among: str = ""
    expected: str = ""
    peers: str = ""
    than: float = 0.0
    least: float = 0.0
    effect: float = 1.0
    margin: float = 0.0
    alpha: float = 0.001
    k: float = 3.5
    floor: float = 0.0
    low: bool = False


class Sign(NamedTuple):
    """A signal 迹象 with its test; half its `weight` counts at the threshold, all of it far beyond."""

    name: Text
    test: Probe
    weight: float = 0.6


class Hit(NamedTuple):
    """A row that stands out: its value, what would be usual, and how far beyond the threshold (0 to 1)."""

    value: float
    expected: float
    far: float


def hits(test: Probe, rows: Sequence[Row]) -> dict[int, Hit]:
    """The rows that stand out, by their place."""
    match test.how:
        case "above" | "below":
            found = _threshold(test, rows)
        case "funnel":
            found = _funnel(test, rows)
        case "binomial":
            found = _binomial(test, rows)
        case "poisson":
            found = _poisson(test, rows)
        case _:
            found = _outlier(test, rows)
    return dict(found)


def _threshold(test: Probe, rows: Sequence[Row]) -> Iterator[tuple[int, Hit]]:
    for place, row in enumerate(rows):
        value = row[test.of]
        if value is None or (test.among and row[test.among] < test.least):
            continue
        if test.how == "above" and value >= test.than:
            yield place, Hit(value, test.than, _far(test.than, value))
        elif test.how == "below" and value <= test.than:
            yield place, Hit(value, test.than, _far(value, test.than))


def _groups(test: Probe, rows: Sequence[Row]) -> Iterator[list[int]]:
    """The places of the rows of each peer group."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row[test.of] is not None:
            groups[row[test.peers] if test.peers else ""].append(place)
    yield from groups.values()


def _funnel(test: Probe, rows: Sequence[Row]) -> Iterator[tuple[int, Hit]]:
    """Rates outside the exact binomial limits around the rate of all peers, the subject itself left out."""
    trials = [
        (place, rows[place][test.of], rows[place][test.among], others_rate(*_own(test, rows[place]), *totals))
        for group in _groups(test, rows)
        if len({rows[place]["subject"] for place in group}) > 3  # fewer than three others are no peers
        for totals in [(sum(rows[p][test.of] for p in group), sum(rows[p][test.among] for p in group))]
        for place in group
        if rows[place][test.among] >= max(test.least, 1) and totals[1] > rows[place][test.among]
    ]
    for place, k, n, rate in trials:
        if hit := _rate(test, k, n, rate, len(trials)):
            yield place, hit


def _own(test: Probe, row: Row) -> tuple[int, int]:
    return row[test.of], row[test.among]


def _binomial(test: Probe, rows: Sequence[Row]) -> Iterator[tuple[int, Hit]]:
    """Rates outside the exact binomial limits around a rate that the row itself states."""
    tried = [
        place
        for place, row in enumerate(rows)
        if row[test.expected] is not None and row[test.among] >= max(test.least, 1)
    ]
    for place in tried:
        row = rows[place]
        if hit := _rate(test, row[test.of], row[test.among], row[test.expected], len(tried)):
            yield place, hit


def _rate(test: Probe, k: int, n: int, rate: float, subjects: int) -> Hit | None:
    chance = binomial_low(k, n, rate) if test.low else binomial_high(k, n, rate)
    own = k / n
    return _beyond(test, own, rate) if chance < test.alpha / subjects else None


def _poisson(test: Probe, rows: Sequence[Row]) -> Iterator[tuple[int, Hit]]:
    """Counts outside the exact Poisson limits around an expected count."""
    tried = [
        place
        for place, row in enumerate(rows)
        if row[test.expected] is not None and row[test.expected] > 0 and row[test.expected] >= test.least
    ]
    for place in tried:
        count, mean = rows[place][test.of], rows[place][test.expected]
        chance = poisson_low(count, mean) if test.low else poisson_high(count, mean)
        if chance < test.alpha / len(tried) and (hit := _beyond(test, count, mean)):
            yield place, hit


def _beyond(test: Probe, value: float, usual: float) -> Hit | None:
    """The hit, if the difference is large enough to matter."""
    if test.low:
        matters = value * test.effect <= usual and usual - value >= test.margin
        far = _far(value, usual)
    else:
        matters = value >= usual * test.effect and value - usual >= test.margin
        far = _far(usual, value)
    return Hit(value, usual, far) if matters else None


def _outlier(test: Probe, rows: Sequence[Row]) -> Iterator[tuple[int, Hit]]:
    """Values far from the median of their peers, in robust standard deviations."""
    for group in _groups(test, rows):
        counted = [p for p in group if not test.among or rows[p][test.among] >= test.least]
        if len(counted) < 6:  # of fewer than five others there is no median worth the name
            continue
        for place in counted:
            value = rows[place][test.of]
            others = [rows[other][test.of] for other in counted if other != place]
            sign = -1 if test.low else 1
            z = sign * robust_z(value, others, test.floor or 1e-9)
            usual = sorted(others)[len(others) // 2]
            if z >= test.k and (hit := _beyond(test, value, usual)):
                yield place, hit._replace(far=_far(test.k, z))


def _far(low: float, high: float) -> float:
    """0 where the two are equal, towards 1 as the higher one is many times the lower."""
    if high == inf or high <= 0:
        return 0.0 if high <= 0 else 1.0
    return min(1.0, max(0.0, 1 - low / high))
