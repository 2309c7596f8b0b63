"""`mingjing scores schemes`: which indicators count how much."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mingjing.cli.options import or_mistakes
from mingjing.scoring.schemes import load, names

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Scoring schemes: list, show, check.")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As JSON lines.")] = False) -> None:
    """List the shipped schemes; the setting `scheme` or the option --scheme chooses one."""
    schemes = [load(name) for name in names()]
    if as_json:
        for one in schemes:
            typer.echo(msgspec.json.encode(one).decode())
        return
    table = Table()
    for heading in ("scheme", "version", "since", "名称", "name", "indicators", "points"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "scheme")
    for one in schemes:
        table.add_row(one.id, one.version, str(one.since), *map(escape, (one.name.zh, one.name.en)),
                      str(len(one.indicators)), f"{one.total:g}")  # fmt: skip
    Console().print(table)


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="As `list` shows it, or a TOML file.")]) -> None:
    """Show a scheme: each indicator, its weight and what gives nothing and everything."""
    scheme = load(name)
    table = Table(title=escape(f"{scheme.name.zh} {scheme.name.en} · {scheme.id} {scheme.version}"))
    for heading in ("heading", "indicator", "kind", "weight", "counts", "nothing at", "all at"):
        table.add_column(heading, overflow="fold")
    for one in scheme.indicators:
        counts = ", ".join((*one.measure, *one.cards, *(f"not {each}" for each in one.but)))
        ends = ("", "0") if one.kind == "deduct" else (f"{one.floor:g}", f"{one.target:g}")
        if one.kind == "cards":
            ends = (f"{one.zero_at:g} per 1,000", "0")
        table.add_row(
            scheme.headings[one.heading].zh,
            f"{one.name.zh} {one.id}",
            one.kind,
            f"{one.weight:g}",
            counts or "saved time",
            *ends,
        )
    console = Console()
    console.print(table)
    gates = ", ".join(scheme.gates) or "none"
    gates += f" (of {', '.join(scheme.gate_levels)})" if scheme.gates else ""
    console.print(
        f"at most {scheme.most:g} points; ranked from {scheme.minimum:g} weighted cases; gates: {gates}; "
        f"frozen {scheme.freeze_after} working days after a period's end",
        highlight=False,
    )
    if scheme.basis:
        console.print(scheme.basis, markup=False, highlight=False)


@app.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A scheme as TOML.")]) -> None:
    """Check a scheme. Exit status 1 and all mistakes, each with its line, if there are any."""
    scheme = or_mistakes(lambda: load(str(file)))
    typer.echo(f"{scheme.id} {scheme.version}: {len(scheme.indicators)} indicators, no mistake", err=True)
