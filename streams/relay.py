"""Acts of handling and entered events go from the sealed record to Kafka, where the rules see them like all others.

The record is the outbox: what is in it is published, at least once, in the order in which it was stored, so each
finding's acts keep theirs (they share a case, so a partition). An event's id follows from its entry; what comes twice
is dropped by the worker. How far it has come is in the store, written after the broker has acknowledged.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from mingjing import codec
from mingjing.brokers.publisher import Publisher
from mingjing.metrics import METRICS, Health, Metrics
from mingjing.store import Store
from mingjing.store.following import Follower, Fresh
from mingjing.types import CaseEvent

log = logging.getLogger(__name__)

WORK: Final = "relay"
AT_ONCE: Final = 5_000
PATIENCE_S: Final = 15.0


class Relay:
    """Publishes what is new in the record, over a store of its own. One at a time.

    `events`: what acts are as case events, in the same order. `look` may raise StoreUnavailable, or ServiceError where
    the broker is away: call it again, nothing is lost.
    """

    def __init__(
        self,
        store: Store,
        publisher: Callable[[], Publisher],
        events: Callable[[Sequence[Fresh]], list[CaseEvent]],
        health: Health,
        metrics: Metrics = METRICS,
    ) -> None:
        self._follower = Follower(store, WORK)
        self._publisher, self._events = publisher, events
        self._health, self._metrics = health, metrics

    def look(self) -> bool:
        """Publishes what is new; whether more waits."""
        fresh = self._follower.take(AT_ONCE)
        acts = [one for one in fresh if one.kind == "act"]
        told = [*self._events(acts), *self._entered(fresh)]
        if told:
            asyncio.run(self._publish(told))
            self._metrics.relayed.labels("act").inc(len(acts))
            self._metrics.relayed.labels("event").inc(len(told) - len(acts))
        self._follower.done()
        return len(fresh) == AT_ONCE

    async def _publish(self, told: Sequence[CaseEvent]) -> None:
        async with self._publisher() as publisher:
            for event in told:
                await publisher.send(event.case_id, codec.encode(event))

    def _entered(self, fresh: Sequence[Fresh]) -> list[CaseEvent]:
        """Events that people entered; one that cannot be read costs itself alone, and is told of."""
        found = []
        for one in fresh:
            if one.kind != "event":
                continue
            try:
                found.append(codec.decode(one.body.encode()))
            except codec.Refused as wrong:
                log.error("an entered event cannot be read: %s", wrong, extra={"chain": one.chain, "seq": one.seq})  # noqa: TRY400
                self._health.warn("entered", f"entry {one.seq} of chain {one.chain} is no event: {wrong}")
        return found


def relay(
    store: Store, brokers: str, topic: str, partitions: int, events: Callable[[Sequence[Fresh]], list[CaseEvent]],
    health: Health,
) -> Relay:  # fmt: skip
    """The relay into a topic."""
    return Relay(
        store, lambda: Publisher(brokers, topic, None, partitions, patience_s=PATIENCE_S), events, health
    )  # fmt: skip
