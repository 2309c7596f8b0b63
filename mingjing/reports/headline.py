"""Headline numbers 关键数字: each with its interval, and whether it truly differs from the period before. Pure."""

from typing import Literal

from msgspec import Struct
from scipy.stats import binomtest

from mingjing.reports.facts import Totals
from mingjing.scoring.statistics import poisson, wilson

Verdict = Literal["better", "worse", "same", "none"]
"""none: one of the two periods has nothing to compare."""
MeasureKind = Literal["count", "share", "per_1000"]
DOUBT = 0.05


class Measured(Struct, frozen=True, kw_only=True):
    """A number `value` from `good` of `n`, its 95 % interval, and the same number before.

    `share`: a rate; `per_1000`: events per 1,000 closed cases; `count`: plain, without interval.
    """

    id: str
    kind: MeasureKind
    value: float | None
    n: float
    good: float
    lo: float | None = None
    hi: float | None = None
    before: float | None = None
    verdict: Verdict = "none"

    @property
    def change(self) -> float | None:
        """By how much it differs from before; a count in shares of what it was."""
        if self.value is None or self.before is None:
            return None
        if self.kind == "count":
            return self.value / self.before - 1 if self.before else None
        return self.value - self.before


RATES = (
    ("on_time", "committed_good", "committed_n"),
    ("early", "early_good", "early_n"),
    ("once", "once_good", "once_n"),
    ("satisfied", "rating_good", "rating_n"),
)


def headline(now: Totals, before: Totals) -> tuple[Measured, ...]:
    """The numbers that a leader reads first, in their order."""
    found = [_count("opened", now, before), _count("closed", now, before)]
    found += [share(name, now[good], now[n], before[good], before[n]) for name, good, n in RATES]
    found += [
        per_1000("cards", now.carded, now["closed"], before.carded, before["closed"]),
        per_1000("complaints", now["complaint_n"], now["closed"], before["complaint_n"], before["closed"]),
    ]
    if now["presence_n"] or before["presence_n"]:
        found.append(_plain("presence", now["presence_good"], now["presence_n"], before))
    return tuple(found)


def share(name: str, good: float, n: float, was_good: float, was_n: float) -> Measured:
    """A rate with its Wilson interval.

    The verdict follows the interval of the difference of two independent rates, method 10 of R. G. Newcombe, Interval
    estimation for the difference between independent proportions, Statistics in Medicine 17 (1998) 873-890.

    >>> one = share("on_time", 90, 100, 97, 100)
    >>> round(one.lo, 3), round(one.hi, 3), one.verdict
    (0.826, 0.945, 'worse')
    """
    if not n:
        return Measured(id=name, kind="share", value=None, n=0, good=0, before=was_good / was_n if was_n else None)
    (lo, hi), value = interval(good, n), good / n
    before: float | None = None
    verdict: Verdict = "none"
    if was_n:
        (was_lo, was_hi), before = interval(was_good, was_n), was_good / was_n
        gap = value - before
        below = gap - ((value - lo) ** 2 + (was_hi - before) ** 2) ** 0.5
        above = gap + ((hi - value) ** 2 + (before - was_lo) ** 2) ** 0.5
        verdict = "better" if below > 0 else "worse" if above < 0 else "same"
    return Measured(id=name, kind="share", value=value, n=n, good=good, lo=lo, hi=hi, before=before, verdict=verdict)


def per_1000(name: str, bad: float, n: float, was_bad: float, was_n: float) -> Measured:
    """Rare events per 1,000 cases with the exact Poisson interval.

    The verdict follows the exact conditional test of two Poisson means: given their sum, `bad` is binomial.
    J. Przyborowski, H. Wilenski, Homogeneity of results in testing samples from Poisson series, Biometrika 31 (1940).

    >>> one = per_1000("cards", 30, 1000, 10, 1000)
    >>> one.value, round(one.lo, 1), round(one.hi, 1), one.verdict
    (30.0, 20.2, 42.8, 'worse')
    """
    before = 1000 * was_bad / was_n if was_n else None
    if not n:
        return Measured(id=name, kind="per_1000", value=None, n=0, good=bad, before=before)
    lo, hi = (1000 * float(bound) / n for bound in poisson(bad))
    verdict: Verdict = "none"
    if was_n:
        both = int(bad + was_bad)
        p = binomtest(int(bad), both, n / (n + was_n)).pvalue if both else 1.0
        verdict = "same" if p >= DOUBT else "worse" if bad / n > was_bad / was_n else "better"
    return Measured(
        id=name, kind="per_1000", value=1000 * bad / n, n=n, good=bad, lo=lo, hi=hi, before=before, verdict=verdict
    )


def interval(good: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a rate, n being more than 0; see `mingjing.scoring.statistics.wilson`."""
    low, high = wilson(good, n)
    return float(low), float(high)


def _count(name: str, now: Totals, before: Totals) -> Measured:
    return Measured(id=name, kind="count", value=now[name], n=now[name], good=now[name], before=before[name])


def _plain(name: str, good: float, n: float, before: Totals) -> Measured:
    """A rate without interval: its units, minutes of one window, are not independent of each other."""
    was_n = before[f"{name}_n"]
    return Measured(
        id=name,
        kind="share",
        value=good / n if n else None,
        n=n,
        good=good,
        before=before[f"{name}_good"] / was_n if was_n else None,
    )
