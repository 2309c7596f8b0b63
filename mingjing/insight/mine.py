"""A window's own view 本窗口: what each case cost, what would gain most, and until when one may appeal. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from mingjing.scoring.details import Behind
from mingjing.scoring.results import Score, Value
from mingjing.scoring.scheme import Indicator

APPEAL_DAYS = 3
"""Working days from the issue of a card in which the window's head may appeal 申诉; docs: workflow of alerts."""
GOOD = 0.9
"""The share of an indicator's points from which it is told as done well."""


class Days(Protocol):
    """A calendar of working days by their ordinal numbers, as `mingjing.calendars.Calendar`."""

    def nth(self, after: int, n: int) -> int:
        """The n-th working day after a day."""
        ...


class Cost(Struct, frozen=True, kw_only=True):
    """One line and the points it cost: its share, by how bad it is, of what the indicator lost."""

    indicator: str
    line: Behind
    points: float


class Gain(Struct, frozen=True, kw_only=True):
    """What an indicator lost, through how many lines, and about how much each one of them fewer would bring."""

    indicator: str
    lost: float
    bad: int
    each: float


class Range(Struct, frozen=True):
    """The lowest and the highest score among peers, and of how many; never whose."""

    lo: float
    hi: float
    many: int


def costs(value: Value, lines: Sequence[Behind], count: int) -> list[Cost]:
    """What each of an indicator's bad lines cost, the dearest first; estimates, since scores are drawn towards peers'.

    `lines`: those that cost most, of `count` in all; the rest are taken to be as bad as the last of them.
    """
    if not lines:
        return []
    lost = max(value.weight - value.points, 0.0)
    whole = sum(max(one.cost, 0) for one in lines) + (count - len(lines)) * max(lines[-1].cost, 0)
    found = [Cost(indicator=value.indicator, line=one, points=lost * one.cost / whole) for one in lines if one.cost > 0]
    return sorted(found, key=lambda one: -one.points)


def spotless(value: Value, indicator: Indicator) -> bool:
    """Whether no line can have cost points, so that none need be looked for: all good, or no card at all."""
    return value.good >= value.n if indicator.kind == "rate" else value.good <= 0


def gains(score: Score, counts: Mapping[str, int]) -> list[Gain]:
    """Where the fewest cases would gain the most, the cheapest points first. `counts`: bad lines by indicator."""
    found = [
        Gain(indicator=value.indicator, lost=lost, bad=bad, each=lost / bad)
        for value in score.values
        if (bad := counts.get(value.indicator, 0)) and (lost := value.weight - value.points) >= 0.05
    ]
    return sorted(found, key=lambda one: (-one.each, one.indicator))


def done_well(score: Score) -> list[Value]:
    """The indicators that kept nearly all their points, the weightiest first; only those with something to count."""
    kept = [one for one in score.values if one.n and one.weight and one.points >= GOOD * one.weight]
    return sorted(kept, key=lambda one: (-one.weight, one.indicator))


def peers(scores: Iterable[Score]) -> Range | None:
    """The range of the ranked scores; None where fewer than three are, since two would tell each the other's."""
    known = [one.score for one in scores if one.state == "ranked" and one.score is not None]
    return Range(min(known), max(known), len(known)) if len(known) > 2 else None


def appeal_until(issued: date, days: Days) -> date:
    """The last local day on which a card issued on a day may be appealed against."""
    return date.fromordinal(days.nth(issued.toordinal(), APPEAL_DAYS))
