"""A window's own view: what cases cost adds up to what was lost, and nobody else's score shows."""

from datetime import UTC, date, datetime

import pytest

from mingjing.calendars import Calendars, YearNotCovered
from mingjing.insight.mine import appeal_until, costs, done_well, gains, peers
from mingjing.scoring.details import Behind
from mingjing.scoring.results import Score, Value

CN = Calendars(None).get("cn")


def line(ref: str, cost: int) -> Behind:
    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    return Behind(
        subject=ref, about="card", day=at.date(), at=at, region="", department="D", window="W", officer="", item="",
        n=1, good=0, key=0, word="P1:2", ref=ref, cost=cost,
    )  # fmt: skip


def value(indicator: str, points: float, weight: float = 10.0, n: float = 20) -> Value:
    return Value(indicator=indicator, points=points, lo=0, hi=weight, weight=weight, n=n, good=n)


def test_what_lines_cost_adds_up_to_what_was_lost() -> None:
    found = costs(value("process", 4.0), [line("a", 3), line("b", 2), line("c", 1)], 3)
    assert [(one.line.ref, one.points) for one in found] == [("a", 3.0), ("b", 2.0), ("c", 1.0)]
    shared = costs(value("process", 4.0), [line("a", 2), line("b", 1)], 5)
    assert [one.points for one in shared] == pytest.approx([2.0, 1.0])  # and three more of 1.0
    assert costs(value("process", 4.0), [], 0) == []


def test_the_cheapest_points_come_first() -> None:
    one = Score(
        code="W", state="ranked", cases=20, weighted=20, score=70, lo=60, hi=80,
        values=(value("time", 2.0), value("process", 7.0), value("fees", 10.0), value("data", 9.0)),
    )  # fmt: skip
    found = gains(one, {"time": 40, "process": 1, "fees": 3, "data": 0})
    assert [(gain.indicator, gain.each) for gain in found] == [("process", 3.0), ("time", 0.2)]
    assert [kept.indicator for kept in done_well(one)] == ["data", "fees"]


def ranked(total: float) -> Score:
    return Score(code=f"{total}", state="ranked", cases=1, weighted=1, score=total, lo=0, hi=100)


def test_the_range_of_peers_names_nobody_and_hides_where_two_could_tell_each_other() -> None:
    found = peers([ranked(60), ranked(90), ranked(75), Score(code="x", state="small", cases=1, weighted=1)])
    assert found is not None
    assert (found.lo, found.hi, found.many) == (60, 90, 3)
    assert peers([ranked(60), ranked(90)]) is None


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        (date(2018, 10, 15), date(2018, 10, 18)),
        (date(2014, 9, 26), date(2014, 9, 30)),  # the Sunday after is a make-up day
        (date(2018, 9, 28), date(2018, 10, 8)),  # make-up weekend, then the week of the National Day
    ],
)
def test_three_working_days_to_appeal(issued: date, until: date) -> None:
    assert appeal_until(issued, CN) == until


def test_a_year_that_no_calendar_knows_is_said_so() -> None:
    with pytest.raises(YearNotCovered):
        appeal_until(date(2150, 1, 1), CN)
