"""`mingjing brief`: makes the brief of a period, or of every month whose scores are frozen."""

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from mingjing import logs, metrics, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import store_dsn
from mingjing.errors import MingjingError, StoreUnavailable, UsageError
from mingjing.instants import at
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.texts import LANGUAGES, Language

if TYPE_CHECKING:
    from mingjing.reports.facts import Order
    from mingjing.reports.making import Wish
    from mingjing.scores import Scoring

log = logging.getLogger("mingjing.brief")

LOOK_S = 60.0
"""Seconds between two looks at what was frozen."""


def brief(
    period: Annotated[
        str | None,
        typer.Argument(metavar="PERIOD", help="2026-03, 2026-W11, 2026-Q1, 2026, or 2026-01-01..2026-06-30."),
    ] = None,
    level: Annotated[str, typer.Option(help="What is ranked beside departments: window, officer, region, item.")] = (
        "window"
    ),
    region: Annotated[
        list[str] | None, typer.Option(help="Only this region, with those in it; may be repeated.")
    ] = None,
    department: Annotated[list[str] | None, typer.Option(help="Only this department; may be repeated.")] = None,
    lang: Annotated[str, typer.Option(help="zh, en or both.")] = "both",
    forms: Annotated[str, typer.Option("--format", help="pdf, xlsx, or both with a comma.")] = "pdf,xlsx",
    out: Annotated[Path | None, typer.Option(help="The directory for the files; else the settings' brief_dir.")] = None,
    watch: Annotated[
        bool, typer.Option(help="Make each month's brief once its scores are frozen, and again for each revision.")
    ] = False,
) -> None:
    """Make the brief 效能通报 of a period: numbers, rankings with intervals, moves, risks, load, as PDF and Excel.

    The files' names go to standard output. Nothing is written where anything is wrong.
    """
    from mingjing.reports.facts import Order
    from mingjing.reports.shelf import prepared
    from mingjing.store.scores import Scope

    if (period is None) is not watch:
        raise UsageError("give a PERIOD like 2026-03, or --watch alone; not both")
    chosen = settings.load()
    wish = _wish(lang, forms)
    scope = Scope(regions=tuple(region or ()), departments=tuple(department or ()))
    order = Order(period=_period(period or "2000-01"), level=_level(level), scope=scope)
    folder = prepared(out or Path(chosen.brief_dir))
    wish.check()
    with _scoring(chosen) as (store, scoring):
        if watch:
            _watch(chosen, store, scoring, order, wish, folder)
        else:
            for path in _once(chosen, store, scoring, order, wish, folder):
                typer.echo(path)


def _once(
    chosen: Settings, store: Store, scoring: "Scoring", order: "Order", wish: "Wish", folder: Path
) -> list[Path]:  # fmt: skip
    """Makes one brief under a bar."""
    from mingjing.reports.making import make, save

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def told(step: str, share: float) -> None:
            bar.update(task, description=step.replace("_", " "), completed=share)

        now = at(settings.clock_now(chosen))
        files = make(
            store, scoring, order, wish, now=now, timezone=chosen.timezone, severities=chosen.severity, told=told
        )
    for file in files:
        if file.revision and (folder / file.name).exists():
            console.print(
                f"{file.name} stays as it was made first: revision {file.revision} does not change; "
                "remove the file, or name another --out, for a new one", highlight=False, soft_wrap=True,
            )  # fmt: skip
    return save(files, folder)


def _watch(
    chosen: Settings, store: Store, scoring: "Scoring", order: "Order", wish: "Wish", folder: Path
) -> None:  # fmt: skip
    """Looks again and again; what fails is told on /health and in the log, and tried again."""
    from mingjing.reports.schedule import make_due

    logs.setup(chosen.log_format, chosen.log_level)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    health = metrics.Health("brief")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering:
        while not stop.is_set():
            try:
                for done in make_due(store, scoring, order, wish, folder, chosen, settings.clock_now(chosen)):
                    log.info("brief of %s, revision %d: %s", done.period.code, done.revision, ", ".join(done.names))
                health.well("store")
                health.well("brief")
            except StoreUnavailable as wrong:
                health.failing("store", str(wrong))
                log.warning("the store does not answer; another try follows: %s", wrong)
            except MingjingError as wrong:
                health.failing("brief", str(wrong))
                log.error("the brief could not be made: %s", wrong)  # noqa: TRY400 - one line, no traceback
            stop.wait(LOOK_S)


@contextmanager
def _scoring(chosen: Settings) -> "Iterator[tuple[Store, Scoring]]":
    from mingjing.scores import Scoring
    from mingjing.scoring.schemes import load

    scheme = load(chosen.scheme)
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        yield store, Scoring(store, scheme)


def _wish(lang: str, forms: str) -> "Wish":
    from mingjing.reports.making import Wish
    from mingjing.reports.shelf import FORMATS

    languages: Sequence[Language] = LANGUAGES if lang == "both" else [one for one in LANGUAGES if one == lang]
    if not languages:
        raise UsageError(f"--lang {lang}: write zh, en or both")
    asked = tuple(dict.fromkeys(part.strip() for part in forms.split(",")))
    if unknown := [one for one in asked if one not in FORMATS]:
        raise UsageError(f"--format {unknown[0]!r}: write {', '.join(FORMATS)}, or both with a comma")
    return Wish(languages=tuple(languages), formats=asked)


def _period(text: str):  # type: ignore[no-untyped-def]
    from mingjing.cli.scores.parts import period_of

    return period_of(text)


def _level(text: str) -> str:
    from mingjing.cli.scores.parts import level_of

    return level_of(text)
