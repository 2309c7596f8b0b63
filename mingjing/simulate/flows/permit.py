"""An application for a permit, from the papers to the decision, the document and the rating."""

from typing import Any

from mingjing.simulate.almanac import CLOSING, DAY
from mingjing.simulate.draft import Draft
from mingjing.simulate.flows.fees import charged
from mingjing.simulate.flows.parallel import together
from mingjing.simulate.flows.ratings import complained, rated
from mingjing.simulate.flows.steps import examined
from mingjing.simulate.itemplan import Version
from mingjing.simulate.people import Officer, credit_code

STOP = False
ON = True


def permit(d: Draft) -> Version:
    """An application for a permit, or for a service on the spot.

    1. received, online with a pre-review  2. corrected where papers are missing  3. accepted or not
    4. examined in steps, by several units, or on the spot  5. decided, delivered, rated.
    Gives the item's version at acceptance.
    """
    own = d.window.department == d.item.department.code  # who sits at a comprehensive window decides nothing
    if d.flaw("one_hand", d.rates.one_hand if own else 0.0):
        d.examiner = d.approver = d.front
    open_still = received(d)
    if open_still and d.item.immediate:
        on_the_spot(d)
    elif open_still and settled(d):
        version = d.version()
        refused = d.happens(d.rates.refused)
        if together(d, version) if d.item.units else examined(d, version, refused=refused):
            decided(d, refused=refused and not d.item.units)
        return version
    return d.version()


def received(d: Draft) -> bool:
    """Online: submitted and pre-reviewed. Then, and at the window from the start, the papers are received."""
    here: dict[str, Any] = {"queue_at": d.stamp(-d.rng.randint(120, 1800))}
    if d.channel == "online":
        here = {"uploaded_at": d.stamp(-d.rng.randint(10, 900))}
        kind = d.rng.choice(("person", "enterprise"))
        filed: dict[str, Any] = {"applicant": d.applicant, "applicant_type": kind, "form_version": "3"}
        if kind == "enterprise":
            filed["credit_code"] = _credit(d)
        d.note("submitted", **filed, device=d.pseudonym("d"))
        if d.flaw("pre_review_late", d.rates.pre_review_late):
            d.days(d.rng.randint(3, 9))
        else:
            d.days(d.rng.choice((0, 0, 1)))
        passed = d.happens(0.98)
        d.note("pre_reviewed", d.front, result="passed" if passed else "failed")
        if not passed:
            return STOP
        d.wait(1, 10)
    papers = list(d.item.materials)
    if d.happens(d.rates.volunteered):
        papers += d.item.optional
    d.note(
        "material_received", counter=True, receipt_no=d.number("收"), documents=papers, applicant=d.applicant, **here
    )
    return ON


def _credit(d: Draft) -> str:
    """An enterprise's credit code, or one with a wrong check character."""
    code = credit_code(f"91{d.city.region}{d.rng.randrange(10**9):09d}")
    if d.flaw("credit_code_wrong", d.rates.credit_code_wrong):
        return code[:-1] + ("0" if code[-1] != "0" else "1")
    return code


def settled(d: Draft) -> bool:
    """Corrections and acceptance of a case that is not immediate."""
    if d.happens(d.rates.correction) and not corrected(d):
        return STOP
    if d.flaw("acceptance_late", d.rates.acceptance_late):
        d.days(d.rng.randint(6, 9))
    else:
        d.days(d.rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0])
    if d.happens(d.rates.not_accepted):
        refusal(d, "not_accepted", "not_accepted", d.approver, receipt_no=d.number("不受"))
        return STOP
    accepted(d)
    return ON


def corrected(d: Draft) -> bool:
    """Papers are missing, and told once; or a second time, of what could have been seen at first.

    An applicant who hands in other papers than before may lawfully be told again.
    """
    papers = d.item.materials
    missing = d.rng.randrange(len(papers))
    d.notes[-1].data["documents"] = [paper for place, paper in enumerate(papers) if place != missing]
    told, second = [papers[missing]], papers[missing]
    again = d.flaw("repeated_correction", d.rates.repeated_correction)
    overlooked = not again and d.flaw("gap_overlooked", d.rates.gap_overlooked)
    if overlooked:
        again, second = True, papers[missing - 1]
        d.notes[-1].data["documents"].remove(second)
    elif again:
        second = papers[missing] if d.happens(0.5) else papers[missing - 1]
    if not again and d.flaw("extra_material", d.rates.extra_material):
        told.append(d.city.words["materials"]["never"])
    other = not overlooked and second not in told  # the applicant hands in other papers than before
    for place in range(2 if again else 1):
        d.days(d.rng.choice((0, 0, 1, 2)))
        gaps = [second] if place else told
        d.note("correction_notified", counter=True, notice_no=d.number("补"), gaps=gaps)
        if d.happens(0.03):
            return STOP  # the applicant never came back
        d.days(d.rng.randint(1, 9))
        d.note("correction_supplied", counter=True, documents=gaps, replaced=other)
    return ON


