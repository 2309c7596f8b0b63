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
    if kind == "efficiency":
        d.days(d.rng.randint(6, 9) if d.flaw("complaint_lies", d.rates.complaint_lies) else d.rng.randint(0, 3))
    if kind in ("complaint", "efficiency"):
        d.wait(2, 20)
        d.note("wo_accepted", d.front)
    late = d.flaw("reply_late", d.rates.reply_late)
    days = d.rng.randint(limit + 1, limit + 4) if late else answering(d, limit)
    d.wait(3, 40)
    d.note("wo_signed", d.front)
    d.days(days)
    if not (told.get("named") and kind == "efficiency" and d.flaw("not_told", d.rates.not_told)):
        d.note("wo_replied", d.examiner)
    d.days(d.rng.choice((0, 1)))
    d.note("wo_closed", d.front)
    _afterwards(d, told["caller"])


def _afterwards(d: Draft, caller: str) -> None:
    """The caller rates, or is asked how it was, or calls again because nothing has changed."""
    if d.flaw("complained_again", d.rates.complained_again):
        d.days(d.rng.randint(1, 8))
        d.note("wo_reopened", caller=caller)
        d.days(1)
        d.note("wo_closed", d.front)
    elif d.happens(0.1):
        d.days(d.rng.randint(1, 5))
        d.note("wo_revisited", d.front)
    else:
        rated(d)


def answering(d: Draft, limit: int) -> int:
    """Counted days until a reply in good time, before the warning that precedes the due day."""
    latest = {1: 1, 2: 2, 3: 2}.get(limit, limit - 2)
    return min(latest, int(limit * d.rng.triangular(0, 0.85, 0.2) + 0.5))
