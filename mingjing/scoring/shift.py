"""How far each subject lies from its peers: one number per subject, with all that is known and not known of it.

A subject that does family f of items reaches what its peers reach there, shifted by the same d in every family:
the logit of a rate, the logarithm of a number of cards, or a mean itself. Given d, its figures are binomial, Poisson
or normal; each of these has one sufficient number, so that log L(d) = good * d - A(d) with a convex A. Subjects differ
by d ~ N(m, t²); what m and t are, all of them together say (empirical Bayes, Efron & Morris, JASA 68, 1973). As that
is uncertain too, every answer is averaged over what t may be, under a half-Cauchy prior (Gelman, Bayesian Analysis 1,
2006), and the uncertainty of m widens the spread.
"""

from typing import NamedTuple

import numpy as np

from mingjing.scoring.likelihoods import Curve, Kind
from mingjing.scoring.sums import Numbers
from mingjing.scoring.table import Table

FINE, COARSE = np.linspace(-4.2, 4.2, 25), np.linspace(-3.6, 3.6, 7)
SPREADS = np.geomspace(0.03, 2.5, 13)
"""Standard deviations t of d between subjects that are considered, in units of what d usually differs by."""
NEGLIGIBLE = 1e-4
CLOSE = 1e-4
"""Of the widest spread: a step of Newton's method, whose errors square, after which there is none."""
PRIOR = SPREADS / (1 + (SPREADS / 1.0) ** 2)
"""Half-Cauchy of scale 1, on a grid of even logarithms."""


class Figures(NamedTuple):
    """What is known of each pair of subject and family: `good` of `size`, and what is `near` (see likelihoods).

    `trust`: of each subject, the share of its evidence that is left as `near` is not known exactly.
    """

    good: Numbers
    size: Numbers
    near: Numbers
    trust: Numbers
    table: Table
    kind: Kind

    def logs(self, span: tuple[Numbers, Numbers]) -> Curve:
        """Logarithm of the likelihood, but for a constant, for d of each subject within a span."""
        total = self.table.each(self.good)[:, None]
        curve = self.kind.curve(self.size, self.near, self.table, span)
        return lambda d: np.asarray(total * d - curve(d))

    def slopes(self, d: Numbers) -> tuple[Numbers, Numbers]:
        """Its first derivative, and its second with the sign turned, at one d of each subject."""
        mean, variance = self.kind.both(self.near + d[self.table.subject])
        return self.table.each(self.good - self.size * mean), self.table.each(self.size * variance)


class Shift(NamedTuple):
    """What is known of d: for each subject nodes in ascending order, and their probabilities (which add up to 1).

    `middle` and `before`: mean and standard deviation of d between subjects, without a subject's own figures.
    """

    nodes: Numbers
    chances: Numbers
    middle: Numbers
    before: Numbers

    def mean(self, values: Numbers) -> Numbers:
        """The mean of what `values` are at the nodes."""
        return np.asarray(np.einsum("ij,ij->i", self.chances, values))

    def quantiles(self, values: Numbers, *chances: float) -> list[Numbers]:
        """Where values that rise (or fall) along the nodes have each probability of a smaller (or larger) one."""
        below = np.cumsum(self.chances, axis=1) - self.chances / 2
        rows = np.arange(len(values))
        found = []
        for q in chances:
            at = np.minimum(np.maximum((below < q).sum(axis=1), 1), values.shape[1] - 1)
            left, right = below[rows, at - 1], below[rows, at]
            share = np.minimum(np.maximum((q - left) / np.maximum(right - left, 1e-300), 0.0), 1.0)
            found.append(values[rows, at - 1] * (1 - share) + values[rows, at] * share)
        return found


