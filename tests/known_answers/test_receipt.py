"""647 environmental permits of a Dutch municipality: its own deadlines, the steps of its process, its officers."""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from mingjing.instants import micros, parse
from mingjing.types import CaseEvent
from tests.known_answers.judged import Judged, answers, events, judge

END = "2012-01-23T14:42:54.644Z"
LATER = "2013-01-23T14:42:54.644Z"
MAIN = ("T01", "T02", "T04", "T05", "T06", "T10")
LIMITS = (10, 20, 30, 40)


@pytest.fixture(scope="module")
def log(shared_data: Path) -> Path:
    return shared_data / "receipt.jsonl"


@pytest.fixture(scope="module")
def judged(log: Path) -> Judged:
    return judge(log, "receipt", "Europe/Amsterdam", END)


@pytest.fixture(scope="module")
def closings(log: Path) -> dict[str, int]:
    """When each closed case was closed."""
    return {event.case_id: micros(event.occurred_at) for event in events(log) if event.type == "closed"}


def without_closing(event: CaseEvent) -> bool:
    return event.type != "closed"


def test_every_deadline_has_the_status_that_the_answers_state(
    judged: Judged, shared_data: Path, closings: dict[str, int]
) -> None:
    """A closing before the acceptance, a fault of the source, reads as on time there; here it stops nothing."""
    found = judged.by_case("due")
    words = {"resolved": "overdue", "open": "open_overdue"}
    ours, theirs = {}, {}
    for row in answers(shared_data, "receipt.deadlines"):
        case = row["case_id"]
        faulty = case in closings and closings[case] < micros(parse(row["accepted_at"]))
        theirs[case] = "open_overdue" if faulty else row["status"].replace("open_not_due", "on_time")
        ours[case] = words[found[case].status] if case in found else "on_time"
    assert ours == theirs
    assert len(ours) == judged.cases == 647


def test_a_breach_is_at_the_due_instant_of_the_case(judged: Judged, shared_data: Path) -> None:
    due = {row["case_id"]: parse(row["due_at"]) for row in answers(shared_data, "receipt.deadlines")}
    found = judged.by_case("due")
    assert {case: finding.occurred_at for case, finding in found.items()} == {case: due[case] for case in found}


@pytest.mark.parametrize("rule", ["steps", "patterns"])
def test_missing_steps_are_those_never_seen_and_those_that_came_after_the_closing(
    rule: str, judged: Judged, shared_data: Path, log: Path, closings: dict[str, int]
) -> None:
    """The answers say what was never seen at all; we judge at the closing, so what came later was missing then.

    Both ways of writing the rule, the item's steps and a list of patterns, say the same.
    """
    late: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, set[str]] = defaultdict(set)
    for event in events(log):
        step = event.data.get("step")
        if step in MAIN and event.case_id in closings:
            timely = micros(event.occurred_at) <= closings[event.case_id]
            (seen if timely else late)[event.case_id].add(step)
    found = judged.by_case(rule)
    ours = {case: set(re.findall(r"T\d\d", " ".join(found[case].evidence.facts["missing"]))) for case in found}
    closed = [row for row in answers(shared_data, "receipt.steps") if row["closed"] == "True"]
    never = {row["case_id"]: set(filter(None, row["missing"].split("|"))) for row in closed}
    wanted = {case: missing | (late[case] - seen[case]) for case, missing in never.items()}
    assert ours == {case: missing for case, missing in wanted.items() if missing}
    assert len(closed) == 643
    assert sum(wanted[case] != never[case] for case in never) == 68


def test_no_pair_of_main_steps_is_reordered(judged: Judged) -> None:
    """A false-positive test: T06 and T10 run beside T02, T04 and T05; within each line the order always held."""
    assert [finding for finding in judged.findings if finding.rule.startswith("order-")] == []


def test_one_officer_who_checked_and_determined_is_found_in_every_case(judged: Judged, shared_data: Path) -> None:
    both = {row["case_id"] for row in answers(shared_data, "receipt.steps") if row["same_officer_T02_T04"] == "True"}
    assert set(judged.by_case("officers")) == both
    assert len(both) == 345


def test_repeated_steps_are_counted_as_the_answers_count_them(judged: Judged, shared_data: Path) -> None:
    ours: dict[str, set[str]] = defaultdict(set)
    for finding in judged.findings:
        if finding.rule.startswith("repeated"):
            step = finding.evidence.facts.get("key") or finding.rule.removeprefix("repeated-")
            ours[finding.case_id or ""].add(f"{step}x{finding.evidence.facts['count']}")
    rows = list(answers(shared_data, "receipt.steps"))
    assert ours == {row["case_id"]: set(row["repeated"].split("|")) for row in rows if row["repeated"]}
    adjusted = {case: finding.evidence.facts["count"] for case, finding in judged.by_case("adjusted").items()}
    assert adjusted == {row["case_id"]: int(row["n_T03"]) for row in rows if row["n_T03"] != "0"}


@pytest.mark.parametrize("limit", LIMITS)
def test_chinese_working_days_are_counted_on_the_dutch_instants(limit: int, log: Path, shared_data: Path) -> None:
    """A made-up limit on real times: local dates of Shanghai, the National Day week and its make-up days between."""
    rows = list(answers(shared_data, "receipt.cn_workdays"))
    judged = judge(log, "receipt_workdays", "Europe/Amsterdam", END)
    overdue = {row["case_id"] for row in rows if row[f"overdue_{limit}wd"] == "True"}
    assert judged.late(f"within-{limit}") == overdue
    assert len(rows) == 643


@pytest.mark.parametrize("limit", LIMITS)
def test_due_dates_are_the_stated_ones_for_late_and_timely_cases_alike(
    limit: int, log: Path, shared_data: Path
) -> None:
    """Without the closings every clock runs out, so the due date of the timely cases can be compared too."""
    found = judge(log, "receipt_workdays", "Europe/Amsterdam", LATER, without_closing).by_case(f"within-{limit}")
    clocks = {case: finding.evidence.clock for case, finding in found.items()}
    ours = {case: clock.due_on for case, clock in clocks.items() if clock is not None}
    rows = answers(shared_data, "receipt.cn_workdays")
    theirs = {row["case_id"]: date.fromisoformat(row[f"due_{limit}wd"]) for row in rows}
    assert {case: ours[case] for case in theirs} == theirs
