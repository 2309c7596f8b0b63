"""How much work a case of an item is 复杂度权重, next to a usual case."""

from collections.abc import Mapping

LEAST, MOST = 0.25, 4.0
ENOUGH = 10
"""Cases from which an item's own median counts."""
TOUCH = 0.5
"""Days that a case takes which ends on its first day."""


def weights(paces: Mapping[str, Mapping[int, int]], statutory: Mapping[str, float]) -> dict[str, float]:
    """The weight of each item: what half of its cases take at most, in days, over that of a usual case.

    `paces`: of each item its cases of the year before the period, by `limit * 1000 + used` (Line.key of `pace`), over
    all who handle it. `statutory`: the legal limit in days, which stands in (at the share of it that items with both
    take) where an item had too few cases; where there is none either, 1. Each between LEAST and MOST, and over the
    cases given 1 on the average.

    >>> weights({"easy": {5_001: 60}, "hard": {20_009: 20}}, {"easy": 20, "hard": 20, "rare": 20})
    {'easy': 0.429, 'hard': 2.714, 'rare': 1.571}
    """
    cases = {item: sum(pace.values()) for item, pace in paces.items()}
    days = {item: _median(pace) + TOUCH for item, pace in paces.items() if cases[item] >= ENOUGH}
    both = [(days[item], limit) for item, limit in statutory.items() if item in days and limit > 0]
    share = sum(taken for taken, _ in both) / sum(limit for _, limit in both) if both else 1.0
    days |= {item: limit * share for item, limit in statutory.items() if item not in days and limit > 0}
    usual = _mean(days, cases) or 1.0
    found = {item: taken / usual for item, taken in days.items()} | {item: 1.0 for item in paces if item not in days}
    for _ in range(20):  # bounds move the mean, and the mean the weights
        found = {item: min(max(weight, LEAST), MOST) for item, weight in found.items()}
        mean = _mean(found, cases) or 1.0
        if abs(mean - 1) < 1e-6:
            break
        found = {item: weight / mean for item, weight in found.items()}
    return {item: round(min(max(weight, LEAST), MOST), 3) for item, weight in sorted(found.items())}


def _mean(values: Mapping[str, float], cases: Mapping[str, int]) -> float:
    total = sum(cases.get(item, 0) for item in values)
    if not total:
        return sum(values.values()) / len(values) if values else 0.0
    return sum(value * cases.get(item, 0) for item, value in values.items()) / total


def _median(pace: Mapping[int, int]) -> float:
    """Of the days used."""
    by_days: dict[int, int] = {}
    for key, count in pace.items():
        by_days[key % 1000] = by_days.get(key % 1000, 0) + count
    half, below = sum(by_days.values()) / 2, 0
    for days, count in sorted(by_days.items()):
        below += count
        if below >= half:
            return float(days)
    return 0.0
