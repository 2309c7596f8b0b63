"""What stops the clock of a permit case, and what ends it before a decision."""

from typing import Any

from mingjing.simulate.draft import Draft


def pauses(d: Draft) -> None:
    """A special procedure of art. 45, or a suspension."""
    if d.happens(d.rates.special):
        special(d)
    elif d.happens(d.rates.suspended):
        suspended(d)


def special(d: Draft) -> None:
    """A hearing, a test, an appraisal: declared in days, told to the applicant, with its paper."""
    declared = d.rng.choice((7, 10, 15, 20))
    procedure = d.word("procedures")
    d.wait(5, 60)
    told = {"procedure": procedure, "declared_days": declared, "basis": d.city.words["procedures"][procedure]}
    d.note("special_started", d.approver, **told, **backing(d, "特"))
    late = d.flaw("special_late", d.rates.special_late)
    d.days(d.rng.randint(declared + 1, declared + 4) if late else d.rng.randint(2, declared - 2))
    d.note("special_ended", d.examiner, procedure=procedure)


def suspended(d: Draft) -> None:
    """A suspension on a lawful ground."""
    d.wait(5, 60)
    d.note("suspended", d.approver, ground=d.word("grounds", "suspended"), **backing(d, "停"))
    d.days(d.rng.randint(2, 25))
    d.note("resumed", d.approver)


def backing(d: Draft, kind: str) -> dict[str, Any]:
    """Who approved it, when the applicant was told, and the paper that proves it."""
    return {
        "approver": d.approver.code,
        "notified_at": d.stamp(d.rng.randint(300, 7200)),
        "evidence_no": d.number(kind),
    }


def terminated(d: Draft) -> None:
    """The handling ends without a decision, on a lawful ground."""
    d.wait(5, 60)
    ground = d.word("grounds", "terminated")
    d.note("terminated", d.approver, ground=ground, reason=d.word("reasons", "terminated"), **backing(d, "终"))
