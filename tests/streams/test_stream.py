"""From Kafka to the store: what the worker publishes is what the rules say, whatever order and trouble it comes in."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from mingjing import codec
from mingjing.instants import micros
from streams.verify import compare
from tests.streams.city import city
from tests.streams.stage import Stage, event, judged

pytestmark = [pytest.mark.kafka, pytest.mark.store]


@pytest.mark.parametrize("pack", [1, 50], ids=["single", "packed"])
def test_the_stream_ends_in_the_findings_of_the_whole_history(stage: Stage, pack: int) -> None:
    """Stream = batch: late, repeated and out of order, the findings are those of the rules over all records."""
    records = city(1, 120)
    stage.publish(records, pack=pack)
    stage.worker()
    stage.wait_stored(len(records))
    last = max(micros(codec.decode(raw).occurred_at) for raw in records)
    stage.wait(lambda: min(stage.as_of(source) or 0 for source in ("hall", "bureau", "")) >= last)
    stage.wait_right(len(records))
    expected = judged(stage.engine, records, last)
    assert list(compare("", expected.values(), stage.findings())) == []
    assert expected, "a city without findings proves nothing"


def test_bad_records_go_to_dead_letters_and_the_stream_goes_on(one_stage: Stage) -> None:
    """A connector's fault must not stop the supervision, and its bytes must be there to be repaired."""
    now = datetime.now(UTC)
    early = event("early", 1, "accepted", now + timedelta(hours=2))
    bad = [b"{", b"\xff\xfe", b'{"event_id": "1", "case_id": "c", "type": "accepted"}', early]
    good = [event("good", number, "accepted", now - timedelta(days=1)) for number in range(3)]
    one_stage.publish([bad[0], good[0], bad[1], good[1], bad[2], bad[3], good[2]])
    one_stage.worker()
    one_stage.wait_stored(3)
    one_stage.wait(lambda: len(one_stage.letters()) == 4)
    letters = one_stage.letters()
    assert sorted(letter.raw for letter in letters) == sorted(bad)
    assert all(letter.reason and letter.topic and letter.offset is not None and letter.line == 1 for letter in letters)
    [reason] = [letter.reason for letter in letters if letter.raw == early]
    assert "after it arrived; the source's clock is wrong" in reason


def test_each_line_of_a_packed_message_stands_for_itself(one_stage: Stage) -> None:
    now = datetime.now(UTC)
    one_stage.publish([event("c", 1, "accepted", now), b"no JSON", event("c", 2, "decided", now)], pack=3, case="c")
    one_stage.worker()
    one_stage.wait_stored(2)
    one_stage.wait(lambda: len(one_stage.letters()) == 1)
    [letter] = one_stage.letters()
    assert (letter.line, letter.raw, letter.topic) == (2, b"no JSON", one_stage.settings.topic_events)


def test_unknown_fields_are_kept_in_the_stored_record(one_stage: Stage) -> None:
    raw = json.dumps(
        {
            "event_id": "1",
            "case_id": "c",
            "type": "accepted",
            "occurred_at": "2026-01-05T09:00:00+08:00",
            "hall_floor": {"level": 3},
        }
    ).encode()
    one_stage.publish([raw])
    one_stage.worker()
    one_stage.wait_stored(1)
    [(stored, received_at)] = one_stage.store.histories(["c"])["c"]
    assert stored == raw
    assert received_at is not None


def test_ten_thousand_events_of_one_case_are_one_case(one_stage: Stage) -> None:
    start = datetime.now(UTC) - timedelta(days=2)
    records = [
        event("big", number, "correction_notified", start + timedelta(seconds=number)) for number in range(10_000)
    ]
    one_stage.publish(records, pack=500)
    one_stage.worker()
    one_stage.wait_right(len(records))
    assert [finding.rule for finding in one_stage.findings().values()] == ["twice"]


def test_a_worker_without_kafka_or_store_says_so_in_one_line() -> None:
    env = {
        **os.environ,
        "MINGJING_BROKERS": "127.0.0.1:1",
        "MINGJING_STORE_DSN": "clickhouse://u:p@127.0.0.1:1/mingjing",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mingjing", "worker"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "no ClickHouse answers" in done.stderr or "no Kafka broker answers" in done.stderr
