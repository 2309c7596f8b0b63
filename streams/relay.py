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
from mingjing.handling.desk import Desk
from mingjing.handling.events import events_of
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


def events_by(desk: Desk, health: Health) -> Callable[[Sequence[Fresh]], list[CaseEvent]]:
    """What makes case events of acts, by a desk; acts that do not fit together are no events, and are told of."""

    def events(fresh: Sequence[Fresh]) -> list[CaseEvent]:
        views = desk.views(dict.fromkeys(one.subject for one in fresh))
        made = {event.event_id: event for view in views.values() for event in events_of(view.finding, view.acts)}
        told = [made[name] for one in fresh if (name := f"act:{one.subject}:{one.number}") in made]
        if len(told) < len(fresh):
            health.warn(
                "acts", f"{len(fresh) - len(told)} acts do not fit together; `mingjing handling check` says which"
            )
        return told

    return events
