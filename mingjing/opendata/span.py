"""What can be computed from sums that are known: linear algebra over the atoms that the sums are made of.

A sum is the set of atoms that it adds up. Whoever knows some sums can compute exactly those that are linear
combinations of them, whatever way he takes: totals less parts, quarters less months, departments less items. Hundepool
et al., Statistical Disclosure Control (2012), chapter 4, calls the task secondary cell suppression.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

PRIME = (1 << 61) - 1
"""Computed modulo this prime, so that no number grows; two different vectors look alike once in 10^18 times."""

Vector = dict[int, int]
Key = frozenset[tuple[int, int]]


class Span:
    """Sums that are told and sums that must not be told; `tell` refuses what would tell one of the latter."""

    def __init__(self) -> None:
        self._rows: dict[int, Vector] = {}  # by pivot; reduced: a pivot is in no other vector
        self._targets: dict[int, Vector] = {}
        self._holders: defaultdict[int, set[int]] = defaultdict(set)  # of an atom: pivots (>= 0) and targets (~number)
        self._guarded: defaultdict[Key, set[int]] = defaultdict(set)
        self._keys: dict[int, Key] = {}

    def guard(self, atoms: Iterable[int]) -> bool:
        """From now on the sum of these atoms must not be told; False if what is told tells it already."""
        vector = self._reduced(dict.fromkeys(atoms, 1))
        if not vector:
            return False
        key = _key(vector)
        if key not in self._guarded:
            number = ~len(self._targets)
            self._targets[number] = vector
            self._keep(number, vector)
            self._name(number, key)
        return True

    def tell(self, atoms: Iterable[int]) -> bool:
        """Tells the sum of these atoms, unless a guarded one could then be computed; whether it is told."""
        vector = self._reduced(dict.fromkeys(atoms, 1))
        if not vector:
            return True  # it could be computed anyway
        if _key(vector) in self._guarded:
            return False
        pivot = min(vector, key=lambda atom: (len(self._holders[atom]), atom))
        row = _times(vector, pow(vector[pivot], -1, PRIME))
        for holder in list(self._holders[pivot]):
            self._subtract(holder, row, pivot)
        self._rows[pivot] = row
        self._keep(pivot, row)
        return True

    def _reduced(self, vector: Vector) -> Vector:
        for pivot in [atom for atom in vector if atom in self._rows]:
            _less(vector, self._rows[pivot], vector[pivot])
        return vector

    def _subtract(self, holder: int, row: Vector, pivot: int) -> None:
        vector = self._targets[holder] if holder < 0 else self._rows[holder]
        before = set(vector)
        _less(vector, row, vector[pivot])
        for atom in before.difference(vector):
            self._holders[atom].discard(holder)
        for atom in vector.keys() - before:
            self._holders[atom].add(holder)
        if holder < 0:
            self._guarded[self._keys[holder]].discard(holder)
            if not self._guarded[self._keys[holder]]:
                del self._guarded[self._keys[holder]]
            self._name(holder, _key(vector))

    def _keep(self, holder: int, vector: Vector) -> None:
        for atom in vector:
            self._holders[atom].add(holder)

    def _name(self, number: int, key: Key) -> None:
        self._keys[number] = key
        self._guarded[key].add(number)


def _less(vector: Vector, row: Mapping[int, int], factor: int) -> None:
    """Takes `factor` times `row` off."""
    for atom, value in row.items():
        left = (vector.get(atom, 0) - factor * value) % PRIME
        if left:
            vector[atom] = left
        else:
            vector.pop(atom, None)


def _times(vector: Mapping[int, int], factor: int) -> Vector:
    return {atom: value * factor % PRIME for atom, value in vector.items()}


def _key(vector: Mapping[int, int]) -> Key:
    """The vector but for a factor: the same for all that tell the same."""
    return frozenset(_times(vector, pow(vector[min(vector)], -1, PRIME)).items())
