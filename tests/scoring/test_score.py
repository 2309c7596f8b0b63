"""Laws of scores: what must hold whatever the figures are."""

from random import Random

import msgspec
import numpy as np
import pytest

from mingjing.scoring.likelihoods import Binomial
from mingjing.scoring.results import Score
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.schemes import load, names
from mingjing.scoring.score import FEW, _tiers, score
from mingjing.scoring.shift import Figures, shift
from mingjing.scoring.sums import LEVELS, ItemFact
from mingjing.scoring.table import Table
from tests.scoring.cities import Did, only, sums, windows

SCHEME = load("recommended")
OPEN = msgspec.structs.replace(SCHEME, minimum=0.0)
ITEMS = {"a": ItemFact(family="easy"), "b": ItemFact(family="hard", weight=1.5)}
SEEDS = range(2)


def scores(rows: list[Did], scheme: Scheme = SCHEME) -> dict[str, Score]:
    """By code."""
    return {one.code: one for one in score(sums(rows), ITEMS, scheme)}


def points(one: Score, *ids: str) -> float:
    """Of some indicators together."""
    return sum(value.points for value in one.values if value.indicator in ids)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("seed", SEEDS)
def test_intervals_hold_the_point_and_points_are_within_the_weight(seed: int, name: str) -> None:
    scheme = load(name)
    for one in scores(windows(np.random.default_rng(seed)), scheme).values():
        assert one.score is not None
        assert one.lo is not None
        assert one.hi is not None
        assert 0 <= one.lo <= one.score <= one.hi <= scheme.most
        assert one.score == pytest.approx(min(points(one, *(i.id for i in scheme.indicators)) + one.bonus, scheme.most))
        assert sum(value.weight for value in one.values) == pytest.approx(scheme.total)
        for value in one.values:
            assert 0 <= value.lo <= value.points <= value.hi <= value.weight + 1e-9
            assert value.value is not None
            assert value.value_lo is not None
            assert value.value_hi is not None
            assert value.value_lo <= value.value <= value.value_hi


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("seed", SEEDS)
def test_other_names_and_another_order_of_rows_change_nothing_else(seed: int, name: str) -> None:
    rows = windows(np.random.default_rng(seed))
    dice = Random(seed)  # noqa: S311
    codes = sorted({row.code for row in rows})
    names_ = dict(zip(codes, dice.sample([f"x{n:02}" for n in range(len(codes))], len(codes)), strict=True))
    other = [msgspec.structs.replace(row, code=names_[row.code]) for row in rows]
    dice.shuffle(other)
    then, now = scores(other, load(name)), scores(rows, load(name))
    assert len({one.score for one in now.values()}) > len(now) / 2
    for code, one in now.items():
        assert then[names_[code]].score == pytest.approx(one.score, abs=1e-9)
        assert then[names_[code]].tier == one.tier


def test_equal_figures_are_equal_in_everything() -> None:
    twice = [Did(code=code, cases=100, on_time=97) for code in "abcd"] + [Did(code="e", cases=200, on_time=120)]
    told = [one for code, one in scores(twice).items() if code != "e"]
    assert len({(round(one.score or 0, 9), one.tier) for one in told}) == 1


@pytest.mark.parametrize("peers", [0.5, 0.9, 0.99, 0.9999])
@pytest.mark.parametrize("seed", SEEDS)
def test_three_cases_on_time_stand_in_no_tier_above_990_of_1000(seed: int, peers: float) -> None:
    rows = windows(np.random.default_rng(seed), good=peers, spread=0.3)
    rows += [Did(code="tiny", cases=3), Did(code="large", cases=1000, on_time=990)]
    for scheme in (OPEN, SCHEME):
        told = scores(rows, scheme)
        assert told["large"].tier is not None
        assert (told["tiny"].tier or 10**9) >= told["large"].tier
    assert told["tiny"].state == "small"
    assert told["tiny"].tier is None
    order = [one.code for one in score(sums(rows), ITEMS, OPEN)]
    assert order[0] != "tiny"
    assert sums(rows).counts["closed"][rows.index(rows[-2])] < FEW


