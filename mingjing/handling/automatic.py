"""What the service does about a finding by itself, and when it has to look again. Pure."""

from datetime import datetime

from mingjing.handling.deadlines import Deadline, Deadlines
from mingjing.handling.fold import Handling, moves
from mingjing.handling.machine import SYSTEM, Act, Step
from mingjing.types import Finding


def next_act(handling: Handling, finding: Finding, deadlines: Deadlines, now: datetime) -> Act | None:
    """The next thing that the service itself has to do by `now`; None: nothing. Ask again after it is done."""
    step = _from_the_rule(handling, finding, deadlines)
    if step is not None:
        return _act(step, finding)
    if handling.state == "pending" or handling.gravest > 1 or handling.lead or handling.supervised_at is not None:
        return _tell(handling, finding, deadlines, now)  # what a supervisor took up formally, a supervisor closes
    if finding.status == "resolved" and moves(handling, "close", SYSTEM):
        return _act("close", finding)
    if moves(handling, "lapse", SYSTEM) and deadlines.of(handling, "lapse").missed(now):
        return _act("lapse", finding)
    return _tell(handling, finding, deadlines, now)


def wake(handling: Handling, deadlines: Deadlines) -> datetime | None:
    """The next instant at which time alone makes `next_act` answer otherwise; None: never (that is known of)."""
    instants = []
    for deadline in deadlines.running(handling):
        if deadline.due_at is None:
            continue
        if deadline.key == "lapse" or _escalated(handling, deadline, deadlines) is False:
            instants.append(deadline.due_at)
    first = deadlines.first(handling)
    if first is not None and (instant := _reminded_at(handling, first, deadlines)) is not None:
        instants.append(instant)
    return min(instants, default=None)


def _from_the_rule(handling: Handling, finding: Finding, deadlines: Deadlines) -> Step | None:
    """What the finding's latest revision asks for."""
    if finding.status == "withdrawn":
        return "withdraw" if moves(handling, "withdraw", SYSTEM) else None
    if handling.state == "withdrawn":
        return "reopen"
    if handling.climbed and moves(handling, "raise", SYSTEM):
        return "raise"
    if handling.state == "pending" and not finding.lead and finding.severity in deadlines.policy.issue:
        return "issue"
    return None


def _tell(handling: Handling, finding: Finding, deadlines: Deadlines, now: datetime) -> Act | None:
    """An escalation of a deadline that was missed, or a reminder of one that soon will be."""
    for deadline in deadlines.running(handling):
        if deadline.missed(now) and _escalated(handling, deadline, deadlines) is False:
            return _act("escalate", finding, deadline.key)
    first = deadlines.first(handling)
    if first is not None and not first.missed(now):
        instant = _reminded_at(handling, first, deadlines)
        if instant is not None and instant <= now:
            return _act("remind", finding, first.key)
    return None


def _escalated(handling: Handling, deadline: Deadline, deadlines: Deadlines) -> bool | None:
    """Whether a deadline was escalated; None where it never is."""
    if not deadline.owes or handling.gravest not in deadlines.policy.escalate:
        return None
    told = handling.told.get(("escalate", deadline.key))
    return told is not None and told >= deadline.since


def _reminded_at(handling: Handling, deadline: Deadline, deadlines: Deadlines) -> datetime | None:
    """When a reminder is due; None where none is, or it was given."""
    policy = deadlines.policy
    if not policy.remind_days or not deadline.owes or handling.gravest not in policy.escalate:
        return None
    told = handling.told.get(("remind", deadline.key))
    if (told is not None and told >= deadline.since) or _escalated(handling, deadline, deadlines):
        return None
    return deadlines.left(deadline, policy.remind_days)


def _act(step: Step, finding: Finding, to: str = "") -> Act:
    return Act(step=step, role=SYSTEM, to=to, on=finding.revision, found=finding.severity)
