"""Which days work, against every official exception since 2004, and how a year is supplied or amended."""

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.calendars import Calendar, Calendars, EveryDay, YearNotCovered
from mingjing.errors import BookError

CN = Calendars().get("cn")
DAYS = Calendars().get("weekdays")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_every_day_since_2004_works_or_rests_as_officially_noticed(shared_data: Path) -> None:
    """The exceptions of 23 years, by two sources; every other day follows the weekday."""
    with (shared_data / "cn_exceptions_2004_2026.csv").open(encoding="utf-8", newline="") as text:
        stated = {
            row["date"]: row["chinesecalendar"] == "True" for row in csv.DictReader(text) if row["chinesecalendar"]
        }
    wrong = []
    for number in range(day("2004-01-01"), day("2026-12-31") + 1):
        one = date.fromordinal(number)
        if CN.counts(number) != stated.get(one.isoformat(), one.weekday() < 5):
            wrong.append(one.isoformat())
    assert wrong == []
    assert len(stated) > 500


def test_the_tables_are_read_as_the_library_reads_them() -> None:
    """We look into its tables ourselves, because its own answer goes through all of them for each day."""
    days = [date.fromordinal(number) for number in range(day("2004-01-01"), day("2026-12-31") + 1)]
    assert [CN.counts(one.toordinal()) for one in days] == list(map(chinese_calendar.is_workday, days))


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2014-09-26", 5, "2014-10-09"),
        ("2014-09-28", 5, "2014-10-10"),
        ("2018-10-15", 7, "2018-10-24"),
        ("2018-10-15", 10, "2018-10-29"),
    ],
)
def test_the_worked_examples_of_the_domain(start: str, n: int, due: str) -> None:
    """The National Day week with two make-up days, and a plain fortnight of a production system's manual."""
    assert CN.nth(day(start), n) == day(due)
    assert CN.count(day(start), day(due)) == n


@settings(max_examples=200)
@given(after=st.integers(day("2004-01-01"), day("2025-06-01")), span=st.integers(0, 400), n=st.integers(0, 200))
def test_counting_agrees_with_looking_at_each_day(after: int, span: int, n: int) -> None:
    for days in (CN, DAYS, EveryDay()):
        assert days.count(after, after + span) == sum(days.counts(d) for d in range(after + 1, after + span + 1))
        found = days.nth(after, n)
        assert days.count(after, found) == n
        assert n == 0 or days.counts(found)


def test_counting_backwards_is_nothing() -> None:
    assert CN.count(day("2020-05-02"), day("2020-05-01")) == 0


@pytest.mark.parametrize(
    ("after", "upto", "year"),
    [("2026-12-31", "2027-01-01", 2027), ("2003-12-01", "2004-02-01", 2003), ("1999-05-01", "1999-05-02", 1999)],
)
def test_a_day_of_a_year_that_nobody_supplied_is_never_guessed(after: str, upto: str, year: int) -> None:
    with pytest.raises(YearNotCovered, match=f"calendar {year}") as told:
        CN.count(day(after), day(upto))
    assert told.value.first == day(after) + 1
    assert CN.count(day("2003-12-31"), day("2004-01-05")) == 2


def test_the_last_known_day_can_be_asked_and_the_next_cannot() -> None:
    assert CN.nth(day("2026-12-30"), 1) == day("2026-12-31")
    with pytest.raises(YearNotCovered) as told:
        CN.nth(day("2026-12-30"), 2)
    assert told.value.first == day("2027-01-01")


def test_a_gap_between_known_years_is_a_gap() -> None:
    """Years are supplied one by one; a clock over a missing one must not count it as rest."""
    calendar = Calendar("gap", "", {2019, 2021}, lambda one: one.weekday() < 5)
    assert calendar.count(day("2019-01-01"), day("2019-12-31")) == 260
    for ask in (calendar.count, calendar.nth):
        with pytest.raises(YearNotCovered) as told:
            ask(day("2019-12-30"), day("2021-02-01") if ask == calendar.count else 3)
        assert told.value.first == day("2020-01-01")
    with pytest.raises(YearNotCovered):
        calendar.counts(day("2020-06-01"))


