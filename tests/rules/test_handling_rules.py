"""What people do about findings is a case for the rules that supervise them, and for no other."""

from datetime import timedelta

import pytest

from mingjing.calendars import Calendars
from mingjing.handling.events import events_of
from mingjing.handling.policy import Policy
from mingjing.instants import micros, parse
from mingjing.scoring.rulings import Ruling
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent
from rules.book import load_book
from rules.catalogue import EMPTY
from rules.engine import Engine
from rules.reader import Surroundings
from rules.sheets import Sheets
from tests.mingjing.handling.paper import DEPARTMENT, LEAD, PANEL, SECOND, SUPERVISOR, Paper, finding


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The whole shipped book, and no catalogue."""
    book = load_book(None, Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn"), shipped=True)
    return Engine(book, EMPTY, "Asia/Shanghai")


def slow() -> Paper:
    """A red card that everybody is late about, appealed against and revoked by two."""
    paper = Paper(finding(3), Policy(issue=frozenset({1, 2, 3})))
    paper.serve()
    paper.wait(12)
    paper.serve()
    paper.act(DEPARTMENT, "reply")
    paper.wait(9)
    paper.act(SUPERVISOR, "supervise")
    paper.act(LEAD, "appeal")
    paper.wait(20)
    paper.act(PANEL, "revoke")
    paper.act(SECOND, "agree")
    return paper


def test_a_slow_handling_is_found_by_the_rules_on_handling_alone(engine: Engine) -> None:
    """No item, no unit, no register is missed by the others; and none of it costs anybody points."""
    paper = slow()
    events = events_of(paper.finding, paper.acts)
    judgement = engine.judge(events, micros(paper.now + timedelta(days=3)))
    assert {one.rule: one.severity for one in judgement.findings} == {"H1": 2, "H3": 1, "H4": 1, "H5": 1, "H6": 2}
    assert {(one.department, one.item, one.region) for one in judgement.findings} == {(None, None, "R1")}
    assert judgement.not_judged == []
    sheets = Sheets(engine)
    assert sheets.lines(events, judgement.findings, {}) == frozenset()


def test_no_mirror_is_endless(engine: Engine) -> None:
    """What is done about what these rules find is heard by no rule."""
    paper = slow()
    paper.finding = finding(3, case_id="finding:f0")
    events = events_of(paper.finding, paper.acts)
    judgement = engine.judge(events, micros(paper.now + timedelta(days=99)))
    assert (judgement.findings, judgement.not_judged) == ([], [])


def test_what_an_inspection_found_is_a_finding_and_nothing_else_is_missed(engine: Engine) -> None:
    """As grave as the inspector said, about whom the inspector said; and it counts until it is revoked."""
    event = CaseEvent(
        event_id="x1", case_id="inspection:1", type="irregularity_recorded", source="mingjing", department="D1",
        window="W1", officer="O1", occurred_at=parse("2025-03-03T10:00+08:00"),
        recorded_at=parse("2025-03-05T10:00+08:00"), data={"severity": 2, "ground": "absent"},
    )  # fmt: skip
    judgement = engine.judge([event], micros(parse("2025-04-03T10:00+08:00")))
    (found,) = judgement.findings
    assert (found.rule, found.severity, found.department, found.window, found.officer) == ("X2", 2, "D1", "W1", "O1")
    assert found.evidence.facts["ground"] == "absent"
    assert judgement.not_judged == []
    sheets = Sheets(engine)
    (card,) = sheets.lines([event], [found], {})
    assert (card.about, card.window) == ("card", "W1")
    revoked = Ruling(finding_id=found.finding_id, outcome="revoked", ruled_at=event.occurred_at)
    assert sheets.lines([event], [found], {found.finding_id: revoked}) == frozenset()
