"""The command line `mingjing`: one module per command, imported only when its command is used."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from mingjing import __version__
from mingjing.errors import BookError, MingjingError
from mingjing.names import guard

COMMANDS = {
    "demo": "The whole service on this machine, with sample data.",
    "audit": "Judge event files offline; findings as JSON lines.",
    "ingest": "Publish event files to Kafka.",
    "worker": "The service that judges the stream of events.",
    "sampler": "The service that looks through the cameras.",
    "population": "Judge the rules that look at many cases at once, over the store.",
    "scorer": "The service that keeps the scores up to date.",
    "clerk": "The service that does what is due about findings, and sends messages.",
    "dashboard": "The service that shows the pages.",
    "accounts": "Who may sign in: add, list, close, reset, roles, place.",
    "api": "The service that other platforms pull scores, findings and open data from.",
    "migrate": "Bring the store's tables up to date.",
    "replay": "Judge the stored history again and show what would change.",
    "verify": "Recompute every stored finding from the stored events and compare.",
    "rules": "The rule book: check, list, explain.",
    "presets": "Published ladders to lay over the rule book: list, show.",
    "items": "Item catalogues: check, import from Excel or CSV, compare.",
    "registers": "Registers and logs: list, show, check, import, events, history.",
    "org": "The registers of units, regions, officers, windows and sources: check.",
    "draw": "Draws of experts: make one, repeat those that were recorded.",
    "cameras": "The cameras over the windows: check their files, look through one.",
    "model": "The model that finds people in pictures: fetch, status.",
    "whatif": "Change a rule on trial: what would come, go or read otherwise.",
    "scores": "Efficiency scores: show, explain, freeze, rule on findings; schemes.",
    "brief": "The brief of a period for leaders, as PDF and Excel.",
    "handling": "What was done about a finding: show, act, check, rebuild.",
    "evidence": "Evidence packs: make one of a finding, check one anywhere.",
    "changes": "Changes of rules, items, calendars, schemes and registers: propose, approve, list.",
    "deadletters": "Refused records: list, show, retry.",
    "privacy": "Personal data: how long they are kept, and their erasure.",
    "seal": "The sealed record of what people did and saw: check it, anchor it, its keys.",
    "simulate": "Make a simulated city's events, with the answers.",
    "schema": "The JSON Schemas of the contracts.",
}
"""Every command and what it does; its module is `mingjing.cli.NAME`, which holds an `app` or a function NAME."""


class _Lazy(TyperGroup):
    """Looks a command's module up when the command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mingjing.cli.{cmd_name}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(add_completion=False)
            app.command(name=cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=_Lazy, add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback(invoke_without_command=True)
def mingjing(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    """Mingjing 明镜: electronic supervision of how government service halls handle cases."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """The entry point. Exit status 0: done, 1: the answer is no, 2: unusable arguments. A mistake is one line."""
    try:
        guard()
        app()
    except BookError as mistakes:
        _say(*map(str, mistakes.mistakes))
        sys.exit(2)
    except MingjingError as mistake:
        _say(str(mistake))
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
        sys.exit(0)


def _say(*lines: str) -> None:
    for line in lines:
        print(f"mingjing: {line}", file=sys.stderr)
