"""What acts of handling say to the scores: rulings 认定. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from mingjing.handling.fold import Done, Handling, after, begun, moves
from mingjing.handling.machine import PROPOSED
from mingjing.scoring.rulings import Outcome, Ruling
from mingjing.types import Finding


def ruling(finding: Finding, acts: Sequence[Done]) -> Ruling | None:
    """The ruling that the last deciding one of these acts amounts to; None where nothing was decided. Raises Broken."""
    last, now = None, begun(finding)
    for done in acts:
        before, now = now, after(now, done)
        last = _ruling(finding, before, done) or last
    return last


def _ruling(finding: Finding, before: Handling, done: Done) -> Ruling | None:
    act = done.act
    if before.state in ("pending", "withdrawn") and act.found:
        before = replace(before, severity=act.found, gravest=act.found)
    said, severity = moves(before, act.step, act.role)[0].ruling, act.severity
    if said == PROPOSED and before.proposal is not None:
        said = "revoked" if before.proposal.step == "revoke" else "changed"
        severity = before.proposal.severity
    if act.step == "raise" and before.state != "revoked" and before.severity == before.gravest:
        return None  # nobody had decided anything about the lighter card
    outcome = _outcome(said, before)
    if outcome is None:
        return None
    at = done.at.replace(microsecond=done.at.microsecond // 1000 * 1000)
    return Ruling(
        finding_id=finding.finding_id, case_id=finding.case_id or "", outcome=outcome,
        severity=severity if outcome == "changed" else 0, ruled_at=at, ruled_by=done.by,
        reason=act.text.strip() or act.step,
    )  # fmt: skip


def _outcome(said: str, before: Handling) -> Outcome | None:
    """What is ruled. A lead counts once it is confirmed, and nobody upholds one that never was."""
    if said == "confirmed":
        return "confirmed" if before.lead else None
    if said == "upheld" and before.lead:
        return "confirmed" if before.confirmed else None
    return said if said in ("upheld", "changed", "revoked") else None  # type: ignore[return-value]
