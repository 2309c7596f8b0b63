"""One case's events as they arrived, each counted once."""

import hashlib
from collections.abc import Iterable
from operator import attrgetter
from typing import Literal

import msgspec

from mingjing.types import CaseEvent


class _Row(CaseEvent, gc=False, frozen=True, kw_only=True, array_like=True):
    """An event without its field names, for the compact form."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[_Row]).decode
_sorted = msgspec.json.Encoder(order="deterministic").encode
_FIELDS = CaseEvent.__struct_fields__
_fields = attrgetter(*_FIELDS)


class History:
    """A case's events by `event_id`, in order of arrival.

    Of two different contents under one id the one with the smaller hash counts, in whatever order they came; of two
    arrivals of one content the earlier `received_at` is kept.
    """

    __slots__ = ("_by_id",)

    def __init__(self, events: Iterable[CaseEvent] = ()) -> None:
        self._by_id: dict[str, CaseEvent] = {}
        for event in events:
            self.add(event)

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def events(self) -> list[CaseEvent]:
        """The events that count."""
        return list(self._by_id.values())

    def add(self, event: CaseEvent) -> Literal["new", "duplicate", "conflict"]:
        """Takes an event in. "conflict": another content came under the same id before."""
        known = self._by_id.get(event.event_id)
        if known is None:
            self._by_id[event.event_id] = event
            return "new"
        held, came = _content(known), _content(event)
        if held == came:
            if event.received_at is not None and (known.received_at is None or event.received_at < known.received_at):
                self._by_id[event.event_id] = event
            return "duplicate"
        if hashlib.sha256(came).digest() < hashlib.sha256(held).digest():
            self._by_id[event.event_id] = event
        return "conflict"

    def pack(self) -> bytes:
        """The compact form that a worker keeps in memory."""
        return _encode([_fields(event) for event in self._by_id.values()])

    @classmethod
    def unpack(cls, packed: bytes) -> "History":
        """The history of a compact form."""
        made = cls()
        made._by_id = {event.event_id: event for event in _decode(packed)}
        return made


def _content(event: CaseEvent) -> bytes:
    """What an event says, whenever it reached us."""
    said = [value.timestamp() if hasattr(value := getattr(event, n), "timestamp") else value for n in _FIELDS]
    said[_FIELDS.index("received_at")] = None
    return _sorted(said)
