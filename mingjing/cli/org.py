"""`mingjing org`: the registers of units, regions, officers, windows and sources."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from mingjing.cli.options import or_mistakes
from rules.registers import Registers, load_registers

app = typer.Typer(add_completion=False, help="The registers of units, regions, officers, windows and sources.")


@app.callback()
def org() -> None:
    """The registers of units, regions, officers, windows and sources."""


@app.command()
def check(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of registers.")]) -> None:
    """Check a directory of registers. Exit status 1 and all mistakes if there are any."""
    registers = or_mistakes(lambda: load_registers(directory))
    typer.echo(f"{_counted(registers)}: no mistake", err=True)


def _counted(registers: Registers) -> str:
    parts = []
    for register in ("regions", "units", "windows", "officers"):
        codes = {entry.code for entry in registers.entries(register)}
        levels = Counter(str(entry.fields.get("level", "")) for entry in registers.entries(register))
        by_level = ", ".join(f"{level} {count:,}" for level, count in levels.items() if level)
        parts.append(f"{len(codes):,} {register}" + (f" ({by_level})" if by_level else ""))
    parts.append(f"{len(registers.agreements):,} sources")
    return "; ".join(parts)
