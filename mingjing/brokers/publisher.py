"""Publishing JSON records: packed, each key (a case, a window) in its partition, acknowledged by the broker."""

import asyncio
from types import TracebackType
from typing import Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from mingjing.brokers.partitions import partition_of
from mingjing.brokers.topics import LARGEST_MESSAGE, UNREACHABLE
from mingjing.errors import ServiceError
from mingjing.types import DeadLetter

_PENDING = 512  # messages that wait for the broker's answer before we wait for them
_encode = msgspec.json.Encoder().encode


class Publisher:
    """Sends records to one topic; an async context manager that ends with everything acknowledged.

    `topic` holds case events, or whatever else is one line of JSON with a key; `dead_letters` is needed by `refuse`
    alone. `pack`: records in one message at most, all of one partition (1: every record its own message). Packing
    trades latency for speed: a record waits until its message is full or `flush` is called. `patience_s`: how long the
    broker may take to acknowledge.
    Methods raise ServiceError when it does not in time; the same records may then be published again, because doubles
    are recognised (events by their event_id, samples by camera, window and instant).
    """

    def __init__(
        self,
        brokers: str,
        topic: str,
        dead_letters: str | None,
        partitions: int,
        *,
        pack: int = 256,
        pack_bytes: int = 256_000,
        patience_s: float = 40,
    ) -> None:
        self.published = 0
        self.messages = 0
        self.refused = 0
        self._brokers = brokers
        self._topic = topic
        self._dead_letters = dead_letters
        self._partitions = partitions
        self._pack = pack
        self._pack_bytes = pack_bytes
        self._patience_s = patience_s
        self._open: dict[int, _Pack] = {}
        self._pending: set[asyncio.Future[object]] = set()
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            acks="all",
            linger_ms=2,
            max_batch_size=1_000_000,
            max_request_size=LARGEST_MESSAGE,
            request_timeout_ms=round(self._patience_s * 1000),
        )
        try:
            await self._producer.start()
        except KafkaConnectionError as wrong:
            await self._producer.stop()
            raise ServiceError(UNREACHABLE.format(self._brokers)) from wrong
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self.flush()
        finally:
            if self._producer:
                await self._producer.stop()

    async def send(self, key: str, raw: bytes) -> None:
        """Take one record, as one line of JSON; it is published at the latest by `flush`."""
        partition = partition_of(key, self._partitions)
        pack = self._open.get(partition)
        if pack and pack.size + len(raw) > self._pack_bytes:
            await self._publish(partition, self._open.pop(partition))
            pack = None
        if pack is None:
            pack = self._open[partition] = _Pack(key)
        pack.add(raw)
        if len(pack.lines) >= self._pack:
            await self._publish(partition, self._open.pop(partition))

    async def refuse(self, letter: DeadLetter) -> None:
        """Publish a record that is no event to the dead letters, with where it came from."""
        assert self._dead_letters is not None
        self.refused += 1
        await self._hand_over(self._dead_letters, _encode(letter), None, None)

    async def flush(self) -> None:
        """Return when the broker has acknowledged everything taken so far."""
        for partition in list(self._open):
            await self._publish(partition, self._open.pop(partition))
        await self._settle()

    async def _publish(self, partition: int, pack: "_Pack") -> None:
        await self._hand_over(self._topic, b"\n".join(pack.lines), pack.key, partition)
        self.published += len(pack.lines)
        self.messages += 1

    async def _hand_over(self, topic: str, value: bytes, key: bytes | None, partition: int | None) -> None:
        assert self._producer is not None
        if len(self._pending) >= _PENDING:
            await self._settle()
        try:
            self._pending.add(await self._producer.send(topic, value, key=key, partition=partition))
        except KafkaError as wrong:
            raise self._away(wrong) from wrong

    async def _settle(self) -> None:
        pending, self._pending = self._pending, set()
        for answer in await asyncio.gather(*pending, return_exceptions=True):
            if isinstance(answer, KafkaError):
                raise self._away(answer) from answer
            if isinstance(answer, BaseException):
                raise answer

    def _away(self, wrong: KafkaError) -> ServiceError:
        return ServiceError(
            f"the broker at {self._brokers} did not acknowledge ({type(wrong).__name__}) after {self.published} "
            "records were handed over; publish them again when it is back, doubles are recognised"
        )


class _Pack:
    """The lines of one message in the making."""

    def __init__(self, key: str) -> None:
        self.key = key.encode()
        self.lines: list[bytes] = []
        self.size = 0

    def add(self, raw: bytes) -> None:
        self.lines.append(raw)
        self.size += len(raw) + 1
