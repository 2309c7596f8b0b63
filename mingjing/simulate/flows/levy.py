"""A levy 行政征收: declared, assessed, notified, paid."""

from mingjing.simulate.draft import Draft
from mingjing.simulate.itemplan import ACCOUNT


def levy(d: Draft, limit: int) -> None:
    """From the declaration to the payment into the designated account."""
    d.note("levy_declared", applicant=d.applicant, documents=list(d.item.materials))
    late = d.flaw("levy_late", d.rates.levy_late)
    total = d.rng.randint(limit + 1, limit + 5) if late else d.rng.randint(1, limit // 2)
    first = d.rng.randint(0, total - 1)
    d.days(first)
    d.note("levy_assessed", d.examiner, amount=d.rng.randint(2, 400) * 50)
    d.days(total - first)
    d.note("levy_notified", d.front, notice_no=d.number("征"))
    d.days(d.rng.randint(0, 10))
    d.note("fee_paid", payee_account=ACCOUNT, voucher_no=d.number("票"))
