"""Live: how long from publishing an event until it is visible in the store, with all services on this machine.

Claim: at 1,000 single-event messages a second on real Kafka, p99 of at most 1 s, all services on 2 cores.

    python -m benchmarks.stream_latency [--rate 1000] [--seconds 30]

Kafka, ClickHouse, the worker, the publisher and the one who looks run beside each other. Visible means that a query
of another connection finds the record; it looks every 25 ms, which is part of the figure.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks.stream_catchup import PARTITIONS, case_id_of, simulate, stages
from mingjing.brokers import topics
from mingjing.brokers.partitions import partition_of
from mingjing.brokers.process import free_port
from mingjing.store import Store
from mingjing.store.local import serve
from tests.kafka.server import KafkaServer

TOPIC = "case-events"
LOOK_S = 0.025
WARM_UP_S = 5.0

Place = tuple[int, int]  # partition, offset


def main() -> None:
    """Publish at the rate, look, and print the percentiles."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=1_000)
    options.add_argument("--seconds", type=int, default=30)
    given = options.parse_args()
    events = given.rate * (given.seconds + round(WARM_UP_S))
    with (
        tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder,
        KafkaServer.start(Path(folder) / "k") as kafka,
    ):
        city = Path(folder) / "city"
        simulate(city, events)
        lines = (city / "events.jsonl").read_bytes().splitlines()[:events]
        asyncio.run(topics.ensure(kafka.address, {TOPIC: PARTITIONS, "dead-letters": 1}, config=topics.CONFIG))
        with serve(Path(folder) / "store") as server, Store(server.dsn) as store:
            store.migrate()
            env = os.environ | {
                "MINGJING_BROKERS": kafka.address,
                "MINGJING_STORE_DSN": server.dsn,
                "MINGJING_ITEMS_DIR": str(city / "items"),
                "MINGJING_METRICS_PORT": str(port := free_port()),
            }
            worker = subprocess.Popen([sys.executable, "-m", "mingjing", "worker"], env=env, stderr=subprocess.DEVNULL)
            try:
                asyncio.run(run(kafka.address, store, lines, given.rate))
                print(stages(port))
            finally:
                worker.terminate()
                worker.wait()


async def run(brokers: str, store: Store, lines: list[bytes], rate: int) -> None:
    """Publish and look at the same time; print what was seen after the warm-up."""
    sent: dict[Place, float] = {}
    seen: dict[Place, float] = {}
    producer = AIOKafkaProducer(bootstrap_servers=brokers, acks="all", linger_ms=0)
    await producer.start()
    try:
        await publish(producer, lines[:1], rate, {})
        while not (await asyncio.to_thread(places, store)):  # noqa: ASYNC110  the group forms elsewhere
            await asyncio.sleep(0.5)
        done = asyncio.Event()
        looking = asyncio.create_task(look(store, seen, len(lines) - 1, done))
        await publish(producer, lines[1:], rate, sent)
        done.set()
        await looking
    finally:
        await producer.stop()
    began = min(sent.values()) + WARM_UP_S
    late = sorted(seen[place] - at for place, at in sent.items() if at >= began)
    shares = ", ".join(
        f"p{share} {late[min(len(late) - 1, len(late) * share // 100)] * 1000:.0f} ms" for share in (50, 90, 99)
    )
    print(f"{len(late)} events at {rate}/s: {shares}, longest {late[-1] * 1000:.0f} ms   claim: p99 at most 1000 ms")


async def publish(producer: AIOKafkaProducer, lines: list[bytes], rate: int, sent: dict[Place, float]) -> None:
    """Publish at an even rate; note when each record was handed over and where it went."""
    began = time.time()
    handed = []
    for number, line in enumerate(lines):
        ahead = began + number / rate - time.time()
        if ahead > 0:
            await asyncio.sleep(ahead)
        case_id = case_id_of(line)
        partition = partition_of(case_id, PARTITIONS)
        future = await producer.send(TOPIC, line, key=case_id.encode(), partition=partition)
        handed.append((time.time(), future))
    for at, future in handed:
        placed = await future
        sent[placed.partition, placed.offset] = at


async def look(store: Store, seen: dict[Place, float], wanted: int, done: asyncio.Event) -> None:
    """Note when each record is first visible, until all are."""
    last = await asyncio.to_thread(places, store)
    until = float("inf")
    while len(seen) < wanted and time.time() < until:
        now = await asyncio.to_thread(places, store)
        at = time.time()
        for partition, offset in now.items():
            for one in range(last.get(partition, -1) + 1, offset + 1):
                seen[partition, one] = at
        last = now
        if done.is_set() and until == float("inf"):
            until = time.time() + 60
        await asyncio.sleep(LOOK_S)


def places(store: Store) -> dict[int, int]:
    """The last offset that is visible in each partition; a partition's batches are written in order."""
    rows = store.query("last_offsets", topic=TOPIC)
    return {row["partition"]: row["last"] for row in rows}


if __name__ == "__main__":
    main()
