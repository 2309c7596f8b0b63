"""Small cases in which a finding was once missing, invented or left unjudged without need."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.calendars import Calendars
from mingjing.instants import parse
from mingjing.types import CaseEvent
from rules.audit import Audit
from rules.casebook import Casebook
from rules.history import History
from tests.rules.judging import at as instant
from tests.rules.judging import engine, event, judge, one, reasons, said

CLOCK = 'kind = "deadline"\nstart = ["accepted"]\nstop = ["decided"]\n'
SEVERITY = "severity = 2\n"
PAID = "kind = 'condition'\non = ['fee_paid']\nseverity = 2\n"


def test_a_case_that_another_field_excludes_needs_no_item() -> None:
    rule = CLOCK + SEVERITY + 'limit = "item.committed_limit"\napplies = { matter = ["permit"], region = ["R1"] }'
    said_of = {
        region: judge(rule, [event("accepted", "2018-10-15T10:00", region=region)], "2018-12-01T00:00").not_judged
        for region in ("R1", "R2")
    }
    assert len(said_of["R1"]) == 1
    assert said_of["R2"] == []


def test_a_year_that_the_calendar_lacks_is_said_by_every_kind() -> None:
    returned = [event("returned", "2030-01-05T10:00"), event("returned", "2030-01-06T10:00")]
    rule = 'kind = "repetition"\nwhat = ["returned"]\nmost = 1\nwithin = "5 working_days"\n' + SEVERITY
    assert reasons(judge(rule, returned, "2030-03-01T00:00")) == [("R1", "calendar 2030")]
    late = [
        event("accepted", "2018-10-15T10:00", recorded_at=parse("2018-10-17T10:00+08:00")),
        event("accepted", "2030-01-06T10:00", recorded_at=parse("2030-01-08T10:00+08:00")),
    ]
    rule = 'kind = "lag"\non = ["accepted"]\nof = "recorded_at"\nlimit = "same office day"\n' + SEVERITY
    judgement = judge(rule, late, "2030-03-01T00:00")
    assert said(judgement) == [(2, "2018-10-15T17:00:00", "open")]
    assert reasons(judgement) == [("R1", "calendar 2030")]


def test_a_same_day_clock_stopped_before_the_uncovered_year_is_quiet() -> None:
    start = event("accepted", "2026-12-31T18:00")
    rule = CLOCK + SEVERITY + 'limit = "same office day"'
    stopped = judge(rule, [start, event("decided", "2026-12-31T18:30")], "2027-03-01T00:00")
    assert (said(stopped), reasons(stopped)) == ([], [])
    assert reasons(judge(rule, [start], "2027-03-01T00:00")) == [("R1", "calendar 2027")]


def test_a_carried_due_instant_needs_no_calendar_for_its_due_rung() -> None:
    ladder = '[{ at = "due - 1 working_days", severity = 1 }, { at = "due", severity = 2 }]'
    rule = f'{CLOCK}limit = "start.data.due_at"\nladder = {ladder}'
    start = event("accepted", "2026-12-01T18:00", due_at="2027-01-20T12:00+08:00")
    judgement = judge(rule, [start], "2027-03-01T00:00")
    assert said(judgement) == [(2, "2027-01-20T12:00:00", "open")]
    assert reasons(judgement) == [("R1", "calendar 2027")]
    stopped = judge(rule, [start, event("decided", "2026-12-02T10:00")], "2027-03-01T00:00")
    assert (said(stopped), reasons(stopped)) == ([], [])


@pytest.mark.parametrize("rung", ["due - 1 days", "due - 1 working_days", "due + 1 working_days", "due + 1 days"])
def test_a_due_instant_at_the_end_of_time_is_quiet(rung: str) -> None:
    rule = f'{CLOCK}limit = "start.data.due_at"\nladder = [{{ at = "{rung}", severity = 1 }}]'
    start = event("accepted", "2018-10-15T10:00", due_at="9999-12-31T23:59:59Z")
    judgement = judge(rule, [start], "2019-01-01T00:00")
    assert (said(judgement), reasons(judgement)) == ([], [])


def test_days_beyond_the_end_of_time_are_quiet() -> None:
    rule = CLOCK + SEVERITY + 'limit = "start.data.n days"'
    judgement = judge(rule, [event("accepted", "2018-10-15T10:00", n=9_999_999)], "2019-01-01T00:00")
    assert (said(judgement), reasons(judgement)) == ([], [])


def test_a_clock_whose_rungs_are_all_reached_needs_no_further_year() -> None:
    rule = CLOCK + 'limit = "10 working_days"\nladder = [{ at = "80%", severity = 1 }]'
    assert one(judge(rule, [event("accepted", "2026-12-18T18:00")], "2027-03-01T00:00")).severity == 1


def test_an_unreadable_pause_that_ended_before_the_start_does_not_matter() -> None:
    pause = 'pause = [{ from = "special_started", to = "special_ended", cap = "data.declared_days" }]'
    events = [
        event("special_started", "2018-10-08T10:00", declared_days="some"),
        event("special_ended", "2018-10-09T10:00"),
        event("accepted", "2018-10-15T10:00"),
    ]
    found = one(judge(f'{CLOCK}{SEVERITY}limit = "5 working_days"\n{pause}', events, "2018-12-01T00:00"))
    assert found.evidence.events == (events[2].event_id,)


def test_of_all_corrections_of_one_event_one_counts() -> None:
    def written(name: str, corrects: str, day: int) -> CaseEvent:
        at = parse(f"2018-10-{day:02}T00:00+08:00")
        return event("returned", f"2018-10-08T{day}:00", event_id=name, corrects=corrects, recorded_at=at)

    first = event("returned", "2018-10-08T09:00", event_id="A")
    ladder = "[{ at = 1, severity = 1 }, { at = 2, severity = 2 }]"
    rule = f'kind = "repetition"\nwhat = ["returned"]\nmost = 0\nladder = {ladder}'
    for day, counts in ((13, "C"), (11, "B2")):
        events = [first, written("B1", "A", 10), written("B2", "A", 12), written("C", "B1", day)]
        found = one(judge(rule, events, "2018-12-01T00:00"))
        assert (found.severity, found.evidence.events) == (1, (counts,))


def test_a_step_that_is_no_text_is_no_step() -> None:
    rule = 'kind = "required"\nneed = "item.steps"\nat = ["decided"]\nseverity = 3\n'
    events = [event("step_ended", "2018-10-08T10:00", data={"step": ["a"]}), event("decided", "2018-10-09T10:00")]
    assert one(judge(rule, events, "2018-12-01T00:00", item={"steps": ["a"]})).severity == 3


def test_an_expression_means_the_same_whether_or_not_it_reads_the_case() -> None:
    for more in ("", " && size(case.events) > 0"):
        rule = f"{PAID}when = '!has(event.data.a.b){more}'\n"
        ((_, reason),) = reasons(judge(rule, [event("fee_paid", "2018-10-15T10:00")], "2019-01-01T00:00"))
        assert reason.startswith("expression: KeyError")


def test_equal_instants_with_other_offsets_are_not_taken_for_each_other() -> None:
    events = [event("fee_paid", "2018-10-15T10:00", event_id="a"), event("fee_paid", "2018-10-15T02:00Z", event_id="b")]
    rule = PAID + "when = 'string(event.occurred_at).contains(\"10:00\")'\n"
    for order in (events, events[::-1]):
        apart = [said(judge(rule, [e], "2019-01-01T00:00")) != [] for e in order]
        assert sum(apart) == len(judge(rule, order, "2019-01-01T00:00").findings)


def test_a_date_of_a_toml_catalogue_is_a_text() -> None:
    rule = PAID + "when = 'item.from < \"2019\" && size(case.events) > 0'\n"
    item = {"from": date(2018, 1, 1)}
    judgement = judge(rule, [event("fee_paid", "2018-10-15T10:00")], "2019-01-01T00:00", item=item)
    assert one(judgement).severity == 2


def test_the_smaller_content_counts_also_where_it_lies_after_as_of() -> None:
    early, late = event("decided", "2018-10-16T10:00", event_id="d"), event("decided", "2018-11-16T10:00", event_id="d")
    start = event("accepted", "2018-10-15T10:00")
    (counts,) = History([early, late]).events
    judged = engine(CLOCK + SEVERITY + 'limit = "5 working_days"')
    for order in ([start, early, late], [late, early, start]):
        with Casebook() as casebook:
            audit = Audit(judged, instant("2018-11-01T00:00"), casebook)
            for each in order:
                audit.take(each)
            found = [finding.status for _, findings, _ in audit.judge() for finding in findings]
            assert found == ([] if counts is early else ["open"])
            assert (audit.tally.left_out, audit.tally.cases) == (1, 1)


def test_an_override_of_cn_keeps_its_holidays(tmp_path: Path) -> None:
    (tmp_path / "cn.toml").write_text('version = "x"\nyears = [2027]\n', encoding="utf-8")
    calendar = Calendars(tmp_path).get("cn")
    assert not calendar.counts(date(2014, 10, 1).toordinal())
    assert calendar.counts(date(2027, 3, 1).toordinal())


@pytest.mark.parametrize(("approved", "counts"), [("2018-10-22T23:59:59", True), ("2018-10-23T00:00", False)])
def test_evidence_names_only_extensions_that_counted(approved: str, counts: bool) -> None:
    extend = 'extend = { by = "extension_approved", add = "data.days", unit = "working_days" }'
    ladder = 'ladder = [{ at = "due", severity = 2 }, { at = "due + 1 working_days", severity = 3 }]'
    rule = f'{CLOCK}limit = "5 working_days"\n{extend}\n{ladder}'
    events = [event("accepted", "2018-10-15T10:00"), event("extension_approved", approved, days=5)]
    found = one(judge(rule, events, "2018-12-01T00:00")).evidence
    assert found.clock is not None
    assert (events[1].event_id in found.events) is counts
    assert any(line.kind == "extended" for line in found.clock.ledger) is counts
    assert found.clock.limit == (10 if counts else 5)


def test_what_a_later_event_corrects_is_not_so_before_it_either() -> None:
    """At as-of the correction lies ahead, but that the first decision never was is known; the worker knows it too."""
    events = [
        event("accepted", "2014-09-26T10:00"),
        event("decided", "2014-10-08T10:00", event_id="d"),
        event("decided", "2014-10-13T10:00", event_id="d2", corrects="d"),
    ]
    rule = CLOCK + SEVERITY + 'limit = "5 working_days"'
    with Casebook() as casebook:
        audit = Audit(engine(rule), instant("2014-10-11T00:00"), casebook)
        for one_event in events:
            audit.take(one_event)
        (findings,) = [findings for _, findings, _ in audit.judge()]
    assert [(finding.severity, finding.status) for finding in findings] == [(2, "open")]


def test_a_start_without_its_due_instant_leaves_the_clock_to_the_next_start() -> None:
    rule = CLOCK + SEVERITY + 'limit = "start.data.due_at"'
    events = [
        event("accepted", "2018-10-15T10:00"),
        event("accepted", "2018-10-16T10:00", due_at="2018-10-20T12:00+08:00"),
    ]
    assert said(judge(rule, events, "2018-11-01T00:00")) == [(2, "2018-10-20T12:00:00", "open")]


def test_an_expression_sees_instants_in_utc_whatever_their_offset() -> None:
    rule = PAID + "when = 'event.occurred_at.getHours() == 2'"
    found = said(judge(rule, [event("fee_paid", "2018-10-15T10:00")], "2018-11-01T00:00"))
    assert found == [(2, "2018-10-15T10:00:00", "open")]
