"""Scores against the truth: simulated cities whose windows' true quality is known.

    python -m benchmarks.score_calibration [--cities 200] [--seed 1] [--speed]

Claims: 95 % intervals hold the truth in 93 to 97 % of draws, for every kind of indicator and for the total; the
scores' rank correlation with the truth (Spearman) beats that of raw on-time rates and of flat deductions −3/−5/−10 in
the same cities; a window with 3 cases tops the list in less than 1 % of cities, also with the minimum switched off.

A city has departments with their own families of items, easy and hard ones; windows from 3 to 5,000 cases, most of
them small, one of 3, each with a mix of its own; a quality per indicator, all of them correlated. The truth is what a
window would reach on the city's whole mix, and the points that this is worth. Half of the cities draw quality from
normal distributions of logits and logarithms, as the model has it, half from beta and gamma distributions, as it has
not; rare events are as rare as one card in a thousand cases. Nothing of a city is known to the scoring but its sums.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from time import process_time
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.special import expit, logit
from scipy.stats import beta, gamma, norm, spearmanr

from mingjing.scoring.scheme import Scheme
from mingjing.scoring.schemes import load
from mingjing.scoring.score import FEW, score
from mingjing.scoring.sums import COUNTS, ItemFact, Numbers, Sums

DEPARTMENTS, EACH, FAMILIES = 8, 8, 3
KNOWN = {"on_time": "committed", "steps": "step", "once": "once", "rating": "rating"}
FLAT = {1: 3.0, 2: 5.0, 3: 10.0}
"""Points that published schemes take off per notice, yellow and red card."""


class City(NamedTuple):
    """What scoring is given, and what it is not: the true value of each indicator, in order of window."""

    sums: Sums
    items: dict[str, ItemFact]
    truth: dict[str, Numbers]


def city(dice: np.random.Generator, scheme: Scheme, *, as_modelled: bool, departments: int = DEPARTMENTS) -> City:
    """A city by chance."""
    windows = departments * EACH
    unit = np.repeat(np.arange(departments), EACH)
    size = np.clip(np.exp(dice.normal(5.0, 1.6, windows)), 3, 5000).astype(int)
    size[0] = 3
    families = departments * FAMILIES
    mix = dice.dirichlet(np.ones(FAMILIES), windows)
    cases = np.zeros((windows, families))
    for place in range(windows):
        cases[place, unit[place] * FAMILIES : (unit[place] + 1) * FAMILIES] = dice.multinomial(size[place], mix[place])
    share = cases.sum(axis=0) / cases.sum()
    common = dice.normal(size=windows)

    def quality() -> Numbers:  # standard normal, correlated between indicators
        return np.asarray(0.6 * common + 0.8 * dice.normal(size=windows))

    counts = {name: np.zeros(cases.size) for name in COUNTS}
    counts["closed"] = cases.ravel()
    truth = {}
    for name, measure in KNOWN.items():
        usual = dice.choice([0.9, 0.95, 0.99, 0.998]) if name != "rating" else 0.93
        base = logit(usual) + dice.normal(0, 0.5, families)
        rates = _rates(base, quality(), dice.uniform(0.2, 1.2), as_modelled=as_modelled)
        n = dice.binomial(cases.astype(int), 0.3) if name == "rating" else cases.astype(int)
        counts[f"{measure}_n"] = n.ravel().astype(float)
        counts[f"{measure}_good"] = dice.binomial(n, rates).ravel().astype(float)
        truth[name] = rates @ share
    cards: list[dict[str, int]] = [{} for _ in range(cases.size)]
    late = (counts["committed_n"] - counts["committed_good"]).astype(int)
    for row, reds in enumerate(dice.binomial(late, 0.2)):
        cards[row] |= {"lateness:2": int(late[row] - reds), "lateness:3": int(reds)}
    for name, cause, usual in (("process", "P1", 0.012), ("data", "K4", 0.004), ("fees", "F1", 0.001)):
        means = _means(usual * np.exp(dice.normal(0, 0.5, families)), quality(), dice.uniform(0.2, 1.0),
                       as_modelled=as_modelled)  # fmt: skip
        red, worth = 0.25, next(one for one in scheme.indicators if one.id == name).points
        for severity, part in ((2, 1 - red), (3, red)):
            for row, count in enumerate(dice.poisson(cases * means * part).ravel()):
                if count:
                    cards[row][f"{cause}:{severity}"] = int(count)
        truth[name] = 1000 * (means @ share) * (worth[2] * (1 - red) + worth[3] * red)
    means = _means(np.full(families, 0.006), quality(), 0.5, as_modelled=as_modelled)
    counts["complaint_n"] = dice.poisson(cases * means).ravel().astype(float)
    truth["complaint"] = 1000 * (means @ share)
    saved = 0.35 + dice.normal(0, 0.05, families) + 0.08 * quality()[:, None]
    truth["speed_up"] = saved @ share
    speed = np.array([_speeds(dice, saved.ravel()[row], int(n)) for row, n in enumerate(cases.ravel())])
    rows = np.flatnonzero(cases.ravel())
    codes = [f"w{place:03}" for place in range(windows)]
    sums = Sums(
        codes=[codes[row // families] for row in rows],
        items=[f"i{row % families}" for row in rows],
        counts={name: column[rows] for name, column in counts.items()},
        speed_n=speed[rows, 0],
        speed_sum=speed[rows, 1],
        speed_squares=speed[rows, 2],
        cards=[cards[row] for row in rows],
        confirmed=[{} for _ in rows],
    )
    return City(sums, {f"i{one}": ItemFact(family=f"f{one}") for one in range(families)}, truth)


def _rates(base: Numbers, quality: Numbers, spread: float, *, as_modelled: bool) -> Numbers:
    if as_modelled:
        return np.asarray(expit(base + spread * quality[:, None]))
    usual = expit(base)
    strength = 1 / (spread**2 * usual * (1 - usual))
    rates = beta.ppf(norm.cdf(quality)[:, None], strength * usual, strength * (1 - usual))
    return np.asarray(np.clip(rates, 0.0, 1.0))


def _means(base: Numbers, quality: Numbers, spread: float, *, as_modelled: bool) -> Numbers:
    if as_modelled:
        return np.asarray(base * np.exp(-spread * quality[:, None]))
    return np.asarray(base * gamma.ppf(norm.cdf(-quality), spread**-2, scale=spread**2)[:, None])


def _speeds(dice: np.random.Generator, mean: float, n: int) -> tuple[float, float, float]:
    one = dice.normal(mean, 0.15, n)  # of each case
    return float(n), float(one.sum()), float((one**2).sum())


def fair(scheme: Scheme, truth: dict[str, Numbers]) -> Numbers:
    """The points that the truth is worth."""
    total = np.zeros(len(next(iter(truth.values()))))
    for one in scheme.indicators:
        if one.kind == "cards":
            total += one.weight * np.clip(1 - truth[one.id] / one.zero_at, 0, 1)
        else:
            total += one.weight * np.clip((truth[one.id] - one.floor) / (one.target - one.floor), 0, 1)
    return total


def flat(sums: Sums) -> dict[str, float]:
    """Points that flat deductions leave of 100 (without a floor, which would only tie more of them)."""
    left: dict[str, float] = defaultdict(lambda: 100.0)
    for code, each in zip(sums.codes, sums.cards, strict=True):
        left[code] -= sum(FLAT[int(word.rpartition(":")[2])] * n for word, n in each.items())
    return left


def on_time(sums: Sums) -> dict[str, float]:
    """Raw rates."""
    good: dict[str, float] = defaultdict(float)
    n: dict[str, float] = defaultdict(float)
    for code, part, of in zip(sums.codes, sums.counts["committed_good"], sums.counts["committed_n"], strict=True):
        good[code] += part
        n[code] += of
    return {code: good[code] / n[code] for code in n}


def held(scheme: Scheme, made: City) -> Iterator[tuple[str, float, bool]]:
    """Which truths lie in their intervals: what about, the window's cases, and whether it does."""
    truth = fair(scheme, made.truth)
    for one in score(made.sums, made.items, scheme):
        place = int(one.code[1:])
        for value in one.values:
            lo, hi = value.value_lo or 0.0, value.value_hi or 0.0
            yield value.indicator, one.cases, lo <= made.truth[value.indicator][place] <= hi
        yield "total", one.cases, (one.lo or 0.0) <= truth[place] <= (one.hi or 0.0)


