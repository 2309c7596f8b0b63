"""From samples in Kafka to a finding in the store, with a worker that is killed on the way."""

import asyncio
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.codec import decode
from mingjing.instants import MINUTE, SECOND, at
from mingjing.types import CaseEvent, PresenceSample
from rules import load_engine
from tests.streams.samples import NINE, samples
from tests.streams.stage import Stage

pytestmark = [pytest.mark.kafka, pytest.mark.store]

LATEST = NINE + 24 * 60 * MINUTE
TEN = NINE + 60 * MINUTE
BOOK = Path(__file__).resolve().parents[2] / "rules" / "book"
TOPIC = "presence-of-a-test"


@pytest.fixture
def stage(embedded: str, store_dsn: str, tmp_path: Path) -> Iterator[Stage]:
    """A hall with cameras, at twenty past ten."""
    book = tmp_path / "book"
    book.mkdir()
    shutil.copy(BOOK / "S1.toml", book)
    with Stage(
        embedded,
        store_dsn,
        tmp_path,
        MINGJING_RULES_DIR=str(book),
        MINGJING_CAMERAS_DIR=str(tmp_path / "cameras"),
        MINGJING_TOPIC_PRESENCE=TOPIC,
        MINGJING_CLOCK=f"{at(TEN + 20 * MINUTE).isoformat()}@{time.time():.3f}x1",
    ) as stage:
        stage.engine = load_engine(msgspec.structs.replace(stage.settings, rules_dir=str(book)))
        asyncio.run(topics.ensure(embedded, {TOPIC: 4}, config=topics.CONFIG))
        yield stage


def publish(stage: Stage, looks: Iterable[PresenceSample], *bad: bytes) -> None:
    async def send() -> None:
        async with Publisher(stage.settings.brokers, TOPIC, None, 4, pack=20) as publisher:
            for look in looks:
                await publisher.send(look.window, msgspec.json.encode(look))
            for raw in bad:
                await publisher.send("W1", raw)

    asyncio.run(send())


def told(stage: Stage, until: int = LATEST) -> list[CaseEvent]:
    """The events in the store up to an instant, each once, in order."""
    events = [decode(raw) for _, records in stage.store.all_cases() for raw, _ in records]
    events = [event for event in events if event.occurred_at <= at(until)]
    return sorted({event.event_id: event for event in events}.values(), key=lambda event: event.occurred_at)


def test_an_absence_is_found_on_time_and_a_killed_worker_loses_and_doubles_nothing(stage: Stage) -> None:
    """Nobody at W1 from ten o'clock on, somebody at W2 all the time; then the sampler dies, and comes back."""
    start = TEN - 10 * MINUTE
    publish(stage, samples("S" * 61 + "-" * 120, start=start, period_s=10), b"no sample")
    publish(stage, samples("S" * 181, window="W2", start=start, period_s=10))
    first = stage.worker()
    stage.wait(lambda: bool(stage.findings()))
    [finding] = stage.findings().values()
    assert (finding.rule, finding.window, finding.status) == ("S1", "W1", "open")
    assert finding.occurred_at == at(TEN + 15 * MINUTE)
    first.kill()
    stage.worker()
    stage.wait(lambda: {"camera_lost"} <= {event.type for event in told(stage)})
    back = round(time.time() * SECOND) - stage_started(stage) + TEN + 20 * MINUTE
    publish(stage, samples("S", start=back))
    publish(stage, samples("S", start=back, window="W2"))
    stage.wait(lambda: {finding.status for finding in stage.findings().values()} == {"resolved"})
    stage.wait(lambda: len(told(stage, back)) == 9)
    by_case: dict[str, list[str]] = {}
    for event in told(stage, back):  # the sampler falls silent again
        by_case.setdefault(event.case_id, []).append(event.type.removeprefix("presence_"))
    assert by_case == {
        "camera:K1": ["camera_lost", "camera_regained"],
        "presence:W1:2026-03-02": ["regained", "lost", "unknown", "regained"],
        "presence:W2:2026-03-02": ["regained", "unknown", "regained"],
    }
    [row] = [row for row in stage.store.query("presence_hours", since=at(TEN)) if row["window"] == "W1"]
    assert (row["staffed"], row["unstaffed"]) == (2, 19)
    assert [(letter.topic, letter.raw) for letter in stage.letters()] == [(TOPIC, b"no sample")]
    stage.wait(lambda: not stage.differences(), lambda: str(stage.differences()))


def stage_started(stage: Stage) -> int:
    """The wall's instant at which the stage's clock showed twenty past ten."""
    return round(float(stage._env["MINGJING_CLOCK"].split("@")[1].split("x")[0]) * SECOND)
