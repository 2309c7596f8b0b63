"""Office hours of a hall: dated, with a midday break, in zones whose clocks change."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.calendars import Calendars, EveryDay, YearNotCovered
from mingjing.errors import BookError
from mingjing.instants import HOUR, MINUTE, at, micros, parse
from mingjing.timetable import DEFAULT, OfficeTime, Period, Timetable, load
from mingjing.zones import zone

SHANGHAI, NEW_YORK = zone("Asia/Shanghai"), zone("America/New_York")
CN, WEEKDAYS = Calendars().get("cn"), Calendars().get("weekdays")
HALL = OfficeTime(CN, SHANGHAI, DEFAULT)


def local(text: str) -> int:
    return micros(parse(f"{text}+08:00"))


def said(instant: int) -> str:
    return f"{at(instant).astimezone(SHANGHAI.info):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("came", "closes"),
    [
        ("2026-03-02T09:00", "2026-03-02T17:00"),  # Monday
        ("2026-03-02T12:30", "2026-03-02T17:00"),  # in the midday break
        ("2026-03-02T07:00", "2026-03-02T17:00"),  # before opening
        ("2026-03-02T16:59", "2026-03-02T17:00"),
        ("2026-03-02T17:00", "2026-03-03T17:00"),  # at closing: the next office day
        ("2026-03-02T22:00", "2026-03-03T17:00"),
        ("2026-03-06T18:00", "2026-03-09T17:00"),  # over the weekend
        ("2014-09-27T10:00", "2014-09-28T17:00"),  # Saturday, then a make-up Sunday
        ("2014-09-30T17:30", "2014-10-08T17:00"),  # over the National Day week
    ],
)
def test_the_same_office_day_ends_at_closing(came: str, closes: str) -> None:
    assert said(HALL.closing(local(came), 0)) == closes


@pytest.mark.parametrize(
    ("came", "closes"),
    [
        ("2026-03-02T15:59", "2026-03-02T17:00"),
        ("2026-03-02T16:00", "2026-03-03T17:00"),  # within the last hour
        ("2026-03-02T16:30", "2026-03-03T17:00"),
        ("2026-03-01T12:00", "2026-03-02T17:00"),  # Sunday: Monday counts whole
    ],
)
def test_what_comes_in_the_last_hour_is_due_the_next_office_day(came: str, closes: str) -> None:
    assert said(HALL.closing(local(came), HOUR)) == closes


def test_working_hours_leave_out_breaks_nights_and_rest_days() -> None:
    """Friday 16:00 and four working hours: one on Friday, three on Monday until 12:00."""
    friday = local("2026-03-06T16:00")
    assert said(HALL.nth(friday, 4 * HOUR)) == "2026-03-09T12:00"
    assert said(HALL.nth(friday, 4 * HOUR + MINUTE)) == "2026-03-09T13:31"
    assert HALL.count(friday, local("2026-03-09T13:00")) == 4 * HOUR


def test_hours_run_over_the_turn_of_the_year() -> None:
    assert said(HALL.nth(local("2025-12-31T16:30"), HOUR)) == "2026-01-04T09:30"  # 1–3 January rest, Sunday 4 works
    assert HALL.count(local("2025-12-31T16:30"), local("2026-01-04T09:30")) == HOUR


def test_hours_of_an_unknown_year_are_never_guessed() -> None:
    with pytest.raises(YearNotCovered, match="2027"):
        HALL.nth(local("2026-12-31T16:00"), 2 * HOUR)
    assert said(HALL.nth(local("2026-12-31T16:00"), HOUR)) == "2026-12-31T17:00"


def test_a_night_hall_counts_the_hours_that_clocks_skip_and_repeat() -> None:
    """Open from 00:00 to 04:00: three hours on the day in March, five on the day in November."""
    hall = OfficeTime(EveryDay(), NEW_YORK, Timetable((Period(1, date.max.toordinal(), ((0, 240),)),)))
    days = [date(2015, month, number).toordinal() for month, number in ((3, 8), (11, 1), (6, 1))]
    lengths = [hall.count(NEW_YORK.midnight(day), NEW_YORK.midnight(day + 1)) for day in days]
    assert lengths == [3 * HOUR, 5 * HOUR, 4 * HOUR]


def test_working_days_to_the_second_are_as_long_as_their_days() -> None:
    """Friday to Tuesday over the Sunday of 23 hours: it is a rest day, so two days of 24 hours count."""
    whole = OfficeTime(WEEKDAYS, NEW_YORK, None)
    friday = date(2015, 3, 6).toordinal()
    assert whole.count(NEW_YORK.midnight(friday), NEW_YORK.midnight(friday + 4)) == 48 * HOUR


@settings(max_examples=150, deadline=None)
@given(
    start=st.integers(local("2025-01-01T00:00") // MINUTE, local("2025-12-20T00:00") // MINUTE),
    amount=st.integers(0, 3_000),
)
def test_the_instant_at_which_an_amount_has_passed_is_the_first_one(start: int, amount: int) -> None:
    """At closing rather than at the next opening: nobody works in between, so that is when it was used up."""
    since = start * MINUTE
    found = HALL.nth(since, amount * MINUTE)
    assert HALL.count(since, found) == amount * MINUTE
    if amount:
        assert HALL.count(since, found - 1) < amount * MINUTE


def write(tmp_path: Path, text: str) -> Timetable:
    path = tmp_path / "timetable.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_hours_change_on_a_date(tmp_path: Path) -> None:
    """Summer hours from May to September; of overlapping periods the later one in the file holds."""
    table = write(
        tmp_path,
        """
        [[hours]]
        open = ["09:00-12:00", "13:30-17:00"]
        [[hours]]
        from = 2026-05-01
        to = 2026-09-30
        open = ["08:30-12:00", "14:30-17:30"]
        """,
    )
    assert table.spans(date(2026, 4, 30).toordinal()) == ((540, 720), (810, 1020))
    assert table.spans(date(2026, 5, 1).toordinal()) == ((510, 720), (870, 1050))
    assert table.spans(date(2026, 9, 30).toordinal()) == ((510, 720), (870, 1050))
    assert table.spans(date(2026, 10, 1).toordinal()) == ((540, 720), (810, 1020))


def test_a_day_of_no_period_is_closed(tmp_path: Path) -> None:
    table = write(tmp_path, '[[hours]]\nfrom = 2026-05-01\nopen = ["09:00-24:00"]\n')
    assert table.spans(date(2026, 4, 30).toordinal()) == ()
    assert table.spans(date(2026, 5, 1).toordinal()) == ((540, 1440),)


def test_a_hall_that_never_opens_again_is_told_rather_than_searched_for_ever() -> None:
    """A timetable that ends must not hang the engine."""
    shut = OfficeTime(WEEKDAYS, SHANGHAI, Timetable((Period(1, date(2026, 3, 1).toordinal(), ((540, 1020),)),)))
    with pytest.raises(YearNotCovered):
        shut.nth(local("2026-03-02T09:00"), HOUR)
    with pytest.raises(YearNotCovered):
        shut.closing(local("2026-03-02T09:00"), 0)


def test_without_a_file_the_hall_has_its_usual_hours(tmp_path: Path) -> None:
    assert load(None) is DEFAULT
    assert load(tmp_path / "timetable.toml") is DEFAULT


def test_all_mistakes_of_a_timetable_are_told_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(BookError) as told:
        write(
            tmp_path,
            """[[hours]]
open = ["09:00-12:00", "11:00-17:00"]

[[hours]]
open = "09:00-17:00"

[[hours]]
from = 2026-05-02
to = 2026-05-01
open = ["09:00-17:00"]

[[hours]]
open = ["9 to 5"]

[[hours]]
open = ["09:00-25:00"]

[[hours]]
open = ["09:75-12:00"]

[hourz]
""",
        )
    assert [mistake.line for mistake in told.value.mistakes] == [1, 4, 7, 12, 15, 18, 21]
