"""Penalties within and beyond their discretion bands, and who measures them how."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mingjing.insight.agencies import Happened
from mingjing.insight.discretion import Band, Penalty, customs, penalties

FIRST = datetime(2026, 3, 2, 2, tzinfo=UTC)


def band(code: str, least: float, most: float, since: date = date(2020, 1, 1)) -> Band:
    return Band(
        code=code, item="I", circumstance="一般", least=least, most=most, unit="yuan", basis="b", since=since,
        until=date(2099, 1, 1),
    )  # fmt: skip


BANDS = {"I": [band("B1", 100, 300), band("B2", 300, 300), band("B3", 1, 2, date(2027, 1, 1))]}


def decided(number: int = 0, item: str = "I", **data: Any) -> Happened:
    at = FIRST + timedelta(hours=number)
    return Happened(
        event_id=str(number), case_id=f"c{number}", type="decided", at=at, day=at.date(), item=item, department="D",
        officer="head", data={"result": "granted", **data},
    )  # fmt: skip


def only(event: Happened) -> Penalty:
    (one,) = penalties([event], BANDS)
    return one


@pytest.mark.parametrize(
    ("data", "state", "position"),
    [
        ({"band": "B1", "amount": 100}, "inside", 0),
        ({"band": "B1", "amount": 200}, "inside", 0.5),
        ({"band": "B2", "amount": 300}, "inside", None),
        ({"band": "B1", "amount": 301}, "outside", 1.005),
        ({"band": "B1", "amount": 50, "departure": "集1"}, "departed", -0.25),
        ({"band": "B3", "amount": 1}, "bandless", None),
        ({"amount": 100}, "bandless", None),
        ({"band": "B1"}, "inside", None),
    ],
)
def test_a_penalty_lies_where_its_band_of_that_day_puts_it(
    data: dict[str, Any], state: str, position: float | None
) -> None:
    """The states are those of rules N39 and N39-N: the page must not accuse where no card does."""
    one = only(decided(**data))
    assert (one.state, one.position) == (state, None if position is None else pytest.approx(position))


def test_where_no_band_is_in_force_a_penalty_is_free_and_what_was_dropped_is_none() -> None:
    assert only(decided(item="other", amount=5)).state == "free"
    assert penalties([decided(result="terminated")], BANDS) == []


def test_customs_count_who_proposed_and_leave_out_what_has_no_place() -> None:
    events = [decided(n, band="B1", amount=100, handler="x") for n in range(12)]
    events += [decided(20 + n, band="B1", amount=200, handler="y") for n in range(12)]
    events += [decided(40, band="B1", amount=100, handler="y", departure="集1"), decided(41, band="B2", amount=300)]
    x, y = customs(penalties(events, BANDS))
    assert (x.code, x.n, x.middle, x.least.good) == ("x", 12, 0, 12)
    assert (y.code, y.n, y.middle, y.least.good) == ("y", 12, 0.5, 0)
