"""The service `mingjing sampler`: looks through many cameras and says, window by window, who is there.

Each camera is read by a thread of its own (`video.reader`). A few hands take turns (`video.rota`) at looking at the
newest picture of the camera that is due (`video.post`), and put what they saw into the outbox, which never waits.
Camera files that are added, changed or removed count at once.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
from msgspec.structs import replace

from mingjing import cameras, metrics
from mingjing.cameras import Camera, Reading
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.settings import Settings, clock_now
from video import reader
from video.contracts import Detector
from video.detector import load_detector
from video.look import BLIND
from video.outbox import Outbox
from video.pictures import Album
from video.post import Post, Tools
from video.reader import Reader
from video.rota import Rota

log = logging.getLogger(__name__)

HANDS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
"""Cameras that are looked at at the same time: more than cores that we may use would only be in each other's way."""

WATCH_S = 1.0  # between two looks at the camera files
PACE_S = 60.0  # between two looks at whether the machine is fast enough
LATE_S = 2.0  # a camera that waits longer than this is told
CLEAN_S = 3600.0  # between two rounds of deleting old snapshots

FILES = "camera files"
CAMERAS = "cameras"
PACE = "pace"


def run(settings: Settings, health: metrics.Health, counts: metrics.Metrics = metrics.METRICS) -> None:
    """Look until SIGTERM or SIGINT, then end in good order. Only in the main thread.

    Raises UsageError or BookError where there is nothing to look through, or with what, and when the topic cannot be
    used. A broker that is away is waited for.
    """
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with Sampler(settings, health, counts) as sampler:
        while not told.wait(WATCH_S):
            sampler.tend()


