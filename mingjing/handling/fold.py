"""How the handling of one finding stands: its acts, one after another, put into the state machine. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mingjing.errors import MingjingError
from mingjing.handling.machine import (
    BACK,
    ENDED,
    LASTING,
    MOVES,
    PROPOSED,
    SYSTEM,
    Act,
    Exposure,
    Move,
    State,
    Step,
)
from mingjing.types import Finding

ELSEWHERE: frozenset[State] = frozenset({"appealed", "revoking"})
"""States in which panel or second person has it: the unit's clocks stand still."""

_EXPOSURES: Mapping[Step, Exposure] = {"expose": "proposed", "publish": "shown", "decline": "", "take_down": ""}

TAKEN_UP: frozenset[Step] = frozenset({"supervise", "return", "verify", "revoke", "uphold", "change"})
"""Steps that show that somebody supervises."""


class Broken(MingjingError):
    """Acts that cannot have happened one after another: the record was tampered with, or a program is wrong."""


class Done(Struct, frozen=True, kw_only=True):
    """An act as the record has it: which of its finding's acts it is (1, 2, 3 …), when (UTC), by which account."""

    number: int
    at: datetime
    by: str
    act: Act


class Handling(Struct, frozen=True, kw_only=True):
    """Where a handling stands after `number` acts; what there is not is 0, "" or None.

    `severity`: the card's now, after changes. `gravest`: the gravest that it ever was; two persons are asked for by
    it. `since`: when this state began. `card_at`: since when the unit owes an answer. `taken_up`: a supervisor has
    looked at it since then. `supervised_at`: since when formal supervision runs. `back`: the state before appeal or
    proposal, `left_at` when it was left; `away`: all such stretches since `card_at`. `proposal`: what waits for a
    second person, and whose it is. `extended`, `extensions`: working days added to the unit's clocks, and how often,
    since `card_at`. `appeals`: since the card was last raised. `climbed`: the finding is graver than the card that was
    sent out. `late`: how often it was escalated; `told`: when each deadline was last reminded of or escalated. `by`:
    who did which step. `holders`: to whom it was handed over, and in which role, the
    last first. `exposure`: whether the public is told, `exposed`: what it is, or would be, told.
    """

    finding_id: str
    number: int = 0
    state: State = "pending"
    severity: int
    gravest: int
    lead: bool
    since: datetime
    card_at: datetime | None = None
    taken_up: bool = False
    supervised_at: datetime | None = None
    back: State | None = None
    left_at: datetime | None = None
    away: tuple[tuple[datetime, datetime], ...] = ()
    proposal: Act | None = None
    proposer: str = ""
    extended: int = 0
    extensions: int = 0
    appeals: int = 0
    confirmed: bool = False
    climbed: bool = False
    late: int = 0
    told: Mapping[tuple[Step, str], datetime] = {}
    holders: tuple[tuple[str, str], ...] = ()
    exposure: Exposure = ""
    exposed: Done | None = None
    by: Mapping[Step, frozenset[str]] = {}
    last: Done | None = None

    @property
    def ended(self) -> bool:
        """Whether nobody owes anything about it."""
        return self.state in ENDED

    def holder(self, owing: Collection[str]) -> str:
        """Whose it is among those who owe something, by their roles, after a hand-over; "": nobody's alone."""
        return next((to for role, to in self.holders if role in owing), "")

    def did(self, account: str, steps: Iterable[Step]) -> bool:
        """Whether an account has done one of these steps in this handling."""
        return any(account in self.by.get(step, ()) for step in steps)


def begun(finding: Finding) -> Handling:
    """The handling of a finding about which nobody has done anything."""
    return Handling(
        finding_id=finding.finding_id, severity=finding.severity, gravest=finding.severity, lead=finding.lead,
        since=finding.detected_at,
    )  # fmt: skip


def fold(finding: Finding, acts: Iterable[Done]) -> Handling:
    """The handling after all acts, in their order, in the light of the finding's latest revision.

    Raises Broken for acts that cannot have happened so. Whether their doers were allowed to is `allowed.audit`'s
    question.
    """
    now = begun(finding)
    for done in acts:
        now = after(now, done)
    if now.state == "pending":
        return replace(now, severity=finding.severity, gravest=max(now.gravest, finding.severity))
    return replace(now, climbed=finding.severity > now.gravest)


def standing(acts: Iterable[Done]) -> tuple[Done, ...]:
    """The acts that count, of all that stand in the record, in their order.

    Of two first acts a person's counts, and not the service's: it sends out many at once without asking who is about
    to act (`handling.bulk`), and looks again.
    """
    found = tuple(acts)
    people = [done for done in found[:2] if not done.by.startswith(f"{SYSTEM}:")]
    if len(people) == 1 and [done.number for done in found[:2]] == [1, 1]:
        return (*people, *found[2:])
    return found