def shift(figures: Figures, unit: float = 1.0) -> Shift:
    """What the figures of each subject say about its d.

    `unit`: what d differs by, about (1 for logits and logarithms). How far subjects differ is told by all but one's own
    figures, and as they stand: errors of what is near make peers of one family err together, not differ.
    """
    known = figures.table.each(figures.size) > 0  # only these say how far subjects differ
    spreads = SPREADS * unit
    mode, stiff = _settle(figures, spreads[-1])
    own = np.maximum(stiff - spreads[-1] ** -2, 0.0)[:, None]
    precision = own + spreads**-2
    centre = (mode * stiff)[:, None] / precision
    wide = 1 / np.sqrt(precision)
    ends = [(centre + end * wide) for end in (COARSE[0], COARSE[-1])]
    curve = figures.logs((ends[0].min(axis=1), ends[1].max(axis=1)))
    nodes = np.stack([centre + step * wide for step in COARSE])
    logs = curve(np.concatenate(list(nodes), axis=1)).reshape(len(mode), len(COARSE), -1).swapaxes(0, 1)
    top, mean, variance = _moments(logs - nodes**2 / (2 * spreads**2), nodes)
    evidence = top - np.log(precision) / 2 - np.log(spreads)
    slope = mean / spreads**2
    bend = np.maximum(spreads**-2 - variance / spreads**4, 0.0)
    slope, bend, evidence = (_others(known[:, None] * each) for each in (slope, bend, evidence))
    total = bend + (2 * unit) ** -2
    middle = np.clip(slope / total, -2 * spreads, 2 * spreads)
    evidence = evidence + slope * middle - total * middle**2 / 2 + np.log(PRIOR) - np.log(total) / 2
    weights = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    kept = weights.max(axis=0) > NEGLIGIBLE
    wide = np.sqrt(spreads**2 + 1 / total)
    weights, middle, wide = weights[:, kept], middle[:, kept], wide[:, kept]
    trust = figures.trust[:, None]
    return _posterior(
        lambda d: trust * curve(d), Prior(weights, middle, wide), trust * own, trust * (mode * stiff)[:, None]
    )


class Prior(NamedTuple):
    """What is known of the d of each subject before its own figures: a mixture of normal distributions."""

    weights: Numbers
    middle: Numbers
    wide: Numbers


def _posterior(curve: Curve, prior: Prior, own: Numbers, pull: Numbers) -> Shift:
    """Likelihood times prior, on nodes where the product is; about there is a normal one of precision `own`."""
    weights, middle, wide = prior
    height = weights / wide
    precision = own + wide**-2
    centre = (pull + middle / wide**2) / precision
    mean = (weights * centre).sum(axis=1)
    spread = np.sqrt((weights * (1 / precision + (centre - mean[:, None]) ** 2)).sum(axis=1))
    for steps in (FINE[::3], FINE):  # the second time where the first one has found it to be
        nodes = mean[:, None] + spread[:, None] * steps
        before = np.zeros_like(nodes)
        for part in range(weights.shape[1]):
            away = nodes - middle[:, part, None]
            away *= away
            away *= -(wide[:, part, None] ** -2) / 2
            before += height[:, part, None] * np.exp(away, out=away)
        logs = curve(nodes) + np.log(before + 1e-300)
        _, mean, variance = _moments(logs.T, nodes.T)
        spread = np.sqrt(variance)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return Shift(
        nodes,
        chances / chances.sum(axis=1, keepdims=True),
        (weights * middle).sum(axis=1),
        np.sqrt((weights * wide**2).sum(axis=1)),
    )


def _others(each: Numbers) -> Numbers:
    """The sum over all subjects but one's own."""
    return np.asarray(each.sum(axis=0) - each)


def _moments(logs: Numbers, nodes: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Logarithm of the sum, mean and variance over the first axis."""
    top = logs.max(axis=0)
    chances = np.exp(logs - top)
    whole = chances.sum(axis=0)
    mean = (chances * nodes).sum(axis=0) / whole
    variance = (chances * (nodes - mean) ** 2).sum(axis=0) / whole
    return top + np.log(whole), mean, variance


def _settle(figures: Figures, spread: float) -> tuple[Numbers, Numbers]:
    """Mode and curvature of each subject's log posterior under N(0, spread²), by Newton's method."""
    at = np.zeros(len(figures.table.codes))
    for _ in range(8):
        slope, bend = figures.slopes(at)
        step = np.clip((slope - at / spread**2) / (bend + spread**-2), -spread, spread)
        at = at + step
        if np.abs(step).max() < CLOSE * spread:
            break
    return at, figures.slopes(at)[1] + spread**-2
