"""Topics, made explicitly before anything reads or writes them.

A topic that a client makes in passing gets the broker's default of one partition, and then a
Faust agent with another expectation dies in a loop.
"""

import asyncio
import time
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from mingjing.errors import ServiceError, UsageError

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of the largest message: an event of the longest line that a reader takes, in base64 in a dead letter too."""

CONFIG = {
    # When the broker took an event is then the same however often it is read: that is `received_at`.
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(LARGEST_MESSAGE),
}
"""How our topics are made."""

_LEADERS_S = 15.0

UNREACHABLE = "no Kafka broker answers at {}; start it, or set brokers (MINGJING_BROKERS) to where it is"


async def ensure(
    brokers: str, topics: Mapping[str, int], *, replication: int = 1, config: Mapping[str, str] | None = None
) -> None:
    """Make the topics that are missing, each with its number of partitions.

    Raises ServiceError when no broker answers and UsageError when a topic exists with another number of
    partitions: cases would then live elsewhere than the settings say.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers, request_timeout_ms=10_000)
    try:
        await admin.start()
        options = dict(config or {})
        wanted = [NewTopic(name, count, replication, topic_configs=options) for name, count in topics.items()]
        await _create(admin, wanted)
        found = await _partitions(admin, list(topics))
    except KafkaConnectionError as wrong:
        raise ServiceError(UNREACHABLE.format(brokers)) from wrong
    except KafkaError as wrong:
        raise ServiceError(f"the broker at {brokers} does not make the topics {', '.join(topics)}: {wrong}") from wrong
    finally:
        await admin.close()
    for name, count in topics.items():
        if found.get(name) != count:
            raise UsageError(
                f"topic {name} has {found.get(name)} partitions and the settings say {count}; "
                f"set partitions = {found.get(name)}, or use another topic"
            )


async def _partitions(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    """The number of partitions of each topic, as soon as each partition has a leader: a new topic's take a moment."""
    until = time.monotonic() + _LEADERS_S
    while True:
        described = await admin.describe_topics(names)
        led = all(
            topic["partitions"] and all(partition["leader"] >= 0 for partition in topic["partitions"])
            for topic in described
        )
        if led or time.monotonic() > until:
            return {topic["topic"]: len(topic["partitions"]) for topic in described}
        await asyncio.sleep(0.1)


async def _create(admin: AIOKafkaAdminClient, wanted: list[NewTopic]) -> None:
    present = set(await admin.list_topics())
    missing = [topic for topic in wanted if topic.name not in present]
    if not missing:
        return
    try:
        response = await admin.create_topics(missing)
    except TopicAlreadyExistsError:
        return  # another process was faster
    for _name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error
