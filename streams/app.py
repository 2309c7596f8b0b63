"""What the worker is made of, put together, and Faust's part in it: its agents and the signals, all thin."""

import asyncio
import logging
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import faust

from mingjing import metrics
from mingjing.brokers import topics
from mingjing.brokers.partitions import partition_of
from mingjing.brokers.publisher import Publisher
from mingjing.errors import MingjingError, ServiceError, StoreUnavailable
from mingjing.instants import SECOND
from mingjing.settings import Settings, parse_clock
from mingjing.store import Store
from mingjing.zones import zone
from streams.desk import Desk
from streams.feed import Feed
from streams.intake import Intake
from streams.judging import Judge
from streams.presence import Fold
from streams.presence_desk import PresenceDesk
from streams.presence_intake import SampleIntake
from streams.presence_worker import Halls, PresenceWorker
from streams.silence import Agreed, Silences
from streams.sink import Sink
from streams.watermark import Watermarks
from streams.worker import Worker

log = logging.getLogger(__name__)

BUFFER = 4_096
"""Messages that Faust may hold before the worker takes them in."""

WATCH_S = 0.5
"""Least seconds between two looks for windows that have fallen silent."""

COMMIT_S = 0.5
"""Seconds between commits; what was not committed comes again after a crash, and is dropped if the store has it."""


