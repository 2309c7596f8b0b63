"""From a message of Kafka to events, or to dead letters where a line of it is none."""

from collections.abc import Container
from datetime import datetime

from msgspec import Struct
from msgspec.structs import force_setattr

from mingjing import codec
from mingjing.instants import SECOND, at
from mingjing.store import StoredEvent
from mingjing.types import CaseEvent, DeadLetter


class Message(Struct, gc=False):
    """One message of the events topic.

    `arrived`: when the broker took it (microseconds UTC), the `received_at` of its events.
    """

    partition: int
    offset: int
    value: bytes
    arrived: int


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
                letters.append(self._letter(message, line, raw, str(why), arrived))
            else:
                events.append(StoredEvent(event, raw, self._topic, message.partition, offset, line, event.received_at))

    def _letter(self, message: Message, line: int, raw: bytes, reason: str, arrived: datetime) -> DeadLetter:
        return DeadLetter(
            reason=reason,
            raw=raw,
            at=arrived,
            topic=self._topic,
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
