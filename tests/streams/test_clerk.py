"""The clerk: what is due about findings is done once, by itself, and survives whatever happens meanwhile."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from mingjing.access import WHOLE, Person
from mingjing.calendars import Calendars
from mingjing.errors import ServiceError
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.desk import Desk, View
from mingjing.handling.policy import Policy
from mingjing.metrics import Health, Metrics
from mingjing.record.keys import Signer
from mingjing.record.recorder import Recorder
from mingjing.store import Store
from mingjing.types import Finding
from mingjing.zones import zone
from streams.clerk import ACTOR, Clerk, Times
from streams.lease import Lease, LeaseLost, owner
from tests.mingjing.store.samples import finding

pytestmark = pytest.mark.store
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
OFFICER = Person(account="zhang", officer="P1", roles=frozenset({"officer"}), scope=WHOLE)


class Office:
    """A clerk over a store, with a clock that the test sets."""

    def __init__(self, store: Store, times: Times = Times(settle=0, idle=0)) -> None:  # noqa: B008
        self.store, self.now = store, MONDAY
        self.recorder = Recorder(store, Signer.fresh(), "clerk")
        deadlines = Deadlines(Policy(), Calendars(None).get("cn"), zone("Asia/Shanghai"))
        self.desk = Desk(store, self.recorder, deadlines, lambda: self.now)
        self.health, self.metrics = Health("clerk"), Metrics()
        self.lease = Lease(store, owner(), work="clerk_lease", service="clerk")
        self.clerk = Clerk(
            store, self.desk, self.recorder, lambda: self.now, zone("Asia/Shanghai"), self.lease, self.health,
            metrics=self.metrics, times=times,
        )  # fmt: skip

    def looks(self, now: datetime | None = None) -> None:
        self.now = now or self.now
        while self.clerk.look():
            pass

    def view(self, name: str) -> View:
        return self.desk.views([name])[name]

    def steps(self, name: str) -> list[tuple[str, str]]:
        return [(done.act.step, done.by) for done in self.view(name).acts]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def found(name: str, severity: int = 2, **given: object) -> Finding:
    more: dict[str, object] = {"officer": "P1", "region": "R1", "detected_at": MONDAY - timedelta(minutes=1)}
    return finding(name, **({"severity": severity, "case_id": f"case-{name}"} | more | given))  # type: ignore[arg-type]


def test_what_needs_no_human_eye_goes_out_and_the_rest_waits(office: Office) -> None:
    office.store.write_findings([found("notice", 1), found("card", 2), found("red", 3), found("lead", 2, lead=True)])
    office.looks()
    assert office.steps("notice") == office.steps("card") == [("issue", ACTOR)]
    assert office.steps("red") == office.steps("lead") == []
    rows = office.store.query("handling_of", findings=["red", "lead", "card"])
    assert {row["finding_id"]: row["state"] for row in rows} == {"red": "pending", "lead": "pending", "card": "issued"}

    office.store.write_findings([found("later", 2)])
    office.looks()
    assert office.steps("later") == [("issue", ACTOR)]


def test_what_the_rules_say_later_is_followed(office: Office) -> None:
    """A notice ends when its case ended in time; a graver card goes out; what was wrong is withdrawn."""
    office.store.write_findings([found("ended", 1), found("climbs", 1), found("wrong", 2)])
    office.looks()
    office.store.write_findings(
        [
            found("ended", 1, revision=2, status="resolved"),
            found("climbs", 2, revision=2),
            found("wrong", 2, revision=2, status="withdrawn", reason="a correction came"),
        ]
    )
    office.looks()
    assert [office.view(name).handling.state for name in ("ended", "climbs", "wrong")] == [
        "closed", "issued", "withdrawn",
    ]  # fmt: skip
    assert office.steps("climbs") == [("issue", ACTOR), ("raise", ACTOR)]
    office.looks()
    assert len(office.steps("climbs")) == 2


def test_news_of_a_finding_that_was_just_looked_at_are_seen_at_once(store: Store) -> None:
    """With its usual patience: what is looked at within half a minute may be stored anew meanwhile."""
    office = Office(store, Times())
    office.looks()
    for revision, status in enumerate(("open", "resolved"), 1):
        store.write_findings([found("notice", 1, revision=revision, status=status)])
        office.looks()
    assert office.steps("notice") == [("issue", ACTOR), ("close", ACTOR)]


def test_a_deadline_is_escalated_once_it_is_missed_and_only_once(office: Office) -> None:
    office.store.write_findings([found("card", 2)])
    office.looks()
    office.looks(MONDAY + timedelta(days=1, hours=14, minutes=59))  # Tuesday, a minute before 24:00
    assert office.steps("card") == [("issue", ACTOR)]
    office.looks(MONDAY + timedelta(days=1, hours=15))
    assert office.steps("card")[1:] == [("escalate", ACTOR)]
    office.looks()
    assert len(office.steps("card")) == 2
    assert office.view("card").handling.late == 1


def test_a_reminder_comes_a_working_day_before(office: Office) -> None:
    """Acknowledged at once: the explanation is due within three working days, by Thursday night."""
    office.store.write_findings([found("card", 2)])
    office.looks()
    office.desk.act(OFFICER, "card", "acknowledge", seen=1)
    office.looks(MONDAY + timedelta(days=2))  # Wednesday morning
    first = office.view("card").deadlines[0]
    assert (first.key, first.due_at) == ("explain", datetime(2026, 3, 5, 16, 0, tzinfo=UTC))
    office.looks(MONDAY + timedelta(days=3))  # Thursday: its last day
    assert office.steps("card")[2:] == [("remind", ACTOR)]
    office.looks(MONDAY + timedelta(days=3, hours=3))
    assert office.steps("card")[2:] == [("remind", ACTOR)]


def test_a_notice_of_which_nothing_came_lapses(office: Office) -> None:
    office.store.write_findings([found("notice", 1)])
    office.looks()
    office.looks(MONDAY + timedelta(days=40))
    assert office.steps("notice")[-1] == ("lapse", ACTOR)
    assert office.view("notice").handling.state == "closed"


def test_old_findings_go_out_together_and_history_is_left_alone(office: Office) -> None:
    """A first start over a city's findings: thousands in a moment, each once."""
    names = [f"f{number}" for number in range(600)]
    office.store.write_findings([found(name) for name in names])
    office.store.write_findings([found("history", detected_at=MONDAY - timedelta(days=61))])
    began = time.monotonic()
    office.looks()
    assert time.monotonic() - began < 30  # one by one they take minutes
    acts = office.store.query(
        "record_entries", kinds=["act"], subjects=[*names, "history"], number=0, chain="", seq=0, limit=9_999
    )
    assert sorted((row["subject"], row["number"]) for row in acts) == sorted((name, 1) for name in names)
    office.looks()
    assert office.metrics.clerk_acts.labels("issue")._value.get() == len(names)


def test_of_two_clerks_one_works(office: Office) -> None:
    other = Lease(office.store, "elsewhere:1:x", work="clerk_lease", service="clerk")
    other.beat()
    with pytest.raises(LeaseLost, match="another clerk is at work"):
        office.looks()
    other.release()
    office.looks()


def test_daily_works_are_done_once_a_day_and_tried_again(office: Office) -> None:
    days: list[object] = []
    fails = [True]

    def anchor(day: object) -> None:
        if fails:
            fails.pop()
            raise ServiceError("the disk is full")
        days.append(day)

    office.clerk = Clerk(
        office.store, office.desk, office.recorder, lambda: office.now, zone("Asia/Shanghai"), office.lease,
        office.health, {"anchor": anchor}, metrics=office.metrics, times=Times(daily=0),
    )  # fmt: skip
    office.looks()
    assert "the disk is full" in str(office.health.answer()[1])
    office.looks()
    office.looks()
    office.looks(MONDAY + timedelta(hours=15))  # Tuesday in Shanghai
    assert [str(day) for day in days] == ["2026-03-02", "2026-03-03"]
    assert "warnings" not in office.health.answer()[1]
