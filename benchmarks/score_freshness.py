"""Live: how long from publishing an event until it is in the sums of its day, with all services on this machine.

Claim: at a city's peak load an event is in the day's sums within 5 s, on 2 cores.

    python -m benchmarks.score_freshness [--rate 20] [--seconds 60]

Kafka, ClickHouse, the worker, the scorer, the publisher and the one who looks run beside each other. The load is a
simulated city's events (a city of a million people has about 10,000 a day; 20 a second is more than a hundred times
their mean). Every second one case more is accepted, at a window of its own; it is in the scores when a query of another
connection finds that window in the day's sums. It looks every 50 ms, which is part of the figure.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

from benchmarks.stream_catchup import PARTITIONS, case_id_of, simulate
from mingjing import codec
from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.scoring.periods import Period
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.store.scores import sums
from mingjing.types import CaseEvent
from tests.kafka.server import KafkaServer

TOPIC = "case-events"
LOOK_S = 0.05
WARM_UP_S = 10
PROBE = "PROBE-"
ZONE = ZoneInfo("Asia/Shanghai")


def main() -> None:
    """Publish, look, and print the percentiles."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rate", type=int, default=20)
    options.add_argument("--seconds", type=int, default=60)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder,
        KafkaServer.start(Path(folder) / "k") as kafka,
    ):
        city = Path(folder) / "city"
        seconds = given.seconds + WARM_UP_S
        simulate(city, given.rate * seconds)
        lines = (city / "events.jsonl").read_bytes().splitlines()[: given.rate * seconds]
        asyncio.run(topics.ensure(kafka.address, {TOPIC: PARTITIONS, "dead-letters": 1}, config=topics.CONFIG))
        with serve(Path(folder) / "store") as server, Store(server.dsn) as store:
            store.migrate()
            env = os.environ | {
                "MINGJING_BROKERS": kafka.address,
                "MINGJING_STORE_DSN": server.dsn,
                "MINGJING_ITEMS_DIR": str(city / "items"),
            }
            with running("worker", env), running("scorer", env):
                warm_up(kafka.address, store)
                late = run(kafka.address, store, lines, given.rate)
    late = sorted(late[WARM_UP_S:])
    cuts = quantiles(late, n=20, method="inclusive")
    print(
        f"{len(late)} cases beside {given.rate} events/s: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, longest "
        f"{late[-1]:.2f} s   claim: at most 5 s"
    )


@contextmanager
def running(service: str, env: dict[str, str]) -> Iterator[None]:
    """A service of ours."""
    process = subprocess.Popen([sys.executable, "-m", "mingjing", service], env=env, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def warm_up(brokers: str, store: Store) -> None:
    """Returns when the first probe is in the sums: the consumer group has formed, and the scorer has begun."""
    asyncio.run(publish(brokers, [], 1, 1, {}, "0"))
    while not known(store):
        time.sleep(0.5)


def run(brokers: str, store: Store, lines: list[bytes], rate: int) -> list[float]:
    """Seconds until each probe was in the sums of its day, in order of publishing."""
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    publishing = threading.Thread(target=lambda: asyncio.run(publish(brokers, lines, rate, len(lines) // rate, sent)))
    publishing.start()
    until = float("inf")
    while time.time() < until and (publishing.is_alive() or sent.keys() - seen.keys()):
        now = known(store)
        seen |= dict.fromkeys((one for one in now if one not in seen), time.time())
        if not publishing.is_alive() and until == float("inf"):
            until = time.time() + 60
        time.sleep(LOOK_S)
    publishing.join()
    lost = [one for one in sent if one not in seen]
    stored = store.known(lost)
    assert not lost, f"{lost} never came into the sums; the worker stored {len(stored)} of them"
    return [seen[one] - at for one, at in sent.items()]


async def publish(
    brokers: str, lines: list[bytes], rate: int, seconds: int, sent: dict[str, float], mark: str = "1"
) -> None:
    """Publishes at an even rate, and every second a probe; notes when each probe was handed over."""
    async with Publisher(brokers, TOPIC, "dead-letters", PARTITIONS, pack=1) as publisher:
        began = time.time()
        for second in range(seconds):
            await asyncio.sleep(max(0.0, began + second - time.time()))
            probe = f"{PROBE}{mark}-{second}"
            event = CaseEvent(
                event_id=probe, case_id=probe, type="accepted", occurred_at=datetime.now(UTC), window=probe,
                department="D1", source="bench",
            )  # fmt: skip
            sent[probe] = time.time()
            await publisher.send(probe, codec.encode(event))
            for line in lines[second * rate : (second + 1) * rate]:
                await publisher.send(case_id_of(line), line)
            await publisher.flush()


def known(store: Store) -> set[str]:
    """The probes that are in the day's sums, as the ranking page reads them."""
    today = Period.of("day", datetime.now(ZONE).date())
    return {code for code in sums(store, "window", today).codes if code.startswith(PROBE)}


if __name__ == "__main__":
    main()
