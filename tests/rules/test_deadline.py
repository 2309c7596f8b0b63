"""The deadline kind through the engine: starts, stops, keys, pauses, extensions, the worked examples of the domain."""

from typing import Any

import pytest

from mingjing.types import CaseEvent
from tests.rules.judging import at, engine, event, judge, one, reasons, said

PLAIN = 'kind = "deadline"\nstart = ["accepted"]\nstop = ["decided", "withdrawn"]\nlimit = "{limit}"\n{more}'
DUE = "severity = 2"
LADDER = """ladder = [{ at = "80%", severity = 1 }, { at = "due", severity = 2 },
          { at = "due + 3 working_days", severity = 3 }]"""
PAUSES = """pause = [{ from = "suspended", to = "resumed" },
         { from = "special_started", to = "special_ended", cap = "data.declared_days" }]
"""
EXTEND = 'extend = { by = "extension_approved", add = "data.days", unit = "working_days", most = 10, times = 1 }\n'


def rule(limit: str, more: str = DUE) -> str:
    return PLAIN.format(limit=limit, more=more)


@pytest.mark.parametrize(
    ("accepted", "limit", "late_from"),
    [
        ("2014-09-26T10:00", 5, "2014-10-10T00:00:00"),
        ("2014-09-28T10:00", 5, "2014-10-11T00:00:00"),
        ("2018-10-15T10:00", 7, "2018-10-25T00:00:00"),
        ("2018-10-15T10:00", 10, "2018-10-30T00:00:00"),
    ],
)
def test_the_worked_examples_of_the_domain_are_late_the_day_after(accepted: str, limit: int, late_from: str) -> None:
    """Due at 24:00 of the stated day: late from 00:00 of the next; make-up Sundays and the National Day week."""
    text, events = rule(f"{limit} working_days"), [event("accepted", accepted)]
    before = judge(text, events, "2014-09-27T00:00" if limit == 5 else "2018-10-16T00:00")
    assert before.findings == []
    assert before.wake == at(late_from)
    assert said(judge(text, events, late_from)) == [(2, late_from, "open")]


@pytest.mark.parametrize(
    ("decided", "found"),
    [
        ("2014-10-09T23:59:59.999999", []),
        ("2014-10-10T00:00", [(2, "2014-10-10T00:00:00", "resolved")]),
        ("2014-10-09T08:00", []),
        ("2014-09-26T10:00", []),  # at the same instant
    ],
)
def test_finishing_on_the_due_day_is_on_time_and_at_its_24_is_not(decided: str, found: list[Any]) -> None:
    events = [event("accepted", "2014-09-26T10:00"), event("decided", decided)]
    assert said(judge(rule("5 working_days"), events, "2014-12-01T00:00")) == found


def test_closing_on_the_weekend_after_the_due_friday_is_late() -> None:
    """No working day passed since, and it is late all the same."""
    events = [event("accepted", "2026-03-06T10:00"), event("decided", "2026-03-14T10:00")]
    assert said(judge(rule("5 working_days"), events, "2026-04-01T00:00")) == [(2, "2026-03-14T00:00:00", "resolved")]


def test_to_the_second_a_limit_passes_in_the_middle_of_the_day() -> None:
    """A production system counts so; its results differ by up to a day, so the precision is the rule's choice."""
    text = rule("2 days", 'precision = "second"\nseverity = 2')
    start = event("accepted", "2018-10-15T10:00:00")
    exactly, after = "2018-10-17T10:00:00", "2018-10-17T10:00:00.000001"
    assert judge(text, [start], exactly).findings == []
    assert said(judge(text, [start], after)) == [(2, "2018-10-17T10:00:00", "open")]
    assert judge(text, [start, event("decided", exactly)], "2018-11-01T00:00").findings == []
    assert said(judge(text, [start, event("decided", after)], "2018-11-01T00:00"))[0][2] == "resolved"


def test_a_stop_before_its_start_stops_nothing() -> None:
    events = [event("decided", "2026-03-01T10:00"), event("accepted", "2026-03-02T10:00")]
    assert said(judge(rule("1 working_days"), events, "2026-03-05T00:00")) == [(2, "2026-03-04T00:00:00", "open")]


