"""What rules look for in 先照后证: P2-L, P2-R."""

from collections.abc import Iterator
from datetime import date

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach

ARRANGED = {"licence_late": ("P2-L",), "permit_demanded": ("P2-R",)}


def findings(case: Case) -> Iterator[Breach]:
    """P2-L: accepted or granted before there was a licence. P2-R: a registration asks for what comes after it."""
    if case.version.licence_first:
        for place, note in enumerate(case.notes):
            granting = note.type == "accepted" or (note.type == "decided" and note.data["result"] == "granted")
            if granting and not any(_proof(other, note.second) for other in case.notes):
                yield Breach("P2-L", place, [(note.second, 2)])
                break
    for place, note in enumerate(case.notes):
        if note.type == "correction_notified" and set(note.data["gaps"]) & set(case.version.permits_after):
            yield Breach("P2-R", place, [(note.second, 2)])


def _proof(note: Note, second: int) -> bool:
    """Whether a note shows that there was a licence by that second."""
    if note.second > second:
        return False
    on = date.fromordinal(second // DAY).isoformat()
    return note.type == "licence_issued" or ("licence_no" in note.data and note.data["licence_date"] <= on)
