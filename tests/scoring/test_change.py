"""What moved a score adds up, and is laid at the right door."""

import msgspec
import numpy as np
import pytest

from mingjing.scoring.change import BONUS, Moved, change
from mingjing.scoring.schemes import load
from mingjing.scoring.score import score
from mingjing.scoring.sums import ItemFact
from tests.scoring.cities import Did, only, sums, windows

SCHEME = load("recommended")
ITEMS = {"a": ItemFact(family="easy"), "b": ItemFact(family="hard")}


def moves(before: list[Did], now: list[Did], code: str = "w03") -> dict[str, Moved]:
    """By indicator."""
    return {one.indicator: one for one in change(code, sums(before), sums(now), ITEMS, SCHEME)}


def test_the_shares_add_up_to_the_difference_of_the_scores() -> None:
    before, now = (windows(np.random.default_rng(seed)) for seed in (1, 2))
    moved = moves(before, now)
    for one in moved.values():
        assert (one.before or 0) + one.own + one.mix + one.peers == pytest.approx(one.now or 0, abs=1e-9)
    was, is_ = (next(one for one in score(sums(rows), ITEMS, SCHEME) if one.code == "w03") for rows in (before, now))
    assert was.score is not None
    assert is_.score is not None
    assert sum((one.now or 0) - (one.before or 0) for one in moved.values()) == pytest.approx(is_.score - was.score)
    assert [abs((one.now or 0) - (one.before or 0)) for one in moved.values()] == sorted(
        (abs((one.now or 0) - (one.before or 0)) for one in moved.values()), reverse=True
    )
    assert BONUS in moved


def test_nothing_moves_a_score_between_equal_periods() -> None:
    rows = windows(np.random.default_rng(1))
    for one in moves(rows, rows).values():
        assert (one.own, one.mix, one.peers) == pytest.approx((0, 0, 0), abs=1e-9)


def test_who_got_better_itself_moved_by_its_own_performance() -> None:
    rows = windows(np.random.default_rng(1))
    better = [msgspec.structs.replace(row, on_time=row.cases) if row.code == "w03" else row for row in rows]
    one = moves(rows, better)["on_time"]
    assert one.own > 0.05
    assert one.mix == pytest.approx(0, abs=1e-9)
    assert one.peers == pytest.approx(0, abs=1e-9)


def test_what_others_did_is_the_peers_share() -> None:
    rows = windows(np.random.default_rng(1))
    worse = [row if row.code == "w03" else msgspec.structs.replace(row, on_time=int(row.cases * 0.7)) for row in rows]
    one = moves(rows, worse)["on_time"]
    assert one.own == pytest.approx(0, abs=1e-9)
    assert abs(one.peers) > 0.01


def test_easier_items_at_the_same_rates_are_the_mix() -> None:
    rows = windows(np.random.default_rng(1))
    twice = [
        msgspec.structs.replace(row, cases=row.cases * 3, on_time=(row.on_time or 0) * 3, cards={}, more={})
        if (row.code, row.item) == ("w03", "a") else msgspec.structs.replace(row, cards={}, more={}) for row in rows
    ]  # fmt: skip
    plain = [msgspec.structs.replace(row, cards={}, more={}) for row in rows]
    one = moves(plain, twice)["on_time"]
    assert one.own == pytest.approx(0, abs=1e-9)
    assert one.mix != 0


def test_who_is_in_one_period_only_has_points_in_that_one() -> None:
    rows = windows(np.random.default_rng(1))
    one = moves([row for row in rows if row.code != "w03"], rows)["on_time"]
    assert one.before is None
    assert one.now is not None
    assert change("nobody", sums(rows), sums(rows), ITEMS, SCHEME) == ()
    assert only(SCHEME, "on_time")
