"""`mingjing registers`: registers 名册 and logs 台账: what there is, what is wrong, and taking new ones in."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from mingjing import settings
from mingjing.cli.options import or_mistakes
from mingjing.errors import MingjingError, UsageError
from mingjing.instants import at
from mingjing.registers import Entry, Form, dated, forms, load_registers
from mingjing.registers.files import LOGS
from mingjing.registers.importing import (
    Arrival,
    arrivals,
    form_of,
    keep,
    past,
    place,
    read_logs,
    rows_of,
    told_by,
)
from mingjing.registers.versions import version
from mingjing.registers.writing import text
from mingjing.settings import Settings, clock_now
from mingjing.types import CaseEvent
from mingjing.zones import zone

SHOWN = 50

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Registers and logs: list, show, check, import, events, history.",
)

Registers = Annotated[
    Path | None, typer.Option("--registers", metavar="DIR", help="The directory of registers (registers_dir).")
]
Which = Annotated[str, typer.Argument(help="A register or log, like `integrity` or 诚信记录.", show_default=False)]
Named = Annotated[str, typer.Option(help="Which register the file is, where its name does not say so.")]
Add = Annotated[bool, typer.Option("--add", help="Its rows come to those that are there, or replace their namesakes.")]
Json = Annotated[bool, typer.Option("--json", help="JSON lines, for programs.")]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What `list` says of one register or log."""

    register: str
    zh: str
    en: str
    functions: tuple[str, ...]
    log: bool
    rows: int | None
    in_force: int | None
    version: str


@app.command("list")
def list_(registers: Registers = None, as_json: Json = False) -> None:
    """All registers and logs: their rows, those in force today, and the version. `–`: not loaded."""
    chosen = settings.load()
    for row in _rows(chosen, _given(chosen, registers)):
        if as_json:
            typer.echo(msgspec.json.encode(row).decode())
            continue
        counted = "–" if row.rows is None else f"{row.rows:,} rows"
        force = "" if row.in_force is None else f", {row.in_force:,} in force"
        kind = "log" if row.log else "register"
        typer.echo(f"{row.register}\t{kind}\t{counted}{force}\t{row.version or '–'}\t{row.zh} {row.en}")


@app.command()
def show(
    register: Which,
    registers: Registers = None,
    on: Annotated[str | None, typer.Option(help="Only rows in force on that day, like 2026-03-01.")] = None,
    search: Annotated[str, typer.Option(help="Only rows with this in a cell.")] = "",
    limit: Annotated[int, typer.Option("--show", min=0, help="At most so many rows.")] = SHOWN,
    as_json: Json = False,
) -> None:
    """The rows of one register or log."""
    chosen, form = settings.load(), form_of(register)
    entries = _entries(_needed(chosen, registers), form)
    if entries is None:
        raise UsageError(f"{form.register}: is not loaded; `mingjing registers import` takes a file of it in")
    day = None if on is None else _day(on)
    found = [one for one in entries if day is None or one.first <= day <= one.last]
    found = [one for one in found if search.casefold() in "\n".join(map(text, one.fields.values())).casefold()]
    for one in found[:limit]:
        if as_json:
            typer.echo(msgspec.json.encode(one.fields).decode())
        else:
            typer.echo(
                "  ".join(f"{name}={text(value)}" for name, value in one.fields.items() if value not in ("", []))
            )
    if len(found) > limit:
        typer.echo(f"… and {len(found) - limit:,} more rows; --show N shows more", err=True)
    typer.echo(f"{form.register}: {len(found):,} of {len(entries):,} rows, version {version(entries)}", err=True)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A directory of registers, or a file to import.")],
    register: Named = "",
    add: Add = False,
    registers: Registers = None,
) -> None:
    """Check a directory with its logs, or a file (.csv, .xlsx) together with a directory. Exit status 1 and every
    mistake with its row if there are any."""
    chosen = settings.load()
    if path.is_dir():
        loaded, logs = or_mistakes(lambda: load_registers(path)), or_mistakes(lambda: read_logs(path))
        rows = sum(1 for name in dated() for _ in loaded.entries(name)) + sum(
            len(rows_of(one)) for one in logs.values()
        )
        typer.echo(f"{len(loaded.has) + len(logs)} registers and logs, {rows:,} rows: no mistake", err=True)
        return
    _arriving(chosen, path, _given(chosen, registers) or Path("registers"), register, add=add)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file (UTF-8), or a workbook, a sheet each.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The directory of registers (registers_dir).")] = None,
    register: Named = "",
    add: Add = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let the file be the whole register, though rows go.")
    ] = False,
    events: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append what a log tells anew to this file, as JSON lines.")
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Publish what a log tells anew, as `ingest` does.")
    ] = False,
) -> None:
    """Take registers and logs in. Nothing is written unless everything in the directory is right with them in place."""
    chosen = settings.load()
    directory = _needed(chosen, out)
    several = _arriving(chosen, file, directory, register, add=add)
    gone = [f"{one.form.register}: {one.difference.removed:,} rows" for one in several if one.difference.removed]
    if gone and not replace:
        raise UsageError(
            f"{'; '.join(gone)} would go: end them with valid_to; --add keeps what the file lacks, --replace lets it go"
        )
    fresh = [event for one in several for event in one.news]
    if fresh and events is None and not publish:
        logs = ", ".join(one.form.register for one in several if one.news)
        raise UsageError(f"{logs}: tells {len(fresh)} events; give --events FILE to write them, or --publish")
    if publish and fresh:
        asyncio.run(_publish(chosen, fresh))
    try:
        if events is not None and fresh:
            with events.open("ab") as lines:
                lines.writelines(msgspec.json.encode(event) + b"\n" for event in fresh)
        for path in keep(several, directory, at(clock_now(chosen))):
            typer.echo(path)
    except OSError as wrong:
        raise MingjingError(f"{wrong.filename}: cannot be written: {wrong.strerror}") from wrong
    if fresh:
        typer.echo(f"{len(fresh):,} events {'published' if publish else 'written'}", err=True)
    if chosen.two_persons and any(not one.form.log for one in several):
        typer.echo(
            "two_persons is on: services load it after `mingjing changes propose registers` is approved", err=True
        )


