"""What happened in a tender: its events in order, without those that were corrected."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct


class Happened(Struct, frozen=True, kw_only=True):
    """One event: its type, when (UTC), who, by which channel, and its own fields."""

    event_id: str
    type: str
    at: datetime
    officer: str = ""
    channel: str = ""
    data: Mapping[str, Any] = {}

    def text(self, field: str) -> str:
        """A field as text; "" where it is not there."""
        value = self.data.get(field)
        return "" if value is None else str(value)

    def codes(self, field: str) -> tuple[str, ...]:
        """A field that lists codes; nobody where it holds something else, as a mere number of those drawn."""
        value = self.data.get(field)
        return tuple(map(str, value)) if isinstance(value, list) else ()

    def number(self, field: str) -> float | None:
        """A field as a number; None where it is none."""
        value = self.data.get(field)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def of(events: Sequence[Happened], *types: str) -> Iterator[Happened]:
    """Those of some types, in order."""
    return (event for event in events if event.type in types)


def first(events: Sequence[Happened], kind: str) -> Happened | None:
    """The first of a type."""
    return next(of(events, kind), None)


def last(events: Sequence[Happened], *types: str) -> Happened | None:
    """The last of some types."""
    return next(of(events[::-1], *types), None)


def there(events: Sequence[Happened], types: Collection[str]) -> bool:
    """Whether any of these types is among them."""
    return any(event.type in types for event in events)
