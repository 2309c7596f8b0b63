"""The sampler on cameras that come, go, fail and change, and on a broker that is not always there."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.request import urlopen

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec.structs import replace

from mingjing import cameras, latest
from mingjing.brokers import tansu, topics
from mingjing.brokers.partitions import partition_of
from mingjing.brokers.process import free_port
from mingjing.cameras import Camera
from mingjing.errors import BookError, UsageError
from mingjing.instants import SECOND, at, micros
from mingjing.latest import Latest
from mingjing.metrics import Health, Metrics
from mingjing.settings import Settings
from mingjing.types import PresenceSample
from tests.kafka.brokers import embedded
from tests.video.scene import AT_LEFT, AT_RIGHT, LEFT, RIGHT, Painted, camera, grey, paint, picture, until
from video import drawing, post
from video import sampler as sampler_of
from video.outbox import Outbox
from video.pictures import Album
from video.post import Post, Tools
from video.reader import Reader, stop
from video.sampler import Sampler

__all__ = ["embedded"]
PARTITIONS = 3
_NUMBERS = count(1)

Cameras = Callable[..., Path]


@pytest.fixture
def health() -> Health:
    return Health("sampler")


@pytest.fixture
def counts() -> Metrics:
    return Metrics()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "cameras").mkdir()
    return tmp_path / "cameras"


@pytest.fixture
def settings(tmp_path: Path, directory: Path) -> Settings:
    """No broker is there; nothing of a test waits for one unless it says so."""
    return Settings(
        brokers=f"127.0.0.1:{free_port()}",
        topic_presence=f"presence-{next(_NUMBERS)}",
        partitions=PARTITIONS,
        cameras_dir=str(directory),
        pictures_dir=str(tmp_path / "pictures"),
    )


def still(tmp_path: Path, code: str, *people: tuple[int, int, int, int]) -> Path:
    """A folder of pictures that are shown over and over."""
    for _ in range(4):
        paint(tmp_path / code, *people)
    return tmp_path / code


def published(settings: Settings, wanted: int) -> list[tuple[int, PresenceSample]]:
    """So many samples at least, each with its partition, in their order there."""

    async def read() -> list[tuple[int, PresenceSample]]:
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.brokers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            consumer.assign([TopicPartition(settings.topic_presence, number) for number in range(PARTITIONS)])
            found: list[tuple[int, PresenceSample]] = []
            while len(found) < wanted:
                answer = await consumer.getmany(timeout_ms=30_000)
                assert answer, f"{len(found)} samples, {wanted} wanted"
                found += [
                    (place.partition, msgspec.json.decode(line, type=PresenceSample))
                    for place, messages in answer.items()
                    for message in messages
                    for line in (message.value or b"").splitlines()
                ]
            return found
        finally:
            await consumer.stop()

    return asyncio.run(read())


# --- the whole ---------------------------------------------------------------------------------------------------


@pytest.mark.kafka
def test_samples_of_good_cameras_are_published_whatever_the_others_do(
    embedded: str,
    settings: Settings,
    directory: Path,
    tmp_path: Path,
    health: Health,
    counts: Metrics,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One process, many cameras: one that is off, one whose pictures break the detector and one file that is wrong."""
    monkeypatch.setattr(post, "SILENT_S", 0.3)
    settings = replace(settings, brokers=embedded)
    cameras.save(directory, camera("good", still(tmp_path, "good", AT_LEFT), LEFT, RIGHT, loop=True))
    cameras.save(directory, camera("off", tmp_path / "absent.mp4", replace(LEFT, window="W3")))
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "1.png").write_bytes(drawing.png(picture()[:99]))
    odd_one = replace(camera("odd", odd, replace(LEFT, window="W4", polygon=((0, 0), (50, 0), (50, 50))), loop=True))
    cameras.save(directory, replace(odd_one, size=(320, 99)))
    (directory / "wrong.toml").write_text('id = "wrong"\nurl = "rtsp://u:secret@h/1"\nsize = [320, 180]\n')
    with Sampler(settings, health, counts, Painted()) as sampler:
        assert sorted(sampler.posts) == ["good", "odd", "off"]
        made = {"camera": "good", "state": "staffed"}
        until(lambda: (counts.registry.get_sample_value("mingjing_camera_samples_total", made) or 0) >= 10)
        for code in ("odd", "off"):
            lost = {"camera": code, "state": "unknown"}
            until(lambda lost=lost: (counts.registry.get_sample_value("mingjing_camera_samples_total", lost) or 0) >= 2)  # type: ignore[misc]
        warnings = str(health.answer()[1]["warnings"])
        assert "wrong.toml:2" in warnings
        assert "secret" not in warnings
        assert "absent.mp4" in warnings
    found = published(settings, 24)
    assert all(partition == partition_of(sample.window, PARTITIONS) for partition, sample in found)
    by_window = {sample.window: sample for _, sample in found}
    assert by_window["W1"].state == "staffed"
    assert by_window["W1"].persons == 1
    assert by_window["W1"].seen_at == by_window["W1"].sampled_at
    assert by_window["W1"].detector == "painted"
    assert by_window["窗口2"].state == "unstaffed"
    assert (by_window["W3"].state, by_window["W3"].reason) == ("unknown", "offline")
    assert (by_window["W4"].state, by_window["W4"].reason) == ("unknown", "offline")
    for window in by_window:
        instants = [sample.sampled_at for _, sample in found if sample.window == window]
        assert instants == sorted(instants)


