"""Handling on paper: the machine, persons and deadlines without store and record."""

from datetime import UTC, datetime, timedelta

from mingjing.access import WHOLE, Person, Role, Scope
from mingjing.calendars import Calendars
from mingjing.handling.allowed import check
from mingjing.handling.automatic import next_act
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.fold import Done, Handling, fold
from mingjing.handling.machine import Act, Step
from mingjing.handling.policy import Policy
from mingjing.types import Evidence, Finding, Text
from mingjing.zones import Zone

MONDAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
UNIT = Scope(regions=frozenset({"R1"}), departments=frozenset({"D1"}))
CALENDAR = Calendars().get("cn")


def person(account: str, *roles: Role, scope: Scope = WHOLE, officer: str = "") -> Person:
    """Somebody who signed in."""
    return Person(account=account, roles=frozenset(roles), scope=scope, officer=officer)


OFFICER = person("officer", "officer", scope=UNIT, officer="O1")
LEAD = person("lead", "lead", scope=UNIT)
DEPARTMENT = person("department", "department", scope=UNIT)
SUPERVISOR = person("supervisor", "supervisor")
SECOND = person("second", "supervisor")
PANEL = person("panel", "panel")
BOTH = person("both", "supervisor", "panel")  # may issue, and may decide, but not the same card
INVESTIGATOR = person("investigator", "investigator")
LEADER = person("leader", "leader")
ELSEWHERE = person("elsewhere", "department", scope=Scope(departments=frozenset({"D2"})))
CAST = (OFFICER, LEAD, DEPARTMENT, SUPERVISOR, SECOND, PANEL, BOTH, INVESTIGATOR, LEADER, ELSEWHERE)


def finding(severity: int = 2, **fields: object) -> Finding:
    """A finding about an officer of D1."""
    given: dict[str, object] = {
        "finding_id": "f1", "revision": 1, "rule": "T2", "rule_version": "1", "subject": "case:C1",
        "severity": severity, "status": "open", "occurred_at": MONDAY, "detected_at": MONDAY,
        "message": Text(zh="承诺超期", en="Committed limit passed"), "evidence": Evidence(events=("e1",)),
        "case_id": "C1", "region": "R1", "department": "D1", "window": "W1", "officer": "O1",
    }  # fmt: skip
    return Finding(**(given | fields))  # type: ignore[arg-type]


class Paper:
    """One handling, acted on by people and by the service."""

    def __init__(self, of: Finding, policy: Policy | None = None) -> None:
        self.finding = of
        self.deadlines = Deadlines(policy or Policy(), CALENDAR, Zone("Asia/Shanghai"))
        self.now = MONDAY
        self.acts: list[Done] = []
        self._known: tuple[int, int, Handling] | None = None

    @property
    def handling(self) -> Handling:
        """How it stands."""
        at = (len(self.acts), self.finding.revision)
        if self._known is None or self._known[:2] != at:
            self._known = (*at, fold(self.finding, self.acts))
        return self._known[2]

    def act(
        self, who: Person, step: Step, text: str = "because", *, severity: int = 0, to: str = "", days: int = 0
    ) -> Handling:
        """What a person does; raises Refused."""
        act = Act(step=step, role="", text=text, severity=severity, to=to, days=days)
        _, act = check(self.handling, self.finding, who, act, self.deadlines, self.now)
        return self._done(act, who.account)

    def serve(self) -> list[str]:
        """What the service does by now."""
        done = []
        while (act := next_act(self.handling, self.finding, self.deadlines, self.now)) is not None:
            self._done(act, "system:clerk")
            done.append(act.step if not act.to else f"{act.step} {act.to}")
            assert len(done) < 20
        return done

    def wait(self, days: float) -> None:
        """Time passes."""
        self.now += timedelta(days=days)

    def _done(self, act: Act, by: str) -> Handling:
        self.acts.append(Done(number=len(self.acts) + 1, at=self.now, by=by, act=act))
        return self.handling
