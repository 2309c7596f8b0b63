"""What figures of a kind look like: binomial, Poisson and normal ones, each by its natural parameter.

That is the logit of a rate, the logarithm of a mean number, or a mean itself. In it log L = good * η − size * A(η):
A' is what one of size is expected to give, A'' its variance.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from scipy.special import expit, logit

from mingjing.scoring.sums import Numbers
from mingjing.scoring.table import Table

KNOTS = 33
Curve = Callable[[Numbers], Numbers]
"""Values at d of each subject: (subjects, any) to the same shape."""


class Kind(Protocol):
    """One kind of figures."""

    def mean(self, eta: Numbers) -> Numbers:
        """A': what one of size is expected to give."""
        ...

    def both(self, eta: Numbers) -> tuple[Numbers, Numbers]:
        """A' and A''."""
        ...

    def eta(self, mean: float) -> float:
        """The natural parameter of a mean."""
        ...

    def curve(self, size: Numbers, near: Numbers, table: Table, span: tuple[Numbers, Numbers]) -> Curve:
        """The sum of size * A(near + d) over the pairs of each subject, for its d within a span."""
        ...


class Binomial:
    """Good ones of n."""

    def mean(self, eta: Numbers) -> Numbers:
        """A rate."""
        return np.asarray(expit(eta))

    def both(self, eta: Numbers) -> tuple[Numbers, Numbers]:
        """A rate, and the variance of one case."""
        p = expit(eta)
        return p, p * (1 - p)

    def eta(self, mean: float) -> float:
        """The logit."""
        return float(logit(min(max(mean, 1e-9), 1 - 1e-9)))

    def curve(self, size: Numbers, near: Numbers, table: Table, span: tuple[Numbers, Numbers]) -> Curve:
        """Between knots, by cubic Hermite polynomials (the curve is very smooth)."""
        first, last = span
        step = np.maximum((last - first) / (KNOTS - 1), 1e-6)[:, None]
        knots = first[:, None] + step * np.arange(KNOTS)
        odds = np.exp(near)[:, None] * np.exp(knots)[table.subject]
        size, whole = size[:, None], 1 + odds
        heights = table.each(size * np.log(whole))
        rises = table.each(size * (odds / whole)) * step
        gains = np.diff(heights)
        second = 3 * gains - 2 * rises[:, :-1] - rises[:, 1:]
        third = rises[:, :-1] + rises[:, 1:] - 2 * gains
        parts = [each.ravel() for each in (heights[:, :-1], rises[:, :-1], second, third)]
        rows = (KNOTS - 1) * np.arange(len(first))[:, None]

        def between(d: Numbers) -> Numbers:
            at = (d - first[:, None]) / step
            knot = np.clip(at.astype(np.intp), 0, KNOTS - 2)
            t = at - knot
            height, rise, bend, twist = (each[knot + rows] for each in parts)
            return np.asarray(height + t * (rise + t * (bend + t * twist)))

        return between


class Poisson:
    """Events in an exposure."""

    def mean(self, eta: Numbers) -> Numbers:
        """Events per unit of exposure."""
        return np.asarray(np.exp(eta))

    def both(self, eta: Numbers) -> tuple[Numbers, Numbers]:
        """Twice the same."""
        mean = np.exp(eta)
        return mean, mean

    def eta(self, mean: float) -> float:
        """The logarithm."""
        return float(np.log(max(mean, 1e-9)))

    def curve(self, size: Numbers, near: Numbers, table: Table, span: tuple[Numbers, Numbers]) -> Curve:
        """What is usual, times exp(d)."""
        usual = table.each(size * np.exp(near))[:, None]
        return lambda d: np.asarray(usual * np.exp(d))


class Normal:
    """Sums of values that scatter with a variance: good is their sum, size their number, both over that variance."""

    def mean(self, eta: Numbers) -> Numbers:
        """Itself."""
        return eta

    def both(self, eta: Numbers) -> tuple[Numbers, Numbers]:
        """Itself, and 1, as sizes are in units of the variance."""
        return eta, np.ones_like(eta)

    def eta(self, mean: float) -> float:
        """Itself."""
        return mean

    def curve(self, size: Numbers, near: Numbers, table: Table, span: tuple[Numbers, Numbers]) -> Curve:
        """A parabola."""
        first, second = table.each(size * near)[:, None], table.each(size)[:, None]
        return lambda d: np.asarray((first + second * d / 2) * d)
