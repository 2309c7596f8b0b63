"""What judging every type of matter costs beside permits alone: a simulated year, audited whole and without the others.

    python -m benchmarks.every_matter [--year 2025] [--cases N] [--seed 7] [--runs 2] [--city DIR]

Claim: a city's whole simulated year with every matter type (permits, penalties, levies, intermediaries, tenders, work
orders, windows' days, guides, the logs) is judged at no less than 0.8 of the rate, in events per second, of the same
year's permits alone. Both runs take the whole shipped book, the city's catalogue and registers, and turns; CPU time of
this process on one core counts, the best of the runs, from the bytes of the file to the encoded findings in order.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.whole_book import audit, engine, simulated

FLOOR = 0.8


class Line(Struct):
    """What of an event says which matter it is of."""

    item: str = ""


def main() -> None:
    """Simulates, audits both, prints events per second of each and their ratio; exit status 1 below the claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--cases", type=int, help="so many cases instead of the whole year")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--city", type=Path)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        size = ["--cases", str(given.cases)] if given.cases else ["--year", str(given.year)]
        city = given.city or simulated(Path(folder, "city"), *size, "--seed", str(given.seed))
        whole, permits = city / "events.jsonl", Path(folder, "permits.jsonl")
        counts = without_others(whole, permits, matters(city / "items" / "items.csv"))
        print("events: " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common()))
        judges = engine(city, None)
        rates: dict[str, float] = {}
        for _ in range(given.runs):
            for name, path in (("permits alone", permits), ("every matter", whole)):
                began = time.process_time()
                events, findings = audit(judges, path)
                rate = events / (time.process_time() - began)
                rates[name] = max(rate, rates.get(name, 0))
                print(f"{name}: {events:,} events, {findings:,} findings, {rate:,.0f} events/s", flush=True)
    ratio = rates["every matter"] / rates["permits alone"]
    print(f"every matter is judged at {ratio:.2f} of the rate of permits alone (at least {FLOOR})")
    sys.exit(ratio < FLOOR)


def matters(items: Path) -> Mapping[str, str]:
    """The matter of every item of a catalogue."""
    with items.open(encoding="utf-8", newline="") as text:
        return {row["item"]: row["matter"] for row in csv.DictReader(text)}


def without_others(whole: Path, permits: Path, matter: Mapping[str, str]) -> Counter[str]:
    """Copies the permits' events to a file of their own; how many events there are of every matter."""
    counts: Counter[str] = Counter()
    read = msgspec.json.Decoder(Line)
    with whole.open("rb") as lines, permits.open("wb") as copied:
        for line in lines:
            which = matter.get(read.decode(line).item, "no item")
            counts[which] += 1
            if which == "permit":
                copied.write(line)
    return counts


if __name__ == "__main__":
    main()
