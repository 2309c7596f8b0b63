"""Who stands out among departments, and how rare mistakes are: by intervals, not by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mingjing.charts.treemap import treemap
from mingjing.insight.departments import bad_events, places
from mingjing.insight.rare import rare
from mingjing.scoring.results import Score, State, Value
from mingjing.scoring.sums import COUNTS, Sums


def score(
    code: str, total: float, wide: float, parts: tuple[float, float] = (5.0, 5.0), state: State = "ranked"
) -> Score:
    values = tuple(
        Value(indicator=name, points=part, lo=part - 0.5, hi=part + 0.5, weight=10.0, n=50, good=40)
        for name, part in zip(("time", "rating"), parts, strict=True)
    )
    one = Score(code=code, state=state, cases=100, weighted=100, values=values)
    return replace(one, score=total, lo=total - wide, hi=total + wide) if state == "ranked" else one


def test_only_an_interval_beyond_the_mean_stands_out() -> None:
    found = {one.score.code: one for one in places([score("a", 90, 2), score("b", 80, 12), score("c", 70, 2)])}
    assert [found[code].standing for code in "abc"] == ["above", "among", "below"]


def test_the_best_and_the_worst_say_whether_chance_may_explain_them() -> None:
    found = {one.score.code: one for one in places([score("a", 80, 2, (8.0, 5.2)), score("b", 80, 2, (4.0, 5.0))])}
    best, worst = found["a"].best, found["b"].worst
    assert best is not None
    assert worst is not None
    assert (best.indicator, best.sure, round(best.points, 1)) == ("time", True, 2.0)
    assert (worst.indicator, worst.sure, round(worst.points, 1)) == ("time", True, -2.0)
    assert found["a"].worst is None


def test_those_without_a_score_are_neither_ahead_nor_behind() -> None:
    found = {one.score.code: one for one in places([score("a", 90, 2), score("b", 0, 0, state="doubt")])}
    assert (found["b"].standing, found["b"].best, found["b"].worst) == ("doubt", None, None)
    assert found["a"].standing == "among"
    assert places([]) == []


def test_bad_events_per_ten_thousand_have_exact_intervals() -> None:
    """2 of 20,000 against 30 of 20,000: 1 (0.12 to 3.61) is fewer than 8 all together, 15 (10.1 to 21.4) more."""
    counts = {name: np.zeros(2) for name in COUNTS}
    counts["committed_n"], counts["committed_good"] = np.full(2, 20_000.0), np.array([19_998.0, 19_970.0])
    counts["closed"] = np.full(2, 20_000.0)
    sums = Sums(
        codes=["X", "Y"], items=["i", "i"], counts=counts, speed_n=np.zeros(2), speed_sum=np.zeros(2),
        speed_squares=np.zeros(2), cards=[{"lateness:3": 2, "P1:2": 7}, {}], confirmed=[{}, {}],
    )  # fmt: skip
    found = {(one.code, one.event): one for one in bad_events(sums)}
    assert found["", "late"].found.rate == pytest.approx(8.0)
    assert [found[code, "late"].differs for code in ("", "X", "Y")] == [0, -1, 1]
    assert found["X", "red"].found.bad == 2
    assert found["X", "step"].found.rate is None
    one = found["X", "late"].found
    assert one.lo == pytest.approx(0.1211, abs=1e-3)
    assert one.hi == pytest.approx(3.6124, abs=1e-3)
    assert rare(0, 0).rate is None


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_tiles_fill_the_map_by_size_without_overlap(sizes: list[float]) -> None:
    ordered = sorted(sizes, reverse=True)
    tiles = treemap(ordered, 100, 36)
    assert len(tiles) == len(ordered)
    for size, tile in zip(ordered, tiles, strict=True):
        assert tile.width * tile.height / 100**2 == pytest.approx(size / sum(ordered), abs=2e-4)
        assert -0.01 <= tile.x <= tile.x + tile.width <= 100.01
        assert -0.01 <= tile.y <= tile.y + tile.height <= 100.01
    middles = [(tile.x + tile.width / 2, tile.y + tile.height / 2) for tile in tiles if tile.width > 0.01 < tile.height]
    for x, y in middles:
        assert sum(one.x < x < one.x + one.width and one.y < y < one.y + one.height for one in tiles) == 1
