"""An objective is missed where chance does not explain it, and an award list is never cut between equals."""

from datetime import date

import pytest

from mingjing.insight.awards import Marks, conditions, shortlist
from mingjing.insight.quality import Objective, attained, objectives
from mingjing.scoring.results import Score


def aim(target: float = 0.9) -> Objective:
    return Objective(code="A-1", unit="A", measure="on_time", target=target, basis="质量手册")


@pytest.mark.parametrize(
    ("good", "n", "state"),
    [
        (0, 0, "none"),
        (90, 100, "reached"),
        (85, 100, "below"),
        (70, 100, "missed"),
        (0, 29, "small"),
        (29, 29, "reached"),
    ],
)
def test_an_objective_is_missed_only_with_its_whole_interval(good: int, n: int, state: str) -> None:
    """Twenty-nine cases accuse nobody, whatever their rate."""
    (found,) = attained([aim()], {"A-1": (good, n)})
    assert found.state == state


def test_those_that_were_missed_come_first() -> None:
    other = Objective(code="B-1", unit="B", measure="on_time", target=0.9, basis="质量手册")
    found = attained([aim(), other], {"A-1": (99, 100), "B-1": (10, 100)})
    assert [one.objective.code for one in found] == ["B-1", "A-1"]


def test_a_row_whose_target_cannot_be_read_costs_itself_alone() -> None:
    day = date(2026, 3, 1)
    rows = [{"code": "A-1", "unit": "A", "measure": "on_time", "target": "0.9"}, {"code": "A-2", "target": "viel"}]
    assert [(one.code, one.since) for one in objectives((day, row) for row in rows)] == [("A-1", day)]


def score(code: str, points: float, spread: float = 1.0, *, tier: int = 1) -> Score:
    return Score(
        code=code,
        state="ranked",
        cases=100,
        weighted=100,
        score=points,
        lo=points - spread,
        hi=points + spread,
        tier=tier,
    )


def test_a_list_has_room_for_all_that_meet_its_conditions() -> None:
    found = shortlist([score("a", 95), score("b", 90)], {}, 2)
    assert [(one.score.code, one.verdict) for one in found] == [("a", "listed"), ("b", "listed")]


def test_those_at_the_edge_whose_intervals_overlap_are_tied() -> None:
    """The third cannot be told from the second: neither has the place for sure. The others can."""
    scores = [score("a", 99), score("b", 94), score("c", 93), score("d", 80)]
    found = {one.score.code: one for one in shortlist(scores, {}, 2)}
    assert {code: one.verdict for code, one in found.items()} == {"a": "listed", "b": "tied", "c": "tied", "d": "below"}
    assert found["b"].tied_with == ("c",)
    assert found["c"].tied_with == ("b",)


def test_who_misses_a_condition_is_off_the_list_and_told_which() -> None:
    """A better score buys nothing."""
    best = score("best", 104)
    found = shortlist([best, score("a", 90)], {"best": Marks(red=1)}, 1)
    assert [(one.score.code, one.verdict) for one in found] == [("a", "listed"), ("best", "not_met")]
    assert [one.id for one in found[1].conditions if not one.met] == ["red"]


@pytest.mark.parametrize(
    ("changed", "marks", "missed"),
    [
        ({"state": "small"}, Marks(), "cases"),
        ({"state": "doubt", "tier": 1}, Marks(), "data"),
        ({"doubts": ("I1",)}, Marks(), "data"),
        ({"tier": 2}, Marks(), "tier"),
        ({}, Marks(complaints=1), "complaints"),
        ({}, Marks(bad_ratings=1), "bad_ratings"),
    ],
)
def test_each_condition_is_asked(changed: dict[str, object], marks: Marks, missed: str) -> None:
    given: dict[str, object] = {"code": "a", "state": "ranked", "cases": 9, "weighted": 9, "tier": 1, "score": 90}
    found = conditions(Score(**(given | changed)), marks)  # type: ignore[arg-type]
    assert [one.id for one in found if not one.met] == [missed]


def test_who_was_not_assessed_is_not_told_to_lie_behind() -> None:
    """Without a tier nobody is in a lower one: what withheld the score is the reason, and the only one."""
    small = Score(code="s", state="small", cases=3, weighted=3)
    doubt = Score(code="d", state="doubt", cases=99, weighted=99, doubts=("I1",))
    assert {one.score.code: one.missed for one in shortlist([small, doubt], {}, 1)} == {"s": ("cases",), "d": ("data",)}


def test_without_intervals_nobody_is_told_apart() -> None:
    bare = [Score(code=code, state="ranked", cases=9, weighted=9, score=s, tier=1) for code, s in (("a", 99), ("b", 1))]
    assert {one.verdict for one in shortlist(bare, {}, 1)} == {"tied"}
