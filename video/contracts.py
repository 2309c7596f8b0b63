"""What the parts of video hand to each other: pictures, boxes, conditions and what was seen at a window."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Height x width x 3, blue, green, red."""


class Frame(NamedTuple):
    """One decoded picture of a camera; `at` is when it was taken, in microseconds UTC of the installation's clock."""

    picture: Picture
    at: int


class Box(NamedTuple):
    """Where a person is, in pixels of the picture given, and how sure the detector is, from 0 to 1."""

    score: float
    x: float
    y: float
    w: float
    h: float


class Detector(Protocol):
    """Finds persons in a picture. Several threads may ask at once. `score`: from which on a person counts."""

    name: str
    score: float

    def detect(self, picture: Picture, score: float | None = None) -> Sequence[Box]:
        """The persons, each once; with a lower `score` also those who might be none."""


Condition = Literal["ok", "dark", "covered", "blurred", "frozen", "moved"]
"""What a picture tells about its camera; `offline` is told by the absence of pictures."""
