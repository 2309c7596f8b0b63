"""Ordered writes: what was found first, then the events it was found in, and only then may Kafka forget them.

A crash between any two writes loses nothing: the events come again, are judged again, and the same
revisions replace themselves.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct, field

from mingjing.errors import StoreUnavailable
from mingjing.metrics import Health, Metrics
from mingjing.store import CaseState, Conflict, Progress, Store, StoredEvent
from mingjing.types import DeadLetter, Finding, NotJudged

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

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
    progress: list[Progress] = field(default_factory=list)


class Sink:
    """Writes outcomes; waits, with everything in hand, for as long as the store is away.

    `owned` says whether what is being written is still ours; it is asked before every write.
    """

    def __init__(self, store: Store, health: Health, metrics: Metrics) -> None:
        self.store = store
        self._health = health
        self._metrics = metrics
        self._stop = threading.Event()

    def stop(self) -> None:
        """Give up waiting: whoever waits for the store gets Abandoned."""
        self._stop.set()

    def write(self, outcome: Outcome, owned: Callable[[], bool]) -> None:
        """Write everything, in order; raises Abandoned when it is no longer ours."""
        store, patiently = self.store, self.patiently
        if outcome.findings:
            patiently(lambda: store.write_findings(outcome.findings), owned)
        if outcome.not_judged or outcome.cleared:
            patiently(lambda: store.write_not_judged(outcome.not_judged, outcome.cleared), owned)
        if outcome.states:
            patiently(lambda: store.write_case_state(outcome.states), owned)
        if outcome.conflicts:
            patiently(lambda: store.write_conflicts(outcome.conflicts), owned)
        if outcome.letters:
            patiently(lambda: store.write_dead_letters(outcome.letters), owned)
        if outcome.events:
            token = token_of(outcome.events)
            patiently(lambda: store.write_events(outcome.events, token), owned)
        if outcome.progress:
            patiently(lambda: store.write_progress(outcome.progress), owned)

    def patiently(self, call: Callable[[], Answer], owned: Callable[[], bool]) -> Answer:
        """The answer of a call to the store, made again until the store is there."""
        attempt = 0
        while True:
            if (self._stop.is_set() and attempt) or not owned():
                raise Abandoned
            try:
                answer = call()
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


def token_of(events: Sequence[StoredEvent]) -> str:
    """What identifies a batch of records: the same records have the same token, whenever they are written."""
    digest = hashlib.blake2b(digest_size=16)
    for event in events:
        digest.update(b"%d:%d:%d;" % (event.partition, event.offset, event.line))
    return f"{events[0].topic}:{digest.hexdigest()}"
