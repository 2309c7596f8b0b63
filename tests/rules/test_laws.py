"""The laws that every rule of the shipped book obeys, on random histories that touch all it listens to.

They are what an accused officer may rely on: the order in which news arrives decides nothing, time alone never makes
a finding milder, what comes later rewrites nothing that was right before, and nothing that was published vanishes.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.instants import DAY, micros
from mingjing.settings import Settings
from mingjing.types import CaseEvent, Finding
from rules import Engine, surroundings
from rules.book import Book, Rule, load_book
from rules.history import History
from rules.revisions import revise, same
from rules.staging import catalogue_of, registers_of
from tests.rules import histories

SETTINGS = Settings()
BOOK = load_book(None, surroundings(SETTINGS, []), shipped=True)

every_rule = pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
law = settings(max_examples=histories.EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def engine(rule: Rule, item: Any) -> Engine:
    """An engine with the one rule and a catalogue of one item."""
    stands_in = {"item": item, **histories.STANDS_IN}
    alone = Book((rule,), BOOK.table, BOOK.accepted)
    return Engine(alone, catalogue_of(stands_in), SETTINGS.timezone, registers_of(stands_in))


def says(finding: Finding) -> tuple[object, ...]:
    """What the law of order compares: all but the revision and when it was detected."""
    return (
        finding.finding_id, finding.severity, finding.status, finding.occurred_at, finding.evidence,
        finding.department, finding.officer, finding.message,
    )  # fmt: skip


def breach(finding: Finding) -> tuple[object, ...]:
    """What of a finding must never depend on later events: everything but its status and its stop."""
    clock = finding.evidence.clock
    counted = (clock.started_at, clock.limit, clock.due_at, clock.ledger) if clock else None
    return (finding.finding_id, finding.severity, finding.occurred_at, counted)


def last(events: Sequence[CaseEvent]) -> int:
    """The instant of the latest event."""
    return max(micros(event.occurred_at) for event in events)


@every_rule
@law
@given(data=st.data())
def test_any_order_and_any_repetition_of_the_news_end_in_the_same_findings(rule: Rule, data: st.DataObject) -> None:
    """Kafka redelivers and sources send late; a finding that hung on the order could not be proved afterwards."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base))
    as_of = micros(data.draw(histories.instants(base, 60)))
    judges = engine(rule, data.draw(histories.item(rule)))
    expected = judges.judge(events, as_of)
    arrived = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=4))]))
    history = History()
    for event in arrived:
        history.add(event)
    found = judges.judge(history.events, as_of)
    assert sorted(map(says, found.findings), key=repr) == sorted(map(says, expected.findings), key=repr)
    assert sorted(found.not_judged, key=repr) == sorted(expected.not_judged, key=repr)
    assert found.wake == expected.wake


@every_rule
@law
@given(data=st.data())
def test_of_two_contents_under_one_id_the_same_one_counts_in_every_order(rule: Rule, data: st.DataObject) -> None:
    """A source that reuses an id must not make the findings hang on which content came first."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base))
    rivals = data.draw(histories.history(rule, base, most=3))
    as_of = micros(data.draw(histories.instants(base, 60)))
    judges = engine(rule, data.draw(histories.item(rule)))
    findings = []
    for arrived in (data.draw(st.permutations([*events, *rivals])) for _ in range(2)):
        history = History()
        for event in arrived:
            history.add(event)
        findings.append(sorted(map(says, judges.judge(history.events, as_of).findings), key=repr))
    assert findings[0] == findings[1]


@every_rule
@law
@given(data=st.data())
def test_more_time_never_makes_a_finding_milder(rule: Rule, data: st.DataObject) -> None:
    """An open case can only get later."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base))
    sooner = last(events) + data.draw(st.integers(0, 40)) * DAY // 2
    later = sooner + data.draw(st.integers(0, 40)) * DAY // 2
    judges = engine(rule, data.draw(histories.item(rule)))
    then = {finding.finding_id: finding for finding in judges.judge(events, later).findings}
    for finding in judges.judge(events, sooner).findings:
        assert finding.finding_id in then
        assert then[finding.finding_id].severity >= finding.severity
        assert then[finding.finding_id].occurred_at >= finding.occurred_at


