"""What officers and supervisors did about the findings of a demo's history: a small play on the real desk.

Each finding gets a course of its own, by its id: answered in time, answered late, appealed, ignored. The service's own
part (issuing, reminding, escalating) comes in between as the clerk would have done it. Nothing is acted beyond the
instant at which the demo begins; from there on the clerk and whoever signs in go on.
"""

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from msgspec import Struct

from mingjing.access import WHOLE, Person, Role, Scope
from mingjing.demo.staff import PANEL, SUPERVISORS
from mingjing.handling.allowed import Refused, check
from mingjing.handling.automatic import next_act, wake
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.desk import Desk, deadlines
from mingjing.handling.fold import Done, after, begun
from mingjing.handling.machine import Act, Step
from mingjing.record.recorder import Draft, recorder
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.client import decode_finding
from mingjing.texts import text
from mingjing.types import Finding

ACTOR = "system:clerk"
MOST: Final = {1: 9, 2: 24, 3: 9}
"""Findings of the play by severity."""
ROUNDS: Final = 20

EVERY: Final = 5_000  # findings of a demo's history, and more


class Cue(Struct, frozen=True):
    """Who does what, so many hours after the card was sent out."""

    hours: float
    role: Role
    step: Step
    words: str = ""
    who: int = 0  # which of the two supervisors


ON_TIME = (
    Cue(2, "officer", "acknowledge"),
    Cue(26, "officer", "explain", "explain"),
    Cue(50, "department", "reply", "reply"),
    Cue(74, "supervisor", "verify", "verify"),
    Cue(75, "supervisor", "close"),
)
LATE = (
    Cue(60, "officer", "acknowledge"),
    Cue(170, "officer", "explain", "explain_late"),
    Cue(215, "department", "reply", "reply"),
    Cue(240, "supervisor", "verify", "verify"),
    Cue(241, "supervisor", "close"),
)
SUPERVISED = (
    Cue(3, "officer", "acknowledge"),
    Cue(122, "supervisor", "supervise", "supervise"),
    Cue(150, "department", "reply", "reply"),
    Cue(170, "supervisor", "return", "return"),
    Cue(194, "department", "reply", "reply_again"),
)
UPHELD = (
    Cue(4, "officer", "acknowledge"),
    Cue(28, "lead", "appeal", "appeal"),
    Cue(98, "panel", "uphold", "uphold"),
    Cue(124, "department", "reply", "reply"),
)
REVOKED = (Cue(4, "officer", "acknowledge"), Cue(26, "lead", "appeal", "appeal"), Cue(72, "panel", "revoke", "revoke"))
WAITING = (Cue(3, "officer", "acknowledge"), Cue(27, "officer", "explain", "explain"))
APPEALED = (Cue(3, "officer", "acknowledge"), Cue(27, "lead", "appeal", "appeal"))
NOTICE = (
    Cue(2, "officer", "acknowledge"),
    Cue(20, "officer", "explain", "explain"),
    Cue(44, "supervisor", "verify", "verify"),
)
PROPOSED = (*UPHELD[:2], Cue(90, "panel", "revoke", "revoke"))
IGNORED: tuple[Cue, ...] = ()

CARDS = (ON_TIME, LATE, IGNORED, SUPERVISED, UPHELD, WAITING, REVOKED, ON_TIME, APPEALED, IGNORED)
REDS = (SUPERVISED, PROPOSED, IGNORED, UPHELD)
NOTICES = (NOTICE, IGNORED, NOTICE)


class Play:
    """Records the courses of a demo's findings; `stopped`: nobody wants it any more."""

    def __init__(self, settings: Settings, until: datetime) -> None:
        self.stopped = threading.Event()
        self._settings, self._until = settings, until

    def run(self) -> int:
        """Plays what the store holds; how many acts there were. Raises StoreUnavailable."""
        dsn, desk_dsn = self._settings.store_dsn or "", self._settings.desk_dsn or ""
        counted, record = deadlines(self._settings), recorder(self._settings, "demo")
        with Store(dsn, scope=WHOLE) as reader, Store(desk_dsn, profile="dashboard") as store:
            rows = reader.query("api_findings", settle=0, after="", limit=EVERY)
            played = chosen([decode_finding(row["body"]) for row in rows], self._until)
            acts = [
                (done.by, done.at, draft(finding, done))
                for finding in played
                for done in course(finding, counted, self._until)
            ]
            if self.stopped.is_set():
                return 0
            record.append_several(sorted(acts, key=itemgetter(1)))
            Desk(store, record, counted, lambda: self._until, reader).settle([one.finding_id for one in played])
        return len(acts)


