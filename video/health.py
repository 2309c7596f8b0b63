"""What a picture tells about its camera: dark, covered, blurred, frozen or moved. Pure but for what was seen before.

Everything is measured on a small grey copy, 320 pixels wide (5 ms a picture). Lights that go down, or an over-exposed
picture, are no fault: what can be seen is compared, not how bright it is. The thresholds were measured on four clips
(docs/detectors.md).
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from video.contracts import Condition, Picture

Grey = npt.NDArray[np.uint8]
"""Height x width."""
WIDTH = 320
ENOUGH = 60
"""Points of a picture below which nothing can be recognised; a hall has some 300, lit well or badly. From twice as many
to fewer than these it is another scene: a bare wall, on which every window would seem empty."""
SURE = 25
"""Points of the reference found again from which on a shift can be believed."""
ANOTHER = 10
"""Points found again below which it is another scene; of the same hall, 36 at least were found on the clips."""


class Limits(NamedTuple):
    """From where on a picture is at fault; brightness is from 0 to 255.

    `dark_mean`, `dark_spread`: mean and standard deviation below both of which it is dark. `covered_spread`: the
    deviation below which it is covered. `blurred`: the share of the reference's sharpness below which it is blurred.
    `still`: the largest change of any pixel that is no change. `moved`: the shift of a corner of the picture, as a
    share of its width. `looks`: how many pictures in a row must be the same, or say moved.
    """

    dark_mean: float = 16
    dark_spread: float = 8
    covered_spread: float = 14
    blurred: float = 0.15
    still: int = 4
    moved: float = 0.02
    looks: int = 3


class Health:
    """Looks at one camera's pictures in their order.

    `reference`: a picture of the scene as it was calibrated, of any size, or the grey copy that `Health.reference` once
    was. Absent: the first good picture is learnt. A camera that was moved stays `moved` until it comes back or another
    Health is made with a new reference.
    """

    def __init__(self, reference: Picture | None = None, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._features = cv2.ORB.create(nfeatures=400)
        self._matcher = cv2.BFMatcher.create(cv2.NORM_HAMMING, crossCheck=True)
        self._before: Grey | None = None
        self._still = 0
        self._moved = 0
        self._sharp = 0.0
        self._points: Sequence[cv2.KeyPoint] = ()
        self._marks: cv2.typing.MatLike = np.zeros((0, 32), np.uint8)
        self.reference: Grey | None = None
        """The small grey copy of the scene; what to keep. None until a good picture came."""
        if reference is not None:
            self._learn(_small(reference))

    def look(self, picture: Picture) -> Condition:
        """The condition that a picture shows; `ok` if nothing is wrong."""
        grey = _small(picture)
        self._count_still(grey)
        spread = float(grey.std())
        if spread < self.limits.dark_spread and grey.mean() < self.limits.dark_mean:
            return "dark"
        if spread < self.limits.covered_spread:
            return "covered"
        if self.reference is None:
            self._learn(grey)
        if _sharpness(grey) < self.limits.blurred * self._sharp:
            return "blurred"
        if self._still >= self.limits.looks - 1:
            return "frozen"
        self._count_moved(grey)
        return "moved" if self._moved >= self.limits.looks else "ok"

    def _learn(self, grey: Grey) -> None:
        self.reference = grey
        self._sharp = _sharpness(grey)
        self._points, self._marks = self._features.detectAndCompute(cv2.equalizeHist(grey), None)

    def _count_still(self, grey: Grey) -> None:
        before, self._before = self._before, grey
        same = (
            before is not None and before.shape == grey.shape and cv2.absdiff(grey, before).max() <= self.limits.still
        )
        self._still = self._still + 1 if same else 0

    def _count_moved(self, grey: Grey) -> None:
        """Count looks in a row that show the scene elsewhere, or another. One that tells neither changes nothing."""
        shift = self._shift(grey)
        if shift is not None:
            self._moved = self._moved + 1 if shift > self.limits.moved else 0

    def _shift(self, grey: Grey) -> float | None:
        """How far a corner of the scene was shifted, as a share of the width; infinite for another scene.

        None where that cannot be told: too little to recognise, or too few points that fit.
        """
        assert self.reference is not None
        if not 0.95 < grey.size / self.reference.size < 1.05:  # both are as wide: another shape, on its side perhaps
            return float("inf")
        points, marks = self._features.detectAndCompute(cv2.equalizeHist(grey), None)
        if min(len(points), len(self._points)) < ENOUGH:
            return float("inf") if len(self._points) >= 2 * ENOUGH else None
        pairs = self._matcher.match(self._marks, marks)
        was = np.array([self._points[pair.queryIdx].pt for pair in pairs])
        now = np.array([points[pair.trainIdx].pt for pair in pairs])
        if len(pairs) < ANOTHER:
            return float("inf")
        turn, fits = cv2.estimateAffinePartial2D(was, now, ransacReprojThreshold=2.0)
        fitting = int(np.count_nonzero(fits))
        if fitting < SURE:
            return float("inf") if fitting < ANOTHER else None
        height, width = grey.shape
        corners = np.array([(0, 0), (width, 0), (0, height), (width, height)])
        shifted = corners @ np.asarray(turn[:, :2], float).T + np.asarray(turn[:, 2], float)
        return float(np.abs(shifted - corners).max() / width)


def _small(picture: Picture) -> Grey:
    """A grey copy 320 pixels wide, its height as it comes out."""
    grey = picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    height, width = grey.shape
    if width == WIDTH:
        return grey
    size = (WIDTH, max(1, round(height * WIDTH / width)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _sharpness(grey: Grey) -> float:
    """How fast brightness changes from pixel to pixel, whatever the contrast; noise, which would too, smoothed away."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 1)
    return float(cv2.Laplacian(smooth, cv2.CV_32F).var()) / max(1.0, float(grey.var()))