def write(folder: Path, name: str, text: str) -> Calendars:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return Calendars(folder)


def test_a_file_supplies_a_year_that_the_base_lacks(tmp_path: Path) -> None:
    """When the State Council's notice for 2027 is out before the package is, the city writes the year down itself."""
    calendar = write(
        tmp_path,
        "cn",
        """
        base = "cn"
        version = "notice of 2026"
        years = [2027]
        [[day]]
        from = 2027-02-06
        to = 2027-02-12
        kind = "holiday"
        name = "春节"
        [[day]]
        on = 2027-02-14
        kind = "working"
        """,
    ).get("cn")
    assert [calendar.counts(day("2027-02-05") + n) for n in range(11)] == [True] + [False] * 8 + [True, True]
    assert calendar.counts(day("2026-10-01")) is False
    assert "notice of 2026" in calendar.version
    assert "chinesecalendar" in calendar.version
    with pytest.raises(YearNotCovered, match="2028"):
        calendar.counts(day("2028-01-03"))


def test_a_later_entry_of_a_file_amends_an_earlier_one(tmp_path: Path) -> None:
    calendar = write(
        tmp_path,
        "hall",
        """
        base = "weekdays"
        [[day]]
        from = 2020-05-01
        to = 2020-05-08
        kind = "holiday"
        [[day]]
        on = 2020-05-06
        kind = "working"
        """,
    ).get("hall")
    working = [d for d in range(day("2020-05-01"), day("2020-05-12")) if calendar.counts(d)]
    assert working == [day("2020-05-06"), day("2020-05-11")]


def test_the_names_that_a_rule_may_use_are_known(tmp_path: Path) -> None:
    assert write(tmp_path, "hall", "").names() == ["cn", "hall", "weekdays"]
    assert Calendars().names() == ["cn", "weekdays"]


def test_all_mistakes_of_all_files_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        """base = "mars"
yeers = [2027]
years = ["2027"]

[[day]]
on = "tomorrow"
kind = "holiday"

[[day]]
on = 2027-01-02
kind = "feast"

[[day]]
from = 2027-02-12
to = 2027-02-06
kind = "holiday"
""",
        encoding="utf-8",
    )
    (tmp_path / "b.toml").write_text("base = ", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b'version = "\xff"')
    with pytest.raises(BookError) as told:
        Calendars(tmp_path)
    places = [(Path(mistake.file).name, mistake.line) for mistake in told.value.mistakes]
    assert places == [
        ("a.toml", 1), ("a.toml", 2), ("a.toml", 3), ("a.toml", 5), ("a.toml", 9), ("a.toml", 13), ("b.toml", 1),
        ("c.toml", 0),
    ]  # fmt: skip
    messages = [mistake.message for mistake in told.value.mistakes]
    assert "weekdays" in messages[0]
    assert "years" in messages[1]
    assert "working" in messages[4]


def test_a_day_in_a_year_that_nobody_covers_is_a_mistake(tmp_path: Path) -> None:
    """Its author believes that the year is known now; it is not, until `years` says so."""
    with pytest.raises(BookError, match="2027"):
        write(tmp_path, "cn", 'base = "cn"\n[[day]]\non = 2027-02-06\nkind = "holiday"\n')


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="no such directory"):
        Calendars(tmp_path / "nowhere")


def test_the_dates_of_an_entry_may_be_one_day(tmp_path: Path) -> None:
    calendar = write(tmp_path, "one", '[[day]]\nfrom = 2020-05-04\nkind = "holiday"\n').get("one")
    assert not calendar.counts(day("2020-05-04"))
    assert calendar.counts((date(2020, 5, 4) + timedelta(days=1)).toordinal())
