"""Rare events 少见差错: bad events per 10,000 with the exact interval, for rates that are all about 99.99 %."""

from msgspec import Struct
from scipy.stats import chi2

PER = 10_000


class Rare(Struct, frozen=True):
    """`bad` events of `n`; `rate`, `lo`, `hi` per 10,000; all None where n is 0."""

    bad: float
    n: float
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None


def rare(bad: float, n: float, confidence: float = 0.95) -> Rare:
    """The rate of bad events with its exact Poisson interval.

    Source: F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936) 437-442.

    >>> one = rare(1, 10_000)
    >>> round(one.lo, 4), round(one.hi, 2)
    (0.0253, 5.57)
    """
    if n <= 0:
        return Rare(bad, n)
    lo, hi = poisson_interval(bad, confidence)
    return Rare(bad, n, *(PER * count / n for count in (bad, lo, hi)))


def poisson_interval(count: float, confidence: float = 0.95) -> tuple[float, float]:
    """The exact (Garwood) interval of a Poisson mean after `count` events.

    >>> [round(x, 2) for x in poisson_interval(0)]
    [0.0, 3.69]
    """
    tail = (1 - confidence) / 2
    lo = float(chi2.ppf(tail, 2 * count) / 2) if count > 0 else 0.0
    return lo, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)
