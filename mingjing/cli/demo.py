"""`mingjing demo`: the whole service on this machine."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjing.errors import ServiceError

if TYPE_CHECKING:
    from video.clips import Clips

START = date(2026, 3, 9)
"""A Monday; its history holds the Spring Festival, whose make-up days make the ledgers worth reading."""


def demo(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the dashboard (8501, or a free one if that is taken).")
    ] = None,
    speed: Annotated[float, typer.Option(min=1, max=3600, help="Simulated seconds in one second.")] = 180,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The simulated day that begins (2026-03-09).")
    ] = None,
    history: Annotated[int, typer.Option(min=0, max=120, help="Days before it that are judged first.")] = 21,
    seed: Annotated[int, typer.Option(help="Another seed, another city.")] = 1,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only fetch what its cameras need, once: the model, and two portraits.")
    ] = False,
) -> None:
    """Run the whole service on this machine, with embedded servers and a simulated city.

    Prints the dashboard's address when everything is ready; Ctrl-C stops all of it and leaves nothing.
    A second demo beside the first takes ports and a directory of its own.
    """
    from mingjing.settings import PREFIX
    from video.clips import Clips
    from video.model import directory, model_path

    model_dir = os.environ.get(f"{PREFIX}MODEL_DIR") or None  # all else that is set here is another installation's
    clips = Clips(directory(model_dir))
    if prepare:
        _prepare(clips, model_path(model_dir))
        return
    from mingjing.demo.plan import Options
    from mingjing.demo.run import run

    options = Options(start=start.date() if start else START, history_days=history, speed=speed, seed=seed, port=port)
    try:
        run(options, clips, sees=model_path(model_dir).is_file(), model_dir=model_dir)
    except ServiceError as wrong:
        typer.echo(f"mingjing: {wrong}", err=True)
        raise typer.Exit(1) from wrong


def _prepare(clips: "Clips", model: Path) -> None:
    """Fetch and make what is not there yet; both are tried before an error is told."""
    from video.model import fetch

    wrong: list[str] = []
    try:
        if not model.is_file():
            fetch(model)
    except ServiceError as one:
        wrong.append(str(one))
    try:
        clips.make(_say)
    except ServiceError as one:
        wrong.append(str(one))
    if wrong:
        raise ServiceError("; ".join(wrong))


def _say(line: str) -> None:
    typer.echo(f"mingjing: {line}", err=True)
