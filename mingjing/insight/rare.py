"""Rare events 少见差错: bad events per 10,000 with the exact interval, for rates that are all about 99.99 %."""

from msgspec import Struct

from mingjing.scoring.statistics import poisson

PER = 10_000


class Rare(Struct, frozen=True):
    """`bad` events of `n`; `rate`, `lo`, `hi` per 10,000; all None where n is 0."""

    bad: float
    n: float
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None


def rare(bad: float, n: float, confidence: float = 0.95) -> Rare:
    """The rate of bad events with its exact Poisson interval, see `mingjing.scoring.statistics.poisson`.

    >>> one = rare(1, 10_000)
    >>> round(one.lo, 4), round(one.hi, 2)
    (0.0253, 5.57)
    """
    if n <= 0:
        return Rare(bad, n)
    lo, hi = poisson(bad, confidence)
    return Rare(bad, n, *(PER * float(count) / n for count in (bad, lo, hi)))
