"""Deadlines of handling, and the file in which a place sets its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mingjing.errors import BookError
from mingjing.handling.automatic import next_act, wake
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.machine import Act
from mingjing.handling.policy import DAYS, Policy, load
from mingjing.instants import at, parse
from mingjing.settings import Settings, clock_now
from mingjing.zones import Zone
from tests.mingjing.handling.paper import CALENDAR, DEPARTMENT, LEAD, OFFICER, PANEL, SUPERVISOR, Paper, finding

ALL = Policy(issue=frozenset({1, 2, 3}))


def due(paper: Paper) -> dict[str, str]:
    """The deadlines that run, with the last day of each."""
    return {one.key: f"{one.due_at:%m-%d %H:%M}" for one in paper.deadlines.running(paper.handling) if one.due_at}


def test_deadlines_run_in_working_days_from_the_card() -> None:
    """24:00 in Shanghai is 16:00 UTC; Qingming, Friday 4 April 2025, does not count."""
    paper = Paper(finding(2), ALL)
    paper.now = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)
    paper.serve()
    assert due(paper) == {"acknowledge": "04-02 16:00", "take_up": "04-09 16:00"}
    paper.act(OFFICER, "acknowledge")
    assert due(paper)["explain"] == "04-07 16:00"
    paper.act(OFFICER, "explain")
    assert due(paper)["reply"] == "04-09 16:00"
    paper.act(DEPARTMENT, "extend", days=2)
    assert due(paper)["reply"] == "04-11 16:00"
    paper.act(SUPERVISOR, "supervise")
    assert due(paper) == {"reply": "04-09 16:00", "finish": "04-29 16:00"}  # 27 April is worked


def test_an_appeal_stops_the_units_clocks() -> None:
    """Two working days with the panel are two more for the unit."""
    paper = Paper(finding(2), ALL)
    paper.serve()
    paper.act(OFFICER, "acknowledge")
    assert due(paper)["explain"] == "03-06 16:00"
    paper.act(LEAD, "appeal")
    assert due(paper) == {"decide": "03-17 16:00"}
    paper.wait(2)
    paper.act(PANEL, "uphold")
    assert due(paper)["explain"] == "03-10 16:00"


def test_a_year_without_a_calendar_is_said_and_nothing_is_late() -> None:
    """Never a guess."""
    paper = Paper(finding(2), ALL)
    last = max(CALENDAR.years)
    paper.now = datetime(last, 12, 31, 2, 0, tzinfo=UTC)
    paper.serve()
    first = paper.deadlines.first(paper.handling)
    assert first is not None
    assert (first.key, first.due_at, first.missing_year) == ("acknowledge", None, last + 1)
    assert wake(paper.handling, paper.deadlines) is None
    paper.wait(90)
    assert paper.serve() == []


def test_a_reminder_a_day_before_and_one_escalation_for_each_missed_deadline() -> None:
    """A notice is neither; and nothing is said twice."""
    paper = Paper(finding(2), ALL)
    paper.serve()
    paper.act(OFFICER, "acknowledge")
    assert wake(paper.handling, paper.deadlines) == parse("2025-03-06T00:00+08:00")
    paper.wait(2)
    assert paper.serve() == []
    paper.now = parse("2025-03-06T00:00+08:00")
    assert paper.serve() == ["remind explain"]
    assert paper.serve() == []
    paper.now = parse("2025-03-20T00:00+08:00")
    assert paper.serve() == ["escalate explain", "escalate take_up"]
    assert paper.handling.late == 2
    assert wake(paper.handling, paper.deadlines) is None
    quiet = Paper(finding(1), ALL)
    quiet.serve()
    quiet.wait(15)
    assert quiet.serve() == []


def test_the_clock_may_be_a_simulated_one() -> None:
    """Ten times as fast, and in another year."""
    chosen = Settings(clock="2025-03-06T00:00:00+08:00@0x1")
    paper = Paper(finding(1), ALL)
    paper.serve()
    done = next_act(paper.handling, paper.finding, paper.deadlines, at(clock_now(chosen)))
    assert done == Act(step="lapse", role="system", on=1, found=1)


def test_a_file_sets_what_it_names(tmp_path: Path) -> None:
    """What it leaves out stays."""
    file = tmp_path / "handling.toml"
    file.write_text("issue = [1]\nappeals = 2\n[deadlines]\nreply = 7\n")
    policy = load(file)
    assert policy == Policy(issue=frozenset({1}), appeals=2, days=DAYS | {"reply": 7})
    paper = Paper(finding(2), policy)
    assert Deadlines(policy, CALENDAR, Zone("UTC")).of(paper.handling, "reply").days == 7


def test_every_mistake_of_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    """All at once."""
    file = tmp_path / "handling.toml"
    file.write_text(
        "issue = [1, 4]\nappeals = true\nremind = 1\nextend_days = 400\n[deadlines]\nreply = 0\nanswer = 3\n"
    )
    with pytest.raises(BookError) as wrong:
        load(file)
    assert [f"{one.line}: {one.message.split(';')[0]}" for one in wrong.value.mistakes] == [
        "1: issue is [1, 4]",
        "2: appeals is True",
        "3: unknown key 'remind'",
        "4: extend_days is 400",
        "6: reply is 0",
        "7: unknown deadline 'answer'",
    ]
