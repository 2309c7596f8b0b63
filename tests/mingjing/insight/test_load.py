"""Advice on staffing names hours that differ beyond chance, and says nothing where nothing can be said."""

from datetime import date, timedelta

import pytest

from mingjing.insight.load import Hour, advice, hours, weekdays

DAYS = dict.fromkeys(range(1, 8), 4)


def at(weekday: int, hour: int, arrivals: int, staffed: float, known: float = 40.0) -> Hour:
    return Hour(weekday=weekday, hour=hour, arrivals=arrivals, days=4, staffed=staffed, known=known)


def test_hours_of_the_week_are_read_from_the_sums_keys() -> None:
    """Key 1 is Monday 00:00; 34 is Tuesday 09:00; what is no hour of the week is dropped."""
    found = hours({1: 2, 34: 5, 168: 1, 0: 9, 169: 9, 40: 0}, DAYS, {(2, 9): (3.0, 4.0), (5, 14): (0.0, 0.0)})
    assert [(one.weekday, one.hour, one.arrivals, one.staffed) for one in found] == [
        (1, 0, 2, 0.0),
        (2, 9, 5, 3.0),
        (7, 23, 1, 0.0),
    ]
    assert (found[1].a_day, found[1].windows, found[1].pressure) == (1.25, 0.75, 5 / 3)
    assert found[0].pressure is None


def test_weekdays_are_counted() -> None:
    assert weekdays(date(2026, 3, 2) + timedelta(days=n) for n in range(8)) == {1: 2, **dict.fromkeys(range(2, 8), 1)}


def test_a_rush_at_few_windows_is_told_with_what_would_even_it_out() -> None:
    """60 cases at 2 windows against 10 at 6 a day: 4 of the 6 more at the first would be (15 a 6) and (2.5 a 2)."""
    found = advice([at(1, 9, 60, 8.0), at(5, 16, 10, 24.0), at(3, 10, 40, 24.0)])
    assert found is not None
    assert ((found.busy.weekday, found.busy.hour), (found.idle.weekday, found.idle.hour)) == ((1, 9), (5, 16))
    assert found.move == 4
    after = (found.busy.a_day / (found.busy.windows + 4), found.idle.a_day / (found.idle.windows - 4))
    assert after == pytest.approx((2.5, 1.25))


def test_what_chance_explains_is_no_advice() -> None:
    assert advice([at(1, 9, 12, 10.0), at(2, 9, 9, 10.0), at(3, 9, 15, 10.0)]) is None


def test_hours_of_the_day_are_compared_where_single_ones_say_nothing() -> None:
    """A little at nine on each of five days is much on all of them together."""
    found = advice([at(day, hour, 14 if hour == 9 else 6, 10.0) for day in range(1, 6) for hour in (9, 10)])
    assert found is not None
    assert (found.busy.weekday, found.busy.hour, found.idle.hour) == (0, 9, 10)


def test_nobody_is_advised_where_no_camera_looks() -> None:
    assert advice([at(1, 9, 60, 0.0, 0.0), at(2, 9, 1, 0.0, 0.0)]) is None
    assert advice([]) is None


def test_half_an_open_hour_is_not_taken_for_pressure() -> None:
    """From 13:30 to 14:00 staffing is half, while the hour's cases are all counted."""
    assert advice([at(1, 13, 60, 8.0, known=20.0), at(1, 14, 60, 40.0), at(1, 15, 58, 40.0)]) is None


def test_one_window_stays_open() -> None:
    found = advice([at(1, 9, 400, 4.0), at(5, 16, 1, 8.0, known=40.0)])
    assert found is not None
    assert found.move == 1
