"""Formulas against a kept library's own, against simulation, and the examples in their docstrings."""

import doctest

import numpy as np
import pytest
from scipy.stats import binomtest

from mingjing.scoring import bunching, statistics, weights
from mingjing.scoring.bunching import bunching as bunched
from mingjing.scoring.statistics import binomial_limits, exact, poisson, poisson_limits, wilson
from mingjing.scoring.weights import weights as weighed


@pytest.mark.parametrize("module", [statistics, bunching, weights])
def test_examples_in_docstrings_run(module: object) -> None:
    done = doctest.testmod(module)  # type: ignore[arg-type]
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize(("good", "n"), [(0, 5), (3, 3), (10, 10), (990, 1000), (7, 31)])
def test_intervals_of_a_rate_are_those_of_the_library(good: int, n: int) -> None:
    for ours, method in ((wilson, "wilson"), (exact, "exact")):
        theirs = binomtest(good, n).proportion_ci(0.95, method=method)
        assert [float(end) for end in ours(good, n)] == pytest.approx([theirs.low, theirs.high], abs=1e-12)


def test_nothing_known_is_everything_possible() -> None:
    for ours in (wilson, exact):
        assert [float(end) for end in ours(0, 0)] == [0, 1]


def test_the_interval_of_rare_events_holds_their_mean_at_least_as_often_as_it_says() -> None:
    dice = np.random.default_rng(3)
    for mean in (0.3, 2.0, 17.0):
        low, high = poisson(dice.poisson(mean, 4000))
        assert ((low <= mean) & (mean <= high)).mean() >= 0.95


def test_funnel_limits_hold_what_chance_explains() -> None:
    dice = np.random.default_rng(4)
    for n, rate in ((40, 0.9), (900, 0.97)):
        for level in (0.95, 0.998):
            low, high = binomial_limits(rate, n, level)
            seen = dice.binomial(n, rate, 20_000) / n
            inside = ((low <= seen) & (seen <= high)).mean()
            assert level - 0.005 <= inside <= level + 0.6 * (1 - level) + 0.02
    low, high = poisson_limits(0.01, [100.0, 10_000.0])
    assert (high - low)[0] > (high - low)[1] > 0
    assert binomial_limits(0.95, [10, 1000])[0][0] < binomial_limits(0.95, [10, 1000])[0][1]


def test_a_spike_is_seen_and_a_smooth_shape_is_not() -> None:
    dice = np.random.default_rng(5)
    used = np.clip(np.round(dice.gamma(9, 1.6, 4000)), 0, 60).astype(int)
    smooth = {20_000 + int(day): int(count) for day, count in enumerate(np.bincount(used))}
    assert bunched(smooth).verdict == "smooth"
    late = {key: count for key, count in smooth.items() if 20_000 < key <= 20_026 and key > 20_020}
    pushed = {key: count for key, count in smooth.items() if key not in late}
    pushed[20_020] = pushed.get(20_020, 0) + sum(late.values())
    told = bunched(pushed)
    assert told.verdict == "spike"
    assert told.p < 1e-6
    assert bunched({20_020: 8}).verdict == "few"
    assert bunched({1_001: 5000, 2_002: 50}).near == 0  # too short to have days around


def test_weights_are_one_on_the_average_and_bounded() -> None:
    dice = np.random.default_rng(6)
    paces = {f"i{n}": {20_000 + int(day): 5 for day in dice.integers(0, 2 + 3 * n, 20)} for n in range(12)}
    paces |= {"few": {5_001: 3}}
    found = weighed(paces, {"few": 20.0, "new": 40.0})
    cases = {item: sum(pace.values()) for item, pace in paces.items()}
    assert sum(found[item] * n for item, n in cases.items()) / sum(cases.values()) == pytest.approx(1, abs=0.01)
    assert min(found.values()) >= 0.25
    assert max(found.values()) <= 4
    assert found["i11"] > found["i3"]
    assert found["new"] > found["few"] or found["new"] == 4
    assert weighed({}, {}) == {}
    assert weighed({"a": {5_003: 2}}, {}) == {"a": 1.0}
