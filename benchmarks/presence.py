"""Presence samples: how many a second the worker's desk takes on one core, beside the naive ways.

Claim: 2,400 samples a second (a province's 12,000 windows, one sample per 5 s) take less than half a core, by CPU time.

    python -m benchmarks.presence [--windows 12000] [--rounds 6] [--core 1]

Needs `pip install 'mingjing[local]'`. In one run, on the same samples and the same store: the desk (decoding, folding,
writing, keeping where it stands), the fold alone, a dictionary that keeps each window's last state (what a change is
without cameras that go blind, hiding, silence and restarts), and one insert per sample.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from mingjing.instants import SECOND, at, micros, parse
from mingjing.metrics import Health, Metrics
from mingjing.store import SampleRow, Store
from mingjing.store.local import serve
from mingjing.types import PresenceSample
from mingjing.zones import zone
from streams.intake import Message
from streams.presence import Fold
from streams.presence_desk import PresenceDesk
from streams.presence_intake import SampleIntake
from streams.sink import Sink

PARTITIONS, PACK, PERIOD = 8, 64, 5
START = micros(parse("2026-03-02T09:00:00+08:00"))
NEEDED = 2_400
SHANGHAI = zone("Asia/Shanghai")


def rounds(windows: int, count: int) -> Iterator[list[PresenceSample]]:
    """One sample of every window per round, four windows to a camera; one look in fifty is another than before."""
    rng = random.Random(4)  # noqa: S311  no secret
    states = ["staffed"] * windows
    seen = [START] * windows
    for number in range(count):
        instant = START + number * PERIOD * SECOND
        looks = []
        for place in range(windows):
            if rng.random() < 0.02:
                states[place] = rng.choice(("staffed", "unstaffed", "unknown"))
            if states[place] == "staffed":
                seen[place] = instant
            looks.append(
                PresenceSample(
                    window=f"W{place:05}",
                    camera=f"K{place // 4:04}",
                    sampled_at=at(instant),
                    state=states[place],  # type: ignore[arg-type]
                    reason="dark" if states[place] == "unknown" else None,
                    confidence=0.8,
                    persons=1,
                    seen_at=at(seen[place]),
                    view=0.1,
                    detector="nanodet",
                )
            )
        yield looks


def messages(looks: list[PresenceSample], offsets: list[int]) -> list[Message]:
    """The samples as messages of Kafka, each partition's packed."""
    found = []
    for partition in range(PARTITIONS):
        mine = [msgspec.json.encode(look) for look in looks[partition::PARTITIONS]]
        for first in range(0, len(mine), PACK):
            value = b"\n".join(mine[first : first + PACK])
            found.append(Message(partition, offsets[partition], value, micros(looks[0].sampled_at)))
            offsets[partition] += 1
    return found


def timed(name: str, samples: int, work: Callable[[], object], claim: int | None = None) -> None:
    """Do it, and print what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    goal = f"   claim: below {claim} %" if claim else ""
    print(f"{name:34} {samples / wall:10,.0f} samples/s {1e6 * cpu / samples:7.1f} µs CPU "
          f"({100 * NEEDED * cpu / samples:5.1f} % of a core at {NEEDED:,}/s){goal}", flush=True)  # fmt: skip


def dictionary(batches: list[list[Message]]) -> int:
    """The peer: the last state of each window, and how often it changed."""
    decode = msgspec.json.Decoder(PresenceSample).decode
    states: dict[str, str] = {}
    changes = 0
    for batch in batches:
        for message in batch:
            for line in message.value.split(b"\n"):
                sample = decode(line)
                if states.get(sample.window) != sample.state:
                    states[sample.window] = sample.state
                    changes += 1
    return changes


def main() -> None:
    """Run all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--windows", type=int, default=12_000)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--core", type=int, default=1)
    given = options.parse_args()
    if sys.platform == "linux":
        os.sched_setaffinity(0, {given.core})
    offsets = [0] * PARTITIONS
    looks = list(rounds(given.windows, given.rounds))
    batches = [messages(one, offsets) for one in looks]
    total = given.windows * given.rounds
    print(f"{total:,} samples of {given.windows:,} windows; one core, the store's work apart")
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder, serve(Path(folder)) as server:
        os.sched_setaffinity(server.process.pid, set(range(os.cpu_count() or 1)))
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            timed("dictionary of last states", total, lambda: dictionary(batches))
            timed("fold alone", total, lambda: fold(looks))
            timed("desk: decode, fold, write, keep", total, lambda: desk(server.dsn, batches), 50)
            few = looks[0][:300]
            timed("one insert per sample", len(few), lambda: singly(store, few))


def singly(store: Store, looks: list[PresenceSample]) -> None:
    """The naive way to keep samples."""
    for look in looks:
        store.write_presence([SampleRow(look, decides=True)])


def fold(looks: list[list[PresenceSample]]) -> None:
    """The fold without anything around it."""
    folding = Fold(SHANGHAI)
    for batch in looks:
        for place, sample in enumerate(batch):
            folding.take(place % PARTITIONS, sample)
        folding.tick({partition: micros(batch[0].sampled_at) for partition in range(PARTITIONS)})
    print(f"  {sum(map(len, folding.told.values())):,} events told", flush=True)


def desk(dsn: str, batches: list[list[Message]]) -> None:
    """All that the worker does with samples, Kafka apart."""
    counts = Metrics()
    sink = Sink(lambda: Store(dsn), Health("bench"), counts)
    made = PresenceDesk(
        "presence", lambda: Fold(SHANGHAI), sink, SampleIntake("presence", SECOND, lambda *_: True), counts
    )
    made.generation = 1
    made.open(1, dict.fromkeys(range(PARTITIONS), 0))
    for batch in batches:
        made.take(1, batch)
        made.tick(1, dict.fromkeys(range(PARTITIONS), batch[0].arrived))
        made.published()
    sink.close()


if __name__ == "__main__":
    main()
