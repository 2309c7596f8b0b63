"""How good the simulated city's windows really are: what a ranking of them is to find out.

A window's quality is drawn from the normal distribution with mean 0 and standard deviation `Rates.quality_spread`. At a
window of quality q every unwanted rate has its logit lowered by q: what happens to 1 % of usual cases happens to 0.45 %
at a window of quality 0.8, and to 2.2 % at one of -0.8. Whoever is better is also quicker and gets fewer complaints.
"""

import csv
from functools import lru_cache
from math import exp
from pathlib import Path

from msgspec.structs import replace

from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.rates import HABITS, Rates

COLUMNS = ("window", "department", "quality")
DISLIKED = ("correction", "complained", "dissatisfied", "unhurried")
"""Of the habits, those that quality changes; it changes all that is irregular."""
UNWANTED = (*(name for name in Rates.__struct_fields__ if name not in HABITS), *DISLIKED)


def quality(seed: int, window: str, spread: float) -> float:
    """The true quality of a window of a city's seed, in logits; the same whatever is simulated of it."""
    return dice(seed, "quality", window).gauss(0.0, spread) if spread else 0.0


def rates_at(seed: int, window: str, rates: Rates) -> Rates:
    """The rates at one window."""
    return _rates_at(seed, window, rates) if rates.quality_spread else rates


@lru_cache(256)
def _rates_at(seed: int, window: str, rates: Rates) -> Rates:
    q = quality(seed, window, rates.quality_spread)
    return replace(rates, **{name: _shifted(getattr(rates, name), -q) for name in UNWANTED})


def _shifted(share: float, by: float) -> float:
    if share in (0.0, 1.0):
        return share
    odds = share / (1 - share) * exp(by)
    return odds / (1 + odds)


def write_quality(path: Path, city: City, spread: float) -> None:
    """The truth, for every window, as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(COLUMNS)
        for department in city.departments:
            for window in department.windows:
                lines.writerow((window.code, department.code, f"{quality(city.seed, window.code, spread):.6f}"))
