"""`mingjing scorer`: the service that keeps the score lines and their sums."""

import logging
import signal
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mingjing import logs, metrics, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.errors import MingjingError, StoreUnavailable
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.zones import zone

if TYPE_CHECKING:
    from mingjing.freezing import Freezer
    from streams.scorer import Scorer

log = logging.getLogger("mingjing.scorer")

LOOK_S = 0.5
"""Seconds between two looks at what was stored."""
REST_S = 2.0
"""Seconds after which what is to be frozen must still be as it was."""
AWAY_S = 2.0
"""Seconds between two tries while the store is away, or another scorer is at work."""


def scorer(
    once: Annotated[bool, typer.Option(help="Do what is due and end: for cron, tests and trying out.")] = False,
) -> None:
    """Keep the scores up to date with what is stored, until stopped; of several scorers one works, the others wait.

    Where the rules, the catalogue or the registers changed, all cases are reckoned again.
    """
    chosen = settings.load()
    health = metrics.Health("scorer")
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        keeping, freezer = made(chosen, store, health), freezing(chosen, store)
        if once:
            _once(keeping)
            if freezer.all():  # unless its history is just being loaded
                time.sleep(REST_S)
                _once(keeping)
                freezer.all()
        else:
            logs.setup(chosen.log_format, chosen.log_level)
            _serve(chosen, keeping, freezer, health)


def made(chosen: Settings, store: Store, health: metrics.Health) -> "Scorer":
    """The scorer of the settings' rule book over a store."""
    from mingjing.cli.approved import approved_engine
    from rules import surroundings
    from rules.sheets import Sheets
    from streams.given import registered
    from streams.lease import Lease, owner
    from streams.presence_lines import Offices
    from streams.reckoning import Reckoner
    from streams.scorer import Scorer

    engine = approved_engine(chosen, "scorer")
    around = surroundings(chosen, [])
    calendar = around.calendars.get(chosen.calendar)
    sheets = Sheets(engine)
    return Scorer(
        store,
        Reckoner(store, sheets),
        Offices(engine.registers, calendar, around.timetable, zone(chosen.timezone)),
        engine.registers,
        registered(engine, calendar, sheets.fingerprint),
        lambda: settings.clock_now(chosen),
        Lease(store, owner()),
        health,
    )


def freezing(chosen: Settings, store: Store) -> "Freezer":
    """What freezes periods that are due, by the settings' scheme and calendar."""
    from mingjing.calendars import Calendars
    from mingjing.freezing import Freezer
    from mingjing.instants import at
    from mingjing.scores import Scoring
    from mingjing.scoring.schemes import load

    own = Path(chosen.calendars_dir) if chosen.calendars_dir else None
    return Freezer(
        store,
        Scoring(store, load(chosen.scheme)),
        Calendars(own).get(chosen.calendar),
        lambda: at(settings.clock_now(chosen)).astimezone(zone(chosen.timezone).info),
    )


def _once(keeping: "Scorer") -> None:
    """Looks until nothing is due; what it does with all cases is shown as a bar."""
    from streams.scorer import passes

    with progress_of_cases(Console(stderr=True)) as progress:
        task = progress.add_task("scoring", total=None)
        for again in passes(keeping):
            if again is not None:
                progress.update(task, completed=again.cases, total=max(again.total, again.cases))
    keeping.stop()


def _serve(chosen: Settings, keeping: "Scorer", freezer: "Freezer", health: metrics.Health) -> None:
    """Looks again and again; what fails is told on /health and in the log, once, and tried again."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering:
        while not stop.is_set():
            stop.wait(_look(keeping, freezer, health))
        try:
            keeping.stop()
        except StoreUnavailable:
            log.warning("stopped without the store: the next scorer waits until the lease has run out")


def _look(keeping: "Scorer", freezer: "Freezer", health: metrics.Health) -> float:
    """One look; after how many seconds the next one is due."""
    from streams.lease import LeaseLost

    try:
        more = keeping.look()
        if not more:  # else the scores do not hold everything yet
            freezer.look()
    except LeaseLost as held:
        if health.warn("lease", str(held)):
            log.warning("%s; waiting until it ends", held)
        return AWAY_S
    except StoreUnavailable as away:
        if health.failing("store", str(away)):
            log.warning("the store does not answer; trying again: %s", away)
        return AWAY_S
    except MingjingError as wrong:
        if health.failing("work", str(wrong)):
            log.error("the scores cannot be kept: %s", wrong)  # noqa: TRY400 - one line, no traceback
        return AWAY_S
    for part in ("lease", "store", "work"):
        if health.well(part):
            log.info("the scores are kept again")
    return 0.0 if more else LOOK_S
