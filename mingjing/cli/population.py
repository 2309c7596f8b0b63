"""`mingjing population`: judges the rules that look at many cases at once, over the store."""

import logging
import signal
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjing import logs, metrics, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import keep_rules, store_dsn
from mingjing.errors import MingjingError, StoreUnavailable, UsageError
from mingjing.instants import at, micros, parse
from mingjing.metrics import METRICS
from mingjing.settings import Settings
from mingjing.store import Store

if TYPE_CHECKING:
    from streams.population import Census, Run

log = logging.getLogger("mingjing.population")


def population(
    as_of: Annotated[
        str | None,
        typer.Option(help="How far time has passed, like 2026-01-31T18:00:00+08:00; else the workers' time."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only periods from this instant on; else all.")] = None,
    watch: Annotated[bool, typer.Option(help="Run every population_minutes until stopped.")] = False,
) -> None:
    """Judge the rules of the kind population: whatever period is due, of every rule, over the stored events.

    Findings are revised or withdrawn, never deleted. Exit status 1 if a rule's query failed; the others are judged.
    """
    instants = [_instant("--as-of", as_of), _instant("--since", since)]
    chosen = settings.load()
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        census = made(chosen, store, dsn, keep=True)
        if watch:
            _watch(chosen, census, instants[1])
            return
        when = instants[0] if instants[0] is not None else census.as_of()
        if when is None:
            Console(stderr=True).print("no events are stored yet, so there is nothing to judge", highlight=False)
            return
        run = census.run(when, since=instants[1])
    _report(Console(stderr=True), run)
    if any(outcome.error for outcome in run.outcomes):
        raise typer.Exit(1)


def made(chosen: Settings, store: Store, dsn: str, *, keep: bool = False) -> "Census":
    """The population rules of the settings' book, over a store; `keep`: their texts are kept there."""
    from mingjing.cli.approved import approved_engine
    from rules import surroundings
    from streams.population import Census

    engine = approved_engine(chosen, "population")
    if keep:
        keep_rules(store, engine)
    calendar = surroundings(chosen, []).calendars.get(chosen.calendar)
    return Census(store, dsn, engine, calendar, chosen.timezone)


def _instant(option: str, text: str | None) -> int | None:
    try:
        return None if text is None else micros(parse(text))
    except ValueError as wrong:
        raise UsageError(f"{option}: {wrong}") from wrong


def _watch(chosen: Settings, census: "Census", since: int | None) -> None:
    """Runs again and again; what fails is told on /health and in the log, and tried again."""
    logs.setup(chosen.log_format, chosen.log_level)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    health = metrics.Health("population")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering:
        while not stop.is_set():
            began = time.monotonic()
            try:
                when = census.as_of()
                if when is not None:
                    _tell(census.run(when, since=since), health)
                health.well("store")
            except StoreUnavailable as wrong:
                health.failing("store", str(wrong))
                log.warning("the store does not answer; another try follows: %s", wrong)
            except MingjingError as wrong:
                health.failing("run", str(wrong))
                log.error("the population rules could not be judged: %s", wrong)  # noqa: TRY400 - one line, no traceback
            stop.wait(max(1.0, chosen.population_minutes * 60 - (time.monotonic() - began)))


def _tell(run: "Run", health: metrics.Health) -> None:
    """Counts and logs a run."""
    for outcome in run.outcomes:
        rule = outcome.of.rule.id
        METRICS.population_seconds.labels(rule).set(outcome.seconds)
        if outcome.error:
            METRICS.rule_errors.labels(rule).inc()
            health.failing(f"rule {rule}", outcome.error)
            log.warning("rule %s could not be judged: %s", rule, outcome.error)
        else:
            health.well(f"rule {rule}")
    for finding in run.published:
        METRICS.findings.labels(finding.rule, str(finding.severity), finding.status).inc()
    health.well("run")
    log.info("%d periods judged, %d findings published", len(run.outcomes), len(run.published))


def _report(console: Console, run: "Run") -> None:
    table = Table(title=f"Population rules as of {at(run.as_of).isoformat()}")
    for heading in ("rule", "periods", "findings", "published", "seconds", "error"):
        table.add_column(heading, justify="left" if heading in ("rule", "error") else "right")
    for rule in sorted({outcome.of.rule.id for outcome in run.outcomes} | {f.rule for f in run.published}):
        mine = [outcome for outcome in run.outcomes if outcome.of.rule.id == rule]
        published = sum(finding.rule == rule for finding in run.published)
        found = sum(len(outcome.findings) for outcome in mine)
        seconds = sum(outcome.seconds for outcome in mine)
        error = next((outcome.error for outcome in mine if outcome.error), "")
        table.add_row(rule, f"{len(mine)}", f"{found}", f"{published}", f"{seconds:.2f}", error)
    console.print(table if run.outcomes or run.published else "nothing is due", highlight=False)
