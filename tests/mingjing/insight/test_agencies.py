"""Intermediaries: whose days a service took, what is published, credit by its parts, concentration with an interval."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mingjing.insight.agencies import (
    FEW,
    Concentration,
    Found,
    Happened,
    Price,
    Service,
    concentration,
    concentrations,
    published,
    services,
    standings,
)

FIRST = datetime(2026, 3, 2, 2, tzinfo=UTC)


def happened(kind: str, after: int, case: str = "c", **data: Any) -> Happened:
    at = FIRST + timedelta(days=after)
    return Happened(
        event_id=f"{case}-{after}", case_id=case, type=f"agency_{kind}", at=at, day=at.date(), item="I", department="D",
        officer="o1" if kind == "selected" else "", data=data,
    )  # fmt: skip


def one_of(*events: Happened, today: int = 60) -> Service:
    (one,) = services(events, {}, (FIRST + timedelta(days=today)).date())
    return one


def test_days_on_which_the_client_kept_the_agency_waiting_are_not_the_agencys() -> None:
    """The total is shown as unit time and agency time (M1); the day of the hold itself is the agency's."""
    one = one_of(
        happened("selected", 0, agency="A", method="lottery", by="applicant"),
        happened("contracted", 2, agency="A", days=10, published_fee=8000),
        happened("held", 4),
        happened("held", 5),
        happened("released", 7),
        happened("delivered", 20, agency="A"),
    )
    assert (one.total, one.held, one.own) == (18, 3, 15)
    assert (one.officer, one.method, one.running) == ("o1", "lottery", False)


def test_what_one_agency_did_counts_against_no_other_of_the_case() -> None:
    """The first one's contract was given up late (M1); the second came, was paid too much, and delivered twice."""
    events = [
        happened("selected", 0, agency="A"),
        happened("contracted", 1, agency="A", days=5),
        happened("selected", 20, agency="B"),
        happened("contracted", 21, agency="B", days=10),
        happened("delivered", 25),
        happened("paid", 26, agency="B", amount=9),
        happened("delivered", 40),
    ]
    found = [Found(rule="M1", severity=2, events=("c-1", "c-25")), Found(rule="M2", severity=2, events=("c-26",))]
    a, b = sorted(services(events, {"c": found}, FIRST.date()), key=lambda one: one.agency)
    assert (a.agency, a.selected, a.found, a.paid) == ("A", "A", {"M1": 2}, None)
    assert (b.agency, b.selected, b.found, b.paid) == ("B", "B", {"M2": 2}, 9)
    assert (b.total, b.running) == (4, False)


def test_a_case_that_was_withdrawn_keeps_no_agency_running() -> None:
    gone = Happened(event_id="w", case_id="c", type="withdrawn", at=FIRST + timedelta(days=3),
                    day=date(2026, 3, 5), item="", department="D", officer="", data={})  # fmt: skip
    one = one_of(happened("contracted", 0, agency="A", days=10), gone)
    assert (one.total, one.running) == (3, False)


def test_what_is_still_held_up_takes_no_day_of_the_agencys() -> None:
    one = one_of(happened("contracted", 0, agency="A", days=10), happened("held", 4), today=9)
    assert one.running
    assert (one.total, one.held, one.own) == (9, 5, 4)


def test_a_contract_is_held_against_the_price_of_its_day_and_quantity() -> None:
    one = one_of(happened("contracted", 3, agency="A", quantity=20, published_fee=9000))
    ends, begins = date(2026, 3, 4), date(2026, 3, 5)
    rows = [
        Price(code="1", agency="A", item="I", price=400, unit="", since=date(2020, 1, 1), until=ends),
        Price(code="2", agency="A", item="I", price=450, unit="", since=begins, until=date(2099, 1, 1)),
    ]
    assert published({("A", "I"): rows}, one) == 9000
    assert published({("A", "I"): rows[:1]}, one) is None
    assert published({}, one) is None


def served(case: int, agency: str, **found: int) -> Service:
    return Service(
        case_id=str(case), item="I", department="D", officer="o", agency=agency, selected=agency, found=found
    )


def test_credit_is_the_sum_of_its_parts_and_one_bad_day_does_not_ruin_a_beginner() -> None:
    """Each part: weight × (good + 5 × usual) / (n + 5); the notice before the due day counts nothing."""
    several = [served(n, "old") for n in range(95)] + [served(95, "new", M1=2), served(96, "old", M1=1)]
    old, new = standings(several)
    assert (old.agency, new.agency) == ("old", "new")
    usual = 96 / 97
    assert new.parts[0].points == pytest.approx(40 * (0 + 5 * usual) / 6)
    assert new.score == pytest.approx(new.parts[0].points + 60)
    assert 90 < new.score < old.score < 100


def test_the_index_is_the_chance_that_two_choices_agree_and_its_interval_holds_it() -> None:
    even = concentration("o", [f"a{n % 10}" for n in range(200)])
    alone = concentration("p", ["a1"] * 50)
    assert even.index == pytest.approx(10 * 20 * 19 / (200 * 199))
    assert even.lo is not None
    assert even.hi is not None
    assert even.lo <= 0.1 <= even.hi + 0.01
    assert (alone.index, alone.lo, alone.hi) == (1, 1, 1)
    assert alone.beyond(even.index)
    assert not even.beyond(even.index)


def test_few_choices_say_nothing_about_concentration() -> None:
    few = concentration("o", ["a1"] * (FEW - 1))
    assert (few.top, few.top_n, few.index) == ("a1", FEW - 1, None)
    assert not few.beyond(0.01)


def test_everybody_comes_first_then_who_concentrates_most() -> None:
    several = [served(n, f"a{n % 8}") for n in range(80)]
    several += [Service(case_id=f"x{n}", item="I", department="D", officer="x", selected="a1") for n in range(20)]
    found: list[Concentration] = concentrations(several, "officer")
    assert [one.code for one in found] == ["", "x", "o"]
