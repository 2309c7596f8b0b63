"""The pictures that are kept: each camera's newest, snapshots that are evidence, and what a camera's scene looked like.

    latest/        see `mingjing.latest`
    snapshots/     YYYY-MM-DD/HHMMSS.mmmZ-CAMERA.jpg, day and time in UTC; deleted when they are old enough
    reference/     CAMERA-DRAWN.png: the scene as it was when the polygons were drawn, small and grey

A file is written aside and renamed, so that nobody reads half of it. Where nothing can be written (disk full, no
permission) that is said once; looking goes on.
"""

import errno
import hashlib
import logging
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import cv2
import msgspec
import numpy as np

from mingjing import latest
from mingjing.cameras import Camera
from mingjing.instants import DAY, SECOND, at_once, micros
from mingjing.latest import Latest
from mingjing.metrics import Health
from video import drawing
from video.contracts import Picture

log = logging.getLogger(__name__)

SNAPSHOTS = "snapshots"
REFERENCES = "reference"

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SNAPSHOT = re.compile(r"\.?(\d{6}\.\d{3})Z-.+\.jpg(\.tmp)?")
_LATEST = re.compile(r"\.?(.+?)(?:\.plain)?\.(?:jpg|json)(?:\.tmp)?")
_REFERENCE = re.compile(r"(.+)-[0-9a-f]{8}\.png")
_encode = msgspec.json.Encoder().encode


class Album:
    """The pictures of all cameras under one directory; several threads may use it, one for each camera at a time."""

    def __init__(self, directory: Path, health: Health) -> None:
        self.directory = directory
        self._health = health
        self._troubles: dict[str, str] = {}  # by camera
        self._lock = threading.Lock()

    def show(self, now: Latest, picture: bytes | None = None, plain: bytes | None = None) -> None:
        """Replace a camera's latest pictures (JPEG; None leaves the one before) and the words about it."""
        for path, content in (
            (latest.picture(self.directory, now.camera), picture),
            (latest.picture(self.directory, now.camera, plain=True), plain),
            (latest.words(self.directory, now.camera), _encode(now)),
        ):
            if content is not None and not self._write(now.camera, path, content):
                return

    def keep(self, camera: str, instant: int, picture: bytes) -> str | None:
        """Keep a JPEG as evidence of `instant` (microseconds UTC). Its path relative to the directory; None where it
        cannot be written."""
        taken = at_once(instant)
        stamp = f"{taken:%H%M%S}.{taken.microsecond // 1000:03}Z"
        path = self.directory / SNAPSHOTS / f"{taken:%Y-%m-%d}" / f"{stamp}-{camera}.jpg"
        return path.relative_to(self.directory).as_posix() if self._write(camera, path, picture) else None

    def reference(self, camera: Camera) -> Picture | None:
        """What the camera saw when its polygons were drawn as they are now; None where nothing was kept."""
        path = self._reference(camera)
        try:
            found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
        except (OSError, cv2.error):
            return None
        return None if found is None else np.asarray(found, np.uint8)

    def keep_reference(self, camera: Camera, picture: Picture) -> None:
        """Keep what the camera sees; what it saw before other polygons were drawn is no longer needed."""
        path = self._reference(camera)
        if not self._write(camera.id, path, drawing.png(picture)):
            return
        for other in _entries(path.parent):
            named = _REFERENCE.fullmatch(other.name)
            if named and named[1] == camera.id and other != path:
                other.unlink(missing_ok=True)

    def forget(self, camera: str) -> None:
        """Delete the latest pictures of a camera that is no longer looked through."""
        for path in (
            latest.words(self.directory, camera),
            latest.picture(self.directory, camera),
            latest.picture(self.directory, camera, plain=True),
        ):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._tell(camera, None)

    def expire(self, now: int, days: float, cameras: Collection[str]) -> int:
        """Delete snapshots taken more than `days` before `now` (microseconds UTC), and what has lain so long of cameras
        that are none any more; how many there were.

        Only files that are named as ours, in real directories of our own, are touched: no link is followed.
        """
        until = now - round(days * DAY)
        old = [path for day in self._days() for path in _entries(day) if (_taken(path) or until) < until]
        old += [path for path in self._orphans(cameras) if _age(path) > days * DAY / SECOND]
        gone, failed = 0, None
        for path in old:
            try:
                if not path.is_symlink():
                    path.unlink()
                    gone += 1
            except OSError as wrong:
                failed = f"{wrong.strerror}: {path}"
        for day in self._days():
            with suppress(OSError):
                day.rmdir()  # only where it is empty
        self._tell(SNAPSHOTS, failed and f"old pictures cannot be deleted: {failed}")
        return gone

    def _orphans(self, cameras: Collection[str]) -> Iterator[Path]:
        """The latest pictures, and the scenes, of other cameras than these."""
        for path in self._own(latest.FOLDER):
            named = _LATEST.fullmatch(path.name)
            if named and named[1] not in cameras:
                yield path
        for path in self._own(REFERENCES):
            named = _REFERENCE.fullmatch(path.name)
            if named and named[1] not in cameras and not latest.words(self.directory, named[1]).exists():
                yield path

    def _days(self) -> Iterator[Path]:
        yield from (path for path in self._own(SNAPSHOTS) if _DAY.fullmatch(path.name) and _is_folder(path))

    def _own(self, name: str) -> list[Path]:
        """What lies in a folder of ours; nothing where it is a link."""
        folder = self.directory / name
        return _entries(folder) if _is_folder(folder) else []

    def _reference(self, camera: Camera) -> Path:
        drawn = msgspec.json.encode((camera.url, camera.size, camera.windows))
        return self.directory / REFERENCES / f"{camera.id}-{hashlib.sha256(drawn).hexdigest()[:8]}.png"

    def _write(self, camera: str, path: Path, content: bytes) -> bool:
        """Whether it could be written; told once if not."""
        aside = path.with_name(f".{path.name}.tmp")
        try:
            self._make(path.parent)
            aside.write_bytes(content)
            aside.replace(path)
        except OSError as wrong:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            self._tell(camera, f"pictures cannot be written: {wrong.strerror}: {wrong.filename}")
            return False
        self._tell(camera, None)
        return True

    def _make(self, folder: Path) -> None:
        """Make a folder; OSError where it, or one that it lies in, is a link to elsewhere."""
        inside = folder
        while inside != self.directory:
            if inside.is_symlink():
                raise OSError(errno.ELOOP, "a link; set pictures_dir to where it leads instead", str(inside))
            inside = inside.parent
        folder.mkdir(parents=True, exist_ok=True)

    def _tell(self, camera: str, trouble: str | None) -> None:
        with self._lock:
            well = not self._troubles
            if trouble is not None:
                self._troubles[camera] = trouble
            elif self._troubles.pop(camera, None) is None:
                return
            left = next(iter(self._troubles.values()), None)
        if left is None:
            log.warning("pictures can be written again")
            self._health.well("pictures")
            return
        if well:
            log.error(left, extra={"camera": camera})
        self._health.warn("pictures", left)


def _taken(path: Path) -> int | None:
    """When the snapshot at a path was taken, as its name and folder say; None for a file that is none."""
    named = _SNAPSHOT.fullmatch(path.name)
    try:
        stamp = f"{path.parent.name} {named[1]}000" if named else ""
        return micros(datetime.strptime(stamp, "%Y-%m-%d %H%M%S.%f").replace(tzinfo=UTC))
    except ValueError:
        return None


def _age(path: Path) -> float:
    """Wall seconds since a file was written; 0 where that cannot be told."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0


def _entries(folder: Path) -> list[Path]:
    """What a folder holds; nothing where it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
