"""The clock against counting by hand: day by day with the calendar beside one, minute by minute for hours.

A wrong day accuses an innocent officer or clears a guilty one, so nothing here is compared with the clock itself.
"""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing import instants
from mingjing.calendars import Calendar, Days, EveryDay
from mingjing.clock import (
    FOREVER,
    After,
    DayMeasure,
    Elapsed,
    Extension,
    Measure,
    Pause,
    Reading,
    Rung,
    TimeMeasure,
    read,
    union,
)
from mingjing.instants import DAY, HOUR, MINUTE
from mingjing.timetable import OfficeTime, Period, Timetable
from mingjing.zones import Zone
from tests.mingjing.clocks import ByDay, Counts, Grant, Hold, Story, by_minute

ZONES = [Zone("Asia/Shanghai"), Zone("America/New_York"), Zone("Europe/Amsterdam")]
FIRST, LAST = date(2014, 9, 1).toordinal(), date(2015, 12, 31).toordinal()
TIMES = (0, 9 * HOUR, 17 * HOUR + 1, DAY - 1)
DUE = Rung("due", 0, "", 2, "due")

severities = st.integers(1, 3)
percents = st.sampled_from([1, 50, 80, 100])
units = st.sampled_from(["days", "working_days"])
ladders = st.lists(
    st.one_of(
        st.builds(lambda p, s: Rung("percent", p * 100, "", s, f"{p}%"), percents, severities),
        st.builds(lambda n, s: Rung("before", n, "days", s, f"due - {n}"), st.integers(0, 6), severities),
        st.just(DUE),
        st.builds(lambda n, u, s: Rung("after", n, u, s, f"due + {n}"), st.integers(0, 4), units, severities),
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Mondays to Fridays of 2014 and 2015 but for some days; nobody knows 2016."""
    odd = draw(st.sets(st.integers(FIRST, LAST), max_size=30))
    return Calendar("odd", "1", {2014, 2015}, lambda day: (day.weekday() < 5) != (day.toordinal() in odd))


def knows(days: Days) -> Counts:
    """What a calendar knows of a day."""
    if isinstance(days, EveryDay):
        return lambda day: True
    return lambda day: days.counts(day) if date.fromordinal(day).year in (2014, 2015) else None


def holds(instant: st.SearchStrategy[int], caps: int) -> st.SearchStrategy[Hold]:
    """Pauses that end at or after they begin, or never."""
    ends = st.none() | instant
    made = st.builds(Hold, instant, ends, st.none() | st.integers(0, caps))
    return made.map(lambda hold: hold if hold.until is None or hold.until >= hold.since else hold._replace(until=None))


@st.composite
def stories(draw: st.DrawFn, zone: Zone) -> Story:
    """A start and what follows within some weeks, few distinct days, so that everything meets everything."""
    base = draw(st.one_of(st.integers(FIRST, LAST - 40), st.integers(LAST - 12, LAST)))
    instant = st.builds(lambda day, time: zone.midnight(base + day) + time, st.integers(-3, 25), st.sampled_from(TIMES))
    started = draw(st.sampled_from(TIMES)) + zone.midnight(base)
    as_of = zone.midnight(base) + draw(st.integers(0, 60)) * DAY + draw(st.sampled_from(TIMES))
    grants = [Grant(at, draw(st.integers(1, 6))) for at in draw(st.lists(instant, max_size=2)) if at >= started]
    stopped = draw(st.none() | instant.map(lambda at: max(at, started)))
    paused = draw(st.lists(holds(instant, 6), max_size=3))
    return Story(started, draw(st.integers(1, 12)), paused, sorted(grants), stopped, as_of)


def reading(measure: Measure, story: Story, ladder: Sequence[Rung], after: Sequence[After], unit: int = 1) -> Reading:
    """The clock's own reading of a story."""
    pauses = [
        Pause(
            measure.position(hold.since),
            FOREVER if hold.until is None else measure.position(hold.until),
            None if hold.cap is None else hold.cap * unit,
        )
        for hold in story.holds
    ]
    upto = [
        (index, rung._replace(amount=rung.amount * unit) if rung.at == "before" else rung)
        for index, rung in enumerate(ladder)
        if rung.at != "after"
    ]
    return read(
        measure,
        story.started,
        story.limit * unit,
        upto,
        after,
        union(pauses, measure.position(story.started), measure),
        [Extension(grant.approved, grant.units * unit, str(number)) for number, grant in enumerate(story.grants)],
        story.stopped,
        story.as_of,
    )


def beyond(ladder: Sequence[Rung], calendar: Calendar, zone: Zone) -> list[After]:
    """The rungs after the due one."""
    return [
        After(index, rung, calendar if rung.unit == "working_days" else EveryDay(), Elapsed(), zone)
        for index, rung in enumerate(ladder)
        if rung.at == "after"
    ]


def rungs(said: Reading) -> set[tuple[int, int, int]]:
    return {(reached.rung, reached.instant, reached.limit) for reached in said.reached}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), calendar=calendars(), zone=st.sampled_from(ZONES), ladder=ladders, natural=st.booleans())
def test_days_are_counted_as_one_counts_them_by_hand(
    data: st.DataObject, calendar: Calendar, zone: Zone, ladder: list[Rung], natural: bool
) -> None:
    """Pauses as a union with caps, extensions, every kind of rung, stops, and a year that nobody knows."""
    story = data.draw(stories(zone))
    days: Days = EveryDay() if natural else calendar
    said = reading(DayMeasure(days, zone), story, ladder, beyond(ladder, calendar, zone))
    by_hand = ByDay(story, ladder, zone, knows(days), knows(calendar)).read()
    assert (rungs(said), said.missing_year) == (by_hand.reached, by_hand.missing)


