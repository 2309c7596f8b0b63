"""How far each subject lies from its peers: one number per subject, with all that is known and not known of it.

A subject that does family f of items reaches what its peers reach there, shifted by the same d in every family:
the logit of a rate, the logarithm of a number of cards, or a mean itself. Given d, its figures are binomial, Poisson
or normal; each of these has one sufficient number, so that log L(d) = good * d - A(d) with a convex A. Subjects differ
by d ~ N(0, t²), and what t is, all of them together say (empirical Bayes, Efron & Morris 1973); as that is uncertain
too, every answer is averaged over what t may be.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mingjing.scoring.sums import Numbers

NODES = np.linspace(-4.5, 4.5, 37)
WIDEST = 2.5
"""Standard deviation of d that is only there to find where the likelihood of a subject lies."""

Slopes = Callable[[Numbers], tuple[Numbers, Numbers, Numbers]]
"""A, its first and its second derivative, of each subject at its values of d: shape (subjects, any)."""


class Shift(NamedTuple):
    """What is known of d: for each subject nodes in ascending order, and their probabilities (which add up to 1)."""

    nodes: Numbers
    chances: Numbers

    def mean(self, values: Numbers) -> Numbers:
        """The mean of what `values` are at the nodes."""
        return np.asarray((self.chances * values).sum(axis=1))

    def quantile(self, values: Numbers, q: float) -> Numbers:
        """Where values that rise (or fall) along the nodes have the probability q of a smaller (or larger) one."""
        below = np.cumsum(self.chances, axis=1) - self.chances / 2
        at = np.clip((below < q).sum(axis=1), 1, values.shape[1] - 1)
        rows = np.arange(len(values))
        left, right = below[rows, at - 1], below[rows, at]
        share = np.clip((q - left) / np.maximum(right - left, 1e-300), 0.0, 1.0)
        return values[rows, at - 1] * (1 - share) + values[rows, at] * share


def shift(good: Numbers, slopes: Slopes, unit: float = 1.0) -> Shift:
    """What each subject's figures say about its d. `unit`: what d differs by, about (1 for logits and logarithms)."""
    middle, width = _settle(good, slopes, 0.5 * unit)
    nodes = middle[:, None] + width[:, None] * NODES
    logs = good[:, None] * nodes - slopes(nodes)[0] - nodes**2 / (2 * (0.5 * unit) ** 2)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return Shift(nodes, chances / chances.sum(axis=1, keepdims=True))


def _settle(good: Numbers, slopes: Slopes, spread: float) -> tuple[Numbers, Numbers]:
    """Mode and width of each subject's posterior under N(0, spread²), by Newton's method."""
    at = np.zeros((len(good), 1))
    bend = np.ones_like(at)
    for _ in range(8):
        _, slope, bend = slopes(at)
        bend = bend + spread**-2
        at = at + np.clip((good[:, None] - slope - at / spread**2) / bend, -spread, spread)
    return at[:, 0], 1 / np.sqrt(bend[:, 0])
