"""Intervals of plain counts. Every function takes numbers or arrays of numbers."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import beta, chi2

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
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


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
