"""What rules look for in where a case was decided and accepted: N15, N15-H."""

from collections.abc import Iterator

from mingjing.simulate.draft import Case
from mingjing.simulate.judge.clocks import Breach
from mingjing.simulate.places import OFFICE, OTHER_DIVISION, designation

ARRANGED = {"other_division": ("N15",), "other_hall": ("N15-H",)}


def findings(case: Case) -> Iterator[Breach]:
    """N15: decided in a division that is not the designated one. N15-H: not accepted in the hall it moved into."""
    for place, note in enumerate(case.notes):
        if note.type == "decided" and str(note.data.get("division", "")).endswith(OTHER_DIVISION):
            yield Breach("N15", place, [(note.second, 1)])
        elsewhere = note.type == "accepted" and (note.window or "").endswith(OFFICE)
        if elsewhere and designation(case.item).resident:
            yield Breach("N15-H", place, [(note.second, 2)])
