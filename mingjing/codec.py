"""Case events to and from JSON bytes, and presence samples from them.

`decode` is the one gate: whatever passes it is a `CaseEvent` that every later part can hold, and
whatever does not is `Refused` with a reason that names the field and what would be right. Reasons
never repeat a value, since values may be about persons.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from mingjing.errors import MingjingError
from mingjing.instants import EARLIEST, LATEST, at, micros, parse
from mingjing.types import CaseEvent, PresenceSample

DEEPEST = 64
"""How many objects and arrays may lie inside each other; a fixed number, so that the same bytes are read
everywhere, however deep the reader's own call stack is."""

_INSTANTS = ("occurred_at", "recorded_at", "received_at")
_FIRST_YEAR = EARLIEST.year + 1  # a local year from here to _LAST_YEAR is inside in every zone
_LAST_YEAR = LATEST.year - 1
_OFFSET = "write it with its offset from UTC, like 2014-09-26T10:00:00+08:00"

_decode_event = msgspec.json.Decoder(CaseEvent).decode
_decode_sample = msgspec.json.Decoder(PresenceSample).decode
_decode_any = msgspec.json.Decoder().decode
_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")
_token = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_place = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?$", re.DOTALL)


class Refused(MingjingError):
    """Bytes that are not a case event; the message is the reason, without any of the values."""


def decode(raw: bytes) -> CaseEvent:
    """The event in the bytes of one JSON object; raises `Refused` and nothing else.

    Instants need an offset and lie within 1900 to 2299; seconds may be left out. Fields that the
    contract does not know are skipped (the caller keeps `raw`); of a repeated key the last counts.
    """
    try:
        if raw.count(b"{") + raw.count(b"[") > DEEPEST:
            _refuse_depth(raw)
        if not raw.isascii():
            str(raw, "utf-8")  # msgspec looks at the bytes of known fields only
        event = _decode_event(raw)
    except msgspec.ValidationError as wrong:
        event = _decode_lenient(raw, wrong)
    except UnicodeDecodeError as wrong:
        raise Refused(f"not UTF-8 (byte {wrong.start})") from None
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Refused(_not_json(raw, wrong)) from None
    if not _FIRST_YEAR <= event.occurred_at.year <= _LAST_YEAR:
        _refuse_outside("occurred_at", event.occurred_at)
    if event.recorded_at is not None and not _FIRST_YEAR <= event.recorded_at.year <= _LAST_YEAR:
        _refuse_outside("recorded_at", event.recorded_at)
    if event.received_at is not None and not _FIRST_YEAR <= event.received_at.year <= _LAST_YEAR:
        _refuse_outside("received_at", event.received_at)
    return event


def decode_sample(raw: bytes) -> PresenceSample:
    """The presence sample in the bytes of one JSON object; raises `Refused` and nothing else, as `decode` does."""
    try:
        if raw.count(b"{") + raw.count(b"[") > DEEPEST:
            _refuse_depth(raw)
        if not raw.isascii():
            str(raw, "utf-8")
        sample = _decode_sample(raw)
    except msgspec.ValidationError as wrong:
        raise Refused(_reason(wrong)) from None
    except UnicodeDecodeError as wrong:
        raise Refused(f"not UTF-8 (byte {wrong.start})") from None
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Refused(_not_json(raw, wrong)) from None
    for field in ("sampled_at", "seen_at"):
        instant = getattr(sample, field)
        if instant is not None and not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
            _refuse_outside(field, instant)
    return sample


def encode(event: CaseEvent, extra: Mapping[str, Any] | None = None) -> bytes:
    """One line of JSON, without line end; `extra` are top-level fields that the contract does not know."""
    if not extra:
        return _encoder.encode(event)
    return _encoder.encode({**extra, **msgspec.to_builtins(event, builtin_types=(datetime,))})


def unpack(value: bytes) -> list[tuple[int, bytes]]:
    """The records of one message, each with its line number from 1.

    A message is one JSON event, or several as JSON lines; blank lines are nothing. One event written
    over several lines is one record. A message without any record is one empty record, so that it is
    refused rather than passed over.
    """
    whole = value.strip()
    if b"\n" not in whole:
        return [(1, whole)]
    lines = value.split(b"\n")
    if not whole.split(b"\n", 1)[0].rstrip().endswith(b"}") and _is_json(whole):
        return [(1, whole)]
    return [(number, record) for number, line in enumerate(lines, 1) if (record := line.strip())]


