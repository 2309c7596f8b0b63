"""What a fee 收费 comes to by the tariff 收费目录: rate times quantity, rounded, within its floor and cap."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from mingjing.types import CaseEvent
from rules.limits import CannotJudge

FEN = Decimal("0.01")
ONE = Decimal(1)


def asked(event: CaseEvent, tariff: Mapping[str, Any], before: Sequence[CaseEvent]) -> dict[str, float]:
    """What an event asks for or pays, against the tariff's row: `due`, `waived` and `excess`, in yuan.

    `before`: the fee events of the case up to this one; the notice of the same fee gives the quantity where the event
    has none (1 where neither has), its waivers 减免 lower what is due by `data.amount`, or wholly where they name none.
    Empty where there is no row, no rate or no amount. Raises CannotJudge for what is no number.
    """
    if not ("rate" in tariff or "tiers" in tariff) or event.data.get("amount") is None:
        return {}
    same = [e for e in before if e.data.get("fee") == event.data.get("fee")]
    counted = [event, *(e for e in reversed(same) if e.type == "fee_notified")]
    quantity = next((q for e in counted if (q := e.data.get("quantity")) is not None), 1)
    full = due(tariff, number(quantity, "data.quantity"))
    waivers = [e.data.get("amount") for e in same if e.type == "fee_waived"]
    waived = min(full, sum((full if w is None else number(w, "data.amount") for w in waivers), Decimal(0)))
    excess = (number(event.data["amount"], "data.amount") - (full - waived)).quantize(FEN)
    return {"due": float(full - waived), "waived": float(waived), "excess": float(excess)}


def due(tariff: Mapping[str, Any], quantity: Decimal) -> Decimal:
    """What a row of the tariff comes to for a quantity; halves are rounded up."""
    if "tiers" in tariff:
        amount = _in_steps(tariff["tiers"], quantity)
    else:
        amount = number(tariff["rate"], "rate of the tariff") * quantity
    step = number(tariff["rounding"], "rounding of the tariff") if tariff.get("rounding") else FEN
    amount = (amount / step).quantize(ONE, ROUND_HALF_UP) * step
    if "floor" in tariff:
        amount = max(amount, number(tariff["floor"], "floor of the tariff"))
    if "cap" in tariff:
        amount = min(amount, number(tariff["cap"], "cap of the tariff"))
    return amount


def _in_steps(tiers: Sequence[Sequence[float | None]], quantity: Decimal) -> Decimal:
    """A rate in steps 阶梯: each step's units at its own price; the last one has no end."""
    total, reached = Decimal(0), Decimal(0)
    for upto, price in tiers:
        end = quantity if upto is None else min(quantity, Decimal(str(upto)))
        if end > reached:
            total += (end - reached) * Decimal(str(price))
            reached = end
    return total


def number(value: Any, what: str) -> Decimal:
    """An amount, as a number or as digits; raises CannotJudge."""
    try:
        found = Decimal(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise CannotJudge(f"field: {what} is not a number")
    return found
