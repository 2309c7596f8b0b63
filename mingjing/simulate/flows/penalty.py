"""An administrative penalty 行政处罚: filed, the party informed and perhaps heard, decided, delivered, executed."""

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Draft


def penalty(d: Draft) -> None:
    """From the filing to the execution; a decision takes weeks, a hearing is told seven working days before."""
    d.note("penalty_filed", d.front, applicant=d.applicant)
    late = d.flaw("penalty_late", d.rates.penalty_late)
    filed = d.now
    d.days(d.rng.randint(5, 20))
    uninformed = d.flaw("penalty_uninformed", d.rates.penalty_uninformed)
    if not uninformed:
        d.note("penalty_informed", d.examiner, notice_no=d.number("告"))
    if not late and not uninformed and d.happens(d.rates.heard):
        heard(d)
    d.days(d.rng.randint(3, 12))
    if late:
        d.now = max(d.now, filed + d.rng.randint(91, 100) * DAY)
        d.days(1)
    if d.happens(0.06):
        d.note(
            "decided", d.approver, result="terminated", reason=d.word("reasons", "unproven"), signed_by=d.approver.code
        )
        return
    d.note("decided", d.approver, result="granted", document_no=d.number("罚"), signed_by=d.approver.code)
    slow = d.flaw("penalty_delivered_late", d.rates.penalty_delivered_late)
    d.days(d.rng.randint(8, 11) if slow else d.rng.randint(0, 5))
    d.note("delivered", d.examiner, method=d.rng.choice(("direct", "post")), signer="applicant")
    d.days(d.rng.randint(1, 15))
    d.note("penalty_executed", d.examiner)


def heard(d: Draft) -> None:
    """A hearing: asked for, told in good time, held."""
    d.days(d.rng.randint(1, 4))
    d.note("hearing_requested", applicant=d.applicant)
    d.days(d.rng.randint(0, 2))
    d.note("hearing_notified", d.examiner, notice_no=d.number("听"))
    short = d.flaw("hearing_notice_short", d.rates.hearing_notice_short)
    d.days(d.rng.randint(2, 6) if short else d.rng.randint(8, 14))
    d.note("hearing_held", d.examiner)
