"""Which public figures stay untold: small ones, and those from which one could be computed (docs/opendata.md)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from msgspec import Struct

from mingjing.opendata.atoms import DIMENSIONS, Atom, Group
from mingjing.opendata.span import Span
from mingjing.scoring.periods import Period

LEVELS: tuple[str, ...] = ("all", *DIMENSIONS)


class Cell(Struct, frozen=True, order=True):
    """One row of the public table: who, and when."""

    period: Period
    level: str
    code: str


class Sizes:
    """How many cases atoms are about, each kind of count in 40 bits of one number, so that adding up is quick."""

    def __init__(self, counts: Iterable[Sequence[int]], minimum: int) -> None:
        self.of = [sum(max(0, n) << 40 * place for place, n in enumerate(each)) for each in counts]
        self._small: dict[int, bool] = {}
        self._minimum = minimum

    def small(self, numbers: Iterable[int]) -> bool:
        """Whether any count of these atoms together is 1 or more, and below the minimum."""
        total = sum(map(self.of.__getitem__, numbers))
        known = self._small.get(total)
        if known is None:
            known = self._small[total] = any(0 < n < self._minimum for n in _counts(total))
        return known

    def most(self, numbers: Iterable[int]) -> int:
        """The largest count of these atoms together."""
        return max(_counts(sum(map(self.of.__getitem__, numbers))), default=0)


def _counts(total: int) -> Iterator[int]:
    while total:
        yield total & ((1 << 40) - 1)
        total >>= 40


Over = Callable[[str], Sequence[str]]
"""A region and all that it lies in."""
Cells = Mapping[Cell, Sequence[int]]
"""The numbers of the atoms that each cell sums up."""


def alone(region: str) -> Sequence[str]:
    """Where no region lies in another."""
    return (region,)


def periods(year: int, settled: date) -> list[Period]:
    """Months, quarters and the year of a year that ended by the day `settled`, each after those that it is made of."""
    found: list[Period] = []
    for number in range(1, 13):
        month = Period.of("month", date(year, number, 1))
        wider = (Period.of("quarter", month.since), Period.of("year", month.since))
        found += [month, *(period for period in wider if period.until == month.until)]
    return [period for period in found if period.until <= settled]


def cells(atoms: Sequence[Atom], period: Period, over: Over) -> dict[Cell, list[int]]:
    """Every cell of a period; unknown codes have one too, which is never told. Regions contain those beneath them."""
    found: defaultdict[Cell, list[int]] = defaultdict(list)
    for number, atom in enumerate(atoms):
        if period.since <= atom.month < period.until:
            for level in LEVELS:
                code = atom.code(level)
                for one in over(code) if level == "region" and code else (code,):
                    found[Cell(period, level, one)].append(number)
    return found


def told(atoms: Sequence[Atom], spans: Sequence[Period], group: Group, minimum: int, over: Over = alone) -> set[Cell]:
    """The cells whose figures of a group may be told.

    Decided in the order of `spans` and of importance, on what is known up to then: a later period never changes what
    was told of an earlier one.
    """
    sizes, splits = Sizes([group(atom) for atom in atoms], minimum), _splits(atoms, over)
    span, spoken, earlier = Span(), set[Cell](), dict[Cell, Sequence[int]]()
    for period in spans:
        here = {
            cell: some
            for cell, numbers in cells(atoms, period, over).items()
            if (some := [n for n in numbers if sizes.of[n]])
        }
        for numbers in _differences(here, splits, sizes, partial(_rest, earlier=earlier, spoken=spoken)):
            span.guard(numbers)
        ranks = {cell: (LEVELS.index(cell.level), -sizes.most(numbers), cell.code) for cell, numbers in here.items()}
        for cell in sorted(here, key=ranks.__getitem__):
            named = cell.code or cell.level == "all"
            if named and not sizes.small(here[cell]) and span.tell(here[cell]):
                spoken.add(cell)
        earlier |= here
    return spoken


def _differences(
    here: Cells,
    splits: Sequence[Sequence[str]],
    sizes: Sizes,
    rest: Callable[[Cell], Collection[int]],
) -> Iterator[Collection[int]]:
    """The sets of cases that must not be told because they are small, of these:

    the cells; what lies in two of them at once, and in all three dimensions; of each cell all that it has a small part
    of, which is what is left of a department less its large items; and what is left of a period less its told parts.
    """
    for cell, numbers in here.items():
        if sizes.small(numbers):
            yield numbers
        for split in splits:
            parts = _parts(numbers, split)
            small = [part for part in parts if sizes.small(part)] if len(parts) > 1 else []
            yield from small
            if len(small) > 1 and sizes.small(together := [n for part in small for n in part]):
                yield together
        if cell.period.kind == "month":
            yield from ([n] for n in numbers if cell.level == "all" and sizes.small([n]))
        elif sizes.small(left := rest(cell)):
            yield left


def _splits(atoms: Sequence[Atom], over: Over) -> list[list[str]]:
    """All atoms' departments, items, and regions at each depth of the tree."""
    chains = [tuple(reversed(over(atom.region))) for atom in atoms]
    depths = range(max(map(len, chains), default=0))
    regions = [[chain[min(depth, len(chain) - 1)] for chain in chains] for depth in depths]
    return [*regions, [atom.department for atom in atoms], [atom.item for atom in atoms]]


def _parts(numbers: Iterable[int], split: Sequence[str]) -> Collection[list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for n in numbers:
        found[split[n]].append(n)
    return found.values()


def _rest(cell: Cell, earlier: Cells, spoken: Collection[Cell]) -> set[int]:
    """The atoms of a longer period that no told part of it holds."""
    found: set[int] = set()
    for part in periods(cell.period.since.year, cell.period.until):  # each after those that it is made of
        held = earlier.get(one := Cell(part, cell.level, cell.code), ())
        if cell.period.since <= part.since:
            found = found.difference(held) if one in spoken else found.union(held) if part.kind == "month" else found
    return found