def test_only_the_first_start_opens_the_clock() -> None:
    events = [event("accepted", "2026-03-02T10:00"), event("accepted", "2026-03-20T10:00", event_id="again")]
    finding = one(judge(rule("5 working_days"), events, "2026-03-31T00:00"))
    assert finding.evidence.clock is not None
    assert finding.evidence.clock.start_event == "accepted@2026-03-02T10:00"


def test_one_clock_is_one_finding_that_climbs_its_ladder() -> None:
    """Five working days from Monday 2 March: 80 % on Friday, due on Monday, three more on Thursday."""
    events = [event("accepted", "2026-03-02T10:00")]
    asked = ["2026-03-06T23:59:59", "2026-03-07T00:00", "2026-03-10T00:00", "2026-03-13T00:00"]
    judgements = [judge(rule("5 working_days", LADDER), events, as_of) for as_of in asked]
    assert [said(judgement) for judgement in judgements] == [
        [],
        [(1, "2026-03-07T00:00:00", "open")],
        [(2, "2026-03-10T00:00:00", "open")],
        [(3, "2026-03-13T00:00:00", "open")],
    ]
    assert len({finding.finding_id for judgement in judgements for finding in judgement.findings}) == 1
    assert [judgement.wake for judgement in judgements[:3]] == [at(when) for when in asked[1:]]
    assert judgements[3].wake is None


def test_a_notice_that_was_right_stays_when_the_case_then_finishes_in_time() -> None:
    events = [event("accepted", "2026-03-02T10:00"), event("decided", "2026-03-09T10:00")]
    assert said(judge(rule("5 working_days", LADDER), events, "2026-04-01T00:00")) == [
        (1, "2026-03-07T00:00:00", "resolved")
    ]


def test_a_rung_before_due_leaves_at_most_that_many_days() -> None:
    """The off-by-one of a production system: its manual says two days before, its example fires three before."""
    text = rule("7 working_days", 'ladder = [{ at = "due - 2 working_days", severity = 1 }]')
    assert said(judge(text, [event("accepted", "2018-10-15T10:00")], "2018-11-01T00:00")) == [
        (1, "2018-10-23T00:00:00", "open")  # 16, 17, 18, 19, 22: five counted, two left
    ]


