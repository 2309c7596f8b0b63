"""One camera on the calibration page: its file as it was read, and the draft that may become it."""

import os
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dashboards.calibration.draft import Change, Problem, changes, problems
from dashboards.calibration.drawing import Drawn, canvas, inked, rescaled, taken, typed, unused, written
from dashboards.calibration.looking import Looked
from mingjing.cameras import Camera, Point, Size, Zone, save, stamp

WIDEST, HIGHEST = 840, 640
"""Canvas pixels."""

UNSEEN: Size = (1280, 720)
"""The size of a camera's picture until there is one."""

NEW = ""
"""Where the code of a camera would stand that is being added."""

_numbers = count()


class Desk:
    """The draft. `number` is its own; `base`: what the canvas started from, `round`: how often it started.

    `told`: where the picture comes from; `given`: the upload that has been taken.
    """

    def __init__(self, directory: Path, camera: Camera | None) -> None:
        self.number = next(_numbers)
        self.directory = directory
        self.before = camera
        self.camera = camera or Camera(id=NEW, url="", size=UNSEEN)
        self.since = "" if camera is None else stamp(directory, camera.id)
        self.drawn: list[Drawn] = inked(self.camera.windows)
        self.base = list(self.drawn)
        self.round = 0
        self.picture: bytes | None = None
        self.told = ""
        self.given = ""
        self.looked: Looked | None = None
        self.bad: dict[str, str] = {}

    @property
    def scale(self) -> float:
        """Canvas pixels per camera pixel."""
        width, height = self.camera.size
        return min(WIDEST / width, HIGHEST / height)

    @property
    def objects(self) -> dict[str, Any]:
        """What the canvas starts from."""
        return canvas(self.base, self.scale)

    def restart(self) -> None:
        """Lets the canvas show the draft as it is."""
        self.base = list(self.drawn)
        self.round += 1

    def show(self, picture: bytes, size: Size, told: str) -> bool:
        """Draw on this picture from now on. True if it has another size than the polygons, which then follow it."""
        other = self.before is not None and size != self.camera.size
        self.drawn = rescaled(self.drawn, self.camera.size, size)
        self.camera = replace(self.camera, size=size)
        self.picture, self.told, self.looked = picture, told, None
        self.restart()
        return other

    def take(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Follow what somebody drew. What is new gets its colour, and what was a slip of the mouse goes."""
        before = {one.ink for one in self.base}
        known = {one.ink: one for one in [*self.base, *self.drawn]}  # one taken away comes back by the canvas's undo
        drawn = taken(objects, list(known.values()), self.scale, self.camera.size)
        if drawn != self.drawn:
            self.looked = None
            self.bad.clear()
        self.drawn = drawn
        if {one.ink for one in self.drawn} - before or len(objects) != len(self.drawn):
            self.restart()

    def add(self) -> None:
        """A polygon in the middle of the picture, to be moved by mouse or by numbers."""
        width, height = self.camera.size
        left, top, right, bottom = (round(n) for n in (width * 0.4, height * 0.4, width * 0.6, height * 0.6))
        corners: tuple[Point, ...] = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.drawn.append(Drawn(unused(self.drawn), corners))
        self._changed()

    def remove(self, ink: str) -> None:
        """Take a polygon away."""
        self.drawn = [one for one in self.drawn if one.ink != ink]
        self.bad.pop(ink, None)
        self._changed()

    def name(self, ink: str, window: str | None) -> None:
        """Say which window a polygon shows."""
        self._replace(ink, window=(window or "").strip())

    def rank(self, ink: str, view: float | None) -> None:
        """Say how well a window is seen."""
        self._replace(ink, view=view)

    def type(self, ink: str, text: str) -> None:
        """Take the corners that somebody typed; what is no corners is kept in `bad`."""
        try:
            polygon = typed(text)
        except ValueError:
            self.bad[ink] = text
            return
        self.bad.pop(ink, None)
        self._replace(ink, polygon=polygon)
        self._changed()

    def corners(self, ink: str) -> str:
        """The corners of a polygon as people type them, or what somebody typed that is none."""
        one = next(one for one in self.drawn if one.ink == ink)
        return self.bad.get(ink, written(one.polygon))

    def _replace(self, ink: str, **values: Any) -> None:
        self.drawn = [replace(one, **values) if one.ink == ink else one for one in self.drawn]
        self.looked = None

    def _changed(self) -> None:
        self.looked = None
        self.restart()

    def problems(self, known: Collection[str]) -> list[Problem]:
        """Everything amiss with the polygons."""
        return [*problems(self.drawn, self.camera.size, known), *(Problem(ink, "numbers") for ink in self.bad)]

    def after(self, zones: Sequence[Zone] | None = None) -> Camera:
        """The camera as the draft has it."""
        chosen = [one.zone for one in self.drawn] if zones is None else zones
        return replace(self.camera, windows=tuple(chosen))

    def sound(self) -> Camera:
        """The camera with those polygons only that can be used: what a look through it can try."""
        amiss = {problem.ink for problem in self.problems(()) if problem.blocking}
        return self.after([one.zone for one in self.drawn if one.ink not in amiss])

    def changes(self) -> list[Change]:
        """What saving would do."""
        return changes(self.before, self.after([one.zone for one in self.drawn if one.window]))

    def save(self) -> "Desk":
        """Write the camera's file; the desk that goes on from there. Raises as `mingjing.cameras.save` does."""
        camera = self.after()
        save(self.directory, camera, self.since)
        fresh = Desk(self.directory, camera)
        fresh.picture, fresh.told, fresh.looked = self.picture, self.told, self.looked
        return fresh


def writable(directory: Path) -> bool:
    """Whether cameras can be saved there."""
    return directory.is_dir() and os.access(directory, os.W_OK | os.X_OK)
