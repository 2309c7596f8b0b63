"""Rates with their number and interval 按时率、提前率、一次告知率: as published, but with n. Pure."""

from msgspec import Struct

from mingjing.scoring.statistics import wilson
from mingjing.scoring.sums import Sums


class Rate(Struct, frozen=True, kw_only=True):
    """`good` of `n`; the interval is Wilson's at 95 %; None where n is 0."""

    code: str
    measure: str
    good: int
    n: int
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None


def rate(code: str, measure: str, good: float, n: float) -> Rate:
    """One rate with its interval."""
    if n <= 0:
        return Rate(code=code, measure=measure, good=0, n=0)
    lo, hi = wilson(good, n)
    return Rate(code=code, measure=measure, good=int(good), n=int(n), rate=good / n, lo=float(lo), hi=float(hi))


def rates(sums: Sums, measure: str) -> list[Rate]:
    """A measure's rate of every subject, and of all together (code ""), which comes first; those without any n last."""
    good: dict[str, float] = {"": 0.0}
    many: dict[str, float] = {"": 0.0}
    for code, g, n in zip(sums.codes, sums.counts[f"{measure}_good"], sums.counts[f"{measure}_n"], strict=True):
        for one in ("", code):
            good[one] = good.get(one, 0.0) + float(g)
            many[one] = many.get(one, 0.0) + float(n)
    found = [rate(code, measure, good[code], n) for code, n in many.items()]
    return sorted(found, key=lambda one: (one.code != "", one.n == 0, -one.n, one.code))
