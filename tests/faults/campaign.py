"""Kills at random moments of a stream: nothing is lost, nothing doubled, and what is stored is what the rules say.

    python -m tests.faults.campaign [--kills 10] [--kind worker --kind …] [--broker kafka|embedded] [--seed 1]

The kinds: `worker` (kill -9 of the only worker), `clickhouse` and `kafka` (kill -9 of the server, started again on
what it had on disk), `takeover` (the second worker is killed while it takes over from the first, killed before).
CI runs one kill of each kind; the long campaign is this command.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from mingjing import codec
from mingjing.brokers import tansu
from mingjing.errors import ServiceError
from mingjing.instants import micros
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from streams.verify import Difference, compare
from tests.kafka.server import KafkaServer
from tests.streams.city import city
from tests.streams.stage import Stage, judged

KINDS = ("worker", "clickhouse", "kafka", "takeover")
CASES = 60  # of each city
SLICE = 12  # records published at once
WHILE_WORKING = 0.7  # of the kills; the others may fall into the start after the one before
PAUSE_S = 0.1  # between slices: a stream, not a backlog


class Servers:
    """What can be killed besides the workers."""

    def __init__(self, folder: Path, broker: KafkaServer | tansu.Tansu) -> None:
        self._folder = folder / "clickhouse"
        self.broker = broker
        self.store: LocalServer = serve(self._folder)

    def kill_store(self) -> None:
        """kill -9 of ClickHouse; it stays away for a moment and is started again on its directory and port."""
        self.store.kill()
        time.sleep(1)
        self.store = serve(self._folder, self.store.port)

    def kill_broker(self) -> None:
        """kill -9 of Kafka; started again on its log."""
        assert isinstance(self.broker, KafkaServer), "the embedded broker keeps nothing on disk"
        self.broker.kill()
        time.sleep(1)
        self.broker.restart()

    def stop(self) -> None:
        """End ClickHouse."""
        self.store.stop()


class Stream(threading.Thread):
    """Publishes one small city after another until told to end; what was not acknowledged is published again."""

    def __init__(self, stage: Stage, seed: int) -> None:
        super().__init__(daemon=True)
        self._stage = stage
        self._seed = seed
        self._enough = threading.Event()
        self.records: list[bytes] = []
        self.failures = 0

    def end(self) -> list[bytes]:
        """Publish no more; all that was."""
        self._enough.set()
        self.join()
        return self.records

    def run(self) -> None:
        """Publish slice after slice."""
        for number in count():
            records = city(1_000 * self._seed + number, CASES)
            for start in range(0, len(records), SLICE):
                self._publish(records[start : start + SLICE])
                if self._enough.wait(PAUSE_S):
                    return

    def _publish(self, records: list[bytes]) -> None:
        while True:
            try:
                self._stage.publish(records)
            except ServiceError:
                self.failures += 1
                time.sleep(1)
            else:
                self.records += records
                return


def campaign(kind: str, kills: int, servers: Servers, folder: Path, seed: int, say: Callable[[str], None]) -> None:
    """One stream with so many kills of one kind; AssertionError when anything was lost, doubled or judged otherwise."""
    chance = random.Random(seed)  # noqa: S311  moments to kill at
    dsn = f"{servers.store.dsn.rpartition('/')[0]}/mingjing_test_{kind}_{seed}"
    with Store(dsn, profile="offline") as store:
        store.migrate()
    with Stage(servers.broker.address, dsn, folder) as stage:
        stream = Stream(stage, seed)
        workers = [stage.worker()]
        stream.start()
        stage.wait(lambda: stage.stored() > 0)
        for number in range(kills):
            if chance.random() < WHILE_WORKING:
                before = stage.stored()
                stage.wait(lambda: stage.stored() > before)  # noqa: B023  called at once
            time.sleep(chance.uniform(0, 3))
            say(f"{kind}: kill {number + 1} of {kills} with {_stored(stage)} records stored")
            match kind:
                case "worker":
                    workers.pop().kill()
                    workers.append(stage.worker())
                case "takeover":
                    workers.append(stage.worker())
                    time.sleep(chance.uniform(4, 8))
                    workers.pop(0).kill()
                    time.sleep(chance.uniform(3, 9))
                    workers.pop(0).kill()
                    workers.append(stage.worker())
                case "clickhouse":
                    servers.kill_store()
                case "kafka":
                    servers.kill_broker()
        records = stream.end()
        published = len(records) if not stream.failures else asyncio.run(_messages(stage))
        stage.wait_right(published)
        _same_as_audit(stage, records)
        assert all(worker.status is None for worker in workers), f"a worker gave up:\n{stage.last_words()}"
        say(f"{kind}: {kills} kills, {published} records each stored once, {len(stage.findings())} findings as audit's")


def _stored(stage: Stage) -> int | str:
    try:
        return stage.stored()
    except ServiceError:
        return "?"


def _same_as_audit(stage: Stage, records: list[bytes]) -> None:
    """The findings are those of the rules over all records, whoever published them when."""
    last = max(micros(codec.decode(raw).occurred_at) for raw in records)
    sources = ("hall", "bureau", "")
    stage.wait(
        lambda: min(stage.as_of(source) or 0 for source in sources) >= last,
        lambda: f"time has come to {[stage.as_of(source) for source in sources]}, of {last}",
    )

    def unlike() -> list[Difference]:
        return list(compare("", judged(stage.engine, records, last).values(), stage.findings()))

    stage.wait(lambda: not unlike(), lambda: str(unlike()[:3]))


async def _messages(stage: Stage) -> int:
    """How many messages the topic holds: a slice that was not acknowledged may be there twice."""
    topic = stage.settings.topic_events
    consumer = AIOKafkaConsumer(bootstrap_servers=stage.settings.brokers)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(stage.settings.partitions)]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


@contextmanager
def servers_in(folder: Path, broker: str) -> Iterator[Servers]:
    """A broker and a ClickHouse for a campaign."""
    started = KafkaServer.start(folder / "kafka") if broker == "kafka" else tansu.serve()
    with started as running:
        servers = Servers(folder, running)
        try:
            yield servers
        finally:
            servers.stop()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the campaign and report."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--kind", action="append", choices=KINDS)
    options.add_argument("--broker", choices=("kafka", "embedded"), default="kafka")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    wrong = 0
    with (
        tempfile.TemporaryDirectory(prefix="mingjing-faults-") as name,
        servers_in(Path(name), given.broker) as servers,
    ):
        for kind in given.kind or KINDS:
            if kind == "kafka" and given.broker == "embedded":
                continue
            try:
                campaign(kind, given.kills, servers, Path(name), given.seed, _say)
            except AssertionError as failure:
                wrong += 1
                _say(f"{kind}: FAILED: {failure}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
