"""The green channel 绿色通道 and agents 代办 counted apart, against ordinary cases of the same items. Pure.

A lane's cases are held against what ordinary cases of the same items, in the same mix, would have given (direct
standardisation): whoever sends only easy items through the green channel gains nothing by it.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct
from scipy.stats import betabinom

from mingjing.insight.rates import Rate, rate

Lane = Literal["ordinary", "green", "agent", "both"]
DOUBT = 0.05
"""How often any difference at all may come from chance alone, shared among all that are compared (Bonferroni)."""
FAVOURED: tuple[Lane, ...] = ("green", "agent", "both")


class Counted(Struct, frozen=True, kw_only=True):
    """Cases of one item in one lane: `good` of `n` were on time; `used`: how many took so many working days."""

    item: str
    lane: Lane
    n: int
    good: int
    used: Mapping[int, int]


class Standing(Struct, frozen=True, kw_only=True):
    """One lane as a whole, or on one item: the rate on time with its interval, the median of the working days.

    `usual_rate`, `usual_days`: of ordinary cases of the same items in the same mix (means of the items' rates and of
    their medians, weighed by this lane's cases); `compared`: how many of this lane's cases those items have.
    `verdict`: -1 where so few of these on time, 1 where so many, are less likely by chance than DOUBT, shared among all
    that are compared; 0 otherwise, or with nothing to compare. Few ordinary cases make few things unlikely.
    """

    lane: Lane
    rate: Rate
    median: float | None
    usual_rate: float | None = None
    usual_days: float | None = None
    compared: int = 0
    verdict: int = 0


def lanes(rows: Iterable[Counted], among: int = len(FAVOURED)) -> list[Standing]:
    """All lanes that have cases, the ordinary one first; `among`: how many are compared at once."""
    kept = list(rows)
    ordinary = {one.item: one for one in kept if one.lane == "ordinary" and one.n}
    found = []
    for lane in ("ordinary", *FAVOURED):
        own = [one for one in kept if one.lane == lane and one.n]
        if own:
            found.append(_standing(lane, own, {} if lane == "ordinary" else ordinary, DOUBT / max(1, among)))
    return found


def by_item(rows: Iterable[Counted]) -> list[tuple[str, list[Standing]]]:
    """Per item that has favoured cases, its lanes, the ordinary one first; the item with most favoured cases first."""
    kept = list(rows)
    among = sum(one.lane != "ordinary" for one in kept)
    items: dict[str, list[Counted]] = {}
    for one in kept:
        items.setdefault(one.item, []).append(one)
    several = {
        item: (sum(one.n for one in own if one.lane != "ordinary"), lanes(own, among)) for item, own in items.items()
    }
    ordered = sorted(several.items(), key=lambda pair: (-pair[1][0], pair[0]))
    return [(item, found) for item, (favoured, found) in ordered if favoured]


def median(used: Mapping[int, int]) -> float | None:
    """The median of a histogram; None where it is empty.

    >>> median({1: 2, 5: 1}), median({1: 1, 4: 1}), median({})
    (1, 2.5, None)
    """
    total = sum(used.values())
    if not total:
        return None
    low = high = -1
    seen = 0
    for value, count in sorted(used.items()):
        seen += count
        if low < 0 and seen * 2 >= total:
            low = value
        if seen * 2 > total:
            high = value
            break
    return low if low == high else (low + high) / 2


def _standing(lane: Lane, own: list[Counted], ordinary: Mapping[str, Counted], doubt: float) -> Standing:
    used: dict[int, int] = {}
    for one in own:
        for taken, count in one.used.items():
            used[taken] = used.get(taken, 0) + count
    found = rate(lane, "committed", sum(one.good for one in own), sum(one.n for one in own))
    alike = [(one.n, ordinary[one.item]) for one in own if one.item in ordinary]
    compared = sum(n for n, _ in alike)
    if not compared:
        return Standing(lane=lane, rate=found, median=median(used))
    usual = sum(n * other.good / other.n for n, other in alike) / compared
    likely = sum(n * (other.good + 0.5) / (other.n + 1) for n, other in alike) / compared  # no rate is certain
    known = compared**2 / sum(n * n / other.n for n, other in alike)  # as many ordinary cases of one item would tell
    good = sum(one.good for one in own if one.item in ordinary)
    days = [(n, middle) for n, other in alike if (middle := median(other.used)) is not None]
    weight = sum(n for n, _ in days)
    return Standing(
        lane=lane,
        rate=found,
        median=median(used),
        usual_rate=usual,
        usual_days=sum(n * middle for n, middle in days) / weight if weight else None,
        compared=compared,
        verdict=_verdict(good, compared, likely, known + 1, doubt),
    )


def _verdict(good: int, n: int, usual: float, weight: float, doubt: float) -> int:
    """Tails of what `n` more cases give where `weight` cases tell the usual rate; half of the doubt each."""
    chance = betabinom(n, usual * weight, (1 - usual) * weight)
    if chance.cdf(good) < doubt / 2:
        return -1
    return 1 if chance.sf(good - 1) < doubt / 2 else 0
