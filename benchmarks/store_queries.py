"""The store at a city's size: the pages' and the worker's queries, reading back, and inserting.

    python benchmarks/store_queries.py [DIRECTORY] [--rounds 30]

Claims, on two cores, over 3,000,000 events of 1,000,000 open cases and 100,000 findings in 150,000 revisions:
the board's and the case page's queries answer within 200 ms at the 95th percentile; all open cases are read
back within 30 s; an event costs the writing process at most 10 µs.

Each query stands beside a naive peer that answers the same: the latest revision searched among all revisions
instead of a table of its own, a case searched in a table ordered by time, a scan instead of a projection.
With DIRECTORY the data stay there, and a second run does not make them again. "CPU" is what the server's process
used per question (Linux only): on a machine with other work it says more than the clock.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
from msgspec import Struct

from mingjing.store import Store, StoredEvent, queries
from mingjing.store.connection import Connection
from mingjing.store.local import LocalServer, serve
from mingjing.types import CaseEvent

CASES, EVENTS_A_CASE, FINDINGS, REVISED, PARTITIONS = 1_000_000, 3, 100_000, 50_000, 8
START = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = "case-events"

# Event n belongs to case n mod CASES: a case's events lie a month apart, as they come in life.
EVENTS = f"""
INSERT INTO events
    (event_id, case_id, type, occurred_at, recorded_at, source, item, region, department, `window`, officer, channel,
     received_at, raw, topic, `partition`, `offset`, line, stored_at)
SELECT
    'E' || leftPad(toString(number), 9, '0') AS id,
    'YB' || leftPad(toString(cityHash64(number % {CASES}) % 100000000), 8, '0')
         || leftPad(toString(number % {CASES}), 7, '0') AS case_id,
    ['accepted', 'step_started', 'step_ended'][1 + intDiv(number, {CASES})] AS type,
    addMilliseconds(toDateTime64('2026-01-01 00:00:00', 3, 'UTC'), number * 2592) AS at,
    addSeconds(at, 5), 'approval-' || toString(number % 7), 'IT' || toString(number % 480),
    '5116' || leftPad(toString(number % 6), 2, '0'), 'D' || toString(number % 40), 'W' || toString(number % 120),
    'O' || toString(number % 180), 'window', at,
    '{{"event_id":"' || id || '","case_id":"' || case_id || '","type":"' || type || '","occurred_at":"'
        || replaceOne(toString(at), ' ', 'T') || '+00:00","source":"approval-' || toString(number % 7)
        || '","item":"IT' || toString(number % 480) || '","department":"D' || toString(number % 40)
        || '","window":"W' || toString(number % 120) || '","officer":"O' || toString(number % 180)
        || '","channel":"window","data":{{"step":"review","opinion":"同意","amount":' || toString(number % 997)
        || '}}}}',
    '{TOPIC}', number % {CASES} % {PARTITIONS}, number, 1,
    if(number < {CASES * EVENTS_A_CASE - 20_000}, addSeconds(at, 6), now64(3, 'UTC'))
FROM numbers({{first:UInt64}}, {{count:UInt64}})
"""
CASE_STATE = f"""
INSERT INTO case_state (topic, `partition`, case_id, wake, last_event_at)
SELECT topic, `partition`, case_id, toDateTime64('2027-01-01 00:00:00', 6, 'UTC'), occurred_at
FROM events WHERE `offset` >= {CASES * (EVENTS_A_CASE - 1)}
"""
REVISIONS = f"""
INSERT INTO {{table:Identifier}}
    (finding_id, revision, rule, rule_version, subject, case_id, item, region, department, `window`, officer, source,
     severity, status, occurred_at, detected_at, message_zh, message_en, body)
SELECT
    lower(hex(sipHash128(`offset`))) AS id, {{revision:UInt32}}, 'T' || toString(1 + `offset` % 12), '1',
    'case:' || case_id, case_id, item, region, department, `window`, officer, source, 1 + `offset` % 3,
    if({{revision:UInt32}} = 2, ['resolved', 'withdrawn'][1 + `offset` % 2], 'open'), occurred_at,
    addHours(occurred_at, 1),
    '承诺时限已过：' || item || ' 应于 2026-03-02 24:00 前办结（5 个工作日，停表 2 日），至今未办结，已超 3 日',
    'The committed limit has passed: ' || item || ' was due by the end of 2026-03-02 (5 working days, 2 paused) and is '
        || 'still open 3 working days later',
    '{{"finding_id":"' || id || '","revision":' || toString({{revision:UInt32}}) || ',"rule":"T2","rule_version":"1",'
        || '"subject":"case:' || case_id || '","severity":2,"status":"open","occurred_at":"2026-03-02T00:00:00Z",'
        || '"detected_at":"2026-03-02T01:00:00Z","message":{{"zh":"承诺时限已过","en":"Late"}},"case_id":"' || case_id
        || '","evidence":{{"events":["' || event_id || '"],"facts":{{"ledger":"'
        || repeat('2026-03-02 counted; ', 40) || '"}}}}}}'
