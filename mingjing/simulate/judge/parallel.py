"""What rules look for in parallel approval: the branches' time, and the lead unit's duties."""

from collections.abc import Iterator

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import ENDINGS, Breach, Deadline, Extension, Ladder, days, told
from mingjing.simulate.judge.common import ART_45

NOTICE = 3 * DAY
HELD = (("branch_held", "branch_released", ""),)


def _may_default(_: Case, note: Note) -> bool:
    return "receipt_no" in note.data and "excluded" not in note.data


def _may_not_default(_: Case, note: Note) -> bool:
    return "receipt_no" in note.data and "excluded" in note.data


DEADLINES = (
    Deadline(
        "B1",
        ("branch_received",),
        ("branch_opinion", "consolidated", *ENDINGS),
        told("limit_days"),
        Ladder(due=2),
        key="unit",
        pauses=HELD,
        when=_may_default,
    ),
    Deadline(
        "B1-X",
        ("branch_received",),
        ("branch_opinion", *ENDINGS),
        told("limit_days"),
        Ladder(due=2, after=((3, 3),)),
        key="unit",
        pauses=HELD,
        when=_may_not_default,
    ),
    Deadline(
        "B3",
        ("parallel_opened",),
        ("branch_notified", "branch_received", "consolidated", *ENDINGS),
        days(1),
        Ladder(due=2, after=((3, 3),)),
    ),
    Deadline(
        "B3-T",
        ("parallel_opened",),
        ENDINGS,
        told("limit_days"),
        Ladder(eighty=1, due=2, after=((3, 3),)),
        pauses=(*HELD, *ART_45),
        extends=Extension(15),
    ),
    Deadline(
        "B3-S",
        ("parallel_opened",),
        ENDINGS,
        days(45),
        Ladder(due=3),
        pauses=ART_45,
        extends=Extension(15, "government_head"),
    ),
)
ARRANGED = {
    "branch_late": ("B1", "B1-X"),
    "notified_late": ("B3",),
    "not_consolidated": ("B3-C",),
    "unit_left_out": ("B3-U",),
    "absent": ("B2",),
    "unsigned": ("B2-S",),
    "repeated_alone": ("B2-D",),
}
CONSEQUENCES = ("B3-T", "B3-S")


def findings(case: Case) -> Iterator[Breach]:
    """B2, B2-D, B2-S, B3-C, B3-U, in cases that were opened as parallel."""
    if not any(note.type == "parallel_opened" for note in case.notes):
        return
    yield from _consolidated(case)
    for place, note in enumerate(case.notes):
        if note.type == "joint_held" and _stayed_away(case, note):
            yield Breach("B2", place, [(note.second, 2)])
        elif note.type == "joint_minuted" and _left_unsigned(case, note):
            yield Breach("B2-S", place, [(note.second, 2)])
        elif note.type == "solo_held" and _done_before(case, note):
            yield Breach("B2-D", place, [(note.second, 2)])


def _consolidated(case: Case) -> Iterator[Breach]:
    """B3-C: decided before the opinions were consolidated. B3-U: consolidated without a unit's being asked."""
    opened = consolidated = decided = False
    asked: set[str] = set()
    for place, note in enumerate(case.notes):
        if note.type in ("branch_notified", "branch_received", "branch_opinion"):
            asked.add(note.data["unit"])
        opened = opened or note.type == "parallel_opened"
        if note.type == "consolidated":
            consolidated = True
            if not asked.issuperset(case.item.units):
                yield Breach("B3-U", place, [(note.second, 2)])
        if note.type == "decided" and not decided:
            decided = True
            if opened and not consolidated:
                yield Breach("B3-C", place, [(note.second, 2)])


def _stayed_away(case: Case, held: Note) -> bool:
    """B2: whether a unit that had signed for the invitation three days before was neither there nor heard."""
    before = [note for note in case.notes if note.second <= held.second]
    told = {n.data["unit"] for n in before if n.type == "joint_received" and held.second - n.second >= NOTICE}
    there = {n.data["unit"] for n in before if n.type in ("joint_attended", "branch_opinion")}
    return not told <= there


def _left_unsigned(case: Case, filed: Note) -> bool:
    """B2-S: whether somebody who had come had not signed when the minutes were filed."""
    of_it = [n for n in case.notes if n.second <= filed.second and n.data.get("meeting") == filed.data["meeting"]]
    came, signed = ({n.data["unit"] for n in of_it if n.type == f"joint_{what}"} for what in ("attended", "signed"))
    return not came <= signed


def _done_before(case: Case, alone: Note) -> bool:
    """B2-D: whether the unit had been asked to the same kind of activity, which took place, and has no ground."""
    unit, activity = alone.data["unit"], alone.data["activity"]
    before = [note for note in case.notes if note.second <= alone.second and note.data.get("activity") == activity]
    held = {note.data["meeting"] for note in before if note.type == "joint_held"}
    asked = {n.data["meeting"] for n in before if n.type.startswith("joint_") and n.data["unit"] == unit}
    return "ground" not in alone.data and not held.isdisjoint(asked)
