"""Samples on their way to Kafka: whoever makes them never waits, whatever the broker does."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice

import msgspec

from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.errors import ServiceError, UsageError
from mingjing.metrics import Health, Metrics
from mingjing.settings import Settings
from mingjing.types import PresenceSample

log = logging.getLogger(__name__)

MOST = 50_000
"""Samples that may wait: of sixty cameras over four windows each, sampled every 5 s, those of a quarter of an hour."""

_AT_ONCE = 500
_PATIENCE_S = 10  # for the broker to acknowledge, before we say that it is away
_AGAIN_S = 1.0  # between two attempts to reach it
_LAST_S = 5.0  # for what is left when we end

_encode = msgspec.json.Encoder().encode


class Outbox:
    """Publishes samples in their order from a thread of its own, keyed by window.

    While the broker is away they wait; when MOST wait, the oldest are given up, counted and told. What was under way
    when the broker went is sent again, so samples may come twice.
    """

    def __init__(self, settings: Settings, health: Health, counts: Metrics, *, most: int = MOST) -> None:
        self.refused: UsageError | None = None
        """Why the topic cannot be used at all; waiting does not help."""
        self._settings = settings
        self._health = health
        self._counts = counts
        self._most = most
        self._waiting: deque[PresenceSample] = deque()
        self._sent = 0  # acknowledged or given up
        self._dropped = 0  # since the broker went
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()), name="outbox", daemon=True)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def put(self, samples: Iterable[PresenceSample]) -> None:
        """Take samples; they are published soon."""
        with self._lock:
            self._waiting.extend(samples)
            many = max(0, len(self._waiting) - self._most)
            for _ in range(many):
                self._waiting.popleft()
            self._sent += many
            before, self._dropped = self._dropped, self._dropped + many
            self._counts.samples_waiting.set(len(self._waiting))
        self._counts.samples_dropped.inc(many)
        if many and not before:
            log.error("the broker is away for so long that samples are given up", extra={"waiting": self._most})

    def close(self) -> None:
        """Publish what is left, if the broker takes it within a few seconds, and end."""
        self._ending.set()
        self._thread.join(_LAST_S + _AGAIN_S)
        with self._lock:
            left = len(self._waiting)
        if left:
            log.error("samples that the broker has not acknowledged are lost", extra={"samples": left})

    async def _work(self) -> None:
        ended = asyncio.create_task(self._until_ended())
        while not ended.done():
            sending = asyncio.create_task(self._send())
            await asyncio.wait({sending, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                await asyncio.wait({sending}, timeout=_LAST_S)
                sending.cancel()
            try:
                await sending
            except UsageError as wrong:
                self.refused = wrong
                return
            except asyncio.CancelledError:
                return
            except Exception as away:  # noqa: BLE001 - samples wait whatever happens; a thread that died would lose them
                self._away(str(away) if isinstance(away, ServiceError) else type(away).__name__)
                await asyncio.wait({ended}, timeout=_AGAIN_S)

    async def _until_ended(self) -> None:
        while not self._ending.is_set():  # noqa: ASYNC110  set by another thread
            await asyncio.sleep(0.05)

    async def _send(self) -> None:
        """Publish until we end and nothing is left."""
        to = self._settings
        await topics.ensure(to.brokers, {to.topic_presence: to.partitions}, config=topics.CONFIG)
        async with Publisher(to.brokers, to.topic_presence, None, to.partitions, patience_s=_PATIENCE_S) as publisher:
            while True:
                first, batch = self._next()
                if not batch:
                    if self._ending.is_set():
                        return
                    await asyncio.sleep(0.1)
                    continue
                for sample in batch:
                    await publisher.send(sample.window, _encode(sample))
                await publisher.flush()
                self._done(first + len(batch))

    def _next(self) -> tuple[int, list[PresenceSample]]:
        """What waits longest, and the number of the first of them."""
        with self._lock:
            return self._sent, list(islice(self._waiting, _AT_ONCE))

    def _done(self, until: int) -> None:
        """The broker has all samples before that number."""
        with self._lock:
            while self._sent < until:
                self._waiting.popleft()
                self._sent += 1
            self._counts.samples_waiting.set(len(self._waiting))
            dropped, self._dropped = self._dropped, 0
        if self._health.well("broker"):
            log.warning("the broker takes samples again", extra={"dropped": dropped})

    def _away(self, reason: str) -> None:
        if self._health.failing("broker", reason):
            log.warning("the broker is away; samples wait", extra={"reason": reason})
