"""The days on the page must be those of the ledger, for an accused officer counts them by hand."""

from datetime import date, datetime, timedelta

from dashboards.days import MOST_DAYS, months, unfold
from mingjing.types import Clock, LedgerLine


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def run(kind: str, first: str, last: str, units: float = 0, total: float = 0) -> LedgerLine:
    return LedgerLine(
        kind=kind,  # type: ignore[arg-type]
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        units=units,
        total=total,
    )


NATIONAL_DAY = Clock(
    start_event="a",
    started_at=at("2014-09-26T10:00"),
    limit=5,
    unit="working_days",
    precision="day",
    timezone="Asia/Shanghai",
    due_on=date(2014, 10, 9),
    due_at=at("2014-10-10T00:00"),
    ledger=(
        run("rest", "2014-09-27", "2014-09-27"),
        run("counted", "2014-09-28", "2014-09-30", 3, 3),
        run("rest", "2014-10-01", "2014-10-07", 0, 3),
        run("counted", "2014-10-08", "2014-10-09", 2, 5),
    ),
)
"""Accepted on the Friday before the holiday: five working days with a make-up Sunday end on 9 October."""


def test_the_counted_days_are_numbered_one_by_one() -> None:
    days = unfold(NATIONAL_DAY)
    assert [(day.day.day, day.number) for day in days if day.number] == [(28, 1), (29, 2), (30, 3), (8, 4), (9, 5)]
    assert [day.kind for day in days][:3] == ["start", "rest", "counted"]
    assert [day.day for day in days if day.due] == [date(2014, 10, 9)]


def test_a_breach_at_midnight_belongs_to_the_day_that_ends() -> None:
    days = unfold(NATIONAL_DAY, at("2014-10-10T00:00"))
    assert days[-1].day == date(2014, 10, 9)
    assert days[-1].breach


def test_the_days_after_the_due_day_are_overdue_up_to_the_stop() -> None:
    stopped = Clock(
        **{f: getattr(NATIONAL_DAY, f) for f in NATIONAL_DAY.__struct_fields__} | {"stopped_at": at("2014-10-13T09:00")}
    )
    days = unfold(stopped, at("2014-10-10T00:00"))
    assert [(day.day.day, day.kind, day.stopped) for day in days[-4:]] == [
        (10, "late", False),
        (11, "late", False),
        (12, "late", False),
        (13, "late", True),
    ]


def test_no_day_is_missing_and_none_is_doubled() -> None:
    days = unfold(NATIONAL_DAY, at("2014-10-20T00:00"))
    assert [day.day for day in days] == [date(2014, 9, 26) + timedelta(days=n) for n in range(len(days))]


def test_months_hold_every_day_of_the_clock() -> None:
    days = unfold(NATIONAL_DAY)
    pages = months(days)
    assert [page.first for page in pages] == [date(2014, 9, 1), date(2014, 10, 1)]
    assert [day for page in pages for _, day in page.days if day] == days


def test_a_clock_to_the_second_has_no_days() -> None:
    clock = Clock(
        start_event="a", started_at=at("2014-09-26T10:00"), limit=2, unit="hours", precision="second", timezone="UTC"
    )
    assert unfold(clock) == []


def test_a_ledger_of_a_century_does_not_fill_the_page() -> None:
    clock = Clock(
        start_event="a",
        started_at=at("1950-01-01T10:00"),
        limit=36_500,
        unit="days",
        precision="day",
        timezone="Asia/Shanghai",
        ledger=(run("counted", "1950-01-02", "2049-12-31", 36_500, 36_500),),
    )
    assert len(unfold(clock)) == MOST_DAYS + 1