@app.command("events")
def events_(registers: Registers = None, register: Annotated[str, typer.Option(help="Of this log only.")] = "") -> None:
    """All that the logs tell, as event lines for `audit` or `ingest`."""
    chosen = settings.load()
    directory = _needed(chosen, registers)
    wanted = form_of(register) if register else None
    found = [
        event
        for name, rows in or_mistakes(lambda: read_logs(directory)).items()
        if wanted is None or name == wanted.register
        for event in told_by(directory, forms()[name], rows, ZoneInfo(chosen.timezone)).values()
    ]
    for event in sorted(found, key=lambda one: (one.occurred_at, one.event_id)):
        typer.echo(msgspec.json.encode(event).decode())
    typer.echo(f"{len(found):,} events of the logs in {directory / LOGS}", err=True)


@app.command()
def history(register: Which, registers: Registers = None, as_json: Json = False) -> None:
    """The versions of one register or log, the last one at the end."""
    chosen, form = settings.load(), form_of(register)
    directory = _needed(chosen, registers)
    for one in past(directory, form.register):
        known = {"version": one.version, "until": one.until.isoformat(), "file": str(one.path)}
        typer.echo(
            msgspec.json.encode(known).decode() if as_json else f"{one.version}\tuntil {known['until']}\t{one.path}"
        )
    entries = _entries(directory, form)
    if entries is not None:
        path, last = place(directory, form), version(entries)
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
        known = {"version": last, "since": since, "file": str(path)}
        typer.echo(msgspec.json.encode(known).decode() if as_json else f"{last}\tsince {since}\t{path}")


def _arriving(chosen: Settings, file: Path, directory: Path, register: str, *, add: bool) -> list[Arrival]:
    """The registers of a file, after saying what they would change."""
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    several = or_mistakes(lambda: arrivals(file, directory, ZoneInfo(chosen.timezone), register, add=add))
    for one in several:
        found = one.difference
        told = f"{found.added:,} rows added, {found.removed:,} removed, {found.changed:,} changed"
        was = f"{one.before or '–'} → {one.version}" if one.before != one.version else f"{one.version} as before"
        more = f", {len(one.news):,} events" if one.form.log else ""
        typer.echo(f"{one.form.register}: {len(one.entries):,} rows ({told}{more}); version {was}", err=True)
    return several


def _rows(chosen: Settings, directory: Path | None) -> Iterator[Row]:
    today = zone(chosen.timezone).day(clock_now(chosen))
    loaded = or_mistakes(lambda: load_registers(directory))
    logs = {} if directory is None else or_mistakes(lambda: read_logs(directory))
    for name, form in forms().items():
        there = name in loaded.has or name in logs
        entries = rows_of(logs[name]) if name in logs else list(loaded.entries(name))
        force = None if form.log or not there else sum(one.first <= today <= one.last for one in entries)
        yield Row(
            register=name, zh=form.name.zh, en=form.name.en, functions=form.functions, log=form.log,
            rows=len(entries) if there else None, in_force=force, version=version(entries) if there else "",
        )  # fmt: skip


def _entries(directory: Path, form: Form) -> Sequence[Entry] | None:
    """The rows of a register or log; None where the directory has none."""
    if form.log:
        rows = or_mistakes(lambda: read_logs(directory)).get(form.register)
        return None if rows is None else rows_of(rows)
    loaded = or_mistakes(lambda: load_registers(directory))
    return list(loaded.entries(form.register)) if form.register in loaded.has else None


def _given(chosen: Settings, directory: Path | None) -> Path | None:
    return directory or (Path(chosen.registers_dir) if chosen.registers_dir else None)


def _needed(chosen: Settings, directory: Path | None) -> Path:
    found = _given(chosen, directory)
    if found is None:
        raise UsageError("which directory of registers? Name it, or set registers_dir")
    return found


def _day(words: str) -> int:
    try:
        return date.fromisoformat(words).toordinal()
    except ValueError as wrong:
        raise UsageError(f"--on {words!r} is not a date like 2026-01-01") from wrong


async def _publish(chosen: Settings, fresh: Sequence[CaseEvent]) -> None:
    from mingjing.brokers import topics
    from mingjing.brokers.publisher import Publisher

    await topics.ensure(chosen.brokers, {chosen.topic_events: chosen.partitions}, config=topics.CONFIG)
    async with Publisher(chosen.brokers, chosen.topic_events, None, chosen.partitions) as publisher:
        for event in fresh:
            await publisher.send(event.case_id, msgspec.json.encode(event))
