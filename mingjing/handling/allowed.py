"""Whether an act is allowed: what the state machine has, who may, and not in one's own cause. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from mingjing.access import Person
from mingjing.access.permissions import OVERSIGHT, UNIT
from mingjing.errors import MingjingError
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.fold import Done, Handling, after, begun, moves
from mingjing.handling.machine import SYSTEM, Act, Move, Told
from mingjing.texts import Language, text
from mingjing.types import Finding

LONGEST_TEXT = 20_000
"""Characters of what one may write in one act."""


class Refused(MingjingError):
    """An act that is not allowed. `word` says why (a key of the section `handling` of the texts: `refused.WORD`)."""

    def __init__(self, word: str, **places: object) -> None:
        self.word = word
        self.places = places
        super().__init__(self.say("en"))

    def say(self, language: Language) -> str:
        """The reason, in words for people."""
        places = {
            name: text(f"handling.{name}.{value}", language) if name in ("step", "state") else value
            for name, value in self.places.items()
        }
        return text(f"handling.refused.{self.word}", language, **places)


def allowed(handling: Handling, finding: Finding, person: Person, deadlines: Deadlines, now: datetime) -> list[Move]:
    """The moves that this person may make now, one of each step; what the act itself must bear is checked with it."""
    found: dict[str, Move] = {}
    for move in moves(handling):
        if move.step not in found and refusal(handling, finding, move, person, deadlines, now) is None:
            found[move.step] = move
    return list(found.values())


def check(
    handling: Handling, finding: Finding, person: Person, act: Act, deadlines: Deadlines, now: datetime
) -> tuple[Move, Act]:
    """The move that an act makes, and the act with the role in which the person may do it. Raises Refused."""
    possible = moves(handling, act.step)
    if not possible:
        raise Refused("state", step=act.step, state=handling.state)
    refusals = [(move, refusal(handling, finding, move, person, deadlines, now)) for move in possible]
    move = next((move for move, refused in refusals if refused is None), None)
    if move is None:
        # Of several reasons the one about what was done before says more than "not your role".
        raise min((refused for _, refused in refusals if refused), key=lambda one: one.word == "role")
    role = role_for(move, finding, handling, person)
    complete(move, handling, act, deadlines)
    if act.public is not None and names_somebody(act.public, finding):
        raise Refused("named")
    return move, replace(act, role=role, found=finding.severity, on=act.on or finding.revision)


def refusal(
    handling: Handling, finding: Finding, move: Move, person: Person, deadlines: Deadlines, now: datetime
) -> Refused | None:
    """Why the person may not make this move now; None if the person may."""
    places = {"region": finding.region or "", "department": finding.department or ""}
    places |= {"window": finding.window or "", "officer": finding.officer or ""}
    if not person.scope.sees(**places):
        return Refused("scope")
    if not role_for(move, finding, handling, person):
        mine = person.is_a(*(role for role in move.roles if role != SYSTEM))
        return Refused("own_cases" if mine and not move.roles & OVERSIGHT else "own_cause" if mine else "role")
    if handling.did(person.account, move.not_by):
        return Refused("same_person", step=move.step)
    if move.step == "appeal":
        return _appeal(handling, deadlines, now)
    if move.step == "extend":
        return _extension(handling, deadlines, now)
    return None


def role_for(move: Move, finding: Finding, handling: Handling, person: Person) -> str:
    """The role in which the person may make a move; "" where in none.

    An officer acts in its own cases, or in what was handed over to it. Who supervises does not in one's own cause: not
    about one's own cases, and not in a unit that one works in (N66).
    """
    own = bool(person.officer) and person.officer == finding.officer
    handed = person.account in (to for _, to in handling.holders)
    units = (person.scope.departments, person.scope.windows, person.scope.officers)
    works_there = person.is_a(*UNIT) and any(codes is not None for codes in units)
    for role in sorted(move.roles & person.roles, key=lambda role: (role in UNIT, role)):
        if role == "officer" and not (own or handed or move.step == "comment"):
            continue
        judges = role in OVERSIGHT or move.exposure is not None
        if judges and (own or works_there) and move.step != "comment":
            continue
        return role
    return ""


def complete(move: Move, handling: Handling, act: Act, deadlines: Deadlines) -> None:
    """Raises Refused unless the act bears what its move needs, within bounds."""
    if "text" in move.needs and not act.text.strip():
        raise Refused("text")
    if len(act.text) > LONGEST_TEXT:
        raise Refused("long", most=LONGEST_TEXT)
    if "to" in move.needs and not act.to.strip():
        raise Refused("to")
    if "days" in move.needs and not 1 <= act.days <= deadlines.policy.extend_days:
        raise Refused("days", most=deadlines.policy.extend_days)
    if "public" in move.needs and act.public is None:
        raise Refused("public")
    if "severity" in move.needs and not 1 <= act.severity < handling.severity:
        raise Refused("severity", severity=handling.severity)


def names_somebody(public: Told, finding: Finding) -> bool:
    """Whether what the public would be told bears the code of the finding, its case, window or officer."""
    told = f"{public.rule.zh} {public.rule.en} {public.text.zh} {public.text.en}"
    codes = filter(None, (finding.finding_id, finding.case_id, finding.window, finding.officer))
    return any(re.search(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])", told) for code in codes)


def _appeal(handling: Handling, deadlines: Deadlines, now: datetime) -> Refused | None:
    if handling.appeals >= deadlines.policy.appeals:
        return Refused("appealed", times=deadlines.policy.appeals)
    if handling.card_at is not None and deadlines.of(handling, "appeal").missed(now):
        return Refused("appeal_late", days=deadlines.policy.days["appeal"])
    return None


def _extension(handling: Handling, deadlines: Deadlines, now: datetime) -> Refused | None:
    if handling.extensions >= deadlines.policy.extend_times:
        return Refused("extended", times=deadlines.policy.extend_times)
    return Refused("extend_late") if deadlines.of(handling, "reply").missed(now) else None


def audit(finding: Finding, acts: Sequence[Done]) -> list[str]:
    """What is wrong with acts as recorded, though they fold: doers that could not have been allowed to. A line each.

    The roles and scopes that people had then are not known any more; two-person rules and needs are.
    """
    wrong, now = [], begun(finding)
    for done in acts:
        act = done.act
        before = now
        now = after(now, done)
        possible = list(moves(before, act.step, act.role))
        if possible and all(before.did(done.by, move.not_by) for move in possible):
            wrong.append(f"act {done.number}: {done.by} did {act.step!r} after a step that forbids it")
        if possible and all(_lacks(move, act) for move in possible):
            wrong.append(f"act {done.number}: {act.step!r} lacks {', '.join(_lacks(possible[0], act))}")
        if (act.role == SYSTEM) != done.by.startswith("system:"):
            wrong.append(f"act {done.number}: {done.by} acted in the role {act.role!r}")
    return wrong


def _lacks(move: Move, act: Act) -> list[str]:
    return [need for need in move.needs if not getattr(act, need)]
