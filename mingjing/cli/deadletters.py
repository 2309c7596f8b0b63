"""`mingjing deadletters`: what was refused, why, and once more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjing import deadletters, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import store_dsn
from mingjing.errors import UsageError
from mingjing.store import Store
from mingjing.types import DeadLetter
from mingjing.zones import zone

app = typer.Typer(
    help="Records that were refused: list them, show one, send them again.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

FromFile = Annotated[
    Path | None,
    typer.Option("--file", help="A file that audit or ingest wrote, instead of the store.", show_default=False),
]
ALL = 1_000_000
AT_ONCE = 100  # sent again together, and noted as sent


@app.command("list")
def list_(file: FromFile = None, limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 50) -> None:
    """List dead letters, the newest first (of a file: in its order). Contents are not shown."""
    with _listed(file, limit) as found:
        letters = list(found)
    if not letters:
        typer.echo("no dead letters", err=True)
        return
    table = Table("id", "at", "place", "reason", "sent again", box=None, pad_edge=False)
    for one in letters:
        again = _when(one.retried_at) if one.retried_at else ""
        table.add_row(one.id, _when(one.letter.at), deadletters.place(one.letter), one.letter.reason, again)
    console = Console()
    console.print(table, markup=False) if console.is_terminal else _plain(letters)


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    file: FromFile = None,
    raw: Annotated[bool, typer.Option(help="Only the original bytes, exactly.")] = False,
) -> None:
    """Show one dead letter with its original bytes."""
    letter = _one(letter_id, file)
    if raw:
        typer.get_binary_stream("stdout").write(letter.raw)
        return
    typer.echo(f"place:  {deadletters.place(letter)}")
    typer.echo(f"at:     {_when(letter.at)}")
    typer.echo(f"reason: {letter.reason}")
    typer.echo(f"bytes:  {len(letter.raw):,}\n")
    typer.echo(letter.raw.decode("utf-8", "backslashreplace"))


@app.command()
def retry(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="As `list` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were not sent again yet.")] = False,
) -> None:
    """Publish the original bytes to the events topic once more, if they can be read by now."""
    chosen = settings.load()
    with _store(chosen) as store:
        if everything:
            ids = [one.id for one in deadletters.in_store(store, ALL) if one.retried_at is None]
        elif not ids:
            raise UsageError("name the ids to send again, or --all")
        parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
        outcomes = [outcome for part in parts for outcome in deadletters.retry(store, part, chosen)]
    held = [one for one in outcomes if one.reason]
    for one in held:
        typer.echo(f"{one.id}: not sent, it would be refused again: {one.reason}", err=True)
    typer.echo(f"{len(outcomes) - len(held)} sent again, {len(held)} not", err=True)


def _plain(letters: list[deadletters.Listed]) -> None:
    for one in letters:
        again = one.retried_at.isoformat() if one.retried_at else ""
        cells = (one.id, one.letter.at.isoformat(), deadletters.place(one.letter), one.letter.reason, again)
        typer.echo("\t".join(cells))


def _one(letter_id: str, file: Path | None) -> DeadLetter:
    if file is not None:
        found = next((one.letter for one in deadletters.in_file(file) if one.id == letter_id), None)
    else:
        with _store(settings.load()) as store:
            found = store.dead_letter(letter_id)
    if found is None:
        raise UsageError(f"no dead letter {letter_id}; `mingjing deadletters list` shows their ids")
    return found


@contextmanager
def _listed(file: Path | None, limit: int) -> Iterator[Iterator[deadletters.Listed]]:
    if file is not None:
        yield islice(deadletters.in_file(file), limit)
        return
    with _store(settings.load()) as store:
        yield deadletters.in_store(store, limit)


@contextmanager
def _store(chosen: settings.Settings) -> Iterator[Store]:
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        yield store


def _when(instant: datetime) -> str:
    """Local time by the settings, as people read it."""
    return instant.astimezone(zone(settings.load().timezone).info).strftime("%Y-%m-%d %H:%M:%S")
