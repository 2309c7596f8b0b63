"""A stage for the worker: a broker, a store, topics of its own, and workers as processes that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

from mingjing import codec
from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.types import CaseEvent, DeadLetter, Finding
from rules import Engine, load_engine
from rules.history import History
from streams.intake import received
from streams.verify import Difference, Recomputed, verify
from streams.watermark import BEGINNING

BOOK = Path(__file__).parent / "book"
PATIENCE_S = 90.0
_NUMBERS = count(1)


class WorkerProcess:
    """A running `mingjing worker`."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen([sys.executable, "-m", "mingjing", "worker"], env=env, stderr=out)

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end; the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)


class Stage:
    """One test's topics, database and workers."""

    def __init__(self, brokers: str, dsn: str, directory: Path, **settings: str) -> None:
        name = f"{os.getpid()}-{next(_NUMBERS)}"
        self._env = {
            "MINGJING_BROKERS": brokers,
            "MINGJING_STORE_DSN": dsn,
            "MINGJING_TOPIC_EVENTS": f"events-{name}",
            "MINGJING_TOPIC_DEAD_LETTERS": f"letters-{name}",
            "MINGJING_GROUP": f"group-{name}",
            "MINGJING_PARTITIONS": "4",
            "MINGJING_RULES_DIR": str(BOOK),
            **settings,
        }
        self._directory = directory
        self._workers: list[WorkerProcess] = []
        self.dsn = dsn
        self.settings = Settings(
            store_dsn=dsn,
            brokers=brokers,
            topic_events=self._env["MINGJING_TOPIC_EVENTS"],
            topic_dead_letters=self._env["MINGJING_TOPIC_DEAD_LETTERS"],
            group=self._env["MINGJING_GROUP"],
            partitions=4,
            rules_dir=str(BOOK),
        )
        self.engine: Engine = load_engine(self.settings)
        self.store = Store(dsn, profile="offline")
        wanted = {self.settings.topic_events: 4, self.settings.topic_dead_letters: 1}
        asyncio.run(topics.ensure(brokers, wanted, config=topics.CONFIG))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            if worker.status is None:
                worker.kill()
        self.store.close()

    def worker(self) -> WorkerProcess:
        """Start a worker."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("MINGJING_")}
        worker = WorkerProcess({**env, **self._env}, self._directory / f"worker-{len(self._workers)}.log")
        self._workers.append(worker)
        return worker

    def publish(self, records: Iterable[bytes], *, pack: int = 1, case: str | None = None) -> None:
        """Publish records as they are, good or bad, each to the partition of its case, or all to that of `case`."""
        asyncio.run(self._publish(list(records), pack, case))

    async def _publish(self, records: list[bytes], pack: int, case: str | None) -> None:
        chosen = self.settings
        async with Publisher(
            chosen.brokers, chosen.topic_events, chosen.topic_dead_letters, chosen.partitions, pack=pack
        ) as publisher:
            for raw in records:
                await publisher.send(case or _case_of(raw), raw)

    def stored(self) -> int:
        """How many records the store has."""
        return int(self.store.query("health_totals")[0]["events"])

    def wait_stored(self, records: int) -> None:
        """Return when the store has so many records."""
        self.wait(lambda: self.stored() >= records, lambda: f"{self.stored()} of {records} records stored")

    def wait(self, done: Callable[[], bool], state: Callable[[], str] = lambda: "") -> None:
        """Return when it is done; fail with the workers' last words if it takes too long."""
        until = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < until, f"waited {PATIENCE_S:.0f} s: {state()}\n{self.last_words()}"
            time.sleep(0.2)

    def last_words(self) -> str:
        """The ends of the workers' logs."""
        return "\n".join(f"{w.log.name}: {w.log.read_text(errors='replace')[-1500:]}" for w in self._workers)

    def findings(self) -> dict[str, Finding]:
        """The latest revisions of all findings, by id."""
        return {key: finding for _, found in self.store.all_published() for key, finding in found.items()}

    def recomputed(self) -> list[Recomputed]:
        """Every stored case judged again, at the time that the workers had reached."""
        return list(verify(self.store, self.engine, self.settings.topic_events, self.settings.partitions))

    def differences(self) -> list[Difference]:
        """What is stored otherwise than the rules say."""
        return [one for case in self.recomputed() for one in case.differences]

    def wait_right(self, records: int) -> None:
        """Return when all records are stored, each once, and what is stored is what the rules say by then."""
        self.wait_stored(records)
        self.wait(lambda: not self.differences(), lambda: str(self.differences()[:5]))
        assert self.stored() == records, "records were stored twice"

    def as_of(self, source: str) -> int | None:
        """How far the time of a source has come in the hindmost partition that has it; None: it has not begun."""
        rows = [
            row.as_of
            for number in range(self.settings.partitions)
            for row in self.store.progress(self.settings.topic_events, number)
            if row.source == source and row.as_of > BEGINNING
        ]
        return min(rows, default=None)

    def letters(self) -> list[DeadLetter]:
        """The dead letters in the store."""
        ids = [row["id"] for row in self.store.query("dead_letters", limit=1000)]
        found = [self.store.dead_letter(one) for one in ids]
        return [letter for letter in found if letter is not None]


def event(case: str, number: int, kind: str, when: datetime, **more: object) -> bytes:
    """One record of a case."""
    return codec.encode(
        CaseEvent(event_id=f"{case}-{number}", case_id=case, type=kind, occurred_at=when, **more)  # type: ignore[arg-type]
    )


def judged(engine: Engine, records: Iterable[bytes], as_of: int) -> dict[str, Finding]:
    """What the rules say of these records, whoever else was asked: by finding id, as of one instant."""
    histories: dict[str, History] = {}
    for raw in records:
        event = received(codec.decode(raw), None)
        histories.setdefault(event.case_id, History()).add(event)
    judgements = [engine.judge(history.events, as_of) for history in histories.values()]
    return {finding.finding_id: finding for judgement in judgements for finding in judgement.findings}


def _case_of(raw: bytes) -> str:
    try:
        return codec.decode(raw).case_id
    except codec.Refused:
        return "unreadable"
