"""From Kafka to the store: what the worker publishes is what the rules say, whatever order and trouble it comes in."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing import codec
from mingjing.brokers import tansu
from mingjing.instants import at, micros
from mingjing.types import CaseEvent
from streams.verify import compare
from tests.streams.city import city
from tests.streams.stage import Stage, judged

pytestmark = [pytest.mark.kafka, pytest.mark.store]


def event(case: str, number: int, kind: str, when: datetime, **more: object) -> bytes:
    return codec.encode(
        CaseEvent(event_id=f"{case}-{number}", case_id=case, type=kind, occurred_at=when, **more)  # type: ignore[arg-type]
    )


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


def test_bad_records_go_to_dead_letters_and_the_stream_goes_on(stage: Stage) -> None:
    """A connector's fault must not stop the supervision, and its bytes must be there to be repaired."""
    now = datetime.now(UTC)
    early = event("early", 1, "accepted", now + timedelta(hours=2))
    bad = [b"{", b"\xff\xfe", b'{"event_id": "1", "case_id": "c", "type": "accepted"}', early]
    good = [event("good", number, "accepted", now - timedelta(days=1)) for number in range(3)]
    stage.publish([bad[0], good[0], bad[1], good[1], bad[2], bad[3], good[2]])
    stage.worker()
    stage.wait_stored(3)
    stage.wait(lambda: len(stage.letters()) == 4)
    letters = stage.letters()
    assert sorted(letter.raw for letter in letters) == sorted(bad)
    assert all(letter.reason and letter.topic and letter.offset is not None and letter.line == 1 for letter in letters)
    [reason] = [letter.reason for letter in letters if letter.raw == early]
    assert "after it arrived; the source's clock is wrong" in reason


def test_each_line_of_a_packed_message_stands_for_itself(stage: Stage) -> None:
    now = datetime.now(UTC)
    stage.publish([event("c", 1, "accepted", now), b"no JSON", event("c", 2, "decided", now)], pack=3, case="c")
    stage.worker()
    stage.wait_stored(2)
    stage.wait(lambda: len(stage.letters()) == 1)
    [letter] = stage.letters()
    assert (letter.line, letter.raw, letter.topic) == (2, b"no JSON", stage.settings.topic_events)


def test_unknown_fields_are_kept_in_the_stored_record(stage: Stage) -> None:
    raw = json.dumps(
        {
            "event_id": "1",
            "case_id": "c",
            "type": "accepted",
            "occurred_at": "2026-01-05T09:00:00+08:00",
            "hall_floor": {"level": 3},
        }
    ).encode()
    stage.publish([raw])
    stage.worker()
    stage.wait_stored(1)
    [(stored, received_at)] = stage.store.histories(["c"])["c"]
    assert stored == raw
    assert received_at is not None


def test_a_deadline_that_passes_in_silence_becomes_a_finding(stage: Stage) -> None:
    """Nothing arrives when an officer does nothing; only the clock can tell."""
    stage.worker()
    now = datetime.now(UTC)
    due = now + timedelta(seconds=12)
    stage.publish([event("c", 1, "asked", now, data={"due_at": due.isoformat()})])
    stage.wait_stored(1)
    assert not stage.findings()
    stage.wait(lambda: bool(stage.findings()))
    [finding] = stage.findings().values()
    assert (finding.rule, finding.status, finding.occurred_at) == ("seconds", "open", at(micros(due)))
    assert finding.detected_at >= finding.occurred_at


def test_a_silent_source_accuses_nobody(stage: Stage) -> None:
    """Its connector may be down: what was not reported may have been done in time."""
    now = datetime.now(UTC)
    due = {"due_at": (now - timedelta(hours=30)).isoformat()}
    asked = now - timedelta(hours=60)
    stage.publish([event("silent", 1, "asked", asked, source="bureau", data=due)])
    stage.publish([event("heard", 1, "asked", asked, source="hall", data=due)])
    stage.publish([event("other", 1, "accepted", now, source="hall")])
    stage.worker()
    stage.wait(lambda: bool(stage.findings()))
    stage.wait(lambda: stage.as_of("bureau") is not None)
    assert stage.as_of("bureau") == micros(asked + timedelta(hours=24))
    assert [finding.case_id for finding in stage.findings().values()] == ["heard"]
    stage.publish([event("other-2", 1, "accepted", now, source="bureau")])
    stage.wait(lambda: len(stage.findings()) == 2)