@pytest.mark.parametrize("seed", SEEDS)
def test_where_nothing_differs_there_is_one_tier(seed: int) -> None:
    dice = np.random.default_rng(seed)
    rows = []
    for place in range(40):
        cases = int(np.exp(dice.normal(6, 1.2))) + 30
        rows.append(Did(code=f"w{place}", cases=cases, on_time=cases - int(dice.binomial(cases, 1e-4))))
    assert {one.tier for one in scores(rows).values()} == {1}


def test_what_clearly_differs_is_told_apart() -> None:
    rows = [Did(code=f"good{n}", cases=2000, on_time=1995) for n in range(5)]
    rows += [Did(code=f"bad{n}", cases=2000, on_time=1500, cards={"P1:3": 60}) for n in range(5)]
    told = scores(rows)
    assert {told[f"good{n}"].tier for n in range(5)} == {1}
    assert {told[f"bad{n}"].tier for n in range(5)} == {2}


def test_an_on_time_case_raises_what_is_known_of_its_window_whatever_its_family() -> None:
    """Exact, with peers as they are: the likelihood of any higher quality grows more than that of any lower one."""
    near = np.array([3.0, 0.0, 2.0, 5.0])
    city = Table(sums([Did(code="a", item=item) for item in "wxyz"] + [Did(code="b", item="w", cases=80)]), {})
    family = np.append(near, 3.0)
    base = np.array([50.0, 20.0, 5.0, 200.0, 80.0])
    good = np.array([47.0, 9.0, 5.0, 180.0, 75.0])
    trust = np.array([0.7, 1.0])
    value = shift(Figures(good, base, family, trust, city, Binomial()))
    for place in range(4):
        more = np.eye(5)[place]
        then = shift(Figures(good + more, base + more, family, trust, city, Binomial()))
        assert then.mean(then.nodes)[0] > value.mean(value.nodes)[0]
        ends = (one.quantiles(one.nodes, 0.025, 0.5, 0.975) for one in (then, value))
        for higher, lower in zip(*ends, strict=True):
            assert higher[0] > lower[0]


