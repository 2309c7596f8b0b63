"""What rules look for in penalties, levies and the services of intermediaries."""

from collections.abc import Iterator

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.draft import Case
from mingjing.simulate.judge.clocks import ENDINGS, Breach, Deadline, Ladder, committed, days, distances, told
from mingjing.simulate.judge.common import ART_45

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
