"""Departments side by side 效能地图: who differs from the others, what is best and what drags down. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from mingjing.insight.rare import Rare, rare
from mingjing.scoring.results import Score, Value
from mingjing.scoring.sums import Sums

Standing = Literal["above", "among", "below", "small", "doubt", "idle"]
EVENTS: dict[str, tuple[str, str]] = {
    "late": ("committed", ""),
    "unlawful": ("statutory", ""),
    "step": ("step", ""),
    "bad_rating": ("rating", ""),
    "complaint": ("", "complaint_n"),
    "red": ("", "red"),
}
"""Rare bad events: the measure whose n - good they are, or a count that is set against closed cases."""
DOUBT = 0.05
"""How often any mark at all may come from chance alone, shared among all that are compared (Bonferroni)."""
RED = ":3"
LEAST = 0.05
"""Points under which an indicator is not told to lie apart."""


class Apart(Struct, frozen=True):
    """How many points an indicator (by id) lies above or below the peers' mean; `sure`: its interval says so too."""

    indicator: str
    points: float
    sure: bool


class Place(Struct, frozen=True, kw_only=True):
    """One subject against its peers' mean score, which its 95 % interval lies above, around or below.

    `best`, `worst`: the indicators that lie furthest above and below the peers' mean; None where none does.
    """

    score: Score
    standing: Standing
    best: Apart | None = None
    worst: Apart | None = None


class Bad(Struct, frozen=True, kw_only=True):
    """One subject's rare events of one kind; `differs`: -1 fewer, 1 more than all together, 0 no more than chance."""

    code: str
    event: str
    found: Rare
    differs: int = 0


def places(scores: Sequence[Score]) -> list[Place]:
    """Every subject's place, by size; the means are weighed by cases."""
    ranked = [one for one in scores if one.state == "ranked" and one.score is not None]
    mean = _mean((one.score or 0.0, one.weighted) for one in ranked)
    usual = _usual(ranked)
    found = [
        Place(
            score=one,
            standing=_standing(one, mean),
            best=_furthest(one.values, usual, 1) if one.state == "ranked" else None,
            worst=_furthest(one.values, usual, -1) if one.state == "ranked" else None,
        )
        for one in scores
    ]
    return sorted(found, key=lambda place: (-place.score.weighted, place.score.code))


def bad_events(sums: Sums) -> list[Bad]:
    """Rare events of every subject and of all (code ""), which come first; exact Poisson intervals per 10,000."""
    codes = ["", *dict.fromkeys(sums.codes)]
    counted = {code: {event: [0.0, 0.0] for event in EVENTS} for code in codes}
    for row, code in enumerate(sums.codes):
        for event in EVENTS:
            bad, n = _count(sums, row, event)
            for one in ("", code):
                counted[one][event][0] += bad
                counted[one][event][1] += n
    whole = {event: rare(*counted[""][event]) for event in EVENTS}
    strict = 1 - DOUBT / (len(EVENTS) * max(1, len(codes) - 1))
    found = []
    for code in codes:
        for event in EVENTS:
            bad, n = counted[code][event]
            differs = _differs(rare(bad, n, strict), whole[event]) if code else 0
            found.append(Bad(code=code, event=event, found=rare(bad, n), differs=differs))
    return found


def _count(sums: Sums, row: int, event: str) -> tuple[float, float]:
    measure, against = EVENTS[event]
    if measure:
        n = float(sums.counts[f"{measure}_n"][row])
        return n - float(sums.counts[f"{measure}_good"][row]), n
    closed = float(sums.counts["closed"][row])
    if against == "red":
        return float(sum(n for word, n in sums.cards[row].items() if word.endswith(RED))), closed
    return float(sums.counts[against][row]), closed


def _differs(one: Rare, whole: Rare) -> int:
    if one.lo is None or one.hi is None or whole.rate is None:
        return 0
    return 1 if one.lo > whole.rate else -1 if one.hi < whole.rate else 0


def _standing(one: Score, mean: float) -> Standing:
    match one.state:
        case "ranked":
            if one.lo is not None and one.lo > mean:
                return "above"
            return "below" if one.hi is not None and one.hi < mean else "among"
        case "small" | "doubt" | "idle":
            return one.state


def _mean(pairs: Iterable[tuple[float, float]]) -> float:
    both = list(pairs)
    weight = sum(n for _, n in both)
    return sum(value * n for value, n in both) / weight if weight else 0.0


def _usual(ranked: Sequence[Score]) -> dict[str, float]:
    """The mean points of each indicator, of those that were counted for it."""
    points: dict[str, list[tuple[float, float]]] = {}
    for one in ranked:
        for value in one.values:
            if value.n:
                points.setdefault(value.indicator, []).append((value.points, one.weighted))
    return {indicator: _mean(pairs) for indicator, pairs in points.items()}


def _furthest(values: Sequence[Value], usual: dict[str, float], sign: int) -> Apart | None:
    apart = [
        Apart(
            value.indicator,
            value.points - usual[value.indicator],
            value.lo > usual[value.indicator] if sign > 0 else value.hi < usual[value.indicator],
        )
        for value in values
        if value.n and sign * (value.points - usual.get(value.indicator, value.points)) >= LEAST
    ]
    return max(apart, key=lambda one: (one.sure, sign * one.points, one.indicator)) if apart else None
