"""What was published stays, and what has become known since is a new revision of it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.instants import DAY
from mingjing.types import CaseEvent, Finding
from rules.revisions import revise, same
from tests.rules.judging import at, engine, event, judge

LADDER = """kind = "deadline"
start = ["accepted"]
stop = ["decided"]
limit = "5 working_days"
ladder = [{ at = "80%", severity = 1 }, { at = "due", severity = 2 }]
"""
ACCEPTED, DECIDED = event("accepted", "2026-03-02T10:00"), event("decided", "2026-03-09T10:00")
WHEN = ("2026-03-07T00:00", "2026-03-10T00:00", "2026-03-20T00:00")


def take(published: dict[str, Finding], revisions: list[Finding]) -> dict[str, Finding]:
    return published | {finding.finding_id: finding for finding in revisions}


def history(*steps: tuple[list[CaseEvent], str]) -> list[tuple[int, int, str]]:
    """The revisions that come out when a case is judged step by step, as (revision, severity, status)."""
    published: dict[str, Finding] = {}
    told: list[tuple[int, int, str]] = []
    for events, as_of in steps:
        revisions = revise(published, judge(LADDER, events, as_of).findings, at(as_of))
        published = take(published, revisions)
        told += [(finding.revision, finding.severity, finding.status) for finding in revisions]
    return told


def test_a_finding_climbs_its_ladder_in_revisions() -> None:
    assert history(([ACCEPTED], WHEN[0]), ([ACCEPTED], WHEN[0]), ([ACCEPTED], WHEN[1]), ([ACCEPTED], WHEN[2])) == [
        (1, 1, "open"),
        (2, 2, "open"),
    ]


def test_a_decision_that_came_late_takes_a_card_back_to_the_notice_that_was_right() -> None:
    assert history(([ACCEPTED], WHEN[1]), ([ACCEPTED, DECIDED], WHEN[2])) == [(1, 2, "open"), (2, 1, "resolved")]


def test_what_an_event_refutes_is_withdrawn_with_a_reason_and_may_come_back() -> None:
    early = event("decided", "2026-03-03T10:00")
    assert history(([ACCEPTED], WHEN[1]), ([ACCEPTED, early], WHEN[1]), ([ACCEPTED], WHEN[2])) == [
        (1, 2, "open"),
        (2, 2, "withdrawn"),
        (3, 2, "open"),
    ]
    found = judge(LADDER, [ACCEPTED], WHEN[1]).findings
    (withdrawn,) = revise({finding.finding_id: finding for finding in found}, [], at(WHEN[2]))
    assert withdrawn.reason
    assert withdrawn.detected_at.isoformat() == "2026-03-19T16:00:00+00:00"
    assert withdrawn.evidence == found[0].evidence


def test_a_withdrawn_finding_is_not_withdrawn_again() -> None:
    found = {finding.finding_id: finding for finding in judge(LADDER, [ACCEPTED], WHEN[1]).findings}
    gone = take(found, revise(found, [], at(WHEN[1])))
    assert revise(gone, [], at(WHEN[2])) == []


@pytest.mark.parametrize(
    "field", ["severity", "status", "occurred_at", "evidence", "message", "officer", "rule_version"]
)
def test_any_change_of_what_a_finding_says_is_a_revision(field: str) -> None:
    first, last = (
        judge(LADDER, [ACCEPTED], WHEN[0]).findings[0],
        judge(LADDER, [ACCEPTED, DECIDED], WHEN[2]).findings[0],
    )
    other = {
        "severity": 3,
        "status": "resolved",
        "occurred_at": last.detected_at,
        "evidence": last.evidence,
        "message": msgspec.structs.replace(first.message, en="other words"),
        "officer": "o9",
        "rule_version": "another",
    }[field]
    assert not same(first, msgspec.structs.replace(first, **{field: other}))
    assert same(first, msgspec.structs.replace(first, revision=7, detected_at=last.detected_at))


days = st.integers(0, 14).map(lambda number: at("2026-03-02T00:00") + number * DAY)
stories = st.lists(
    st.tuples(st.sets(st.sampled_from([ACCEPTED, DECIDED]).map(lambda one: one.event_id)), days), max_size=6
)


@given(stories)
def test_the_latest_revisions_always_say_what_was_judged_last_and_nothing_vanishes(
    story: list[tuple[set[str], int]],
) -> None:
    published: dict[str, Finding] = {}
    known = {one.event_id: one for one in (ACCEPTED, DECIDED)}
    for ids, as_of in story:
        judged = engine(LADDER).judge([known[name] for name in sorted(ids)], as_of).findings
        before = dict(published)
        published = take(published, revise(published, judged, as_of))
        standing = {key: one for key, one in published.items() if one.status != "withdrawn"}
        assert standing.keys() == {finding.finding_id for finding in judged}
        assert all(same(standing[finding.finding_id], finding) for finding in judged)
        assert before.keys() <= published.keys()
        assert all(published[key].revision - before[key].revision in (0, 1) for key in before)
        assert revise(published, judged, as_of) == []
