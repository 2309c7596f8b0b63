"""What figures of a kind look like: binomial, Poisson and normal ones, each by its natural parameter.

That is the logit of a rate, the logarithm of a mean number, or a mean itself. In it log L = good * η − size * A(η):
A' is what one of size is expected to give, A'' its variance.
"""

from typing import Protocol

import numpy as np
from scipy.special import expit, logit

from mingjing.scoring.sums import Numbers
from mingjing.scoring.table import Table

KNOTS = 21


class Kind(Protocol):
    """One kind of figures."""

    def mean(self, eta: Numbers) -> Numbers:
        """A': what one of size is expected to give."""
        ...

    def variance(self, eta: Numbers) -> Numbers:
        """A''."""
        ...

    def eta(self, mean: float) -> float:
        """The natural parameter of a mean."""
        ...

    def curve(self, size: Numbers, near: Numbers, table: Table, d: Numbers) -> Numbers:
        """The sum of size * A(near + d) over the pairs of each subject, at its values of d: (subjects, any)."""
        ...


class Binomial:
    """Good ones of n."""

    def mean(self, eta: Numbers) -> Numbers:
        """A rate."""
        return np.asarray(expit(eta))

    def variance(self, eta: Numbers) -> Numbers:
        """That of one case."""
        p = expit(eta)
        return np.asarray(p * (1 - p))

    def eta(self, mean: float) -> float:
        """The logit."""
        return float(logit(min(max(mean, 1e-9), 1 - 1e-9)))

    def curve(self, size: Numbers, near: Numbers, table: Table, d: Numbers) -> Numbers:
        """Between knots that span what is asked for, by cubic Hermite polynomials (the curve is very smooth)."""
        first = d.min(axis=1)
        step = np.maximum((d.max(axis=1) - first) / (KNOTS - 1), 1e-6)
        knots = first[:, None] + step[:, None] * np.arange(KNOTS)
        odds = np.exp(near[:, None] + knots[table.subject])
        heights = table.each(size[:, None] * np.log1p(odds))
        rises = table.each(size[:, None] * (odds / (1 + odds))) * step[:, None]
        at = (d - first[:, None]) / step[:, None]
        knot = np.clip(at.astype(np.intp), 0, KNOTS - 2)
        t = at - knot
        place = knot + KNOTS * np.arange(len(d))[:, None]
        left, right = heights.ravel()[place], heights.ravel()[place + 1]
        up, down = rises.ravel()[place], rises.ravel()[place + 1]
        gain = right - left
        return np.asarray(left + t * (up + t * (3 * gain - 2 * up - down + t * (up + down - 2 * gain))))


class Poisson:
    """Events in an exposure."""

    def mean(self, eta: Numbers) -> Numbers:
        """Events per unit of exposure."""
        return np.asarray(np.exp(eta))

    def variance(self, eta: Numbers) -> Numbers:
        """The same."""
        return np.asarray(np.exp(eta))

    def eta(self, mean: float) -> float:
        """The logarithm."""
        return float(np.log(max(mean, 1e-9)))

    def curve(self, size: Numbers, near: Numbers, table: Table, d: Numbers) -> Numbers:
        """What is usual, times exp(d)."""
        return np.asarray(table.each(size * np.exp(near))[:, None] * np.exp(d))


class Normal:
    """Sums of values that scatter with a variance: good is their sum, size their number, both over that variance."""

    def mean(self, eta: Numbers) -> Numbers:
        """Itself."""
        return eta

    def variance(self, eta: Numbers) -> Numbers:
        """1, as sizes are in units of it."""
        return np.ones_like(eta)

    def eta(self, mean: float) -> float:
        """Itself."""
        return mean

    def curve(self, size: Numbers, near: Numbers, table: Table, d: Numbers) -> Numbers:
        """A parabola."""
        first, second = table.each(size * near)[:, None], table.each(size)[:, None]
        return np.asarray((first + second * d / 2) * d)
