"""Small figures stay untold, also to those who compute with everything that is told."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.opendata.atoms import Atom, cases
from mingjing.opendata.hiding import Cell, cells, periods, told
from mingjing.scoring.periods import Period

MINIMUM = 10
YEAR = periods(2025, date(2026, 1, 1))
SPANS = [period for period in YEAR if period.kind != "month" or period.since.month < 5]
TREE = {"R1": ("R1", "R0"), "R2": ("R2", "R0")}


def over(region: str) -> Sequence[str]:
    return TREE.get(region, (region,))


def atom(month: int, n: int, department: str = "D1", region: str = "R1", item: str = "I1") -> Atom:
    """n cases, nothing but counted."""
    return Atom(month=date(2025, month, 1), department=department, region=region, item=item, closed=n)


def atoms() -> st.SearchStrategy[list[Atom]]:
    """A year's quarter and a bit of a small place: many small numbers, now and then a large one."""
    place = st.tuples(
        st.integers(1, 4),
        st.sampled_from("123"),
        st.sampled_from(("", "R0", "R1", "R2", "R3")),
        st.sampled_from("1234"),
    )
    size = st.one_of(st.integers(1, 6), st.integers(5, 40))
    return st.dictionaries(place, size, max_size=30).map(
        lambda found: [
            atom(month, n, f"D{department}", region, f"I{item}")
            for (month, department, region, item), n in found.items()
        ]
    )


def all_cells(of: Sequence[Atom], spans: Sequence[Period]) -> dict[Cell, list[int]]:
    return {cell: numbers for period in spans for cell, numbers in cells(of, period, over).items()}


def vector(numbers: Sequence[int], length: int) -> np.ndarray:
    found = np.zeros(length)
    found[list(numbers)] = 1
    return found


def computable(wanted: np.ndarray, known: np.ndarray) -> bool:
    """Whether a linear combination of known sums is the wanted one, by least squares in floating point."""
    if not len(known):
        return not wanted.any()
    combination, *_ = np.linalg.lstsq(known.T, wanted, rcond=None)
    return bool(np.abs(known.T @ combination - wanted).max() < 1e-6)


@settings(max_examples=60, deadline=None)
@given(atoms())
def test_no_small_cell_can_be_computed_from_everything_that_is_told(of: list[Atom]) -> None:
    """Totals less parts, quarters less months, departments less items, and any mixture of them."""
    there = all_cells(of, SPANS)
    spoken = told(of, SPANS, cases, MINIMUM, over)
    known = np.array([vector(there[cell], len(of)) for cell in sorted(spoken)])
    for cell, numbers in there.items():
        if sum(of[n].closed for n in numbers) < MINIMUM:
            assert cell not in spoken
            assert not computable(vector(numbers, len(of)), known), cell


@settings(max_examples=20, deadline=None)
@given(atoms())
def test_no_small_part_of_a_cell_can_be_computed(of: list[Atom]) -> None:
    """Nor what lies in two cells of one period, or in three: a department's cases in one region, of one item."""
    there = all_cells(of, SPANS)
    known = np.array([vector(there[cell], len(of)) for cell in sorted(told(of, SPANS, cases, MINIMUM, over))])
    for one, other in combinations(there, 2):
        if one.period == other.period and one.level != other.level:
            both = sorted(set(there[one]).intersection(there[other]))
            if 0 < sum(of[n].closed for n in both) < MINIMUM:
                assert not computable(vector(both, len(of)), known), (one, other)
    for n, one_atom in enumerate(of):
        assert one_atom.closed >= MINIMUM or not computable(vector([n], len(of)), known), one_atom


@settings(max_examples=60, deadline=None)
@given(atoms())
def test_what_is_left_of_a_whole_is_nothing_or_many(of: list[Atom]) -> None:
    """A whole less its told parts of one level, or a subject's period less its told parts, is never 1 to 9 cases."""
    there = all_cells(of, SPANS)
    spoken = told(of, SPANS, cases, MINIMUM, over)
    for whole in spoken:
        inside = set(there[whole])
        families = [
            [c for c in spoken if c.period == whole.period and c.level == level]
            for level in ("region", "department", "item")
        ]
        alike = [c for c in spoken if (c.level, c.code) == (whole.level, whole.code) and c.period != whole.period]
        families += [[c for c in alike if c.period.kind == kind] for kind in ("month", "quarter")] + [alike]
        for parts in families:
            left = inside.difference(*(there[part] for part in parts if inside.issuperset(there[part])), ())
            assert left == inside or not 0 < sum(of[n].closed for n in left) < MINIMUM


@settings(max_examples=30, deadline=None)
@given(atoms(), st.integers(1, len(SPANS)))
def test_later_periods_never_change_what_was_told_before(of: list[Atom], upto: int) -> None:
    """What has been downloaded cannot be taken back."""
    early = told(of, SPANS[:upto], cases, MINIMUM, over)
    late = told(of, SPANS, cases, MINIMUM, over)
    assert {cell for cell in late if cell.period in SPANS[:upto]} == early


def test_where_all_is_large_all_is_told() -> None:
    of = [atom(month, 50, f"D{d}", f"R{d}", f"I{d}{i}") for month in range(1, 13) for d in (1, 2) for i in (1, 2)]
    assert told(of, YEAR, cases, MINIMUM, over) == set(all_cells(of, YEAR))


@pytest.mark.parametrize(
    ("few", "many"),
    [  # D1 less R2 are D1's cases in R1; all less R2, D2 and I2 leaves one atom
        ([atom(1, 2), atom(1, 2, item="I2")], [atom(1, 50, region="R2"), atom(1, 50, "D2", item="I2")]),
        ([atom(1, 4)], [atom(1, 50, item="I2"), atom(1, 50, "D2"), atom(1, 50, region="R2")]),
    ],
)
def test_what_large_cells_have_in_common_is_guarded_by_itself(few: list[Atom], many: list[Atom]) -> None:
    """Every cell is large; their sums would tell what two, or only all three, have in common."""
    of = [*few, *many]
    common = vector(range(len(few)), len(of))
    there = all_cells(of, YEAR[:1])
    assert min(sum(of[n].closed for n in numbers) for numbers in there.values()) > MINIMUM
    assert computable(common, np.array([vector(numbers, len(of)) for numbers in there.values()]))
    spoken = told(of, YEAR[:1], cases, MINIMUM, over)
    assert Cell(YEAR[0], "all", "") in spoken
    assert not computable(common, np.array([vector(there[cell], len(of)) for cell in sorted(spoken)]))


def test_a_small_one_takes_the_smallest_other_with_it() -> None:
    january = YEAR[0]
    of = [atom(1, 4, "D1", item="A"), atom(1, 30, "D2", item="A"), atom(1, 90, "D3", item="A")]
    spoken = told(of, [january], cases, MINIMUM)
    assert {cell.code for cell in spoken if cell.level == "department"} == {"D3"}
    assert Cell(january, "all", "") in spoken


def test_a_quarter_with_one_small_month_is_withheld() -> None:
    of = [atom(1, 4), atom(2, 30), atom(3, 90)]
    kinds = {cell.period.code for cell in told(of, YEAR, cases, MINIMUM)}
    assert {"2025-02", "2025-03"} <= kinds
    assert not {"2025-01", "2025-Q1", "2025"} & kinds


def test_only_periods_that_have_ended_are_there() -> None:
    assert [p.code for p in periods(2025, date(2025, 4, 1))] == ["2025-01", "2025-02", "2025-03", "2025-Q1"]
    assert [p.code for p in periods(2025, date(2025, 3, 31))] == ["2025-01", "2025-02"]
    assert len(YEAR) == 17
