"""Faust's consumer as the worker sees it: what it owns, how far the broker is read, and commits of our own.

Faust acknowledges what an agent was given, also when the agent failed or was cancelled in the middle of it. So its
own acknowledging is off (`acks=False` on the topic), and offsets are committed here, after the store has the batch.
What is used of Faust's inner parts stands in this module only; the version is pinned.
"""

import logging
import time
from collections.abc import Mapping

import faust
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

log = logging.getLogger(__name__)

POLL_S = 0.25
"""Seconds that the broker may hold an empty answer back; a caught-up partition's time moves in such steps."""

LIVE_S = 30.0
"""Seconds without any answer after which the health page says that Kafka is away."""


class Feed:
    """The consumer behind a Faust app, for one topic."""

    def __init__(self, app: faust.App, topic: str) -> None:
        self._app = app
        self._topic = topic
        self._committed: dict[int, int] = {}

    @property
    def generation(self) -> int:
        """The group's generation: it changes whenever the partitions are dealt anew."""
        return self._app.consumer_generation_id

    def owned(self) -> set[int]:
        """The partitions that are ours now."""
        return {tp.partition for tp in self._app.consumer.assignment() if tp.topic == self._topic}

    async def start_offsets(self, partitions: set[int]) -> dict[int, int]:
        """Where reading begins: the committed offset, else the beginning of the partition."""
        consumer, call = self._consumer(), self._thread().call_thread
        consumer._fetcher._fetch_max_wait_ms = round(POLL_S * 1000)  # noqa: SLF001  Faust fixes it at 1.5 s
        places = [TopicPartition(self._topic, partition) for partition in sorted(partitions)]
        offsets: dict[int, int] = {}
        beginnings = await call(consumer.beginning_offsets, places) if places else {}
        for place in places:
            committed = await call(consumer.committed, place)
            offsets[place.partition] = max(committed or 0, beginnings[place])
        self._committed = dict(offsets)
        return offsets

    async def commit(self, offsets: Mapping[int, int]) -> bool:
        """Tell Kafka what the store has; whether it took it. What it did not take comes again and is dropped then."""
        owned = self.owned()
        news = {p: offset for p, offset in offsets.items() if p in owned and offset != self._committed.get(p)}
        if not news:
            return True
        wanted = {TopicPartition(self._topic, p): OffsetAndMetadata(offset, "") for p, offset in news.items()}
        try:
            await self._thread().call_thread(self._consumer().commit, wanted)
        except KafkaError as wrong:
            log.info("offsets not committed", extra={"reason": str(wrong)})
            return False
        self._committed.update(news)
        return True

    async def reread(self, offsets: Mapping[int, int]) -> None:
        """Have partitions delivered again from an offset on."""
        for partition, offset in offsets.items():
            log.warning("messages were passed over; reading again", extra={"partition": partition, "offset": offset})
            await self._app.consumer.seek(faust.types.TP(self._topic, partition), offset)

    def caught_up(self, next_offsets: Mapping[int, int]) -> dict[int, float]:
        """Where nothing waits: {partition: Unix second of the broker's answer that said so}.

        `next_offsets`: how far each partition was worked off and written.
        """
        consumer = self._consumer()
        answered: dict[int, float] = {}
        for partition, offset in next_offsets.items():
            place = TopicPartition(self._topic, partition)
            if place not in consumer.assignment():
                continue
            highwater, polled = consumer.highwater(place), consumer.last_poll_timestamp(place)
            if highwater is not None and polled is not None and offset >= highwater:
                answered[partition] = polled / 1000
        return answered

    def backlog(self, next_offsets: Mapping[int, int]) -> dict[int, int]:
        """Messages that wait in each partition, as far as the broker has said."""
        consumer = self._consumer()
        waiting: dict[int, int] = {}
        for partition, offset in next_offsets.items():
            place = TopicPartition(self._topic, partition)
            if place in consumer.assignment() and (highwater := consumer.highwater(place)) is not None:
                waiting[partition] = max(0, highwater - offset)
        return waiting

    def silent(self) -> float:
        """Seconds since the broker last answered for any partition; 0 where nothing is owned."""
        consumer = self._consumer()
        places = [place for place in consumer.assignment() if place.topic == self._topic]
        polls = [polled for place in places if (polled := consumer.last_poll_timestamp(place)) is not None]
        return time.time() - max(polls) / 1000 if polls else 0.0

    def _thread(self) -> AIOKafkaConsumerThread:
        thread: AIOKafkaConsumerThread = self._app.consumer._thread  # type: ignore[attr-defined]  # noqa: SLF001
        return thread

    def _consumer(self) -> AIOKafkaConsumer:
        return self._thread()._ensure_consumer()  # noqa: SLF001
