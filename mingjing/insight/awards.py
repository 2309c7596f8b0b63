"""Shortlists for awards 示范窗口: who meets the conditions, who cannot be told apart at the edge, and why not. Pure.

A list of so many places is never cut between two whom chance alone may have put in their order: whose intervals
overlap across the edge are *tied*, and a committee decides between them.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from mingjing.scoring.results import Score

Verdict = Literal["listed", "tied", "below", "not_met"]
"""listed: on the list; tied: at its edge, not to be told apart; below: conditions met, clearly behind; not_met."""
VERDICTS: tuple[Verdict, ...] = ("listed", "tied", "below", "not_met")


class Marks(Struct, frozen=True, kw_only=True):
    """What else is known of a subject in the period: cards of the gravest severity, and whether its complaints and bad
    ratings are more than chance gives (1), fewer (-1) or neither (0)."""

    red: int = 0
    complaints: int = 0
    bad_ratings: int = 0


class Condition(Struct, frozen=True, kw_only=True):
    """One condition: whether it is met, and the figure that says so."""

    id: str
    met: bool
    figure: float | None = None


class Candidate(Struct, frozen=True, kw_only=True):
    """A subject with its conditions; `tied_with`: those across the list's edge from whom it cannot be told apart."""

    score: Score
    conditions: tuple[Condition, ...]
    verdict: Verdict
    tied_with: tuple[str, ...] = ()

    @property
    def eligible(self) -> bool:
        """Whether all conditions are met."""
        return all(one.met for one in self.conditions)

    @property
    def missed(self) -> tuple[str, ...]:
        """The conditions that are not met, by id. Who has no tier at all is off the list for what withheld it."""
        ids = tuple(one.id for one in self.conditions if not one.met)
        return ids if self.score.tier is not None or len(ids) == 1 else tuple(one for one in ids if one != "tier")


def conditions(score: Score, marks: Marks) -> tuple[Condition, ...]:
    """The conditions of an award, in order."""
    return (
        Condition(id="cases", met=score.state not in ("small", "idle"), figure=score.cases),
        Condition(id="data", met=score.state != "doubt" and not score.doubts, figure=float(len(score.doubts))),
        Condition(id="tier", met=score.tier == 1, figure=None if score.tier is None else float(score.tier)),
        Condition(id="red", met=marks.red == 0, figure=float(marks.red)),
        Condition(id="complaints", met=marks.complaints <= 0),
        Condition(id="bad_ratings", met=marks.bad_ratings <= 0),
    )


def shortlist(scores: Sequence[Score], marks: Mapping[str, Marks], places: int) -> list[Candidate]:
    """Everybody with a verdict: the list first, then those at its edge, those behind, those who miss a condition."""
    known = {one.code: conditions(one, marks.get(one.code, Marks())) for one in scores}
    able = [one for one in scores if one.score is not None and all(each.met for each in known[one.code])]
    able.sort(key=lambda one: (-(one.score or 0.0), one.code))
    inside, outside = able[:places], able[places:]
    across = {one.code: _overlapping(one, outside) for one in inside}
    across |= {one.code: _overlapping(one, inside) for one in outside}
    within = {one.code for one in inside}

    def verdict(one: Score) -> Verdict:
        if one.code not in across:
            return "not_met"
        if across[one.code]:
            return "tied"
        return "listed" if one.code in within else "below"

    made = [
        Candidate(
            score=one,
            conditions=known[one.code],
            verdict=verdict(one),
            tied_with=across.get(one.code, ()),
        )
        for one in scores
    ]
    return sorted(made, key=lambda one: (VERDICTS.index(one.verdict), -(one.score.score or 0.0), one.score.code))


def _overlapping(one: Score, others: Sequence[Score]) -> tuple[str, ...]:
    """Those whose intervals overlap this one's; without an interval nobody can be told apart."""
    return tuple(other.code for other in others if _overlap(one, other))


def _overlap(one: Score, other: Score) -> bool:
    if one.lo is None or one.hi is None or other.lo is None or other.hi is None:
        return True
    return one.lo <= other.hi and other.lo <= one.hi
