"""What a permit costs: notified, then paid or waived, as the tariff 收费目录 has it or otherwise."""

from typing import Any

from mingjing.simulate.draft import Draft
from mingjing.simulate.itemplan import ACCOUNT, ELSEWHERE, WAIVERS


def charged(d: Draft) -> None:
    """The fee of an item that has one; and, irregularly, a fee that is in no tariff."""
    tariff = d.item.tariff
    if tariff is None:
        if d.flaw("fee_unlisted", d.rates.fee_unlisted):
            fee = f"{d.item.department.code}-{d.rng.choice(('F900', 'F999'))}"
            _paid(d, {"fee": fee, "basis": d.city.words["fees"]["basis"], "quantity": 1, "amount": 50}, ACCOUNT)
        return
    quantity = d.rng.choice((1, 1, 1, 2, 3, 5, 10))
    charge = {"fee": tariff.fee, "basis": d.city.words["fees"]["basis"], "quantity": quantity}
    amount = tariff.amount(quantity)
    if d.happens(d.rates.waived):
        _waived(d, {**charge, "amount": amount})
        return
    if d.flaw("fee_wrong", d.rates.fee_wrong):
        amount = amount + tariff.rate if d.happens(0.7) else amount - tariff.rate // 2
    _paid(d, {**charge, "amount": amount}, ELSEWHERE if d.flaw("fee_account", d.rates.fee_account) else ACCOUNT)


def _paid(d: Draft, charge: dict[str, Any], account: str) -> None:
    early = d.flaw("fee_early", d.rates.fee_early)
    d.wait(1, 3)
    told = d.note("fee_notified", counter=True, **charge)
    d.wait(1, 8)
    paid = d.note("fee_paid", counter=True, **charge, payee_account=account, voucher_no=d.number("票"))
    if early:  # before the notice, or even before the acceptance
        accepted = next(note.second for note in reversed(d.notes) if note.type == "accepted")
        first = told.second if d.happens(0.5) else accepted
        paid.second = first - d.rng.randint(10, 50)


def _waived(d: Draft, charge: dict[str, Any]) -> None:
    d.wait(1, 3)
    d.note("fee_notified", counter=True, **charge)
    d.wait(1, 8)
    waived: dict[str, Any] = {**charge, "basis": d.rng.choice(WAIVERS), "approver": d.approver.code}
    if d.flaw("waiver_bare", d.rates.waiver_bare):
        del waived[d.rng.choice(("basis", "approver"))]
    elif d.flaw("waiver_ungrounded", d.rates.waiver_ungrounded):
        waived["basis"] = "领导批示"
    d.note("fee_waived", d.approver, **waived)