def test_camera_files_count_when_they_change(
    settings: Settings, directory: Path, tmp_path: Path, health: Health, counts: Metrics
) -> None:
    """The calibration page saves, and the next samples are of the new windows; nobody restarts anything."""
    first = camera("C1", still(tmp_path, "C1", AT_LEFT), LEFT, loop=True)
    cameras.save(directory, first)
    with Sampler(settings, health, counts, Painted()) as sampler:

        def shown(code: str) -> Latest | None:
            return latest.read(Path(settings.pictures_dir), code)

        until(lambda: shown("C1") is not None)
        reader = sampler.posts["C1"].reader

        cameras.save(directory, replace(first, windows=(LEFT, RIGHT)))
        cameras.save(directory, camera("C2", still(tmp_path, "C2", AT_RIGHT), RIGHT, loop=True))
        (directory / "double.toml").write_text((directory / "C1.toml").read_text())
        sampler.tend()
        assert sorted(sampler.posts) == ["C1", "C2"]
        assert sampler.posts["C1"].reader is reader  # the connection is kept
        until(lambda: set(getattr(shown("C1"), "windows", ())) == {"W1", "窗口2"})
        assert "double.toml" in str(health.answer()[1]["warnings"])
        until(lambda: getattr(shown("C2"), "condition", "") == "ok")

        (directory / "C2.toml").unlink()
        (directory / "double.toml").unlink()
        sampler.tend()
        assert list(sampler.posts) == ["C1"]
        assert shown("C2") is None  # nobody's picture stays behind
        assert "warnings" not in health.answer()[1]
        assert counts.registry.get_sample_value("mingjing_camera_frames_total", {"camera": "C2"}) is None

        (directory / "C1.toml").unlink()
        sampler.tend()
        assert "no usable camera" in str(health.answer()[1]["reasons"])
    assert not reader.alive


def test_a_share_that_was_away_is_followed_again(
    settings: Settings, directory: Path, tmp_path: Path, health: Health, counts: Metrics
) -> None:
    cameras.save(directory, camera("C1", still(tmp_path, "C1"), LEFT, loop=True))
    with Sampler(settings, health, counts, Painted()) as sampler:
        directory.rename(tmp_path / "away")
        sampler.tend()
        assert list(sampler.posts) == ["C1"]
        assert "cannot be read" in str(health.answer()[1]["warnings"])
        (tmp_path / "away").rename(directory)
        (directory / ".#C1.toml").symlink_to("somebody@edits")
        sampler.tend()
        assert list(sampler.posts) == ["C1"]
        assert "cannot be read" not in str(health.answer()[1])


