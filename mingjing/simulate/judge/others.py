"""What rules look for in penalties, levies and the services of intermediaries."""

from collections.abc import Iterator
from datetime import date

from mingjing.simulate.almanac import DAY, Almanac
from mingjing.simulate.draft import Case
from mingjing.simulate.judge.clocks import ENDINGS, Breach, Deadline, Ladder, committed, days, distances, told
from mingjing.simulate.judge.common import ART_45
from mingjing.simulate.market import bands_on, price, registered

PENALTIES = (
    Deadline(
        "T3-P",
        ("penalty_filed",),
        ENDINGS,
        days(90),
        Ladder(early=(10, 1), due=3),
        pauses=(*ART_45, ("hearing_requested", "hearing_held", "")),
        working=False,
        rolls=True,
    ),
    Deadline(
        "T7-P",
        ("decided",),
        ("delivered", "withdrawn", "terminated"),
        days(7),
        Ladder(due=2),
        when=lambda _, note: note.data["result"] != "terminated",
    ),
)
LEVIES = (
    Deadline(
        "T2-L",
        ("levy_declared",),
        ("levy_notified", "fee_paid", "not_required", *ENDINGS),
        committed,
        Ladder(eighty=1, due=2, after=((3, 3),)),
        pauses=(*ART_45, ("correction_notified", "correction_supplied", "")),
    ),
)
AGENCIES = (
    Deadline(
        "M1",
        ("agency_contracted",),
        ("agency_delivered", "closed", "withdrawn", "terminated"),
        told("days"),
        Ladder(early=(2, 1), due=2),
        pauses=(("agency_held", "agency_released", ""),),
        working=False,
        rolls=True,
    ),
)
ARRANGED = {
    "penalty_late": ("T3-P",),
    "penalty_uninformed": ("P2-P",),
    "penalty_delivered_late": ("T7-P",),
    "hearing_notice_short": ("T9-N",),
    "levy_late": ("T2-L",),
    "agency_late": ("M1",),
    "agency_overcharged": ("M2",),
    "agency_dear": ("M2-F",),
    "agency_unregistered": ("M2-U",),
    "agency_swapped": ("M3",),
    "penalty_outside": ("N39",),
    "penalty_bandless": ("N39-N",),
}


def heard(case: Case, almanac: Almanac) -> Iterator[Breach]:
    """T9-N: a hearing less than seven working days after it was told."""
    for first, then, between in distances(case, "hearing_notified", "hearing_held", almanac):
        if between < 7:
            yield Breach("T9-N", first, [(case.notes[then].second, 2)])


def uninformed(case: Case) -> Iterator[Breach]:
    """P2-P: decided, though the party had never been told before."""
    for place, note in enumerate(case.notes):
        if note.type != "decided" or note.data["result"] == "terminated":
            continue
        if not any(n.type == "penalty_informed" and n.second <= note.second for n in case.notes):
            yield Breach("P2-P", place, [(note.second, 3)])


def paid(case: Case) -> Iterator[Breach]:
    """M2: an intermediary was paid more than its published fee."""
    fees = [note.data["published_fee"] for note in case.notes if note.type == "agency_contracted"]
    for place, note in enumerate(case.notes):
        if note.type == "agency_paid" and fees and note.data["amount"] > max(fees):
            yield Breach("M2", place, [(note.second, 2)])


def contracted(case: Case) -> Iterator[Breach]:
    """M2-F, M2-U, M3: a fee above the published one, an agency that is not registered, or another than was selected."""
    selected: set[str] = set()
    for place, note in enumerate(case.notes):
        if note.type == "agency_selected":
            selected.add(note.data["agency"])
        if note.type != "agency_contracted":
            continue
        firm, day = note.data["agency"], date.fromordinal(note.second // DAY)
        unit = price(firm, case.item.code, day)
        if unit is not None and note.data["published_fee"] > unit * note.data["quantity"]:
            yield Breach("M2-F", place, [(note.second, 2)])
        if not registered(firm, day):
            yield Breach("M2-U", place, [(note.second, 2)])
        if selected and firm not in selected:
            yield Breach("M3", place, [(note.second, 2)])


def measured(case: Case) -> Iterator[Breach]:
    """N39, N39-N: a penalty outside its band, or without one that is in force; approved departures apart."""
    for place, note in enumerate(case.notes):
        if note.type != "decided" or note.data["result"] != "granted" or "departure" in note.data:
            continue
        allowed = {band.code: band for band in bands_on(case.item.code, date.fromordinal(note.second // DAY))}
        band = allowed.get(note.data.get("band", ""))
        if band is None:
            yield Breach("N39-N", place, [(note.second, 1)])
        elif not band.least <= note.data["amount"] <= band.most:
            yield Breach("N39", place, [(note.second, 2)])
