"""4,993 fines of an Italian police force: limits in days of Rome, and one that changed by law on a date."""

from datetime import date
from pathlib import Path

import pytest

from tests.known_answers.judged import Judged, answers, judge

END = "2014-01-01T00:00:00+01:00"


@pytest.fixture(scope="module")
def judged(shared_data: Path) -> Judged:
    return judge(shared_data / "traffic_fines.jsonl.gz", "traffic_fines", "Europe/Rome", END)


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    return list(answers(shared_data, "traffic_fines.rules"))


@pytest.mark.parametrize(
    ("rule", "column", "late"),
    [
        ("sent", "sent_late_90", 1672),
        ("notified", "notified_late_by_law", 398),
        ("appeal", "appeal_late_60", 26),
        ("forwarded", "appeal_forwarded_late_60", 23),
    ],
)
def test_late_steps_are_the_stated_ones(
    rule: str, column: str, late: int, judged: Judged, rows: list[dict[str, str]]
) -> None:
    """`notified` takes 150 or 90 days from the item version in force when the fine was made (legge 120/2010).

    An appeal before its notification, a fault of the source, is not late.
    """
    stated = {row["case_id"] for row in rows if row[column] == "True"}
    assert judged.late(rule) == stated
    assert len(stated) == late
    assert judged.cases == len(rows) == 4993


@pytest.mark.parametrize(
    ("rule", "step", "begun"),
    [("sent", "send", "create"), ("notified", "notified", "create"), ("forwarded", "days_appeal_sent", "appeal")],
)
def test_silence_past_the_limit_is_an_open_finding(
    rule: str, step: str, begun: str, judged: Judged, rows: list[dict[str, str]]
) -> None:
    """The answers look at steps that came; a step that never came is overdue too, and stays open."""
    silent = {case for case, finding in judged.by_case(rule).items() if finding.status == "open"}
    assert silent == {row["case_id"] for row in rows if row[begun] and not row[step]}


def test_the_limit_is_the_one_in_force_when_the_fine_was_made(judged: Judged, rows: list[dict[str, str]]) -> None:
    by_law = {row["case_id"]: f"{row['limit_by_law']} days" for row in rows}
    found = judged.by_case("notified")
    assert {case: finding.evidence.limit for case, finding in found.items()} == {case: by_law[case] for case in found}


def test_the_penalty_comes_exactly_sixty_days_after_the_notification(
    judged: Judged, rows: list[dict[str, str]]
) -> None:
    """A timer of the source: a limit of 60 days finds none late, one of 59 days finds every one late."""
    notified = {row["case_id"]: date.fromisoformat(row["notified"]) for row in rows if row["notified"]}
    assert judged.by_case("penalty-60") == {}
    assert judged.late("penalty-59") == set(notified)
    clocks = {case: finding.evidence.clock for case, finding in judged.by_case("penalty-59").items()}
    gaps = {(clock.due_on - notified[case]).days for case, clock in clocks.items() if clock and clock.due_on}
    assert gaps == {59}
    assert len(notified) == 2644
