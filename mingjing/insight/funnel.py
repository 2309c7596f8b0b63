"""The funnel plot 漏斗图: which rates lie outside what chance alone would make of the common rate."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.stats import binom

POINTS = 80
TAILS = (0.025, 0.975, 0.001, 0.999)


class Around(Struct, frozen=True, kw_only=True):
    """The limits of a rate at one number of cases, 95 % and 99.8 %."""

    n: float
    lo95: float
    hi95: float
    lo998: float
    hi998: float


def limits(centre: float, ns: Sequence[float]) -> list[Around]:
    """What chance makes of a rate `centre` among each number of cases: quantiles of the binomial, interpolated.

    Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005)
    1185-1202, appendix A.1.1.

    >>> (found,) = limits(0.95, [400])
    >>> [round(x, 4) for x in (found.lo998, found.lo95, found.hi95, found.hi998)]
    [0.912, 0.9263, 0.9691, 0.9791]
    """
    n = np.maximum(np.round(np.asarray(ns, dtype=np.float64)), 1.0)
    ends = [_quantile(tail, n, centre) for tail in TAILS]
    return [
        Around(n=float(given), lo95=lo95, hi95=hi95, lo998=lo998, hi998=hi998)
        for given, lo95, hi95, lo998, hi998 in zip(ns, *(end.tolist() for end in ends), strict=True)
    ]


def curve(centre: float, most: float) -> list[Around]:
    """The limits from few cases to `most`, dense where they bend."""
    ns = np.unique(np.round(np.geomspace(max(2.0, most / 200), max(most, 3.0), POINTS)))
    return limits(centre, ns.tolist())


def centre(goods: Sequence[float], ns: Sequence[float]) -> float | None:
    """The rate of all together; None without cases."""
    total = sum(ns)
    return sum(goods) / total if total else None


def side(good: float, n: float, centre: float) -> int:
    """-1 where so few, 1 where so many good ones have less than 0.1 % chance; 0 within.

    >>> side(50, 50, 0.999), side(400, 450, 0.999), side(0, 0, 0.9)
    (0, -1, 0)
    """
    if n <= 0:
        return 0
    few, many = binom.cdf(round(good), round(n), centre), binom.sf(round(good) - 1, round(n), centre)
    return -1 if few < TAILS[2] else 1 if many < TAILS[2] else 0


def _quantile(tail: float, n: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    if p <= 0 or p >= 1:
        return np.full_like(n, p)
    count = binom.ppf(tail, n, p)
    upto, below = binom.cdf(count, n, p), binom.cdf(count - 1, n, p)
    between = np.clip((count - (upto - tail) / np.maximum(upto - below, 1e-300)) / n, 0.0, 1.0)
    return np.where((count >= n) & (tail > 0.5), 1.0, between)  # nothing lies above the most that there can be
