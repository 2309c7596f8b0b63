"""What connects a lead with a case: the same people and places, and the same signals. Pure."""

from collections.abc import Collection, Iterable
from typing import Literal

from msgspec import Struct

from mingjing.types import Finding, Text

By = Literal["officer", "window", "applicant", "item", "rule"]


class Tie(Struct, frozen=True, kw_only=True):
    """A lead, by what it is connected with the case, and the signals that both show."""

    finding: Finding
    by: tuple[By, ...]
    signals: tuple[Text, ...]


def tied(
    leads: Iterable[Finding],
    own: Collection[Finding],
    *,
    officers: Collection[str],
    windows: Collection[str],
    item: str,
    cases: Collection[str],
) -> list[Tie]:
    """The leads with what connects them, most connected first, then by score. `own`: the case's own findings.

    `cases`: the other cases of its applicant. A lead that nothing connects is left out.
    """
    rules = {one.rule for one in own}
    shown = {signal.name for one in own if one.evidence.lead for signal in one.evidence.lead.signals}
    found = []
    for one in leads:
        about, _, code = one.subject.partition(":")
        by: list[By] = []
        if one.officer in officers or (about in ("officer", "account") and code in officers):
            by.append("officer")
        if one.window in windows or (about == "window" and code in windows):
            by.append("window")
        if one.case_id in cases:
            by.append("applicant")
        if item and one.item == item:
            by.append("item")
        if by and one.rule in rules:
            by.append("rule")
        own_signals = one.evidence.lead.signals if one.evidence.lead else ()
        if by:
            signals = tuple(signal.name for signal in own_signals if signal.name in shown)
            found.append(Tie(finding=one, by=tuple(by), signals=signals))
    return sorted(
        found, key=lambda tie: (-len(tie.by) - len(tie.signals), -_score(tie.finding), tie.finding.finding_id)
    )


def _score(one: Finding) -> float:
    return one.evidence.lead.score if one.evidence.lead else 0.0
