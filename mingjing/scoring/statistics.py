"""Intervals of plain counts. Every function takes numbers or arrays of numbers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import beta, binom, chi2
from scipy.stats import poisson as poisson_of

from mingjing.scoring.sums import Numbers


def wilson(good: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The score interval of a rate (Wilson, JASA 22, 1927); 0 to 1 where n is 0.

    >>> [round(float(end), 4) for end in wilson(990, 1000)]
    [0.9817, 0.9946]
    >>> [round(float(end), 4) for end in wilson(3, 3)]
    [0.4385, 1.0]
    """
    good, n = np.asarray(good, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = ndtri((1 + level) / 2)
    count = np.maximum(n, 1e-300)
    middle = (good + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(np.maximum(good * (n - good) / count, 0) + z**2 / 4)
    low, high = np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)
    return np.where(good > 0, low, 0.0), np.where(good < n, high, 1.0)


def exact(good: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The exact interval of a rate (Clopper & Pearson, Biometrika 26, 1934); 0 to 1 where n is 0.

    >>> [round(float(end), 4) for end in exact(3, 3)]
    [0.2924, 1.0]
    """
    good, n = np.asarray(good, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(good > 0, beta.ppf(tail, np.maximum(good, 1e-9), n - good + 1), 0.0)
    high = np.where(good < n, beta.ppf(1 - tail, good + 1, np.maximum(n - good, 1e-9)), 1.0)
    return low, high


def poisson(events: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The exact interval of the mean of a number of rare events (Garwood, Biometrika 28, 1936).

    >>> [round(float(end), 3) for end in poisson(0)]
    [0.0, 3.689]
    >>> [round(float(end), 3) for end in poisson(10)]
    [4.795, 18.39]
    """
    events = np.asarray(events, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(events > 0, chi2.ppf(tail, 2 * np.maximum(events, 1e-9)) / 2, 0.0)
    return low, np.asarray(chi2.ppf(1 - tail, 2 * events + 2) / 2)


def binomial_limits(p: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Funnel limits of a rate: between which chance alone keeps good/n of subjects whose true rate is p.

    Exact, and interpolated between neighbouring counts, so that they are smooth in n (Spiegelhalter, Statistics in
    Medicine 24, 2005, appendix A.1). Usual are levels 0.95 and 0.998.

    >>> [round(float(end), 3) for end in binomial_limits(0.9, 50)]
    [0.8, 0.986]
    """
    n = np.maximum(np.asarray(n, dtype=np.float64), 1e-9)
    p = np.asarray(p, dtype=np.float64)
    low, high = _limits(binom(np.round(n), p), level)
    return np.clip(low / n, 0.0, 1.0), np.clip(high / n, 0.0, 1.0)


def poisson_limits(rate: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Funnel limits of events per exposure where the true rate is `rate`; as `binomial_limits`.

    >>> [round(float(end), 4) for end in poisson_limits(0.01, 1000)]
    [0.0038, 0.0172]
    """
    exposure = np.maximum(np.asarray(exposure, dtype=np.float64), 1e-9)
    mean = np.asarray(rate, dtype=np.float64) * exposure
    low, high = _limits(poisson_of(mean), level)
    return np.maximum(low / exposure, 0.0), high / exposure


def _limits(chance: Any, level: float) -> tuple[Numbers, Numbers]:
    """The counts beyond which a distribution has at most half of 1 - level on each side, as if counts were not whole.

    The upper one mirrors the lower one, so that a count is beyond only if as many or more are that unlikely.
    """
    tail = (1 - level) / 2
    least, most = chance.ppf(tail), chance.ppf(1 - tail)
    low = least - (chance.cdf(least) - tail) / np.maximum(chance.pmf(least), 1e-300)
    high = most + (chance.sf(most - 1) - tail) / np.maximum(chance.pmf(most), 1e-300)
    return np.asarray(low), np.asarray(high)
