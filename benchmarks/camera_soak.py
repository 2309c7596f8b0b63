"""Cameras that come and go for a day, shortened: does the sampler's memory, or the number of its files, grow?

Claim: 24 h of operation shortened by a factor of 60, that is 24 minutes, show no growth.

    python -m benchmarks.camera_soak [--minutes 24] [--cameras 9]

A third of the cameras are RTSP streams of a real server, which is killed or frozen for a while every other minute; a
third are looped files; a third are folders into which pictures are put, now and then for a while not. Every few seconds
somebody draws other polygons, removes a camera or puts one back. The sampler is the command, with the model if it was
fetched. Needs GStreamer's RTSP server; without it, more files take its place.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from mingjing import cameras
from mingjing.brokers import tansu
from mingjing.brokers.process import free_port
from mingjing.cameras import Camera, Zone
from tests.video.rtsp import RtspServer, clip, missing
from video import drawing

WARM_UP = 0.25
"""Of the run, the part before memory is judged: libraries fill their own stores first."""

EVERY_S = 5.0
SIZE = (640, 360)
ZONES = tuple(
    Zone(f"W{n}", ((n * 150, 100), (n * 150 + 140, 100), (n * 150 + 140, 300), (n * 150, 300))) for n in range(4)
)


class Held(NamedTuple):
    """What the process holds: memory in MiB, open files, threads."""

    rss: float
    files: int
    threads: int


def main() -> None:
    """Run, and print what is held over time and how fast it grows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=24)
    options.add_argument("--cameras", type=int, default=9)
    given = options.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mingjing-soak-")))
        broker = stack.enter_context(tansu.serve())
        server = (
            stack.enter_context(RtspServer({"hall": [clip(folder / "hall.h264", SIZE, 8)]})) if not missing() else None
        )
        clip(folder / "hall.mp4", SIZE, 8)
        places = [place(folder, number, server) for number in range(given.cameras)]
        (folder / "cameras").mkdir()
        for camera in places:
            cameras.save(folder / "cameras", camera)
        ended = threading.Event()
        for work in (painting(places), unrest(folder, places), outages(server)):
            thread = threading.Thread(target=follow, args=(work, ended))
            thread.start()
            stack.callback(thread.join)
        stack.callback(ended.set)
        process = stack.enter_context(sampler(folder, broker.address))
        seen = watch(process, given.minutes * 60)
    tell(seen, given.minutes)


def place(folder: Path, number: int, server: RtspServer | None) -> Camera:
    """A camera: a stream, a file or a folder in turn."""
    kind = number % 3 if server is not None else 1 + number % 2
    url = folder / "hall.mp4"
    if kind == 2:
        url = folder / f"pictures-{number}"
        url.mkdir()
    address = server.url("hall") if server is not None and kind == 0 else str(url)
    return Camera(id=f"C{number}", url=address, size=SIZE, period_s=1, loop=kind == 1, windows=ZONES)


def painting(places: list[Camera]) -> Iterator[float]:
    """Put a new picture into each folder every second, but for every tenth half minute."""
    random_ = np.random.default_rng(1)
    ground = np.kron(random_.integers(0, 255, (45, 80, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    number = 0
    while True:
        number += 1
        ground[:20, :20] = random_.integers(0, 255)
        for camera in places:
            if (into := Path(camera.url)).is_dir() and number // 30 % 10 != 9:
                aside = into / "next.part"
                aside.write_bytes(drawing.jpeg(ground))
                aside.rename(into / f"{number:06}.jpg")
                (into / f"{number - 3:06}.jpg").unlink(missing_ok=True)
        yield 1


def unrest(folder: Path, places: list[Camera]) -> Iterator[float]:
    """Every few seconds a camera gets other polygons, is removed, or comes back."""
    chance = random.Random(1)  # noqa: S311 - no secret
    directory = folder / "cameras"
    while True:
        camera = chance.choice(places)
        if chance.random() < 0.4:
            (directory / f"{camera.id}.toml").unlink(missing_ok=True)
        else:
            cameras.save(directory, replace(camera, windows=ZONES[: chance.randint(1, 4)]))
        yield 4


def outages(server: RtspServer | None) -> Iterator[float]:
    """Every other minute the server of the streams is killed, or frozen, for a while."""
    while server is not None:
        yield 60
        server.kill()
        yield 25
        server.start()
        yield 60
        with server.frozen():
            yield 25


def follow(work: Iterator[float], ended: threading.Event) -> None:
    """Do the next step after as many seconds as the last one says."""
    for pause in work:
        if ended.wait(pause):
            return


@contextmanager
def sampler(folder: Path, brokers: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The sampler, running."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("MINGJING_")}
    env |= {
        "MINGJING_BROKERS": brokers,
        "MINGJING_CAMERAS_DIR": str(folder / "cameras"),
        "MINGJING_PICTURES_DIR": str(folder / "pictures"),
        "MINGJING_SNAPSHOT_DAYS": "0.001",
        "MINGJING_METRICS_PORT": str(free_port()),
    }
    with (folder / "sampler.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "mingjing", "sampler"], env=env, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            ended = process.wait(30)
            if ended:
                shutil.copy(folder / "sampler.log", "camera_soak.log")
                print(f"the sampler ended with status {ended}; see camera_soak.log")


def watch(process: "subprocess.Popen[bytes]", seconds: float) -> list[tuple[float, Held]]:
    """What the process holds, every few seconds."""
    began, seen = time.monotonic(), list[tuple[float, Held]]()
    while (passed := time.monotonic() - began) < seconds:
        assert process.poll() is None, "the sampler has ended"
        seen.append((passed, held(process.pid)))
        if len(seen) % 12 == 0:
            now = seen[-1][1]
            print(
                f"{passed / 60:5.1f} min  {now.rss:7.1f} MiB  {now.files:4} files  {now.threads:3} threads", flush=True
            )
        time.sleep(EVERY_S)
    return seen


def held(pid: int) -> Held:
    """What a process holds now, as Linux tells."""
    words = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Held(int(words["VmRSS"].split()[0]) / 1024, files, int(words["Threads"]))


def tell(seen: list[tuple[float, Held]], minutes: float) -> None:
    """Growth after the warm-up: the median of the last third against that of the first, and the straight line."""
    counted = [(at, now) for at, now in seen if at >= WARM_UP * minutes * 60]
    third = max(1, len(counted) // 3)
    hours = np.array([at for at, _ in counted]) / 3600
    for number, (name, unit) in enumerate((("memory", "MiB"), ("open files", ""), ("threads", ""))):
        values = [now[number] for _, now in counted]
        slope = np.polyfit(hours, values, 1)[0] if len(values) > 2 else float("nan")
        first, last = median(values[:third]), median(values[-third:])
        print(f"{name}: {first:.1f} -> {last:.1f} {unit} (most {max(values):.1f}), {slope:+.1f} {unit} an hour")


if __name__ == "__main__":
    main()
