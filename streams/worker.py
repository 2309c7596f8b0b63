"""The worker 监察员的值班室: what happens when partitions come and go, messages arrive and time passes.

    assigned   read the open cases of the partitions back from the store; nothing flows before that
    messages   in batches to the desk; written in order; then committed
    tick       time moves where the broker has just said that nothing waits
    revoked    finish what is in hand, commit, let go

The desk has a thread of its own, so that neither judging nor waiting for the store keeps Kafka waiting
for a heartbeat. It does one thing after another; that is what makes the dockets safe.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from aiokafka.errors import KafkaError
from faust.types.tuples import Message as KafkaMessage

from mingjing import codec
from mingjing.brokers.publisher import Publisher
from mingjing.errors import ServiceError
from mingjing.metrics import Health, Metrics
from mingjing.types import CaseEvent, DeadLetter
from streams.feed import LIVE_S, Feed
from streams.intake import Message
from streams.sink import Abandoned, Sink

log = logging.getLogger(__name__)


class Place(Protocol):
    """A partition at a desk; see streams.intake."""

    next_offset: int


class AnyDesk(Protocol):
    """What a desk does for its worker; see streams.desk."""

    generation: int
    refused: list[DeadLetter]

    @property
    def partitions(self) -> Mapping[int, Place]:
        """The partitions that it has."""

    def open(self, generation: int, offsets: Mapping[int, int]) -> None:
        """Take over partitions."""

    def take(self, generation: int, messages: Sequence[Message]) -> dict[int, int]:
        """A batch of messages."""

    def tick(self, generation: int, now: Mapping[int, int]) -> bool:
        """The clock."""

    def tell(self, generation: int) -> None:
        """Write how far it has come."""

    def silence(self, generation: int, now: Mapping[int, int]) -> list[CaseEvent]:
        """What is to be reported of connectors."""

    def reported(self, events: Iterable[CaseEvent]) -> None:
        """That has been published."""


_P = ParamSpec("_P")
_T = TypeVar("_T")

TELL_S = 5.0
"""Seconds after which the progress of time is written even if nothing was judged by it."""

MESSAGES = 16_384
BYTES = 16 * 1024 * 1024
"""What may wait in hand. More judges a case fewer times while catching up, and costs memory."""

BACKLOG = 2_000
GATHER_S = 3.0
"""While more messages than that wait in Kafka, hands are filled before the next batch, for so many seconds at most."""

PACE_S = 0.1
ENOUGH = 100_000
"""Seconds between batches while fewer bytes than that wait: ClickHouse would rather have few inserts than many."""

_FINISH_S = 3.0  # how long a rebalance waits for the batch in hand before it is abandoned
_LOG_APPEND_TIME = 1


class Worker:
    """What connects Faust's consumer, the desk and the clock.

    `shown` gives the instant (microseconds UTC) that the clock shows at a Unix second of the wall.
    """

    def __init__(
        self,
        feed: Feed,
        desk: AnyDesk,
        sink: Sink,
        publisher: Publisher,
        shown: Callable[[float], int],
        health: Health,
        metrics: Metrics,
        *,
        pace_s: float = PACE_S,
    ) -> None:
        self._feed = feed
        self._desk = desk
        self._sink = sink
        self._publisher = publisher
        self._shown = shown
        self._health = health
        self._metrics = metrics
        self._pace_s = pace_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._stopped = False
        self._told_at = 0.0
        self._in_hand: list[KafkaMessage] = []
        self._bytes_in_hand = 0
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()

    # Partitions come and go

    async def assigned(self) -> None:
        """Take over what Kafka has dealt us. Messages flow when this returns."""
        generation, partitions = self._feed.generation, self._feed.owned()
        self._desk.generation = generation
        try:
            offsets = await self._start_offsets(generation, partitions)
            await self._at_desk(self._desk.open, generation, offsets)
        except Abandoned:
            log.info("partitions were dealt anew while they were read back", extra={"generation": generation})

    async def _start_offsets(self, generation: int, partitions: set[int]) -> dict[int, int]:
        while self._feed.generation == generation:
            try:
                return await self._feed.start_offsets(partitions)
            except KafkaError as away:
                log.warning("Kafka does not say where to begin; asking again", extra={"reason": str(away)})
                await asyncio.sleep(0.5)
        raise Abandoned

    async def revoked(self) -> None:
        """Finish what is in hand, tell Kafka how far we are, and let go of all partitions."""
        finish = asyncio.ensure_future(self._at_desk(lambda: None))
        done, _ = await asyncio.wait({finish}, timeout=_FINISH_S)
        if done:
            await self.commit()
        self._desk.generation = -1  # whatever is still under way is abandoned at its next write
        await finish

    async def stop(self) -> None:
        """Finish what is in hand and commit it; give up if the store is away."""
        self._sink.stop()
        await self._at_desk(lambda: None)
        try:
            await self._at_desk(self._desk.tell, self._desk.generation)
        except Abandoned:
            log.info("stopped before the progress of time was written")
        await self.commit()
        self._stopped = True
        self._thread.shutdown()
        self._sink.close()

    async def commit(self) -> bool:
        """Commit what the store has."""
        return await self._feed.commit(self._committable())

    # Messages

    def receive(self, message: KafkaMessage) -> None:
        """Take one message in hand."""
        self._in_hand.append(message)
        self._bytes_in_hand += len(message.value or b"")
        self._arrived.set()

    @property
    def full(self) -> bool:
        """Whether too much is in hand to take more."""
        return len(self._in_hand) >= MESSAGES or self._bytes_in_hand >= BYTES

    async def room(self) -> None:
        """Return when the desk has taken what is in hand."""
        self._room.clear()
        await self._room.wait()

    async def work(self) -> None:
        """Have what is in hand judged and written, batch after batch, for ever.

        A batch is what came in while the one before was at the desk: small when little comes, so that it is
        written soon, and large while catching up, so that a case is judged once for many of its events.
        """
        while True:
            await self._arrived.wait()
            began = time.monotonic()
            await self._gather(began + GATHER_S)
            messages, self._in_hand, self._bytes_in_hand = self._in_hand, [], 0
            self._arrived.clear()
            self._room.set()
            await self.take(messages)
            if self._bytes_in_hand < ENOUGH:
                await asyncio.sleep(self._pace_s - (time.monotonic() - began))

    async def _gather(self, until: float) -> None:
        while not self.full and self._behind() > BACKLOG and time.monotonic() < until:  # noqa: ASYNC110  Kafka tells
            await asyncio.sleep(0.02)

    def _behind(self) -> int:
        """Messages that wait in Kafka, as far as the broker has said."""
        return sum(self._feed.backlog(self._next_offsets()).values()) - len(self._in_hand)

    async def take(self, arrived: Sequence[KafkaMessage]) -> None:
        """One batch; returns when it is in the store, or is not ours any more."""
        generation = self._feed.generation
        messages = self._messages(arrived, generation)
        if not messages:
            return
        try:
            gaps = await self._at_desk(self._desk.take, generation, messages)
        except Abandoned:
            log.info("a batch was left to the partitions' new owner", extra={"messages": len(messages)})
            return
        await self._publish_letters()
        if gaps:
            await self._feed.reread(gaps)

    def _messages(self, arrived: Sequence[KafkaMessage], generation: int) -> list[Message]:
        now = time.time()
        arrived_now = self._shown(now)
        messages = []
        for one in arrived:
            if one.generation_id != generation:
                continue  # read before the partitions were dealt anew; it comes again
            came = arrived_now
            if one.timestamp_type == _LOG_APPEND_TIME and one.timestamp is not None:
                came = self._shown(min(now, one.timestamp))
            messages.append(Message(one.partition, one.offset, one.value or b"", came))
        return messages

    async def _publish_letters(self) -> None:
        """Publish what was refused to the dead letters; the store has them already."""
        letters, self._desk.refused = self._desk.refused, []
        steps: list[Callable[[], Awaitable[None]]] = [partial(self._publisher.refuse, letter) for letter in letters]
        for step in (*steps, self._publisher.flush) if letters else ():
            try:
                await step()
            except ServiceError as away:
                log.warning("a dead letter is in the store only", extra={"reason": str(away)})

    # Time

    async def tick(self) -> None:
        """Move time in the partitions that are caught up, and judge what silence concerns by then."""
        generation = self._feed.generation
        offsets = self._next_offsets()
        self._report(offsets)
        now = {partition: self._shown(second) for partition, second in self._feed.caught_up(offsets).items()}
        if not now or self._desk.generation != generation:
            return
        try:
            while await self._at_desk(self._desk.tick, generation, now):
                pass
            if time.monotonic() - self._told_at > TELL_S:
                await self._at_desk(self._desk.tell, generation)
                await self._report_silence(generation, now)
                self._told_at = time.monotonic()
        except Abandoned:
            log.info("a tick was left to the partitions' new owner")

    async def _report_silence(self, generation: int, now: dict[int, int]) -> None:
        """Publish which sources have fallen silent or are back; asked again where the broker is away."""
        events = await self._at_desk(self._desk.silence, generation, now)
        if not events:
            return
        try:
            for event in events:
                await self._publisher.send(event.case_id, codec.encode(event))
            await self._publisher.flush()
        except ServiceError as away:
            log.warning("a silent source could not be reported", extra={"reason": str(away)})
        else:
            await self._at_desk(self._desk.reported, events)

    def _report(self, offsets: dict[int, int]) -> None:
        for partition, waiting in self._feed.backlog(offsets).items():
            self._metrics.backlog.labels(str(partition)).set(waiting)
        silent = self._feed.silent()
        if silent > LIVE_S:
            self._health.failing(
                "kafka", f"no broker has answered for {silent:.0f} s; time stands still until one does"
            )
        else:
            self._health.well("kafka")

    def _next_offsets(self) -> dict[int, int]:
        if self._desk.generation != self._feed.generation:
            return {}
        return {number: partition.next_offset for number, partition in list(self._desk.partitions.items())}

    def _committable(self) -> dict[int, int]:
        """The offsets that may be committed."""
        return self._next_offsets()

    async def _at_desk(self, call: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Have something done on the desk's thread; Abandoned once the worker has stopped: a tick may be under way."""
        if self._stopped:
            raise Abandoned
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(*arguments, **named))