FROM events WHERE cityHash64(`offset`) % {CASES * EVENTS_A_CASE // FINDINGS - 1} = 7
ORDER BY `offset` LIMIT {{count:UInt64}}
"""
BY_TIME = """
CREATE TABLE events_by_time ENGINE = MergeTree ORDER BY occurred_at
AS SELECT *, data FROM events
"""

# A peer is the same query over other tables.
AMONG_REVISIONS = (
    "findings FINAL",
    "(SELECT * FROM finding_revisions ORDER BY finding_id, revision DESC LIMIT 1 BY finding_id) AS f",
)
IN_TIME_ORDER = ("FROM events", "FROM events_by_time")


class Cost(Struct):
    """What one kind of question costs, in milliseconds."""

    took: list[float]
    cpu: float

    def __str__(self) -> str:
        p95 = quantiles(self.took, n=20, method="inclusive")[-1]
        return f"{median(self.took):8.1f} {p95:8.1f} {self.cpu:7.1f}"


class Meter:
    """Asks, and measures."""

    def __init__(self, pid: int) -> None:
        self.stat = Path(f"/proc/{pid}/stat")

    def of(self, ask: Callable[[Any], object], given: list[Any]) -> Cost:
        """The cost of each question in `given`; the first one is asked once before."""
        ask(given[0])
        took, busy = [], self.busy()
        for values in given:
            began = time.perf_counter()
            ask(values)
            took.append((time.perf_counter() - began) * 1000)
        return Cost(took, (self.busy() - busy) / len(given))

    def settle(self) -> None:
        """Waits, at most two minutes, until the server has merged what was loaded."""
        for _ in range(120):
            before = self.busy()
            time.sleep(1)
            if self.busy() - before < 50:
                return

    def busy(self) -> float:
        """Milliseconds of processor time that the server has used."""
        if not self.stat.exists():
            return 0.0
        user, system = self.stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Loads if need be, measures, prints one table."""
    parser = argparse.ArgumentParser(description="The store's queries at a city's size")
    parser.add_argument("directory", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as temporary,
        serve(arguments.directory or Path(temporary)) as server,
        Store(server.dsn, profile="offline") as store,
    ):
        measure(server, store, arguments.rounds)


def measure(server: LocalServer, store: Store, rounds: int) -> None:
    """All of it."""
    store.migrate()
    meter = Meter(server.process.pid)
    with Connection(store.address, "offline") as connection:
        load(connection)
        meter.settle()
        pages(store, connection, meter, rounds)
    worker(store, meter, rounds)
    read_back(store)
    insert(store)


def load(connection: Connection) -> None:
    """3,000,000 events in twelve inserts, findings and their later revisions, open cases; once per directory."""
    if connection.select("SELECT count() FROM system.tables WHERE name = 'events_by_time' AND total_rows > 0", {})[0][
        0
    ]:
        return
    began = time.perf_counter()
    step = CASES * EVENTS_A_CASE // 12
    for first in range(0, CASES * EVENTS_A_CASE, step):
        connection.select(EVENTS, {"first": first, "count": step})
    for revision, count in ((1, FINDINGS), (2, REVISED)):
        for table in ("findings", "finding_revisions"):
            connection.select(REVISIONS, {"table": table, "revision": revision, "count": count})
    connection.select(CASE_STATE, {})
    connection.select(BY_TIME, {})
    print(f"loaded in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def pages(store: Store, connection: Connection, meter: Meter, rounds: int) -> None:
    """The board's and the case page's queries beside their peers."""
    chance = random.Random(1)  # noqa: S311 - a choice that repeats
    cases = connection.select("SELECT case_id FROM finding_revisions LIMIT 2000", {})[0]

    def board() -> dict[str, object]:
        return {
            "severities": chance.choice([[], [3], [2, 3]]),
            "departments": chance.choice([[], [f"D{chance.randrange(40)}"]]),
            "statuses": ["open"],
            "sort": chance.choice(["gravest", "newest", "breach"]),
            "since": START + timedelta(days=chance.randrange(60)),
        }

    def case() -> dict[str, object]:
        return {"case_id": chance.choice(cases)}

    asked: list[tuple[str, Callable[[], dict[str, object]], tuple[str, str]]] = [
        ("board_rows", board, AMONG_REVISIONS),
        ("board_counts", board, AMONG_REVISIONS),
        ("board_trend", lambda: board() | {"width": 3600}, AMONG_REVISIONS),
        ("board_facets", dict, AMONG_REVISIONS),
        ("board_pulse", lambda: {"shown": 0, "wall": 0, "speed": 1.0}, IN_TIME_ORDER),
        ("board_sources", dict, ("", "")),
        ("case_head", case, IN_TIME_ORDER),
        ("case_events", case, IN_TIME_ORDER),
        ("case_revisions", case, ("case_id =", "identity(case_id) =")),
        ("case_not_judged", case, ("", "")),
        ("case_search", lambda: {"search": str(chance.choice(cases))[:7]}, IN_TIME_ORDER),
        ("lag", dict, IN_TIME_ORDER),
        ("lag_total", dict, IN_TIME_ORDER),
        ("health_totals", dict, ("", "")),
    ]
    print(f"{'query':18} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>7} {'peer CPU':>9} {'peer / ours':>12}")
    for name, parameters, (ours, theirs) in asked:
        query = queries.load(name)
        given = [{k: v for k, v in parameters().items() if k in query.parameters} for _ in range(rounds)]
        mine = meter.of(partial(ask, store, name), given)
        if not ours:
            print(f"{name:18} {mine}")
            continue
        sql = query.sql.replace(ours, theirs)
        peer = meter.of(partial(ask_sql, connection, query, sql), given[:10])
        print(f"{name:18} {mine} {peer.cpu:9.1f} {peer.cpu / max(mine.cpu, 0.1):12.1f}")


def ask(store: Store, name: str, values: dict[str, object]) -> object:
    """Our query."""
    return store.query(name, **values)


def ask_sql(connection: Connection, query: queries.Query, sql: str, values: dict[str, object]) -> object:
    """Its peer: the same parameters, other SQL."""
    return connection.table(sql, query.fill(values))


def worker(store: Store, meter: Meter, rounds: int) -> None:
    """What the worker asks for a batch of 1,500 cases."""
    chance = random.Random(2)  # noqa: S311 - a choice that repeats
    cases = [case for case, _ in islice(store.open_cases(TOPIC, 3), 50_000)]
    batches = [chance.sample(cases, 1500) for _ in range(rounds)]
    for name, method in (("known", store.known), ("histories", store.histories), ("published", store.published)):
        print(f"{name + ' x 1500':18} {meter.of(method, batches)}")
    last = CASES * EVENTS_A_CASE - PARTITIONS * 10_000
    print(f"{'held, last 10,000':18} {meter.of(lambda _: store.held(TOPIC, 3, last), batches)}")


def read_back(store: Store) -> None:
    """What a restarted worker, or verify, does."""

    def told(name: str, rows: Iterator[int]) -> None:
        wall, mine = time.perf_counter(), time.process_time()
        count = sum(rows)
        wall, mine = time.perf_counter() - wall, time.process_time() - mine
        print(f"{name}: {count:,} in {wall:.1f} s, of which the client worked {mine:.1f} s")

    told("open_cases", (1 for partition in range(PARTITIONS) for _ in store.open_cases(TOPIC, partition)))
    told("open_histories (cases)", (1 for _ in store.open_histories(TOPIC, *range(PARTITIONS))))
    told("all_cases (records)", (len(records) for _, records in store.all_cases()))


def insert(store: Store) -> None:
    """The client's cost of an event, by batch size."""
    records = list(samples(60_000))
    for size in (500, 5_000, 20_000):
        wall, mine, sent = time.perf_counter(), time.process_time(), 0
        for first in range(0, min(len(records), 12 * size), size):
            store.write_events(records[first : first + size], f"benchmark {time.time_ns()}")
            sent += size
        wall, mine = time.perf_counter() - wall, time.process_time() - mine
        print(
            f"insert by {size:,}: {mine / sent * 1e6:.1f} µs an event on the client, "
            f"{wall / sent * size * 1e3:.0f} ms a batch"
        )


def samples(count: int) -> Iterator[StoredEvent]:
    """Records as the worker has them; of a topic of their own."""
    for number in range(count):
        event = {
            "event_id": f"B{number}",
            "case_id": f"BENCH{number % 1000}",
            "type": "accepted",
            "occurred_at": (START + timedelta(seconds=number)).isoformat(),
            "source": "bench",
            "item": f"IT{number % 480}",
            "department": f"D{number % 40}",
            "window": f"W{number % 120}",
            "officer": f"O{number % 180}",
            "data": {"step": "review", "opinion": "同意"},
        }
        raw = msgspec.json.encode(event)
        yield StoredEvent(msgspec.json.decode(raw, type=CaseEvent), raw, "bench", 0, number, 1, START)


if __name__ == "__main__":
    main()