def test_late_news_of_a_case_that_left_memory_withdraws_its_finding(stage: Stage) -> None:
    """The closed case is read back from the store; the finding stays on record, with the reason."""
    now = datetime.now(UTC)
    days = [now - timedelta(days=number) for number in (20, 1)]
    first = stage.worker()
    stage.publish([event("c", 1, "accepted", days[0]), event("c", 3, "decided", days[1], data={"result": "granted"})])
    stage.wait(lambda: [finding.status for finding in stage.findings().values()] == ["resolved"])
    assert first.stop() == 0
    stage.worker()
    stage.publish([event("c", 2, "decided", days[0] + timedelta(days=1), data={"result": "granted"})])
    stage.wait(lambda: [finding.status for finding in stage.findings().values()] == ["withdrawn"])
    [finding] = stage.findings().values()
    assert finding.reason
    assert finding.revision > 1
    stage.wait_right(3)


def test_a_restarted_worker_goes_on_where_it_was(stage: Stage) -> None:
    """Open cases come back with their histories and findings: revisions continue, nothing is told twice."""
    records = city(2, 60)
    half = len(records) // 2
    first = stage.worker()
    stage.publish(records[:half])
    stage.wait_right(half)
    assert first.stop() == 0
    stage.publish(records[half:])
    stage.worker()
    stage.wait_right(len(records))


def test_two_workers_share_the_partitions_and_take_over_from_each_other(stage: Stage) -> None:
    records = city(3, 90)
    third = len(records) // 3
    first = stage.worker()
    stage.publish(records[:third])
    stage.wait_right(third)
    stage.worker()
    stage.publish(records[third : 2 * third])
    stage.wait_right(2 * third)
    first.kill()
    stage.publish(records[2 * third :])
    stage.wait_right(len(records))


def test_ten_thousand_events_of_one_case_are_one_case(stage: Stage) -> None:
    start = datetime.now(UTC) - timedelta(days=2)
    records = [
        event("big", number, "correction_notified", start + timedelta(seconds=number)) for number in range(10_000)
    ]
    stage.publish(records, pack=500)
    stage.worker()
    stage.wait_right(len(records))
    assert [finding.rule for finding in stage.findings().values()] == ["twice"]


def test_time_stands_still_while_kafka_is_unreachable(store_dsn: str, tmp_path: Path) -> None:
    """The event that closes the case may be waiting behind a broken network: nobody is accused meanwhile."""
    with tansu.serve() as broker, Stage(broker.address, store_dsn, tmp_path) as stage:
        stage.worker()
        now = datetime.now(UTC)
        due = now + timedelta(seconds=15)
        stage.publish([event("c", 1, "asked", now, data={"due_at": due.isoformat()})])
        stage.wait(lambda: (stage.as_of("") or 0) > micros(now))
        with broker.paused():
            time.sleep(max(0, (due - datetime.now(UTC)).total_seconds()) + 3)
            assert not stage.findings()
            assert (stage.as_of("") or 0) < micros(due)
        stage.wait(lambda: bool(stage.findings()))


def test_a_worker_that_is_asked_to_stop_leaves_nothing_to_read_twice(stage: Stage) -> None:
    records = city(4, 20)
    worker = stage.worker()
    stage.publish(records)
    stage.wait_right(len(records))
    assert worker.stop() == 0
    stage.worker()
    stage.publish(city(5, 1))
    stage.wait_stored(len(records) + len(city(5, 1)))
    assert "held=0" in stage.last_words()
    assert "read again" not in stage.last_words()


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
