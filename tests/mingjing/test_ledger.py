"""The clock ledger: each day once, in order, adding up to the limit, so that an officer can check it by hand."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.calendars import Calendars, EveryDay
from mingjing.clock import DayMeasure, Elapsed, Extension, Pause, TimeMeasure, reach, union
from mingjing.instants import HOUR, at, micros, parse
from mingjing.ledger import day_lines, extension_lines, time_lines
from mingjing.types import LedgerLine
from mingjing.zones import zone

CN = Calendars().get("cn")
SHANGHAI = zone("Asia/Shanghai")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def shown(line: LedgerLine) -> tuple[str, str, str, float, float]:
    return (line.kind, str(line.first), str(line.last), line.units, line.total)


def test_the_national_day_week_line_by_line() -> None:
    assert [shown(line) for line in day_lines(CN, day("2014-09-26"), day("2014-10-09"), [])] == [
        ("rest", "2014-09-27", "2014-09-27", 0, 0),
        ("counted", "2014-09-28", "2014-09-30", 3, 3),
        ("rest", "2014-10-01", "2014-10-07", 0, 3),
        ("counted", "2014-10-08", "2014-10-09", 2, 5),
    ]


def test_a_pause_covers_the_days_after_its_first_up_to_its_last() -> None:
    """2026-03-02 is a Monday; the pause runs from Tuesday to Thursday and takes out Wednesday and Thursday."""
    pauses = [(day("2026-03-03"), day("2026-03-05"))]
    assert [shown(line) for line in day_lines(CN, day("2026-03-02"), day("2026-03-09"), pauses)] == [
        ("counted", "2026-03-03", "2026-03-03", 1, 1),
        ("paused", "2026-03-04", "2026-03-05", 0, 1),
        ("counted", "2026-03-06", "2026-03-06", 1, 2),
        ("rest", "2026-03-07", "2026-03-08", 0, 2),
        ("counted", "2026-03-09", "2026-03-09", 1, 3),
    ]


def test_no_days_need_no_lines() -> None:
    assert day_lines(CN, day("2026-03-02"), day("2026-03-02"), []) == []


starts = st.integers(day("2014-09-01"), day("2025-06-01"))


@settings(max_examples=150)
@given(
    start=starts,
    limit=st.integers(1, 25),
    pauses=st.lists(st.tuples(st.integers(-5, 30), st.integers(0, 15), st.none() | st.integers(0, 5)), max_size=3),
    natural=st.booleans(),
)
def test_every_day_stands_in_one_line_and_the_last_total_is_the_limit(
    start: int, limit: int, pauses: list[tuple[int, int, int | None]], natural: bool
) -> None:
    days = EveryDay() if natural else CN
    measure = DayMeasure(days, SHANGHAI)
    stretches = union(
        [Pause(start + since, start + since + length, cap) for since, length, cap in pauses], start, measure
    )
    due = reach(measure, start, limit, stretches)
    lines = day_lines(days, start, due, stretches)
    told = [(line.first.toordinal(), line.last.toordinal()) for line in lines if line.first and line.last]
    covered = [one for first, last in told for one in range(first, last + 1)]
    assert covered == list(range(start + 1, due + 1))
    assert lines[-1].kind == "counted"
    assert lines[-1].total == limit == sum(line.units for line in lines)
    assert all(lines[n].kind != lines[n + 1].kind for n in range(len(lines) - 1))


def test_stretches_of_time_and_pauses_follow_each_other() -> None:
    start, due = micros(parse("2026-03-02T10:00+08:00")), micros(parse("2026-03-02T15:00+08:00"))
    pauses = [(start - HOUR, start + HOUR), (start + 2 * HOUR, start + 3 * HOUR)]
    lines = time_lines(TimeMeasure(Elapsed(), SHANGHAI), start, due, pauses, HOUR)
    assert [(line.kind, line.units, line.total) for line in lines] == [
        ("paused", 0, 0),
        ("counted", 1, 1),
        ("paused", 0, 1),
        ("counted", 2, 3),
    ]
    assert [line.since for line in lines[1:]] == [line.until for line in lines[:-1]]
    assert (lines[0].since, lines[-1].until) == (at(start), at(due))


def test_an_extension_stands_at_its_approval_with_its_event() -> None:
    approved = micros(parse("2026-03-02T10:00+08:00"))
    (line,) = extension_lines([Extension(approved, 10, "e7")], 1)
    assert (line.kind, line.since, line.units, line.note) == ("extended", at(approved), 10, "e7")
