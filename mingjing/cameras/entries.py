"""What a camera's file says."""

from typing import Annotated, get_type_hints

from msgspec import Meta, Struct

from mingjing.types import Code

Point = tuple[float, float]
"""Pixels from the left and from the top of a picture of the camera's `size`."""

Polygon = tuple[Point, ...]

Size = tuple[int, int]
"""Width and height in pixels."""


class Zone(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of one window's staff in a camera's picture.

    `view`: among cameras that see the same window the one with the highest decides; absent: the larger share of the
    picture.
    """

    window: Code
    polygon: Polygon
    view: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None


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
    size: Size
    loop: bool = False
    staff_small: bool = False
    windows: tuple[Zone, ...] = ()


CAMERA = get_type_hints(Camera, include_extras=True)
ZONE = get_type_hints(Zone, include_extras=True)
