"""The statistics of population rules: exact tails, funnel limits, robust outliers. Pure; standard library only.

Funnel limits follow Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24
(2005): each subject is held against what chance explains at its own size, so that a small window is never an outlier
for being small. With many subjects the limits are widened after Bonferroni. Outliers follow Iglewicz and Hoaglin, How
to detect and handle outliers (1993): median and median absolute deviation, which outliers themselves cannot shift.
"""

from collections.abc import Sequence
from math import exp, fsum, lgamma, log, log1p
from statistics import median

NORMAL = 0.6744897501960817  # the normal distribution's third quartile: a MAD of that size is one standard deviation
TINY = 1e-18  # a term that no longer changes the sum


def binomial_high(k: int, n: int, p: float) -> float:
    """The chance of k or more successes in n trials of probability p, exact.

    >>> round(binomial_high(3, 10, 0.1), 6)
    0.070191
    """
    if k <= 0 or p >= 1:
        return 1.0
    if k > n or p <= 0:
        return 0.0
    if k <= n * p:  # the larger part: sum the smaller one
        return 1.0 - binomial_low(k - 1, n, p)
    term = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
    terms, odds = [term], p / (1 - p)
    for i in range(k, n):
        term *= (n - i) / (i + 1) * odds
        if term < TINY * terms[0]:
            break
        terms.append(term)
    return min(1.0, fsum(terms))


def binomial_low(k: int, n: int, p: float) -> float:
    """The chance of k or fewer successes in n trials of probability p, exact.

    >>> round(binomial_low(0, 30, 0.1), 6)
    0.042391
    """
    return binomial_high(n - k, n, 1 - p)


def poisson_high(k: int, mean: float) -> float:
    """The chance of k or more events where `mean` are expected, exact.

    >>> round(poisson_high(10, 4.0), 6)
    0.008132
    """
    if k <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if k <= mean:
        return 1.0 - poisson_low(k - 1, mean)
    term = exp(k * log(mean) - mean - lgamma(k + 1))
    terms, i = [term], k
    while term > TINY * terms[0]:
        i += 1
        term *= mean / i
        terms.append(term)
    return min(1.0, fsum(terms))


def poisson_low(k: int, mean: float) -> float:
    """The chance of k or fewer events where `mean` are expected, exact.

    >>> round(poisson_low(0, 3.0), 6)
    0.049787
    """
    if k < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    if k > mean:
        return 1.0 - poisson_high(k + 1, mean)
    term = exp(k * log(mean) - mean - lgamma(k + 1))
    terms = [term]
    for i in range(k, 0, -1):
        term *= i / mean
        if term < TINY * terms[0]:
            break
        terms.append(term)
    return min(1.0, fsum(terms))


def others_rate(k: int, n: int, all_k: int, all_n: int) -> float:
    """The rate of a subject's peers, itself left out, never quite 0 or 1 (Jeffreys' prior)."""
    return (all_k - k + 0.5) / (all_n - n + 1)


def robust_z(value: float, others: Sequence[float], floor: float) -> float:
    """How many standard deviations a value lies above its peers' median, by their MAD, which is at least `floor`.

    >>> round(robust_z(9.0, [1.0, 2.0, 2.0, 3.0, 2.0], 0.5), 2)
    9.44
    """
    middle = median(others)
    spread = max(median([abs(other - middle) for other in others]), floor)
    return NORMAL * (value - middle) / spread
