"""From sums to scores."""

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np
from numpy.typing import NDArray

from mingjing.scoring.indicators import Estimate, bonus_points, estimate
from mingjing.scoring.results import Score, State, Value
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.sums import ItemFact, Level, Numbers, Sums
from mingjing.scoring.table import Table

FEW = 10.0
"""Weighted cases under which a subject, if a scheme ranks it at all, stands in no tier above anybody with more."""
NORMAL = 1.959963984540054
SKEWEST = 2.0


def score(
    sums: Sums,
    items: Mapping[str, ItemFact],
    scheme: Scheme,
    level: Level = "window",
    doubtful: Mapping[str, int] | None = None,
) -> tuple[Score, ...]:
    """The scores of all subjects, best first, those without one last (in order of their codes).

    `level`: what the subjects are, as a confirmed doubt withholds scores of the scheme's `gate_levels` only; where it
    does not, `doubtful` says how many windows of a subject are in doubt.
    """
    table = Table(sums, items)
    if not table.codes:
        return ()
    estimates = [estimate(one, sums, table) for one in scheme.indicators]
    weights = _weights(scheme, np.stack([one.n > 0 for one in estimates], axis=1))
    extra = [bonus_points(one, sums, table) for one in scheme.bonus]
    total, lo, hi = _totals(scheme, weights, estimates, extra)
    doubts = _doubts(sums, scheme)
    gated = doubts if level in scheme.gate_levels else {}
    states = [_state(code, gated, cases, weighted, scheme)
              for code, cases, weighted in zip(table.codes, table.cases, table.weighted, strict=True)]  # fmt: skip
    ranked = [place for place, state in enumerate(states) if state == "ranked" and weights[place].any()]
    tiers = _tiers(ranked, total, lo, hi, table.weighted)
    values = _values(scheme, weights, estimates)
    bonus = np.array([mean for mean, _ in extra]).reshape(-1, len(table.codes)).sum(axis=0)
    scores = [
        Score(
            code=code,
            state=states[place],
            cases=float(table.cases[place]),
            weighted=float(table.weighted[place]),
            score=None if states[place] in ("doubt", "idle") else float(total[place]),
            lo=None if states[place] in ("doubt", "idle") else float(lo[place]),
            hi=None if states[place] in ("doubt", "idle") else float(hi[place]),
            tier=tiers.get(place),
            bonus=float(bonus[place]),
            values=values[place],
            without=tuple(one.id for one, weight in zip(scheme.indicators, weights[place], strict=True) if not weight),
            doubts=doubts.get(code, ()),
            doubtful=0 if code in gated else (doubtful or {}).get(code, 0),
        )
        for place, code in enumerate(table.codes)
    ]
    few = {code for code, weighted in zip(table.codes, table.weighted, strict=True) if weighted < FEW}
    return tuple(sorted(scores, key=lambda one: _order(one, few)))


def _order(one: Score, few: set[str]) -> tuple[float, bool, float, str]:
    place = float("inf") if one.tier is None else one.tier
    return place, one.code in few, -(one.score or 0.0) if one.tier else 0.0, one.code


def _state(code: str, doubts: Mapping[str, object], cases: float, weighted: float, scheme: Scheme) -> State:
    if code in doubts:
        return "doubt"
    if cases <= 0:
        return "idle"
    return "small" if weighted < scheme.minimum else "ranked"


def _doubts(sums: Sums, scheme: Scheme) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for code, each in zip(sums.codes, sums.confirmed, strict=True):
        if not each:
            continue
        causes = {word.rpartition(":")[0] for word, count in each.items() if count > 0}
        if causes := causes & set(scheme.gates):
            found.setdefault(code, set()).update(causes)
    return {code: tuple(sorted(causes)) for code, causes in found.items()}


def _weights(scheme: Scheme, known: NDArray[np.bool_]) -> Numbers:
    """The weight of each indicator for each subject: what it lacks, the others of the heading make up for, else all."""
    weights = np.where(known, [one.weight for one in scheme.indicators], 0.0)
    for heading in {one.heading for one in scheme.indicators}:
        mine = [place for place, one in enumerate(scheme.indicators) if one.heading == heading]
        full = sum(scheme.indicators[place].weight for place in mine)
        there = weights[:, mine].sum(axis=1, keepdims=True)
        weights[:, mine] *= np.where(there > 0, full / np.where(there > 0, there, 1.0), 0.0)
    there = weights.sum(axis=1, keepdims=True)
    return weights * np.where(there > 0, scheme.total / np.where(there > 0, there, 1.0), 0.0)


