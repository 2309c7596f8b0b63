"""The kinds of rule that are no clocks: each flags what it says and nothing beside it."""

import pytest

from tests.rules.judging import event, judge, one, reasons, said

LATER = "2026-06-01T00:00"

PRECEDENCE = 'kind = "precedence"\nfirst = ["accepted"]\nthen = ["decided"]\nseverity = 2\n'


def test_a_decision_without_an_acceptance_before_it_is_found_at_the_first_such_decision() -> None:
    events = [
        event("decided", "2026-03-02T10:00"),
        event("decided", "2026-03-03T10:00"),
        event("accepted", "2026-03-04T10:00"),
    ]
    judgement = judge(PRECEDENCE, events, LATER)
    assert said(judgement) == [(2, "2026-03-02T10:00:00", "open")]
    assert one(judgement).evidence.events == ("decided@2026-03-02T10:00",)


@pytest.mark.parametrize("accepted", ["2026-03-02T10:00", "2026-03-01T10:00"])
def test_an_acceptance_before_or_at_the_same_instant_satisfies(accepted: str) -> None:
    events = [event("decided", "2026-03-02T10:00"), event("accepted", accepted)]
    assert judge(PRECEDENCE, events, LATER).findings == []


def test_precedence_by_key_looks_at_each_value() -> None:
    """`then` without the key is not looked at; a `first` without it satisfies all that follow."""
    text = 'kind = "precedence"\nfirst = ["step_started"]\nthen = ["step_ended"]\nkey = "data.step"\nseverity = 2\n'
    events = [
        event("step_started", "2026-03-02T09:00", step="a"),
        event("step_ended", "2026-03-02T10:00", step="a"),
        event("step_ended", "2026-03-02T10:00", step="b"),
        event("step_ended", "2026-03-02T11:00"),
        event("step_started", "2026-03-03T09:00"),
        event("step_ended", "2026-03-04T10:00", step="c"),
    ]
    assert [finding.evidence.facts["key"] for finding in judge(text, events, LATER).findings] == ["b"]


REQUIRED = (
    'kind = "required"\nneed = ["correction_notified", ["accepted", "not_accepted"]]\nat = ["decided"]\nseverity = 3\n'
)


def test_what_was_needed_by_a_decision_and_had_not_happened_is_named() -> None:
    events = [event("correction_notified", "2026-03-03T10:00"), event("decided", "2026-03-02T10:00")]
    finding = one(judge(REQUIRED, events, LATER))
    assert finding.evidence.facts["missing"][0] == "correction_notified"
    assert finding.evidence.facts["missing"][1].startswith("accepted")
    assert finding.severity == 3


def test_any_of_an_entry_will_do_and_the_very_instant_counts() -> None:
    events = [
        event("correction_notified", "2026-03-02T10:00"), event("not_accepted", "2026-03-01T10:00"),
        event("decided", "2026-03-02T10:00"),
    ]  # fmt: skip
    assert judge(REQUIRED, events, LATER).findings == []


def test_required_is_judged_once_at_the_first_such_event() -> None:
    events = [event("decided", "2026-03-02T10:00"), event("decided", "2026-03-05T10:00")]
    assert said(judge(REQUIRED, events, LATER)) == [(3, "2026-03-02T10:00:00", "open")]
    assert judge(REQUIRED, [event("accepted", "2026-03-02T10:00")], LATER).findings == []


def test_the_steps_of_the_item_must_have_ended() -> None:
    text = 'kind = "required"\nneed = "item.steps"\nat = ["decided"]\nseverity = 3\n'
    events = [
        event("step_ended", "2026-03-02T10:00", step="受理"), event("step_started", "2026-03-02T11:00", step="审查"),
        event("step_ended", "2026-03-04T10:00", step="批准"), event("decided", "2026-03-03T10:00"),
    ]  # fmt: skip
    item = {"steps": ["受理", "审查", "批准"]}
    assert one(judge(text, events, LATER, item)).evidence.facts["missing"] == ["审查", "批准"]
    assert reasons(judge(text, events, LATER, {})) == [("R1", "item: item i has no steps")]
    assert reasons(judge(text, events, LATER))[0][1].startswith("item: the catalogue has no i")


REPETITION = 'kind = "repetition"\nwhat = ["returned", "recalled"]\nmost = 1\n'