PAUSED: dict[str, tuple[list[CaseEvent], str]] = {
    "a pause takes out the days after its first, up to and including its last": (
        [event("suspended", "2026-03-03T09:00"), event("resumed", "2026-03-05T17:00")], "2026-03-12T00:00:00",
    ),
    "a pause within one day takes out nothing": (
        [event("suspended", "2026-03-03T09:00"), event("resumed", "2026-03-03T17:00")], "2026-03-10T00:00:00",
    ),
    "overlapping pauses are a union, never a sum": (
        [
            event("suspended", "2026-03-03T09:00"), event("special_started", "2026-03-03T10:00", declared_days=9),
            event("resumed", "2026-03-05T17:00"), event("special_ended", "2026-03-05T17:30"),
        ],
        "2026-03-12T00:00:00",
    ),
    "a pause counts no more than was declared": (
        [event("special_started", "2026-03-03T09:00", declared_days=1), event("special_ended", "2026-03-05T17:00")],
        "2026-03-11T00:00:00",
    ),
    "a declared pause that never ends is used up": (
        [event("special_started", "2026-03-03T09:00", declared_days=2)], "2026-03-12T00:00:00",
    ),
    "a pause over the weekend takes out no rest days": (
        [event("suspended", "2026-03-06T09:00"), event("resumed", "2026-03-08T17:00")], "2026-03-10T00:00:00",
    ),
    "an opening while it is open says nothing new": (
        [
            event("suspended", "2026-03-03T09:00"), event("suspended", "2026-03-04T09:00"),
            event("resumed", "2026-03-05T17:00"),
        ],
        "2026-03-12T00:00:00",
    ),
    "the first closing closes it": (
        [
            event("suspended", "2026-03-03T09:00"), event("resumed", "2026-03-04T17:00"),
            event("resumed", "2026-03-06T17:00"),
        ],
        "2026-03-11T00:00:00",
    ),
    "a pause that was open at the start holds from there": (
        [event("suspended", "2026-02-26T09:00"), event("resumed", "2026-03-03T17:00")], "2026-03-11T00:00:00",
    ),
    "a pause after the due date cures nothing": (
        [event("suspended", "2026-03-10T00:00"), event("resumed", "2026-03-20T17:00")], "2026-03-10T00:00:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAUSED)
def test_pauses(name: str) -> None:
    """Five working days from Monday 2 March 2026: due on Monday 9 March, late from the 10th, without a pause."""
    pauses, late_from = PAUSED[name]
    judgement = judge(
        rule("5 working_days", PAUSES + DUE), [event("accepted", "2026-03-02T10:00"), *pauses], "2026-06-01T00:00"
    )
    assert said(judgement) == [(2, late_from, "open")]


def test_a_pause_without_an_end_stops_the_clock_for_ever() -> None:
    events = [event("accepted", "2026-03-02T10:00"), event("suspended", "2026-03-03T09:00")]
    judgement = judge(rule("5 working_days", PAUSES + DUE), events, "2026-12-01T00:00")
    assert (judgement.findings, judgement.not_judged, judgement.wake) == ([], [], None)


EXTENDED: dict[str, tuple[list[CaseEvent], str]] = {
    "an extension in time raises the limit": (
        [event("extension_approved", "2026-03-09T23:59", days=3)], "2026-03-13T00:00:00",
    ),
    "one at the due instant adds nothing": (
        [event("extension_approved", "2026-03-10T00:00", days=3)], "2026-03-10T00:00:00",
    ),
    "more than the most counts as the most": (
        [event("extension_approved", "2026-03-04T10:00", days=30)], "2026-03-24T00:00:00",
    ),
    "the second one adds nothing": (
        [event("extension_approved", f"2026-03-0{day}T10:00", days=days) for day, days in ((4, 1), (5, 9))],
        "2026-03-11T00:00:00",
    ),
    "one before the start is another matter's": (
        [event("extension_approved", "2026-03-01T10:00", days=3)], "2026-03-10T00:00:00",
    ),
    "an approval that names no days adds none": (
        [event("extension_approved", "2026-03-04T10:00")], "2026-03-10T00:00:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTENDED)
def test_extensions(name: str) -> None:
    extensions, late_from = EXTENDED[name]
    judgement = judge(
        rule("5 working_days", EXTEND + DUE), [event("accepted", "2026-03-02T10:00"), *extensions], "2026-06-01T00:00"
    )
    assert said(judgement) == [(2, late_from, "open")]


def test_a_notice_at_eighty_percent_stays_right_although_an_extension_came_two_days_later() -> None:
    """A finding at an instant depends only on what occurred before it."""
    text = rule("5 working_days", EXTEND + LADDER)
    events = [event("accepted", "2026-03-02T10:00"), event("extension_approved", "2026-03-09T10:00", days=10)]
    finding = one(judge(text, events, "2026-03-10T00:00"))
    assert (finding.severity, finding.evidence.clock and finding.evidence.clock.limit) == (1, 5)
    assert said(judge(text, events, "2026-03-24T00:00")) == [(2, "2026-03-24T00:00:00", "open")]


def test_with_a_key_every_value_has_its_clock() -> None:
    """A stop that names a step ends that step's clock, one that names none ends all."""
    text = (
        'kind = "deadline"\nstart = ["step_started"]\nstop = ["step_ended", "decided"]\n'
        'limit = "1 days"\nkey = "data.step"\nseverity = 2'
    )
    events = [
        event("step_started", "2026-03-02T10:00", step="受理"),
        event("step_started", "2026-03-02T11:00", step="审查"),
        event("step_started", "2026-03-02T12:00"),
        event("step_ended", "2026-03-03T10:00", step="审查"),
        event("step_started", "2026-03-03T11:00", step="审查"),
    ]
    finding = one(judge(text, events, "2026-03-10T00:00"))
    assert finding.evidence.facts["key"] == "受理"
    assert finding.status == "open"
    closed = judge(text, [*events, event("decided", "2026-03-08T10:00")], "2026-03-10T00:00")
    assert [found.status for found in closed.findings] == ["resolved"]
    assert judge(text, [*events, event("decided", "2026-03-03T12:00")], "2026-03-10T00:00").findings == []


def test_a_due_instant_before_its_start_is_late_at_once() -> None:
    """The breach is not put before the event that made it possible."""
    text = rule("start.data.due_at")
    events = [event("accepted", "2026-03-02T10:00", due_at="2026-03-01T10:00:00+08:00")]
    assert said(judge(text, events, "2026-03-02T10:00")) == [(2, "2026-03-02T10:00:00", "open")]


@pytest.mark.parametrize(
    ("limit", "data", "reason"),
    [
        ("start.data.due_at", {}, None),
        ("start.data.due_at", {"due_at": "soon"}, "field: data.due_at"),
        ("start.data.due_at", {"due_at": "2026-03-01"}, "field: data.due_at"),
        ("start.data.due_at", {"due_at": 7}, "field: data.due_at"),
        ("start.data.days working_days", {}, None),
        ("start.data.days working_days", {"days": 0}, "field: data.days"),
        ("start.data.days working_days", {"days": -3}, "field: data.days"),
        ("start.data.days working_days", {"days": 1.5}, "field: data.days"),
        ("start.data.days working_days", {"days": True}, "field: data.days"),
        ("start.data.days working_days", {"days": "three"}, "field: data.days"),
        ("start.data.days working_days", {"days": 10**30}, "field: data.days"),
        ("item.committed_limit", {}, "limit: item i"),
    ],
)
def test_a_limit_that_is_not_there_starts_no_clock_and_a_malformed_one_is_not_judged(
    limit: str, data: dict[str, Any], reason: str | None
) -> None:
    """Nothing was promised, which is quiet; or nobody can tell what was promised, which is not."""
    judgement = judge(rule(limit), [event("accepted", "2026-03-02T10:00", data=data)], "2026-06-01T00:00", {})
    assert judgement.findings == []
    assert [found.startswith(reason or "") for _, found in reasons(judgement)] == ([True] if reason else [])


@pytest.mark.parametrize("days", [3, "3", 3.0])
def test_a_limit_that_the_start_carries_may_be_a_number_or_digits(days: object) -> None:
    events = [event("accepted", "2026-03-02T10:00", days=days)]
    assert said(judge(rule("start.data.days working_days"), events, "2026-06-01T00:00")) == [
        (2, "2026-03-06T00:00:00", "open")
    ]


def test_a_year_that_nobody_supplied_is_not_judged_once_time_gets_there_and_no_sooner() -> None:
    """Accepted on 28 December 2026: 29, 30, 31 are known; the first working day of 2027 is not."""
    events, text = [event("accepted", "2026-12-28T10:00")], rule("5 working_days", LADDER)
    early = judge(text, events, "2027-01-01T23:59:59")
    assert (early.findings, early.not_judged, early.wake) == ([], [], at("2027-01-02T00:00"))
    assert reasons(judge(text, events, "2027-01-02T00:00")) == [("R1", "calendar 2027")]
    stopped = [*events, event("decided", "2026-12-31T10:00")]
    assert judge(text, stopped, "2027-06-01T00:00").not_judged == []


def test_a_rung_before_the_unknown_year_stays_found() -> None:
    text = rule("5 working_days", 'ladder = [{ at = "50%", severity = 1 }, { at = "due", severity = 2 }]')
    judgement = judge(text, [event("accepted", "2026-12-28T10:00")], "2027-03-01T00:00")
    assert said(judgement) == [(1, "2027-01-01T00:00:00", "open")]
    assert reasons(judgement) == [("R1", "calendar 2027")]


def test_natural_days_read_no_calendar() -> None:
    events = [event("accepted", "2026-12-28T10:00")]
    assert said(judge(rule("5 days"), events, "2027-03-01T00:00")) == [(2, "2027-01-03T00:00:00", "open")]


def test_the_same_office_day_is_over_at_closing_time() -> None:
    text = rule("same office day")
    events = [event("accepted", "2026-03-02T10:00")]
    assert judge(text, events, "2026-03-02T17:00:00").findings == []
    assert said(judge(text, events, "2026-03-02T17:00:01")) == [(2, "2026-03-02T17:00:00", "open")]
    assert judge(text, [*events, event("decided", "2026-03-02T17:00:00")], "2026-04-01T00:00").findings == []
    late = rule("same office day", "late_minutes = 60\nseverity = 2")
    assert said(judge(late, [event("accepted", "2026-03-02T16:30")], "2026-04-01T00:00"))[0][1] == "2026-03-03T17:00:00"


def test_two_rules_on_one_case_are_two_findings_and_the_order_of_events_decides_nothing() -> None:
    texts = (rule("5 working_days", LADDER), rule("3 days", DUE))
    events = [
        event("accepted", "2026-03-02T10:00"), event("decided", "2026-03-20T10:00"),
        event("accepted", "2026-03-01T10:00", event_id="earlier"),
    ]  # fmt: skip
    forward, backward = (engine(*texts).judge(order, at("2026-04-01T00:00")) for order in (events, events[::-1]))
    assert forward == backward
    assert [finding.rule for finding in forward.findings] == ["R2", "R1"]


def test_the_evidence_lets_an_officer_check_the_finding_by_hand() -> None:
    """Event ids, ledger, limits, calendar version: what the page shows to the accused."""
    text = rule("5 working_days", PAUSES + EXTEND + LADDER)
    events = [
        event("accepted", "2026-03-02T10:00"),
        event("suspended", "2026-03-03T09:00"),
        event("resumed", "2026-03-04T17:00"),
        event("extension_approved", "2026-03-05T10:00", days=1),
        event("decided", "2026-03-20T10:00"),
    ]
    finding = one(judge(text, events, "2026-04-01T00:00"))
    clock = finding.evidence.clock
    assert clock is not None
    assert set(finding.evidence.events) == {found.event_id for found in events}
    assert (clock.limit, clock.unit, clock.precision, clock.timezone) == (6, "working_days", "day", "Asia/Shanghai")
    assert str(clock.due_on) == "2026-03-11"
    assert (clock.start_event, clock.stop_event) == (events[0].event_id, events[4].event_id)
    assert [line.kind for line in clock.ledger if line.units or line.kind == "paused"] == [
        "counted", "paused", "counted", "counted", "extended",
    ]  # fmt: skip
    assert "chinesecalendar" in str(finding.evidence.calendar)
    assert finding.evidence.limit == "5 working_days"


@pytest.mark.parametrize(
    ("decided", "found"),
    [
        ("2026-03-09T23:59", []),
        ("2026-03-10T00:00", [(2, "2026-03-10T00:00:00", "resolved")]),
    ],
)
def test_a_period_of_natural_days_that_ends_on_a_saturday_ends_on_the_monday(decided: str, found: list[Any]) -> None:
    """Civil Code, art. 203: whoever acts on the next working day is in time."""
    events = [event("accepted", "2026-03-02T10:00"), event("decided", decided)]
    assert said(judge(rule("5 days", f"roll = true\n{DUE}"), events, "2026-04-01T00:00")) == found


def test_the_ledger_of_a_rolled_period_shows_its_rest_days_and_ends_with_the_limit() -> None:
    finding = one(
        judge(rule("5 days", f"roll = true\n{DUE}"), [event("accepted", "2026-03-02T10:00")], "2026-04-01T00:00")
    )
    clock = finding.evidence.clock
    assert clock is not None
    assert str(clock.due_on) == "2026-03-09"
    assert [(line.kind, str(line.last), line.total) for line in clock.ledger] == [
        ("counted", "2026-03-06", 4),
        ("rest", "2026-03-08", 4),
        ("counted", "2026-03-09", 5),
    ]
    assert finding.evidence.calendar
