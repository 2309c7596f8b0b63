"""An administrative penalty 行政处罚: filed, the party informed and perhaps heard, decided, delivered, executed."""

from typing import Any

from mingjing.simulate.almanac import DAY
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Draft
from mingjing.simulate.market import bands, bands_on

MILD = 0.15
"""The share of penalties that are the very least of their band."""


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
    signed: dict[str, Any] = {"result": "granted", "document_no": d.number("罚"), "signed_by": d.approver.code}
    d.note("decided", d.approver, **signed, **measured(d))
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


def measured(d: Draft) -> dict[str, Any]:
    """The sum, the band that it is measured by, and who proposed it; sometimes departed from, with approval."""
    rng = dice(d.city.seed, "band", d.applicant)
    band = rng.choice(bands_on(d.item.code, d.day))
    width = (band.most - band.least) // 100
    amount = band.least + 100 * (0 if rng.random() < MILD else rng.randint(0, width))
    found: dict[str, Any] = {"handler": d.examiner.code, "band": band.code, "amount": amount}
    if rng.random() < d.rates.departed:
        return found | {
            "amount": band.least // 2,
            "departure": f"{d.item.department.code}集体讨论{rng.randrange(1000):03d}",
        }
    if d.arranged(rng, "penalty_outside", d.rates.penalty_outside):
        found["amount"] = band.most + 100 * rng.randint(1, 40) if rng.random() < 0.5 else band.least - 100
    elif d.arranged(rng, "penalty_bandless", d.rates.penalty_bandless):
        former = [one.code for one in bands(d.item.code) if one not in bands_on(d.item.code, d.day)]
        found |= {"band": former[0]} if rng.random() < 0.5 else {}
        if found["band"] == band.code:
            del found["band"]
    return found
