"""832 building permits of a Dutch municipality: 44,354 steps, pauses, extensions, corrections."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mingjing.instants import micros
from mingjing.settings import Settings
from mingjing.types import CaseEvent, Finding
from rules import load_engine
from rules.history import History
from rules.revisions import revise, same
from tests.known_answers.judged import HERE, Judged, answers, events, judge

END = "2016-01-01T00:00:00+01:00"
LATER = "2026-01-01T00:00:00+01:00"
ZONE = ZoneInfo("Europe/Amsterdam")
LOG, RECORDED = "bpic15_m2.jsonl.gz", "bpic15_m2.by_recorded_at.jsonl.gz"

LATE_EXTENSION = "an extension approved when the limit had passed adds nothing"
LATE_REQUEST = "a request sent when the limit had passed stops no clock"
OPEN_REQUEST = "a request that is open at the decision stops the clock; the answers count answered requests only"
OTHER_START = "the answers take the start from an attribute of the case, not from its acceptance"

CLASSES = {
    "13946856": {LATE_EXTENSION},
    "15283187": {LATE_EXTENSION},
    "16789201": {LATE_EXTENSION},
    "19472044": {LATE_EXTENSION},
    "19476632": {LATE_EXTENSION},
    "19898960": {LATE_EXTENSION},
    "21177260": {LATE_EXTENSION},
    "3885417": {LATE_EXTENSION},
    "4121990": {LATE_EXTENSION},
    "22483804": {LATE_EXTENSION, LATE_REQUEST},
    "20145881": {LATE_REQUEST},
    "21910199": {LATE_REQUEST},
    "7694926": {LATE_REQUEST},
    "20469938": {OPEN_REQUEST},
    "20824575": {OPEN_REQUEST},
    "21495152": {OPEN_REQUEST},
    "21640743": {OPEN_REQUEST},
    "23466177": {OPEN_REQUEST},
    "6343784": {OPEN_REQUEST},
    "20552647": {OTHER_START, LATE_REQUEST},
    "20691801": {OTHER_START},
}
"""Every case whose due date differs from the answers', and why. `_class_of` finds the same from the events."""


@pytest.fixture(scope="module")
def judged(shared_data: Path) -> Judged:
    return judge(shared_data / LOG, "bpic15", "Europe/Amsterdam", END)


@pytest.fixture(scope="module")
def derived(shared_data: Path) -> dict[str, dict[str, str]]:
    """The answers for the regular procedure; the extended one has 26 weeks and is not in them."""
    return {row["case_id"]: row for row in answers(shared_data, "bpic15_m2.wabo_derived")}


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> dict[str, list[CaseEvent]]:
    found: dict[str, list[CaseEvent]] = defaultdict(list)
    for event in events(shared_data / LOG):
        found[event.case_id].append(event)
    return found


def undecided(event: CaseEvent) -> bool:
    return event.type != "decided"


@pytest.fixture(scope="module")
def due_dates(shared_data: Path) -> Mapping[str, date | None]:
    """The due dates of the paused clock, found by leaving the decisions out; none where it never runs out."""
    found = judge(shared_data / LOG, "bpic15", "Europe/Amsterdam", LATER, undecided).by_case("paused")
    return {case: finding.evidence.clock.due_on for case, finding in found.items() if finding.evidence.clock}


@pytest.mark.parametrize(
    ("rule", "column", "late"), [("step-late", "late", 8), ("step-recorded-late", "recorded_late", 97)]
)
def test_steps_after_their_own_due_instant_are_the_stated_ones(
    rule: str, column: str, late: int, judged: Judged, shared_data: Path
) -> None:
    """Event by event: a condition compares two instants that one event carries."""
    found = {finding.evidence.events[0] for finding in judged.findings if finding.rule == rule}
    rows = list(answers(shared_data, "bpic15_m2.step_due"))
    assert found == {row["event_id"] for row in rows if row[column] == "True"}
    assert (len(rows), len(found)) == (398, late)


@pytest.mark.parametrize("column", ["correction_requests", "corrections_received", "decisions", "extensions"])
def test_rework_is_counted_as_stated(column: str, judged: Judged, shared_data: Path) -> None:
    counts = {case: finding.evidence.facts["count"] for case, finding in judged.by_case(column).items()}
    rows = list(answers(shared_data, "bpic15_m2.rework"))
    assert counts == {row["case_id"]: int(row[column]) for row in rows if row[column] != "0"}
    assert judged.cases == len(rows) == 832


def test_repeated_steps_are_counted_as_stated(judged: Judged, shared_data: Path) -> None:
    """One finding per step that came again; the answers count those steps per case."""
    counts = Counter(finding.case_id for finding in judged.findings if finding.rule == "repeated_steps")
    rows = answers(shared_data, "bpic15_m2.rework")
    assert counts == {row["case_id"]: int(row["repeated_steps"]) for row in rows if row["repeated_steps"] != "0"}


def test_a_clock_that_never_stops_says_what_the_answers_say(judged: Judged, derived: dict[str, dict[str, str]]) -> None:
    late = judged.late("naive") & derived.keys()
    assert late == {case for case, row in derived.items() if row["overdue_naive_56"] == "True"}
    assert (len(derived), len(late)) == (456, 128)


