"""The desk without Kafka: what is read again, what is abandoned, what is counted, and what is loaded back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from mingjing import codec
from mingjing.instants import at, micros
from mingjing.metrics import Health, Metrics
from mingjing.store import Progress, Store
from mingjing.types import CaseEvent, Evidence, Finding, NotJudged, Text
from streams.desk import Desk
from streams.intake import Intake, Message
from streams.sink import Abandoned, Sink
from streams.watermark import Watermarks

pytestmark = pytest.mark.store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIMIT = timedelta(days=1)


class Judgement(Struct):
    findings: list[Finding]
    not_judged: list[NotJudged]
    wake: int | None


class Limits:
    """A small engine: a case is over time a day after its first event unless it is `closed`; `broken` breaks it."""

    def judge(self, events: Sequence[CaseEvent], as_of: int) -> Judgement:
        if any(event.type == "broken" for event in events):
            raise ZeroDivisionError("a defect")
        start = min(event.occurred_at for event in events)
        due = micros(start + LIMIT)
        if any(event.type == "closed" and micros(event.occurred_at) < due for event in events):
            return Judgement([], [], None)
        if as_of < due:
            return Judgement([], [], due)
        finding = Finding(
            finding_id=f"late-{events[0].case_id}",
            revision=1,
            rule="late",
            rule_version="1",
            subject=f"case:{events[0].case_id}",
            severity=2,
            status="open",
            occurred_at=at(due),
            detected_at=at(as_of),
            message=Text("超期", "late"),
            evidence=Evidence(events=(min(event.event_id for event in events),)),
            case_id=events[0].case_id,
        )
        return Judgement([finding], [], None)


class Bench:
    """A desk with a store and metrics of its own; `restart` is what a crash and a new process are."""

    def __init__(self, store: Store, dsn: str) -> None:
        self.store = store
        self._dsn = dsn
        self.metrics = Metrics()
        self.sink: Sink | None = None
        self.restart(0)

    def close(self) -> None:
        if self.sink:
            self.sink.close()

    def restart(self, offset: int) -> None:
        self.close()
        self.sink = sink = Sink(lambda: Store(self._dsn), Health("test"), self.metrics)
        marks = Watermarks(lambda _source: 24 * 3_600_000_000)
        now = micros(NOW)
        self.desk = Desk("events", Limits(), sink, Intake("events", 300), marks, lambda: now, self.metrics)
        self.desk.generation = 1
        self.desk.open(1, {0: offset})

    def take(self, *messages: Message) -> dict[int, int]:
        return self.desk.take(1, messages)

    def counted(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def bench(store: Store, store_dsn: str) -> Iterator[Bench]:
    bench = Bench(store, store_dsn)
    yield bench
    bench.close()


def record(case: str, kind: str = "accepted", hours: float = -1, number: int = 1) -> bytes:
    when = NOW + timedelta(hours=hours)
    return codec.encode(CaseEvent(event_id=f"{case}-{number}", case_id=case, type=kind, occurred_at=when))


def message(offset: int, *lines: bytes) -> Message:
    return Message(0, offset, b"\n".join(lines), micros(NOW))


def test_a_redelivered_record_is_dropped_exactly_and_its_neighbour_is_not(bench: Bench) -> None:
    """By topic, partition, offset and line; "everything up to the highest offset" would lose the neighbour."""
    bench.take(message(0, record("a"), record("b")), message(1, record("c")))
    bench.restart(0)
    bench.take(message(0, record("a"), record("b"), record("d")), message(1, record("c")), message(2, record("e")))
    stored = bench.store.histories(["a", "b", "c", "d", "e"])
    assert {case: len(records) for case, records in stored.items()} == dict.fromkeys("abcde", 1)


def test_messages_that_were_passed_over_are_read_again(bench: Bench) -> None:
    """A gap between offsets may be a message that the framework lost: it is asked for once more."""
    assert bench.take(message(0, record("a")), message(3, record("d"))) == {0: 1}
    assert bench.store.known(["d"]) == set()
    assert bench.take(message(1, record("b")), message(2, record("c")), message(3, record("d"))) == {}
    assert bench.store.known(["b", "c", "d"]) == {"b", "c", "d"}


def test_offsets_that_really_hold_no_message_are_passed(bench: Bench) -> None:
    """Control records of transactions take offsets too; the stream must not stand still before them."""
    assert bench.take(message(5, record("a"))) == {0: 0}
    assert bench.take(message(5, record("a"))) == {}
    assert bench.store.known(["a"]) == {"a"}


def test_nothing_is_written_for_partitions_that_were_dealt_anew(bench: Bench) -> None:
    bench.desk.generation = 2
    with pytest.raises(Abandoned):
        bench.take(message(0, record("a")))
    with pytest.raises(Abandoned):
        bench.desk.tick(1, {0: micros(NOW)})
    assert bench.store.known(["a"]) == set()


def test_a_case_that_breaks_the_engine_is_told_and_stops_no_other(bench: Bench) -> None:
    """Not judged is not the same as quiet."""
    bench.take(message(0, record("bad", "broken"), record("good", hours=-30)))
    bench.desk.tick(1, {0: micros(NOW)})
    [note] = bench.store.not_judged(["bad"])["bad"]
    assert note.reason == "error: ZeroDivisionError: a defect"
    assert bench.counted("mingjing_rule_errors_total", rule="*") == 1
    assert set(bench.store.published(["good"])["good"]) == {"late-good"}


def test_an_open_case_is_judged_by_the_clock_after_a_restart(bench: Bench) -> None:
    bench.take(message(0, record("a", hours=-30)), message(1, record("b", hours=-2)))
    bench.take(message(2, record("other")))  # its source reports, so its time may move
    bench.restart(3)
    bench.desk.tick(1, {0: micros(NOW)})
    assert set(bench.store.published(["a", "b"])) == {"a"}


def test_a_crash_between_the_events_and_the_commit_loses_no_mark(bench: Bench) -> None:
    """What the store holds is not read again; how far its source had reported is known all the same."""
    messages = message(0, record("a", hours=-60)), message(1, record("other"))
    bench.take(*messages)
    bench.restart(0)
    bench.take(*messages)
    bench.desk.tick(1, {0: micros(NOW)})
    assert bench.desk.partitions[0].times[""] == micros(NOW)


def test_a_crash_between_the_findings_and_the_events_tells_nothing_twice(bench: Bench) -> None:
    """The findings are there, the events are not: they come again and lead to the same revision."""
    bench.take(message(0, record("a", hours=-30)))
    bench.desk.tick(1, {0: micros(NOW)})
    [before] = bench.store.published(["a"])["a"].values()
    bench.store._connection.command("TRUNCATE TABLE events")
    bench.restart(0)
    bench.take(message(0, record("a", hours=-30)))
    bench.desk.tick(1, {0: micros(NOW)})
    [after] = bench.store.published(["a"])["a"].values()
    assert (after.revision, after.status) == (before.revision, "open")


def test_late_news_of_a_case_withdraws_what_was_found(bench: Bench) -> None:
    bench.take(message(0, record("a", hours=-30)))
    bench.desk.tick(1, {0: micros(NOW)})
    bench.restart(1)
    bench.take(message(1, record("a", "closed", hours=-29, number=2)))
    [finding] = bench.store.published(["a"])["a"].values()
    assert (finding.status, finding.revision) == ("withdrawn", 2)


def test_a_source_that_reports_to_another_worker_is_not_silent(bench: Bench) -> None:
    """A small source's events may all lie in partitions that another worker has."""
    bench.take(message(0, record("a", hours=-60)))
    bench.desk.tick(1, {0: micros(NOW)})
    assert bench.desk.partitions[0].times[""] == micros(NOW - timedelta(hours=36))
    bench.store.write_progress([Progress("events", 7, "", micros(NOW), micros(NOW))])
    bench.desk.tell(1)
    bench.desk.tick(1, {0: micros(NOW)})
    assert bench.desk.partitions[0].times[""] == micros(NOW)


def test_two_contents_under_one_event_id_are_reported(bench: Bench) -> None:
    bench.take(message(0, record("a", "accepted"), record("a", "closed")))
    [row] = bench.store.query("health_conflicts")
    assert (row["case_id"], row["event_id"]) == ("a", "a-1")