def speed(scheme: Scheme) -> None:
    """Prints the processor time of one score()."""
    made = city(np.random.default_rng(1), scheme, as_modelled=True, departments=63)
    facts = {item: ItemFact(family=f"f{int(item[1:]) // 3}") for item in made.items}
    for name, items in (("3 items in a family", facts), ("each item its own family", made.items)):
        spent = []
        for _ in range(7):
            began = process_time()
            scores = score(made.sums, items, scheme)
            spent.append(process_time() - began)
        print(
            f"{len(scores)} windows, {len(made.sums.codes)} rows, {len(scheme.indicators)} indicators, {name}:"
            f" {1000 * sorted(spent)[3]:.0f} ms of processor time"
        )


def main() -> None:
    """Prints the figures."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--cities", type=int, default=200)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--speed", action="store_true", help="only how long 500 subjects take")
    asked = ask.parse_args()
    scheme = load("recommended")
    if asked.speed:
        speed(scheme)
        return
    known = {*KNOWN, "process", "data", "fees", "complaint", "speed_up"}
    scheme = msgspec.structs.replace(
        scheme, indicators=tuple(one for one in scheme.indicators if one.id in known), bonus=(), minimum=0.0
    )
    inside: dict[tuple[str, str], list[bool]] = defaultdict(list)
    ranks: dict[str, list[float]] = defaultdict(list)
    tops = bare = 0
    for number in range(asked.cities):
        made = city(np.random.default_rng([asked.seed, number]), scheme, as_modelled=number % 2 == 0)
        for name, cases, holds in held(scheme, made):
            for key in ("all", "modelled" if number % 2 == 0 else "other", "<30" if cases < 30 else
                        "<300" if cases < 300 else "300+"):  # fmt: skip
                inside[name, key].append(holds)
        scores = score(made.sums, made.items, scheme)
        truth = fair(scheme, made.truth)
        of = [truth[int(one.code[1:])] for one in scores]
        raw, off = on_time(made.sums), flat(made.sums)
        for name, said in (
            ("ours", [one.score for one in scores]),
            ("raw on-time rate", [raw[one.code] for one in scores]),
            ("flat deductions", [off[one.code] for one in scores]),
        ):
            ranks[name].append(spearmanr(said, of).statistic)
        tops += scores[0].code == "w000"
        bare += max(scores, key=lambda one: one.score or 0).code == "w000"
    keys = ("all", "modelled", "other", "<30", "<300", "300+")
    print(f"{asked.cities} cities of {DEPARTMENTS * EACH} windows. 95 % intervals that hold the truth, in per cent:")
    print(f"{'':12}" + "".join(f"{key:>10}" for key in keys))
    for name in dict.fromkeys(name for name, _ in inside):
        print(f"{name:12}" + "".join(f"{100 * np.mean(inside[name, key]):10.1f}" for key in keys))
    print("Spearman's correlation with the truth, mean over cities:")
    for name, each in ranks.items():
        print(f"{name:20}{np.mean(each):.3f}")
    print(f"the window of 3 cases tops the list, without a minimum: {100 * tops / asked.cities:.1f} % of cities")
    print(f"(has the highest score, before the rule for fewer than {FEW:.0f} cases: {100 * bare / asked.cities:.1f} %)")


if __name__ == "__main__":
    main()
