"""Catching up: how fast the worker works off a backlog on one core, beside a bare Faust agent and quixstreams.

Claim: single-event messages at no less than 0.6 of a Faust agent that only decodes, packed messages at no less
than 2 times that agent (events per second), all on the same topics in the same run.

    python -m benchmarks.stream_catchup [--events 60000] [--core 1]

Needs Java and Maven (real Kafka), `pip install 'mingjing[local,bench]'`. The log is a simulated city's, judged with
the shipped rule book; nothing that the worker does in service is left out. Ratios are given of wall-clock time and,
for machines that do something else beside, of the process's own CPU time.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import msgspec

from mingjing.brokers import topics
from mingjing.brokers.process import free_port
from mingjing.brokers.publisher import Publisher
from mingjing.store import Store
from mingjing.store.local import serve
from tests.kafka.server import KafkaServer

PARTITIONS = 8
PACK = 256
HERE = Path(__file__).parent


class Case(msgspec.Struct):
    """As much of an event as its partition needs."""

    case_id: str


_decode = msgspec.json.Decoder(Case).decode


def case_id_of(line: bytes) -> str:
    """The case of an event."""
    return _decode(line).case_id


def main() -> None:
    """Run all and print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=60_000)
    options.add_argument("--core", type=int, default=1)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder,
        KafkaServer.start(Path(folder) / "k") as kafka,
    ):
        city = Path(folder) / "city"
        simulate(city, given.events)
        lines = (city / "events.jsonl").read_bytes().splitlines()[: given.events]
        single = asyncio.run(publish(kafka.address, "single", lines, 1))
        packed = asyncio.run(publish(kafka.address, "packed", lines, PACK))
        print(f"{len(lines)} events of a simulated city; one core; {PACK} events in a packed message at most")
        bare: tuple[float, float] | None = None
        for peer in ("bare_faust", "bare_quix"):
            for topic, messages in (("single", single), ("packed", packed)):
                wall, cpu = decode_only(peer, kafka, topic, messages, given.core)
                bare = bare or (wall, cpu)
                show(f"{peer}, {topic}", wall, cpu, len(lines), bare, None)
        assert bare is not None
        for topic, claim in (("single", 0.6), ("packed", 2.0)):
            wall, cpu = work(Path(folder), city, kafka, topic, len(lines), given.core)
            show(f"Mingjing worker, {topic}", wall, cpu, len(lines), bare, claim)


def simulate(city: Path, events: int) -> None:
    """Make a city's log of at least so many events."""
    cases = str(events // 7 + 200)
    subprocess.run([sys.executable, "-m", "mingjing", "simulate", "--cases", cases, "--out", str(city)], check=True,
                   stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip


async def publish(brokers: str, topic: str, lines: list[bytes], pack: int) -> int:
    """Publish the log; the number of messages that it became."""
    await topics.ensure(brokers, {topic: PARTITIONS, "letters": 1}, config=topics.CONFIG)
    async with Publisher(brokers, topic, "letters", PARTITIONS, pack=pack) as publisher:
        for line in lines:
            await publisher.send(case_id_of(line), line)
        await publisher.flush()
        return publisher.messages


def decode_only(peer: str, kafka: KafkaServer, topic: str, messages: int, core: int) -> tuple[float, float]:
    """Seconds (wall, CPU) that a peer needs to decode all messages of a topic."""
    arguments = [str(HERE / f"peers/{peer}.py"), kafka.address, topic, str(PARTITIONS), str(messages)]
    command = ["taskset", "-c", str(core), sys.executable, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wall, cpu = (float(word) for word in done.stdout.split()[-2:])
    return wall, cpu


def work(folder: Path, city: Path, kafka: KafkaServer, topic: str, events: int, core: int) -> tuple[float, float]:
    """Seconds (wall, CPU) that the worker needs, from its first batch stored to all stored and committed."""
    with serve(folder / f"store-{topic}") as server, Store(server.dsn) as store:
        store.migrate()
        env = os.environ | {
            "MINGJING_BROKERS": kafka.address,
            "MINGJING_STORE_DSN": server.dsn,
            "MINGJING_TOPIC_EVENTS": topic,
            "MINGJING_TOPIC_DEAD_LETTERS": "letters",
            "MINGJING_GROUP": f"bench-{topic}",
            "MINGJING_PARTITIONS": str(PARTITIONS),
            "MINGJING_ITEMS_DIR": str(city / "items"),
            "MINGJING_METRICS_PORT": str(port := free_port()),
        }
        command = ["taskset", "-c", str(core), sys.executable, "-m", "mingjing", "worker"]
        worker = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        try:
            seconds = _until_stored(store, worker.pid, events)
            print(stages(port))
            return seconds
        finally:
            worker.terminate()
            worker.wait()


def _until_stored(store: Store, pid: int, events: int) -> tuple[float, float]:
    """Extrapolated from the first batch, which waits for the group to form, to all events."""
    first = stored = 0
    began = cpu = 0.0
    while stored < events:
        time.sleep(0.05)
        stored = int(store.query("health_totals")[0]["events"])
        if stored and not first:
            first, began, cpu = stored, time.perf_counter(), cpu_of(pid)
    share = events / max(1, events - first)
    return (time.perf_counter() - began) * share, (cpu_of(pid) - cpu) * share


def stages(port: int) -> str:
    """How long the worker's batches took on average, by stage."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    found = dict(re.findall(r'mingjing_(batch_(?:seconds|events)_(?:sum|count)(?:{stage="\w+"})?) ([\d.e+-]+)', text))
    batches = float(found["batch_events_count"])
    parts = [f"{float(found['batch_events_sum']) / batches:.0f} events"]
    for stage in ("decode", "load", "judge", "write", "all"):
        total = float(found.get(f'batch_seconds_sum{{stage="{stage}"}}', 0))
        parts.append(f"{stage} {1000 * total / batches:.0f} ms")
    return f"{batches:.0f} batches; on average " + ", ".join(parts)


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(name: str, wall: float, cpu: float, events: int, bare: tuple[float, float], claim: float | None) -> None:
    """One line: events a second and the ratios to the bare agent."""
    ratios = f"{bare[0] / wall:5.2f} (wall) {bare[1] / cpu:5.2f} (CPU)"
    goal = f"   claim: at least {claim}" if claim else ""
    print(
        f"{name:26} {events / wall:9,.0f} events/s {1e6 * cpu / events:7.1f} µs CPU   x bare: {ratios}{goal}",
        flush=True,
    )


if __name__ == "__main__":
    main()