@every_rule
@law
@given(data=st.data())
def test_until_its_wake_nothing_changes_by_silence(rule: Rule, data: st.DataObject) -> None:
    """The worker sleeps until then; a rung that was reached earlier would be shown late."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base))
    as_of = micros(data.draw(histories.instants(base)))
    judges = engine(rule, data.draw(histories.item(rule)))
    known = judges.judge(events, as_of)
    limit = as_of + 2_000 * DAY if known.wake is None else known.wake - 1
    assert limit >= as_of
    later = data.draw(st.integers(0, (limit - as_of) // DAY)) * DAY + as_of
    for instant in {later, limit}:
        again = judges.judge(events, instant)
        assert list(map(says, again.findings)) == list(map(says, known.findings))
        assert again.not_judged == known.not_judged


@every_rule
@law
@given(data=st.data())
def test_what_comes_later_rewrites_nothing_that_was_reached_before(rule: Rule, data: st.DataObject) -> None:
    """A finding at an instant depends only on what occurred before it; only its status may change afterwards."""
    base = data.draw(st.sampled_from(histories.BASES))
    past = data.draw(histories.history(rule, base))
    now = last(past) + data.draw(st.integers(0, 30)) * DAY // 2
    added = data.draw(histories.history(rule, base, first=len(past), corrections=False))
    shift = timedelta(microseconds=now + 1 - micros(base))
    future = [_moved(event, shift) for event in added]
    judges = engine(rule, data.draw(histories.item(rule)))
    known = judges.judge(past, now).findings
    later = judges.judge([*past, *future], now + 90 * DAY).findings
    reached = {finding.finding_id: finding for finding in later}
    for finding in known:
        assert finding.finding_id in reached
        assert reached[finding.finding_id].severity >= finding.severity
    old = {breach(finding) for finding in known if micros(finding.occurred_at) <= now}
    assert {breach(finding) for finding in later if micros(finding.occurred_at) <= now} <= old


def _moved(event: CaseEvent, shift: timedelta) -> CaseEvent:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    for name in ("occurred_at", "recorded_at", "received_at"):
        fields[name] = fields[name] and fields[name] + shift
    return CaseEvent(**fields)


@pytest.mark.parametrize("rule", [rule for rule in BOOK.rules if rule.applies], ids=lambda rule: rule.id)
@law
@given(data=st.data())
def test_a_case_to_which_a_rule_does_not_apply_is_quiet(rule: Rule, data: st.DataObject) -> None:
    """The licensing law says nothing about a hotline order, and not even a doubt may be noted there."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base))
    field = data.draw(st.sampled_from(sorted(rule.applies)))
    item = {**data.draw(histories.item(rule)), field: "something else"}
    judgement = engine(rule, item).judge(events, last(events) + 60 * DAY)
    assert (judgement.findings, judgement.not_judged, judgement.wake) == ([], [], None)


@every_rule
@law
@given(data=st.data())
def test_nothing_that_was_published_vanishes_and_the_end_is_the_batch_judgement(
    rule: Rule, data: st.DataObject
) -> None:
    """Whatever was shown to an officer has a latest revision, and after all news the revisions say what audit says."""
    base = data.draw(st.sampled_from(histories.BASES))
    arrived = data.draw(st.permutations(data.draw(histories.history(rule, base))))
    steps = data.draw(st.lists(st.integers(0, 6), min_size=len(arrived), max_size=len(arrived)))
    judges = engine(rule, data.draw(histories.item(rule)))
    history, published, as_of = History(), dict[str, Finding](), micros(base)
    for event, step in zip(arrived, steps, strict=True):
        as_of += step * DAY
        history.add(event)
        for revision in revise(published, judges.judge(history.events, as_of).findings, as_of):
            before = published.get(revision.finding_id)
            assert revision.revision == (before.revision + 1 if before else 1)
            assert revision.status != "withdrawn" or revision.reason
            published[revision.finding_id] = revision
    batch = judges.judge(arrived, as_of).findings
    standing = {key: finding for key, finding in published.items() if finding.status != "withdrawn"}
    assert standing.keys() == {finding.finding_id for finding in batch}
    assert all(same(standing[finding.finding_id], finding) for finding in batch)
    assert revise(published, batch, as_of) == []
