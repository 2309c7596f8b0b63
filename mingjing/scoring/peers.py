"""What peers reach in each family of items, a subject's own figures left out, and how well that is known.

Every pair of subject and family has a level of its own, scattered by `between` around the family's, and the families'
levels scatter by `apart` around that of all. Levels maximise the joint likelihood, by Newton's method; how much they
scatter is found on the way (Dempster, Laird & Rubin, JRSS B 39, 1977). A family that only few others do is drawn
towards all families, so that a department alone with its items is not its own yardstick.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mingjing.scoring.likelihoods import Kind
from mingjing.scoring.sums import Numbers
from mingjing.scoring.table import Table

ROUNDS = 8
STEP = 1.5


class Peers(NamedTuple):
    """What is usual.

    `near`: of each pair, the natural parameter that the others reach in its family. `trust`: of each subject, the
    share of what its figures say about it that is left as `near` is uncertain itself. `levels` and `mix`: of each
    family, its level and its share of all.
    """

    near: Numbers
    trust: Numbers
    levels: Numbers
    mix: Numbers


def peers(good: Numbers, size: Numbers, table: Table, kind: Kind, unit: float = 1.0) -> Peers:
    """What is usual in each family. `good` and `size` by pair; `unit`: what subjects differ by, about."""
    family, there = table.family, size > 0
    alike = _Alike(good, size, table, kind, unit)
    for _ in range(ROUNDS):
        alike.turn(there)
    weight = alike.weight * there
    others = table.families_of(weight)[family] - weight
    hold = np.maximum(others, 0.0) + alike.apart**-2
    near = alike.levels[family] - alike.own / alike.between**2 / hold
    near = np.where(there, near, alike.levels[family])
    info = size * kind.both(near)[1]
    total = np.maximum(table.each(info), 1e-12)
    mix = table.families_of(size)
    mix = mix / max(mix.sum(), 1e-12)
    blur = _blur(info / total[table.subject], hold, mix, table)
    return Peers(near, 1 / (1 + blur * total), alike.levels, mix)


def _blur(share: Numbers, hold: Numbers, mix: Numbers, table: Table) -> Numbers:
    """Of each subject: the variance by which it may be misplaced, as its peers' levels are known with `hold` only.

    What it does of a family as everybody does, cancels out. Errors of a subject's own families go together (the same
    peers do them); of those of all others, as many as one subject has do.
    """
    apart = table.each(np.abs(share - mix[table.family]) / np.sqrt(hold)) ** 2
    near = mix[table.family] ** 2 / hold
    far = table.families_of(near) / np.maximum(table.families_of(np.ones_like(near)), 1)
    alike = len(table.subject) / max(len(table.codes), 1)
    return np.asarray(apart + alike * np.maximum(far.sum() - table.each(far[table.family]), 0.0))


class _Alike:
    """Levels on their way: of all, of each family, and of each pair (`own`, from its family's)."""

    def __init__(self, good: Numbers, size: Numbers, table: Table, kind: Kind, unit: float) -> None:
        self.good, self.size, self.table, self.kind = good, size, table, kind
        self.unit = unit
        self.middle = kind.eta(float((good.sum() + 0.5) / (size.sum() + 1)))
        self.levels = np.full(table.families, self.middle)
        self.own = np.zeros_like(good)
        self.weight = np.zeros_like(good)
        self.between = self.apart = 0.5 * unit

    def turn(self, there: NDArray[np.bool_]) -> None:
        """One round: pairs, families, all; then how much they scatter."""
        table, limit = self.table, STEP * self.unit
        mean, variance = self.kind.both(self.levels[table.family] + self.own)
        info, loose = self.size * variance, self.between**-2
        stiff = info + loose
        step = (self.good - self.size * mean - loose * self.own) / stiff
        self.own = self.own + np.minimum(np.maximum(step, -limit), limit)
        self.weight = info * loose / stiff
        weight = table.families_of(self.weight) + self.apart**-2
        pull = table.families_of(self.own) / self.between**2 - (self.levels - self.middle) / self.apart**2
        self.levels = self.levels + np.clip(pull / weight, -limit, limit)
        self.middle += float((self.levels - self.middle).mean())
        floor = (0.03 * self.unit) ** 2
        if many := np.count_nonzero(there):
            self.between = float(np.sqrt(max(float(there @ (self.own**2 + 1 / stiff)) / many, floor)))
            self.apart = float(np.sqrt(max(((self.levels - self.middle) ** 2 + 1 / weight).mean(), floor)))
