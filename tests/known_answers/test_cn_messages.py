"""1,079 messages of citizens to a Chinese city government, and when each was answered."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.types import CaseEvent
from tests.known_answers.judged import answers, judge

END = "2018-12-31T00:00:00+08:00"
LIMITS = (5, 10, 15, 20)


def without_closing(event: CaseEvent) -> bool:
    return event.type != "closed"


@pytest.mark.parametrize("limit", LIMITS)
def test_late_answers_are_those_of_the_chinese_calendar(limit: int, shared_data: Path) -> None:
    """Make-up Sundays, holidays, and answers on the weekend after the due day decide the close ones."""
    rows = list(answers(shared_data, "cn_messages.workdays"))
    judged = judge(shared_data / "cn_messages.jsonl", "cn_messages", "UTC", END)
    assert judged.late(f"within-{limit}") == {row["case_id"] for row in rows if row[f"overdue_{limit}wd"] == "True"}
    assert not judged.not_judged
    assert judged.cases == len(rows) == 1079


@pytest.mark.parametrize("limit", LIMITS)
def test_due_dates_are_the_stated_ones(limit: int, shared_data: Path) -> None:
    """Compared with the answers left out, so that timely messages show their due date too."""
    judged = judge(shared_data / "cn_messages.jsonl", "cn_messages", "UTC", END, without_closing)
    clocks = {case: finding.evidence.clock for case, finding in judged.by_case(f"within-{limit}").items()}
    ours = {case: clock.due_on for case, clock in clocks.items() if clock is not None}
    rows = answers(shared_data, "cn_messages.workdays")
    assert ours == {row["case_id"]: date.fromisoformat(row[f"due_{limit}wd"]) for row in rows}
