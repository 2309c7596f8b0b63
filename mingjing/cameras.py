"""The cameras 摄像头 of an installation: where each is, and which part of its picture shows which window.

A directory (`cameras_dir`) holds one TOML file per camera. The sampler reads them, the calibration page writes them.
Pure but for `load` and `save`: polygons are numbers here, no picture is opened.
"""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from mingjing.types import Code

Point = tuple[float, float]
"""Pixels from the left and from the top of a picture of the camera's `size`."""


class Zone(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of one window's staff in a camera's picture.

    `view`: among cameras that see the same window the one with the highest decides; absent: the larger share of the
    picture.
    """

    window: Code
    polygon: tuple[Point, ...]
    view: float | None = None


class Camera(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera as its file says.

    `url`: rtsp://…, a video file, a folder of pictures, or a device like /dev/video0; never with a password in it.
    `login`: where user:password stands, `env:NAME` or `file:PATH`. `size`: width and height of the picture that the
    polygons were drawn on; a stream of another size is scaled. `period_s`: seconds between samples. `loop`: a video
    file begins again when it ends. `staff_small`: staff are small in the picture, so each window is looked at closely.
    """

    id: Code
    url: str
    name: str = ""
    hall: str = ""
    login: str | None = None
    period_s: Annotated[float, Meta(gt=0, le=3600)] = 5
    size: tuple[int, int]
    loop: bool = False
    staff_small: bool = False
    windows: tuple[Zone, ...] = ()


def load(directory: Path) -> list[Camera]:
    """The cameras of a directory, in order of id. Raises BookError with all mistakes of all files."""
    raise NotImplementedError


def save(directory: Path, camera: Camera) -> Path:
    """Write one camera's file, whole or not at all; what a person wrote beside the known keys stays. Its path."""
    raise NotImplementedError
