"""One tender's course, bids, panel, rooms and thresholds; their figures are those of the rules."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

import rules
from mingjing.calendars import Calendar, Calendars
from mingjing.errors import Mistake
from mingjing.insight.tender import bids, course, panel, rooms, thresholds
from mingjing.insight.tender.happened import Happened
from mingjing.insight.tender.thresholds import Piece
from mingjing.instants import micros
from mingjing.registers import forms, logs
from mingjing.registers.files import read_rows
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent
from rules.book import load_book
from rules.catalogue import EMPTY
from rules.engine import Engine
from rules.reader import Surroundings

CHINA = timezone(timedelta(hours=8))
BOOK = Path(rules.__file__).parent / "book"
NOW = datetime(2018, 12, 31, tzinfo=CHINA)


@pytest.fixture(scope="module")
def cn() -> Calendar:
    return Calendars().get("cn")


def told(*several: tuple[str, str, Mapping[str, object]]) -> list[Happened]:
    return [
        Happened(event_id=str(n), type=kind, at=datetime.fromisoformat(f"2018-{at}+08:00"), data=data)
        for n, (kind, at, data) in enumerate(several)
    ]


def works(*several: tuple[str, str, Mapping[str, object]]) -> list[Happened]:
    return told(("tender_registered", "09-25T09:00", {"kind": "construction", "compulsory": True}), *several)


def points(events: list[Happened], cn: Calendar, now: datetime = NOW) -> dict[str, course.Checkpoint]:
    made = course.Course(events, lambda at: at.astimezone(CHINA).date(), cn, now).checkpoints()
    return {point.code: point for point in made}


@pytest.mark.parametrize(
    ("signed", "state"), [("11-19T16:00", "kept"), ("11-20T09:00", "missed"), (None, "overdue")]
)  # fmt: skip
def test_a_contracts_thirtieth_day_that_is_a_rest_day_moves_on(cn: Calendar, signed: str | None, state: str) -> None:
    """Notified on 18 October 2018: the thirtieth day is Saturday 17 November, so Monday the 19th counts (rule Z1-C)."""
    events = works(("award_notified", "10-18T09:00", {}), *([("contract_signed", signed, {})] if signed else []))
    point = points(events, cn)["signed"]
    assert point.due == date(2018, 11, 19)
    assert point.state == state


def test_sale_and_bidding_count_local_days_without_the_first(cn: Calendar) -> None:
    events = works(
        ("tender_sale_started", "10-15T16:00", {}), ("tender_sale_ended", "10-19T17:00", {}),
        ("tender_deadline", "11-04T09:30", {}), ("tender_opened", "11-04T10:01", {}),
    )  # fmt: skip
    found = points(events, cn)
    assert (found["documents"].took, found["documents"].state) == (4, "missed")
    assert (found["deadline"].took, found["deadline"].state) == (20, "kept")
    assert (found["opened"].took, found["opened"].state) == (31, "missed")
    assert found["announced"].state == "absent"
    assert found["enrolled"].state == "unreported"  # not every platform does


def test_no_limit_binds_a_tender_that_is_not_compulsory(cn: Calendar) -> None:
    events = told(
        ("tender_registered", "09-25T09:00", {"kind": "construction", "compulsory": False}),
        ("tender_sale_started", "10-15T16:00", {}), ("tender_sale_ended", "10-16T17:00", {}),
    )  # fmt: skip
    assert points(events, cn)["documents"].state == "done"


def test_what_no_rule_accuses_the_page_does_not_either(cn: Calendar) -> None:
    """A tender that was ended after its notice; one of another kind; a second round; a draw that tells but a number."""
    ended = points(works(("award_notified", "10-18T09:00", {}), ("terminated", "10-25T09:00", {})), cn)
    assert ended["signed"].state == "waiting"
    other = told(
        ("tender_registered", "09-25T09:00", {"kind": "other"}), ("expert_drawn", "10-08T09:00", {"drawn": 5}),
        ("evaluation_started", "10-16T09:00", {}), ("room_entered", "10-16T09:00", {"person": "x1", "role": "expert"}),
    )  # fmt: skip
    assert points(other, cn)["drawn"].state == "done"
    assert rooms.strangers(other) == []
    bidders = [("room_entered", f"10-1{day}", {"person": f"p{day}", "role": "outsider", "room": room})
               for day, room in (("5T09:00", ""), ("6T09:30", "opening"), ("6T09:31", ""))]  # fmt: skip
    assert [one.person for one in rooms.strangers([*told(bidders[0]), *other, *told(*bidders[1:])])] == ["p6T09:31"]
    rounds = works(
        ("tender_deadline", "10-15T09:30", {}), ("tender_opened", "10-15T09:40", {}),
        ("tender_deadline", "11-15T09:30", {}), ("tender_opened", "11-15T09:40", {}),
    )  # fmt: skip
    assert (points(rounds, cn)["opened"].took, points(rounds, cn)["opened"].state) == (10, "kept")


def test_signs_thresholds_and_limits_are_those_of_the_rules() -> None:
    """A page that reckons otherwise than the rules would contradict the finding beside it."""
    z4, z5, z2 = (tomllib.loads((BOOK / f"{name}.toml").read_text("utf-8")) for name in ("Z4", "Z5", "Z2-S"))
    weights = {s["field"].removeprefix("data."): s["weight"] for s in z4["signal"] if s["find"] == "same_value"}
    alike = next(s for s in z4["signal"] if s["find"] == "above")
    far = next(s for s in z5["signal"] if s["find"] == "deviation")
    assert weights == dict(bids.MARKS)
    assert (alike["than"], alike["weight"], z4["least"]) == (bids.ALIKE, bids.ALIKE_WEIGHT, bids.LEAST)
    assert (far["k"], far["floor"]) == (panel.FAR, panel.FLOOR)
    limits, given = thresholds.LIMITS, z2["parameters"]
    assert limits["construction"] == {"amount": given["construction"], "area": given["area"]}
    assert limits["procurement"] == {"amount": given["procurement"]}


def test_an_agent_explains_a_shared_machine_but_not_a_shared_payer() -> None:
    events = told(*(
        ("bid_received", "10-15T09:00", {"bidder": b, "ip": "i", "mac": "m", "payer": "p", "agent": a})
        for b, a in (("b1", "a1"), ("b2", "a1"), ("b3", "a2"))
    ))  # fmt: skip
    first, second, third = bids.pairs(bids.bids(events))
    assert (third.one, third.other, third.shared, third.explained) == ("b1", "b2", ("payer",), ("ip", "mac"))
    assert not third.lead
    assert all(pair.lead and pair.shared == ("ip", "mac", "payer") for pair in (first, second))
    assert first.weight == pytest.approx(1 - 0.5 * 0.3 * 0.2)


def test_who_is_strict_with_all_is_not_far_and_who_favours_one_is() -> None:
    """The examples of rule Z5: one lowers all by twenty, the other lifts one bidder by twenty."""

    def given(change: dict[str, float]) -> list[panel.Mark]:
        return panel.panel(told(*(
            ("expert_scored", "10-16T10:00", {"expert": f"x{n}", "bidder": b, "score": base + n + change[b] * (n == 5)})
            for b, base in (("b1", 85.0), ("b2", 78.0), ("b3", 90.0))
            for n in range(1, 6)
        )))  # fmt: skip

    assert not any(mark.far for mark in given({"b1": -20.0, "b2": -20.0, "b3": -20.0}))
    far = [mark for mark in given({"b1": 0.0, "b2": 20.0, "b3": 0.0}) if mark.far]
    assert [(mark.expert, mark.bidder) for mark in far] == [("x5", "b2")]


def test_a_score_after_leaving_is_outside_and_after_coming_back_inside() -> None:
    events = told(
        ("room_entered", "10-16T09:00", {"person": "x1", "role": "expert"}),
        ("room_left", "10-16T11:00", {"person": "x1", "role": "expert"}),
        ("expert_scored", "10-16T11:30", {"expert": "x1", "bidder": "b1", "score": 80}),
        ("room_entered", "10-16T12:00", {"person": "x1", "role": "expert"}),
        ("expert_scored", "10-16T12:30", {"expert": "x1", "bidder": "b2", "score": 80}),
    )  # fmt: skip
    assert [one.inside for one in rooms.scored(events)] == [False, True]
    assert [stay.until is None for stay in rooms.stays(events)] == [False, True]
    assert all(one.inside for one in rooms.scored(events[2:3]))  # no door log accuses nobody
    both = [("room_entered", f"10-16T09:0{n}", {"person": "x1", "role": "expert", "room": n}) for n in (1, 2)]
    late = ("room_left", "10-16T09:03", {"person": "x1", "role": "expert", "room": 1})
    scored = [
        ("expert_scored", f"10-16T{at}", {"expert": "x1", "bidder": "b1", "score": 80}) for at in ("08:59", "10:00")
    ]
    assert all(one.inside for one in rooms.scored(told(scored[0], *both, late, scored[1])))
    other = ("room_entered", "10-16T09:00", {"person": "▮0123456789", "role": "expert"})
    assert rooms.scored(told(other, scored[1]))[0].inside  # a pseudonym and a code cannot be held together


def test_a_door_log_and_a_log_of_deals_become_events_that_the_rules_judge(tmp_path: Path) -> None:
    """An office that has no interface keeps two files; what they tell is judged like what a platform reports."""
    (tmp_path / "doors.csv").write_text(
        "记录编号,招标编号,房间,专家,身份,进入时间,离开时间\n"
        "1,T-1,评标一室,x1,专家,2018-10-16 09:00,2018-10-16 11:00\n"
        "2,T-1,评标一室,x2,专家,2018-10-16 09:00,\n",
        encoding="utf-8",
    )
    (tmp_path / "deals.csv").write_text(
        "线索编号,项目,类别,金额（元）,业主,平台招标编号,发现时间\n"
        'D1,P1,工程,"20,000,000",o1,,2018-10-15 09:00\nD2,P2,政府采购,5000000,o1,T-9,2018-10-15 10:00\n',
        encoding="utf-8",
    )
    mistakes: list[Mistake] = []
    places = read_rows(tmp_path, (forms()["doors"], forms()["deals"]), mistakes)
    assert not mistakes
    zone = ZoneInfo("Asia/Shanghai")
    events = [event for name in ("doors", "deals") for event in logs.told(forms()[name], places[name], zone).values()]
    score = {"type": "expert_scored", "case_id": "T-1", "occurred_at": "2018-10-16T11:30:00+08:00"}
    events += [
        msgspec.convert(score | {"event_id": f"s{n}", "data": {"expert": f"x{n}", "bidder": "b1"}}, CaseEvent)
        for n in (1, 2)
    ]
    engine = Engine(load_book(None, Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")), EMPTY, "Asia/Shanghai")
    found = {
        (finding.rule, case, str(finding.evidence.facts.get("expert", "")))
        for case in ("T-1", "deal:D1", "deal:D2")
        for finding in engine.judge([event for event in events if event.case_id == case], micros(NOW)).findings
    }
    assert found == {("Z5-R", "T-1", "x1"), ("N56", "deal:D1", "")}


def test_pieces_are_added_up_by_owner_site_and_kind_and_phases_come_last() -> None:
    def piece(case: str, owner: str, amount: float, **more: object) -> Piece:
        given = {
            "project": case,
            "kind": "construction",
            "on": date(2018, 3, len(case)),
            "site": "s",
            "place": "elsewhere",
        }
        return Piece(case=case, owner=owner, amount=amount, **(given | more))  # type: ignore[arg-type]

    found = thresholds.splits([
        piece("a", "o1", 19_500_000), piece("ab", "o1", 18_000_000), piece("abc", "o1", 20_000_000),
        piece("a", "o2", 6_000_000), piece("ab", "o2", 50_000_000, site="other"), piece("abc", "o2", 16_000_000),
    ])  # fmt: skip
    assert [(one.owner, len(one.pieces), one.suspicious) for one in found] == [("o1", 2, True), ("o2", 2, False)]
    assert not thresholds.splits([piece("a", "o1", 19_500_000, on=date(2016, 3, 1)), piece("ab", "o1", 18_000_000)])[
        0
    ].suspicious  # years apart
    assert found[0].totals[0].value == 37_500_000
    assert found[0].together == pytest.approx(1.875)
