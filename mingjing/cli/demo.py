"""`mingjing demo`: the whole service on this machine."""

from datetime import date, datetime
from typing import Annotated

import typer

from mingjing.errors import ServiceError

START = date(2026, 3, 2)
"""A Monday; its history holds the Spring Festival, whose make-up days make the ledgers worth reading."""


def demo(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the dashboard (8501, or a free one if that is taken).")
    ] = None,
    speed: Annotated[float, typer.Option(min=1, max=3600, help="Simulated seconds in one second.")] = 180,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The simulated day that begins (2026-03-02).")
    ] = None,
    history: Annotated[int, typer.Option(min=0, max=120, help="Days before it that are judged first.")] = 28,
    seed: Annotated[int, typer.Option(help="Another seed, another city.")] = 1,
) -> None:
    """Run the whole service on this machine, with embedded servers and a simulated city.

    Prints the dashboard's address when everything is ready; Ctrl-C stops all of it and leaves nothing.
    A second demo beside the first takes ports and a directory of its own.
    """
    from mingjing.demo.plan import Options
    from mingjing.demo.run import run

    options = Options(start=start.date() if start else START, history_days=history, speed=speed, seed=seed, port=port)
    try:
        run(options)
    except ServiceError as wrong:
        typer.echo(f"mingjing: {wrong}", err=True)
        raise typer.Exit(1) from wrong
