"""The ranking at a city's size: scores out of the kept sums, beside the same count out of the stored events.

    python -m benchmarks.score_reading [DIRECTORY] [--years 10] [--scale city] [--rounds 30]

Claims, on two cores, over ten years of a city (3 million cases, about 30 million events): the ranking of all windows
answers within 200 ms at the 95th percentile when warm and within 1 s when cold, for ten years, a year and a month.
"Raw" counts, out of `events`, cases and late ones per window and item by natural days: less than a score needs, so it
flatters the peer. Cold: the server was started anew and the kernel was asked to drop the store's files from its cache.

With DIRECTORY the data stay there, and a second run does not make them again. Events are made by the store itself, a
year like another; lines are written by INSERT … SELECT and summed by the view that sums in service.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from msgspec import Struct

from mingjing.scores import Scoring
from mingjing.scoring import schemes
from mingjing.scoring.periods import Period
from mingjing.scoring.score import score
from mingjing.store import Store
from mingjing.store.connection import Connection
from mingjing.store.local import serve
from mingjing.store.score_checks import unlike
from mingjing.store.scores import sums

CASES = {"city": 300_000, "small": 3_000}  # a year
FIRST = 2016
DEPARTMENTS, WINDOWS, OFFICERS, ITEMS = 50, 140, 280, 500  # as in a simulated city

# Case c of a year, and who handles it: a department's three windows, two officers each, and its ten items.
CASE = f"""
    '5199' || {{year:String}} || leftPad(toString(number), 8, '0') AS case_id,
    cityHash64(number, {{year:String}}) AS h,
    h % {DEPARTMENTS} AS d,
    'D' || leftPad(toString(d), 2, '0') AS department,
    d + {DEPARTMENTS} * (intDiv(h, 100) % 3) AS w,
    'W' || leftPad(toString(w % {WINDOWS}), 3, '0') AS window_,
    'O' || leftPad(toString((w * 2 + intDiv(h, 1000) % 2) % {OFFICERS}), 3, '0') AS officer,
    'I' || leftPad(toString(d + {DEPARTMENTS} * (intDiv(h, 10000) % 10)), 3, '0') AS item,
    '51990' || toString(d % 6) AS region,
    3 + d % 13 AS limit_,
    least(toUInt8(limit_ * (intDiv(h, 7) % 97) / 90), 40) AS used,
    toDateTime64({{year:String}} || '-01-01 01:00:00', 3, 'UTC') + toIntervalMinute(intDiv(h, 11) % 500000) AS at
"""
EVENTS = f"""
INSERT INTO events (event_id, case_id, type, occurred_at, recorded_at, source, item, item_version, region, department,
    `window`, officer, channel, received_at, raw, topic, `partition`, `offset`, line, stored_at)
SELECT case_id || '-' || toString(k), case_id,
    ['submitted', 'accepted', 'step_started', 'step_ended', 'step_started', 'step_ended', 'decided', 'delivered',
     'rated', 'material_received'][k + 1] AS type,
    at + toIntervalMinute(intDiv(used * k * 1440, 6)) AS when, when, 'approval', item, '1', region, department, window_,
    officer, 'window', when,
    '{{"event_id":"' || case_id || '-' || toString(k) || '","case_id":"' || case_id || '","type":"' || type
        || '","occurred_at":"' || replaceOne(toString(when), ' ', 'T') || '+00:00","source":"approval","item":"' || item
        || '","region":"' || region || '","department":"' || department || '","window":"' || window_ || '","officer":"'
        || officer || '","channel":"window","data":{{"step":"review","opinion":"同意","n":'
        || toString(h % 997) || '}}}}',
    'case-events', h % 8, number * 10 + k, 1, when
FROM (SELECT number, {CASE} FROM numbers({{cases:UInt64}})) ARRAY JOIN range(10) AS k
SETTINGS max_threads = 1
"""
ABOUTS = "['opened','closed','committed','early','statutory','pace','legal_pace','once','step','step','rating','card']"
LINES = f"""
INSERT INTO score_lines (subject, line, sign, about, day, at, region, department, `window`, officer, item,
    n, good, key, word, ref)
SELECT case_id, cityHash64(case_id, k), 1, {ABOUTS}[k + 1] AS about,
    toDate(if(k = 0, at, at + toIntervalDay(used)), 'Asia/Shanghai'), at, region, department, window_, officer, item, 1,
    multiIf(about IN ('committed', 'early'), used <= limit_ - (k = 3), about = 'card', 0, 1),
    multiIf(about = 'opened', 1 + h % 168, about = 'pace', limit_ * 1000 + used, about = 'legal_pace', 20000 + used,
            about = 'rating', 5 - intDiv(h, 77) % 30 % 5, 0),
    if(about = 'card', ['lateness:2', 'P1:2', 'P3:1'][1 + h % 3], ''), case_id || '-' || toString(k)
