"""Starts a demo in order, watches it, and stops it whatever happened."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from heapq import merge

from mingjing.brokers import tansu
from mingjing.brokers.process import Child
from mingjing.brokers.publisher import Publisher
from mingjing.demo import cameras, children, show
from mingjing.demo.cameras import USUAL_SPEED, Clips
from mingjing.demo.children import Watched
from mingjing.demo.feeder import Feeder
from mingjing.demo.names import names
from mingjing.demo.plan import Options, Plan, plan
from mingjing.demo.play import Play
from mingjing.demo.staff import Enrolled, enrol
from mingjing.errors import MingjingError, ServiceError, StoreUnavailable
from mingjing.instants import SECOND, at
from mingjing.settings import Settings, load
from mingjing.simulate import City
from mingjing.simulate import city as city_of
from mingjing.simulate.almanac import CHINA
from mingjing.simulate.catalogue import write_items, write_registers
from mingjing.simulate.quality import write_quality
from mingjing.simulate.stream import event
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.store.score_work import score_progress
from mingjing.types import CaseEvent

READY_S = 90.0  # for a process to say that it is well, on a slow machine
LOOK_S = 0.3  # between two looks at the children
SCORED_S = 40.0  # for the scores to hold what was judged, before people are asked to look
SAMPLER_S = 3.0  # from its start to its first picture


def run(options: Options, clips: Clips, *, sees: bool, model_dir: str | None = None) -> None:
    """A demo from its start to Ctrl-C or SIGTERM; ServiceError says what could not start or died, and why.

    Without the clips it has no cameras; `sees`: the model is there that finds people in their pictures.
    """
    made = plan(options, filmed=clips.ready, model_dir=model_dir)
    directory = made.directory
    # Ctrl-C and SIGTERM are one and the same, also for a demo started with & (whose SIGINT the shell has set to
    # be ignored): whatever runs now is left by KeyboardInterrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    show.begin(made)
    if not made.filmed:
        show.without("no_clips")
    elif not sees:
        show.without("no_model")
    try:
        with ExitStack() as stack:
            try:
                _run(made, clips, stack)
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not stop the stopping
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                show.stopping()
    except KeyboardInterrupt:
        shutil.rmtree(directory, ignore_errors=True)
        show.stopped()
    except MingjingError as wrong:
        raise ServiceError(f"{wrong}\n{show.line('kept', directory=directory)}") from wrong


def _run(made: Plan, clips: Clips, stack: ExitStack) -> None:
    with show.step("store"):
        server = stack.enter_context(serve(made.directory / "clickhouse"))
    with show.step("migrate"), Store(server.dsn) as store:
        store.migrate()
        store.write_names(list(names(city_of(made.options.seed))))
    with show.step("broker"):
        broker = stack.enter_context(tansu.serve(log=made.log("broker")))
    with show.step("catalogue"):
        made.items_dir.mkdir()
        stream = made.stream()
        write_items(made.items_dir, stream.world.city, stream.terms)
        made.registers_dir.mkdir()
        write_registers(made.registers_dir, stream.world.city, stream.terms)
        write_quality(made.truth_file, stream.world.city, stream.world.rates.quality_spread)
        made.write_settings(store_dsn=server.dsn, desk_dsn=server.desk_dsn, brokers=broker.address)
    beside = stack.enter_context(ThreadPoolExecutor(1))  # hashing passwords takes its time, and may
    staff = beside.submit(enrol, made, stream.world.city)
    processes: list[Child] = []
    stack.callback(lambda: children.stop(processes))
    with show.step("worker"):
        processes.append(children.worker(made))
        processes[-1].wait_ready(children.worker_ready(made), READY_S)
    with show.step("dashboard"):
        processes.append(children.dashboard(made, server.reader_dsn))
        processes[-1].wait_ready(children.dashboard_ready(made), READY_S)
    processes += [children.public(made, server.reader_dsn), children.api(made, server.reader_dsn)]
    servers = [
        Watched("ClickHouse", lambda: server.process.poll() is None, lambda: f"see {server.directory}"),
        Watched("the broker", lambda: broker.running, lambda: f"see {made.log('broker')}"),
    ]
    alive = servers + [children.watched(child) for child in processes]

    def judged() -> None:
        begun = len(processes)
        processes.append(children.scorer(made))
        processes.append(children.population(made))
        if made.filmed:
            processes.append(_sampler(made, stream.world.city, clips))
        alive.extend(children.watched(child) for child in processes[begun:])

    def acted() -> None:
        processes.append(children.clerk(made))
        alive.append(children.watched(processes[-1]))

    asyncio.run(_live(made, alive, staff.result(), judged, acted))


def _sampler(made: Plan, city: City, clips: Clips) -> Child:
    """The sampler, starting, with clips that begin at what the demo's clock will show when the first picture is due."""
    cameras.write_files(made.cameras_dir, city, made.options.speed)
    shown = at(made.now() + round(SAMPLER_S * made.options.speed * SECOND)).astimezone(CHINA)
    clips.cut(made.cameras_dir, shown.hour * 60 + shown.minute + shown.second / 60, made.options.speed / USUAL_SPEED)
    return children.sampler(made)


