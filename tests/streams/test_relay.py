"""What is recorded comes to Kafka: at least once, in each finding's order, whoever is killed in between."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.errors import ServiceError
from mingjing.record.recorder import Draft
from mingjing.store import Store
from streams.relay import WORK, Relay, events_by
from tests.streams.test_clerk import MONDAY, OFFICER, Office, found

pytestmark = [pytest.mark.store, pytest.mark.kafka]
NUMBERS = count(1)
PARTITIONS = 2


@pytest.fixture
def topic(embedded: str) -> str:
    name = f"relay-{os.getpid()}-{next(NUMBERS)}"
    asyncio.run(topics.ensure(embedded, {name: PARTITIONS}))
    return name


def published(brokers: str, topic: str) -> list[dict[str, object]]:
    """All records of a topic, partition by partition, in their order."""

    async def read() -> list[dict[str, object]]:
        consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            records = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                records += [one for part in (await consumer.getmany(timeout_ms=500)).values() for one in part]
            return [json.loads(line) for one in records for line in one.value.split(b"\n")]
        finally:
            await consumer.stop()

    return asyncio.run(read())


def relay(office: Office, brokers: str, topic: str) -> Relay:
    def publisher() -> Publisher:
        return Publisher(brokers, topic, None, PARTITIONS, patience_s=2)

    return Relay(office.store, publisher, events_by(office.desk, office.health), office.health, office.metrics)


def acted(office: Office) -> None:
    """Three findings with a few acts each, and a complaint that somebody entered."""
    office.store.write_findings([found(name) for name in ("f1", "f2", "f3")])
    office.looks(MONDAY)
    for name in ("f1", "f2", "f3"):
        office.desk.act(OFFICER, name, "acknowledge", seen=1)
        office.desk.act(OFFICER, name, "explain", seen=2, text="the applicant came late")
    body = {"event_id": "K1", "case_id": "C9", "type": "complained", "occurred_at": "2026-03-02T09:00:00+08:00"}
    office.recorder.append("inspector", MONDAY, Draft(kind="event", subject="C9", body=body))
    office.recorder.append("inspector", MONDAY, Draft(kind="event", subject="C9", body={"event_id": "broken"}))


ACTS = [f"act:{name}:{number}" for name in ("f1", "f2", "f3") for number in (1, 2, 3)]


def test_acts_and_entered_events_are_published_in_order_and_without_their_texts(
    store: Store, embedded: str, topic: str
) -> None:
    office = Office(store)
    acted(office)
    working = relay(office, embedded, topic)
    while working.look():
        pass
    events = published(embedded, topic)
    assert sorted(str(one["event_id"]) for one in events) == sorted([*ACTS, "K1"])
    for name in ("f1", "f2", "f3"):
        mine = [one["type"] for one in events if one["case_id"] == f"finding:{name}"]
        assert mine == ["finding_issued", "finding_acknowledged", "finding_explained"]
    assert "came late" not in json.dumps(events)
    assert "is no event" in str(office.health.answer()[1])  # the broken one costs itself alone, and is told of

    working.look()
    assert len(published(embedded, topic)) == len(events)


def test_while_the_broker_is_away_nothing_is_lost_and_nothing_is_noted_as_done(
    store: Store, embedded: str, topic: str
) -> None:
    office = Office(store)
    acted(office)
    with pytest.raises(ServiceError):
        relay(office, "127.0.0.1:9", topic).look()
    assert store.query("record_followed", work=WORK) == []
    relay(office, embedded, topic).look()
    assert {one["event_id"] for one in published(embedded, topic)} == {*ACTS, "K1"}


@pytest.fixture
def settings(store_dsn: str, embedded: str, topic: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a clerk's process, as variables."""
    return {
        "MINGJING_STORE_DSN": store_dsn,
        "MINGJING_DESK_DSN": store_dsn,
        "MINGJING_BROKERS": embedded,
        "MINGJING_TOPIC_EVENTS": topic,
        "MINGJING_PARTITIONS": str(PARTITIONS),
        "MINGJING_SEAL_DIR": str(tmp_path / "seal"),
        "MINGJING_CLOCK": f"{(MONDAY + timedelta(hours=1)).isoformat()}@{time.time():.0f}x1",
    }


def test_a_clerk_killed_at_work_loses_nothing_and_issues_nothing_twice(
    store: Store, settings: dict[str, str], embedded: str, topic: str, tmp_path: Path
) -> None:
    """SIGKILL between record and relay; the next clerk goes on, and every act is published."""
    names = [f"k{number}" for number in range(150)]
    store.write_findings([found(name) for name in names])

    def clerk(*arguments: str) -> "subprocess.Popen[bytes]":
        log = (tmp_path / "log").open("ab")
        command = [sys.executable, "-m", "mingjing", "clerk", *arguments]
        with log:
            return subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log)

    with clerk() as first:
        until = time.monotonic() + 60
        while not acts(store):
            assert first.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
    with clerk("--once") as second:
        assert second.wait(90) == 0, (tmp_path / "log").read_text()
    assert sorted(acts(store)) == sorted((name, 1) for name in names)
    assert {one["event_id"] for one in published(embedded, topic)} == {f"act:{name}:1" for name in names}


def acts(store: Store) -> list[tuple[str, int]]:
    rows = store.query("record_entries", kinds=["act"], number=0, chain="", seq=0, limit=9_999)
    return [(row["subject"], row["number"]) for row in rows]
