"""The gate between bytes and case events."""

import json
import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.codec import DEEPEST, Refused, canonical_hash, decode, encode, unpack, with_received_at
from mingjing.instants import at, micros, parse
from mingjing.types import CaseEvent
from tests.mingjing import strategies

FIELDS = {"event_id": "e", "case_id": "c", "type": "accepted", "occurred_at": "2014-09-26T10:00:00+08:00"}


def raw(**fields: Any) -> bytes:
    """An event's bytes; a field that is None is left out."""
    return json.dumps({name: value for name, value in (FIELDS | fields).items() if value is not None}).encode()


def refusal(record: bytes) -> str:
    """Why the record is refused."""
    with pytest.raises(Refused) as caught:
        decode(record)
    return str(caught.value)


@given(strategies.events)
def test_an_event_written_and_read_again_is_the_same(event: CaseEvent) -> None:
    """What the store gives back must be judged like what came in."""
    assert decode(encode(event)) == event


@given(strategies.events, st.dictionaries(st.sampled_from(("x", "y")), strategies.json_values))
def test_further_fields_travel_with_the_event(event: CaseEvent, extra: dict[str, Any]) -> None:
    written = encode(event, extra)
    assert decode(written) == event
    assert {name: msgspec.json.decode(written)[name] for name in extra} == extra


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_nothing_else(record: bytes) -> None:
    """One bad record must never stop the stream."""
    with pytest.raises(Refused):
        decode(record)


@given(strategies.events, st.data())
def test_a_damaged_event_is_read_or_refused(event: CaseEvent, data: st.DataObject) -> None:
    """Bytes close to a real event reach further into the decoder than arbitrary ones; the hash never fails either."""
    record = bytearray(encode(event, {"more": [1, {"x": "y"}]}))
    for _ in range(data.draw(st.integers(1, 4))):
        record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(record))
    except Refused:
        return
    assert len(canonical_hash(bytes(record))) == 64


@given(strategies.events, strategies.instants, st.randoms(use_true_random=False))
def test_the_canonical_hash_ignores_key_order_spacing_and_arrival(
    event: CaseEvent, arrival: Any, shuffler: random.Random
) -> None:
    """The same event sent again by another path is a duplicate, not a conflict."""
    content = json.loads(encode(event))
    keys = list(content)
    shuffler.shuffle(keys)
    other = {key: content[key] for key in keys} | {"received_at": arrival.isoformat()}
    assert canonical_hash(json.dumps(other, indent=1).encode()) == canonical_hash(encode(event))


def test_the_canonical_hash_tells_contents_apart() -> None:
    assert canonical_hash(raw(officer="a")) != canonical_hash(raw(officer="b"))
    assert canonical_hash(raw(data={"a": {"b": 1}})) != canonical_hash(raw(data={"a": {"b": 2}}))


