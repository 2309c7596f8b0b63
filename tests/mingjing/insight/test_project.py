"""One project under parallel approval: 29 → 8, who waits for whom, defaults with their proof, rosters, lanes."""

from datetime import datetime
from typing import Any

import pytest

from mingjing.calendars import Calendars
from mingjing.insight.lanes import Counted, by_item, lanes
from mingjing.insight.project import Branch, Counting, Project, Told, paces, project
from mingjing.zones import Zone

BY = Counting(Calendars().get("cn"), Zone("Asia/Shanghai"))
NOW = "10-31T12:00"
LIMITS = {"规划": 5, "环保": 8, "消防": 6, "人防": 4, "气象": 6}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2018-{text}+08:00")


def told(kind: str, when: str, **data: Any) -> Told:
    return Told(f"{kind}-{when}-{data.get('unit', '')}", kind, at(when), "住建", data)


def opened(*units: str, limit: int = 8) -> Told:
    """Monday the 15th of October 2018."""
    return told("parallel_opened", "10-15T09:00", lead="住建", units=list(units), limit_days=limit)


def received(unit: str, limit: int, when: str = "10-15T10:00", **more: Any) -> Told:
    return told("branch_received", when, unit=unit, limit_days=limit, **{"receipt_no": f"C-{unit}", **more})


def of(*events: Told, now: str = NOW) -> Project:
    found = project("P1", events, BY, at(now))
    assert found is not None
    return found


def branch(*events: Told, now: str = NOW) -> Branch:
    (one,) = of(opened("规划"), *events, now=now).branches
    return one


def test_five_units_add_up_to_twenty_nine_and_take_eight() -> None:
    events = [opened(*LIMITS), *(received(unit, days) for unit, days in LIMITS.items())]
    events += [told("branch_opinion", f"10-{16 + n}T15:00", unit=unit) for n, unit in enumerate(LIMITS)]
    one = of(*events, told("consolidated", "10-24T09:00"), told("decided", "10-25T16:00", result="granted"))
    assert (one.serial, one.elapsed, one.limit, one.late) == (29, 8, 8, False)
    assert one.saved == pytest.approx(1 - 8 / 29)
    assert one.last is not None
    assert one.last.unit == "气象"
    assert {each.state for each in one.branches} == {"answered"}
    assert of(*events, told("decided", "10-26T09:00")).late  # the ninth working day


def test_the_lead_waits_for_who_was_not_heard_until_it_consolidates() -> None:
    events = (opened("规划", "环保", "消防"), received("规划", 5), received("环保", 5),
              told("branch_opinion", "10-16T10:00", unit="规划"))  # fmt: skip
    one = of(*events, now="10-17T12:00")
    assert [(each.unit, each.state) for each in one.awaited] == [("环保", "waiting"), ("消防", "untold")]
    assert of(*events, told("consolidated", "10-17T09:00"), now="10-17T12:00").awaited == ()


@pytest.mark.parametrize(
    ("limit", "more", "state"),
    [
        (3, {}, "default"),
        (3, {"receipt_no": ""}, "unproven"),
        (3, {"excluded": "safety"}, "overdue"),
        (20, {}, "waiting"),
    ],
)
def test_silence_counts_only_beyond_the_limit_with_proof_and_where_it_may(
    limit: int, more: dict[str, Any], state: str
) -> None:
    assert branch(received("规划", limit, **more)).state == state


def test_a_late_opinion_leaves_the_default_and_without_proof_nobody_is_late() -> None:
    late = told("branch_opinion", "10-19T09:00", unit="规划", opinion="同意")
    assert branch(received("规划", 3), late).state == "default"
    assert branch(received("规划", 3), late).opinion_at == at("10-19T09:00")
    assert branch(received("规划", 3, receipt_no=""), late).state == "unproven"
    assert branch(received("规划", 3), told("branch_opinion", "10-18T23:00", unit="规划")).state == "answered"
    assert branch(received("规划", 3), told("decided", "10-17T10:00")).state == "spared"


def test_a_hold_and_a_suspension_move_the_due_day() -> None:
    hold = (told("branch_held", "10-16T09:00", unit="规划"), told("branch_released", "10-18T09:00", unit="规划"))
    one = branch(received("规划", 3), *hold)
    assert datetime.fromordinal(one.due_on).date().isoformat() == "2018-10-22"
    assert one.holds == ((at("10-16T09:00"), at("10-18T09:00")),)
    stop = (told("suspended", "10-16T09:00"), told("resumed", "10-17T09:00"))
    assert datetime.fromordinal(branch(received("规划", 3), *stop).due_on).date().isoformat() == "2018-10-19"


def test_the_axis_leaves_rest_days_out() -> None:
    start = at("09-30T09:00")  # a working Sunday before the holiday
    assert BY.place(start, at("09-30T13:00")) == 0.5
    assert BY.place(start, at("10-03T12:00")) == 1.0
    assert BY.place(start, at("10-08T09:00")) == 1.0
    assert BY.end(start, at("10-08T09:00").date().toordinal()) == 2.0


