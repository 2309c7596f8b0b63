"""The indicators of all subjects: fair estimates with what is uncertain about them, as shares of an indicator's weight."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from mingjing.scoring.scheme import Bonus, Indicator
from mingjing.scoring.shift import Shift, shift
from mingjing.scoring.statistics import poisson
from mingjing.scoring.sums import Numbers, Sums
from mingjing.scoring.table import Table

LIKE = 20.0
"""Cases that a family's rate among peers is drawn towards the overall rate by."""
LOW, HIGH = 0.025, 0.975


class Estimate(NamedTuple):
    """One indicator of every subject. `share`: of its weight, 0 to 1; see results.Value for the others."""

    share: Numbers
    lo: Numbers
    hi: Numbers
    variance: Numbers
    third: Numbers  # central moment
    value: Numbers
    value_lo: Numbers
    value_hi: Numbers
    expected: Numbers
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
            return deduct(one, sums, table)


def rate(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """Good of n, held against peers family by family, as the rate on the mix of all subjects."""
    n = table.pairs(_measured(one.measure, "n", sums))
    good = table.pairs(_measured(one.measure, "good", sums))
    known, values, expected = _rates(n / one.block, good / one.block, table)
    return _estimate(one, known, values, expected, table.each(n), table.each(good), 1.0)


def cards(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """Cards per 1,000 weighted cases. Cards count by their points, and are uncertain as that many of mean size are."""
    counted = {word for each in sums.cards for word in each}
    worth = {word: _points(one, word) for word in counted}
    size, square = np.zeros((2, len(sums.codes)))
    for row, each in enumerate(sums.cards):
        for word, count in each.items():
            size[row] += count * worth[word]
            square[row] += count * worth[word] ** 2
    for name in one.measure:
        size, square = size + sums.counts[f"{name}_n"], square + sums.counts[f"{name}_n"]
    mean_size = square.sum() / size.sum() if size.sum() else 1.0
    events, exposure = table.pairs(size), table.exposure
    overall = _ratio(table.all_others(events) + 0.5 * mean_size, table.all_others(exposure), events, exposure)
    near = _smooth(table.others(events), table.others(exposure), overall[table.subject])
    expectation = table.each(exposure * near) / mean_size
    known = shift(table.each(events) / mean_size, lambda d: (expectation[:, None] * np.exp(d),) * 3)
    values = 1000 * overall[:, None] * np.exp(known.nodes)
    expected = 1000 * table.each(exposure * near) / np.maximum(table.weighted, 1e-9)
    return _estimate(one, known, values, expected, table.weighted, table.each(events), 1000.0)


def speed(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """The mean share of the statutory limit that was saved."""
    n, total = table.pairs(sums.speed_n), table.pairs(sums.speed_sum)
    squares = table.pairs(sums.speed_squares)
    overall = _ratio(table.all_others(total), table.all_others(n), total, n)
    near = _smooth(table.others(total), table.others(n), overall[table.subject])
    within = (squares - total**2 / np.maximum(n, 1e-9)).sum() / max(n.sum() - np.count_nonzero(n), 1.0)
    noise = max(within, 1e-4)
    count = table.each(n)
    surplus = (table.each(total) - table.each(n * near)) / noise
    stiff = (count / noise)[:, None]
    known = shift(surplus, lambda d: (stiff * d**2 / 2, stiff * d, stiff * np.ones_like(d)), unit=0.2)
    values = overall[:, None] + known.nodes
    expected = table.each(n * near) / np.maximum(count, 1e-9)
    return _estimate(one, known, values, expected, count, table.each(total), 1.0)


def deduct(one: Indicator, sums: Sums, table: Table) -> Estimate:
    """Flat points off per card 扣分制, as published schemes have it; uncertain as a number of rare events is."""
    severities = sorted(one.points)
    counts = np.zeros((len(severities), len(sums.codes)))
    for row, each in enumerate(sums.cards):
        for word, count in each.items():
            cause, _, severity = word.rpartition(":")
            if int(severity) in one.points and one.counts(cause):
                counts[severities.index(int(severity)), row] += count
    by = np.stack([table.each(table.pairs(each)) for each in counts])
    every = np.array([one.every.get(each, 1) for each in severities])[:, None]
    points = np.array([one.points[each] for each in severities])[:, None]
    off, number = (points * (by // every)).sum(axis=0), by.sum(axis=0)
    size = np.where(number > 0, off / np.maximum(number, 1), points.min())
    few, many = poisson(number)
    share, lo, hi = (np.clip(1 - each / one.weight, 0.0, 1.0) for each in (off, size * many, size * few))
    lo, hi = np.minimum(lo, share), np.maximum(hi, share)
    none = np.full_like(off, np.nan)
    return Estimate(share, lo, hi, ((hi - lo) / 3.92) ** 2, np.zeros_like(off), off, off, off, none, off,
                    table.cases, number)  # fmt: skip


def bonus_points(one: Bonus, sums: Sums, table: Table) -> tuple[Numbers, Numbers]:
    """Points on top: mean and variance."""
    n, good = table.pairs(sums.counts[f"{one.measure}_n"]), table.pairs(sums.counts[f"{one.measure}_good"])
    known, values, _ = _rates(n, good, table)
    points = np.clip(np.floor((values - one.since) / one.step + 1e-9) * one.points, 0.0, one.most)
    mean = known.mean(points)
    there = table.each(n) > 0
    return np.where(there, mean, 0.0), np.where(there, known.mean((points - mean[:, None]) ** 2), 0.0)


def _rates(n: Numbers, good: Numbers, table: Table) -> tuple[Shift, Numbers, Numbers]:
    overall = _ratio(table.all_others(good) + 0.5, table.all_others(n) + 1, good + 0.5, n + 1)
    near = logit(_smooth(table.others(good), table.others(n), overall[table.subject]))
    which = n > 0

    def slopes(d: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        at = near[:, None] + d[table.subject]
        p = expit(at)
        counted = n[:, None]
        return (
            table.each(counted * np.logaddexp(0, at)),
            table.each(counted * p),
            table.each(counted * p * (1 - p)),
        )

    del which
    known = shift(table.each(good), slopes)
    values = expit(logit(overall)[:, None] + known.nodes)
    return known, values, table.each(n * expit(near)) / np.maximum(table.each(n), 1e-9)


def _estimate(
    one: Indicator, known: Shift, values: Numbers, expected: Numbers, n: Numbers, good: Numbers, per: float
) -> Estimate:
    """Values at the nodes as an estimate, their interval and their points."""
    shares = np.clip(_share(one)(values), 0.0, 1.0)
    share = known.mean(shares)
    off = shares - share[:, None]
    ends = [known.quantile(shares, q) for q in (LOW, HIGH)]
    lo, hi = np.minimum(np.minimum(*ends), share), np.maximum(np.maximum(*ends), share)
    value = known.mean(values)
    value_lo, value_hi = known.quantile(values, LOW), known.quantile(values, HIGH)
    raw = per * good / np.where(n > 0, n, np.nan)
    return Estimate(share, lo, hi, known.mean(off**2), known.mean(off**3), value, np.minimum(value_lo, value),
                    np.maximum(value_hi, value), expected, raw, n, good)  # fmt: skip


def _share(one: Indicator) -> Callable[[Numbers], Numbers]:
    if one.kind == "cards":
        return lambda values: 1 - values / one.zero_at
    return lambda values: (values - one.floor) / (one.target - one.floor)


def _points(one: Indicator, word: str) -> float:
    cause, _, severity = word.rpartition(":")
    return one.points.get(int(severity), 0.0) if one.counts(cause) else 0.0


def _measured(names: Sequence[str], what: str, sums: Sums) -> Numbers:
    counts: Mapping[str, Numbers] = sums.counts
    return np.asarray(sum(counts[f"{name}_{what}"] for name in names))


def _ratio(part: Numbers, of: Numbers, all_part: Numbers, all_of: Numbers) -> Numbers:
    """The others' ratio; where there are no others, that of all."""
    everything = all_part.sum() / max(all_of.sum(), 1e-9)
    return np.where(of > 0, part / np.maximum(of, 1e-9), everything)


def _smooth(part: Numbers, of: Numbers, towards: Numbers) -> Numbers:
    return (part + LIKE * towards) / (of + LIKE)
