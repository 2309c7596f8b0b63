"""`mingjing ingest`: every record reaches the broker, each case whole in one partition; bad ones in dead letters."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from mingjing import codec
from mingjing.brokers import tansu
from mingjing.brokers.partitions import partition_of
from mingjing.brokers.process import free_port
from mingjing.registers import forms
from tests.mingjing.registers.rows import row, write

pytestmark = pytest.mark.kafka
_NUMBERS = count(1)
PARTITIONS = 4


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with tansu.serve() as running:
        yield running.address


def ingest(
    brokers: str, *arguments: str, command: tuple[str, ...] = ("ingest",)
) -> tuple[subprocess.CompletedProcess[str], str, str]:
    name = f"ingest-{next(_NUMBERS)}"
    env = {
        **os.environ,
        "MINGJING_BROKERS": brokers,
        "MINGJING_TOPIC_EVENTS": name,
        "MINGJING_TOPIC_DEAD_LETTERS": f"{name}-letters",
        "MINGJING_PARTITIONS": str(PARTITIONS),
    }
    line = [sys.executable, "-m", "mingjing", *command, *arguments]
    return subprocess.run(line, env=env, capture_output=True, text=True, check=False), name, f"{name}-letters"


def messages(brokers: str, topic: str, partitions: int, wanted: int) -> list[ConsumerRecord]:
    async def read() -> list[ConsumerRecord]:
        consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
            found: list[ConsumerRecord] = []
            while len(found) < wanted:
                answer = await consumer.getmany(timeout_ms=5_000)
                assert answer, f"{len(found)} messages, {wanted} wanted"
                found += [one for batch in answer.values() for one in batch]
            return found
        finally:
            await consumer.stop()

    return asyncio.run(read())


def line(case: str, number: int) -> str:
    return json.dumps(
        {
            "event_id": f"{case}-{number}",
            "case_id": case,
            "type": "accepted",
            "occurred_at": "2026-01-05T09:00:00+08:00",
        }
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    lines = [line(f"case {number % 9}", number) for number in range(90)]
    lines[40] = "{broken"
    lines[60] = '{"event_id": "x"}'
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("option", "most"), [("--single", 1), (None, 256)], ids=["single", "packed"])
def test_every_event_is_published_in_the_partition_of_its_case(
    broker: str, file: Path, option: str | None, most: int
) -> None:
    done, topic, letters = ingest(broker, str(file), *([option] if option else []))
    assert done.returncode == 0, done.stderr
    assert "published 88, refused 2" in done.stderr
    read = messages(broker, topic, PARTITIONS, 88 if option else PARTITIONS)
    events = [(one.partition, raw) for one in read for _, raw in codec.unpack(one.value or b"")]
    assert sorted(codec.decode(raw).event_id for _, raw in events) == sorted(
        json.loads(text)["event_id"] for n, text in enumerate(file.read_text().splitlines()) if n not in (40, 60)
    )
    assert all(partition == partition_of(codec.decode(raw).case_id, PARTITIONS) for partition, raw in events)
    assert max(len(codec.unpack(one.value or b"")) for one in read) <= most
    refused = [json.loads(one.value or b"") for one in messages(broker, letters, 1, 2)]
    assert [(letter["file"], letter["line"]) for letter in refused] == [(str(file), 41), (str(file), 61)]


def test_events_of_one_case_stay_in_their_order(broker: str, file: Path) -> None:
    _, topic, _ = ingest(broker, str(file))
    read = sorted(messages(broker, topic, PARTITIONS, PARTITIONS), key=lambda one: (one.partition, one.offset))
    by_case: dict[str, list[int]] = {}
    for one in read:
        for _, raw in codec.unpack(one.value or b""):
            event = codec.decode(raw)
            by_case.setdefault(event.case_id, []).append(int(event.event_id.rpartition("-")[2]))
    assert all(numbers == sorted(numbers) for numbers in by_case.values())


def test_without_a_broker_one_line_says_what_to_do(file: Path) -> None:
    done, _, _ = ingest(f"127.0.0.1:{free_port()}", str(file))
    assert done.returncode == 2
    assert "no Kafka broker answers" in done.stderr.strip().splitlines()[-1]


def test_a_missing_file_is_told_before_anything_is_published(broker: str, tmp_path: Path) -> None:
    done, _, _ = ingest(broker, str(tmp_path / "absent.jsonl"))
    assert done.returncode == 2
    assert "absent.jsonl: does not exist" in done.stderr


def test_what_a_log_tells_is_published_before_it_counts_as_read(broker: str, tmp_path: Path) -> None:
    """Where no broker answers, `registers import --publish` keeps nothing, and the next one tells it all."""
    form, folder = forms()["duty"], tmp_path / "registers"
    log, command = write(tmp_path, form, [row(form)]), ("registers", "import")
    words = (str(log), "--out", str(folder), "--publish")
    done, _, _ = ingest(f"127.0.0.1:{free_port()}", *words, command=command)
    assert (done.returncode, folder.exists()) == (2, False)
    assert "no Kafka broker answers" in done.stderr.strip().splitlines()[-1]
    done, topic, _ = ingest(broker, *words, command=command)
    assert done.returncode == 0, done.stderr
    (one,) = messages(broker, topic, PARTITIONS, 1)
    events = [codec.decode(raw) for _, raw in codec.unpack(one.value or b"")]
    assert {event.type for event in events} == {happening.type for happening in form.event}
    assert (folder / "logs" / "duty.csv").exists()
