"""`mingjing presets`: the published ladders that can be laid over the rule book."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from rules.presets import load_preset, shipped

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Published ladders to choose from: list, show.")


@app.command("list")
def list_(json: Annotated[bool, typer.Option(help="As JSON lines.")] = False) -> None:
    """List the presets; the setting `preset` or the option --preset chooses one."""
    if json:
        for one in shipped():
            row = {"preset": one.id, "name": one.name, "source": one.source, "rules": sorted(one.overlay.rules)}
            typer.echo(msgspec.json.encode(row).decode())
        return
    table = Table()
    for heading in ("preset", "名称", "name", "rules"):
        table.add_column(heading, overflow="fold")
    for one in shipped():
        table.add_row(one.id, *map(escape, (one.name.zh, one.name.en, ", ".join(one.overlay.rules))))
    Console().print(table)


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` shows it, or a file.")]) -> None:
    """Show what a preset changes, and where that was published."""
    preset = load_preset(name)
    Console().print(
        Syntax(preset.text.rstrip(), "toml", theme="ansi_light", background_color="default", word_wrap=True)
    )
