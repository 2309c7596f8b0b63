"""What the page on parallel approval says of a project is what the rules find: default, overdue, committed total."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from mingjing.calendars import Calendars
from mingjing.insight.project import EXCLUDED, Counting, Told, project
from mingjing.instants import micros
from mingjing.types import CaseEvent, Finding
from mingjing.zones import Zone
from rules.catalogue import OneItem
from rules.engine import Engine
from tests.rules.histories import BOOK

BY = Counting(Calendars().get("cn"), Zone("Asia/Shanghai"))
MONDAY = datetime.fromisoformat("2018-09-24T09:00+08:00")
NOW = datetime.fromisoformat("2018-12-20T12:00+08:00")
ENGINE = Engine(BOOK, OneItem({"branch_limit": "4 working_days"}, {}), "Asia/Shanghai")
Made = tuple[str, float, dict[str, Any]]


def judged(*made: Made, now: datetime = NOW) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the rules accuse whom of, and what the page does."""
    events = [
        CaseEvent(event_id=f"{n:02}", case_id="P", type=kind, occurred_at=MONDAY + timedelta(days=days), item="I",
                  department="住建", data=data)
        for n, (kind, days, data) in enumerate(made)
    ]  # fmt: skip
    found: list[Finding] = ENGINE.judge(events, micros(now)).findings
    rules = {(one.rule, str(one.evidence.facts.get("key", ""))) for one in found
             if one.severity > 1 and one.rule in ("B1", "B1-X", "B3-T")}  # fmt: skip
    told = [Told(one.event_id, one.type, one.occurred_at, "住建", one.data) for one in events]
    one = project("P", told, BY, now, branch_limit=4)
    assert one is not None
    shown = {("B1", each.unit) for each in one.branches if each.state == "default"}
    shown |= {("B1-X", each.unit) for each in one.branches if each.state in ("overdue", "late")}
    return rules, shown | ({("B3-T", "")} if one.late else set())


def opened(**more: Any) -> Made:
    return ("parallel_opened", 0.0, {"lead": "住建", "units": ["住建", "规划", "消防"], "limit_days": 8, **more})


def received(unit: str = "规划", days: float = 0.1, /, **more: Any) -> Made:
    return ("branch_received", days, {"unit": unit, "limit_days": 3, "receipt_no": "C", **more})


def said(kind: str, days: float, /, **data: Any) -> Made:
    return (kind, days, data)


ODD: dict[str, list[Made]] = {
    "an opinion after the case was decided in time": [
        received(), said("decided", 2), said("branch_opinion", 20, unit="规划")],
    "an opinion after the lead consolidated without it": [
        received(), said("consolidated", 2), said("branch_opinion", 20, unit="规划")],
    "a suspension that names days is as long as it is": [
        received(), said("suspended", 1, declared_days=1), said("resumed", 40), said("decided", 41)],
    "an extension without days adds none and uses none up": [
        said("extension_approved", 2), said("extension_approved", 3, days=10), said("decided", 18)],
    "told twice, the second time with proof": [
        received(receipt_no=""), received("规划", 3), said("branch_opinion", 4, unit="规划")],
    "the notice names no limit: the item's": [received(limit_days=None)],
    "a hold that names no unit holds for all": [
        received(), said("branch_held", 1), said("branch_released", 60), said("branch_opinion", 61, unit="规划")],
    "held and released at one instant": [
        received(), said("branch_held", 1, unit="规划"), said("branch_released", 1, unit="规划")],
    "excluded for a reason that nobody knows": [received(excluded="其他"), said("branch_opinion", 20, unit="规划")],
    "excluded, and nothing proves the receipt": [received(excluded="safety", receipt_no="")],
    "nothing proves the receipt, and the opinion is late": [
        received(receipt_no=" "), said("branch_opinion", 20, unit="规划")],
    "received after the case was consolidated": [said("consolidated", 1), received("规划", 2)],
    "opened twice, and only the second names the total": [said("parallel_opened", 0, lead="住建"), said("decided", 30)],
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_the_page_accuses_whom_the_rules_accuse(what: str) -> None:
    rules, shown = judged(opened(), *ODD[what])
    assert shown == rules


def test_drawn_projects_are_told_as_the_rules_judge_them() -> None:
    """Holidays, pauses, extensions, opinions in any order, at any instant of looking."""
    dice = Random(7)  # noqa: S311  (histories, no secrets)
    for _ in range(150):
        rules, shown = judged(*drawn(dice), now=MONDAY + timedelta(days=dice.uniform(1, 60)))
        assert shown == rules


def drawn(dice: Random) -> list[Made]:
    def when(least: float = 0.2) -> float:
        return round(dice.uniform(least, 30), 2)

    more: dict[str, Any] = {"excluded": dice.choice(EXCLUDED)} if dice.random() < 0.3 else {}
    some: list[Callable[[], Made]] = [
        lambda: said("branch_held", when(), unit=dice.choice(("规划", "消防"))),
        lambda: said("branch_released", when(), unit=dice.choice(("规划", "消防"))),
        lambda: said("suspended", when(), ground="judicial_assistance"),
        lambda: said("resumed", when()),
        lambda: said("special_started", when(), declared_days=dice.choice((3, None, 5))),
        lambda: said("special_ended", when()),
        lambda: said("extension_approved", when(), days=dice.choice((5, 30, None))),
        lambda: said("branch_opinion", when(), unit=dice.choice(("规划", "消防"))),
        lambda: said("consolidated", when()),
        lambda: said("decided", when(5)),
        lambda: received("消防", when(), receipt_no=dice.choice(("C-9", "")), **more),
    ]
    first = [received(), received("消防", 0.15, limit_days=dice.choice((2, 6, None)), **more)]
    return [opened(), *first, *(dice.choice(some)() for _ in range(dice.randint(0, 6)))]