class Sampler:
    """All cameras of one installation; a context manager. `tend` is to be called about once a second.

    `detector`: what looks, if not what the settings say.
    """

    def __init__(
        self, settings: Settings, health: metrics.Health, counts: metrics.Metrics, detector: Detector | None = None
    ) -> None:
        if settings.cameras_dir is None:
            raise UsageError("no cameras: set cameras_dir (MINGJING_CAMERAS_DIR) to the directory of their files")
        cv2.setNumThreads(1)  # many cameras share the cores; one picture does not
        self._settings = settings
        self._health = health
        self._directory = Path(settings.cameras_dir)
        self._files = _files(self._directory)
        self._first = cameras.read(self._directory)
        if not self._first.cameras:
            raise BookError(
                self._first.mistakes or [Mistake(str(self._directory), 0, "no camera's file (*.toml) here")]
            )
        self._now: Callable[[], int] = partial(clock_now, settings)
        album = Album(Path(settings.pictures_dir), health)
        self._tools = Tools(detector or load_detector(settings), album, self._now, health, counts)
        if self._tools.detector.name == BLIND:
            told = "there is no model to see with: every window is unknown; `mingjing model fetch` brings one"
            log.error(told)
            health.warn("detector", told)
        self._rota = Rota()
        self._outbox = Outbox(settings, health, counts)
        self._counts = counts
        self._posts: dict[str, Post] = {}
        self._hands = [threading.Thread(target=self._hand, name=f"hand {n}", daemon=True) for n in range(HANDS)]
        self._next = {self._pace: time.monotonic() + PACE_S, self._clean: time.monotonic()}

    @property
    def posts(self) -> Mapping[str, Post]:
        """The cameras that are looked through, by id."""
        return self._posts

    def __enter__(self) -> "Sampler":
        self._outbox.start()
        self._follow(self._first)
        for hand in self._hands:
            hand.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._rota.close()
        reader.stop(post.reader for post in self._posts.values())
        for hand in self._hands:
            hand.join(timeout=5)
        self._outbox.close()

    def tend(self) -> None:
        """Follow the camera files, delete what is old, tell what is late. Raises UsageError if nothing can be sent."""
        if self._outbox.refused is not None:
            raise self._outbox.refused
        files = _files(self._directory)
        if files is None:  # cameras go on while a share is away
            self._health.warn(FILES, f"{self._directory} cannot be read; no change of a camera is seen")
        elif files != self._files:
            self._follow(cameras.read(self._directory))
        self._files = files
        now = time.monotonic()
        for work, due in self._next.items():
            if now >= due:
                self._next[work] = now + work()

    def _follow(self, reading: Reading) -> None:
        """Look through the cameras of this reading, and through no others."""
        self._tell(reading)
        wanted = {camera.id: camera for camera in reading.cameras}
        gone = [self._posts[code] for code in self._posts if wanted.get(code) != self._posts[code].camera]
        left: dict[str, Reader] = {}
        for post in gone:
            code = post.camera.id
            self._rota.drop(code)
            del self._posts[code]
            post.close()
            if code in wanted and _source(wanted[code]) == _source(post.camera):
                left[code] = post.reader
            if code not in wanted:
                self._tools.album.forget(code)
        reader.stop(post.reader for post in gone if post.camera.id not in left)
        for code in sorted(wanted.keys() - self._posts.keys()):
            camera = wanted[code]
            self._posts[code] = Post(camera, left.get(code) or Reader(camera, self._now), self._tools)
            self._rota.add(code)
        if gone or left:
            log.info("cameras changed", extra={"cameras": len(self._posts)})

    def _tell(self, reading: Reading) -> None:
        for mistake in reading.mistakes:
            log.error("camera file not used: %s", mistake)
        if reading.mistakes:
            self._health.warn(FILES, "; ".join(map(str, reading.mistakes)))
        else:
            self._health.well(FILES)
        if reading.cameras:
            self._health.well(CAMERAS)
        else:
            self._health.failing(CAMERAS, f"no usable camera in {self._directory}")

    def _hand(self) -> None:
        """Take turns until there are no more."""
        while (turn := self._rota.take()) is not None:
            post = self._posts[turn.camera]
            again_s = post.camera.period_s
            self._counts.look_late_seconds.observe(turn.late)
            try:
                samples, again_s = post.turn(turn.late)
                self._outbox.put(samples)
            except Exception as wrong:
                if post.trouble is None:
                    log.exception("pictures cannot be looked at", extra={"camera": turn.camera})
                self._lose(post, f"its pictures cannot be looked at ({type(wrong).__name__})")
            finally:
                self._rota.done(turn.camera, again_s)

    def _lose(self, post: Post, why: str) -> None:
        """Say that nothing can be seen; where not even that can be, the other cameras go on."""
        try:
            self._outbox.put(post.lose(why))
        except Exception:
            log.exception("a camera cannot be told to be lost", extra={"camera": post.camera.id})

    def _pace(self) -> float:
        """Tell whether the machine is fast enough; when to ask again."""
        worst, self._rota.worst = self._rota.worst, 0.0
        if worst <= LATE_S:
            self._health.well(PACE)
        elif self._health.warn(PACE, f"cameras wait up to {worst:.1f} s longer than their period"):
            log.warning(
                "too many cameras for this machine, or too short a period; samples are further apart",
                extra={"cameras": len(self._posts), "late_s": round(worst, 1)},
            )
        return PACE_S

    def _clean(self) -> float:
        """Delete snapshots that are old enough; when to do so again."""
        gone = self._tools.album.expire(self._now(), self._settings.snapshot_days, self._posts)
        if gone:
            log.info("old pictures deleted", extra={"pictures": gone})
        return CLEAN_S


def _source(camera: Camera) -> Camera:
    """What of a camera its reader depends on: all but the windows."""
    return replace(camera, name="", hall="", windows=())


def _files(directory: Path) -> frozenset[tuple[str, int, int]] | None:
    """What tells that a camera's file was added, changed or removed; None where that cannot be told."""
    try:
        names = [path for path in directory.iterdir() if path.suffix == ".toml" and not path.name.startswith(".")]
    except OSError:
        return None
    return frozenset(_stamp(path) for path in names)


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:  # a link to nowhere, or removed while we looked
        return path.name, 0, 0
    return path.name, found.st_mtime_ns, found.st_size
