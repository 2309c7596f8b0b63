"""What rules look for in the steps of an online tender, in its room, and in deals outside the platform."""

from collections.abc import Iterator

from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach

STEPS = {
    "tender_announced",
    "tender_sale_started",
    "tender_opened",
    "expert_drawn",
    "evaluation_ended",
    "award_published",
}
ARRANGED = {
    "tender_step_missing": ("N55",),
    "tender_unenrolled": ("N55-B",),
    "tender_scored_outside": ("Z5-R",),
    "deal_elsewhere": ("N56",),
}


def findings(case: Case) -> Iterator[Breach]:
    """N55, N55-B, N56, Z5-R."""
    if any(note.type == "tender_registered" and note.data["compulsory"] for note in case.notes):
        yield from _steps(case)
        yield from _strangers(case)
    yield from _outside(case)
    for place, note in enumerate(case.notes):
        if note.type == "deal_found" and _evaded(note):
            yield Breach("N56", place, [(note.second, 2)])


def _steps(case: Case) -> Iterator[Breach]:
    """N55: signed, and a step had not been."""
    types = [note.type for note in case.notes]
    if "contract_signed" in types:
        place = types.index("contract_signed")
        if not STEPS.issubset(types[:place]):
            yield Breach("N55", place, [(case.notes[place].second, 2)])


def _strangers(case: Case) -> Iterator[Breach]:
    """N55-B: a bid by one who had not enrolled, or not passed."""
    enrolled: set[str] = set()
    passed: set[str] = set()
    asked = tested = False
    for place, note in enumerate(case.notes):
        if note.type == "tender_announced":
            asked = asked or bool(note.data.get("prequalified"))
        elif note.type == "bidder_enrolled":
            enrolled.add(note.data["bidder"])
        elif note.type == "bidder_qualified":
            tested = True
            if note.data["passed"]:
                passed.add(note.data["bidder"])
        elif note.type == "bid_received":
            unknown = bool(enrolled) and note.data["bidder"] not in enrolled
            if unknown or (asked and tested and note.data["bidder"] not in passed):
                yield Breach("N55-B", place, [(note.second, 2)])


def _outside(case: Case) -> Iterator[Breach]:
    """Z5-R: the first score that an expert gave while the door had let nobody of that name in, or out again."""
    inside: dict[str, bool] = {}
    told: set[str] = set()
    for place, note in enumerate(case.notes):
        if note.type in ("room_entered", "room_left"):
            inside[note.data["person"]] = note.type == "room_entered"
        elif note.type == "expert_scored":
            expert = note.data["expert"]
            if inside and not inside.get(expert) and expert not in told:
                told.add(expert)
                yield Breach("Z5-R", place, [(note.second, 2)], expert)


def _evaded(note: Note) -> bool:
    """Whether a deal belonged on the platform and no tender there is named."""
    if note.data.get("tender"):
        return False
    if note.data["kind"] == "procurement":
        return bool(note.data["amount"] >= 5_000_000)
    return bool(note.data["amount"] >= 20_000_000 or note.data["area"] >= 10_000)