def test_every_other_due_date_is_explained_by_its_class(
    due_dates: Mapping[str, date | None], derived: dict[str, dict[str, str]], cases: dict[str, list[CaseEvent]]
) -> None:
    """435 of 456 due dates are equal; each of the others follows from the answers' own figures and its class."""
    differing = {c for c, row in derived.items() if due_dates.get(c) != date.fromisoformat(row["due_date"])}
    assert {case: _class_of(cases[case], derived[case]) for case in differing} == CLASSES
    for case, classes in CLASSES.items():
        assert due_dates.get(case) == _due_by(classes, cases[case], derived[case]), case


def test_every_other_verdict_belongs_to_a_case_with_another_due_date(
    judged: Judged, derived: dict[str, dict[str, str]]
) -> None:
    """Twelve of 456: seven accused by what came too late to count, five acquitted by a request still open."""
    late = judged.late("paused")
    differing = {case: case in late for case, row in derived.items() if (case in late) != (row["overdue"] == "True")}
    accused = {case for case, ours in differing.items() if ours}
    acquitted = differing.keys() - accused
    assert all(CLASSES[case] & {LATE_EXTENSION, LATE_REQUEST, OTHER_START} for case in accused)
    assert all(CLASSES[case] == {OPEN_REQUEST} for case in acquitted)
    assert accused == {"16789201", "19472044", "19476632", "20552647", "21177260", "22483804", "3885417"}
    assert acquitted == {"20469938", "20824575", "21495152", "21640743", "23466177"}


def test_the_order_in_which_events_were_written_down_ends_in_the_same_findings(
    judged: Judged, shared_data: Path
) -> None:
    """A real out-of-order stream, 69 days late at the 95th percentile. Findings are compared whole."""
    recorded = judge(shared_data / RECORDED, "bpic15", "Europe/Amsterdam", END)
    assert _in_order(recorded.findings) == _in_order(judged.findings)
    assert recorded.not_judged == judged.not_judged == []


def test_judging_after_every_arrival_ends_in_what_one_judgement_at_the_end_says(
    judged: Judged, shared_data: Path
) -> None:
    """Each event as it was written down, judged at once and revised: nothing that was published is left standing
    that the whole history refutes, and nothing is missing. Every tenth case."""
    engine = load_engine(Settings(rules_dir=str(HERE / "books" / "bpic15"), timezone="Europe/Amsterdam"))
    arrivals: dict[str, list[CaseEvent]] = defaultdict(list)
    for event in events(shared_data / RECORDED):
        if int(event.case_id) % 10 == 0:
            arrivals[event.case_id].append(event)
    wanted: dict[str | None, dict[str, Finding]] = defaultdict(dict)
    for finding in judged.findings:
        wanted[finding.case_id][finding.finding_id] = finding
    for case, arrived in arrivals.items():
        history, published, as_of = History(), dict[str, Finding](), 0
        for event in arrived:
            history.add(event)
            as_of = max(as_of, micros(event.occurred_at), micros(event.recorded_at or event.occurred_at))
            _publish(published, revise(published, engine.judge(history.events, as_of).findings, as_of))
        _publish(published, revise(published, engine.judge(history.events, judged.as_of).findings, judged.as_of))
        standing = {key: finding for key, finding in published.items() if finding.status != "withdrawn"}
        assert standing.keys() == wanted[case].keys()
        assert all(same(standing[key], wanted[case][key]) for key in standing)
    assert len(arrivals) > 60


def _publish(published: dict[str, Finding], revisions: list[Finding]) -> None:
    for finding in revisions:
        before = published.get(finding.finding_id)
        assert finding.revision == (before.revision + 1 if before else 1)
        published[finding.finding_id] = finding


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.occurred_at, finding.finding_id))


def _day(event: CaseEvent) -> date:
    return event.occurred_at.astimezone(ZONE).date()


def _of(case: list[CaseEvent], kind: str) -> list[date]:
    return sorted(_day(event) for event in case if event.type == kind)


def _class_of(case: list[CaseEvent], row: dict[str, str]) -> set[str]:
    """Why the due date of a case differs, from its events alone; here no case has both a timely pause and another."""
    found = set()
    (accepted,) = _of(case, "accepted")
    if accepted.isoformat() != row["start_date"]:
        found.add(OTHER_START)
    due = accepted + timedelta(days=56)
    timely = [day for day in _of(case, "correction_notified") if day <= due]
    if timely and row["open_request_at_decision"] == "False":
        due += timedelta(days=int(row["paused_days"]))
    if any(day > due for day in _of(case, "extension_approved")):
        found.add(LATE_EXTENSION)
    if any(day > due for day in _of(case, "correction_notified")):
        found.add(LATE_REQUEST)
    if row["open_request_at_decision"] == "True":
        found.add(OPEN_REQUEST)
    return found


def _due_by(classes: set[str], case: list[CaseEvent], row: dict[str, str]) -> date | None:
    """Our due date, made from the answers' figures by what the classes say."""
    due = date.fromisoformat(row["due_date"])
    if OTHER_START in classes:
        due += _of(case, "accepted")[0] - date.fromisoformat(row["start_date"])
    if LATE_EXTENSION in classes:
        due -= timedelta(days=int(row["extension_days"]))
    if LATE_REQUEST in classes:
        due -= timedelta(days=int(row["paused_days"]))
    if OPEN_REQUEST in classes:
        (request,), answered = _of(case, "correction_notified"), _of(case, "correction_supplied")
        return due + (answered[0] - request) if answered else None
    return due
