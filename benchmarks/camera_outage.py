"""How soon a camera that dies is unknown, and how soon it is known again.

Claim: unknown within 20 s of its last picture, known again within 10 s of its return; whether its server is killed, or
freezes with all connections open.

    python -m benchmarks.camera_outage [--rounds 5] [--period 5]

A real RTSP server on loopback, the sampler as the command, an embedded broker; what is measured is when the sample that
says so can be read from the topic. Needs GStreamer's RTSP server.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.camera_soak import SIZE, ZONES, sampler
from mingjing import cameras
from mingjing.brokers import tansu, topics
from mingjing.cameras import Camera
from mingjing.settings import Settings
from mingjing.types import PresenceSample
from tests.video.rtsp import RtspServer, clip, missing

UNKNOWN_S, BACK_S = 20.0, 10.0
STEADY_S = 12.0
"""Seconds of good pictures before an outage."""


def main() -> None:
    """Kill, freeze, bring back, and print how long each took to be told."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--period", type=float, default=5)
    given = options.parse_args()
    if why := missing():
        sys.exit(why)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mingjing-outage-")))
        broker = stack.enter_context(tansu.serve())
        server = stack.enter_context(RtspServer({"hall": [clip(folder / "hall.h264", SIZE, 8)]}))
        (folder / "cameras").mkdir()
        camera = Camera(id="C1", url=server.url("hall"), size=SIZE, period_s=given.period, windows=ZONES)
        cameras.save(folder / "cameras", camera)
        stack.enter_context(sampler(folder, broker.address))
        asyncio.run(rounds(broker.address, server, given.rounds))


async def rounds(brokers: str, server: RtspServer, times: int) -> None:
    """Outage after outage; the worst of each kind."""
    settings = Settings()
    await topics.ensure(brokers, {settings.topic_presence: settings.partitions}, config=topics.CONFIG)
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(settings.topic_presence, number) for number in range(settings.partitions)])
    worst = {"killed": [0.0, 0.0], "frozen": [0.0, 0.0]}
    try:
        await told(consumer, lambda sample: sample.reason != "offline")
        for number in range(times * 2):
            kind = ("killed", "frozen")[number % 2]
            await steady(consumer)
            frozen = ExitStack()
            if kind == "killed":
                server.kill()
            else:
                frozen.enter_context(server.frozen())
            lost = await told(consumer, lambda sample: sample.reason == "offline")
            server.start() if kind == "killed" else frozen.close()
            back = await told(consumer, lambda sample: sample.reason != "offline")
            print(f"{kind}: unknown after {lost:.1f} s, known again after {back:.1f} s", flush=True)
            worst[kind] = [max(pair) for pair in zip(worst[kind], (lost, back), strict=True)]
    finally:
        await consumer.stop()
    for kind, (lost, back) in worst.items():
        print(f"{kind}: at worst {lost:.1f} s (claim {UNKNOWN_S:.0f}) and {back:.1f} s (claim {BACK_S:.0f})")


async def steady(consumer: AIOKafkaConsumer) -> None:
    """Let good pictures come for a while."""
    until = time.monotonic() + STEADY_S
    while time.monotonic() < until:
        await consumer.getmany(timeout_ms=200)


async def told(consumer: AIOKafkaConsumer, wanted: Callable[[PresenceSample], bool]) -> float:
    """Seconds until a sample is as wanted."""
    began = time.monotonic()
    while True:
        for messages in (await consumer.getmany(timeout_ms=200)).values():
            for message in messages:
                for line in (message.value or b"").splitlines():
                    if wanted(msgspec.json.decode(line, type=PresenceSample)):
                        return time.monotonic() - began


if __name__ == "__main__":
    main()
