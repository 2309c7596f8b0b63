"""Windows differ as the truth about them says, in what is unwanted and in nothing else."""

from collections import Counter
from datetime import date

import pytest

from mingjing.simulate import Rates, city, simulation
from mingjing.simulate.quality import UNWANTED, quality, rates_at

SPREAD = 1.5
CITY = city(1)
WINDOWS = [window.code for department in CITY.departments for window in department.windows]


def test_without_a_spread_a_window_is_as_any_other() -> None:
    rates = Rates()
    assert all(rates_at(1, window, rates) is rates for window in WINDOWS)
    assert {quality(1, window, 0.0) for window in WINDOWS} == {0.0}


@pytest.mark.parametrize("window", WINDOWS[:3])
def test_a_better_window_does_everything_unwanted_less_often(window: str) -> None:
    """One logit less makes odds e times as small."""
    usual = Rates(quality_spread=SPREAD, complained=0.01)
    own, better = rates_at(1, window, usual), quality(1, window, SPREAD) > 0
    for name in Rates.__struct_fields__:
        if name in UNWANTED:
            assert (getattr(own, name) < getattr(usual, name)) == better, name
        else:
            assert getattr(own, name) == getattr(usual, name), name


def test_what_goes_wrong_goes_wrong_at_bad_windows() -> None:
    """And in so many cases that it can be seen."""
    rates = Rates(quality_spread=SPREAD, immediate_late=0.1, document_missing=0.1, complained=0.1)
    wrong, all_ = Counter[bool](), Counter[bool]()
    for begun, _ in simulation(date(2026, 3, 2), date(2026, 3, 31), rates=rates, cases=1_500).days():
        for case in begun:
            accepted = next((note for note in case.notes if note.type == "accepted" and note.window), None)
            if case.item.immediate and accepted is not None:
                good = quality(1, accepted.window or "", SPREAD) > 0
                all_[good] += 1
                wrong[good] += bool(case.flaws) or any(note.type == "complained" for note in case.notes)
    assert min(all_.values()) > 100
    assert wrong[False] / all_[False] > 2 * wrong[True] / all_[True]
