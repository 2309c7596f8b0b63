"""Refused records: nothing is lost, and what can be read by now goes through once more."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from typer.testing import CliRunner

from mingjing import deadletters
from mingjing.brokers import tansu, topics
from mingjing.brokers.partitions import partition_of
from mingjing.cli import app
from mingjing.errors import ServiceError, UsageError
from mingjing.instants import at, parse
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.types import DeadLetter

NOW = parse("2026-03-02T08:30:00+08:00")
FILE = DeadLetter(reason="not UTF-8 (byte 2)", raw=b"ab\xff", at=NOW, file="events.jsonl", line=12)
KAFKA = DeadLetter(reason="empty record", raw=b"", at=NOW, topic="case-events", partition=3, offset=17, line=2)


def event(case_id: str, occurred_at: str = "2026-03-02T08:30:00+08:00") -> bytes:
    fields = {"event_id": f"{case_id}:1", "case_id": case_id, "type": "accepted", "occurred_at": occurred_at}
    return json.dumps(fields).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dead.jsonl"
    path.write_bytes(b"\n".join(map(msgspec.json.encode, (FILE, KAFKA))) + b"\n")
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("clickhouse")) as running:
        yield running.dsn


@pytest.fixture
def store(server: str) -> Iterator[Store]:
    with Store(server) as opened:
        opened.migrate()
        yield opened


def run(*arguments: str, **env: str) -> str:
    """What the command prints, stderr included."""
    result = CliRunner().invoke(app, ["deadletters", *arguments], env=env, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_a_file_of_dead_letters_is_listed_without_contents(file: Path) -> None:
    """A list is read over shoulders; contents are shown one at a time, on request."""
    assert run("list", "--file", str(file)).splitlines() == [
        "1\t2026-03-02T08:30:00+08:00\tevents.jsonl:12\tnot UTF-8 (byte 2)\t",
        "2\t2026-03-02T08:30:00+08:00\tcase-events[3]@17 line 2\tempty record\t",
    ]


def test_one_is_shown_in_local_time_with_its_bytes(file: Path) -> None:
    shown = run("show", "1", "--file", str(file))
    assert "at:     2026-03-02 08:30:00" in shown
    assert shown.endswith("ab\\xff\n")


def test_the_original_bytes_come_out_exactly(file: Path) -> None:
    result = CliRunner().invoke(app, ["deadletters", "show", "1", "--raw", "--file", str(file)])
    assert result.stdout_bytes == b"ab\xff"


def test_a_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("a,b\n")
    with pytest.raises(UsageError, match="not a file of dead letters"):
        list(deadletters.in_file(tmp_path / "events.csv"))


@pytest.mark.store
def test_the_store_gives_dead_letters_back_as_they_were(store: Store) -> None:
    store.write_dead_letters([FILE, KAFKA])
    listed = {one.letter.reason: one for one in deadletters.in_store(store, 1000)}
    assert deadletters.place(listed[FILE.reason].letter) == "events.jsonl:12"
    assert store.dead_letter(listed[FILE.reason].id) == FILE
    assert store.dead_letter(listed[KAFKA.reason].id) == KAFKA


@pytest.mark.store
def test_what_would_be_refused_again_is_not_sent(store: Store) -> None:
    """It would only come back as another dead letter; no broker is needed to say so."""
    soon = clock_now(Settings()) + 3_600_000_000
    letters = [
        msgspec.structs.replace(KAFKA, offset=100, raw=event("c", at(soon).isoformat())),
        msgspec.structs.replace(KAFKA, offset=101, raw=b"{}"),
    ]
    store.write_dead_letters(letters)
    ids = {one.letter.offset: one.id for one in deadletters.in_store(store, 1000)}
    future, wrong, unknown = deadletters.retry(store, [ids[100], ids[101], "nothing"], Settings())
    assert str(future.reason).startswith("occurred_at: still 3")
    assert wrong.reason == "missing required field event_id"
    assert unknown.reason == "there is no such dead letter"
    assert all(one.retried_at is None for one in deadletters.in_store(store, 1000))


@pytest.mark.store
@pytest.mark.kafka
def test_the_original_bytes_are_sent_again_and_noted(store: Store, server: str) -> None:
    raw = event("办件-7")
    store.write_dead_letters([msgspec.structs.replace(KAFKA, offset=200, raw=raw)])
    letter_id = next(one.id for one in deadletters.in_store(store, 1000) if one.letter.offset == 200)
    with tansu.serve() as broker:
        chosen = Settings(brokers=broker.address, store_dsn=server, partitions=4)
        asyncio.run(topics.ensure(broker.address, {chosen.topic_events: 4, chosen.topic_dead_letters: 1}))
        variables = {"MINGJING_BROKERS": broker.address, "MINGJING_STORE_DSN": server, "MINGJING_PARTITIONS": "4"}
        assert "1 sent again, 0 not" in run("retry", letter_id, **variables)
        assert asyncio.run(_read(broker.address, chosen.topic_events, partition_of("办件-7", 4))) == raw
    retried = next(one.retried_at for one in deadletters.in_store(store, 1000) if one.id == letter_id)
    assert retried is not None
    assert abs(retried - at(clock_now(Settings()))) < timedelta(minutes=5)


@pytest.mark.store
def test_without_a_broker_nothing_is_noted_as_sent(store: Store) -> None:
    store.write_dead_letters([msgspec.structs.replace(KAFKA, offset=300, raw=event("c"))])
    letter_id = next(one.id for one in deadletters.in_store(store, 1000) if one.letter.offset == 300)
    with pytest.raises(ServiceError):
        deadletters.retry(store, [letter_id], Settings(brokers="127.0.0.1:1"))
    assert next(one.retried_at for one in deadletters.in_store(store, 1000) if one.id == letter_id) is None


async def _read(brokers: str, topic: str, partition: int) -> bytes:
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition)])
        message = await consumer.getone()
        return bytes(message.value or b"")
    finally:
        await consumer.stop()
