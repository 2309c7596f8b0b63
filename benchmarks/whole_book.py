"""What the whole rule book costs beside the first one, on one core: a simulated city, audited with both in one run.

    python benchmarks/whole_book.py [--cases 20000] [--seed 7] [--runs 3] [--year 2025] [--city DIR]

Everything counts that `mingjing audit` does, from the bytes of the file to the encoded findings in order: CPU time of
this process on one core, the best of the runs, which take turns. The books are read beforehand. `--year` simulates a
whole year of 300,000 cases instead, whose events do not fit the casebook's memory and go through the disk; `--city`
audits what `mingjing simulate` wrote before.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from mingjing import inputs
from mingjing.settings import Settings
from rules import Engine, load_engine
from rules.audit import Audit, Sorted
from rules.book import SHIPPED
from rules.casebook import Casebook

FIRST = (
    "I2", "I2-R", "K1", "K1-A", "P1", "P2-A", "P2-D", "P2-S", "P4", "P6", "P6-S", "P7", "Q1-C", "Q1-D", "Q1-E", "Q1-R",
    "T10", "T2", "T3", "T4", "T4-C", "T4-D", "T5", "T5-R", "T6", "T7", "T9",
)  # fmt: skip
"""The rules of the first book, as they stand in the whole one."""


def main() -> None:
    """Simulates, audits, prints events per second of both books and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--year", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--city", type=Path)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        size = ["--year", str(given.year)] if given.year else ["--cases", str(given.cases)]
        city = given.city or simulated(Path(folder, "city"), *size, "--seed", str(given.seed))
        engines = {"first": engine(city, first_book(Path(folder, "first"))), "whole": engine(city, None)}
        taken: dict[str, list[float]] = {name: [] for name in engines}
        counts: dict[str, tuple[int, int]] = {}
        for _ in range(given.runs):
            for name, judges in engines.items():
                began = time.process_time()
                counts[name] = audit(judges, city / "events.jsonl")
                taken[name].append(time.process_time() - began)
    for name, judges in engines.items():
        events, findings = counts[name]
        asked = sum(bool(rule.judge.triggers) and rule.id not in judges.idle for rule in judges.book.rules)
        speed = events / min(taken[name])
        print(f"{name} book: {asked} rules asked, {events:,} events, {findings:,} findings, {speed:,.0f} events/s")
    print(f"the whole book costs {min(taken['whole']) / min(taken['first']):.2f} times the time of the first")


def simulated(city: Path, *words: str) -> Path:
    """The directory, filled by `mingjing simulate`."""
    command = [sys.executable, "-m", "mingjing", "simulate", *words, "--out", str(city)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return city


def first_book(folder: Path) -> Path:
    """A directory with the rules of the first book."""
    folder.mkdir()
    for name in FIRST:
        shutil.copy(SHIPPED / f"{name}.toml", folder)
    return folder


def engine(city: Path, book: Path | None) -> Engine:
    """A book with what the simulated city has: its items and its registers."""
    chosen = msgspec.structs.replace(
        Settings(),
        rules_dir=str(book) if book else None,
        items_dir=str(city / "items"),
        registers_dir=str(city / "registers") if (city / "registers").is_dir() else None,
    )
    return load_engine(chosen)


def audit(judges: Engine, path: Path) -> tuple[int, int]:
    """One audit, from the file to the ordered lines: how many events and findings."""
    with Casebook() as casebook:
        run = Audit(judges, None, casebook)
        for record in inputs.read([path]):
            if record.event is not None:
                run.take(record.event)
        ordered = Sorted()
        for _, findings, _ in run.judge():
            for finding in findings:
                ordered.add(finding)
        return run.tally.events, sum(1 for _ in ordered.lines())


if __name__ == "__main__":
    main()
