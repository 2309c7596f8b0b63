"""`mingjing org`: the registers of units, regions, officers, windows and sources."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from mingjing import settings
from mingjing.cli.options import or_mistakes
from mingjing.registers import Registers, load_registers
from mingjing.zones import zone

_WINDOW = ("name", "department", "hall", "hours", "shifts")

app = typer.Typer(add_completion=False, help="The registers of units, regions, officers, windows and sources.")


@app.callback()
def org() -> None:
    """The registers of units, regions, officers, windows and sources."""


@app.command()
def check(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of registers.")]) -> None:
    """Check a directory of registers. Exit status 1 and all mistakes if there are any."""
    registers = or_mistakes(lambda: load_registers(directory))
    typer.echo(f"{_counted(registers)}: no mistake", err=True)


@app.command()
def windows(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of registers.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for programs.")] = False,
) -> None:
    """The windows that are in force today, with their departments, halls, hours and changes of shift."""
    chosen = settings.load()
    registers = or_mistakes(lambda: load_registers(directory))
    today = zone(chosen.timezone).day(settings.clock_now(chosen))
    for entry in sorted(registers.entries("windows"), key=lambda one: one.code):
        if entry.first <= today <= entry.last:
            fields = {"code": entry.code} | {name: str(entry.fields.get(name, "")) for name in _WINDOW}
            typer.echo(msgspec.json.encode(fields).decode() if as_json else "  ".join(filter(None, fields.values())))


def _counted(registers: Registers) -> str:
    parts = []
    for register in ("regions", "units", "windows", "officers"):
        codes = {entry.code for entry in registers.entries(register)}
        levels = Counter(str(entry.fields.get("level", "")) for entry in registers.entries(register))
        by_level = ", ".join(f"{level} {count:,}" for level, count in levels.items() if level)
        parts.append(f"{len(codes):,} {register}" + (f" ({by_level})" if by_level else ""))
    parts.append(f"{len(registers.agreements):,} sources")
    return "; ".join(parts)
