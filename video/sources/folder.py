"""A folder that somebody puts pictures into: the newest counts."""

import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from mingjing.cameras import Camera
from mingjing.instants import SECOND
from video import MOST_PIXELS
from video.contracts import Frame, Picture
from video.sources.trouble import Trouble

KINDS = frozenset((".bmp", ".jpeg", ".jpg", ".png", ".webp"))

log = logging.getLogger(__name__)

LARGEST = 50_000_000
"""Bytes of a picture file; more is none of a camera's. `video.MOST_PIXELS` bounds what a small file may unfold to."""

_ENDS = {b"\xff\xd8": b"\xff\xd9", b"\x89P": b"IEND\xaeB`\x82"}
"""How JPEG and PNG begin and end: a picture whose end is missing is still being written, or was cut off."""


class Still(NamedTuple):
    """A picture file as the folder lists it; another when it is written anew. In order of age."""

    changed_ns: int
    name: str
    size: int


class Folder:
    """The newest picture of a folder, looked for once a period; with `loop` all of them in order of name, over again.

    What has not changed for three periods (20 s at least) is no longer news: the camera that writes there has died.
    """

    def __init__(self, camera: Camera, path: Path, now: Callable[[], int], wait: Callable[[float], bool]) -> None:
        self._camera = camera
        self._path = path
        self._now = now
        self._wait = wait
        self.decode_seconds = 0.0
        self.complaint: str | None = None

    def close(self) -> None:
        """Nothing is held."""

    def __iter__(self) -> Iterator[Frame | None]:
        return self._round() if self._camera.loop else self._newest()

    def _newest(self) -> Iterator[Frame | None]:
        last: Still | None = None
        patience = max(20.0, 3 * self._camera.period_s)
        while True:
            stills = self._stills()
            newest = max(stills) if stills else None
            if newest is None:
                self.complaint = "there are no pictures in it"
            elif time.time() - newest.changed_ns / 1e9 > patience:
                self.complaint = f"no new picture since {newest.name}"
            elif newest != last and (picture := self._read(newest.name)) is not None:
                last = newest
                yield Frame(picture, self._now())
            yield None
            if self._wait(self._camera.period_s):
                return

    def _round(self) -> Iterator[Frame | None]:
        while True:
            names = sorted(still.name for still in self._stills())
            if not names:
                raise Trouble(self._camera.url, "there are no pictures in it")
            for name in names:
                picture = self._read(name)
                yield None if picture is None else Frame(picture, self._now())
                if self._wait(self._camera.period_s):
                    return

    def _stills(self) -> list[Still]:
        try:
            with os.scandir(self._path) as entries:
                stills = [listed(entry) for entry in entries if Path(entry.name).suffix.lower() in KINDS]
                return [one for one in stills if one]
        except OSError as error:
            trouble = Trouble(self._camera.url, (error.strerror or "cannot be read").lower())
        raise trouble

    def _read(self, name: str) -> Picture | None:
        began = time.thread_time()
        try:
            picture, wrong = read(self._path / name)
        finally:
            self.decode_seconds += time.thread_time() - began
        self.complaint = wrong and f"{name} {wrong}"
        return picture


def listed(entry: os.DirEntry[str]) -> Still | None:
    """What the folder says of a file; None: deleted since it was listed."""
    try:
        about = entry.stat()
    except FileNotFoundError:
        return None
    return Still(about.st_mtime_ns, entry.name, about.st_size)


def offline(camera: Camera, path: Path, every_s: float, start: int) -> Iterator[Frame]:
    """A folder's pictures in order of name, each so many seconds after the one before; unreadable ones are left out."""
    names = sorted(file.name for file in path.iterdir() if file.suffix.lower() in KINDS)
    if not names:
        raise Trouble(camera.url, "there are no pictures in it", "never")
    for number, name in enumerate(names):
        picture, wrong = read(path / name)
        if picture is None:
            log.warning("picture left out", extra={"folder": camera.url, "picture": name, "why": wrong})
        else:
            yield Frame(picture, start + round(number * every_s * SECOND))


def read(path: Path) -> tuple[Picture | None, str | None]:
    """A picture file, upright, or what is wrong with it."""
    try:
        wrong = _unfit(path.stat())
        content = b"" if wrong else path.read_bytes()
    except OSError as error:
        return None, (error.strerror or "cannot be read").lower()
    end = _ENDS.get(content[:2], b"")
    if wrong or end not in content[-64:]:
        return None, wrong or "is cut off"
    try:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None, f"is damaged, or has more than {MOST_PIXELS // 1_000_000} million pixels"
    if picture is None:
        return None, "is not a picture"
    return picture.astype(np.uint8, copy=False), None


def _unfit(about: os.stat_result) -> str | None:
    """Why a file is not even read: a pipe would never end."""
    if not stat.S_ISREG(about.st_mode):
        return "is no file"
    if about.st_size > LARGEST:
        return f"is larger than {LARGEST // 1_000_000} MB"
    return None if about.st_size else "is empty"
