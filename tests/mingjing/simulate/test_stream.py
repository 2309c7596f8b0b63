"""The simulated events are such as the service must accept, in order, within the hall's hours."""

import re
from datetime import date, timedelta
from itertools import islice, pairwise

import chinese_calendar
import msgspec
import pytest
from msgspec.structs import replace

from mingjing.codec import decode
from mingjing.errors import UsageError
from mingjing.simulate import City, Rates, city, events, simulation
from mingjing.simulate.almanac import Almanac
from mingjing.simulate.load import A_YEAR, Load
from mingjing.simulate.places import office
from mingjing.simulate.rates import quiet
from mingjing.types import CaseEvent

PERSONS = ("applicant", "caller", "device", "bidder", "expert", "person")
START, END = date(2024, 9, 9), date(2024, 10, 21)  # the National Day holiday lies within


@pytest.fixture(scope="module")
def town() -> City:
    return city(1)


@pytest.fixture(scope="module")
def happened(town: City) -> list[CaseEvent]:
    return list(events(town, START, END, cases=1_500))


@pytest.fixture(scope="module")
def regular(town: City) -> list[CaseEvent]:
    return list(events(town, START, END, cases=1_500, rates=replace(quiet(), urgent_evening=0.0)))


def test_events_come_in_order_of_occurrence_with_ids_of_their_own(happened: list[CaseEvent]) -> None:
    assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(happened))
    assert len({e.event_id for e in happened}) == len(happened)
    assert happened[0].occurred_at.date() >= START
    assert happened[-1].occurred_at.date() < END


LOGGED = ("duty:", "contact:", "duty-question:")
"""What the logs of the duty room and of first-asked contacts hold comes on top of the cases asked for."""


def test_exactly_as_many_cases_begin_as_were_asked_for(happened: list[CaseEvent]) -> None:
    begun = {e.event_id.rpartition("-")[0] for e in happened if not e.case_id.startswith(LOGGED)}
    assert len(begun) == 1_500  # a camera's case goes on for days


def test_a_year_has_300_000_cases_and_mondays_are_busier_than_rest_days() -> None:
    load = Load(Almanac())
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    counts = {day: load.on(day.toordinal()) for day in days}
    assert sum(counts.values()) == A_YEAR == 300_000
    assert counts[date(2025, 9, 15)] > counts[date(2025, 9, 19)] > 10 * counts[date(2025, 9, 20)]


def test_every_event_decodes(happened: list[CaseEvent]) -> None:
    for event in happened:
        assert decode(msgspec.json.encode(event)) == event


def test_officers_act_on_chinese_working_days_only(happened: list[CaseEvent]) -> None:
    """Make-up working days and holidays included: an acceptance on a holiday would accuse nobody rightly."""
    deeds = [e for e in happened if e.type in ("material_received", "accepted", "step_ended", "decided", "delivered")]
    assert all(chinese_calendar.is_workday(e.occurred_at.date()) for e in deeds)
    assert any(e.occurred_at.weekday() >= 5 for e in deeds)
    assert not any(date(2024, 10, 1) <= e.occurred_at.date() <= date(2024, 10, 7) for e in deeds)


def test_regular_work_is_done_in_office_hours(regular: list[CaseEvent]) -> None:
    deeds = [e for e in regular if e.type in ("accepted", "step_started", "step_ended", "decided", "delivered")]
    assert all(9 <= e.occurred_at.hour < 17 or (e.occurred_at.hour == 17 and e.occurred_at.minute == 0) for e in deeds)


def test_regular_events_are_recorded_within_the_quarter_of_an_hour(regular: list[CaseEvent]) -> None:
    """Otherwise I2 (backfill) would see what is not there."""
    handled = [e for e in regular if e.type != "deal_found"]  # found whenever somebody looks
    assert all(e.recorded_at and timedelta() < e.recorded_at - e.occurred_at < timedelta(minutes=15) for e in handled)


def test_events_carry_codes_and_no_personal_data(happened: list[CaseEvent]) -> None:
    for event in happened:
        assert all(re.fullmatch("[a-z][-0-9a-zA-Z]+", event.data[name]) for name in PERSONS if name in event.data)
        assert event.data.get("signer", "applicant") == "applicant"
        assert event.data.get("applicant_type", "person") in ("person", "enterprise")


def test_officers_windows_and_items_of_events_exist_in_the_city(town: City, happened: list[CaseEvent]) -> None:
    departments = {d.code: d for d in town.departments}
    items = {item.code for item in town.items}
    together = [w for d in town.departments for w in d.windows if w.kind == "comprehensive"]  # for several of them
    shared, clerks = {w.code for w in together}, {w.officer.code for w in together}
    for event in happened:
        assert event.department is not None
        department = departments[event.department]
        assert event.item in items or event.case_id.startswith(("presence:", "camera:", "deal:", *LOGGED))
        own = {*(w.code for w in department.windows), office(department)}
        assert event.window is None or event.window in own | shared
        assert event.officer in {None, town.supervisor.code, *(o.code for o in department.officers), *clerks}


def test_the_stream_is_lazy_and_goes_on_without_an_end(town: City) -> None:
    """The demo takes events for as long as it runs."""
    endless = events(town, date(2026, 3, 2), rates=Rates())
    first = list(islice(endless, 5_000))
    assert len(first) == 5_000
    assert first == list(islice(events(town, date(2026, 3, 2)), 5_000))


@pytest.mark.parametrize(
    ("start", "end"), [(date(2003, 12, 1), date(2004, 2, 1)), (date(2026, 12, 1), date(2027, 1, 2))]
)
def test_days_without_a_known_calendar_are_refused(start: date, end: date) -> None:
    with pytest.raises(UsageError, match="2004 to 2026"):
        simulation(start, end)