async def run(
    settings: Settings,
    judge: Judge,
    dsn: str,
    health: metrics.Health,
    agreed: Agreed | None = None,
    halls: Halls | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, then end in good order. Without `agreed` all sources have the settings' lag, and
    nobody reports their silence; without `halls` no presence samples are read.

    Raises ServiceError when Kafka or the store is not there at the start, and whatever made the worker fail
    afterwards; nothing is then committed that the store does not have.
    """
    wanted = {settings.topic_events: settings.partitions, settings.topic_dead_letters: 1}
    if halls:
        wanted[settings.topic_presence] = settings.partitions
    await topics.ensure(settings.brokers, wanted, config=topics.CONFIG)
    try:
        with Store(dsn) as store:
            await asyncio.to_thread(store.ping)
    except StoreUnavailable as away:
        raise ServiceError(f"{away}; start it, or set store_dsn (MINGJING_STORE_DSN)") from away
    async with AsyncExitStack() as stack:
        dead_letters = await stack.enter_async_context(_publisher(settings))
        changes = await stack.enter_async_context(_publisher(settings)) if halls else None
        datadir = stack.enter_context(tempfile.TemporaryDirectory(prefix="mingjing-worker-"))
        marks = Watermarks(agreed.lag if agreed else settings.lag)
        app = build(settings, judge, dsn, dead_letters, health, datadir, marks, agreed and agreed.silences)
        if halls and changes:
            watch(app, settings, dsn, changes, health, marks, halls)
        await _until_told(app)


def _publisher(settings: Settings) -> Publisher:
    return Publisher(settings.brokers, settings.topic_events, settings.topic_dead_letters, settings.partitions)


def build(
    settings: Settings,
    judge: Judge,
    dsn: str,
    dead_letters: Publisher,
    health: metrics.Health,
    datadir: str,
    marks: Watermarks,
    silences: Silences | None = None,
    *,
    counts: metrics.Metrics = metrics.METRICS,
) -> faust.App:
    """The Faust app with the agent that judges; nothing connects before it is started."""
    app = _faust_app(settings, datadir)
    shown = _shown(settings)
    sink = Sink(lambda: Store(dsn), health, counts)
    intake = Intake(settings.topic_events, settings.allowed_skew_s)
    home = partial(partition_of, partitions=settings.partitions)
    desk = Desk(
        settings.topic_events,
        judge,
        sink,
        intake,
        marks,
        lambda: shown(time.time()),
        counts,
        silences,
        home,
    )
    worker = Worker(Feed(app, settings.topic_events), desk, sink, dead_letters, shown, health, counts)

    _connect(app, settings.topic_events, "supervise", worker, settings.tick_s)
    return app


def watch(
    app: faust.App,
    settings: Settings,
    dsn: str,
    publisher: Publisher,
    health: metrics.Health,
    marks: Watermarks,
    halls: Halls,
    *,
    counts: metrics.Metrics = metrics.METRICS,
) -> None:
    """Give the app a second agent, for presence samples; what they change is published through `publisher`."""
    speed = parse_clock(settings.clock).speed if settings.clock else 1.0
    ahead = round(settings.allowed_skew_s * speed * SECOND)
    sink = Sink(lambda: Store(dsn), health, counts)
    desk = PresenceDesk(
        settings.topic_presence,
        lambda: Fold(zone(settings.timezone), speed, ahead, halls.department),
        sink,
        SampleIntake(settings.topic_presence, ahead, halls.known),
        counts,
    )
    feed = Feed(app, settings.topic_presence)
    worker = PresenceWorker(feed, desk, sink, publisher, _shown(settings), health, counts, marks)
    _connect(app, settings.topic_presence, "watch", worker, max(settings.tick_s, WATCH_S))


def _connect(app: faust.App, name: str, agent: str, worker: Worker, tick_s: float) -> None:
    """Everything that Faust calls: all thin, and none lets an exception out."""
    topic = app.topic(name, key_type=bytes, key_serializer="raw", value_type=bytes, value_serializer="raw", acks=False)

    @app.agent(topic, name=agent)
    async def read(stream: faust.StreamT[bytes]) -> None:
        async for _ in stream:
            if stream.current_event is not None:
                worker.receive(stream.current_event.message)
            if worker.full:
                await worker.room()

    async def batches() -> None:
        await _or_crash(app, worker.work())

    app.task(batches)
    _every(app, tick_s, worker.tick)
    _every(app, COMMIT_S, worker.commit)
    app.on_rebalance_complete.connect(lambda *_, **__: worker.assigned(), weak=False)
    app.on_partitions_revoked.connect(lambda *_, **__: worker.revoked(), weak=False)
    app.on_before_shutdown.connect(lambda *_, **__: worker.stop(), weak=False)


def _every(app: faust.App, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    async def repeat() -> None:
        while not app.should_stop:
            await app.sleep(seconds)
            if not app.rebalancing:
                await _or_crash(app, work())

    app.task(repeat)


class _Quiet(faust.Monitor):
    """Faust's own statistics of every message cost more than a message is worth; `mingjing.metrics` counts batches."""

    logger = logging.getLogger("faust")

    def on_message_in(self, *_: object) -> None:
        """Nothing."""

    def on_stream_event_in(self, *_: object) -> None:
        """Nothing."""

    def on_stream_event_out(self, *_: object) -> None:
        """Nothing."""

    def on_message_out(self, *_: object) -> None:
        """Nothing."""

    def track_tp_end_offset(self, *_: object) -> None:
        """Nothing."""


def _faust_app(settings: Settings, datadir: str) -> faust.App:
    return faust.App(
        settings.group,
        broker=[f"kafka://{address.strip()}" for address in settings.brokers.split(",")],
        store="memory://",
        datadir=datadir,
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,
        autodiscover=False,
        Monitor=_Quiet,
        web_enabled=False,
        stream_wait_empty=False,
        stream_buffer_maxsize=BUFFER,
        broker_max_poll_records=BUFFER,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.0,
        broker_commit_interval=60.0,  # it has nothing to commit: see streams.feed
        consumer_max_fetch_size=4 * 1024 * 1024,
    )


def _shown(settings: Settings) -> Callable[[float], int]:
    """The instant that the clock shows at a Unix second of the wall."""
    if settings.clock is None:
        return lambda second: round(second * SECOND)
    clock = parse_clock(settings.clock)
    return lambda second: clock.shown + round((second - clock.wall) * clock.speed * SECOND)


async def _until_told(app: faust.App) -> None:
    """Start the app, and stop it at a signal or when it has failed."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    app.finalize()
    ended = asyncio.ensure_future(app.wait_until_stopped())
    asked = asyncio.ensure_future(told.wait())
    try:
        await app.start()
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await app.stop()
        ended.cancel()
        asked.cancel()
    if app.crashed and app.crash_reason:
        if isinstance(app.crash_reason, MingjingError):
            raise app.crash_reason
        raise ServiceError(f"the worker failed: {app.crash_reason!r}") from app.crash_reason


async def _or_crash(app: faust.App, work: Awaitable[object]) -> None:
    """Await; what goes wrong ends the app rather than being acknowledged by Faust and forgotten."""
    try:
        await work
    except Exception as wrong:
        log.critical("the worker cannot go on", exc_info=wrong)
        await app.crash(wrong)