FROM (SELECT number, {CASE} FROM numbers({{cases:UInt64}})) ARRAY JOIN range(12) AS k
WHERE NOT (about = 'rating' AND intDiv(h, 5) % 10 > 2) AND NOT (about = 'card' AND intDiv(h, 13) % 100 > 2)
SETTINGS max_threads = 1
"""
RAW = """
SELECT window_, item_, count() AS n, countIf(ended <= began + toIntervalDay(10)) AS good
FROM (
    SELECT case_id, anyIf(`window`, type = 'accepted') AS window_, anyIf(item, type = 'accepted') AS item_,
           minIf(occurred_at, type = 'accepted') AS began, maxIf(occurred_at, type = 'decided') AS ended
    FROM events WHERE occurred_at >= {first:Date} AND occurred_at < {last:Date} GROUP BY case_id
)
GROUP BY window_, item_
"""


class Timing(Struct):
    """Seconds of repeated questions."""

    seconds: list[float]

    def __str__(self) -> str:
        if len(self.seconds) == 1:
            return f"{self.seconds[0] * 1000:8.0f} ms"
        p95 = quantiles(self.seconds, n=20, method="inclusive")[-1]
        return f"median {median(self.seconds) * 1000:6.0f} ms, p95 {p95 * 1000:6.0f} ms"


def main() -> None:
    """Make the store if need be, ask, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=Path, nargs="?")
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--scale", choices=CASES, default="city")
    options.add_argument("--rounds", type=int, default=30)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder:
        directory = given.directory or Path(folder)
        with asking(directory) as store:
            fill(store, given.years, CASES[given.scale])
        last = FIRST + given.years - 1
        periods = {
            f"{given.years} years": Period.parse(f"{FIRST}-01-01..{last}-12-31"),
            "a year": Period.parse(f"{last}"),
            "a month": Period.parse(f"{last}-11"),
        }
        for name, period in periods.items():
            show(directory, name, period, given.rounds)


@contextmanager
def asking(directory: Path) -> Iterator[Store]:
    """The store of a directory, its server just started."""
    with serve(directory) as server, Store(server.dsn, profile="offline") as store:
        store.migrate()
        yield store


def fill(store: Store, years: int, cases: int) -> None:
    """Makes the years that are lacking."""
    with Connection(store.address, "offline") as connection:
        for year in range(FIRST, FIRST + years):
            known = {"year": str(year), "cases": cases}
            (have,) = connection.select(
                "SELECT count() FROM score_sums WHERE grain = 'year' AND start = toDate({year:String} || '-01-01')",
                known,
            )[0]
            if not have:
                began = time.monotonic()
                connection.select(EVENTS, known)
                connection.select(LINES, known)
                print(f"{year}: {cases:,} cases made in {time.monotonic() - began:.0f} s", flush=True)
        (counted,) = zip(
            *connection.select(
                "SELECT (SELECT count() FROM events), (SELECT count() FROM score_lines), "
                "(SELECT count() FROM score_sums)",
                {},
            ),
            strict=True,
        )
        began = time.monotonic()
        wrong = unlike(store)
        print(
            f"{counted[0]:,} events, {counted[1]:,} lines, {counted[2]:,} sums; all sums checked against the lines in "
            f"{time.monotonic() - began:.1f} s, {len(wrong)} wrong"
        )


def show(directory: Path, name: str, period: Period, rounds: int) -> None:
    """One period, warm and cold, out of sums and out of events."""
    scheme = schemes.load("recommended")

    def page(store: Store) -> object:
        return Scoring(store, scheme).sheet("window", period, live=True).scores

    def total(store: Store) -> object:
        return sums(store, "window", period).codes

    def raw(store: Store) -> object:
        with Connection(store.address, "offline") as connection:
            return connection.select(RAW, {"first": period.since.isoformat(), "last": period.until.isoformat()})

    print(f"\n{name} ({period.code})")
    for what, ask, times in (("sums alone", total, rounds), ("the ranking", page, rounds), ("raw", raw, 3)):
        cold = seconds(directory, ask)
        with asking(directory) as store:
            ask(store)
            warm = Timing([clocked(lambda: ask(store)) for _ in range(times)])  # noqa: B023
        print(f"  {what:12}  warm {warm}   cold {cold}", flush=True)
    with asking(directory) as store:
        held = sums(store, "window", period)
        print(f"  computing the scores alone: {clocked(lambda: score(held, {}, scheme)) * 1000:.0f} ms")


def seconds(directory: Path, ask: Callable[[Store], object]) -> Timing:
    """What the first question after a start takes, the files out of the kernel's cache."""
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with asking(directory) as store:
        return Timing([clocked(lambda: ask(store))])


def clocked(work: Callable[[], object]) -> float:
    """Seconds that something takes; it must answer something."""
    began = time.perf_counter()
    assert work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
