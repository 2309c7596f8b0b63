"""A simulated city whose halls handle cases, with a known list of what goes wrong.

    city(seed)                          the city: departments, windows, officers, items
    events(city, start, end, ...)       its events in order of occurrence, lazily
    write(out, stream, ...)             a directory with events, item catalogue, answers and a description
    write_small(out)                    the same, 2,000 cases in sixty days, for tests and first tries

The answers are worked out by arithmetic of the simulator's own (`judge`), not by the rules' engine.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.cityplan import City, city
from mingjing.simulate.draft import World
from mingjing.simulate.rates import Rates
from mingjing.simulate.stream import Stream, events
from mingjing.simulate.tricks import Maker
from mingjing.simulate.writing import Summary, write

__all__ = [
    "SMALL_CASES",
    "SMALL_DAYS",
    "SMALL_START",
    "City",
    "Rates",
    "Stream",
    "Summary",
    "city",
    "events",
    "simulation",
    "write",
    "write_small",
]

SMALL_START, SMALL_DAYS, SMALL_CASES = date(2025, 4, 1), 60, 2_000


def simulation(
    start: date,
    end: date,
    *,
    seed: int = 1,
    rates: Rates | None = None,
    cases: int | None = None,
    tricks: Sequence[Maker] = (),
) -> Stream:
    """The city of a seed from the start of one day up to the start of another, ready to be written."""
    return Stream(World(city(seed), Almanac(), rates or Rates(), seed), start, end, cases=cases, tricks=tricks)


def write_small(out: Path, *, seed: int = 1, rates: Rates | None = None, disorder: bool = False) -> Summary:
    """Two thousand cases within sixty days, the Labour Day holiday and its make-up days among them."""
    end = SMALL_START + timedelta(days=SMALL_DAYS)
    stream = simulation(SMALL_START, end, seed=seed, rates=rates, cases=SMALL_CASES)
    return write(out, stream, disorder=disorder, compress=False)
