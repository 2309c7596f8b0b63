"""`mingjing cameras`: the cameras over the windows."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from mingjing import cameras as book
from mingjing import logs, settings
from mingjing.cli.options import or_mistakes
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.metrics import Health
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


@app.command()
def look(
    which: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="A camera of cameras_dir, or a camera's file, a picture, a video.")
    ],
    zones: Annotated[
        str | None,
        typer.Option(
            metavar="JSON|FILE", help='Windows in place of the camera\'s: [{"window": …, "polygon": [[x, y], …]}].'
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="JPG", help="Write the picture, with all that was seen.")] = None,
    plain: Annotated[Path | None, typer.Option(metavar="JPG", help="Write the picture without drawings.")] = None,
    json: Annotated[bool, typer.Option(help="The answer as one JSON object.")] = False,
) -> None:
    """Look through a camera once, and say window by window what there is to see. Nothing is kept."""
    from video import once
    from video.detector import load_detector
    from video.pictures import Album

    chosen = settings.load()
    logs.setup(chosen.log_format, "error")  # what goes wrong is the answer
    directory = Path(chosen.cameras_dir) if chosen.cameras_dir else None
    camera, frame = once.chosen(which, directory, _zones(zones), lambda: settings.clock_now(chosen))
    reference = Album(Path(chosen.pictures_dir), Health("cameras")).reference(camera)
    answer, drawn, bare = once.seen(camera, frame, load_detector(chosen), reference)
    for path, picture in ((out, drawn), (plain, bare)):
        if path is not None:
            _write(path, picture)
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    seen = "no model to see with" if answer.detector == "none" else f"{len(answer.persons)} persons"
    typer.echo(f"{camera.id}\t{'{} x {}'.format(*answer.picture_size)}\t{answer.condition}\t{answer.detector}\t{seen}")
    for window in answer.windows:
        why = f" ({window.reason})" if window.reason else ""
        shares = "; ".join(f"{one.inside:.0%} inside, covers {one.covers:.0%}" for one in window.shares)
        typer.echo(f"{window.window}\t{window.state}{why}\t{window.confidence}\t{shares}")


def _zones(given: str | None) -> list[book.Zone] | None:
    """The windows in JSON text, or in a file that holds it."""
    if given is None:
        return None
    try:
        text = given if given.lstrip().startswith("[") else Path(given).read_text(encoding="utf-8")
        return msgspec.json.decode(text, type=list[book.Zone])
    except (OSError, UnicodeDecodeError) as wrong:
        raise UsageError(f"--zones {given}: cannot be read: {wrong}") from wrong
    except msgspec.DecodeError as wrong:
        raise UsageError(
            f'--zones: {wrong}; write [{{"window": "W01", "polygon": [[10, 20], [110, 20], [60, 90]]}}]'
        ) from wrong


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be written: {wrong.strerror}") from wrong


def _right(reading: book.Reading) -> list[book.Camera]:
    if reading.mistakes:
        raise BookError(reading.mistakes)
    return reading.cameras


def _unknown(cameras: list[book.Camera], chosen: Settings) -> list[Mistake]:
    """Warnings for windows that the register of windows does not have; none where there is no register."""
    from mingjing.registers import load_registers

    if chosen.registers_dir is None:
        return []
    known = {entry.code for entry in load_registers(Path(chosen.registers_dir)).entries("windows")}
    return [
        Mistake(camera.id, 0, f"window {zone.window!r} is not in the register of windows")
        for camera in cameras
        for zone in camera.windows
        if known and zone.window not in known
    ]