def after(handling: Handling, done: Done) -> Handling:
    """The handling after one more act; raises Broken."""
    act = done.act
    who = f"finding {handling.finding_id}: act {done.number}"
    if done.number != handling.number + 1:
        raise Broken(f"{who} came where act {handling.number + 1} should; one is missing or stands twice")
    if handling.state in ("pending", "withdrawn") and act.found:
        # What it was by then: the finding itself may have climbed since.
        handling = replace(handling, severity=act.found, gravest=act.found)
    move = next(iter(moves(handling, act.step, act.role)), None)
    if move is None:
        raise Broken(f"{who}, {act.step!r} by a {act.role}, cannot follow the state {handling.state!r}")
    by = {**handling.by, act.step: handling.by.get(act.step, frozenset()) | {done.by}}
    return replace(_moved(handling, move, done), number=done.number, last=done, by=by)


def moves(handling: Handling, step: Step | None = None, role: str | None = None) -> Sequence[Move]:
    """The moves that the state machine has from here: those of one step, by one role, where given."""
    return [
        move
        for move in MOVES
        if handling.state in move.states
        and handling.gravest in move.severities
        and move.leads in (None, handling.lead)
        and (move.exposure is None or (handling.exposure == move.exposure and handling.severity > 1))
        and (step is None or move.step == step)
        and (role is None or role in move.roles)
    ]


def _moved(was: Handling, move: Move, done: Done) -> Handling:
    now = _noted(was, move, done)
    to = move.to
    if to == PROPOSED:
        proposal = was.proposal or done.act
        to = "revoked" if proposal.step == "revoke" else BACK
        now = now if to == "revoked" else replace(now, severity=proposal.severity)
    if to == "":
        return now
    state = _back(was, move) if to == BACK else to
    now = replace(now, state=state, since=done.at)
    if state not in LASTING:
        now = replace(now, exposure="", exposed=None)
    if state in ELSEWHERE:
        if was.state not in ELSEWHERE:
            now = replace(now, back=was.state, left_at=done.at)
        proposed = state == "revoking"
        return replace(now, proposal=done.act if proposed else None, proposer=done.by if proposed else "")
    if was.left_at is not None:
        now = replace(
            now, away=(*now.away, (was.left_at, done.at)), back=None, left_at=None, proposal=None, proposer=""
        )
    if move.step in ("issue", "raise", "return", "supervise", "reopen"):
        now = replace(now, card_at=done.at, away=(), extended=0, extensions=0)
    if state == "supervised" and move.step in ("supervise", "reopen"):
        now = replace(now, supervised_at=done.at)
    return replace(now, supervised_at=None) if state in ENDED else now


def _back(was: Handling, move: Move) -> State:
    """Where it goes on. What the second person refused to a panel, the panel has to decide anew."""
    if move.step == "disagree" and was.proposal is not None and was.proposal.role == "panel":
        return "appealed"
    return was.back or "issued"


def _noted(was: Handling, move: Move, done: Done) -> Handling:
    """What an act changes beside the state."""
    act, step = done.act, move.step
    changed: dict[str, object] = {}
    if step == "hand_over":
        changed = {"holders": ((act.role, act.to), *(one for one in was.holders if one[0] != act.role))}
    elif step in ("escalate", "remind"):
        changed = {"late": was.late + (step == "escalate"), "told": {**was.told, (step, act.to): done.at}}
    elif step == "extend":
        changed = {"extended": was.extended + act.days, "extensions": was.extensions + 1}
    elif step == "appeal":
        changed = {"appeals": was.appeals + 1}
    elif step == "change" and move.to == BACK:
        changed = {"severity": act.severity}
    elif step in _EXPOSURES:
        changed = {"exposure": _EXPOSURES[step], "exposed": done if step == "expose" else was.exposed}
    elif step == "verify":
        changed = {"confirmed": was.lead}
    elif step == "raise":
        # In an appeal the graver card goes out when the panel is done.
        changed = {"severity": act.found, "gravest": max(was.gravest, act.found), "appeals": 0}
        changed |= {"supervised_at": None, "extended": 0, "extensions": 0}
        if was.state in ELSEWHERE:
            changed |= {"back": "issued", "card_at": done.at, "left_at": done.at, "away": ()}
    taken_up = step != "raise" and (was.taken_up or step in TAKEN_UP or (step, act.role) == ("issue", "supervisor"))
    return replace(was, taken_up=taken_up, **changed)
