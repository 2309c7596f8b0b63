"""Acts as case events: what Kafka, and the rules that supervise the supervisors, get to know of them. Pure.

No free text and nobody's data: whoever may read the act itself finds it in the sealed record.
"""

from collections.abc import Sequence

from mingjing.access.permissions import OVERSIGHT
from mingjing.handling.fold import Done, Handling, after, begun
from mingjing.handling.machine import Step
from mingjing.types import CaseEvent, Finding

SOURCE = "mingjing"
CASE = "finding:"
"""What the case_id of a handling begins with; behind it stands the finding_id."""
INSPECTION = "inspection:"
"""What the case_id of an inspection 明查暗访 begins with."""

PAST: dict[Step, str] = {
    "issue": "issued", "raise": "raised", "acknowledge": "acknowledged", "explain": "explained", "reply": "replied",
    "extend": "extended", "return": "returned", "supervise": "supervised", "verify": "verified", "close": "closed",
    "lapse": "lapsed", "appeal": "appealed", "uphold": "upheld", "change": "changed", "revoke": "revoked",
    "agree": "agreed", "disagree": "disagreed", "transfer": "transferred", "hand_over": "handed_over",
    "remind": "reminded", "escalate": "escalated", "comment": "commented", "instruct": "instructed",
    "expose": "exposure_proposed", "publish": "exposed", "decline": "exposure_declined", "take_down": "taken_down",
    "withdraw": "withdrawn", "reopen": "reopened",
}  # fmt: skip
"""How the event of a step is called, behind `finding_`; see `event_type` for what two persons do together."""


def pseudo(case_id: str) -> bool:
    """Whether a case_id is no applicant's case, but a handling or an inspection."""
    return case_id.startswith((CASE, INSPECTION))


def event_type(finding: Finding, before: Handling, now: Handling, done: Done) -> str:
    """What happened. A proposal is no revocation, and what the second person agrees to is what was proposed.

    The handling of a finding about a handling has types of its own, to which no rule listens: no endless mirror.
    """
    past = PAST[done.act.step]
    if now.state == "revoking" and before.state != "revoking":
        past = "revocation_proposed" if done.act.step == "revoke" else "change_proposed"
    elif done.act.step == "agree" and before.proposal is not None:
        past = PAST[before.proposal.step]
    return f"{'oversight' if (finding.case_id or '').startswith(CASE) else 'finding'}_{past}"


def as_event(finding: Finding, before: Handling, done: Done) -> CaseEvent:
    """The event of an act that was done in the handling `before`.

    It bears the region, and in `data.unit` the department that the finding is about, but no department of its own:
    what supervisors neglect is not the unit's fault, and not for its eyes. `officer` is the account of one who
    supervises, since those are whom the rules watch here; `data.reviewer` is who wanted a revocation.
    """
    now, act = after(before, done), done.act
    kind = event_type(finding, before, now, done)
    more: dict[str, object] = {}
    if act.step in ("remind", "escalate"):
        more["deadline"] = act.to
    if act.days:
        more["days"] = act.days
    if kind.endswith("_revoked"):
        more["reviewer"] = before.proposer if act.step == "agree" else done.by
    return CaseEvent(
        event_id=f"act:{finding.finding_id}:{done.number}",
        case_id=f"{CASE}{finding.finding_id}",
        type=kind,
        occurred_at=done.at,
        recorded_at=done.at,
        source=SOURCE,
        region=finding.region,
        officer=done.by if act.role in OVERSIGHT else None,
        data={
            "finding": finding.finding_id, "rule": finding.rule, "severity": now.gravest, "lead": finding.lead,
            "unit": finding.department or "", "step": act.step, "state": now.state, "role": act.role, **more,
        },
    )  # fmt: skip


def events_of(finding: Finding, acts: Sequence[Done]) -> list[CaseEvent]:
    """The events of all acts about a finding, in their order; raises Broken."""
    made, now = [], begun(finding)
    for done in acts:
        made.append(as_event(finding, now, done))
        now = after(now, done)
    return made
