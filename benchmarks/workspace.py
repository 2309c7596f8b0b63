"""The investigators' workspace at a city's size: an item's normal course, an applicant's and an account's cases.

    python benchmarks/workspace.py [DIRECTORY] [--cases 1000000] [--rounds 5]

Claim, on two idle cores, over 1,000,000 finished cases of 4 events each, a third of them of one item: the
normal course of that item is read and reckoned within 2 s (it costs about 1 s of CPU, that of an item with few cases
half of that), an account's cases within 2 s, an applicant's other cases within 0.5 s. What is read whole is bounded by
the sample (1,000 cases); picking it reads two narrow columns of all events, and that part grows with the store.

Beside the course stands its peer without a sample (every case of the item, on one item of a hundredth of the cases);
beside the applicant's cases the same question without the index. With DIRECTORY the data stay there, and a second
run does not make them again.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from dashboards.investigation.reading import usual
from mingjing.store import Store
from mingjing.store.connection import Connection
from mingjing.store.local import serve

NOW = datetime(2026, 3, 31, tzinfo=UTC)
FILL = """
INSERT INTO events (event_id, case_id, type, occurred_at, source, item, region, department, `window`, officer, raw,
                    topic, `partition`, `offset`, line)
SELECT 'E' || toString(number) AS id, hex(sipHash64(intDiv(number, 4))) AS of_case,
       ['submitted', 'accepted', 'step_ended', 'decided'][1 + number % 4] AS kind,
       addSeconds(toDateTime64('2025-06-01 00:00:00', 3, 'UTC'), (cityHash64(intDiv(number, 4)) % 20000000)
                  + (number % 4) * (3600 + cityHash64(number) % 86400)) AS at,
       'approval', multiIf(intDiv(number, 4) % 3 = 0, 'BIG', intDiv(number, 4) % 100 = 1, 'MIDDLE',
                           'I' || toString(intDiv(number, 4) % 2000)) AS of_item,
       '519900', 'D' || toString(number % 40), 'W' || toString(intDiv(number, 4) % 300),
       'P' || toString(intDiv(number, 4) % 900),
       '{"event_id":"' || id || '","case_id":"' || of_case || '","type":"' || kind
           || '","data":{"step":"review","applicant":"A' || toString(cityHash64(intDiv(number, 4)) % 1000000) || '"}}',
       'bench', 0, number, 1
FROM numbers(FIRST, MANY)
"""
CHUNK = 2_000_000


def main() -> None:
    """Fills a store if need be, asks, and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("directory", nargs="?")
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as spare,
        serve(Path(given.directory or spare)) as server,
        Store(server.dsn, profile="offline") as store,
    ):
        store.migrate()
        with Connection(store.address, "offline") as plain:
            held = plain.select("SELECT count() FROM events", {})[0][0]
            started = time.perf_counter()
            for first in range(held, 4 * given.cases, CHUNK):
                many = min(CHUNK, 4 * given.cases - first)
                plain.command(FILL.replace("FIRST", str(first)).replace("MANY", str(many)))
            print(f"{given.cases:,} cases, {4 * given.cases:,} events; filled in {time.perf_counter() - started:.0f} s")
            case = plain.select("SELECT hex(sipHash64(7))", {})[0][0]
            course = show(
                "course of an item with a third of all cases", given.rounds, lambda: usual(store, "BIG", "", NOW)
            )
            show("course of an item with one case in 6,000", given.rounds, lambda: usual(store, "I17", "", NOW))
            sampled = show(
                "course of an item with one case in 100", given.rounds, lambda: usual(store, "MIDDLE", "", NOW)
            )
            whole = show("  peer: the same from every case", 2, lambda: everything(store))
            print(f"  ratio {whole / sampled:.1f}; a third of all cases costs {course / sampled:.1f} times a hundredth")
            indexed = show(
                "an applicant's other cases", given.rounds, lambda: store.query("applicant_cases", cases=[case])
            )
            scan = (
                "SELECT DISTINCT case_id FROM events WHERE JSONExtractString(raw, 'data', 'applicant') = 'A17'"
                " SETTINGS use_skip_indexes = 0"
            )
            scanned = show("  peer: without the index", 1, lambda: plain.select(scan, {}))
            print(f"  ratio {scanned / indexed:.1f}")
            show("an account's cases", given.rounds, lambda: store.query("look_cases", officers=["P7"]))


def everything(store: Store) -> object:
    """The course from all cases of an item, as one without a sample would read them."""
    since = datetime(2025, 1, 1, tzinfo=UTC)
    picked = store.query("item_cases", item="MIDDLE", case_id="", since=since, until=NOW, limit=10**9)
    return store.query("item_paths", cases=[row["case_id"] for row in picked])


def show(what: str, rounds: int, ask: Callable[[], object]) -> float:
    """Asks some times; prints and returns the median of the seconds."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        took.append(time.perf_counter() - started)
    print(f"{what:48} median {median(took):7.3f} s   worst {max(took):7.3f} s   ({rounds} rounds)")
    sys.stdout.flush()
    return median(took)


if __name__ == "__main__":
    main()
