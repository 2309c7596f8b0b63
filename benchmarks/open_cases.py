"""A million open cases: how much memory the worker needs, and how soon it is ready again after a restart.

Claim: 1,000,000 open cases of three events each need at most 2 GB of resident memory and are ready within 60 s.

    python -m benchmarks.open_cases [--cases 1000000]

The store is filled with the cases: their events, and their state as the worker writes it. Then the desk takes the
partitions over, as after a restart: histories still lie in the store and are read when something happens to their
case. Memory is given after that, and once more when every case was touched since and its history is in memory.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mingjing import codec
from mingjing.brokers.partitions import partition_of
from mingjing.instants import micros
from mingjing.metrics import Health, Metrics
from mingjing.settings import Settings
from mingjing.store import CaseState, Store, StoredEvent
from mingjing.store.local import serve
from mingjing.types import CaseEvent
from rules import load_engine
from rules.history import History
from streams.desk import Desk
from streams.docket import OpenCase
from streams.intake import Intake
from streams.sink import Sink
from streams.watermark import Watermarks

PARTITIONS = 8
TOPIC = "case-events"
AT_ONCE = 20_000
STORY = ("material_received", "correction_notified", "correction_supplied")


def main() -> None:
    """Fill, restart, touch, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1_000_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder, serve(Path(folder)) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            began = time.perf_counter()
            for chunk in chunks(given.cases):
                fill(store, chunk)
            print(f"stored {given.cases:,} open cases of 3 events in {time.perf_counter() - began:.0f} s")
        settings = Settings()
        engine = load_engine(settings)
        with Store(server.dsn) as store:
            counts = Metrics()
            sink = Sink(lambda: Store(server.dsn), Health("benchmark"), counts)
            marks = Watermarks(settings.lag)
            desk = Desk(TOPIC, engine, sink, Intake(TOPIC, 300), marks, lambda: time.time_ns() // 1000, counts)
            before = resident()
            desk.generation = 1
            began = time.perf_counter()
            desk.open(1, dict.fromkeys(range(PARTITIONS), 3 * given.cases))  # all was committed
            seconds = time.perf_counter() - began
            held = sum(len(partition.docket) for partition in desk.partitions.values())
            print(f"ready after a restart: {held:,} open cases in {seconds:.1f} s   claim: at most 60 s")
            print(f"resident: {resident():,.0f} MB ({before:,.0f} MB before)   claim: at most 2,000 MB")
            touch(desk, given.cases)
            print(f"resident with every history in memory: {resident():,.0f} MB   claim: at most 2,000 MB")


def chunks(cases: int) -> Iterator[range]:
    """The numbers of the cases, so many at once."""
    return (range(start, min(cases, start + AT_ONCE)) for start in range(0, cases, AT_ONCE))


def events(number: int) -> list[CaseEvent]:
    """One case's three events, of ordinary size."""
    case_id = f"5199002026{number:09}"
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2, seconds=number % 86_400)
    return [
        CaseEvent(
            event_id=f"{case_id}-{step:02}",
            case_id=case_id,
            type=kind,
            occurred_at=start + timedelta(hours=step),
            recorded_at=start + timedelta(hours=step, seconds=40),
            received_at=start + timedelta(hours=step, seconds=45),
            source=f"{number % 40:02}-approval",
            item=f"11519900{number % 480:09}M3001782002000",
            region="519900",
            department=f"D{number % 44}",
            window=f"W{number % 119}",
            officer=f"O{number % 181}",
            channel="window",
            data={"receipt": f"R{number}", "documents": ["application", "licence"]},
        )
        for step, kind in enumerate(STORY)
    ]


def fill(store: Store, numbers: range) -> None:
    """Store these cases as the worker does."""
    rows, states = [], []
    for number in numbers:
        for step, event in enumerate(events(number)):
            partition = partition_of(event.case_id, PARTITIONS)
            raw = codec.encode(event)
            rows.append(StoredEvent(event, raw, TOPIC, partition, number * 3 + step, 1, event.received_at))
        wake = micros(event.occurred_at + timedelta(days=30))
        states.append(CaseState(event.case_id, TOPIC, partition, wake, micros(event.occurred_at)))
    store.write_case_state(states)
    store.write_events(rows, f"benchmark:{numbers.start}")


def touch(desk: Desk, cases: int) -> None:
    """Put every case's history in memory, as it is after something happened to the case."""
    for number in range(cases):
        story = events(number)
        docket = desk.partitions[partition_of(story[0].case_id, PARTITIONS)].docket
        known = docket.get(story[0].case_id)
        assert known is not None
        docket.put(story[0].case_id, OpenCase(History(story).pack(), known.wake, (story[0].source or "",)))


def resident() -> float:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
