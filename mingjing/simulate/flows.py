"""How a case goes: from the application, or the citizen's call, to the rating, with irregularities at the stated rates.

What an irregularity brings with it (a step examined too long makes the whole case late) is not avoided: the
answers are worked out from the events afterwards.
"""

from typing import Any

from mingjing.simulate.cityplan import Version
from mingjing.simulate.draft import Draft

STOP = False
ON = True


def permit(d: Draft) -> Version:
    """An application for a permit, or for a service on the spot.

    1. received, online with a pre-review  2. corrected where papers are missing  3. accepted or not
    4. examined in steps, or on the spot  5. decided, delivered, rated. Gives the item's version at acceptance.
    """
    open_still = received(d)
    if open_still and d.item.immediate:
        on_the_spot(d)
    elif open_still and settled(d):
        version = d.version()
        if examined(d, version):
            decided(d)
            delivered(d)
        return version
    return d.version()


def received(d: Draft) -> bool:
    """Online: submitted and pre-reviewed. Then, and at the window from the start, the papers are received."""
    if d.channel == "online":
        d.note("submitted", form_version="3", applicant_type=d.rng.choice(("person", "enterprise")))
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
    d.note("material_received", counter=True, receipt_no=d.number("收"), documents=papers)
    return ON


def settled(d: Draft) -> bool:
    """Corrections and acceptance of a case that is not immediate."""
    if d.happens(d.rates.correction):
        rounds = 2 if d.flaw("repeated_correction", d.rates.repeated_correction) else 1
        for _ in range(rounds):
            d.days(d.rng.choice((0, 0, 1, 2)))
            gap = d.rng.choice(d.item.materials)
            d.note("correction_notified", counter=True, notice_no=d.number("补"), gaps=[gap])
            if d.happens(0.03):
                return STOP  # the applicant never came back
            d.days(d.rng.randint(1, 9))
            d.note("correction_supplied", counter=True, documents=[gap])
    if d.flaw("acceptance_late", d.rates.acceptance_late):
        d.days(d.rng.randint(6, 9))
    else:
        d.days(d.rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0])
    if d.happens(d.rates.not_accepted):
        refusal(d, "not_accepted", "not_accepted", receipt_no=d.number("不受"))
        return STOP
    accepted(d)
    return ON


def accepted(d: Draft) -> None:
    """The acceptance, and the fee where the item has one."""
    number: dict[str, Any] = (
        {} if d.flaw("receipt_missing", d.rates.receipt_missing) else {"receipt_no": d.number("受")}
    )
    d.note("accepted", counter=True, **number)
    if d.item.fee:
        d.wait(1, 3)
        charge = {"fee": d.item.name, "basis": "市收费目录", "quantity": 1, "amount": d.item.fee}
        d.note("fee_notified", counter=True, **charge)
        d.wait(1, 8)
        d.note("fee_paid", counter=True, amount=d.item.fee, payee_account="财政专户", voucher_no=d.number("票"))


def refusal(d: Draft, kind: str, reasons: str, **data: Any) -> None:
    """A refusal with its reason and the remedies, or without."""
    if not d.flaw("refusal_bare", d.rates.refusal_bare):
        data |= {"reason": d.word("reasons", reasons), "remedy": d.city.words["reasons"]["remedy"]}
    d.note(kind, d.approver, **data)


def on_the_spot(d: Draft) -> None:
    """An immediate item 即办件: all within the office day, unless it is left lying."""
    d.now = d.almanac.opening(d.now)
    if d.almanac.closing_in(d.now) < 1200:  # too late to begin today
        d.days(1)
        if d.almanac.closing_in(d.now) < 1200:
            d.now -= 1200
    d.wait(1, 4)
    accepted(d)
    step = d.item.steps[0]
    skipped = d.flaw("step_skipped", d.rates.step_skipped)
    if not skipped:
        d.wait(1, 6)
        d.note("step_started", d.front, step=step, run=f"{step}#1", limit_days=1)
        d.wait(1, 10)
    if d.flaw("immediate_late", d.rates.immediate_late):
        d.days(d.rng.choice((1, 1, 1, 2, 3)))
    if not skipped:
        d.note("step_ended", d.front, step=step, run=f"{step}#1", result="passed", opinion="符合条件")
    d.wait(1, 4)
    verdict(d, "granted")
    d.wait(1, 5)
    d.note("delivered", counter=True, method="pickup", signer="applicant")
    rated(d)


