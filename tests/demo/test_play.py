"""The play of a demo's officers: allowed, varied, the same each time, and over when the demo begins."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from mingjing.calendars import Calendars
from mingjing.demo.play import chosen, course
from mingjing.handling.allowed import audit
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.fold import fold
from mingjing.handling.policy import Policy
from mingjing.types import Finding
from mingjing.zones import zone
from tests.mingjing.store.samples import finding

UNTIL = datetime(2026, 3, 9, 0, 50, tzinfo=UTC)
DEADLINES = Deadlines(Policy(), Calendars(None).get("cn"), zone("Asia/Shanghai"))


def findings() -> list[Finding]:
    return [
        finding(
            f"f{number}", severity=1 + number % 3, officer="ZJJ-01", case_id=f"C{number}",
            occurred_at=UNTIL - timedelta(days=number % 20), detected_at=UNTIL,
        )
        for number in range(300)
    ]  # fmt: skip


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_every_course_is_one_that_the_machine_allows(severity: int) -> None:
    for one in findings():
        if one.severity == severity:
            acts = course(one, DEADLINES, UNTIL)
            fold(one, acts)
            assert audit(one, acts) == []
            assert all(done.at <= UNTIL for done in acts)
            assert [done.at for done in acts] == sorted(done.at for done in acts)


def test_the_desk_has_something_of_everything() -> None:
    """Cards answered in time and late, ignored, escalated, appealed, decided, under supervision, and red ones."""
    played = [(one, course(one, DEADLINES, UNTIL)) for one in chosen(findings(), UNTIL)]
    steps = Counter(done.act.step for _, acts in played for done in acts)
    assert {"issue", "acknowledge", "explain", "reply", "verify", "close", "appeal", "uphold", "revoke"} <= set(steps)
    assert {"supervise", "escalate", "remind"} <= set(steps)
    states = Counter(fold(one, acts).state for one, acts in played)
    assert {"issued", "closed", "appealed", "revoking"} <= set(states)
    assert played == [(one, course(one, DEADLINES, UNTIL)) for one in chosen(findings(), UNTIL)]
