"""What the store keeps, and the columns it is written as."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter

import msgspec
from msgspec import Struct

from mingjing.instants import EARLIEST, LATEST, micros
from mingjing.types import CaseEvent, DeadLetter, Finding, NotJudged, PresenceSample

Columns = Mapping[str, Sequence[object]]

EARLIEST_MICROS, LATEST_MICROS = micros(EARLIEST), micros(LATEST)


class StoredEvent(Struct, frozen=True):
    """One record as it arrived: the event, its bytes, and where it stood in Kafka.

    `line`: its place within a packed message, from 1. `received_at`: its first arrival, kept to
    the microsecond; None where nobody stamped it.
    """

    event: CaseEvent
    raw: bytes
    topic: str
    partition: int
    offset: int
    line: int
    received_at: datetime | None


class CaseState(Struct, frozen=True):
    """How a case stands after it was judged.

    `wake`: the instant (microseconds) at which silence could next change the judgement; None: never,
    and the case need not be held. `last_event_at`: its latest event, in microseconds.
    """

    case_id: str
    topic: str
    partition: int
    wake: int | None
    last_event_at: int


class SampleRow(Struct, gc=False, frozen=True):
    """A presence sample, and whether its camera decided the state of its window."""

    sample: PresenceSample
    decides: bool


class Progress(Struct, frozen=True):
    """How far one source has come in one partition, all in microseconds.

    `as_of`: time as the rules see it. `watermark`: the latest `occurred_at` seen; None before any. `lag`: how far time
    may go beyond that, as agreed with the source; None where nobody said.
    """

    topic: str
    partition: int
    source: str
    as_of: int
    watermark: int | None
    lag: int | None = None


class Conflict(Struct, frozen=True):
    """Two contents under one event_id, by their canonical hashes: one counts, one is refused.

    The place is that of the record which revealed it.
    """

    case_id: str
    event_id: str
    kept: str
    refused: str
    topic: str = ""
    partition: int = 0
    offset: int = 0
    line: int = 0


class Name(Struct, frozen=True):
    """What people call a code. `field`: department, window, officer, region or item."""

    field: str
    code: str
    zh: str
    en: str


class ItemRow(Struct, frozen=True, kw_only=True):
    """One version of an item of the catalogue 事项清单; limits in working days, None where they are in other units."""

    item: str
    version: str
    valid_from: date
    valid_to: date
    name: str
    matter: str
    case_type: str
    department: str
    family: str
    committed_days: float | None
    statutory_days: float | None
    status: str
    fields: str


class JudgedPeriod(Struct, frozen=True, kw_only=True):
    """One period as a population rule last judged it: up to `until`, at `as_of`, on what the store held at `known`.

    `given`: a fingerprint of catalogue, registers and calendar. `error`: why the rule's query failed; "" if it did not.
    """

    rule: str
    rule_version: str
    since: datetime
    until: datetime
    as_of: datetime
    known: datetime
    given: str
    rows: int
    findings: int
    seconds: float
    error: str


class RuleText(Struct, frozen=True, kw_only=True):
    """One version of a rule, as the book has it."""

    rule: str
    rule_version: str
    kind: str
    name_zh: str
    name_en: str
    basis: str
    text: str


def event_columns(rows: Sequence[StoredEvent]) -> Columns:
    """Text is given as bytes; it is what the driver writes fastest, and `raw` is bytes already."""
    events = [row.event for row in rows]
    return {
        "event_id": [e.event_id.encode() for e in events],
        "case_id": [e.case_id.encode() for e in events],
        **{name: _words(list(map(attrgetter(name), events))) for name in WORDS},
        "occurred_at": _milliseconds([e.occurred_at for e in events]),
        "recorded_at": _milliseconds([e.recorded_at for e in events]),
        "received_at": [None if row.received_at is None else micros(row.received_at) for row in rows],
        "raw": [row.raw for row in rows],
        "topic": _words([row.topic for row in rows]),
        "partition": [row.partition for row in rows],
        "offset": [row.offset for row in rows],
        "line": [row.line for row in rows],
    }


WORDS = (
    *("type", "source", "item", "item_version", "region"),
    *("department", "window", "officer", "channel", "corrects"),
)


def _milliseconds(instants: Sequence[datetime | None]) -> list[int | None]:
    """Whole milliseconds since 1970, what is finer cut off."""
    return [None if instant is None else micros(instant) // 1000 for instant in instants]


def _words(words: Sequence[str | None]) -> list[bytes]:
    """Few different words in many rows: each is encoded once."""
    encoded = {word: (word or "").encode() for word in set(words)}
    return [encoded[word] for word in words]


def fact_columns(events: Sequence[CaseEvent]) -> Columns:
    """Events as population rules read them (mingjing/store/gather/tables.sql)."""
    plain = ("event_id", "case_id", "type", "source", "item", "region", "department", "window", "officer", "channel")
    return {
        **{name: [getattr(e, name) or "" for e in events] for name in plain},
        **{name: [getattr(e, name) for e in events] for name in ("occurred_at", "recorded_at", "received_at")},
        "data": [encode(e.data).decode() for e in events],
        **{
            name: [str(e.data.get(name) or "") if e.type in types else "" for e in events]
            for name, types in READ_OUT.items()
        },
    }


READ_OUT = {
    "applicant": ("submitted", "material_received", "accepted"),
    "device": ("submitted", "withdrawn", "terminated", "rated"),
    "result": ("decided", "closed", "pre_reviewed"),
}
"""The details that gather/facts.sql reads out of `data`, and of which types."""

TEXTS: tuple[str, ...] = (
    *("finding_id", "rule", "rule_version", "subject", "case_id", "item", "region"),
    *("department", "window", "officer", "source", "status", "reason"),
)
encode: Callable[[object], bytes] = msgspec.json.Encoder().encode


def finding_columns(findings: Sequence[Finding]) -> Columns:
    """The fields that the board filters by, and the whole finding in `body`."""
    columns: dict[str, Sequence[object]] = {
        name: [(getattr(f, name) or "").encode() for f in findings] for name in TEXTS
    }
    return columns | {
        "revision": [f.revision for f in findings],
        "severity": [f.severity for f in findings],
        "occurred_at": _milliseconds([f.occurred_at for f in findings]),
        "detected_at": _milliseconds([f.detected_at for f in findings]),
        "message_zh": [f.message.zh.encode() for f in findings],
        "message_en": [f.message.en.encode() for f in findings],
        "lead": [f.lead for f in findings],
        "score": [f.evidence.lead.score if f.evidence.lead else 0.0 for f in findings],
        "body": [encode(f) for f in findings],
    }


def case_state_columns(states: Sequence[CaseState]) -> Columns:
    """Instants beyond what ClickHouse holds become its first or last."""
    return {
        "topic": [s.topic for s in states],
        "partition": [s.partition for s in states],
        "case_id": [s.case_id for s in states],
        "wake": [None if s.wake is None else _within(s.wake) for s in states],
        "last_event_at": [_within(s.last_event_at) for s in states],
    }


def progress_columns(rows: Sequence[Progress]) -> Columns:
    """As `case_state_columns`."""
    return {
        "topic": [p.topic for p in rows],
        "partition": [p.partition for p in rows],
        "source": [p.source for p in rows],
        "as_of": [_within(p.as_of) for p in rows],
        "watermark": [None if p.watermark is None else _within(p.watermark) for p in rows],
        "lag": [p.lag for p in rows],
    }


def presence_columns(rows: Sequence[SampleRow]) -> Columns:
    """As bytes, like events."""
    samples = [row.sample for row in rows]
    return {
        **{name: _words([getattr(s, name) for s in samples]) for name in SAMPLE_WORDS},
        "confidence": [s.confidence for s in samples],
        "view": [min(max(s.view, -LARGEST_FLOAT), LARGEST_FLOAT) for s in samples],
        "persons": [min(s.persons, 65_535) for s in samples],
        "sampled_at": _milliseconds([s.sampled_at for s in samples]),
        "seen_at": _milliseconds([s.seen_at for s in samples]),
        "decides": [row.decides for row in rows],
    }


LARGEST_FLOAT = 3e38
"""What a Float32 can hold."""

SAMPLE_WORDS = ("window", "camera", "state", "reason", "detector", "snapshot")


def dead_letter_columns(letters: Sequence[DeadLetter]) -> Columns:
    """As bytes: what could not be read need not be UTF-8."""
    return {
        "topic": [(letter.topic or "").encode() for letter in letters],
        "partition": [letter.partition or 0 for letter in letters],
        "offset": [letter.offset or 0 for letter in letters],
        "line": [letter.line or 0 for letter in letters],
        "file": [(letter.file or "").encode() for letter in letters],
        "at": _milliseconds([letter.at for letter in letters]),
        "reason": [letter.reason.encode() for letter in letters],
        "raw": [letter.raw for letter in letters],
    }


def not_judged_columns(rows: Sequence[NotJudged], cleared: Sequence[NotJudged]) -> Columns:
    """An empty reason clears."""
    both = [*cleared, *rows]
    return {
        "case_id": [n.case_id for n in both],
        "rule": [n.rule for n in both],
        "key": [n.key for n in both],
        "reason": [""] * len(cleared) + [n.reason for n in rows],
    }


def struct_columns(rows: Sequence[Struct], of: type[Struct]) -> Columns:
    """A struct whose fields are its columns."""
    return {name: [getattr(row, name) for row in rows] for name in of.__struct_fields__}


def _within(instant: int) -> int:
    """An instant (microseconds) within what ClickHouse can hold, 1900 to 2299."""
    return min(max(instant, EARLIEST_MICROS), LATEST_MICROS)