def canonical_hash(raw: bytes) -> str:
    """SHA-256 (hex) of what the JSON says, whatever its spacing, key order and `received_at`."""
    try:
        content = _decode_any(raw)
        if isinstance(content, dict):
            content.pop("received_at", None)
        canonical = _sorted_encoder.encode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        canonical = _canonical_odd(raw)
    return hashlib.sha256(canonical).hexdigest()


def with_received_at(raw: bytes, instant: int) -> bytes:
    """The record with the instant (microseconds UTC) at which it first arrived; an earlier one in it is kept.

    `raw` is a record that `decode` accepts; all its other fields stay as they are.
    """
    if b'"received_at"' in raw:
        held = decode(raw).received_at
        if held is not None and micros(held) <= instant:
            return raw
        raw = _without(raw, "received_at")
    return raw.rstrip()[:-1] + _received(instant)


@lru_cache(maxsize=8)  # a batch arrives at one instant
def _received(instant: int) -> bytes:
    return f',"received_at":"{at(instant).replace(tzinfo=None).isoformat()}Z"}}'.encode()


def _without(raw: bytes, field: str) -> bytes:
    try:
        content = _decode_any(raw)
    except msgspec.MsgspecError:
        return raw  # an odd number in an unknown field; the later of two equal keys counts
    content.pop(field, None)
    return _encoder.encode(content)


def _canonical_odd(raw: bytes) -> bytes:
    """The canonical form of JSON that only msgspec's skipping accepts (1e999 or so in an unknown field)."""
    try:
        content = json.loads(raw, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return raw
    if isinstance(content, dict):
        content.pop("received_at", None)
    return json.dumps(content, sort_keys=True).encode()


def _is_json(raw: bytes) -> bool:
    try:
        _decode_any(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True


def _decode_lenient(raw: bytes, wrong: msgspec.ValidationError) -> CaseEvent:
    """Second try for instants in other ISO 8601 forms than RFC 3339, such as minute precision."""
    if "datetime" not in str(wrong):
        raise Refused(_reason(wrong)) from None
    try:
        content = _decode_any(raw)
        for field in _INSTANTS:
            if isinstance(content.get(field), str):
                content[field] = _instant(field, content[field])
        return msgspec.convert(content, CaseEvent)
    except msgspec.ValidationError as still:
        raise Refused(_reason(still)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as other:
        raise Refused(_not_json(raw, other)) from None


def _instant(field: str, text: str) -> datetime:
    try:
        instant = parse(text)
    except ValueError as wrong:
        what = "no offset from UTC" if str(wrong).startswith("no offset") else "not an instant"
        raise Refused(f"{field}: {what}; {_OFFSET}") from None
    offset = instant.utcoffset()
    if offset is None or offset.seconds % 60 or offset.microseconds:
        raise Refused(f"{field}: an offset of whole minutes is needed; {_OFFSET}")
    return instant


def _refuse_outside(field: str, instant: datetime) -> None:
    if not EARLIEST <= instant < LATEST:
        raise Refused(f"{field}: in the year {instant.year:04}; instants lie within {EARLIEST.year} to {LATEST.year}")


def _refuse_depth(raw: bytes) -> None:
    depth = 0
    for token in _token.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise Refused(f"nested deeper than {DEEPEST} levels")
        elif first in b"]}":
            depth -= 1


def _reason(wrong: msgspec.ValidationError) -> str:
    """msgspec's message with the field first: "officer: Expected `str | null`, got `int`" and the like."""
    found = _place.match(str(wrong))
    what = found["what"] if found else str(wrong)
    if what.startswith("Object missing required field"):
        return what.replace("Object missing", "missing").replace("`", "")
    if "datetime" in what:
        what = f"not an instant; {_OFFSET}"
    what = what.replace("Expected", "expected").replace("`", "")
    return f"{found['where']}: {what}" if found and found["where"] else what


def _not_json(raw: bytes, wrong: Exception) -> str:
    if not raw.strip():
        return "empty record"
    if isinstance(wrong, RecursionError):
        return f"nested deeper than {DEEPEST} levels"
    text = str(wrong)
    if text == "Input data was truncated":
        return "not JSON: it ends in the middle"
    return "not JSON: " + text.removeprefix("JSON is malformed: ")
