"""Parallel approval 并联审批: the lead unit tells the others at once, they give their opinions, it consolidates."""

from collections.abc import Sequence
from typing import Any

from mingjing.simulate.draft import Draft, Note
from mingjing.simulate.flows.steps import LATE, pace, run, spread
from mingjing.simulate.itemplan import Version

VISIT = "visit"
EXCLUDED = ("safety", "secrecy", "veto")
"""Branches whose silence never counts as an opinion."""


def together(d: Draft, version: Version) -> bool:
    """The first step at the lead unit, the branches side by side, a joint visit, then the rest of the steps."""
    first, visit, *rest = d.item.steps
    total = max(1, pace(d, version.committed, version.statutory))
    limit = version.committed
    if d.almanac.closing_in(d.now) < LATE:
        d.days(1)
        total -= 1
    run(d, first, 1, 0, limit)
    _opened(d, limit)
    branches = min(total // 2, (d.item.branch or limit) - 1)
    latest = _branches(d, branches)
    if branches >= 3 and d.happens(0.5):
        with d.aside("meeting"):
            meeting = d.number("会")
        _met(d, meeting, branches)
    run(d, visit, 1, branches, limit)
    d.now = max(d.now, latest)
    d.wait(10, 60)
    if not d.flaw("not_consolidated", d.rates.not_consolidated):
        d.note("consolidated", d.examiner, lead=d.item.department.code)
    for step, days in zip(rest, spread(d, max(0, total - branches), len(rest)), strict=True):
        run(d, step, 1, days, limit)
    return True


def _opened(d: Draft, limit: int) -> None:
    d.wait(1, 10)
    units = list(d.item.units)
    d.note("parallel_opened", d.examiner, lead=d.item.department.code, units=units, limit_days=limit)
    if d.flaw("notified_late", d.rates.notified_late):
        d.days(d.rng.randint(2, 3))


def _branches(d: Draft, most: int) -> int:
    """Every unit is told, signs for it, and gives its opinion within so many days; the second of the last one."""
    begun, latest = d.now, d.now
    units = d.item.units[1:] if d.flaw("unit_left_out", d.rates.unit_left_out) else d.item.units
    for unit in units:
        d.now = begun
        d.wait(1, 15)
        told: dict[str, Any] = {"unit": unit, "limit_days": d.item.branch, "receipt_no": d.number("抄")}
        d.note("branch_notified", d.examiner, **told)
        d.wait(5, 60)
        if d.happens(0.1):
            told["excluded"] = d.rng.choice(EXCLUDED)
        by_unit(d, unit, "branch_received", **told)
        days = d.rng.randint(0, most)
        if days >= 2 and d.happens(0.05):
            by_unit(d, unit, "branch_held", unit=unit, ground=d.word("grounds", "branch"))
            d.days(1)
            by_unit(d, unit, "branch_released", unit=unit)
            days -= 1
        if d.flaw("branch_late", d.rates.branch_late):
            days = (d.item.branch or 0) + d.rng.randint(1, 3)
        d.days(days)
        opinion = d.rng.choices(("同意", "有条件同意"), (9, 1))[0]
        by_unit(d, unit, "branch_opinion", unit=unit, opinion=opinion)
        latest = max(latest, d.now)
    d.now = begun
    return latest


def _met(d: Draft, meeting: str, days: int) -> None:
    """A joint visit: invited in good time, each unit signs for the invitation and comes."""
    begun = d.now
    d.days(days)
    held, d.now = d.now, begun
    for unit in d.item.units:
        paper = d.number("邀")
        d.wait(1, 10)
        invited: dict[str, Any] = {"meeting": meeting, "unit": unit, "receipt_no": paper, "activity": VISIT}
        d.note("joint_invited", d.examiner, **invited, held_at=d.stamp(held - d.now))
        d.wait(1, 30)
        by_unit(d, unit, "joint_received", **invited, held_at=d.stamp(held - d.now))
    d.now = held
    came = [unit for unit in d.item.units if not d.flaw("absent", d.rates.absent)]
    for unit in came:
        by_unit(d, unit, "joint_attended", meeting=meeting, unit=unit, activity=VISIT)
    d.now = held + 1200
    d.note("joint_held", d.examiner, meeting=meeting, unit=d.item.department.code, activity=VISIT)
    with d.aside("joint"):
        _signed(d, meeting, came)
        _alone(d)
    d.now = begun


def _signed(d: Draft, meeting: str, came: Sequence[str]) -> None:
    """Who was there signs, now and then with reservations, or leaves without; the minutes are filed the same day."""
    for unit in came:
        d.now += d.rng.randint(20, 240)
        if not d.flaw("unsigned", d.rates.unsigned):
            opinion = d.rng.choices(("同意", "保留意见"), (19, 1))[0]
            by_unit(d, unit, "joint_signed", meeting=meeting, unit=unit, activity=VISIT, opinion=opinion)
    d.now += d.rng.randint(600, 3600)
    d.note("joint_minuted", d.examiner, meeting=meeting, unit=d.item.department.code, activity=VISIT)


def _alone(d: Draft) -> None:
    """A unit goes once more by itself: for nothing; or to see what was put right, or to measure."""
    unit = d.rng.choice(d.item.units)
    if d.flaw("repeated_alone", d.rates.repeated_alone):
        about: dict[str, Any] = {"activity": VISIT}
    elif d.happens(0.06):
        about = {"activity": VISIT, "ground": d.rng.choice(("rectification", "complaint"))}
    elif d.happens(0.04):
        about = {"activity": "survey"}
    else:
        return
    d.wait(20, 90)
    by_unit(d, unit, "solo_held", unit=unit, **about)


def by_unit(d: Draft, unit: str, what: str, /, **data: Any) -> Note:
    """What another unit does in the case, by its head."""
    note = d.note(what, d.city.units[unit].approver, **data)
    note.department = unit
    return note
