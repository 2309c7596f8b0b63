"""Whether a ranking finds out who is really good: a simulated city whose windows' true quality is known.

    python -m benchmarks.score_recovery [--cases 15000] [--days 60] [--spread 0.8] [--seed 1] [--cities 1]

Claim: the scores' rank correlation with the truth (Spearman) beats that of raw on-time rates and of a scheme of flat
deductions, from the same cases in the same store.

Unlike score_calibration, which draws sums, this goes the whole way: events of `mingjing.simulate`, findings of the
shipped rule book, lines and sums of the scorer in a ClickHouse of its own, scores of `mingjing.scores`. A window's
quality shifts whatever goes wrong at it on the logit (mingjing.simulate.quality); ratings and complaints come from the
few who give them; rare matters, and what a department does that nobody else does, are as in any simulated city.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import NamedTuple

from scipy.stats import spearmanr

from mingjing.cli.scorer import made
from mingjing.instants import at, micros
from mingjing.metrics import Health
from mingjing.scores import Scoring
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.schemes import load
from mingjing.settings import Settings
from mingjing.simulate import Rates, Stream, simulation
from mingjing.simulate.catalogue import write_items, write_registers
from mingjing.simulate.quality import quality
from mingjing.simulate.stream import event
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.store.scores import sums
from mingjing.types import CaseEvent
from rules import load_engine
from streams.given import item_row
from streams.scorer import passes
from tests.streams.scoring import store_events

START = date(2026, 3, 2)
PERIOD = Period.parse("2026")
COMPLAINED = 0.01
AT_ONCE = 50_000


class Found(NamedTuple):
    """One city: by window, what is true and what is said."""

    truth: dict[str, float]
    said: dict[str, Mapping[str, float]]
    tiers: dict[str, int]
    cases: int


def main() -> None:
    """Simulates, scores, prints the correlations."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--cases", type=int, default=15_000)
    ask.add_argument("--days", type=int, default=60)
    ask.add_argument("--spread", type=float, default=0.8)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--cities", type=int, default=1)
    given = ask.parse_args()
    rates = Rates(quality_spread=given.spread, complained=COMPLAINED)
    ranks: dict[str, list[float]] = defaultdict(list)
    for seed in range(given.seed, given.seed + given.cities):
        stream = simulation(START, START + timedelta(days=given.days), seed=seed, rates=rates, cases=given.cases)
        began = perf_counter()
        found = recovered(stream)
        both = [code for code in found.truth if all(code in each for each in found.said.values())]
        for name, each in found.said.items():
            truth = [found.truth[code] for code in both]
            ranks[name].append(float(spearmanr(truth, [each[code] for code in both]).statistic))
        print(f"seed {seed}: {found.cases:,} cases, {len(both)} windows ranked, {perf_counter() - began:.0f} s")
        for tier in sorted(set(found.tiers.values())):
            inside = [found.truth[code] for code, one in found.tiers.items() if one == tier]
            print(f"  tier {tier}: {len(inside)} windows, mean true quality {fmean(inside):+.2f}")
    print("Spearman's correlation with the truth:")
    for name, correlations in ranks.items():
        print(f"  {name:20}{fmean(correlations):.3f}")


def recovered(stream: Stream) -> Found:
    """Judges and scores what a stream tells, in a store of its own."""
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder:
        directory = Path(folder)
        for name in ("items", "registers"):
            (directory / name).mkdir()
        city = stream.world.city
        write_items(directory / "items", city, stream.terms)
        write_registers(directory / "registers", city, stream.terms)
        with serve(directory / "store") as server, Store(server.dsn, profile="offline") as store:
            store.migrate()
            cases = fill(store, stream, directory)
            raw = on_time(store)
            sheets = {name: Scoring(store, load(name)).sheet("window", PERIOD) for name in ("recommended", "city100")}
        ours = sheets["recommended"]
        said = {
            "these scores": points(ours),
            "raw on-time rate": raw,
            "flat deductions": points(sheets["city100"]),
        }
        spread = stream.world.rates.quality_spread
        truth = {code: quality(city.seed, code, spread) for code in said["these scores"]}
        return Found(truth, said, {one.code: one.tier for one in ours.scores if one.tier}, cases)


def fill(store: Store, stream: Stream, directory: Path) -> int:
    """Events, findings and lines; how many cases."""
    histories: dict[str, list[CaseEvent]] = defaultdict(list)
    for _, happened in stream.days():
        for _, number, case in happened:
            histories[case.id].append(event(stream.world.city, case, number))
    every = [one for each in histories.values() for one in each]
    as_of = max(micros(one.occurred_at) for one in every)
    items, registers, clock = directory / "items", directory / "registers", f"{at(as_of).isoformat()}@0x0"
    chosen = Settings(items_dir=str(items), registers_dir=str(registers), clock=clock)
    engine = load_engine(chosen)
    store.write_items([item_row(version) for version in engine.catalogue])
    for first in range(0, len(every), AT_ONCE):
        store_events(store, every[first : first + AT_ONCE])
    store.write_findings([one for each in histories.values() for one in engine.judge(each, as_of).findings])
    scorer = made(chosen, store, Health("bench"))
    for _ in passes(scorer):
        pass
    scorer.stop()
    return len(histories)


def points(sheet: ScoreSheet) -> dict[str, float]:
    """The scores of who is ranked."""
    return {one.code: one.score for one in sheet.scores if one.state == "ranked" and one.score is not None}


def on_time(store: Store) -> Mapping[str, float]:
    """Of each window, the share of promises kept."""
    of = sums(store, "window", PERIOD)
    good: dict[str, float] = defaultdict(float)
    n: dict[str, float] = defaultdict(float)
    for code, kept, all_ in zip(of.codes, of.counts["committed_good"], of.counts["committed_n"], strict=True):
        good[code] += kept
        n[code] += all_
    return {code: good[code] / n[code] for code in n if n[code]}


if __name__ == "__main__":
    main()
