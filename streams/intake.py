"""From messages of Kafka, each in its turn, to events, or to dead letters where a line is none."""

import logging
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import force_setattr

from mingjing import codec
from mingjing.instants import SECOND, at
from mingjing.store import StoredEvent
from mingjing.types import CaseEvent, DeadLetter

log = logging.getLogger(__name__)


class Message(Struct, gc=False):
    """One message of the events topic.

    `arrived`: when the broker took it (microseconds UTC), the `received_at` of its events.
    """

    partition: int
    offset: int
    value: bytes
    arrived: int


class Place(Protocol):
    """How far a partition was worked off. `next_offset`: where its next message is expected."""

    next_offset: int
    gap_at: int


def in_order(
    messages: Iterable[Message],
    places: Mapping[int, Place],
    ends: dict[int, int],
    gaps: dict[int, int],
    again: Callable[[], object],
) -> Iterator[Message]:
    """The messages that come next in their partitions; `ends` and `gaps` are filled with where each then stands, and
    where it must be read again. `again` is called for each message that was there before.
    """
    for message in messages:
        number, offset = message.partition, message.offset
        place = places.get(number)
        if place is None or number in gaps:
            continue
        expected = ends.get(number, place.next_offset)
        if offset < expected:
            again()
            continue
        if offset > expected and place.gap_at != expected:
            gaps[number] = place.gap_at = expected
            continue
        if offset > expected:
            log.warning("offsets without messages", extra={"partition": number, "first": expected, "next": offset})
        ends[number] = offset + 1
        yield message


class Intake:
    """Reads messages of one topic; refuses what is no event or lies too far in the future."""

    def __init__(self, topic: str, allowed_skew_s: float) -> None:
        self._topic = topic
        self._skew = round(allowed_skew_s * SECOND)
        self._arrived = 0
        self._stamp = self._latest = at(0)

    def read(
        self,
        message: Message,
        held: Container[tuple[int, int]],
        events: list[StoredEvent],
        letters: list[DeadLetter],
    ) -> None:
        """Append the message's events and dead letters, except the lines that the store already holds."""
        offset = message.offset
        if message.arrived != self._arrived:  # messages that arrived together are many
            self._arrived = message.arrived
            self._stamp, self._latest = at(message.arrived), at(message.arrived + self._skew)
        arrived, latest = self._stamp, self._latest
        for line, raw in codec.unpack(message.value):
            if (offset, line) in held:
                continue
            try:
                event = received(codec.decode(raw), arrived)
                if event.occurred_at > latest:
                    raise codec.Refused(_early(event.occurred_at, arrived))
            except codec.Refused as why:
                letters.append(letter(self._topic, message, line, raw, str(why), arrived))
            else:
                events.append(StoredEvent(event, raw, self._topic, message.partition, offset, line, event.received_at))


def letter(topic: str, message: Message, line: int, raw: bytes, reason: str, arrived: datetime) -> DeadLetter:
    """A line of a message that was refused."""
    return DeadLetter(
        reason=reason,
        raw=raw,
        at=arrived,
        topic=topic,
        partition=message.partition,
        offset=message.offset,
        line=line,
    )


def received(event: CaseEvent, arrived: datetime | None) -> CaseEvent:
    """The event, just decoded and not yet shared, with when it first arrived: the earlier of both."""
    if arrived is not None and (event.received_at is None or arrived < event.received_at):
        force_setattr(event, "received_at", arrived)
    return event


def _early(occurred_at: datetime, arrived: datetime) -> str:
    ahead = round((occurred_at - arrived).total_seconds())
    return f"occurred_at: {ahead} s after it arrived; the source's clock is wrong, or allowed_skew_s is too small"
