"""The shape of used/limit 用时分布: whether cases pile up just before their limit, as where deadlines are met on paper.

Where nearly everything is on time, rates tell nothing any more, but the shape may. The last days before the limit are
held against the days around them, of which twice as many before and twice as many after are looked at: if the limit
did not matter, each day would have its share (after the bunching estimators of Saez, AEJ: Economic Policy 2, 2010).
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from scipy.stats import binom

Verdict = Literal["spike", "smooth", "few"]
LEAST = 30
"""Cases near their limit under which nothing is said."""
SURE, MUCH = 0.001, 1.5
"""A spike is what chance hardly explains, and at least half as much again as expected."""


class Bunching(Struct, frozen=True, kw_only=True):
    """`last`: cases that ended in the last tenth of their limit (its last day at least), of `near` in the days around
    and in it; `expected`: how many that would be in a smooth shape; `p`: the chance of as many or more there.

    `verdict` spike: they pile up before the limit; smooth: they do not; few: too few cases to say.
    """

    near: int
    last: int
    expected: float
    p: float
    verdict: Verdict


def bunching(pace: Mapping[int, int]) -> Bunching:
    """Of cases by `limit * 1000 + used` in days (Line.key of `pace`); limits under 3 days have no days around them.

    >>> bunching({10_009: 40, 10_010: 90, 10_011: 20, 10_008: 30}).verdict
    'spike'
    >>> bunching({10_009: 40, 10_010: 41, 10_011: 39, 10_008: 42, 10_012: 38}).verdict
    'smooth'
    """
    last = near = 0
    for key, count in pace.items():
        limit, used = divmod(key, 1000)
        width = max(1, round(limit / 10))
        if limit < 3 * width or count <= 0:
            continue
        last += count * (limit - width < used <= limit)
        near += count * (limit - 3 * width < used <= limit + 2 * width)
    expected = near / 5
    p = float(binom.sf(last - 1, near, 0.2)) if near else 1.0
    verdict: Verdict = "few" if near < LEAST else "spike" if p < SURE and last >= MUCH * expected else "smooth"
    return Bunching(near=near, last=last, expected=expected, p=p, verdict=verdict)
