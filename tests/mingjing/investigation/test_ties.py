"""What connects a lead with a case."""

from datetime import UTC, datetime

from msgspec.structs import replace

from mingjing.investigation.ties import tied
from mingjing.types import Evidence, Finding, Lead, Signal, Text

AT = datetime(2026, 3, 2, tzinfo=UTC)
SIGNAL, OTHER = Text(zh="一", en="one"), Text(zh="二", en="two")


def lead(finding_id: str, *, score: float = 0.5, signals: tuple[Text, ...] = (), **codes: str) -> Finding:
    why = Lead(score=score, signals=tuple(Signal(name=name, strength=1) for name in signals), sample=SIGNAL)
    return Finding(
        finding_id=finding_id, revision=1, rule=codes.pop("rule", "I4"), rule_version="1",
        subject=codes.pop("subject", "case:X"), severity=1, status="open", occurred_at=AT, detected_at=AT,
        message=SIGNAL, evidence=Evidence(events=(), lead=why), lead=True, **codes,
    )  # fmt: skip


def test_leads_are_told_by_what_connects_them_most_connected_first() -> None:
    own = lead("own", signals=(SIGNAL,), officer="P1", rule="I4")
    leads = [
        lead("none", officer="P9", item="other"),
        lead("item", item="A", rule="R1"),
        lead("account", subject="account:P1", rule="R1", score=0.9),
        lead("all", officer="P1", window="W1", item="A", case_id="C2", signals=(OTHER, SIGNAL)),
    ]
    ties = tied(leads, [own], officers=["P1"], windows=["W1"], item="A", cases=["C2"])
    assert [tie.finding.finding_id for tie in ties] == ["all", "account", "item"]
    assert ties[0].by == ("officer", "window", "applicant", "item", "rule")
    assert ties[0].signals == (SIGNAL,)
    assert ties[1].by == ("officer",)


def test_codes_that_are_missing_connect_nothing() -> None:
    """Two findings without an item do not share one."""
    bare = replace(lead("bare"), item=None, officer=None)
    assert tied([bare], [bare], officers=[], windows=[], item="", cases=[]) == []
