"""The steps in which a permit is examined: their pace, returns, pauses, extensions, and how a case may end in them."""

from typing import Any

from mingjing.simulate.draft import Draft
from mingjing.simulate.flows.pauses import pauses, terminated
from mingjing.simulate.itemplan import ON_SITE, Version
from mingjing.simulate.people import Officer

LATE = 3600  # seconds before closing: the examination begins the next day
SUSPENDABLE = 5
"""Working days that a limit leaves room for a pause before it is used up."""
STOP = False
ON = True


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
    return min(eighty, int(eighty * d.rng.triangular(0.1, 1.1, 0.1 + rates.unhurried)))


def spread(d: Draft, total: int, parts: int) -> list[int]:
    """Days shared among steps as evenly as whole days allow, the longer ones anywhere."""
    shares = [total // parts + (place < total % parts) for place in range(parts)]
    d.rng.shuffle(shares)
    return shares


def examined(d: Draft, version: Version, *, refused: bool) -> bool:
    """The steps, with what stops the clock between them, returns, an extension, or the applicant's withdrawal."""
    names = d.item.steps
    limit, step_limit = version.committed, -(-version.committed // len(names))
    total = pace(d, limit, version.statutory)
    if d.almanac.closing_in(d.now) < LATE:
        d.days(1)
        total = max(0, total - 1)
    regular = not d.flaws
    shares = spread(d, total, len(names))
    if regular and limit >= 10 and d.happens(d.rates.extended):
        total, longer = extension(d, limit)
        shares, step_limit = spread(d, total, len(names)), -(-longer // len(names))
    elif regular and len(names) > 1 and step_limit < (4 * limit + 4) // 5 and d.flaw("step_late", d.rates.step_late):
        shares = [0] * len(names)
        shares[d.rng.randrange(len(names))] = step_limit + 1
    _too_late(d, limit, version.statutory)
    leaves = d.rng.randrange(len(names)) if d.happens(d.rates.withdrawn) else None
    ended = leaves is None and d.happens(d.rates.terminated)
    skipped = d.rng.randrange(len(names)) if d.flaw("step_skipped", d.rates.step_skipped) else None
    back = d.rng.randrange(1, len(names)) if len(names) > 1 and d.flaw("returned", d.rates.returned) else None
    stop_before = d.rng.randrange(1, len(names)) if len(names) > 2 and limit >= SUSPENDABLE else None
    results = _results(d, refused=refused)
    for place, (name, days) in enumerate(zip(names, shares, strict=True)):
        if place == stop_before:
            pauses(d)
        if place == skipped:
            d.days(days)
            continue
        run(d, name, 1, days, step_limit, results[place])
        if place == back:
            returned(d, names[place - 1], name, step_limit)
        if place == leaves:
            d.wait(5, 60)
            reason = d.word("reasons", "withdrawn")
            d.note("withdrawn", reason=reason, confirmed=d.rng.choice(("sms", "signature")), device=d.pseudonym("d"))
            return STOP
        if ended and place == 0:
            terminated(d)
            return STOP
    return ON


def _results(d: Draft, *, refused: bool) -> list[str]:
    """What every step comes to: the same as the decision, or irregularly the first one not."""
    results = ["failed" if refused else "passed"] * len(d.item.steps)
    if not refused and len(results) > 1 and d.flaw("reversed", d.rates.reversed):
        results[0] = "failed"
    return results


def _too_late(d: Draft, limit: int, statutory: int) -> None:
    """An extension that is approved when the statutory limit is over; or, lawfully, the promise alone."""
    if "statutory" in d.flaws and d.flaw("extension_late", d.rates.extension_late):
        after = statutory + 1
    elif "overdue_red" in d.flaws and limit < statutory and d.happens(d.rates.extension_late):
        after = limit + 1
    else:
        return
    now, d.now = d.now, d.almanac.after_days(d.now, after, d.rng)
    approved(d, 5)
    d.now = now


def run(d: Draft, step: str, nth: int, days: int, limit: int, result: str = "passed") -> None:
    """One run of one step; a second or later one says so. On the site there are two officers."""
    officer: Officer = d.approver if step == d.item.steps[-1] else d.examiner
    d.wait(1, 20)
    again: dict[str, Any] = {"again": True} if nth > 1 else {}
    place = "site" if step in ON_SITE else "hall"
    d.note("step_started", officer, step=step, run=f"{step}#{nth}", limit_days=limit, place=place, **again)
    d.days(days)
    data: dict[str, Any] = {"result": result, "opinion": d.word("opinions", result), "place": place}
    if place == "site":
        alone = d.flaw("site_alone", d.rates.site_alone)
        data["officers"] = [officer.code] if alone else [officer.code, d.companion(officer).code]
    elif d.flaw("outside_hall", d.rates.outside_hall):
        data["place"] = "department"
    d.note("step_ended", officer, step=step, run=f"{step}#{nth}", **data)


def returned(d: Draft, to: str, step: str, limit: int) -> None:
    """A step is sent back to the one before it, once or twice, and both are done again, usually the same day."""
    times = 2 if d.flaw("returned_again", d.rates.returned_again) else 1
    for nth in range(2, times + 2):
        d.wait(2, 15)
        if d.almanac.closing_in(d.now) < LATE:
            d.days(1)
        d.note(
            "returned", d.approver, step=step, run=f"{step}#{nth - 1}", to_step=to, reason=d.word("reasons", "returned")
        )
        run(d, to, nth, 0, limit)
        run(d, step, nth, limit + 1 if d.flaw("rerun_late", d.rates.rerun_late) else 0, limit)


def extension(d: Draft, limit: int) -> tuple[int, int]:
    """An extension approved in time; gives the counted days after which the case is then decided, and its limit."""
    more = d.rng.choice((3, 5, 10))
    eighty, later = (4 * limit + 4) // 5, (4 * (limit + more) + 4) // 5
    approval = d.almanac.after_days(d.now, d.rng.randint(limit // 2, eighty - 1), d.rng)
    now, d.now = d.now, approval
    approved(d, more)
    if d.flaw("extension_twice", d.rates.extension_twice):
        d.days(1)
        approved(d, 3)
    d.now = now
    return d.rng.randint(eighty, later), limit + more


def approved(d: Draft, days: int) -> None:
    """The approval by the head of the unit or a deputy, told to the applicant; or irregular in one of three ways."""
    told: dict[str, Any] = {
        "days": days,
        "approver": d.item.department.approver.code,
        "approver_role": "deputy" if d.happens(0.2) else "head",
        "reason": d.word("reasons", "extension"),
        "notified_at": d.stamp(d.rng.randint(600, 7200)),
    }
    if d.flaw("extension_long", d.rates.extension_long):
        told["days"] = d.rng.randint(11, 15)
    elif d.flaw("extension_role", d.rates.extension_role):
        told["approver_role"] = "section_head"
    elif d.flaw("extension_untold", d.rates.extension_untold):
        del told["notified_at"]
    note = d.note("extension_approved", d.approver, **told)
    if d.flaw("extension_backdated", d.rates.extension_backdated):
        note.lag = d.almanac.after_days(note.second, d.rng.randint(22, 40), d.rng) - note.second
