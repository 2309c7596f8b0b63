"""Ordered writes: what was found first, then the events it was found in, and only then may Kafka forget them.

A crash between any two writes loses nothing: the events come again, are judged again, and the same
revisions replace themselves.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import count
from typing import TypeVar
from uuid import uuid4

from msgspec import Struct, field

from mingjing.errors import StoreUnavailable
from mingjing.metrics import Health, Metrics
from mingjing.store import CaseState, Conflict, Progress, SampleRow, Store, StoredEvent
from mingjing.types import DeadLetter, Finding, NotJudged

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

_HANDS = 3

_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts; the last one repeats


class Abandoned(Exception):
    """The partitions were given to another worker, or we are to stop: nothing more may be written."""


class Outcome(Struct):
    """All that one batch or tick has to write."""

    findings: list[Finding] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    cleared: list[NotJudged] = field(default_factory=list)
    states: list[CaseState] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    events: list[StoredEvent] = field(default_factory=list)
    samples: list[SampleRow] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)


class Sink:
    """Writes outcomes; waits, with everything in hand, for as long as the store is away.

    It has a few hands, each with a connection of its own, because what does not depend on each other need not wait
    for each other. `owned` says whether what is being done is still ours; it is asked before every call.
    """

    def __init__(self, connect: Callable[[], Store], health: Health, metrics: Metrics) -> None:
        self._connect = connect
        self._health = health
        self._metrics = metrics
        self._stop = threading.Event()
        self._run = uuid4().hex[:12]  # another process must not be taken for this one: `held` tells it what is stored
        self._own = threading.local()
        self._stores: list[Store] = []
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="store")

    def stop(self) -> None:
        """Give up waiting: whoever waits for the store gets Abandoned."""
        self._stop.set()

    def close(self) -> None:
        """Let go of the store, when nothing is under way any more."""
        self._hands.shutdown()
        for store in self._stores:
            store.close()

    def write(self, outcome: Outcome, owned: Callable[[], bool]) -> None:
        """Write everything, in order; raises Abandoned when it is no longer ours."""
        found: list[Callable[[Store], object]] = []
        if outcome.findings:
            found.append(lambda store: store.write_findings(outcome.findings))
        if outcome.not_judged or outcome.cleared:
            found.append(lambda store: store.write_not_judged(outcome.not_judged, outcome.cleared))
        if outcome.states:
            found.append(lambda store: store.write_case_state(outcome.states))
        if outcome.conflicts:
            found.append(lambda store: store.write_conflicts(outcome.conflicts))
        if outcome.letters:
            found.append(lambda store: store.write_dead_letters(outcome.letters))
        if outcome.samples:
            found.append(lambda store: store.write_presence(outcome.samples))
        then: list[Callable[[Store], object]] = []
        if outcome.progress:  # before the events: those in the store do not come again, and would leave no mark
            (found if outcome.events else then).append(lambda store: store.write_progress(outcome.progress))
        self.together(found, owned)
        if outcome.events:
            token, tries = f"{self._run}:{token_of(outcome.events)}", count()
            then.append(lambda store: store.write_events(outcome.events, token, again=next(tries) > 0))
        self.together(then, owned)

    def together(self, calls: Sequence[Callable[[Store], Answer]], owned: Callable[[], bool]) -> list[Answer]:
        """The answers of calls to the store that need not wait for each other; returns when all are done."""
        if len(calls) == 1:
            return [self.patiently(calls[0], owned)]
        under_way = [self._hands.submit(self.patiently, call, owned) for call in calls]
        wait(under_way)
        return [one.result() for one in under_way]

    def patiently(self, call: Callable[[Store], Answer], owned: Callable[[], bool]) -> Answer:
        """The answer of a call to the store, made again until the store is there."""
        attempt = 0
        while True:
            if (self._stop.is_set() and attempt) or not owned():
                raise Abandoned
            try:
                answer = call(self._store())
            except StoreUnavailable as why:
                if not attempt:
                    log.warning("the store is away; waiting", extra={"reason": str(why)})
                self._health.failing("store", str(why))
                self._metrics.store_retries.inc()
                self._stop.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1
            else:
                if attempt:
                    log.warning("the store is back", extra={"attempts": attempt})
                self._health.well("store")
                return answer

    def _store(self) -> Store:
        """This thread's connection."""
        store: Store | None = getattr(self._own, "store", None)
        if store is None:
            store = self._own.store = self._connect()
            self._stores.append(store)
        return store


def token_of(events: Sequence[StoredEvent]) -> str:
    """What identifies a batch of records: the same records have the same token, whenever they are written."""
    digest = hashlib.blake2b(digest_size=16)
    for event in events:
        digest.update(b"%d:%d:%d;" % (event.partition, event.offset, event.line))
    return f"{events[0].topic}:{digest.hexdigest()}"
