"""One picture of one camera, looked at once: for whoever draws polygons, or wonders what a camera sees."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
from msgspec import Struct
from msgspec.structs import replace

from mingjing import cameras
from mingjing.cameras import Camera, Polygon, Size, Zone
from mingjing.cameras.files import WORDS, examine
from mingjing.cameras.polygons import flaws
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.instants import at
from mingjing.tomlfile import read_toml
from mingjing.types import Instant
from video import drawing, look
from video.contracts import Box, Condition, Detector, Frame, Picture
from video.health import Health
from video.reader import Reader
from video.sources import frames
from video.sources.folder import KINDS, read
from video.sources.trouble import shown
from video.staffing import Place, overlap

WAIT_S = 10.0
"""Seconds that a camera may take until its first picture."""


class Person(Struct, frozen=True):
    """Where somebody is, in pixels of the camera's size, and how sure that is."""

    score: float
    x: float
    y: float
    w: float
    h: float


class Share(Struct, frozen=True):
    """How a person stands to a window: `inside`, the share of the person's box within the polygon; `covers`, the share
    of the polygon under the box; `counts`: that is enough to be the window's staff."""

    person: int
    inside: float
    covers: float
    counts: bool


class WindowSeen(Struct, frozen=True, kw_only=True):
    """What one picture alone tells about a window; a state needs no history here. `shares`: who touches the polygon."""

    window: str
    state: str
    reason: str | None
    confidence: float
    persons: int
    shares: list[Share]


class Once(Struct, frozen=True, kw_only=True):
    """What one look saw. `size`: of the picture that the polygons are drawn on, whose pixels all numbers are in;
    `picture_size`: of the picture as it came."""

    camera: str
    at: Instant
    size: Size
    picture_size: Size
    condition: Condition
    detector: str
    persons: list[Person]
    windows: list[WindowSeen]


def chosen(
    which: str, directory: Path | None, zones: Sequence[Zone] | None, now: Callable[[], int]
) -> tuple[Camera, Frame]:
    """The camera that somebody means, with other windows if some are given, and one picture of it.

    `which`: the id of a camera in the directory, or a file: of a camera (.toml), a picture, or a video. Raises
    UsageError, or BookError with the mistakes of a camera's file.
    """
    path = Path(which)
    camera = None if path.is_file() and path.suffix != ".toml" else _camera(which, directory)
    if camera is None:
        camera = Camera(id=path.stem, url=which, size=(1, 1))
        frame = still(path, now()) if path.suffix.lower() in KINDS else grab(camera, now)
        camera = replace(camera, size=drawing.size_of(frame.picture))
    else:
        frame = grab(camera, now)
    if zones is not None:
        camera = replace(camera, windows=tuple(zones))
    wrong = [
        f"window {z.window!r}: the polygon {WORDS[flaw].format(width=camera.size[0], height=camera.size[1])}"
        for z in camera.windows
        for flaw in flaws(z.polygon, camera.size)
    ]
    if wrong:
        raise UsageError("\n".join(wrong))
    return camera, frame


def _camera(which: str, directory: Path | None) -> Camera:
    path, mistakes = Path(which), list[Mistake]()
    if path.suffix == ".toml" and path.is_file():
        file = read_toml(path, mistakes)
        camera = examine(file, mistakes, []) if file is not None else None
        if camera is None:
            raise BookError(mistakes)
        return camera
    if directory is None:
        raise UsageError(f"no file {shown(which)}, and no cameras_dir in the settings to find a camera of that id in")
    reading = cameras.read(directory)
    for camera in reading.cameras:
        if camera.id == which:
            return camera
    known = ", ".join(camera.id for camera in reading.cameras) or "none"
    raise UsageError(f"no usable camera {shown(which)!r} in {directory}; there are: {known}")


def grab(camera: Camera, now: Callable[[], int]) -> Frame:
    """One picture of a camera: the newest of a live one, the first of a file. Raises UsageError with what is wrong."""
    path = Path(camera.url)
    still_to_come = "://" in camera.url or path.is_char_device() or (path.is_dir() and not camera.loop)
    if not still_to_come:
        frame = next(iter(frames(camera, 1.0, now())), None)
        if frame is None:
            raise UsageError(f"{camera.url}: there is no picture in it")
        return frame
    reader = Reader(replace(camera, period_s=0.2), now)
    try:
        until = time.monotonic() + WAIT_S
        while (frame := reader.newest()) is None:
            if reader.trouble or time.monotonic() > until:
                raise UsageError(reader.trouble or f"camera {camera.id}: no picture within {WAIT_S:.0f} s")
            time.sleep(0.02)
        return frame
    finally:
        reader.stop(0)


def still(path: Path, now: int) -> Frame:
    """A picture file. Raises UsageError if it is none."""
    picture, wrong = read(path)
    if picture is None:
        raise UsageError(f"{path}: {wrong}")
    return Frame(picture, now)


def seen(camera: Camera, frame: Frame, detector: Detector, reference: Picture | None) -> tuple[Once, bytes, bytes]:
    """What there is to see in a picture of a camera, the picture with it drawn, and the picture without, both with
    heads blurred, as JPEG."""
    cv2.setNumThreads(1)
    size = drawing.size_of(frame.picture)
    condition = Health(reference).look(frame.picture)
    found = look.look(detector, frame.picture, camera)
    placed = drawing.scaled(found.persons, size, camera.size)
    blind = detector.name == look.BLIND
    windows = [_window(zone, camera, frame.at, placed, condition, blind=blind) for zone in camera.windows]
    states = {window.window: window.state for window in windows}
    drawn, plain = look.shown(frame.picture, found, camera, states, blind=blind)
    assert plain is not None  # asked for
    once = Once(
        camera=camera.id,
        at=at(frame.at),
        size=camera.size,
        picture_size=size,
        condition=condition,
        detector=detector.name,
        persons=[Person(round(box.score, 3), *(round(edge, 1) for edge in box[1:])) for box in placed],
        windows=windows,
    )
    return once, drawn, plain


def _window(
    zone: Zone, camera: Camera, instant: int, boxes: Sequence[Box], condition: Condition, *, blind: bool
) -> WindowSeen:
    place = Place(zone, camera.size)
    state = place.lose(instant, "no_detector") if blind else place.look(instant, boxes, condition)
    staff = place.glance(boxes).staff
    shares = [
        _share(number, box, zone.polygon, place.area, box in staff)
        for number, box in enumerate(boxes)
        if overlap(zone.polygon, box)
    ]
    return WindowSeen(
        window=zone.window,
        state=state.state,
        reason=state.reason,
        confidence=round(state.confidence, 3),
        persons=state.persons,
        shares=shares,
    )


def _share(number: int, box: Box, polygon: Polygon, area: float, counts: bool) -> Share:
    shared = overlap(polygon, box)
    return Share(number, round(shared / (box.w * box.h), 3), round(shared / area, 3), counts)
