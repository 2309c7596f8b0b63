"""`mingjing cameras`: the cameras over the windows."""

from pathlib import Path
from typing import Annotated

import typer

from mingjing import cameras as book
from mingjing import settings
from mingjing.cli.options import or_mistakes
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The cameras over the windows.")


@app.callback()
def cameras() -> None:
    """The cameras over the windows."""


@app.command()
def check(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A directory of cameras; else the one in the settings.")
    ] = None,
) -> None:
    """Check the files of the cameras. Exit status 1 and all mistakes, with file and line, if there are any."""
    chosen = settings.load()
    if directory is None and chosen.cameras_dir is None:
        raise UsageError("cameras_dir is not set; give a directory: mingjing cameras check DIR")
    reading = book.read(directory or Path(str(chosen.cameras_dir)))
    for warning in [*reading.warnings, *_unknown(reading.cameras, chosen)]:
        typer.echo(f"warning: {warning}", err=True)
    found = or_mistakes(lambda: _right(reading))
    windows = {zone.window for camera in found for zone in camera.windows}
    typer.echo(f"{len(found)} cameras over {len(windows)} windows: no mistake", err=True)


def _right(reading: book.Reading) -> list[book.Camera]:
    if reading.mistakes:
        raise BookError(reading.mistakes)
    return reading.cameras


def _unknown(cameras: list[book.Camera], chosen: Settings) -> list[Mistake]:
    """Warnings for windows that the register of windows does not have; none where there is no register."""
    from rules.registers import load_registers

    if chosen.registers_dir is None:
        return []
    known = {entry.code for entry in load_registers(Path(chosen.registers_dir)).entries("windows")}
    return [
        Mistake(camera.id, 0, f"window {zone.window!r} is not in the register of windows")
        for camera in cameras
        for zone in camera.windows
        if known and zone.window not in known
    ]
