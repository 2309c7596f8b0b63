"""How each expert scored each bidder against the others of the panel. Pure; the arithmetic of rule Z5's deviation.

An expert's own strictness, the median distance from the panel over all bidders, is taken off first: who is strict with
all favours none. What is left is held against the other experts': FAR robust standard deviations (1.4826 MAD, FLOOR
points at least) from their median is far.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from msgspec import Struct

from mingjing.insight.tender.happened import Happened, of

FAR, FLOOR, PANEL, KNOWN = 4.0, 1.5, 5, 3
"""Robust standard deviations; points; experts of a panel; bids from which on an expert's strictness is known."""
_NORMAL = 1.4826  # the MAD of a normal distribution is so many times smaller than its standard deviation


class Mark(Struct, frozen=True, kw_only=True):
    """One score: `off` in points from the other experts once strictness is taken off, `z` in robust deviations.

    `middle` is the panel's median for the bidder, `strict` the expert's usual distance from it. `z` is None in a panel
    that is too small to compare.
    """

    expert: str
    bidder: str
    score: float
    middle: float
    strict: float
    off: float
    z: float | None

    @property
    def far(self) -> bool:
        """Whether it lies far from the panel's."""
        return self.z is not None and abs(self.z) > FAR


def panel(events: Sequence[Happened]) -> list[Mark]:
    """All scores, by bidder and expert in the order of scoring; of an expert's several for one bidder, the last."""
    scores: dict[str, dict[str, float]] = {}
    for event in of(events, "expert_scored"):
        score = event.number("score")
        if score is not None and event.text("bidder") and event.text("expert"):
            scores.setdefault(event.text("bidder"), {})[event.text("expert")] = score
    strict = _strictness(scores.values())
    return [mark for bidder, given in scores.items() for mark in _marks(bidder, given, strict)]


def _strictness(panels: Iterable[Mapping[str, float]]) -> dict[str, float]:
    distances: dict[str, list[float]] = {}
    for given in panels:
        middle = median(given.values())
        for expert, score in given.items():
            distances.setdefault(expert, []).append(score - middle)
    return {expert: median(found) if len(found) >= KNOWN else 0.0 for expert, found in distances.items()}


def _marks(bidder: str, given: Mapping[str, float], strict: Mapping[str, float]) -> Iterable[Mark]:
    bare = {expert: score - strict[expert] for expert, score in given.items()}
    for expert, score in given.items():
        others = [value for other, value in bare.items() if other != expert]
        off = bare[expert] - median(others) if others else 0.0
        yield Mark(
            expert=expert,
            bidder=bidder,
            score=score,
            middle=median(given.values()),
            strict=round(strict[expert], 2),
            off=round(off, 2),
            z=round(off / _spread(others), 2) if len(given) >= PANEL else None,
        )


def _spread(others: Sequence[float]) -> float:
    middle = median(others)
    return max(FLOOR, _NORMAL * median(abs(value - middle) for value in others))


def ranking(marks: Iterable[Mark]) -> list[tuple[str, float]]:
    """The bidders by their mean score, the best first."""
    found: dict[str, list[float]] = {}
    for mark in marks:
        found.setdefault(mark.bidder, []).append(mark.score)
    means = [(bidder, sum(scores) / len(scores)) for bidder, scores in found.items()]
    return sorted(means, key=lambda pair: (-pair[1], pair[0]))