def _totals(
    scheme: Scheme, weights: Numbers, estimates: Sequence[Estimate], extra: Sequence[tuple[Numbers, Numbers]]
) -> tuple[Numbers, Numbers, Numbers]:
    """Totals with their intervals: cumulants add up, and Cornish & Fisher (1938) make quantiles of the first three.

    Who is good at one thing is often good at another, and what is drawn towards peers errs in the same direction.
    """
    share, variance, third, merit, blind = (
        np.nan_to_num(np.stack([getattr(one, name) for one in estimates], axis=1))
        for name in ("share", "variance", "third", "merit", "blind")
    )
    total = (weights * share).sum(axis=1) + sum(mean for mean, _ in extra)
    there = weights > 0
    together = _together(np.where(there, merit, 0.0), np.where(there, 1 - blind, 0.0))
    joint = weights * np.sqrt(variance * blind)
    shared = together * (joint.sum(axis=1) ** 2 - (joint**2).sum(axis=1))
    spread = np.sqrt((weights**2 * variance).sum(axis=1) + shared + sum(each for _, each in extra))
    skew = np.clip((weights**3 * third).sum(axis=1) / np.maximum(spread, 1e-9) ** 3, -SKEWEST, SKEWEST)
    lean = (NORMAL**2 - 1) * skew / 6
    total = np.clip(total, 0.0, scheme.most)
    ends = (np.clip(total + spread * (side + lean), 0.0, scheme.most) for side in (-NORMAL, NORMAL))
    lo, hi = ends
    return total, np.minimum(lo, total), np.maximum(hi, total)


def _together(merit: Numbers, seen: Numbers) -> float:
    """How far the merits of one subject go together, 0 to 1: one correlation for all pairs of indicators."""
    found, most = ((each.sum(axis=1) ** 2 - (each**2).sum(axis=1)).sum() for each in (merit, seen))
    return float(np.clip(found / max(most, 1e-9), 0.0, 0.95))


def _tiers(ranked: Sequence[int], total: Numbers, lo: Numbers, hi: Numbers, weighted: Numbers) -> dict[int, int]:
    """A tier is opened by the best that is left and holds whoever's interval overlaps the leader's."""
    enough = [place for place in ranked if weighted[place] >= FEW] or list(ranked)
    tiers: dict[int, int] = {}
    left = sorted(enough, key=lambda place: (-total[place], -lo[place]))
    tier = 0
    while left:
        tier += 1
        bound = lo[left[0]]
        tiers |= {place: tier for place in left if hi[place] >= bound}
        left = [place for place in left if hi[place] < bound]
    return tiers | {place: tier for place in ranked if place not in tiers}


def _values(scheme: Scheme, weights: Numbers, estimates: Sequence[Estimate]) -> list[tuple[Value, ...]]:
    """The indicators of each subject of which anything is known."""
    found: list[list[Value]] = [[] for _ in weights]
    for column, (one, said) in enumerate(zip(scheme.indicators, estimates, strict=True)):
        weight = weights[:, column]
        columns = [weight * said.share, weight * said.lo, weight * said.hi, weight, said.value, said.value_lo,
                   said.value_hi, said.expected, said.usual, said.own, said.raw, said.n, said.good]  # fmt: skip
        for place, row in enumerate(zip(*(each.tolist() for each in columns), strict=True)):
            if row[3] > 0:
                points, low, high, full, value, value_lo, value_hi, expected, usual, own, raw, n, good = row
                drawn = not isnan(expected)
                found[place].append(
                    Value(
                        indicator=one.id, points=points, lo=low, hi=high, weight=full, value=value, value_lo=value_lo,
                        value_hi=value_hi, expected=expected if drawn else None, usual=usual if drawn else None,
                        own=None if isnan(own) else own, raw=raw, n=n, good=good,
                    )
                )  # fmt: skip
    return [tuple(each) for each in found]