def test_a_camera_that_cannot_even_be_lost_costs_itself_alone(
    settings: Settings,
    directory: Path,
    tmp_path: Path,
    health: Health,
    counts: Metrics,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sampler_of, "HANDS", 1)
    for code in ("C1", "C2"):
        cameras.save(directory, camera(code, still(tmp_path, code, AT_LEFT), LEFT, loop=True))
    with Sampler(settings, health, counts, Painted()) as sampler:
        monkeypatch.setattr(sampler.posts["C1"], "turn", "nothing to call")
        monkeypatch.setattr(sampler.posts["C1"], "lose", "nothing to call")
        made = {"camera": "C2", "state": "staffed"}
        first = counts.registry.get_sample_value("mingjing_camera_samples_total", made) or 0
        until(lambda: (counts.registry.get_sample_value("mingjing_camera_samples_total", made) or 0) > first + 3)


def test_where_nothing_can_be_looked_through_the_mistakes_are_told_at_once(
    settings: Settings, directory: Path, health: Health, counts: Metrics
) -> None:
    with pytest.raises(UsageError, match="set cameras_dir"):
        Sampler(replace(settings, cameras_dir=None), health, counts, Painted())
    with pytest.raises(BookError, match=r"no camera's file"):
        Sampler(settings, health, counts, Painted())
    (directory / "a.toml").write_text('id = "a"\nsize = [320, 180]\n')
    (directory / "b.toml").write_text("no toml")
    with pytest.raises(BookError) as told:
        Sampler(settings, health, counts, Painted())
    assert len(told.value.mistakes) == 2


@pytest.mark.kafka
def test_a_topic_of_other_partitions_ends_the_sampler_with_what_would_be_right(
    embedded: str,
    settings: Settings,
    directory: Path,
    tmp_path: Path,
    health: Health,
    counts: Metrics,
) -> None:
    """Samples of a window would otherwise come out of two partitions."""
    cameras.save(directory, camera("C1", still(tmp_path, "C1"), LEFT, loop=True))
    settings = replace(settings, brokers=embedded)
    asyncio.run(topics.ensure(embedded, {settings.topic_presence: PARTITIONS}))
    with Sampler(replace(settings, partitions=7), health, counts, Painted()) as sampler:
        until(lambda: sampler._outbox.refused is not None)
        with pytest.raises(UsageError, match="set partitions = 3"):
            sampler.tend()


def test_the_service_without_a_model_says_so_and_ends_in_good_order(
    settings: Settings, directory: Path, tmp_path: Path
) -> None:
    """Degraded: health checks and pictures go on, every window is unknown; and SIGTERM ends it, broker or not."""
    cameras.save(directory, camera("C1", still(tmp_path, "C1", AT_LEFT), LEFT, loop=True))
    port = free_port()
    given = {
        "CAMERAS_DIR": directory,
        "PICTURES_DIR": settings.pictures_dir,
        "BROKERS": settings.brokers,
        "METRICS_PORT": port,
        "MODEL_DIR": tmp_path / "no-model",
    }
    env = {key: value for key, value in os.environ.items() if not key.startswith("MINGJING_")}
    env |= {f"MINGJING_{key}": str(value) for key, value in given.items()}
    command = [sys.executable, "-m", "mingjing", "sampler"]
    with subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        try:
            pictures = Path(settings.pictures_dir)
            until(lambda: getattr(latest.read(pictures, "C1"), "condition", "") == "ok", 90)
            told = latest.read(pictures, "C1")
            assert told is not None
            assert (told.windows["W1"].state, told.windows["W1"].reason) == ("unknown", "no_detector")
            assert told.detector == "none"
            with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                assert 'mingjing_camera_frames_total{camera="C1"}' in answer.read().decode()
            began = time.monotonic()
            running.send_signal(signal.SIGTERM)
            said = running.communicate(timeout=60)[1]
            assert time.monotonic() - began < 20
        finally:
            running.kill()
    assert running.returncode == 0, said
    assert "mingjing model fetch" in said
    assert "Traceback" not in said


