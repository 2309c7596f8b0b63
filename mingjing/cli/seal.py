"""`mingjing seal`: whether the record of what people did and saw is as it was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from mingjing import settings
from mingjing.access import WHOLE
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.errors import UsageError
from mingjing.instants import at
from mingjing.settings import Settings
from mingjing.store import Store

app = typer.Typer(
    help="The sealed record: check it, anchor it, its keys.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def check(show: Annotated[int, typer.Option(min=1, help="List at most so many breaks.")] = 1_000) -> None:
    """Look for entries that were altered, removed or inserted, and name them: chain, place, kind, subject, what.

    Exit status 0: everything is as it was written; 1: it is not; 2: it could not be checked.
    """
    from mingjing.record.audit import audit
    from mingjing.store.record import total

    chosen = settings.load()
    console = Console(stderr=True)
    count = 0
    with _whole(chosen) as store, progress_of_cases(console) as progress:
        entries, chains = total(store)
        task = progress.add_task("checking", total=entries)
        for one in audit(store, chosen.seal_dir, lambda seen: progress.advance(task, seen)):
            count += 1
            if count <= show:
                named = (one.chain, str(one.seq or ""), one.kind, one.subject, one.what)
                typer.echo("\t".join(map(_plain, named)))
    said = f"{entries:,} entries in {chains:,} chains"
    if count:
        more = f", {count - show:,} of them not listed" if count > show else ""
        console.print(f"{said}: {count:,} {'break' if count == 1 else 'breaks'}{more}", highlight=False)
        raise typer.Exit(1)
    console.print(f"{said}: as they were written", highlight=False)


@app.command()
def anchor(
    day: Annotated[str | None, typer.Option(help="The day, like 2026-03-31; else today.", show_default=False)] = None,
) -> None:
    """Write down how far every chain has come: as an entry, and as a file to be copied to another machine.

    Once a day is enough; the day's second anchor is its first. Files that are missing are written again.
    """
    from mingjing.record.anchors import FOLDER, heads
    from mingjing.record.anchors import anchor as anchored
    from mingjing.record.keys import signer
    from mingjing.record.recorder import Recorder

    chosen = settings.load()
    now = _now(chosen)
    with _whole(chosen) as store:
        writer = Recorder(store, signer(chosen.seal_dir), "seal")
        made = anchored(writer, store, chosen.seal_dir, now, _day(day, now))
    file = Path(chosen.seal_dir) / FOLDER / f"{made.subject}.json"
    typer.echo(f"{file}: {len(heads(made))} chains, hash {made.hash}")


@app.command()
def keys(
    new: Annotated[
        bool, typer.Option("--new", help="Make another key for this machine; the old one stays trusted.")
    ] = False,
) -> None:
    """List the keys that are trusted; the first is the one that this machine signs with."""
    from mingjing.record.keys import fingerprint, renew, signer, trusted

    chosen = settings.load()
    own = (renew if new else signer)(chosen.seal_dir)
    known = trusted(chosen.seal_dir)
    for public in sorted(known, key=lambda one: one != own.public):
        typer.echo(f"{fingerprint(public)}\t{'this machine' if public == own.public else '-'}\t{known[public]}")


@app.command()
def trust(
    file: Annotated[Path, typer.Argument(help="A public key (.pem) of another machine's seal_dir/trusted.")],
) -> None:
    """Trust what another machine signs, so that its part of the record can be checked here."""
    from mingjing.record.keys import read_public
    from mingjing.record.keys import trust as trusting

    typer.echo(trusting(settings.load().seal_dir, read_public(file)))


def _plain(text: str) -> str:
    """What a forged row says, without the characters that would move a terminal's cursor; "-" for nothing."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text) or "-"


@contextmanager
def _whole(chosen: Settings) -> Iterator[Store]:
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        yield store


def _now(chosen: Settings) -> datetime:
    return at(settings.clock_now(chosen)).astimezone(ZoneInfo(chosen.timezone))


def _day(text: str | None, now: datetime) -> date:
    try:
        day = now.date() if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--day: not a day: {text!r}; write it like 2026-03-31") from None
    if day > now.date():
        raise UsageError(f"--day: {day} has not come yet")
    return day
