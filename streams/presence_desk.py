"""The desk for presence samples: has a batch or a tick folded, and what came of it written.

    samples (and what was refused) -> where we stand, with what is to be told -> the events -> the commit

A batch that changes nothing writes its samples only; where we stand is kept every SAVE_S, and offsets are committed up
to there. After a crash the messages since then come again: they fold into the same events, and their samples replace
themselves. What was to be told and may not have been published is kept with where we stand, and published again.
Everything here runs on one thread, like the desk for events.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec
from msgspec import Struct

from mingjing.metrics import Metrics
from mingjing.store import SampleRow, Store
from mingjing.types import CaseEvent, DeadLetter, PresenceSample
from streams.intake import Message, in_order
from streams.presence import Became, Fold
from streams.presence_intake import SampleIntake
from streams.sink import Abandoned, Outcome, Sink

log = logging.getLogger(__name__)

SAVE_S = 10.0
"""Seconds after which it is written where we stand, even if nothing was told."""


class Stand(Struct):
    """A partition. `next_offset`: up to where it is worked off; `saved`: up to where it may be committed."""

    next_offset: int
    saved: int
    gap_at: int = -1


class PresenceDesk:
    """The partitions of one generation of ownership. `refused`: dead letters in the store, still to be published."""

    def __init__(
        self, topic: str, fold: Callable[[], Fold], sink: Sink, intake: SampleIntake, metrics: Metrics
    ) -> None:
        self.partitions: dict[int, Stand] = {}
        self.generation = -1
        self.refused: list[DeadLetter] = []
        self._topic = topic
        self._new = fold
        self._fold = fold()
        self._sink = sink
        self._intake = intake
        self._metrics = metrics
        self._saved_at = 0.0

    def open(self, generation: int, offsets: Mapping[int, int]) -> None:
        """Take over partitions: {partition: next offset}."""
        kept = self._sink.patiently(lambda store: store.presence_states(self._topic), self._owned(generation))
        self.partitions = {number: Stand(offset, offset) for number, offset in offsets.items()}
        self._fold = self._new()
        for number in offsets:
            try:
                self._fold.restore(number, kept.get(number))
            except msgspec.DecodeError as wrong:
                log.warning("presence begins anew", extra={"partition": number, "reason": str(wrong)})
                self._fold.restore(number, None)
        self._saved_at = time.monotonic()

    def take(self, generation: int, messages: Sequence[Message]) -> dict[int, int]:
        """Fold and write a batch. The answer: where Kafka must read again, {partition: offset}, because it left a gap.

        Raises Abandoned when the partitions were dealt anew meanwhile.
        """
        owned = self._owned(generation)
        if not owned():
            raise Abandoned
        outcome, samples = Outcome(), list[tuple[int, PresenceSample]]()
        ends: dict[int, int] = {}
        gaps: dict[int, int] = {}
        again = self._metrics.presence_samples.labels("known").inc
        for message in in_order(messages, self.partitions, ends, gaps, again):
            self._intake.read(message, samples, outcome.letters)
        with self._or_forgotten():
            outcome.samples = list(self._fold_in(samples))
            self._sink.write(outcome, owned)
            for number, end in ends.items():
                self.partitions[number].next_offset = end
            self.refused += outcome.letters
            self._metrics.presence_samples.labels("refused").inc(len(outcome.letters))
            self._metrics.dead_letters.inc(len(outcome.letters))
            self._save_if_due(owned)
        return gaps

    @contextmanager
    def _or_forgotten(self) -> Iterator[None]:
        """What is folded in and not written when it is not ours any more is neither known nor to be told."""
        try:
            yield
        except Abandoned:
            self.partitions, self._fold = {}, self._new()
            raise

    def _fold_in(self, samples: Iterable[tuple[int, PresenceSample]]) -> Iterable[SampleRow]:
        became: dict[Became, int] = {}
        for partition, sample in samples:
            what = self._fold.take(partition, sample)
            became[what] = became.get(what, 0) + 1
            if what != "known":
                yield SampleRow(sample, what == "decides")
        for outcome, count in became.items():
            self._metrics.presence_samples.labels(outcome).inc(count)

    def tick(self, generation: int, now: Mapping[int, int]) -> bool:
        """Tell what has fallen silent in caught-up partitions, {partition: now}; never asks to be called again."""
        owned = self._owned(generation)
        if not owned():
            raise Abandoned
        with self._or_forgotten():
            self._fold.tick({number: instant for number, instant in now.items() if number in self.partitions})
            self._save_if_due(owned)
        return False

    def _save_if_due(self, owned: Callable[[], bool]) -> None:
        if self._fold.told:
            self._save(list(self._fold.told), owned)
        if time.monotonic() - self._saved_at > SAVE_S:
            self._save(self._moved(), owned)
            self._saved_at = time.monotonic()

    def tell(self, generation: int) -> None:
        """Write where we stand."""
        self._save(self._moved(), self._owned(generation))

    def _moved(self) -> list[int]:
        return [number for number, stand in self.partitions.items() if stand.saved != stand.next_offset]

    def silence(self, generation: int, now: Mapping[int, int]) -> list[CaseEvent]:
        """Nothing is reported of connectors here."""
        return []

    def reported(self, events: Iterable[CaseEvent]) -> None:
        """Nothing was."""

    def _save(self, numbers: Sequence[int], owned: Callable[[], bool]) -> None:
        states = {number: self._fold.save(number) for number in numbers}
        if not states:
            return
        self._sink.patiently(partial(_write, self._topic, states), owned)
        for number in numbers:
            self.partitions[number].saved = self.partitions[number].next_offset

    @property
    def outbox(self) -> list[CaseEvent]:
        """What is to be published; it is in the store already."""
        return [event for events in self._fold.told.values() for event in events]

    def published(self) -> None:
        """The whole outbox was acknowledged."""
        for event in self.outbox:
            self._metrics.presence_changes.labels(event.type).inc()
        self._fold.told.clear()

    def reached(self, now: Mapping[int, int]) -> int | None:
        """Up to when windows are told of, if all partitions are caught up; None: not all are."""
        return self._fold.reached(now) if self.partitions and now.keys() >= self.partitions.keys() else None

    def _owned(self, generation: int) -> Callable[[], bool]:
        return lambda: self.generation == generation


def _write(topic: str, states: Mapping[int, bytes], store: Store) -> None:
    store.write_presence_states(topic, states)
