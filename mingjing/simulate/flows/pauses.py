"""What stops the clock of a permit case, and what ends it before a decision."""

from typing import Any

from mingjing.simulate.draft import Draft, Note


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
    length = d.rng.randint(declared + 1, declared + 4) if late else d.rng.randint(2, declared - 2)
    if procedure == "hearing":
        heard(d, length)
    else:
        d.days(length)
    d.note("special_ended", d.examiner, procedure=procedure)


def heard(d: Draft, length: int) -> None:
    """A hearing within the special procedure: asked for, told seven working days before if there is time, held."""
    if length < 10:
        d.days(length)
        return
    begun = d.now
    d.wait(1, 10)
    d.note("hearing_requested", applicant=d.applicant)
    d.wait(5, 30)
    d.note("hearing_notified", d.examiner, notice_no=d.number("听"))
    late = d.flaw("hearing_late", d.rates.hearing_late)
    short = not late and d.flaw("hearing_notice_short", d.rates.hearing_notice_short)
    d.days(21 if late else d.rng.randint(3, 6) if short else 8)
    d.note("hearing_held", d.examiner)
    d.now = max(d.now + 600, d.almanac.after_days(begun, length, d.rng))


def suspended(d: Draft) -> None:
    """A suspension on a lawful ground."""
    d.wait(5, 60)
    data = backing(d, "停") | {"ground": d.word("grounds", "suspended")}
    note = d.note("suspended", d.approver, **weakened(d, data))
    days = d.rng.randint(2, 25)
    supplied(d, note, data)
    d.days(days)
    d.note("resumed", d.approver)


def weakened(d: Draft, data: dict[str, Any]) -> dict[str, Any]:
    """The same, or without one of ground, approver and evidence; or with the evidence still to come."""
    if d.flaw("pause_bare", d.rates.pause_bare):
        kind = d.rng.choice(("ground", "approver", "evidence_no"))
        return data | {"ground": "busy"} if kind == "ground" else {k: v for k, v in data.items() if k != kind}
    if d.happens(d.rates.evidence_later):
        return {k: v for k, v in data.items() if k != "evidence_no"}
    return data


def supplied(d: Draft, note: Note, data: dict[str, Any]) -> None:
    """The evidence that was still to come is brought within two working days."""
    if "pause_bare" in d.flaws or "evidence_no" in note.data:
        return
    now = d.now
    d.days(d.rng.randint(0, 2))
    d.note("evidence_supplied", d.examiner, evidence_no=data["evidence_no"]).about = note
    d.now = now


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
    data = backing(d, "终") | {"ground": ground, "reason": d.word("reasons", "terminated")}
    supplied(d, d.note("terminated", d.approver, **weakened(d, data)), data)