def test_the_canonical_hash_reads_what_only_skipping_accepts() -> None:
    """An odd number in a field that nobody reads is no reason to stop."""
    odd = raw()[:-1] + b', "b": 1e999, "a": ' + b"9" * 5000 + b"}"
    turned = raw()[:-1] + b', "a": ' + b"9" * 5000 + b', "b": 1e999}'
    assert decode(odd) == decode(raw())
    assert canonical_hash(odd) == canonical_hash(turned) != canonical_hash(raw())


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2014-09-26T10:00+08:00", "2014-09-26T10:00:00+08:00"),
        ("2014-09-26 10:00:00+0800", "2014-09-26T10:00:00+08:00"),
        ("2014-09-26T02:00:00.5Z", "2014-09-26T10:00:00.5+08:00"),
        ("20140926T020000Z", "2014-09-26T10:00:00+08:00"),
    ],
)
def test_an_instant_may_be_written_in_other_iso_forms(text: str, instant: str) -> None:
    assert decode(raw(occurred_at=text)).occurred_at == parse(instant)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"", "empty record"),
        (b"  \n", "empty record"),
        (b"\x00", "not JSON: invalid character (byte 0)"),
        (b"[]", "expected object, got array"),
        (raw()[:-9], "not JSON: it ends in the middle"),
        (raw() + b"{}", "not JSON: trailing characters"),
        (raw(case_id=None), "missing required field case_id"),
        (raw(event_id=""), "event_id: expected str of length >= 1"),
        (raw(case_id="x" * 513), "case_id: expected str of length <= 512"),
        (raw(officer=7), "officer: expected str | null, got int"),
        (raw(data=[]), "data: expected object, got array"),
        (raw(occurred_at=1411696800), "occurred_at: not an instant; write it with its offset"),
        (raw(occurred_at="yesterday"), "occurred_at: not an instant; write it with its offset"),
        (raw(occurred_at="2014-09-26T10:00:00"), "occurred_at: no offset from UTC; write it with its offset"),
        (raw(recorded_at="2014-09-26T10:00"), "recorded_at: no offset from UTC"),
        (raw(occurred_at="2014-09-26T10:00:00+08:05:43"), "occurred_at: an offset of whole minutes is needed"),
        (raw(occurred_at="0001-01-01T00:00:00Z"), "occurred_at: in the year 0001"),
        (raw(occurred_at="9999-12-31T23:59:59-08:00"), "occurred_at: in the year 9999"),
        (raw(received_at="1899-12-31T23:59:59Z"), "received_at: in the year 1899"),
        (raw(recorded_at="2299-12-31T00:00:00Z"), "recorded_at: in the year 2299"),
        (raw(officer="Q").replace(b"Q", b"\xff"), "not UTF-8 (byte"),
        (raw(unknown="Q").replace(b"Q", b"\xff"), "not UTF-8 (byte"),
        (raw(officer="\ud800"), "not JSON"),
        (raw(data={"x": float("nan")}), "not JSON: invalid character"),
        (raw(data={"x": float("inf")}), "not JSON: invalid character"),
        (raw(data={"x": 7}).replace(b"7", b"1e999"), "number out of range"),
        (raw(data={"x": 7}).replace(b"7", b"9" * 5000), "integer value out of range"),
        (raw(data={"x": 7}).replace(b"7", b"[" * 5000 + b"]" * 5000), f"nested deeper than {DEEPEST} levels"),
        (raw(data={"x": 7}).replace(b"7", b"[" * 5000), f"nested deeper than {DEEPEST} levels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_names_the_field_and_what_would_be_right(record: bytes, reason: str) -> None:
    assert reason.lower() in refusal(record).lower()


def test_a_reason_never_repeats_a_value() -> None:
    """Values may be about persons, and reasons go to logs and screens."""
    assert "Zhang" not in refusal(raw(occurred_at="Zhang San")) + refusal(raw(data="Zhang San"))


def test_the_edges_of_the_years_that_the_store_holds_are_read() -> None:
    """An offset may push a local year over the edge while the instant is inside, and the other way round."""
    assert decode(raw(occurred_at="1899-12-31T23:00:00-02:00")).occurred_at.year == 1899
    assert decode(raw(occurred_at="2299-12-30T23:59:59Z")).occurred_at.year == 2299
    assert "1900" in refusal(raw(occurred_at="1900-01-01T00:30:00+08:00"))


def test_brackets_in_text_are_no_nesting() -> None:
    assert len(decode(raw(data={"x": "[{" * 100, "y": '"' + "]" * 100, "z": [[]] * 40})).data) == 3


def test_of_a_repeated_key_the_last_counts() -> None:
    assert decode(raw()[:-1] + b',"case_id":"again"}').case_id == "again"


@given(strategies.events, strategies.instants)
def test_the_earliest_arrival_is_kept(event: CaseEvent, arrival: Any) -> None:
    """A redelivery must not make an event look later than it was: that would accuse of backfilling."""
    stamped = with_received_at(encode(event), micros(arrival))
    held = decode(stamped)
    assert held.received_at is not None
    assert held.received_at == min(filter(None, (event.received_at, arrival)))
    assert msgspec.structs.replace(held, received_at=None) == msgspec.structs.replace(event, received_at=None)
    assert with_received_at(stamped, micros(arrival) + 1) == stamped
    assert canonical_hash(stamped) == canonical_hash(encode(event))


def test_a_stamp_replaces_a_later_one_once() -> None:
    """Readers that take the first of two equal keys must not see the wrong one."""
    early = parse("2020-01-01T00:00Z")
    later = with_received_at(raw(note="received_at"), micros(early + timedelta(days=1)))
    stamped = with_received_at(later, micros(early))
    assert stamped.count(b'"received_at":') == 1
    assert decode(stamped).received_at == at(micros(early))


def test_a_message_may_hold_one_event_or_lines_of_them() -> None:
    one, two = raw(event_id="1"), raw(event_id="2")
    assert unpack(one) == [(1, one)]
    assert unpack(one + b"\r\n\n" + two + b"\n") == [(1, one), (3, two)]


def test_one_event_written_over_several_lines_is_one_record() -> None:
    pretty = json.dumps(json.loads(raw()), indent=2).encode()
    assert unpack(pretty) == [(1, pretty)]


def test_a_message_without_a_record_is_refused_rather_than_passed_over() -> None:
    assert unpack(b"") == unpack(b"\n \n") == [(1, b"")]
    assert refusal(b"") == "empty record"