def test_a_capped_pause_that_runs_into_an_unknown_year_leaves_the_clock_not_judged() -> None:
    """Whether the cap was used up depends on days that nobody knows; the clock must not stand still for ever."""
    zone = ZONES[0]
    calendar = Calendar("weekdays", "1", {2014, 2015}, lambda day: day.weekday() < 5)
    start, known = zone.midnight(date(2015, 12, 29).toordinal()), zone.midnight(date(2016, 1, 2).toordinal())
    story = Story(start, 1, [Hold(start, None, 3)], [], None, known)
    measure = DayMeasure(calendar, zone)
    assert reading(measure, story, [DUE], []) == Reading([], 2016, None)
    assert reading(measure, story._replace(as_of=known - 1), [DUE], []) == Reading([], None, known)


def test_a_pause_over_new_year_lets_the_clock_run_until_the_first_day_that_is_needed() -> None:
    """Days that a pause takes out are asked of no calendar."""
    zone = ZONES[0]
    calendar = Calendar("weekdays", "1", {2014, 2015}, lambda day: day.weekday() < 5)
    start, ends, needed = (
        zone.midnight(day.toordinal()) for day in (date(2015, 12, 29), date(2016, 1, 6), date(2016, 1, 8))
    )
    story = Story(start, 5, [Hold(start, ends, None)], [], None, needed - 1)
    measure = DayMeasure(calendar, zone)
    assert reading(measure, story, [DUE], []) == Reading([], None, needed)
    assert reading(measure, story._replace(as_of=needed), [DUE], []).missing_year == 2016


@settings(max_examples=100, deadline=None)
@given(data=st.data(), calendar=calendars(), zone=st.sampled_from(ZONES), ladder=ladders)
def test_silence_changes_nothing_before_the_clock_wakes_and_something_when_it_does(
    data: st.DataObject, calendar: Calendar, zone: Zone, ladder: list[Rung]
) -> None:
    """The worker sleeps until then: too late hides a finding, too early costs time, for ever costs both."""
    story = data.draw(stories(zone))
    measure, after = DayMeasure(calendar, zone), beyond(ladder, calendar, zone)

    def at(as_of: int) -> tuple[object, ...]:
        return reading(measure, story._replace(as_of=as_of), ladder, after)[:2]

    wake = reading(measure, story, ladder, after).wake
    if wake is None:
        assert at(story.as_of + 500 * DAY) == at(story.as_of)
    else:
        assert wake > story.as_of
        assert at(wake - 1) == at(story.as_of)
        assert at(wake) != at(story.as_of)


HALL = Timetable((Period(FIRST, LAST, ((540, 720), (810, 1020))), Period(FIRST + 300, LAST, ((480, 840),))))
NIGHT = Timetable((Period(FIRST, LAST, ((0, 240), (1380, 1440))),))
"""Open over the hours that daylight saving skips or repeats."""

minute_rungs = st.lists(
    st.one_of(
        st.builds(lambda p: Rung("percent", p * 100, "", 1, f"{p}%"), percents.filter(lambda p: p % 10 == 0)),
        st.builds(lambda n: Rung("before", n, "minutes", 1, f"due - {n}"), st.integers(0, 40)),
        st.just(DUE),
    ),
    min_size=1,
    max_size=3,
)
bases = st.sampled_from([date(2014, 10, 24), date(2015, 3, 6), date(2015, 3, 27), date(2015, 6, 25)])


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    calendar=calendars(),
    zone=st.sampled_from(ZONES),
    ladder=minute_rungs,
    table=st.sampled_from([HALL, NIGHT, None]),
    base=bases,
)
def test_minutes_are_counted_as_one_counts_them_by_hand(
    data: st.DataObject, calendar: Calendar, zone: Zone, ladder: list[Rung], table: Timetable | None, base: date
) -> None:
    """Office hours of dated timetables, nights in which the clocks change, and natural time (no timetable)."""
    start = zone.midnight(base.toordinal())
    started = start + data.draw(st.integers(0, 3 * 1440)) * MINUTE
    minute = st.integers(-600, 4_000).map(lambda minutes: start + minutes * MINUTE)
    later = minute.map(lambda at: max(at, started))
    story = Story(
        started=started,
        limit=data.draw(st.integers(1, 60)) * 10,
        holds=data.draw(st.lists(holds(minute, 200), max_size=2)),
        grants=sorted(
            data.draw(st.lists(st.builds(Grant, later, st.integers(1, 30).map(lambda n: n * 10)), max_size=2))
        ),
        stopped=data.draw(st.none() | later),
        as_of=started + data.draw(st.integers(0, 8_000)) * MINUTE,
    )

    def opened(at: int) -> bool:
        if table is None:
            return True
        day, wall = zone.day(at), instants.at(at).astimezone(zone.info)
        local = wall.hour * 60 + wall.minute
        return calendar.counts(day) and any(first <= local < last for first, last in table.spans(day))

    measure = TimeMeasure(Elapsed() if table is None else OfficeTime(calendar, zone, table), zone)
    said = reading(measure, story, ladder, [], MINUTE)
    by_hand = by_minute(story, ladder, opened, 8_000)
    assert {(index, at, amount // MINUTE) for index, at, amount in rungs(said)} == by_hand.reached
