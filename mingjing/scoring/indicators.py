"""The indicators of all subjects: fair estimates, and what is uncertain about them, as shares of the full points."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.polynomial.hermite import hermgauss

from mingjing.scoring.likelihoods import Binomial, Kind, Normal, Poisson
from mingjing.scoring.peers import peers
from mingjing.scoring.scheme import Bonus, Indicator
from mingjing.scoring.shift import Figures, Shift, shift
from mingjing.scoring.statistics import poisson
from mingjing.scoring.sums import Numbers, Sums
from mingjing.scoring.table import Table

BINOMIAL, POISSON, NORMAL = Binomial(), Poisson(), Normal()
GRID = 401
LOW, HIGH = 0.025, 0.975
HERMITE, LIKELY = (part / scale for part, scale in zip(hermgauss(5), (2**-0.5, np.sqrt(np.pi)), strict=True))
"""Nodes of a standard normal number, and their probabilities."""


class Estimate(NamedTuple):
    """One indicator of every subject. `share`: of its weight, 0 to 1; see results.Value for the others.

    `merit`: how much better than peers, in standard deviations between subjects; `blind`: the share of the variance
    between subjects that its figures leave open. Both 0 where nothing is drawn towards peers.
    """

    share: Numbers
    lo: Numbers
    hi: Numbers
    variance: Numbers
    third: Numbers  # central moment
    merit: Numbers
    blind: Numbers
    value: Numbers
    value_lo: Numbers
    value_hi: Numbers
    expected: Numbers
    usual: Numbers
    own: Numbers
    raw: Numbers
    n: Numbers
    good: Numbers


def estimate(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """An indicator of every subject of a table; where n is 0 nothing is known."""
    match one.kind:
        case "rate":
            return rate(one, sums, table)
        case "cards":
            return cards(one, sums, table)
        case "speed":
            return speed(one, sums, table)
        case "deduct":
            return deduct(one, table)


def rate(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """Good of n, held against peers family by family, as the rate on the mix of all subjects."""
    n = table.pairs(_measured(one.measure, "n", sums))
    good = table.pairs(_measured(one.measure, "good", sums))
    fair = _fair(good / one.block, n / one.block, table, BINOMIAL)
    return _estimate(one, fair, table.each(n), table.each(good), 1.0)


def cards(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """Cards per 1,000 weighted cases. Cards count by their points, and are uncertain as that many of mean size are."""
    worth = np.array([one.points.get(severity, 0.0) * one.counts(cause) for cause, severity in table.words])
    others = sum((table.pairs(sums.counts[f"{name}_n"]) for name in one.measure), np.zeros(len(table.subject)))
    events, squares = table.carded(worth) + others, table.carded(worth**2) + others
    mean_size = squares.sum() / events.sum() if events.sum() else 1.0
    fair = _fair(events / mean_size, table.exposure, table, POISSON)
    return _estimate(one, fair.times(1000 * mean_size), table.weighted, table.each(events), 1000.0)


def speed(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """The mean share of the statutory limit that was saved."""
    n, total = table.pairs(sums.speed_n), table.pairs(sums.speed_sum)
    squares = table.pairs(sums.speed_squares)
    within = (squares - total**2 / np.maximum(n, 1e-9)).sum() / max(n.sum() - np.count_nonzero(n), 1.0)
    noise = max(within, 1e-4)
    fair = _fair(total / noise, n / noise, table, NORMAL, unit=0.2)
    fair = fair._replace(values=np.minimum(fair.values, one.cap))  # no case saves more
    return _estimate(one, fair, table.each(n), table.each(total), 1.0)


def deduct(one: Indicator, table: Table) -> Estimate:
    """Flat points off per card 扣分制, as published schemes have it; uncertain as a number of rare events is."""
    severities = sorted(one.points)
    by = np.stack([
        table.each(table.carded(np.array([float(level == each and one.counts(cause)) for cause, level in table.words])))
        for each in severities
    ])  # fmt: skip
    every = np.array([one.every.get(each, 1) for each in severities])[:, None]
    points = np.array([one.points[each] for each in severities])[:, None]
    off, number = (points * (by // every)).sum(axis=0), by.sum(axis=0)
    size = np.where(number > 0, off / np.maximum(number, 1), points.min())
    few, many = poisson(number)
    share, lo, hi = (np.clip(1 - each / one.weight, 0.0, 1.0) for each in (off, size * many, size * few))
    lo, hi = np.minimum(lo, share), np.maximum(hi, share)
    none, zero = np.full_like(off, np.nan), np.zeros_like(off)
    return Estimate(share, lo, hi, ((hi - lo) / 3.92) ** 2, zero, zero, zero, off, off, off, none, none, none, off,
                    table.cases, number)  # fmt: skip


def bonus_points(one: Bonus, sums: Sums, table: Table) -> tuple[Numbers, Numbers]:
    """Points on top: mean and variance."""
    n, good = table.pairs(sums.counts[f"{one.measure}_n"]), table.pairs(sums.counts[f"{one.measure}_good"])
    known, values, *_ = _fair(good, n, table, BINOMIAL)
    points = np.clip(np.floor((values - one.since) / one.step + 1e-9) * one.points, 0.0, one.most)
    mean = known.mean(points)
    there = table.each(n) > 0
    return np.where(there, mean, 0.0), np.where(there, known.mean((points - mean[:, None]) ** 2), 0.0)


class Fair(NamedTuple):
    """What a subject would reach on the mix of all, at the nodes of its shift.

    `expected` and `usual`: what was thought of it before its own figures, on its own mix and on that of all.
    """

    known: Shift
    values: Numbers
    expected: Numbers
    usual: Numbers

    def times(self, size: float) -> "Fair":
        """In another unit."""
        return Fair(self.known, size * self.values, size * self.expected, size * self.usual)


def _fair(good: Numbers, size: Numbers, table: Table, kind: Kind, unit: float = 1.0) -> Fair:
    if not size.any():
        return _nothing(len(table.codes))
    usual = peers(good, size, table, kind, unit)
    known = shift(Figures(good, size, usual.near, usual.trust, table, kind), unit)
    reach = HERMITE[-1] * known.before
    grid = np.linspace(
        min(known.nodes.min(), (known.middle - reach).min()), max(known.nodes.max(), (known.middle + reach).max()), GRID
    )
    reached = kind.mean(usual.levels + grid[:, None]) @ usual.mix
    values = np.interp(known.nodes, grid, reached)
    before = known.middle[:, None] + known.before[:, None] * HERMITE
    own_mix = kind.mean(usual.near[:, None] + before[table.subject]) @ LIKELY
    expected = table.each(size * own_mix) / np.maximum(table.each(size), 1e-12)
    return Fair(known, values, expected, np.interp(before, grid, reached) @ LIKELY)


def _nothing(subjects: int) -> Fair:
    """Where nobody has any figures."""
    zero, one = np.zeros(subjects), np.ones(subjects)
    return Fair(Shift(zero[:, None], one[:, None], zero, one), zero[:, None], zero, zero)


def _estimate(one: Indicator, fair: Fair, n: Numbers, good: Numbers, per: float) -> Estimate:
    """Values at the nodes as an estimate, their interval and their points."""
    known, values = fair.known, fair.values
    shares = np.clip(_share(one)(values), 0.0, 1.0)
    share = known.mean(shares)
    off = shares - share[:, None]
    value_lo, value_hi = known.quantiles(values, LOW, HIGH)
    ends = [np.clip(_share(one)(end), 0.0, 1.0) for end in (value_lo, value_hi)]
    lo, hi = np.minimum(np.minimum(*ends), share), np.maximum(np.maximum(*ends), share)
    shifted = known.mean(known.nodes)
    merit = (-shifted if one.kind == "cards" else shifted) / known.before
    blind = np.minimum(known.mean((known.nodes - shifted[:, None]) ** 2) / known.before**2, 1.0)
    value = known.mean(values)
    raw = per * good / np.where(n > 0, n, np.nan)
    apart = raw - fair.expected
    own = np.clip((value - fair.usual) / np.where(np.abs(apart) > 1e-9, apart, np.nan), 0.0, 1.0)
    return Estimate(share, lo, hi, known.mean(off**2), known.mean(off**3), merit, blind, value,
                    np.minimum(value_lo, value), np.maximum(value_hi, value), fair.expected, fair.usual, own, raw, n,
                    good)  # fmt: skip


def _share(one: Indicator) -> Callable[[Numbers], Numbers]:
    if one.kind == "cards":
        return lambda values: 1 - values / one.zero_at
    return lambda values: (values - one.floor) / (one.target - one.floor)


def _measured(names: Sequence[str], what: str, sums: Sums) -> Numbers:
    counts: Mapping[str, Numbers] = sums.counts
    return np.asarray(sum(counts[f"{name}_{what}"] for name in names))