@pytest.mark.parametrize("item", ["a", "b"])
@pytest.mark.parametrize("name", names())
def test_an_on_time_case_never_lowers_a_time_score(name: str, item: str) -> None:
    """All indicators of the heading time, whatever their kind; the case was as quick as the quickest."""
    scheme = msgspec.structs.replace(load(name), minimum=0.0)
    scheme = msgspec.structs.replace(scheme, indicators=tuple(i for i in scheme.indicators if i.heading == "time"))
    rows = [msgspec.structs.replace(row, more={**row.more, "step_n": 9.0, "step_good": 8.0, "early_n": row.cases * 1.0,
                                               "early_good": row.cases // 2 * 1.0})
            for row in windows(np.random.default_rng(3), good=0.995)]  # fmt: skip
    before, ids = scores(rows, scheme), [one.id for one in scheme.indicators]
    some = [code for code in before if 0 < points(before[code], *ids) < scheme.total][:2]
    assert len(some) == 2
    for code in some:
        place = next(n for n, row in enumerate(rows) if (row.code, row.item) == (code, item))
        row = rows[place]
        saved = (row.saved * row.cases + max(one.saved for one in rows)) / (row.cases + 1)
        more = {**row.more, "early_n": row.more["early_n"] + 1, "early_good": row.more["early_good"] + 1}
        better = msgspec.structs.replace(
            row, cases=row.cases + 1, on_time=(row.on_time or 0) + 1, saved=saved, more=more
        )
        then = scores([*rows[:place], better, *rows[place + 1 :]], scheme)[code]
        assert points(then, *ids) >= points(before[code], *ids) - 1e-3
        assert then.bonus >= before[code].bonus - 5e-3


@pytest.mark.parametrize("item", ["a", "b"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_on_time_case_costs_no_on_time_points_with_peers_estimated_again(seed: int, item: str) -> None:
    rows = windows(np.random.default_rng(seed))
    scheme = msgspec.structs.replace(OPEN, indicators=only(OPEN, "on_time", "speed_up"), bonus=())
    before = scores(rows, scheme)
    for code in ("w00", "w05"):
        place = next(n for n, row in enumerate(rows) if (row.code, row.item) == (code, item))
        one = rows[place]
        assert one.on_time is not None
        quick = max(row.saved for row in rows)
        saved = (one.saved * one.cases + quick) / (one.cases + 1)
        more = msgspec.structs.replace(one, cases=one.cases + 1, on_time=one.on_time + 1, saved=saved)
        then = scores([*rows[:place], more, *rows[place + 1 :]], scheme)[code]
        assert points(then, "on_time") >= points(before[code], "on_time") - 1e-3
        assert points(then, "on_time", "speed_up") >= points(before[code], "on_time", "speed_up") - 1e-3


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("seed", SEEDS)
def test_twice_the_same_period_changes_no_rate_and_makes_intervals_narrower(seed: int, name: str) -> None:
    """Flat deductions are no rates: twice the cards take off twice the points."""
    scheme = load(name)
    rates = [one.id for one in scheme.indicators if one.kind != "deduct"]
    assert rates
    rows = windows(np.random.default_rng(seed))
    twice = [
        msgspec.structs.replace(
            row,
            cases=2 * row.cases,
            on_time=2 * (row.on_time or 0),
            cards={word: 2 * n for word, n in row.cards.items()},
            more={name: 2 * n for name, n in row.more.items()},
        )
        for row in rows
    ]
    once, then = scores(rows, scheme), scores(twice, scheme)
    widths = []
    for code, one in once.items():
        for value, again in zip(one.values, then[code].values, strict=True):
            assert (again.n, again.good) == pytest.approx((2 * value.n, 2 * value.good))
            if value.indicator in rates:
                assert again.raw == pytest.approx(value.raw)
                widths.append(((value.hi - value.lo) / value.weight, (again.hi - again.lo) / again.weight))
    before, after = np.array(widths).T
    assert after.mean() < before.mean()


def test_what_a_window_lacks_its_heading_makes_up_for() -> None:
    told = scores([Did(code="a", cases=50), Did(code="b", cases=60, on_time=50)])["a"]
    weights = {value.indicator: value.weight for value in told.values}
    assert {"steps", "once", "rating", "reply", "presence"} == set(told.without)
    scale = SCHEME.total / (SCHEME.total - 10 - 7)  # nothing at all of ratings and presence
    assert weights["on_time"] == pytest.approx(30 * 18 / 25 * scale)
    assert weights["material"] == pytest.approx(10 * scale)
    assert weights["complaint"] == pytest.approx(8 * scale)


def test_a_confirmed_doubt_withholds_the_score_and_few_cases_the_tier() -> None:
    rows = [Did(code="doubt", cases=90, confirmed={"I1:2": 1}), Did(code="other", cases=90, confirmed={"K4:2": 1})]
    rows += [Did(code="small", cases=29), Did(code="idle", cases=0)]
    told = scores(rows)
    assert {code: one.state for code, one in told.items()} == {
        "doubt": "doubt", "other": "ranked", "small": "small", "idle": "idle",
    }  # fmt: skip
    assert told["doubt"].doubts == ("I1",)
    assert told["doubt"].score is told["idle"].score is None
    assert told["small"].score is not None
    assert [one.tier for one in told.values()].count(None) == 3


@pytest.mark.parametrize("name", names())
def test_a_confirmed_doubt_withholds_only_at_the_levels_of_the_scheme(name: str) -> None:
    rows = [Did(code="a", cases=90, confirmed={"I1:2": 1}), Did(code="b", cases=90)]
    for level in LEVELS:
        told = {one.code: one for one in score(sums(rows), ITEMS, load(name), level, {"a": 2})}["a"]
        withheld = level in ("window", "officer")
        assert told.doubts == ("I1",)
        assert (told.state, told.score is None) == (("doubt", True) if withheld else ("ranked", False))
        assert told.doubtful == (0 if withheld else 2)


def test_who_is_as_good_as_the_leader_but_better_known_opens_the_tier_whatever_the_names() -> None:
    for order in ((0, 1), (1, 0)):
        total, lo, hi = (np.array(each)[list(order)] for each in ((105.0, 105.0), (104.0, 90.0), (105.0, 105.0)))
        total, lo, hi = (np.append(each, end) for each, end in ((total, 92.0), (lo, 90.0), (hi, 95.0)))
        assert _tiers([0, 1, 2], total, lo, hi, np.full(3, 99.0)) == {0: 1, 1: 1, 2: 2}


def test_a_case_that_is_overdue_and_open_counts() -> None:
    told = scores([Did(code="open", more={"committed_n": 40.0}), Did(code="peer", cases=400, on_time=390)])
    assert told["open"].cases == 40
    assert told["open"].values[0].raw == 0.0
    assert (told["open"].score or 0) < (told["peer"].score or 0)


def test_heavier_items_give_more_room_for_the_same_cards() -> None:
    rows = [Did(code=code, item=item, cases=200, cards={"P1:2": 4}) for code, item in (("light", "a"), ("heavy", "b"))]
    facts = {"a": ItemFact(family="f", weight=0.5), "b": ItemFact(family="f", weight=2.0)}
    told = {one.code: one for one in score(sums(rows), facts, SCHEME)}
    process = {code: next(v for v in one.values if v.indicator == "process") for code, one in told.items()}
    assert process["light"].raw == pytest.approx(40)
    assert process["heavy"].raw == pytest.approx(10)
    assert process["heavy"].points > process["light"].points


def test_like_is_compared_with_like() -> None:
    """Windows as good as each other, the one with hard items, the other with easy ones, which others do as well."""
    rows = [Did(code="hard", item="b", cases=300, on_time=240), Did(code="easy", item="a", cases=300, on_time=294)]
    for n in range(10):
        rows += [
            Did(code=f"w{n}", item="a", cases=300, on_time=294),
            Did(code=f"w{n}", item="b", cases=300, on_time=240),
        ]
    told = scores(rows)
    rates = {code: one.values[0] for code, one in told.items()}
    assert rates["hard"].raw == 0.8
    assert rates["hard"].value == pytest.approx(rates["easy"].value, abs=0.02)
    assert told["hard"].tier == told["easy"].tier == 1


def test_flat_deductions_are_as_published() -> None:
    carded = Did(code="a", cases=50, cards={"P1:2": 1, "F1:1": 7, "F1:2": 0, "K3:3": 1})
    told = scores([carded, Did(code="b", cases=50)], load("city100"))["a"]
    taken = {value.indicator: value.weight - value.points for value in told.values}
    scale = 100 / 90  # no ratings
    assert taken["process"] / scale == pytest.approx(5)
    assert taken["fees"] / scale == pytest.approx(6)
    assert taken["disclosure"] / scale == pytest.approx(10)


def test_what_is_explained_adds_up_and_stays_within_what_can_be() -> None:
    """Fair rates are shares, no speed-up is beyond its cap, and own figures are what moves away from peers."""
    rows = [*windows(np.random.default_rng(4)), Did(code="none", cases=5, on_time=0, saved=0.6)]
    rows += [Did(code="all", item="b", cases=6, saved=0.6), Did(code="much", item="b", cases=4000, saved=0.6)]
    told, weighed = scores(rows, OPEN), 0
    for one in told.values():
        for value in one.values:
            assert value.value is not None
            assert value.usual is not None
            assert value.raw is not None
            assert value.expected is not None
            if value.own is not None and 0 < value.own < 1:
                assert value.value == pytest.approx(value.usual + value.own * (value.raw - value.expected))
                weighed += 1
            most = {"speed_up": 0.6, "on_time": 1.0, "rating": 1.0}.get(value.indicator, 1000.0)
            assert (value.value or 0) <= (value.value_hi or 0) <= most
    assert weighed > 40
    few, many = (told[code].values[0] for code in ("none", "much"))
    assert 0 < (few.value or 0) < (few.usual or 0)
    assert (few.own or 0) < 0.9 < (many.own or 0)
    unknown = scores([*windows(np.random.default_rng(4)), Did(code="new", more={"committed_n": 0.001})], OPEN)["new"]
    assert unknown.values[0].value == pytest.approx(unknown.values[0].usual, abs=2e-3)


def test_nothing_and_nobody_are_no_mistakes() -> None:
    assert score(sums([]), {}, SCHEME) == ()
    alone = scores([Did(code="a", cases=100, on_time=99)])["a"]
    assert alone.tier == 1
    assert [one.state for one in score(sums([Did(code="a"), Did(code="b")]), {}, SCHEME)] == ["idle", "idle"]
