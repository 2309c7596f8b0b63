"""`mingjing demo` as a newcomer meets it: started, looked at, stopped; a second one; a death in the family."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from mingjing import latest, settings
from mingjing.demo.hall import VIEWS
from mingjing.store import Store
from tests.shared import long
from video import hallclip
from video.clips import Clips

pytestmark = [pytest.mark.store, pytest.mark.kafka, pytest.mark.slow]

READY_WITHIN = 240.0  # seconds, on a machine with better things to do
STOPPED_WITHIN = 30.0


class Demo:
    """A demo in a process of its own, and what it has said so far."""

    def __init__(self, temporary: Path, eyes: Path) -> None:
        self._said = temporary / "said"
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mingjing", "demo", "--history", "3"],
                stderr=out,
                stdout=out,
                env={
                    **os.environ,
                    "TMPDIR": str(temporary),
                    "MINGJING_MODEL_DIR": str(eyes),
                    "MINGJING_PARTITIONS": "not for the demo",
                },
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def address(self) -> str:
        """The address that it prints; fails if it ends or takes too long."""
        until = time.monotonic() + READY_WITHIN
        while not (found := re.search(r"^ +(http://127\.0\.0\.1:\d+)$", self.said, re.MULTILINE)):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.2)
        return found[1]

    def stop(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        return self.process.wait(STOPPED_WITHIN)


@pytest.fixture(scope="module")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What set-up makes for the cameras, but for the model; the staff are noise, so that nothing is fetched."""
    clips = Clips(tmp_path_factory.mktemp("eyes"))
    noise = np.random.default_rng(3).integers(0, 255, (600, 512, 3), np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hallclip, "LASTS_S", 48)
        for camera, view in VIEWS.items():
            hallclip.write(dict.fromkeys(hallclip.OUTLINES, noise), view, clips.path(camera))
    return clips.path("HALL-1").parent


@contextmanager
def demo(eyes: Path) -> Iterator[tuple[Demo, Path]]:
    """A demo with a directory of its own for everything that it leaves."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        one = Demo(Path(folder), eyes)
        try:
            yield one, Path(folder)
        finally:
            one.process.kill()
            one.process.wait()


def left_running(folder: Path) -> list[str]:
    """The processes, besides the demo itself, that name its directory or its settings."""
    listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, check=True, text=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


def latest_of(directory: Path, camera: str) -> str:
    """What the sampler says of a camera, as soon as it does."""
    path = latest.words(directory / "pictures", camera)
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, (directory / "sampler.log").read_text()
        time.sleep(0.2)
    return path.read_text()


def only(folder: Path) -> Path:
    """The directory of the one demo that works in the folder."""
    (found,) = folder.glob("mingjing-demo-*/")
    return found


def test_a_newcomer_sees_findings_and_leaves_nothing_behind(eyes: Path) -> None:
    """The page is served, the board is not empty, the store agrees, and Ctrl-C takes all of it away."""
    with demo(eyes) as (one, folder):
        address = one.address()
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            assert answer.status == 200
        dsn = settings.load(only(folder) / "mingjing.toml", env={}).store_dsn
        assert dsn
        with Store(dsn) as store:
            totals = store.query("health_totals")[0]
        assert totals["events"] > 1_000
        assert totals["findings"] > 0
        assert totals["dead_letters"] == 0
        assert "every window is unknown: the model has not been prepared" in one.said
        for camera in VIEWS:
            seen = json.loads(latest_of(only(folder), camera))
            assert {window["reason"] for window in seen["windows"].values()} == {"no_detector"}
        assert one.stop(signal.SIGINT) == 0
        assert left_running(folder) == []
        assert list(folder.glob("mingjing-demo-*/")) == []


@long
def test_a_second_demo_leaves_the_first_alone_and_a_child_that_dies_takes_its_own_along(tmp_path: Path) -> None:
    """Neither has cameras here, because nothing was prepared: they say so, and all else is there.

    A demo without a worker would show a board that quietly stands still.
    """
    with demo(tmp_path) as (one, folder), demo(tmp_path) as (other, _):
        assert one.address() != other.address()
        assert "no cameras in the hall" in one.said
        assert other.stop(signal.SIGTERM) == 0
        with urllib.request.urlopen(f"{one.address()}/_stcore/health", timeout=5) as answer:
            assert answer.status == 200
        assert one.process.poll() is None
        listed = subprocess.run(
            ["ps", "-eww", "-o", "pid,ppid,args"], capture_output=True, check=True, text=True
        ).stdout
        shells = {pid for pid, parent, _ in _rows(listed) if int(parent) == one.process.pid}
        worker = next(pid for pid, parent, args in _rows(listed) if parent in shells and "mingjing worker" in args)
        os.kill(int(worker), signal.SIGKILL)
        assert one.process.wait(STOPPED_WITHIN) == 1
        assert "the worker has ended" in one.said
        assert left_running(folder) == []
        assert (only(folder) / "worker.log").exists()


def _rows(listed: str) -> list[tuple[str, str, str]]:
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]