def accepted(d: Draft) -> None:
    """The acceptance, and the fee where the item has one."""
    number: dict[str, Any] = (
        {} if d.flaw("receipt_missing", d.rates.receipt_missing) else {"receipt_no": d.number("受")}
    )
    d.note("accepted", counter=True, applicant=d.applicant, **number)
    charged(d)


def refusal(d: Draft, kind: str, reasons: str, by: Officer, **data: Any) -> None:
    """A refusal with its reason and the remedies, or without."""
    if not d.flaw("refusal_bare", d.rates.refusal_bare):
        data |= {"reason": d.word("reasons", reasons), "remedy": d.city.words["reasons"]["remedy"]}
    d.note(kind, by, **data)


def on_the_spot(d: Draft) -> None:
    """An immediate item 即办件: all within the office day, unless it is left lying."""
    d.now = d.almanac.opening(d.now)
    if d.almanac.closing_in(d.now) < 1200:  # too late to begin today
        d.days(1)
        if d.almanac.closing_in(d.now) < 1200:
            d.now -= 1200
    d.wait(1, 4)
    accepted(d)
    skipped = d.rng.choice(d.item.steps) if d.flaw("step_skipped", d.rates.step_skipped) else ""
    late = d.flaw("immediate_late", d.rates.immediate_late)
    for step in d.item.steps:
        if step == skipped:
            continue
        officer = d.examiner if step == d.item.steps[-1] else d.front
        d.wait(1, 6)
        d.note("step_started", officer, step=step, run=f"{step}#1", limit_days=1, place="hall")
        d.wait(1, 10)
        if late:
            d.days(d.rng.choice((1, 1, 1, 2, 3)))
            late = False
        opinion = d.word("opinions", "spot")
        d.note("step_ended", officer, step=step, run=f"{step}#1", result="passed", opinion=opinion, place="hall")
    d.wait(1, 4)
    verdict(d, "granted")
    d.wait(1, 5)
    d.note("delivered", counter=True, method="pickup", signer="applicant")
    complained(d, rated(d))


def verdict(d: Draft, result: str) -> None:
    """The decision, with its document; in the evening where it is very urgent 特急."""
    if (d.item.case_type == "urgent" and d.happens(d.rates.urgent_evening)) or d.flaw("off_hours", d.rates.off_hours):
        evening(d)
    by = d.examiner if d.flaw("undelegated", d.rates.undelegated) else d.approver
    document: dict[str, Any] = {"result": result, "signed_by": by.code}
    if not d.flaw("document_missing", d.rates.document_missing):
        document["document_no"] = d.number("准" if result == "granted" else "驳")
    if result == "refused":
        refusal(d, "decided", "refused", by, **document)
    else:
        d.note("decided", by, **document)


def forwarded(d: Draft) -> None:
    """On to the upper level 转报: no approval, so that anybody may sign it, at any time."""
    if d.happens(0.02):
        evening(d)
    by = d.examiner if d.happens(0.3) else d.approver
    d.note("decided", by, result="forwarded", signed_by=by.code)


def evening(d: Draft) -> None:
    """Some hours after closing, on the same day."""
    d.now = d.now // DAY * DAY + CLOSING + d.rng.randint(5400, 14400)


def decided(d: Draft, *, refused: bool) -> None:
    """The decision of a case that went through its steps, and its delivery; or on to the upper level 转报."""
    d.wait(2, 40)
    if d.item.case_type == "forwarded":
        forwarded(d)
        return
    verdict(d, "refused" if refused else "granted")
    delivered(d)
    reopened(d)


def delivered(d: Draft) -> None:
    """Handing out; some are told to collect it and take their time, of some only the end is reported."""
    if d.flaw("delivery_late", d.rates.delivery_late):
        d.days(d.rng.randint(11, 15))
    elif d.happens(0.15):
        d.wait(5, 60)
        d.note("collection_notified", counter=True)
        d.days(d.rng.randint(1, 15))
    else:
        d.days(d.rng.choices((0, 1, 2, 3, 5), (30, 30, 20, 15, 5))[0])
        if d.happens(0.03):
            d.note("closed", counter=True, delivered=True)
            return
    d.note("delivered", counter=True, method=d.rng.choice(("pickup", "post", "electronic")), signer="applicant")
    complained(d, rated(d))


def reopened(d: Draft) -> None:
    """Taken up again after its end, on appeal."""
    if not d.happens(d.rates.reopened):
        return
    d.days(d.rng.randint(1, 10))
    reason = d.word("reasons", "reopened")
    d.note("reopened", d.examiner, reason=reason, approver=d.item.department.approver.code)
    d.days(d.rng.randint(0, 3))
    d.note("closed", d.examiner, result="granted")
