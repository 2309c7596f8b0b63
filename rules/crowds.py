"""Crowds: how an example of a population rule says many cases in a few lines.

An entry of `events` with a `count` stands for so many cases, one every `every` from `start` on::

    { count = 30, case = "a{n}", start = "2025-01-06T09:00+08:00", every = "1 days", officer = "o{n%3}", events = [
        { type = "accepted" }, { type = "decided", after = "30 hours", data = { result = "granted" } }] }

`{n}` counts from 0, `{n%3}` and `{n/3}` are its remainder and quotient, `{start-26 hours}` is an instant. What is not
`count`, `case`, `start`, `every`, `events` is a field of every event; an event's `after` is the time from its case's
start, `recorded_after` that from its own instant to `recorded_at`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from mingjing.clock import ELAPSED_UNITS
from mingjing.codec import Refused, decode
from mingjing.instants import parse
from mingjing.quantities import quantity
from mingjing.types import CaseEvent

CASE, ITEM = "example", "example-item"
_OWN = ("count", "case", "start", "every", "events")
_NUMBER = re.compile(r"\{n(?:([%/])(\d+))?\}")
_START = re.compile(r"\{start(?:([+-])([\d.]+ \w+))?\}")


def events_of(example: Mapping[str, Any]) -> list[CaseEvent]:
    """All events of an example, those of its crowds among them. Raises ValueError for what cannot be read."""
    made = []
    for index, row in enumerate(_rows(example), 1):
        filled = {"case_id": CASE, "event_id": f"e{index:05}", "item": ITEM, **row}
        try:
            made.append(decode(msgspec.json.encode(filled)))
        except Refused as wrong:
            raise ValueError(f"event {index}: {wrong}") from wrong
    return made


def _rows(example: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in example["events"]:
        if "count" not in entry:
            yield entry
            continue
        every = _span(entry.get("every", "1 days"))
        for n in range(int(entry["count"])):
            yield from _case(entry, n, parse(str(entry["start"])) + n * every)


def _case(entry: Mapping[str, Any], n: int, start: datetime) -> Iterator[Mapping[str, Any]]:
    shared = {name: value for name, value in entry.items() if name not in _OWN}
    for event in entry["events"]:
        row = {**shared, **event}
        after = row.pop("after", None)
        at = start if after is None else start + _span(after)
        recorded = row.pop("recorded_after", None)
        row |= {"case_id": entry["case"], "occurred_at": at.isoformat()}
        if recorded is not None:
            row["recorded_at"] = (at + _span(recorded)).isoformat()
        yield {name: _filled(value, n, start) for name, value in row.items()}


def _filled(value: Any, n: int, start: datetime) -> Any:
    if isinstance(value, str):
        return _START.sub(lambda m: _moved(start, m).isoformat(), _NUMBER.sub(lambda m: str(_counted(n, m)), value))
    if isinstance(value, list):
        return [_filled(one, n, start) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, n, start) for name, one in value.items()}
    return value


def _counted(n: int, match: re.Match[str]) -> int:
    if match[1] is None:
        return n
    return n % int(match[2]) if match[1] == "%" else n // int(match[2])


def _moved(start: datetime, match: re.Match[str]) -> datetime:
    if match[1] is None:
        return start
    return start - _span(match[2]) if match[1] == "-" else start + _span(match[2])


def _span(words: str) -> timedelta:
    said = quantity(words)
    if said.unit not in ELAPSED_UNITS:
        raise ValueError(f"{words!r} is no span of natural time like 3 hours or 2 days")
    return timedelta(microseconds=said.amount * ELAPSED_UNITS[said.unit])
