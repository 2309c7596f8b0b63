"""Population rules over a city's year: seconds by rule, and what `verify` needs to compute them again.

Claim: all population rules together over a simulated year (300,000 cases, about 3 million events) take at most 30 s on
two cores, the gathering of their tables included.

    python -m benchmarks.populations [--cases N --days D] [--directory DIR] [--seed 1]

Simulates the city (or takes the one that lies in DIR/city), writes its events straight into a local ClickHouse, and
runs every rule over every period of the year. Needs `pip install 'mingjing[local]'`.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from mingjing.codec import decode
from mingjing.settings import Settings
from mingjing.store import Store, StoredEvent
from mingjing.store.connection import Connection
from mingjing.store.dsn import parse
from mingjing.store.local import serve
from rules import load_engine, surroundings
from streams.population import Census, Run

BATCH, LIMIT_S, YEAR = 50_000, 30.0, 2025


def main() -> None:
    """Simulate, load, judge, judge again, verify."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, help="so many cases within --days, instead of a whole year")
    parser.add_argument("--days", type=int, default=181)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = chosen.directory or Path(temporary)
        city = directory / "city"
        if not (city / "events.jsonl").exists():
            simulate(city, chosen)
        with serve(directory / "clickhouse") as server, Store(server.dsn, profile="offline") as store:
            store.migrate()
            load(store, city / "events.jsonl")
            judge(store, server.dsn, city)


def simulate(city: Path, chosen: argparse.Namespace) -> None:
    """The city with its tricks and look-alikes."""
    span = [f"--year={YEAR}"] if chosen.cases is None else [f"--cases={chosen.cases}", f"--days={chosen.days}"]
    start = [] if chosen.cases is None else [f"--start={YEAR}-01-01"]
    command = ["simulate", "--out", str(city), *span, *start, f"--seed={chosen.seed}", "--tricks", "all"]
    subprocess.run([sys.executable, "-m", "mingjing", *command], check=True, stdout=subprocess.DEVNULL)


def load(store: Store, events: Path) -> None:
    """Writes the events as a worker would, in larger batches."""
    held = store.query("lag_total")[0]["events"]
    if held:
        print(f"{held:,} events are in the store already")
        return
    began, offset = time.monotonic(), 0
    with events.open("rb") as lines:
        while lot := list(islice(lines, BATCH)):
            records = [
                StoredEvent(decode(line), line.rstrip(b"\n"), "case-events", 0, offset + place, 1, None)
                for place, line in enumerate(lot)
            ]
            store.write_events(records, f"load:{offset}")
            offset += len(records)
    print(f"{offset:,} events written in {time.monotonic() - began:.0f} s")


def judge(store: Store, dsn: str, city: Path) -> None:
    """One run over everything, one in which nothing is due, and the verification."""
    settings = replace(Settings(), items_dir=str(city / "items"), registers_dir=str(city / "registers"))
    calendar = surroundings(settings, []).calendars.get(settings.calendar)
    census = Census(store, dsn, load_engine(settings), calendar, settings.timezone)
    as_of = census.as_of()
    assert as_of is not None
    with Connection(parse(dsn), "offline") as connection:
        connection.command("TRUNCATE TABLE judged_periods")  # of an earlier run in the same directory
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    run = census.run(as_of, settle=0)
    whole = time.monotonic() - began
    report(run)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_utime - used
    rules = sum(outcome.seconds for outcome in run.outcomes)
    print(f"all: {whole:.1f} s, at most {LIMIT_S:.0f} s (rules {rules:.1f} s, this process's own CPU {own:.1f} s)")
    began = time.monotonic()
    again = census.run(as_of, settle=0)
    print(f"once more: {len(again.outcomes)} periods due, {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    seen = census.verify()
    print(f"verify: {seen.periods} periods, {len(seen.differences)} differences, {time.monotonic() - began:.1f} s")
    sys.exit(whole > LIMIT_S or bool(seen.differences))


def report(run: Run) -> None:
    """Seconds, periods and findings by rule."""
    seconds, periods, findings = Counter[str](), Counter[str](), Counter[str]()
    for one in run.outcomes:
        rule = one.of.rule.id
        seconds[rule] += round(one.seconds * 1000)
        periods[rule] += 1
        findings[rule] += len(one.findings)
        if one.error:
            print(f"{rule}: {one.error}")
    print(f"{'rule':6} {'periods':>8} {'findings':>9} {'seconds':>8}")
    for rule, milliseconds in seconds.most_common():
        print(f"{rule:6} {periods[rule]:8} {findings[rule]:9} {milliseconds / 1000:8.2f}")


if __name__ == "__main__":
    main()