def test_counts_are_summed_over_the_patterns_and_climb_the_ladder() -> None:
    text = REPETITION + "ladder = [{ at = 2, severity = 1 }, { at = 3, severity = 2 }]"
    events = [event("returned", "2026-03-02T10:00"), event("recalled", "2026-03-03T10:00")]
    assert judge(text, events[:1], LATER).findings == []
    assert said(judge(text, events, LATER)) == [(1, "2026-03-03T10:00:00", "open")]
    more = [*events, event("returned", "2026-03-04T10:00"), event("returned", "2026-03-05T10:00")]
    finding = one(judge(text, more, LATER))
    assert (finding.severity, finding.evidence.facts["count"]) == (2, 3)
    assert finding.occurred_at.day == 4
    assert finding.finding_id == one(judge(text, events, LATER)).finding_id


def test_a_redelivery_and_a_correction_are_not_counted_twice() -> None:
    first = event("returned", "2026-03-02T10:00")
    second = event("returned", "2026-03-03T10:00", corrects=first.event_id)
    assert judge(REPETITION + "severity = 2", [first, second], LATER).findings == []


def test_repetition_within_a_span_asks_for_events_that_lie_close_together() -> None:
    text = REPETITION + 'within = "3 days"\nseverity = 2'
    far = [event("returned", "2026-03-02T10:00"), event("returned", "2026-03-06T09:00")]
    assert judge(text, far, LATER).findings == []
    near = [*far, event("returned", "2026-03-09T18:00")]
    assert one(judge(text, near, LATER)).evidence.events == tuple(found.event_id for found in near[1:])


def test_repetition_by_key_counts_each_value() -> None:
    text = REPETITION + 'key = "data.step"\nseverity = 2'
    events = [event("returned", f"2026-03-0{day}T10:00", step=step) for day, step in [(2, "a"), (3, "b"), (4, "a")]]
    assert one(judge(text, [*events, event("returned", "2026-03-05T10:00")], LATER)).evidence.facts["key"] == "a"


def test_one_officer_who_did_both_duties_is_found_when_both_were_done() -> None:
    text = 'kind = "separation"\nduties = ["accepted", "decided"]\nseverity = 2\n'
    events = [
        event("decided", "2026-03-02T10:00", officer="o1"), event("accepted", "2026-03-03T10:00", officer="o1"),
        event("accepted", "2026-03-01T10:00", officer="o2"), event("decided", "2026-03-05T10:00"),
        event("accepted", "2026-03-06T10:00"),
    ]  # fmt: skip
    judgement = judge(text, events, LATER)
    assert said(judgement) == [(2, "2026-03-03T10:00:00", "open")]
    assert one(judgement).evidence.facts["officer"] == "o1"
    apart = [events[2], event("decided", "2026-03-02T10:00", officer="o3")]
    assert judge(text, apart, LATER).findings == []


def test_too_few_officers_are_found_at_the_last_such_event() -> None:
    text = 'kind = "separation"\nwhat = ["site_visited"]\nleast = 2\nseverity = 2\n'
    alone = [event("site_visited", f"2026-03-0{day}T10:00", officer="o1") for day in (2, 3)]
    assert said(judge(text, alone, LATER)) == [(2, "2026-03-03T10:00:00", "open")]
    assert (
        judge(text, [*alone, event("site_visited", "2026-03-03T10:00", officer="o2", event_id="x")], LATER).findings
        == []
    )
    nobody = judge(text, [event("site_visited", "2026-03-02T10:00")], LATER)
    assert (nobody.findings, reasons(nobody)) == ([], [("R1", "field: no event names its officer")])


def test_one_officer_must_have_done_all_of_several_duties() -> None:
    text = 'kind = "separation"\nduties = ["accepted", "reviewed", "decided"]\nseverity = 2\n'
    events = [
        event("accepted", "2026-03-02T10:00", officer="o1"), event("reviewed", "2026-03-03T10:00", officer="o2"),
        event("decided", "2026-03-04T10:00", officer="o1"),
    ]  # fmt: skip
    assert judge(text, events, LATER).findings == []
    late = event("reviewed", "2026-03-06T10:00", officer="o1")
    finding = one(judge(text, [*events, late], LATER))
    assert finding.evidence.events == (events[0].event_id, late.event_id, events[2].event_id)
    assert said(judge(text, [*events, late], LATER)) == [(2, "2026-03-06T10:00:00", "open")]


