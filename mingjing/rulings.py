"""Rulings 认定 on findings of a store: what may be ruled, with clear refusals."""

from datetime import datetime

from mingjing.errors import UsageError
from mingjing.scoring.rulings import OUTCOMES, Outcome, Ruling, last_of_each
from mingjing.store import Store
from mingjing.store.rulings import rulings

RED = 3
"""The severity that takes two persons to be taken back; see docs/handling.md."""

FOLLOWS: dict[Outcome, tuple[str, ...]] = {
    "upheld": ("", "revoked", "changed"),
    "revoked": ("", "upheld", "changed", "confirmed"),
    "changed": ("", "upheld", "revoked", "changed", "confirmed"),
    "confirmed": ("", "upheld", "changed", "revoked", "cleared"),
    "cleared": ("confirmed",),
}
"""After which ruling each may come; "": after none."""


def checked(
    store: Store, finding_id: str, outcome: str, severity: int | None, reason: str, by: str, ruled_at: datetime
) -> Ruling:
    """A ruling that may be written. UsageError says what is wrong with it: an unknown finding or outcome, one that was
    withdrawn, a red card (it takes two persons), no reason, nobody who decided, a missing or needless severity, or a
    ruling that changes nothing.
    """
    if outcome not in OUTCOMES:
        raise UsageError(f"no outcome {outcome!r}; there are {', '.join(OUTCOMES)}")
    _complete(outcome, severity, reason, by)
    found = store.query("findings_last", findings=[finding_id])
    if not found:
        raise UsageError(f"no finding {finding_id!r} was ever published; its id stands on its case's page")
    finding = found[0]
    if finding["status"] == "withdrawn":
        raise UsageError(f"finding {finding_id} was withdrawn by its rule; there is nothing to rule on")
    if finding["severity"] == RED and outcome in ("revoked", "changed"):
        raise UsageError(
            f"finding {finding_id} is a red card: two persons revoke or change it, on the desk (mingjing handling act)"
        )
    before = last_of_each(rulings(store, findings=[finding_id])).get(finding_id)
    was = before.outcome if before else ""
    if was not in FOLLOWS[outcome]:
        stands = f"is {was} already" if was else "was never confirmed"
        raise UsageError(f"finding {finding_id} {stands}; {outcome} changes nothing")
    if outcome == "changed" and severity == (before.severity if before and was == "changed" else finding["severity"]):
        raise UsageError(f"finding {finding_id} has severity {severity} already")
    return Ruling(
        finding_id=finding_id, case_id=finding["of_case"], outcome=outcome, severity=severity or 0,
        ruled_at=ruled_at, ruled_by=by.strip(), reason=reason.strip(),
    )  # fmt: skip


def _complete(outcome: str, severity: int | None, reason: str, by: str) -> None:
    if not reason.strip():
        raise UsageError("a ruling needs its reason; give --reason")
    if not by.strip():
        raise UsageError("a ruling needs somebody who made it; give --by")
    if (outcome == "changed") != (severity is not None):
        raise UsageError("--severity goes with `--outcome changed`, and only with it")
    if severity is not None and severity not in (1, 2, 3):
        raise UsageError(f"severity {severity}: it must be 1 (预警), 2 (黄牌) or 3 (红牌)")
