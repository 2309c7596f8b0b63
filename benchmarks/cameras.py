"""How many cameras of four windows one core serves at a sample every 5 s, and what a naive loop needs for the same.

Claim: at least 60 from files and at least 20 over RTSP, that many streams really open, on one core, end to end: decode,
health, detector, staffing, pictures for people, samples to the broker.

    python -m benchmarks.cameras [--files 60] [--rtsp 20] [--seconds 60]

The film is 1080p25 H.264 at 4 Mbit/s with a key frame every 2 s. The sampler is the command, held to core 0; the RTSP
server, the broker and this script are held to core 1. Late is how much older than its picture's instant a sample is
when it is published. The naive loop reads every frame with cv2 and looks at one every 5 s with the same detector. Needs
GStreamer's RTSP server, the model, two cores, and a machine that does nothing else.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import av
import cv2
import msgspec
import numpy as np
from aiokafka import AIOKafkaConsumer

from benchmarks.camera_soak import sampler
from mingjing import cameras
from mingjing.brokers import tansu, topics
from mingjing.cameras import Camera, Zone
from mingjing.instants import micros
from mingjing.settings import Settings
from mingjing.types import PresenceSample
from tests.video.rtsp import RtspServer, missing
from video.detector import load_detector

SIZE, FPS, PERIOD_S, FILM_S, NAIVE_S = (1920, 1080), 25, 5.0, 10, 20.0
LAPS = 12
WARM_UP_S = 180.0
"""At most, until all cameras are connected and their first pictures, which come close together, looked at."""

TICKS = os.sysconf("SC_CLK_TCK")
ZONES = tuple(((480 * n, 300), (480 * n + 400, 300), (480 * n + 400, 1000), (480 * n, 1000)) for n in range(4))

Sample = tuple[str, float, float]  # camera, seconds when its picture was taken, when it was published


def main() -> None:
    """Run files, RTSP and the naive loop one after the other, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=60)
    options.add_argument("--rtsp", type=int, default=20)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument(
        "--film", type=Path, help="25 pictures a second of H.264 with delimiters, instead of the film made here"
    )
    options.add_argument("--naive", metavar="URL", help="only read this, every frame, and print the CPU time used")
    given = options.parse_args()
    if given.naive:
        print(naive(given.naive))
        return
    if why := missing():
        sys.exit(why)
    os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as path, ExitStack() as stack:
        folder = Path(path)
        elementary = given.film or film(folder / "hall.h264", FILM_S)
        boxed = folder / "hall.mp4"
        rebox(elementary, boxed)
        print(f"load before: {os.getloadavg()[0]:.1f}")
        broker = stack.enter_context(tansu.serve())
        names = [f"cam{number}" for number in range(given.rtsp)]
        server = stack.enter_context(RtspServer({name: [elementary] for name in names}))
        for kind, urls in (("files", [str(boxed)] * given.files), ("RTSP", [server.url(name) for name in names])):
            if urls:
                ours = measure(folder / kind, kind, urls, broker.address, given.seconds)
                theirs = naively(urls[0])
                print(f"  naive loop: {theirs:.1%} of a core per camera, {theirs / ours:.1f} times ours")


def measure(folder: Path, kind: str, urls: list[str], brokers: str, seconds: float) -> float:
    """Run the sampler on these cameras, print what came of it, and give the share of a core that one camera needs."""
    (folder / "cameras").mkdir(parents=True)
    for number, url in enumerate(urls):
        zones = tuple(Zone(f"{kind}{number}-{n}", polygon) for n, polygon in enumerate(ZONES))
        code = f"{kind}{number}"
        cameras.save(
            folder / "cameras",
            Camera(id=code, url=url, size=SIZE, period_s=PERIOD_S, loop=kind == "files", windows=zones),
        )
    with sampler(folder, brokers) as process:
        os.sched_setaffinity(process.pid, {0})
        samples, cpu, wall = asyncio.run(published(brokers, process.pid, len(urls), seconds))
        streams = connections(process.pid, urlsplit(urls[0]).port) if kind == "RTSP" else len(urls)
        memory = resident(process.pid)
    of = defaultdict[str, set[float]](set)
    for camera, taken, _ in samples:
        of[camera].add(taken)
    made = [len(of[f"{kind}{number}"]) for number in range(len(urls))]
    apart = [later - earlier for takens in of.values() for earlier, later in pairwise(sorted(takens))]
    late = quantiles([published - taken for _, taken, published in samples], n=20)
    expected = wall / PERIOD_S
    each = cpu / max(1, sum(made))
    print(
        f"{kind}: {len(urls)} cameras, {streams} open, {wall:.0f} s: {cpu / wall:.1%} of one core "
        f"{each * 1000:.0f} ms a sample ({PERIOD_S / each:.0f} cameras a core), {memory:.0f} MiB\n"
        f"  samples a camera: {expected:.1f} expected, {min(made)} to {max(made)} made, "
        f"missed {1 - sum(made) / expected / len(urls):.1%}; apart {median(apart):.1f} s, at most {max(apart):.1f} s; "
        f"late p50 {late[9]:.2f} s, p95 {late[18]:.2f} s; load {os.getloadavg()[0]:.1f}"
    )
    return each / PERIOD_S