async def _live(
    made: Plan, watched: list[Watched], staff: list[Enrolled], judged: Callable[[], None], acted: Callable[[], None]
) -> None:
    """Feed the city's events and watch the processes; ends only by an error or by Ctrl-C.

    `judged` starts what can wait until the history is judged: while it still grew, the scorer would reckon the same
    cases again and again. `acted` starts the clerk, once people's acts of the history are recorded.
    """
    settings = load(made.settings_file, env={})
    topics = settings.topic_events, settings.topic_dead_letters
    async with Publisher(settings.brokers, *topics, settings.partitions) as publisher:
        feeder = Feeder(_events(made), made.now, publisher)
        tasks = [
            asyncio.create_task(feeder.run()),
            asyncio.create_task(_watch(watched)),
            asyncio.create_task(_announce(made, feeder, settings, staff, judged, acted)),
        ]
        try:  # the announcement ends when it is made, the feeder with the last known year, the watch never
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()


def _events(made: Plan) -> Iterator[CaseEvent]:
    stream = made.stream()
    city = stream.world.city
    told = (event(city, case, number) for _, happened in stream.days() for _, number, case in happened)
    counters = cameras.counter_events(city, made.options.start) if made.filmed else ()
    return merge(told, counters, key=lambda one: one.occurred_at)


async def _watch(watched: list[Watched]) -> None:
    while True:
        children.raise_if_dead(watched)
        await asyncio.sleep(LOOK_S)


async def _announce(
    made: Plan,
    feeder: Feeder,
    settings: Settings,
    staff: list[Enrolled],
    then: Callable[[], None],
    acted: Callable[[], None],
) -> None:
    """Print the address once the history is judged, so that the first look at the page shows findings."""
    store = Store(
        settings.store_dsn or ""
    )  # left open where this is cancelled: a query may be under way in another thread
    with show.step("history", first=made.first_day) as status:
        words = show.line("history", first=made.first_day)
        judged = 0
        while not feeder.caught_up.is_set() or judged < feeder.sent:
            with suppress(StoreUnavailable):  # asked again
                judged = (await asyncio.to_thread(store.query, "lag_total"))[0]["events"]
            reached = at(feeder.reached or made.now()).astimezone(CHINA)
            status.update(f"{words} [dim]{judged:,} / {feeder.sent:,} … {reached:%Y-%m-%d}[/]")
            await asyncio.sleep(LOOK_S)
    then()
    with show.step("acting"):
        await _acted(made, settings)
    acted()
    with show.step("scoring"):
        await _scored(made, store)
    store.close()
    show.ready(made, judged, staff)


async def _acted(made: Plan, settings: Settings) -> None:
    """What people did about the findings of the history, beside the scorer's work."""
    play = Play(settings, at(made.now()))
    try:
        await asyncio.to_thread(play.run)
    finally:
        play.stopped.set()


async def _scored(made: Plan, store: Store) -> None:
    """Until the scores hold all that was judged, and those who ask from outside are answered.

    What is still missing after a while comes while people look at the rest.
    """
    until = time.monotonic() + SCORED_S
    while time.monotonic() < until:
        with suppress(StoreUnavailable):  # asked again
            live = (await asyncio.to_thread(score_progress, store, "live")).get("live")
            whole = live is not None and live.progress.given != ""  # said when all cases were reckoned once
            if whole and await asyncio.to_thread(children.open_to_all, made):
                return
        await asyncio.sleep(LOOK_S)
