"""The worker's second part, where an installation has cameras: what it reads as samples it tells as case events.

It works like the first part (streams.worker), with a desk of its own, and holds the time of the source `cameras` back
while anything it has not told yet may lie in its topic: an absence is found on time, and none that has ended is.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

from faust.types.tuples import Message as KafkaMessage

from mingjing import codec
from mingjing.brokers.publisher import Publisher
from mingjing.errors import ServiceError
from mingjing.metrics import Health, Metrics
from mingjing.settings import Settings
from mingjing.zones import zone
from rules import Engine
from streams.feed import Feed
from streams.presence import SOURCE
from streams.presence_desk import PresenceDesk
from streams.sink import Sink
from streams.watermark import Watermarks
from streams.worker import Worker

log = logging.getLogger(__name__)

PACE_S = 1.0
"""Seconds between batches."""

AGAIN_S = 1.0

AWAY_S, GRACE_S = 15.0, 30.0
"""Seconds without an answer after which the broker was away, and in which what waited with the samplers comes then."""


class Halls(NamedTuple):
    """What is known of the windows that cameras look at: whether there is one of a code on the local day of an instant,
    and whose it is on a local day."""

    known: Callable[[str, int], bool]
    department: Callable[[str, int], str | None]


def halls(settings: Settings, engine: Engine) -> Halls | None:
    """The windows of the engine's registers, any window where there are none; None where there are no cameras."""
    if settings.cameras_dir is None:
        return None
    home, registers = zone(settings.timezone), engine.registers
    listed = "windows" in registers.has

    def known(window: str, instant: int) -> bool:
        return not listed or registers.window(window, home.day(instant)) is not None

    def department(window: str, day: int) -> str | None:
        return (registers.window(window, day) or {}).get("department")

    return Halls(known, department)


class Broker:
    """Whether the broker was away and is back only lately: samples are then still on their way that are older than
    now, and it is neither silence nor the end of an absence that they are not there yet.
    """

    def __init__(self) -> None:
        self._answered = self._settled = 0.0

    def back_lately(self, answered: float) -> bool:
        """The same at its newest answer (Unix seconds; 0: none)."""
        if self._answered and answered - self._answered > AWAY_S:
            self._settled = answered + GRACE_S
        self._answered = max(self._answered, answered)
        return answered < self._settled


class PresenceWorker(Worker):
    """Reads samples, and publishes what they change through a publisher of its own."""

    def __init__(
        self,
        feed: Feed,
        desk: PresenceDesk,
        sink: Sink,
        publisher: Publisher,
        shown: Callable[[float], int],
        health: Health,
        metrics: Metrics,
        marks: Watermarks,
    ) -> None:
        super().__init__(feed, desk, sink, publisher, shown, health, metrics, pace_s=PACE_S)
        self._samples = desk
        self._marks = marks
        self._turn = asyncio.Lock()
        self._broker = Broker()

    async def assigned(self) -> None:
        """As the worker; the time of cameras stands still until their samples are caught up with."""
        self._marks.hold(SOURCE)
        await super().assigned()
        if not self._feed.owned():
            self._marks.release(SOURCE)

    async def take(self, arrived: Sequence[KafkaMessage]) -> None:
        """As the worker; returns when what the batch changes is published."""
        async with self._turn:
            await super().take(arrived)
            await self._publish()

    async def tick(self) -> None:
        """As the worker; time moves as far as everything is told."""
        async with self._turn:
            caught_up = self._feed.caught_up(self._next_offsets())
            if self._broker.back_lately(max(caught_up.values(), default=0.0)):
                return
            now = {partition: self._shown(second) for partition, second in caught_up.items()}
            await super().tick()
            await self._publish()
            if not self._in_hand and (reached := self._samples.reached(now)) is not None:
                self._marks.hold(SOURCE, reached)

    async def _publish(self) -> None:
        """Publish the outbox; asked again until the broker has it, or the partitions are not ours any more."""
        generation = self._samples.generation
        while (events := self._samples.outbox) and self._samples.generation == generation and not self._stopped:
            try:
                for event in events:
                    await self._publisher.send(event.case_id, codec.encode(event))
                await self._publisher.flush()
            except ServiceError as away:
                self._health.failing("presence", f"changes at windows wait to be published: {away}")
                await asyncio.sleep(AGAIN_S)
            else:
                self._health.well("presence")
                if self._samples.generation == generation:
                    self._samples.published()

    def _committable(self) -> dict[int, int]:
        if self._samples.outbox or self._samples.generation != self._feed.generation:
            return {}
        return {number: stand.saved for number, stand in self._samples.partitions.items()}

    def _report(self, offsets: dict[int, int]) -> None:
        self._metrics.presence_backlog.set(sum(self._feed.backlog(offsets).values()))
