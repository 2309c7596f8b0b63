"""`mingjing items`: check, import and compare item catalogues 事项清单."""

from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mingjing.cli.options import or_mistakes
from mingjing.errors import UsageError
from rules.catalogue import Catalogue, load_catalogue
from rules.items.difference import Difference, Total, difference
from rules.items.writing import write_catalogue

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Item catalogues: check, import, compare.")

SHOWN = 50

List = Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A directory of item files, or one (csv, toml, xlsx).")]
Day = Annotated[str | None, typer.Option(help="As it stood on that day, like 2026-01-01; else its last versions.")]


@app.command()
def check(path: List) -> None:
    """Check an item catalogue. Exit status 1 and all mistakes, with row and column, if there are any."""
    catalogue = or_mistakes(lambda: load_catalogue(path))
    typer.echo(f"{_counted(catalogue)}: no mistake", err=True)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx) or a CSV file, titles in row 1.")],
    out: Annotated[Path, typer.Option(help="The directory that --items and items_dir then name.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over what an earlier import left there.")] = False,
) -> None:
    """Import an item list. Nothing is written unless all of it is right; exit status 1 and all mistakes otherwise."""
    catalogue = or_mistakes(lambda: load_catalogue(path))
    for written in write_catalogue(catalogue, out, replace=replace):
        typer.echo(written)
    typer.echo(_counted(catalogue), err=True)


@app.command()
def diff(
    old: List,
    new: List,
    old_on: Day = None,
    new_on: Day = None,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    show: Annotated[int, typer.Option(min=0, help="List at most so many changes.")] = SHOWN,
) -> None:
    """Compare two item lists: items added and removed, steps, materials, and the sum of promised working days."""
    before, after = (or_mistakes(lambda path=path: load_catalogue(path)) for path in (old, new))  # type: ignore[misc]
    found = difference(before, after, on_before=_day(old_on, "--old-on"), on_after=_day(new_on, "--new-on"))
    if json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    _print(found, show)


def _counted(catalogue: Catalogue) -> str:
    versions, fees = sum(1 for _ in catalogue), sum(1 for _ in catalogue.tariffs())
    return f"{len(catalogue):,} items in {versions:,} versions, {fees:,} rows of the tariff"


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as wrong:
        raise UsageError(f"{option} {text!r} is not a date like 2026-01-01") from wrong


def _print(found: Difference, show: int) -> None:
    table = Table("", "before", "after", "%")
    for column in table.columns[1:]:
        column.justify = "right"
    rows = {
        "items 事项": found.items,
        "steps 环节": found.steps,
        "materials 材料": found.materials,
        "committed working days 承诺工作日": found.days,
        "items whose limit is not in working days": found.unsummed,
    }
    for label, total in rows.items():
        table.add_row(label, f"{total.before:,.10g}", f"{total.after:,.10g}", _percent(total))
    Console(stderr=True).print(table)
    lines = [f"added\t{item}" for item in found.added] + [f"removed\t{item}" for item in found.removed]
    lines += [
        f"changed\t{one.item}\t{one.field}\t{_shown(one.before)} → {_shown(one.after)}\t{one.name}"
        for one in found.changed
    ]
    for line in lines[:show]:
        typer.echo(line)
    if len(lines) > show:
        typer.echo(f"… and {len(lines) - show:,} more changes; --show N lists more, --json has all", err=True)


def _percent(total: Total) -> str:
    return "" if total.percent is None else f"{total.percent:+g}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)
