"""Time in the stream: only the clock tells of silence, and it stands still for whoever cannot be heard."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing.brokers import tansu
from mingjing.instants import at, micros
from tests.streams.stage import Stage, event

pytestmark = [pytest.mark.kafka, pytest.mark.store]


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


def test_a_silent_source_accuses_nobody(one_stage: Stage) -> None:
    """Its connector may be down: what was not reported may have been done in time."""
    now = datetime.now(UTC)
    due = {"due_at": (now - timedelta(hours=30)).isoformat()}
    asked = now - timedelta(hours=60)
    one_stage.publish([event("silent", 1, "asked", asked, source="bureau", data=due)])
    one_stage.publish([event("heard", 1, "asked", asked, source="hall", data=due)])
    one_stage.publish([event("other", 1, "accepted", now, source="hall")])
    one_stage.worker()
    one_stage.wait(lambda: bool(one_stage.findings()))
    one_stage.wait(lambda: one_stage.as_of("bureau") is not None)
    assert one_stage.as_of("bureau") == micros(asked + timedelta(hours=24))
    assert [finding.case_id for finding in one_stage.findings().values()] == ["heard"]
    one_stage.publish([event("other-2", 1, "accepted", now, source="bureau")])
    one_stage.wait(lambda: len(one_stage.findings()) == 2)


def test_late_news_of_a_case_that_left_memory_withdraws_its_finding(one_stage: Stage) -> None:
    """The closed case is read back from the store; the finding stays on record, with the reason."""
    now = datetime.now(UTC)
    days = [now - timedelta(days=number) for number in (20, 1)]
    first = one_stage.worker()
    one_stage.publish(
        [event("c", 1, "accepted", days[0]), event("c", 3, "decided", days[1], data={"result": "granted"})]
    )
    one_stage.wait(lambda: [finding.status for finding in one_stage.findings().values()] == ["resolved"])
    assert first.stop() == 0
    one_stage.worker()
    one_stage.publish([event("c", 2, "decided", days[0] + timedelta(days=1), data={"result": "granted"})])
    one_stage.wait(lambda: [finding.status for finding in one_stage.findings().values()] == ["withdrawn"])
    [finding] = one_stage.findings().values()
    assert finding.reason
    assert finding.revision > 1
    one_stage.wait_right(3)


def test_time_stands_still_while_kafka_is_unreachable(store_dsn: str, tmp_path: Path) -> None:
    """The event that closes the case may be waiting behind a broken network: nobody is accused meanwhile."""
    with tansu.serve() as broker, Stage(broker.address, store_dsn, tmp_path) as stage:
        stage.worker()
        stage.publish([event("first", 1, "accepted", datetime.now(UTC))])
        stage.wait(lambda: stage.as_of("") is not None)
        now = datetime.now(UTC)
        due = now + timedelta(seconds=15)
        stage.publish([event("c", 1, "asked", now, data={"due_at": due.isoformat()})])
        stage.wait(lambda: (stage.as_of("") or 0) > micros(now))
        with broker.paused():
            time.sleep(max(0, (due - datetime.now(UTC)).total_seconds()) + 3)
            assert not stage.findings()
            assert (stage.as_of("") or 0) < micros(due)
        stage.wait(lambda: bool(stage.findings()))