def test_a_roster_tells_signed_unsigned_absent_default_and_who_went_again_alone() -> None:
    def seat(kind: str, when: str, unit: str, **more: Any) -> Told:
        return told(f"joint_{kind}", when, meeting="J1", unit=unit, activity="visit", **more)

    events = [
        opened("规划"),
        seat("received", "10-15T10:00", "消防", receipt_no="J-1"),
        seat("received", "10-18T10:00", "环保", receipt_no="J-2"),
    ]
    events += [seat("attended", "10-19T10:00", unit) for unit in ("规划", "人防")]
    events += [seat("held", "10-19T11:00", "住建"), seat("signed", "10-19T11:10", "规划", opinion="同意")]
    (came,) = of(*events).activities
    assert {one.unit: one.presence for one in came.seats} == {
        "消防": "default", "环保": "absent", "规划": "signed", "人防": "came",
    }  # fmt: skip
    alone = told("solo_held", "10-22T10:00", unit="消防", activity="visit")
    (filed,) = of(*events, seat("minuted", "10-19T15:00", "住建"), alone).activities
    seats = {one.unit: one for one in filed.seats}
    assert seats["人防"].presence == "unsigned"
    assert seats["消防"].alone_at == at("10-22T10:00")
    assert seats["消防"].repeated
    assert (filed.lead, filed.form) == ("住建", "visit")


def test_who_was_told_another_day_or_only_invited_is_blamed_for_nothing() -> None:
    """As B2 and B2-D: the receipt names another day; who never knew of the visit repeats nothing by its own."""

    def seat(kind: str, when: str, unit: str, **more: Any) -> Told:
        return told(f"joint_{kind}", when, meeting="J1", unit=unit, activity="visit", **more)

    held_at = "2018-10-22T10:00+08:00"
    events = [
        seat("received", "10-15T10:00", "消防", receipt_no="J-1", held_at=held_at),
        seat("invited", "10-15T09:00", "气象"),
    ]
    alone = told("solo_held", "10-23T10:00", unit="气象", activity="visit")
    (one,) = of(opened("规划"), *events, seat("held", "10-19T11:00", "住建"), alone).activities
    assert [(each.presence, each.repeated) for each in one.seats] == [("absent", False)] * 2
    (one,) = of(opened("规划"), *events, seat("held", "10-22T11:00", "住建"), alone).activities
    assert {each.unit: each.presence for each in one.seats} == {"消防": "default", "气象": "absent"}


def test_what_was_given_up_saved_nothing_and_the_lead_is_no_branch_of_its_own() -> None:
    one = of(opened("住建", "规划"), received("规划", 5), told("withdrawn", "10-16T10:00"))
    assert [each.unit for each in one.branches] == ["规划"]
    assert one.saved is None


def test_units_are_ordered_by_how_they_keep_others_waiting() -> None:
    one = of(
        opened("规划", "环保"),
        received("规划", 3),
        received("环保", 9),
        told("branch_opinion", "10-17T10:00", unit="环保"),
    )
    first, second = paces([one])
    assert (first.unit, first.default, first.awaited, first.median) == ("规划", 1, 0, None)
    assert (second.unit, second.median, second.late) == ("环保", 2, 0)


def test_a_case_that_was_never_opened_as_parallel_is_no_project() -> None:
    assert project("P1", [received("规划", 3)], BY, at(NOW)) is None


def counted(item: str, lane: Any, n: int, good: int, days: int) -> Counted:
    return Counted(item=item, lane=lane, n=n, good=good, used={days: n})


def test_a_lane_is_held_against_the_same_mix_of_items() -> None:
    """Simpson's paradox: the green channel is on time more often only because it has the easy item."""
    rows = [counted("easy", "ordinary", 100, 100, 1), counted("hard", "ordinary", 900, 720, 9)]
    ordinary, green = lanes([*rows, counted("easy", "green", 90, 90, 1), counted("hard", "green", 10, 8, 9)])
    assert (ordinary.rate.rate, green.rate.rate) == (0.82, 0.98)
    assert green.usual_rate == pytest.approx(0.98)
    assert green.usual_days == pytest.approx(1.8)
    assert green.verdict == 0


def test_one_late_case_of_six_accuses_no_lane_and_forty_of_a_hundred_do() -> None:
    rows = [counted("a", "ordinary", 1000, 990, 2), counted("a", "agent", 6, 5, 2)]
    assert lanes(rows)[1].verdict == 0
    assert lanes([rows[0], counted("a", "agent", 100, 60, 2)])[1].verdict == -1
    ((item, several),) = by_item([*rows, counted("b", "ordinary", 5, 5, 1)])
    assert (item, [one.lane for one in several]) == ("a", ["ordinary", "agent"])
    few = counted("d", "ordinary", 38, 38, 5)
    assert lanes([few, counted("d", "green", 2, 1, 5)])[1].verdict == 0  # that none of 38 was late makes none certain
    assert lanes([counted("c", "green", 3, 3, 1)])[0].usual_rate is None


def test_only_cases_that_have_ordinary_ones_alike_are_compared_and_one_of_these_proves_nothing() -> None:
    alike = [counted("a", "ordinary", 200, 196, 2), counted("a", "green", 20, 20, 2)]
    hard = counted("b", "green", 30, 5, 9)  # nobody else has this item
    assert lanes([*alike, hard])[1].verdict == 0
    assert lanes([counted("a", "ordinary", 1, 1, 2), counted("a", "agent", 12, 4, 2)])[1].verdict == 0
    assert lanes([alike[0], counted("a", "green", 30, 5, 9)])[1].verdict == -1