def pace(d: Draft, limit: int, statutory: int) -> int:
    """After how many counted days a case is decided, seen against its limits."""
    eighty = (4 * limit + 4) // 5
    draw = d.rng.random()
    rates = d.rates
    for flaw, share, least, most in (
        ("statutory", rates.statutory, statutory + 1, statutory + 5),
        ("overdue_red", rates.overdue_red, limit + 4, limit + 9),
        ("overdue", rates.overdue, limit + 1, limit + 3),
        ("due_soon", rates.due_soon if eighty < limit else 0.0, eighty + 1, limit),
    ):
        if draw < share:
            d.flaws.append(flaw)
            return d.rng.randint(least, most)
        draw -= share
    return min(eighty, int(eighty * d.rng.triangular(0.1, 1.1, 0.4)))


def spread(d: Draft, total: int, parts: int) -> list[int]:
    """Days shared among steps as evenly as whole days allow, the longer ones anywhere."""
    shares = [total // parts + (place < total % parts) for place in range(parts)]
    d.rng.shuffle(shares)
    return shares


def examined(d: Draft, version: Version) -> bool:
    """The steps, with what stops the clock between them, returns, an extension, or the applicant's withdrawal."""
    names = d.item.steps
    limit, step_limit = version.committed, -(-version.committed // len(names))
    total = pace(d, limit, version.statutory)
    regular = not d.flaws
    shares = spread(d, total, len(names))
    if regular and limit >= 10 and d.happens(d.rates.extended):
        shares = spread(d, extension(d, limit), len(names))
    elif regular and len(names) > 1 and step_limit < (4 * limit + 4) // 5 and d.flaw("step_late", d.rates.step_late):
        shares = [0] * len(names)
        shares[d.rng.randrange(len(names))] = step_limit + 1
    leaves = d.rng.randrange(len(names)) if d.happens(d.rates.withdrawn) else None
    skipped = d.rng.randrange(len(names)) if d.flaw("step_skipped", d.rates.step_skipped) else None
    back = d.rng.randrange(1, len(names)) if len(names) > 1 and d.flaw("returned", d.rates.returned) else None
    stop_before = d.rng.randrange(1, len(names)) if len(names) > 2 else None
    for place, (name, days) in enumerate(zip(names, shares, strict=True)):
        if place == stop_before:
            pauses(d)
        if place == skipped:
            d.days(days)
            continue
        run(d, name, 1, days, step_limit)
        if place == back:
            returned(d, names[place - 1], name, step_limit)
        if place == leaves:
            d.wait(5, 60)
            d.note("withdrawn", actor="applicant", reason=d.word("reasons", "withdrawn"))
            return STOP
    return ON


def run(d: Draft, step: str, nth: int, days: int, limit: int) -> None:
    """One run of one step; a second or later one says so."""
    officer = d.approver if step == d.item.steps[-1] else d.examiner
    d.wait(1, 20)
    again: dict[str, Any] = {"again": True} if nth > 1 else {}
    d.note("step_started", officer, step=step, run=f"{step}#{nth}", limit_days=limit, **again)
    d.days(days)
    d.note("step_ended", officer, step=step, run=f"{step}#{nth}", result="passed", opinion="同意")


def returned(d: Draft, to: str, step: str, limit: int) -> None:
    """A step is sent back to the one before it, once or twice, and both are done again, usually the same day."""
    times = 2 if d.flaw("returned_again", d.rates.returned_again) else 1
    for nth in range(2, times + 2):
        d.wait(2, 15)
        d.note(
            "returned", d.approver, step=step, run=f"{step}#{nth - 1}", to_step=to, reason=d.word("reasons", "returned")
        )
        run(d, to, nth, 0, limit)
        run(d, step, nth, limit + 1 if d.flaw("rerun_late", d.rates.rerun_late) else 0, limit)


def extension(d: Draft, limit: int) -> int:
    """An extension approved in time; gives the counted days after which the case is then decided."""
    more = d.rng.choice((3, 5, 10))
    eighty, later = (4 * limit + 4) // 5, (4 * (limit + more) + 4) // 5
    approval = d.almanac.after_days(d.now, d.rng.randint(limit // 2, eighty - 1), d.rng)
    note = d.note(
        "extension_approved", d.approver, days=more, approver="机关负责人", reason=d.word("reasons", "extension")
    )
    note.second = approval
    return d.rng.randint(eighty, later)


def pauses(d: Draft) -> None:
    """What stops the clock: a special procedure of art. 45, or a suspension."""
    if d.happens(d.rates.special):
        declared = d.rng.choice((7, 10, 15, 20))
        procedure = d.word("procedures")
        d.wait(5, 60)
        basis = d.city.words["procedures"][procedure]
        told = {"procedure": procedure, "declared_days": declared, "basis": basis, "approver": "分管负责人"}
        d.note("special_started", d.approver, **told)
        late = d.flaw("special_late", d.rates.special_late)
        d.days(d.rng.randint(declared + 1, declared + 4) if late else d.rng.randint(2, declared - 2))
        d.note("special_ended", d.examiner, procedure=procedure)
    elif d.happens(d.rates.suspended):
        d.wait(5, 60)
        d.note("suspended", d.approver, ground=d.word("reasons", "suspended"), approver="分管负责人")
        d.days(d.rng.randint(2, 25))
        d.note("resumed", d.approver)


def verdict(d: Draft, result: str) -> None:
    """The decision, with its document."""
    bare = d.flaw("document_missing", d.rates.document_missing)
    document: dict[str, Any] = {} if bare else {"document_no": d.number("准" if result == "granted" else "驳")}
    if result == "refused":
        refusal(d, "decided", "refused", result=result, **document)
    else:
        d.note("decided", d.approver, result=result, **document)


def decided(d: Draft) -> None:
    """The decision of a case that went through its steps."""
    d.wait(2, 40)
    verdict(d, "refused" if d.happens(d.rates.refused) else "granted")


def delivered(d: Draft) -> None:
    """Handing out; some are told to collect it and take their time."""
    if d.flaw("delivery_late", d.rates.delivery_late):
        d.days(d.rng.randint(11, 15))
    elif d.happens(0.15):
        d.wait(5, 60)
        d.note("collection_notified", counter=True)
        d.days(d.rng.randint(1, 15))
    else:
        d.days(d.rng.choices((0, 1, 2, 3, 5), (30, 30, 20, 15, 5))[0])
    d.note("delivered", counter=True, method=d.rng.choice(("pickup", "post", "electronic")), signer="applicant")
    rated(d)


def rated(d: Draft) -> None:
    """The citizen's rating 好差评."""
    if d.happens(d.rates.rated):
        d.wait(1, 30)
        d.note("rated", stars=d.rng.choices((5, 4, 3, 2, 1), (88, 8, 2, 1, 1))[0])


def order(d: Draft, limit: int) -> None:
    """A work order 工单: a call to the hotline, a question, a complaint, until it is answered and closed."""
    kind = d.item.order
    d.note("wo_received", kind=kind)
    bounces = 2 if d.flaw("misrouted_twice", d.rates.misrouted_twice) else int(d.happens(0.02))
    for _ in range(bounces):
        d.wait(10, 90)
        d.note("wo_returned", d.front, reason=d.word("reasons", "misrouted"))
        d.wait(5, 60)
        d.note("wo_received", kind=kind)
    late = d.flaw("reply_late", d.rates.reply_late)
    days = d.rng.randint(limit + 1, limit + 4) if late else answering(d, limit)
    d.wait(3, 40)
    d.note("wo_signed", d.front)
    d.days(days)
    d.note("wo_replied", d.examiner)
    d.days(d.rng.choice((0, 1)))
    d.note("wo_closed", d.front)
    rated(d)


def answering(d: Draft, limit: int) -> int:
    """Counted days until a reply in good time, before the warning that precedes the due day."""
    latest = {1: 1, 3: 2}.get(limit, limit - 2)
    return min(latest, int(limit * d.rng.triangular(0, 0.85, 0.2) + 0.5))
