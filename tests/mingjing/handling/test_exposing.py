"""Exposure 曝光: two persons, only of what stands, and nobody named."""

from datetime import date

import pytest
from msgspec.structs import replace

from mingjing.access import permissions
from mingjing.handling.allowed import Refused, audit, check
from mingjing.handling.events import events_of
from mingjing.handling.exposing import named, told
from mingjing.handling.machine import EXPOSING, MOVES, Act, Told
from mingjing.handling.policy import Policy
from mingjing.types import Text
from tests.mingjing.handling.paper import DEPARTMENT, LEAD, LEADER, PANEL, SECOND, SUPERVISOR, Paper, finding, person

DAY = date(2026, 3, 17)
RULE = Text(zh="承诺超期", en="Promised limit passed")
PUBLIC = told(RULE, Text(zh="住建局", en="Housing"), named(DAY, {date(2026, 3, 1): 10}, 10)[0], severity=2)


def verified(severity: int = 2) -> Paper:
    """A card that was answered and verified."""
    paper = Paper(finding(severity), Policy(issue=frozenset({1, 2, 3})))
    paper.serve()
    paper.act(DEPARTMENT, "reply")
    paper.act(SUPERVISOR, "verify")
    return paper


def shown() -> Paper:
    """One that the public is told of."""
    paper = verified()
    propose(paper)
    assert paper.act(LEADER, "publish").exposure == "shown"
    return paper


def propose(paper: Paper, public: Told = PUBLIC) -> None:
    """A supervisor proposes it."""
    act = Act(step="expose", role="", text="典型", public=public)
    _, act = check(paper.handling, paper.finding, SUPERVISOR, act, paper.deadlines, paper.now)
    paper._done(act, SUPERVISOR.account)


def refused(paper: Paper, who: object, step: str) -> str:
    """Why an act is refused."""
    with pytest.raises(Refused) as why:
        paper.act(who, step)  # type: ignore[arg-type]
    return why.value.word


def test_one_proposes_and_another_one_approves() -> None:
    paper = verified()
    assert refused(paper, LEADER, "publish") == "state"
    assert refused(paper, SUPERVISOR, "expose") == "public"
    propose(paper)
    assert refused(paper, SECOND, "publish") == "role"
    both = person(SUPERVISOR.account, "supervisor", "leader")
    assert refused(paper, both, "publish") == "same_person"
    assert paper.act(LEADER, "decline", "还需核实").exposure == ""
    propose(paper)
    assert paper.act(LEADER, "publish", "").exposure == "shown"
    assert paper.act(SUPERVISOR, "close").exposure == "shown"
    assert paper.act(SECOND, "take_down", "已过公示期").exposure == ""
    assert audit(paper.finding, paper.acts) == []
    told_ = [event.type for event in events_of(paper.finding, paper.acts)]
    assert told_[-5:] == [
        "finding_exposure_declined", "finding_exposure_proposed", "finding_exposed", "finding_closed",
        "finding_taken_down",
    ]  # fmt: skip
    assert "住建局" not in str(events_of(paper.finding, paper.acts))
    assert permissions.PERMITTED["expose"] == next(move.roles for move in MOVES if move.step == "publish")


def test_only_what_stands_is_exposed() -> None:
    """No notice, nothing open; an appeal, a revocation or the rule itself takes it down."""
    assert EXPOSING.isdisjoint(
        move.step for move in MOVES for state in ("issued", "appealed", "revoked") if state in move.states
    )
    assert refused(verified(1), SUPERVISOR, "expose") == "state"
    appealed, revoked, withdrawn = shown(), shown(), shown()
    assert appealed.act(LEAD, "appeal").exposure == ""
    assert appealed.act(PANEL, "uphold").state == "verified"
    assert refused(appealed, LEADER, "publish") == "state"  # it has to be proposed anew
    assert revoked.act(SECOND, "return").exposure == ""
    withdrawn.finding = replace(withdrawn.finding, status="withdrawn", revision=2)
    withdrawn.serve()
    assert (withdrawn.handling.state, withdrawn.handling.exposure) == ("withdrawn", "")


def test_nobody_is_named() -> None:
    """Neither by the code of a case, window or officer, nor as one of few."""
    for code in ("W1", "O1", "C1", "f1"):
        with pytest.raises(Refused, match="no number of a case"):
            propose(verified(), replace(PUBLIC, text=Text(zh=f"窗口{code}的人员", en="")))
    months = {date(2026, 3, 1): 9, date(2026, 1, 1): 1, date(2025, 12, 1): 50}
    assert [(named(DAY, months, n)[0].kind, named(DAY, months, n)[1]) for n in (9, 10, 11)] == [
        ("month", True), ("quarter", True), ("year", False),
    ]  # fmt: skip
    whole = told(RULE, None, named(DAY, {}, 10)[0], 3).text
    assert whole.zh == "2026年，某单位在办理中存在“承诺超期”的问题，经监察核查属实，已发红牌并督促整改。"
    assert "住建局" in PUBLIC.text.zh
    assert "2026-03" in PUBLIC.text.en