def test_those_whom_an_event_lists_were_there_too() -> None:
    text = 'kind = "separation"\nwhat = ["site_visited"]\nleast = 2\nseverity = 2\n'
    together = event("site_visited", "2026-03-02T10:00", officer="o1", officers=["o1", "o2"])
    assert judge(text, [together], LATER).findings == []
    assert len(judge(text, [event("site_visited", "2026-03-02T10:00", officers=["o1", "o1", 7])], LATER).findings) == 1


CONDITION = "kind = \"condition\"\non = [\"fee_paid\"]\nwhen = '''{when}'''\nseverity = 2\n"


def test_a_condition_finds_each_event_for_which_it_is_true() -> None:
    text = CONDITION.format(when="has(event.data.amount) && event.data.amount > item.fee")
    events = [event("fee_paid", f"2026-03-0{day}T10:00", amount=amount) for day, amount in [(2, 5), (3, 7), (4, 9.5)]]
    found = judge(text, [*events, event("fee_paid", "2026-03-05T10:00")], LATER, {"fee": 6.0})
    assert [finding.occurred_at.day for finding in found.findings] == [3, 4]
    assert found.not_judged == []


def test_a_condition_sees_the_case_up_to_its_event() -> None:
    text = CONDITION.format(when='!case.events.exists(e, e.type == "accepted")')
    events = [
        event("fee_paid", "2026-03-02T10:00"),
        event("accepted", "2026-03-03T10:00"),
        event("fee_paid", "2026-03-04T10:00"),
    ]
    assert said(judge(text, events, LATER)) == [(2, "2026-03-02T10:00:00", "open")]


def test_a_condition_that_fails_on_one_event_leaves_that_event_not_judged() -> None:
    """A text where a number was expected; it never reads as quiet, and the other events are judged."""
    text = CONDITION.format(when="event.data.amount > 5")
    events = [event("fee_paid", "2026-03-02T10:00", amount="many"), event("fee_paid", "2026-03-03T10:00", amount=7)]
    judgement = judge(text, events, LATER)
    assert [finding.occurred_at.day for finding in judgement.findings] == [3]
    (note,) = judgement.not_judged
    assert note.reason.startswith("expression: ")
    assert note.key == "fee_paid@2026-03-02T10:00"


def test_a_condition_that_says_neither_true_nor_false_is_not_judged() -> None:
    judgement = judge(
        CONDITION.format(when="event.data.amount"), [event("fee_paid", "2026-03-02T10:00", amount=7)], LATER
    )
    assert (judgement.findings, len(judgement.not_judged)) == ([], 1)


LAG = """kind = "lag"
on = ["accepted"]
of = "{of}"
limit = "1 working_days"
ladder = [{{ at = "due", severity = 1 }}, {{ at = "due + 3 working_days", severity = 2 }}]
"""


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("2026-03-02T10:00:00+08:00", []),
        ("2026-03-09T23:59:59+08:00", []),  # Friday's event, written down on Monday
        ("2026-03-10T00:00:00+08:00", [(1, "2026-03-10T00:00:00", "open")]),
        ("2026-03-12T23:59:59+08:00", [(1, "2026-03-10T00:00:00", "open")]),
        ("2026-03-13T00:00:00+08:00", [(2, "2026-03-13T00:00:00", "open")]),
    ],
)
def test_an_event_written_down_too_late_is_found_from_when_it_was_late(
    recorded: str, found: list[tuple[int, str, str]]
) -> None:
    events = [event("accepted", "2026-03-06T10:00", recorded_at=recorded)]
    assert said(judge(LAG.format(of="recorded_at"), events, LATER)) == found


def test_an_event_that_does_not_say_when_it_reached_us_is_not_judged() -> None:
    """Offline files have no `received_at`."""
    judgement = judge(LAG.format(of="received_at"), [event("accepted", "2026-03-06T10:00")], LATER)
    assert (judgement.findings, reasons(judgement)) == ([], [("R1", "field: the event has no received_at")])


def test_lag_is_no_matter_of_silence() -> None:
    assert judge(LAG.format(of="recorded_at"), [event("accepted", "2026-03-06T10:00")], "2036-01-01T00:00").wake is None
