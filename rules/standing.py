"""Which findings of a case stand, once people have ruled on them, and what they count for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from mingjing.handling.events import CASE
from mingjing.scoring.rulings import Ruling
from mingjing.types import Finding

BRUSHED = "E2"
"""The rule whose confirmed finding takes its window's ratings of its period out of the score (domain: E2 刷评)."""


def counts(finding: Finding, ruling: Ruling | None) -> bool:
    """Whether a finding counts against anybody: not withdrawn, not revoked, and no lead unless it was confirmed.

    Who changes a lead's severity says that there is something to it. What supervisors neglected in the handling of
    a finding costs no unit, window or region points.
    """
    outcome = None if ruling is None else ruling.outcome
    if finding.status == "withdrawn" or outcome == "revoked" or (finding.case_id or "").startswith(CASE):
        return False
    return not finding.lead or outcome in ("confirmed", "changed")


def severity(finding: Finding, ruling: Ruling | None) -> int:
    """A finding's severity, as it was changed where it was."""
    changed = ruling is not None and ruling.outcome == "changed" and ruling.severity
    return changed or finding.severity


class Standing:
    """The findings that matter to one case, each with its last ruling."""

    def __init__(self, findings: Iterable[Finding], rulings: Mapping[str, Ruling]) -> None:
        """Of several revisions of a finding the latest counts."""
        self._rulings = rulings
        self._latest: dict[str, Finding] = {}
        for finding in findings:
            known = self._latest.get(finding.finding_id)
            if known is None or known.revision < finding.revision:
                self._latest[finding.finding_id] = finding
        self.rules = {finding.rule for finding in self._latest.values()}
        self._brushed = [each for each, ruling in self if each.rule == BRUSHED and _confirmed(each, ruling)]

    def __iter__(self) -> Iterator[tuple[Finding, Ruling | None]]:
        for finding in self._latest.values():
            yield finding, self._rulings.get(finding.finding_id)

    def revoked(self, finding_id: str) -> bool:
        """Whether a ruling took the finding away."""
        ruling = self._rulings.get(finding_id)
        return ruling is not None and ruling.outcome == "revoked"

    def late_since(self, finding_id: str) -> datetime | None:
        """The instant from which a clock is late, by its finding; None while none stands that says so."""
        finding = self._latest.get(finding_id)
        if finding is None or not counts(finding, self._rulings.get(finding_id)) or finding.evidence.clock is None:
            return None
        return finding.evidence.clock.due_at

    def brushed(self, windows: Sequence[str], day: date) -> bool:
        """Whether one of these windows is confirmed to have rated itself in a period with this local day."""
        return any(
            finding.window in windows and _fact(finding, "since") <= day.isoformat() <= _fact(finding, "until")
            for finding in self._brushed
        )


def _confirmed(finding: Finding, ruling: Ruling | None) -> bool:
    return finding.status != "withdrawn" and ruling is not None and ruling.outcome == "confirmed"


def _fact(finding: Finding, name: str) -> str:
    return str(finding.evidence.facts.get(name, ""))
