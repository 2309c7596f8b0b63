"""A hall that is painted for a test, a detector that finds its painted people, and cameras that look at it."""

import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import cv2
import numpy as np

from mingjing.cameras import Camera, Zone
from video import drawing
from video.contracts import Box, Picture

WIDTH, HEIGHT = 320, 180
LEFT = Zone("W1", ((20, 40), (120, 40), (120, 160), (20, 160)))
RIGHT = Zone("窗口2", ((200, 40), (300, 40), (300, 160), (200, 160)))
AT_LEFT = (40, 60, 60, 80)
AT_RIGHT = (220, 60, 60, 80)
"""People at the two windows: left, top, width, height."""

_GROUND = np.random.default_rng(4).integers(0, 200, (HEIGHT // 4, WIDTH // 4, 3)).astype(np.uint8)
_NUMBERS = count()


def picture(*people: tuple[int, int, int, int], faint: Sequence[tuple[int, int, int, int]] = ()) -> Picture:
    """The hall with these people, no two pictures quite alike; `faint` are those of whom a detector is not sure."""
    hall = np.kron(_GROUND, np.ones((4, 4, 1), np.uint8))
    hall[:8, :8] = next(_NUMBERS) * 40 % 200
    for colour, some in (((255, 0, 255), people), ((255, 0, 220), faint)):
        for left, top, wide, high in some:
            hall[top : top + high, left : left + wide] = colour
            hall[top + 2 : top + 12, left + 2 : left + wide - 2 : 2, 1] = 12  # a face, of thin lines
    return np.asarray(hall, np.uint8)


class Painted:
    """Finds painted people; a real detector would find none."""

    name = "painted"
    score = 0.5

    def __init__(self, wait_s: float = 0) -> None:
        self._wait_s = wait_s

    def detect(self, picture: Picture, score: float | None = None) -> Sequence[Box]:
        time.sleep(self._wait_s)
        if picture.shape[0] == 99:
            raise ValueError("a picture that this detector cannot stand")
        found = []
        for sure, red in ((0.9, (240, 255)), (0.3, (210, 230))):
            mask = cv2.inRange(picture, np.array((240, 0, red[0])), np.array((255, 20, red[1])))
            if sure >= (self.score if score is None else score):
                _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
                found += [Box(sure, *(float(edge) for edge in row[:4])) for row in stats[1:] if row[4] > 400]
        return found


def grey() -> Picture:
    """A cover before the lens."""
    return np.full((HEIGHT, WIDTH, 3), 60 + next(_NUMBERS) % 90, np.uint8)


def paint(folder: Path, *people: tuple[int, int, int, int], whole: Picture | None = None) -> None:
    """Put a picture into a folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{next(_NUMBERS):06}.png"
    (folder / f"{name}.part").write_bytes(drawing.png(picture(*people) if whole is None else whole))
    (folder / f"{name}.part").rename(folder / name)


def camera(code: str, url: Path, *zones: Zone, period_s: float = 0.05, loop: bool = False) -> Camera:
    return Camera(id=code, url=str(url), size=(WIDTH, HEIGHT), period_s=period_s, windows=zones, loop=loop)


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to become true; patience for a machine with much else to do."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