async def published(brokers: str, pid: int, many: int, seconds: float) -> tuple[list[Sample], float, float]:
    """The samples of so many seconds after all cameras have given one; processor seconds of `pid`, seconds passed.

    One window stands for its camera.
    """
    topic = Settings().topic_presence
    await topics.ensure(brokers, {topic: Settings().partitions}, config=topics.CONFIG)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="latest")
    await consumer.start()
    try:
        await taken(consumer, WARM_UP_S, many)
        before, began = used(pid), time.time()
        samples = await taken(consumer, seconds)
        return samples, used(pid) - before, time.time() - began
    finally:
        await consumer.stop()


async def taken(consumer: AIOKafkaConsumer, seconds: float, enough: float = float("inf")) -> list[Sample]:
    """The samples of so many seconds, or of so many cameras."""
    samples = list[Sample]()
    end = time.time() + seconds
    while (left := end - time.time()) > 0 and len({camera for camera, _, _ in samples}) < enough:
        for records in (await consumer.getmany(timeout_ms=round(min(left, 1) * 1000))).values():
            for record in records:
                if record.value is not None and record.key.endswith(b"-0"):
                    sample = msgspec.json.decode(record.value.splitlines()[0], type=PresenceSample)
                    if sample.reason != "offline":
                        at = micros(sample.sampled_at) / 1e6
                        samples.append((sample.camera, at, record.timestamp / 1000))
    return samples


def naively(url: str) -> float:
    """The share of a core that the naive loop needs for one camera."""
    command = ["taskset", "-c", "0", sys.executable, "-m", "benchmarks.cameras", "--naive", url]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def naive(url: str) -> float:
    """Read every frame, look at one every period, for a while; processor seconds per second of film."""
    detector = load_detector(Settings())
    detector.detect(np.zeros((*SIZE[::-1], 3), np.uint8))
    cv2.setNumThreads(1)
    began, before = time.monotonic(), time.process_time()
    capture, number = cv2.VideoCapture(url, cv2.CAP_FFMPEG), 0
    while (passed := time.monotonic() - began) < NAIVE_S:
        there, picture = capture.read()
        if not there:
            capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
            continue
        if number % (FPS * PERIOD_S) == 0:
            detector.detect(picture)
        number += 1
        if "://" not in url:
            time.sleep(max(0.0, number / FPS - passed))
    return (time.process_time() - before) / number * FPS


def film(path: Path, seconds: int) -> Path:
    """As much detail at every scale as a photograph has, the noise of a sensor, and people who walk through."""
    chance = np.random.default_rng(1)
    ground = np.full((*SIZE[::-1], 3), 128, np.float32)
    for coarse in (240, 120, 60, 30, 15, 8, 4):
        detail = chance.normal(0, 0.12 * coarse, (SIZE[1] // coarse + 1, SIZE[0] // coarse + 1, 3)).astype(np.float32)
        ground += cv2.resize(detail, SIZE, interpolation=cv2.INTER_CUBIC)
    noises = [chance.normal(0, 2.5, ground.shape).astype(np.float32) for _ in range(5)]
    options = {"preset": "superfast", "x264-params": "keyint=50:min-keyint=50:scenecut=0:aud=1:bframes=0:slices=1"}
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = *SIZE, "yuv420p", 4_000_000
        for number in range(seconds * FPS):
            picture = ground + noises[number % 5]
            for walker in range(6):
                left, top = (number * (walker - 2.5) * 3 + 300 * walker) % (SIZE[0] - 200), 200 + 40 * walker
                picture[top : top + 600, int(left) : int(left) + 180] = picture[:600, 180 * walker : 180 * (walker + 1)]
            picture = picture.clip(0, 255).astype(np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode())
    return path


def rebox(source: Path, target: Path) -> None:
    """The same packets as an MP4 file, LAPS times: a film is not opened anew every few seconds."""
    number = 0
    with av.open(str(target), "w") as after:
        stream: av.VideoStream | None = None
        for _ in range(LAPS):
            with av.open(str(source)) as before:
                stream = stream or after.add_stream_from_template(before.streams.video[0])
                for packet in before.demux(video=0):
                    if packet.size:
                        packet.stream = stream
                        packet.pts = packet.dts = round(number / FPS / packet.time_base)
                        after.mux(packet)
                        number += 1


def used(pid: int) -> float:
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """MiB of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def connections(pid: int, port: int | None) -> int:
    """Established TCP connections of a process to this port."""
    own = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[3] == "01" and line[2].endswith(f":{port:04X}") and f"socket:[{line[9]}]" in own for line in lines)


if __name__ == "__main__":
    main()
