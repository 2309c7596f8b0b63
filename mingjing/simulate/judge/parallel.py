"""What rules look for in parallel approval: the branches' time, and the lead unit's duties."""

from collections.abc import Iterator

from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import ENDINGS, Breach, Deadline, Extension, Ladder, days, told
from mingjing.simulate.judge.common import ART_45

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
ARRANGED = {"branch_late": ("B1", "B1-X"), "notified_late": ("B3",), "not_consolidated": ("B3-C",)}
CONSEQUENCES = ("B3-T", "B3-S")


def findings(case: Case) -> Iterator[Breach]:
    """B3-C: decided before the opinions were consolidated."""
    if not any(note.type == "parallel_opened" for note in case.notes):
        return
    consolidated = False
    for place, note in enumerate(case.notes):
        consolidated = consolidated or note.type == "consolidated"
        if note.type == "decided":
            if not consolidated:
                yield Breach("B3-C", place, [(note.second, 2)])
            return
