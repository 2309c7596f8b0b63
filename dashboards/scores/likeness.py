"""What is compared with what: a funnel of rates, a few subjects beside each other, a subject and its own past. Pure."""

from collections.abc import Callable, Sequence
from itertools import combinations

from msgspec import Struct

from dashboards.scores.view import value_of
from mingjing.charts.compare import Limit, Peer, Side
from mingjing.charts.score import Step
from mingjing.insight import funnel
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Indicator

Name = Callable[[str], str]


class Funnel(Struct, frozen=True, kw_only=True):
    """A funnel plot's data; no peers where nothing is known of the indicator."""

    peers: tuple[Peer, ...] = ()
    limits: tuple[Limit, ...] = ()
    centre: float = 0.0

    @property
    def outside(self) -> list[Peer]:
        """Those outside the 99.8 % limits, the lowest first."""
        return sorted((one for one in self.peers if one.side), key=lambda one: one.rate)


def funnel_of(sheet: ScoreSheet, indicator: Indicator, name: Name) -> Funnel:
    """The plain rates of an indicator of kind `rate`, those in doubt left out."""
    found = [
        (one.code, value) for one in sheet.scores if one.state != "doubt" and (value := value_of(one, indicator.id))
    ]
    counted = [(code, value.good / indicator.block, value.n / indicator.block) for code, value in found if value.n > 0]
    centre = funnel.centre([good for _, good, _ in counted], [n for _, _, n in counted])
    if centre is None:
        return Funnel()
    peers = tuple(
        Peer(code=code, name=name(code), n=n, rate=good / n, side=funnel.side(good, n, centre))
        for code, good, n in counted
    )
    around = funnel.curve(centre, 1.05 * max(one.n for one in peers))
    limits = tuple(Limit(n=one.n, lo95=one.lo95, hi95=one.hi95, lo998=one.lo998, hi998=one.hi998) for one in around)
    return Funnel(peers=peers, limits=limits, centre=centre)


def sides(
    scores: Sequence[Score], indicators: Sequence[Indicator], name: Name, label: Callable[[Indicator], str]
) -> list[Side]:
    """Each indicator of each subject of which anything is known."""
    return [
        Side(indicator=label(one), subject=name(score.code), points=v.points, lo=v.lo, hi=v.hi, weight=v.weight)
        for one in indicators
        for score in scores
        if (v := value_of(score, one.id))
    ]


def apart(scores: Sequence[Score], indicator: str) -> bool:
    """Whether the intervals of any two do not overlap: more than chance."""
    known = [value for one in scores if (value := value_of(one, indicator))]
    shares = [(value.lo / value.weight, value.hi / value.weight) for value in known if value.weight]
    return any(one[1] < other[0] or other[1] < one[0] for one, other in combinations(shares, 2))


def beside_past(steps: Sequence[tuple[Period, Score | None]], now: str, before: str) -> list[Step]:
    """24 months as two years of 12, one over the other; `now` and `before` name the two."""
    half = len(steps) // 2
    found = []
    for series, part in ((now, steps[half:]), (before, steps[:half])):
        for (period, score), (shown, _) in zip(part, steps[half:], strict=True):
            del period
            had = score or Score(code="", state="idle", cases=0, weighted=0)
            found.append(Step(period=shown.code, score=had.score, lo=had.lo, hi=had.hi, series=series))
    return found
