"""What rules look for in fees: the tariff, the amount, the account, the order, and who waives."""

from collections.abc import Iterator
from datetime import date

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.itemplan import ABOLISHED, ACCOUNT, ALWAYS, OLD_RATE, WAIVERS, Tariff
from mingjing.simulate.judge.clocks import Breach

CHARGES = ("fee_notified", "fee_paid")
ABOUT = {*CHARGES, "fee_waived"}
ARRANGED = {
    "fee_unlisted": ("F1",),
    "fee_wrong": ("F2", "F2-O"),
    "fee_early": ("F3", "F3-N"),
    "fee_account": ("F3-A",),
    "waiver_bare": ("F4",),
    "waiver_ungrounded": ("F4-B",),
}


def findings(case: Case) -> Iterator[Breach]:
    """F1, F2, F2-O, F3, F3-A, F3-N, F4, F4-B."""
    done: set[tuple[str, str]] = set()
    for place, note in enumerate(case.notes):
        fee = note.data.get("fee")
        if note.type in CHARGES and fee is not None:
            for rule, severity in _charged(case, note):
                if (rule, fee) not in done:
                    done.add((rule, fee))
                    yield Breach(rule, place, [(note.second, severity)], fee)
        if note.type == "fee_paid":
            yield from _paid(case, place, note, done)
        elif note.type == "fee_waived":
            if "basis" not in note.data or "approver" not in note.data:
                yield Breach("F4", place, [(note.second, 2)])
            if "basis" in note.data and tariff_of(case, note) and note.data["basis"] not in WAIVERS:
                yield Breach("F4-B", place, [(note.second, 2)])


def tariff_of(case: Case, note: Note) -> Tariff | None:
    """The row in force on the day of a fee's event."""
    own, fee = case.item.tariff, str(note.data.get("fee", ""))
    if own is not None and fee == own.fee:
        return own
    if fee.endswith("F900") and note.second // DAY <= ABOLISHED.toordinal():
        return Tariff(fee, "", OLD_RATE, "件", None, None, ALWAYS, date.max)
    return None


def _charged(case: Case, note: Note) -> Iterator[tuple[str, int]]:
    """Which rules one charge breaks, and how gravely."""
    tariff = tariff_of(case, note)
    if tariff is None:
        yield "F1", 3
        return
    waived = sum(
        n.data["amount"]
        for n in case.notes
        if n.type == "fee_waived" and n.data.get("fee") == tariff.fee and n.second <= note.second
    )
    excess = note.data["amount"] - tariff.amount(note.data["quantity"]) + waived
    if excess > 1:
        yield "F2-O", 3
    elif excess == 1 or (excess < 0 and note.type == "fee_notified"):
        yield "F2", 2


def _paid(case: Case, place: int, note: Note, done: set[tuple[str, str]]) -> Iterator[Breach]:
    """F3: paid before the acceptance. F3-N: before the notice. F3-A: to another account than the tariff names."""
    before = [n for n in case.notes if n.second <= note.second]
    if ("F3", "") not in done:
        done.add(("F3", ""))
        if not any(n.type == "accepted" for n in before):
            yield Breach("F3", place, [(note.second, 3)])
    fee = str(note.data.get("fee", ""))
    if fee and ("F3-N", fee) not in done:
        done.add(("F3-N", fee))
        if not any(n.type == "fee_notified" and n.data.get("fee", fee) == fee for n in before):
            yield Breach("F3-N", place, [(note.second, 3)], fee)
    if tariff_of(case, note) and note.data["payee_account"] != ACCOUNT:
        yield Breach("F3-A", place, [(note.second, 3)])
