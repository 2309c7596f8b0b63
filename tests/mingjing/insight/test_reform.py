"""Joint cases, the catalogue of two days, and rates: worked by hand."""

from datetime import date

import numpy as np
import pytest

from mingjing.insight.parallel import Joint, by_item, together
from mingjing.insight.rates import rate, rates
from mingjing.insight.reduction import reduction, standing, turns
from mingjing.scoring.sums import COUNTS, Sums


def joint(case: str, elapsed: float, limit: float = 0.0, item: str = "A") -> Joint:
    return Joint(
        case=case, day=date(2026, 3, 2), item=item, region="", department="", serial=29.0, elapsed=elapsed, limit=limit
    )


def test_twenty_nine_days_become_eight() -> None:
    whole = together([joint("1", 7), joint("2", 9), joint("3", 8)])
    assert whole is not None
    assert (whole.serial, whole.elapsed, whole.late) == (29.0, 8.0, 1)
    assert whole.saved == pytest.approx(1 - 8 / 29)
    assert together([]) is None


def test_a_promise_of_its_own_counts_before_the_usual_eight_days() -> None:
    assert joint("1", 9, limit=10).late is False
    assert joint("1", 6, limit=5).late is True
    assert joint("1", 8).late is False


def test_projects_are_told_by_kind() -> None:
    found = by_item([joint("1", 4, item="B"), joint("2", 6, item="A"), joint("3", 8, item="A")])
    assert [(item, both.cases, both.elapsed) for item, both in found] == [("A", 2, 7.0), ("B", 1, 4.0)]


def row(item: str, version: str, since: date, until: date, days: float | None, **more: object) -> dict[str, object]:
    return {
        "item": item, "version": version, "valid_from": since, "valid_to": until, "department": "D",
        "committed_days": days, "statutory_days": 20.0, "status": "active", "fields": '{"steps": ["a", "b"]}', **more,
    }  # fmt: skip


OLD, NEW, LAST = date(2020, 1, 1), date(2026, 1, 1), date(2199, 12, 31)
ROWS = [
    row("A", "1", OLD, date(2025, 12, 31), 15.0),
    row("A", "2", NEW, LAST, 10.0, fields='{"steps": ["a"]}'),
    row("B", "1", OLD, LAST, 5.0),
    row("C", "1", OLD, date(2025, 12, 31), 7.0),
    row("D", "1", NEW, LAST, 3.0),
    row("E", "1", OLD, date(2025, 12, 31), 2.0),
    row("E", "2", NEW, LAST, 4.0),
    row("F", "1", OLD, LAST, None),
    row("G", "1", OLD, date(2025, 12, 31), 9.0),
    row("G", "2", NEW, LAST, 9.0, status="cancelled"),
    row("H", "1", OLD, LAST, 99.0, status="removed"),
]


def test_two_days_of_the_catalogue_are_compared() -> None:
    found = reduction(standing(ROWS, date(2025, 6, 1)), standing(ROWS, date(2026, 6, 1)))
    assert (found.before.items, found.after.items) == (6, 5)
    assert (found.before.committed, found.after.committed) == (38.0, 22.0)
    assert (found.before.steps, found.after.steps) == (12, 9)
    assert found.after.uncounted == 1
    assert [(one.item, one.kind, one.days) for one in found.changes] == [
        ("G", "removed", -9.0),
        ("C", "removed", -7.0),
        ("A", "shortened", -5.0),
        ("D", "added", 3.0),
        ("E", "lengthened", 2.0),
    ]
    assert [found.of(kind) for kind in ("added", "removed", "shortened", "lengthened")] == [1, 2, 1, 1]
    assert found.after.committed - found.before.committed == sum(one.days for one in found.changes)
    assert turns(ROWS) == [OLD, NEW]


def test_the_same_day_differs_in_nothing() -> None:
    same = standing(ROWS, date(2026, 6, 1))
    assert reduction(same, same).changes == ()
    assert reduction({}, {}).before.items == 0


def test_fields_that_are_no_object_cost_the_steps_alone() -> None:
    (one,) = standing([row("A", "1", OLD, LAST, 5.0, fields="[1]")], NEW).values()
    assert (one.steps, one.committed) == (0, 5.0)


def test_rates_come_with_n_and_interval_all_together_first() -> None:
    counts = {name: np.zeros(3) for name in COUNTS}
    counts["committed_n"], counts["committed_good"] = np.array([10.0, 5.0, 0.0]), np.array([10.0, 4.0, 0.0])
    none: list[dict[str, int]] = [{}, {}, {}]
    sums = Sums(
        codes=["X", "Y", "Z"], items=["i", "i", "i"], counts=counts, speed_n=np.zeros(3), speed_sum=np.zeros(3),
        speed_squares=np.zeros(3), cards=none, confirmed=none,
    )  # fmt: skip
    found = rates(sums, "committed")
    assert [(one.code, one.good, one.n) for one in found] == [("", 14, 15), ("X", 10, 10), ("Y", 4, 5), ("Z", 0, 0)]
    assert found[1].lo == pytest.approx(0.7225, abs=1e-4)
    assert found[3].rate is None
    assert rate("", "once", 0, 0).n == 0