def course(finding: Finding, deadlines: Deadlines, until: datetime) -> list[Done]:
    """What people and the service did about a finding, in order, before an instant. Pure.

    The demo's history is judged in one go when the demo starts; in the play the card goes out when the breach happened.
    """
    played = _Course(finding, deadlines, min(until, finding.occurred_at + timedelta(minutes=10)))
    sent = played.sent
    for cue in cues_of(finding):
        when = sent + timedelta(hours=cue.hours)
        if when >= until:
            break
        played.acts_on(cue, when)
    played.passes(until)
    return played.acts


class _Course:
    """A course as far as it has come."""

    def __init__(self, finding: Finding, deadlines: Deadlines, sent: datetime) -> None:
        self.acts: list[Done] = []
        self.sent = sent
        self._finding, self._deadlines = finding, deadlines
        self._handling = begun(finding)
        if finding.severity in deadlines.policy.issue:
            self._next(sent)

    def acts_on(self, cue: Cue, when: datetime) -> None:
        """What a person does, if it is allowed by then: a notice may have lapsed, for instance."""
        self.passes(when)
        who = person(self._finding, cue)
        act = Act(step=cue.step, role="", text=text(f"demo.act.{cue.words}", "zh") if cue.words else "")
        with suppress(Refused):
            _, act = check(self._handling, self._finding, who, act, self._deadlines, when)
            self._does(who.account, when, act)

    def passes(self, to: datetime) -> None:
        """What the service does up to an instant, each thing when it is due."""
        for _ in range(ROUNDS if self.acts else 0):
            due = wake(self._handling, self._deadlines)
            if due is None or due > to or not self._next(max(due, self.acts[-1].at)):
                return

    def _next(self, now: datetime) -> bool:
        act = next_act(self._handling, self._finding, self._deadlines, now)
        if act is not None:
            self._does(ACTOR, now, act)
        return act is not None

    def _does(self, by: str, at: datetime, act: Act) -> None:
        self.acts.append(Done(number=self._handling.number + 1, at=at, by=by, act=act))
        self._handling = after(self._handling, self.acts[-1])


def cues_of(finding: Finding) -> tuple[Cue, ...]:
    """The course that a finding takes; red cards are sent out by a supervisor first."""
    courses = {1: NOTICES, 2: CARDS, 3: REDS}[finding.severity]
    cues = courses[luck(finding.finding_id) % len(courses)]
    return (Cue(0, "supervisor", "issue"), *cues) if finding.severity == 3 else cues


def draft(finding: Finding, done: Done) -> Draft:
    """An act as it is recorded."""
    return Draft(
        kind="act", subject=finding.finding_id, number=done.number, body=done.act, case_id=finding.case_id or "",
        region=finding.region or "", department=finding.department or "", window=finding.window or "",
        officer=finding.officer or "",
    )  # fmt: skip


def person(finding: Finding, cue: Cue) -> Person:
    """Who does it: the officer and the department of the finding, or one of the demo's supervisors."""
    roles: frozenset[Role] = frozenset({cue.role})
    unit = finding.department or ""
    if cue.role == "supervisor":
        return Person(account=SUPERVISORS[cue.who], roles=roles, scope=WHOLE)
    if cue.role == "panel":
        return Person(account=PANEL, roles=roles, scope=WHOLE)
    if cue.role == "officer":
        officer = finding.officer or ""
        return Person(account=officer.lower() or "officer", officer=officer, roles=roles, scope=WHOLE)
    account = f"{unit.lower()}-{cue.role}"
    return Person(account=account, roles=roles, scope=Scope(departments=frozenset({unit})))


def chosen(findings: Sequence[Finding], until: datetime) -> list[Finding]:
    """Those that are played: of cases, with an officer, in the past; four of each severity's courses."""
    fit = [one for one in findings if one.officer and one.department and not one.lead and one.status != "withdrawn"]
    fit = sorted((one for one in fit if one.occurred_at < until), key=lambda one: luck(one.finding_id))
    return [one for severity, most in MOST.items() for one in [f for f in fit if f.severity == severity][:most]]


def luck(finding_id: str) -> int:
    """A number that follows from the id alone, so that a demo is the same each time."""
    return int.from_bytes(hashlib.sha256(finding_id.encode()).digest()[:4])
