"""The kind `belated`: whether an act came before its clock had run out, by its own word and by when it was recorded.

An officer whose extension was approved in the last second of the due day must not be accused, nor one whose source was
out of order; one that was dated back must be found.
"""

import pytest

from mingjing.types import CaseEvent
from rules.engine import Engine
from rules.staging import catalogue_of, registers_of
from tests.rules.judging import at, book, event, one, reasons, said

CLOCK = """kind = "belated"
what = ["extension_approved"]
start = ["accepted"]
stop = ["decided"]
limit = "5 working_days"
pause = [{ from = "suspended", to = "resumed" }]
extend = { by = "extension_approved", add = "data.days", unit = "working_days", times = 1 }
severity = 2
"""
WRITTEN = CLOCK + 'of = "recorded_at"\n'
ACCEPTED = event("accepted", "2026-03-02T10:00")  # a Monday: five working days end with the 9th
LATER = "2026-06-01T00:00"


def extension(when: str, recorded: str | None = None, **fields: object) -> CaseEvent:
    aware = None if recorded is None else f"{recorded}:00+08:00"
    return event("extension_approved", when, days=5, recorded_at=aware, **fields)


def found(text: str, events: list[CaseEvent], as_of: str = LATER, **stands_in: object) -> list[tuple[int, str, str]]:
    engine = Engine(book(text), catalogue_of(stands_in), "Asia/Shanghai", registers_of(stands_in))
    return said(engine.judge(events, at(as_of)))


@pytest.mark.parametrize(("approved", "late"), [("2026-03-09T23:59:59", False), ("2026-03-10T00:00", True)])
def test_the_due_instant_itself_is_too_late(approved: str, late: bool) -> None:
    expected = [(2, "2026-03-10T00:00:00", "open")] if late else []
    assert found(CLOCK, [ACCEPTED, extension(approved)]) == expected


def test_an_act_before_the_start_or_without_one_is_none_of_the_clock() -> None:
    assert found(CLOCK, [ACCEPTED, extension("2026-03-01T10:00")]) == []
    assert found(CLOCK, [extension("2026-05-01T10:00")]) == []


def test_a_pause_and_an_earlier_extension_move_the_due_instant_and_the_act_itself_does_not() -> None:
    paused = [event("suspended", "2026-03-03T10:00"), event("resumed", "2026-03-05T10:00")]
    assert found(CLOCK, [ACCEPTED, *paused, extension("2026-03-11T10:00")]) == []
    first = extension("2026-03-06T10:00")
    assert found(CLOCK, [ACCEPTED, first, extension("2026-03-16T10:00")]) == []
    assert found(CLOCK, [ACCEPTED, first, extension("2026-03-17T10:00")]) == [(2, "2026-03-17T10:00:00", "open")]


def test_a_clock_that_was_stopped_in_time_makes_no_act_late() -> None:
    assert found(CLOCK, [ACCEPTED, event("decided", "2026-03-09T10:00"), extension("2026-03-12T10:00")]) == []
    assert len(found(CLOCK, [ACCEPTED, event("decided", "2026-03-10T10:00"), extension("2026-03-12T10:00")])) == 1


@pytest.mark.parametrize(
    ("recorded", "late"), [("2026-03-09T23:59", False), ("2026-03-10T00:00", True), ("2026-03-12T09:00", True)]
)
def test_what_was_written_down_after_the_due_instant_is_late_from_then_on(recorded: str, late: bool) -> None:
    events = [ACCEPTED, extension("2026-03-06T10:00", recorded)]
    assert found(WRITTEN, events) == ([(2, f"{recorded}:00", "open")] if late else [])
    assert found(CLOCK, events) == []


def test_it_is_found_once_it_is_written_down_and_not_before() -> None:
    engine = Engine(book(WRITTEN), catalogue_of({}), "Asia/Shanghai")
    judgement = engine.judge([ACCEPTED, extension("2026-03-06T10:00", "2026-03-12T09:00")], at("2026-03-12T08:59"))
    assert (judgement.findings, judgement.wake) == ([], at("2026-03-12T09:00"))


def test_late_by_its_own_word_is_left_to_the_other_rule() -> None:
    assert found(WRITTEN, [ACCEPTED, extension("2026-03-10T10:00", "2026-03-10T10:01")]) == []


def test_an_act_that_does_not_say_when_it_was_written_down_is_not_judged() -> None:
    judgement = Engine(book(WRITTEN), catalogue_of({}), "Asia/Shanghai").judge(
        [ACCEPTED, extension("2026-03-06T10:00")], at(LATER)
    )
    assert (judgement.findings, reasons(judgement)) == ([], [("R1", "field: the event has no recorded_at")])


OUT = {"from": "2026-03-06T11:00+08:00", "to": "2026-03-12T08:00+08:00", "declared_at": "2026-03-06T12:00+08:00"}


@pytest.mark.parametrize(
    ("source", "late"),
    [
        ({"outage": [OUT]}, 0), ({"outage": [OUT | {"to": "2026-03-08T08:00+08:00"}]}, 1),
        ({"batch": True, "lag": "200 hours"}, 0), ({"batch": True, "lag": "24 hours"}, 1), ({"lag": "200 hours"}, 1),
    ],
)  # fmt: skip
def test_a_declared_outage_and_an_agreed_batch_excuse(source: dict[str, object], late: int) -> None:
    events = [ACCEPTED, extension("2026-03-06T10:00", "2026-03-12T09:00", source="hall")]
    assert len(found(WRITTEN, events, sources=[{"name": "hall", **source}])) == late


def test_the_evidence_says_when_the_limit_had_run_out() -> None:
    engine = Engine(book(CLOCK), catalogue_of({}), "Asia/Shanghai")
    finding = one(engine.judge([ACCEPTED, extension("2026-03-11T10:00")], at(LATER)))
    assert finding.evidence.facts["due_at"] == event("x", "2026-03-10T00:00").occurred_at
    assert finding.evidence.events == (ACCEPTED.event_id, finding.evidence.events[1])
    assert "5 个工作日" in finding.message.zh


def test_a_year_that_the_calendar_lacks_is_not_guessed() -> None:
    engine = Engine(book(CLOCK), catalogue_of({}), "Asia/Shanghai")
    events = [event("accepted", "2026-12-30T10:00"), extension("2027-02-01T10:00")]
    judgement = engine.judge(events, at("2027-03-01T00:00"))
    assert (judgement.findings, reasons(judgement)) == ([], [("R1", "calendar 2027")])
