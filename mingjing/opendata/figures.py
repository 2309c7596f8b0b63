"""A public row's figures, out of the atoms that it sums up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any

from mingjing.opendata.atoms import Atom

Z = 1.959963984540054
"""The standard normal quantile of 97.5 %."""


def wilson(good: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate after Wilson (1927), without continuity correction; n at least 1.

    >>> [round(x, 3) for x in wilson(10, 10)]
    [0.722, 1.0]
    """
    share, z = good / n, Z * Z / n
    middle = (share + z / 2) / (1 + z)
    half = Z * sqrt(share * (1 - share) / n + z / (4 * n)) / (1 + z)
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(name: str, good: int, n: int) -> dict[str, Any]:
    """NAME_n, NAME_rate and its interval, to four digits; only the n where it is 0.

    A rate is 1 where all are good and only there: three late cases of 100,000 are not none.
    """
    if not n:
        return {f"{name}_n": 0}
    low, high = wilson(good, n)
    return {
        f"{name}_n": n,
        f"{name}_rate": good / n if good in (0, n) else min(max(round(good / n, 4), 0.0001), 0.9999),
        f"{name}_low": round(low, 4),
        f"{name}_high": round(high, 4),
    }


def median(counted: Mapping[int, int]) -> float:
    """The exact median of whole numbers by how often each occurs; of an even count the middle of the two.

    >>> median({3: 2, 5: 1}), median({1: 1, 4: 1})
    (3.0, 2.5)
    """
    total, seen = sum(counted.values()), 0
    middle: list[int] = []
    for value in sorted(counted):
        seen += counted[value]
        while len(middle) < 2 and seen > (total - 1 + len(middle)) // 2:
            middle.append(value)
    return sum(middle) / 2


def of_cases(atoms: Sequence[Atom]) -> dict[str, Any]:
    """Cases, rates on time and early, days used against the promise, complaints."""
    closed = sum(atom.closed for atom in atoms)
    used, promised = Counter[int](), Counter[int]()
    for key, n in _paces(atoms):
        used[key % 1000] += n
        promised[key // 1000] += n
    days: dict[str, Any] = {"days_n": used.total()}
    if used.total():
        days |= {"days_used_median": median(used), "days_promised_median": median(promised)}
    complaints = (
        {"complaints_per_10000": round(10_000 * sum(a.complaint_n for a in atoms) / closed, 2)} if closed else {}
    )
    return {
        "cases": closed,
        **rate("on_time", sum(a.committed_good for a in atoms), sum(a.committed_n for a in atoms)),
        **rate("early", sum(a.early_good for a in atoms), sum(a.early_n for a in atoms)),
        **days,
        **complaints,
    }


def of_ratings(atoms: Sequence[Atom]) -> dict[str, Any]:
    """The share of satisfied ratings."""
    return rate("satisfied", sum(a.rating_good for a in atoms), sum(a.rating_n for a in atoms))


def _paces(atoms: Sequence[Atom]) -> Iterable[tuple[int, int]]:
    return ((key, n) for atom in atoms for key, n in atom.pace.items() if n)
