"""Work orders 工单: calls to the hotline, questions, complaints, until they are answered and closed."""

from typing import Any

from mingjing.simulate.draft import Draft
from mingjing.simulate.flows.ratings import rated


def order(d: Draft, limit: int) -> None:
    """Received, perhaps sent back, accepted, signed, answered, closed; some callers are asked how it was."""
    kind = d.item.order
    told: dict[str, Any] = {"kind": kind, "caller": d.applicant}
    if kind in ("complaint", "efficiency"):
        told["named"] = d.happens(0.6)
    d.note("wo_received", **told)
    bounces = 2 if d.flaw("misrouted_twice", d.rates.misrouted_twice) else int(d.happens(0.02))
    for _ in range(bounces):
        d.wait(10, 90)
        d.note("wo_returned", d.front, reason=d.word("reasons", "misrouted"))
        d.wait(5, 60)
        d.note("wo_received", **told)
    late = d.flaw("reply_late", d.rates.reply_late)
    days = d.rng.randint(limit + 1, limit + 4) if late else answering(d, limit)
    if kind in ("complaint", "efficiency"):
        d.wait(2, 20)
        d.note("wo_accepted", d.front)
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
