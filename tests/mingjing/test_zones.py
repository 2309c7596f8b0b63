"""Local days of time zones, daylight saving and a day that never was."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjing.errors import UsageError
from mingjing.instants import DAY, HOUR, MINUTE, at, micros
from mingjing.zones import Zone, zone

NAMES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Amsterdam",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
]

FIRST, LAST = (datetime(year, 1, 1) for year in (1902, 2297))  # noqa: DTZ001  (the strategy adds the zone)


@settings(max_examples=400)
@given(
    name=st.sampled_from(NAMES),
    when=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
)
@example(name="Pacific/Apia", when=datetime(2011, 12, 30, 10, tzinfo=UTC))
@example(name="Pacific/Apia", when=datetime(2011, 12, 30, 9, 59, 59, 999999, tzinfo=UTC))
@example(name="America/Sao_Paulo", when=datetime(2018, 11, 4, 3, tzinfo=UTC))
@example(name="America/Sao_Paulo", when=datetime(2018, 2, 18, 2, 30, tzinfo=UTC))
def test_an_instant_falls_on_the_day_that_a_wall_calendar_there_shows(name: str, when: datetime) -> None:
    local = zone(name)
    day = local.day(micros(when))
    assert date.fromordinal(day) == when.astimezone(local.info).date()
    assert local.midnight(day) <= micros(when) < local.midnight(day + 1)


def test_days_of_changed_clocks_are_shorter_and_longer() -> None:
    new_york = zone("America/New_York")
    lengths = [
        (new_york.midnight(day.toordinal() + 1) - new_york.midnight(day.toordinal())) // HOUR
        for day in (date(2015, 3, 8), date(2015, 11, 1), date(2015, 6, 1))
    ]
    assert lengths == [23, 25, 24]


def test_wall_clock_times_are_put_on_the_time_line() -> None:
    shanghai = zone("Asia/Shanghai")
    day = date(2026, 3, 2).toordinal()
    assert at(shanghai.instant(day, 9 * 60 + 30)) == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert shanghai.instant(day, 24 * 60) == shanghai.midnight(day + 1) == shanghai.midnight(day) + DAY


def test_a_wall_clock_time_that_daylight_saving_skips_is_read_by_the_clock_before_it() -> None:
    new_york = zone("America/New_York")
    day = date(2015, 3, 8).toordinal()
    assert new_york.instant(day, 150) - new_york.midnight(day) == 150 * MINUTE
    assert at(new_york.instant(day, 240)).astimezone(new_york.info).hour == 4


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "Asia", "../etc/passwd", "asia shanghai"])
def test_an_unknown_zone_is_told_with_what_would_be_right(name: str) -> None:
    with pytest.raises(UsageError, match="Asia/Shanghai"):
        Zone(name)


def test_a_zone_is_made_once() -> None:
    assert zone("Europe/Rome") is zone("Europe/Rome")
    assert timedelta(hours=1) == datetime(2020, 1, 1, tzinfo=zone("Europe/Rome").info).utcoffset()