# --- one camera --------------------------------------------------------------------------------------------------


class Watched:
    """One camera at work, by a clock that runs a hundred times as fast as the wall's."""

    SPEED = 100

    def __init__(self, told: Camera, directory: Path, health: Health, counts: Metrics) -> None:
        began = time.monotonic()
        start = micros(at(1_790_000_000 * SECOND))

        def now() -> int:
            return start + round((time.monotonic() - began) * self.SPEED * SECOND)

        self.now = now
        self.reader = Reader(told, now)
        self.post = Post(told, self.reader, Tools(Painted(), Album(directory, health), now, health, counts))
        self.samples: list[PresenceSample] = []

    def until(
        self, done: Callable[[PresenceSample], bool], paint: Callable[[], object] = lambda: None
    ) -> PresenceSample:
        """Take turns, painting before each, until a sample is as wanted."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            paint()
            for sample in self.post.turn(0).samples:
                self.samples.append(sample)
                if done(sample):
                    return sample
            time.sleep(0.06)
        raise AssertionError(f"waited in vain; last was {self.samples[-1:]}")


@pytest.fixture
def watched(
    tmp_path: Path, health: Health, counts: Metrics, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Watched, Path]]:
    monkeypatch.setattr(post, "SILENT_S", 0.3)
    paint(tmp_path / "C1", AT_LEFT)
    one = Watched(camera("C1", tmp_path / "C1", LEFT, RIGHT), tmp_path / "pictures", health, counts)
    yield one, tmp_path / "C1"
    stop([one.reader])


def test_who_leaves_was_last_seen_before_and_leaves_a_picture(watched: tuple[Watched, Path], tmp_path: Path) -> None:
    """The absence begins at the last sighting, and the snapshot shows the empty place."""
    one, folder = watched
    there = one.until(lambda s: s.state == "staffed", lambda: paint(folder, AT_LEFT))
    gone = one.until(lambda s: s.window == "W1" and s.state == "unstaffed", lambda: paint(folder))
    assert gone.seen_at is not None
    assert there.sampled_at <= gone.seen_at < gone.sampled_at
    assert gone.snapshot is not None
    assert (tmp_path / "pictures" / gone.snapshot).stat().st_size > 1000
    back = one.until(lambda s: s.window == "W1" and s.state == "staffed", lambda: paint(folder, AT_LEFT))
    assert back.snapshot not in (None, gone.snapshot)
    again = one.until(lambda s: s.window == "W1" and s.sampled_at > back.sampled_at, lambda: paint(folder, AT_LEFT))
    assert again.snapshot is None


def test_a_camera_that_dies_is_unknown_and_known_again_when_it_returns(
    watched: tuple[Watched, Path], health: Health, counts: Metrics, tmp_path: Path
) -> None:
    one, folder = watched
    seen = one.until(lambda s: s.state == "staffed", lambda: paint(folder, AT_LEFT))
    lost = one.until(lambda s: s.state == "unknown")
    assert lost.reason == "offline"
    assert "camera C1" in str(health.answer())
    told = latest.read(tmp_path / "pictures", "C1")
    assert told is not None
    assert told.condition == "offline"
    assert told.trouble
    one.until(lambda s: s.state == "unknown" and s.sampled_at > lost.sampled_at)  # the worker hears that we live
    assert {sample.reason for sample in one.samples if sample.sampled_at > lost.sampled_at} == {"offline"}
    back = one.until(lambda s: s.state == "staffed", lambda: paint(folder, AT_LEFT))
    assert back.sampled_at > lost.sampled_at > seen.sampled_at
    assert "camera C1" not in str(health.answer())
    offline = counts.registry.get_sample_value("mingjing_camera_condition", {"camera": "C1", "condition": "offline"})
    assert offline == 0


def test_a_covered_camera_accuses_nobody_and_leaves_a_picture(watched: tuple[Watched, Path]) -> None:
    one, folder = watched
    one.until(lambda s: s.window == "W1" and s.state == "staffed", lambda: paint(folder, AT_LEFT))
    covered = one.until(lambda s: s.reason is not None, lambda: paint(folder, whole=grey()))
    assert (covered.state, covered.reason) == ("unknown", "covered")
    assert covered.snapshot
    assert not any(sample.state == "unstaffed" for sample in one.samples if sample.window == "W1")


def test_pictures_of_another_shape_are_not_judged_by_these_polygons(
    tmp_path: Path, health: Health, counts: Metrics
) -> None:
    """Somebody turned the camera upright; the polygons lie elsewhere now. Another resolution is just scaled."""
    paint(tmp_path / "C1", AT_LEFT)
    upright = Watched(replace(camera("C1", tmp_path / "C1", LEFT), size=(180, 320)), tmp_path / "p", health, counts)
    lost = upright.until(lambda s: True)
    assert (lost.state, lost.reason) == ("unknown", "moved")
    assert "320 x 180" in str(health.answer())
    half = replace(LEFT, polygon=tuple((x / 2, y / 2) for x, y in LEFT.polygon))
    smaller = Watched(replace(camera("C2", tmp_path / "C1", half), size=(160, 90)), tmp_path / "p", health, counts)
    assert smaller.until(lambda s: True).state == "staffed"
    stop([upright.reader, smaller.reader])


def test_a_window_that_flutters_fills_no_disk(watched: tuple[Watched, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "SNAPSHOTS", 2)
    one, folder = watched
    one.post._allowed = 2
    for _ in range(3):
        one.until(lambda s: s.window == "W1" and s.state == "staffed", lambda: paint(folder, AT_LEFT))
        one.until(lambda s: s.window == "W1" and s.state == "unstaffed", lambda: paint(folder))
    assert len({sample.snapshot for sample in one.samples} - {None}) == 2


# --- the broker --------------------------------------------------------------------------------------------------


def sample(number: int, window: str = "W1") -> PresenceSample:
    return PresenceSample(
        window=window, camera="C1", sampled_at=at(number * SECOND), state="staffed", confidence=1, detector="painted"
    )


@pytest.mark.kafka
def test_samples_wait_for_a_broker_that_is_away_and_come_in_their_order(
    settings: Settings, health: Health, counts: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    """Putting never waits; what is given up, the oldest, is counted and told."""
    caplog.set_level(logging.WARNING)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    outbox = Outbox(settings, health, counts, most=50)
    outbox.start()
    began = time.monotonic()
    for number in range(60):
        outbox.put([sample(number, f"W{number % 7}")])
    assert time.monotonic() - began < 0.5
    until(lambda: "broker" in str(health.answer()[1]["reasons"]))
    assert counts.registry.get_sample_value("mingjing_samples_dropped_total") == 10
    assert counts.registry.get_sample_value("mingjing_samples_waiting") == 50
    with tansu.serve(int(settings.brokers.rpartition(":")[2])):
        until(lambda: counts.registry.get_sample_value("mingjing_samples_waiting") == 0)
        outbox.put([sample(60)])
        found = [one for _, one in published(settings, 51)]
        outbox.close()
    assert health.answer()[1]["reasons"] == {}
    assert sorted(one.sampled_at for one in found) == [at(number * SECOND) for number in range(10, 61)]
    for window in {one.window for one in found}:
        instants = [one.sampled_at for one in found if one.window == window]
        assert instants == sorted(instants)
    told = [record.getMessage() for record in caplog.records if record.name == "video.outbox"]
    assert len(told) == 3  # away, given up, back: each once
