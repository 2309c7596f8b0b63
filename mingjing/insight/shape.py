"""The shape of used/limit 卡点办结: whether cases end just within their limits more often than peers' do."""

from collections.abc import Mapping

from msgspec import Struct
from scipy.stats import binom

JUST = 0.9
"""A case that used more than this share of its limit, and no more than all of it, ended just in time."""
RARE = 0.001
"""How improbable so many must be among peers to be told; with hundreds of windows looked at, one in ten would be."""
EXCESS = 1.25
"""How many times the peers' share it must be besides: a difference that matters."""
FEWEST = 20


class Shape(Struct, frozen=True, kw_only=True):
    """`just` of `n` cases ended just in time; `peers`: the share among peers of the same limits (None: none).

    `bunched`: more than chance would bring, by an exact binomial tail.
    """

    n: int
    just: int
    peers: float | None
    bunched: bool

    @property
    def share(self) -> float | None:
        """The share of cases that ended just in time; None without cases."""
        return self.just / self.n if self.n else None


def shape(paces: Mapping[int, int], everyone: Mapping[int, int]) -> Shape:
    """The shape of a subject's paces; both by limit * 1000 + used, in days; `everyone` includes the subject.

    Peers are held against it limit by limit, because with short limits many cases end on the last day by rounding. The
    number of cases just in time is then a sum of unlike coin tosses, which varies less than the binomial taken for it
    (W. Hoeffding, Annals of Mathematical Statistics 27 (1956) 713-721), so the verdict errs towards silence.

    >>> usual = {10 * 1000 + used: 100 for used in range(1, 11)}
    >>> late = {10 * 1000 + 10: 40, 10 * 1000 + 5: 10}
    >>> both = {key: usual.get(key, 0) + late.get(key, 0) for key in usual}
    >>> shape(late, both)
    Shape(n=50, just=40, peers=0.1, bunched=True)
    """
    mine, others = _by_limit(paces), _by_limit(everyone)
    n, just = sum(all_ for all_, _ in mine.values()), sum(few for _, few in mine.values())
    known, expected = 0, 0.0
    for limit, (all_, few) in mine.items():
        theirs_all, theirs_few = others.get(limit, (all_, few))
        if theirs_all > all_:
            known += all_
            expected += all_ * (theirs_few - few) / (theirs_all - all_)
    if not known:
        return Shape(n=n, just=just, peers=None, bunched=False)
    peers = expected / known
    improbable = float(binom.sf(just - 1, n, peers)) < RARE
    return Shape(n=n, just=just, peers=peers, bunched=n >= FEWEST and improbable and just / n > EXCESS * peers)


def _by_limit(paces: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Per limit: how many cases, and how many of them ended just in time."""
    found: dict[int, tuple[int, int]] = {}
    for key, n in paces.items():
        limit, used = divmod(key, 1000)
        all_, few = found.get(limit, (0, 0))
        found[limit] = (all_ + n, few + n * (JUST * limit < used <= limit))
    return found
