"""What must come one after the other within a row of a log 台账."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise

from mingjing.registers.entries import Entry


def in_order(*columns: str) -> Callable[[Entry], Iterable[str]]:
    """Asks a row that none of these instants lies before one that stands before it; empty ones are passed over.

    Two instants of which only one has an offset are not compared.
    """

    def asked(entry: Entry) -> Iterable[str]:
        there = [(name, moment) for name in columns if (moment := _read(entry.fields.get(name))) is not None]
        for (earlier, before), (later, after) in pairwise(there):
            if (before.tzinfo is None) == (after.tzinfo is None) and after < before:
                yield f"{later}: {entry.fields[later]} lies before {earlier}, {entry.fields[earlier]}"

    return asked


def _read(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None  # what is no instant was told already


_SHIFT = (in_order("posted_at", "starts_at", "ends_at"), in_order("posted_at", "checked_in", "checked_out"))
_CONTACT = (in_order("asked_at", "handed_at", "answered_at"),)


def shift(entry: Entry) -> Iterable[str]:
    """A shift of the duty room: posted before it starts and before anybody comes; who leaves has come."""
    for asked in _SHIFT:
        yield from asked(entry)
    if "checked_out" in entry.fields and "checked_in" not in entry.fields:
        yield "checked_in: is missing; whoever checked out had come"


def contact(entry: Entry) -> Iterable[str]:
    """A contact: asked, handed over, answered; a handing over names to whom."""
    for asked in _CONTACT:
        yield from asked(entry)
    if ("handed_at" in entry.fields) != ("handed_to" in entry.fields):
        yield "handed_at and handed_to: one of them is empty; fill both or neither"
