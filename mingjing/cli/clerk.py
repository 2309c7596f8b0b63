"""`mingjing clerk`: the service that does by itself what is due about findings, and tells others of it."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from mingjing import logs, metrics, settings
from mingjing.access import WHOLE
from mingjing.brokers.publisher import Publisher
from mingjing.errors import MingjingError, ServiceError, StoreUnavailable, UsageError
from mingjing.handling import desk
from mingjing.instants import at_once
from mingjing.messages import policy
from mingjing.messages.courier import Courier, Pace
from mingjing.messages.news import digest
from mingjing.messages.telling import news_of
from mingjing.privacy.retention import over, retention
from mingjing.record.anchors import anchor
from mingjing.record.recorder import Recorder, recorder
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import waiting
from mingjing.zones import zone
from streams.clerk import Clerk
from streams.lease import Lease, LeaseLost, owner
from streams.relay import PATIENCE_S, Relay, events_by

log = logging.getLogger("mingjing.clerk")

LOOK_S = 0.5
AWAY_S = 2.0
"""Seconds between two tries while store or broker are away, or another clerk is at work."""
GRACE = timedelta(days=2)
"""By how much what is to be erased may be late before that is told of."""


def clerk(
    once: Annotated[bool, typer.Option(help="Do what is due and end: for cron, tests and trying out.")] = False,
) -> None:
    """Issue findings, remind, escalate, close and lapse them; publish what people do; send mails and web calls.

    Runs until stopped; of several clerks one works, the others wait.
    """
    chosen = settings.load()
    health = metrics.Health("clerk")
    with ExitStack() as stack:
        hands = made(chosen, health, stack, pace=Pace(gather=0.0) if once else Pace())
        if once:
            for look in (hands.clerk.look, hands.relay.look, hands.courier.look):
                while look():
                    pass
            hands.clerk.stop()
        else:
            logs.setup(chosen.log_format, chosen.log_level)
            hands.serve(chosen)


def made(chosen: Settings, health: metrics.Health, stack: ExitStack, *, pace: Pace) -> "Hands":
    """The clerk of an installation: it does, publishes and tells, each over a store of its own."""
    if chosen.store_dsn is None or chosen.desk_dsn is None:
        raise UsageError("the clerk needs store_dsn, to read findings, and desk_dsn, to record what it does")
    dsn, desk_dsn = chosen.store_dsn, chosen.desk_dsn

    def store() -> Store:
        return stack.enter_context(Store(dsn, profile="offline", scope=WHOLE))

    def own_desk(record: Recorder, reader: Store) -> desk.Desk:
        return desk.made(chosen, stack.enter_context(Store(desk_dsn, profile="offline")), record, reader)

    told = policy.load(chosen.messages_file)
    doing, publishing, telling = store(), store(), store()
    record = recorder(chosen, "clerk")
    days = zone(chosen.timezone)

    def now() -> datetime:
        return at_once(settings.clock_now(chosen))

    return Hands(
        Clerk(
            doing, own_desk(record, doing), record, now, days, health=health,
            daily=daily(chosen, doing, record, health),
            lease=Lease(doing, owner(), work="clerk_lease", service="clerk"),
        ),
        Relay(
            publishing,
            lambda: Publisher(chosen.brokers, chosen.topic_events, None, chosen.partitions, patience_s=PATIENCE_S),
            events_by(own_desk(record, publishing), health),
            health,
        ),
        Courier(
            telling, told, record, lambda fresh: news_of(telling, fresh),
            lambda to, news: digest(to, news, severities=chosen.severity, zone=days, page=told.page),
            now, health, pace=pace,
        ),
        health,
    )  # fmt: skip


def daily(
    chosen: Settings, store: Store, record: Recorder, health: metrics.Health
) -> dict[str, Callable[[date], None]]:
    """What is done when a day begins: the day before is anchored; whether anything is kept too long is told of.

    Erasing takes a user who may change the record, which a service that always runs is not (`mingjing privacy purge`).
    """
    months = retention(chosen.privacy_file)

    def now() -> datetime:
        return at_once(settings.clock_now(chosen))

    def anchored(today: date) -> None:
        anchor(record, store, chosen.seal_dir, now(), today - timedelta(days=1))

    def erased(_: date) -> None:
        late = sum(waiting(store, keep, instant - GRACE) for keep, instant in over(months, now()).items())
        if late:
            health.warn("retention", f"{late:,} entries are kept longer than they may be: run `mingjing privacy purge`")
        else:
            health.well("retention")

    return {"anchor": anchored, "kept too long": erased}


class Hands:
    """What the clerk does at the same time, each in a thread of its own: a slow mail server holds up no card."""

    def __init__(self, clerk: Clerk, relay: Relay, courier: Courier, health: metrics.Health) -> None:
        self.clerk, self.relay, self.courier = clerk, relay, courier
        self._health = health
        self._stop = threading.Event()
        self._mine = threading.Event()  # the lease is held: the others may work

    def serve(self, chosen: Settings) -> None:
        """Works until SIGTERM or Ctrl-C; what fails is told on /health and in the log, once, and tried again."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._leave())
        answering = (
            metrics.serve(chosen.metrics_port, self._health, host=chosen.metrics_host)
            if chosen.metrics_port
            else nullcontext()
        )
        with answering, self._working() as others:
            while not self._stop.is_set():
                for other in others:
                    if other.done():
                        other.result()  # it ended by an error that is no one's fault but ours
                self._stop.wait(self._try("findings", self._look))
        try:
            self.clerk.stop()
        except StoreUnavailable:
            log.warning("stopped without the store: the next clerk waits until the lease has run out")

    def _leave(self) -> None:
        self.clerk.stopping.set()
        self._stop.set()

    @contextmanager
    def _working(self) -> Iterator[list[Future[None]]]:
        with ThreadPoolExecutor(2) as pool:
            try:
                yield [
                    pool.submit(self._beside, "relay", self.relay.look),
                    pool.submit(self._beside, "messages", self.courier.look),
                ]
            finally:
                self._stop.set()

    def _look(self) -> bool:
        try:
            self.clerk.begin()
            self._mine.set()
            return self.clerk.look()
        except LeaseLost:
            self._mine.clear()
            raise

    def _beside(self, part: str, look: Callable[[], bool]) -> None:
        while not self._stop.is_set():
            if self._mine.wait(LOOK_S):
                self._stop.wait(self._try(part, look))

    def _try(self, part: str, look: Callable[[], bool]) -> float:
        """One look; after how many seconds the next one is due."""
        try:
            more = look()
        except LeaseLost as held:
            if self._health.warn("lease", str(held)):
                log.warning("%s; waiting until it ends", held)
            return AWAY_S
        except (StoreUnavailable, ServiceError) as away:
            if self._health.failing(part, str(away)):
                log.warning("%s: trying again: %s", part, away)
            return AWAY_S
        except MingjingError as wrong:
            if self._health.failing(part, str(wrong)):
                log.error("%s: %s", part, wrong)  # noqa: TRY400 - one line, no traceback
            return AWAY_S
        if self._health.well(part) | (part == "findings" and self._health.well("lease")):
            log.info("%s: at work again", part)
        return 0.0 if more else LOOK_S
