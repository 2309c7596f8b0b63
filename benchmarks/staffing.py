"""How well windows are told staffed from unstaffed, beside simpler ways, and faults of cameras found.

Claim: on `hall_composite` at most 40, 60 and 90 wrong window-seconds of 3,600 at 1, 2 and 5 s between looks, no absence
of 60 s missed and none false; on `one-by-one` at least 97 % of the time right at 1 s; on `classroom` four staffed and
two empty; on `hall_faults` every fault found within three looks, and no false alarm on the others.

    python -m benchmarks.staffing [FOLDER]

FOLDER holds the clips and truth.json; absent: `shared/data/footage` beside the project. Every way looks at the same
pictures, gets the same boxes of the same detector and the same patience until an absence; only what it makes of them
differs. Wrong seconds count against the truth every half second, an unknown state as wrong.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from mingjing import settings
from mingjing.cameras import Size
from tests.shared import BESIDE
from tests.video.truth import Clip, Record, Roi, alerts, clips
from video.contracts import Box, Condition, Picture
from video.detector import load_detector
from video.health import Health
from video.staffing import Glance, Place

PERIODS = (1, 2, 5)
ALERT_S = 60
FAULTS = {"black": "dark"}
"""What the truth calls otherwise than we."""


class Centre(Place):
    """Staffed if the centre of a person's box is in the polygon."""

    def glance(self, boxes: Sequence[Box], picture: Size | None = None) -> Glance:
        """What this way makes of the boxes."""
        polygon = np.array(self.zone.polygon, np.float32)
        centres = [(box.x + box.w / 2, box.y + box.h / 2) for box in boxes]
        inside = [cv2.pointPolygonTest(polygon, centre, measureDist=False) >= 0 for centre in centres]
        return Glance(tuple(box for box, there in zip(boxes, inside, strict=True) if there), hidden=False)


class Touch(Place):
    """Staffed if a person's box overlaps the polygon at all."""

    def glance(self, boxes: Sequence[Box], picture: Size | None = None) -> Glance:
        """What this way makes of the boxes."""
        _, x, y, w, h = zip(*boxes, strict=True) if boxes else ((),) * 5
        edges = np.array(self.zone.polygon).min(0), np.array(self.zone.polygon).max(0)
        ((left, top), (right, bottom)) = edges
        there = [
            a < right and a + c > left and b < bottom and b + d > top for a, b, c, d in zip(x, y, w, h, strict=True)
        ]
        return Glance(tuple(box for box, touches in zip(boxes, there, strict=True) if touches), hidden=False)


class Mover(Place):
    """Looks at the polygon's surroundings in the picture too; `prepare` comes before each glance."""

    active = False

    def prepare(self, picture: Picture) -> None:
        """Say whether something is new in the polygon."""

    def cut(self, picture: Picture) -> Picture:
        """The part of the picture around the polygon."""
        left, top, width, height = cv2.boundingRect(np.array(self.zone.polygon, np.int32))
        return picture[top : top + height, left : left + width]


class Gated(Mover):
    """Staffed as we say it, but only where 1 % of the window's place changed since the last look."""

    before: Picture | None = None

    def prepare(self, picture: Picture) -> None:
        """Compare with the picture before."""
        grey = np.asarray(cv2.cvtColor(self.cut(picture), cv2.COLOR_BGR2GRAY), np.uint8)
        self.active = self.before is None or float((cv2.absdiff(grey, self.before) > 15).mean()) > 0.01
        self.before = grey

    def glance(self, boxes: Sequence[Box], picture: Size | None = None) -> Glance:
        """What this way makes of the boxes."""
        return super().glance(boxes if self.active else (), picture)


class Background(Mover):
    """No detector: staffed where MOG2 takes 15 % of the window's place for foreground."""

    def prepare(self, picture: Picture) -> None:
        """Compare with what is usual there."""
        if not hasattr(self, "model"):
            self.model = cv2.createBackgroundSubtractorMOG2(detectShadows=False)
        self.active = float((np.asarray(self.model.apply(self.cut(picture))) > 0).mean()) > 0.15

    def glance(self, boxes: Sequence[Box], picture: Size | None = None) -> Glance:
        """What this way makes of no boxes."""
        return Glance((Box(1, 0, 0, 1, 1),) if self.active else (), hidden=False)


WAYS: dict[str, type[Place]] = {
    "mingjing": Place,
    "box centre inside": Centre,
    "any overlap": Touch,
    "gated by motion": Gated,
    "background (MOG2)": Background,
}


class Watch:
    """One way of telling, looking at one clip every so many seconds."""

    def __init__(self, clip: Clip, way: type[Place], every_s: float) -> None:
        self.clip, self.every_s = clip, every_s
        self.places = [way(roi.zone, clip.size) for roi in clip.rois]
        self.records = [Record() for _ in clip.rois]

    def take(self, at: int, picture: Picture, boxes: Sequence[Box], condition: Condition) -> None:
        """One look."""
        for place, record in zip(self.places, self.records, strict=True):
            if isinstance(place, Mover):
                place.prepare(picture)
            record.take(at, place.look(at, boxes, condition))

    def wrong_s(self) -> float:
        """Wrong seconds of all windows."""
        return sum(record.wrong_s(roi, self.clip.duration_s) for record, roi in self._each())

    def alerts(self) -> tuple[int, int]:
        """Missed and false ones of all windows."""
        found = [alerts(record, roi, self.clip.duration_s, ALERT_S) for record, roi in self._each()]
        return sum(missed for missed, _ in found), sum(false for _, false in found)

    def _each(self) -> list[tuple[Record, Roi]]:
        return list(zip(self.records, self.clip.rois, strict=True))


def main() -> None:
    """Print a table per clip."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BESIDE / "footage"
    detector = load_detector(settings.load())
    cv2.setNumThreads(1)
    print(f"detector {detector.name}")
    for clip in clips(folder).values():
        short = clip.duration_s < 20
        watches = {(way, n): Watch(clip, WAYS[way], n) for way in WAYS for n in PERIODS if clip.rois}
        eyes = {n: Health() for n in PERIODS}
        conditions: dict[int, list[tuple[int, Condition]]] = {n: [] for n in PERIODS}
        spent, looks = 0.0, 0
        for number, frame in enumerate(clip.pictures(folder, 0.2 if short else 1)):
            began = time.process_time()
            boxes = detector.detect(frame.picture) if clip.rois else ()
            spent, looks = spent + time.process_time() - began, looks + 1
            for n in PERIODS:
                if number % n == 0:
                    condition = eyes[n].look(frame.picture)
                    conditions[n].append((frame.at, condition))
                    for way in WAYS if clip.rois else ():
                        watches[way, n].take(frame.at, frame.picture, boxes, condition)
        each = spent / looks * 1000
        print(f"\n{clip.file}: {len(clip.rois)} windows, {clip.duration_s:.0f} s, {each:.0f} ms a detection")
        if clip.rois:
            staffing(clip, watches)
        for n in PERIODS:
            health(clip, n, conditions[n])


def staffing(clip: Clip, watches: dict[tuple[str, int], Watch]) -> None:
    """The table of wrong seconds and alerts."""
    total = clip.duration_s * len(clip.rois)
    print(f"{'':20}" + "".join(f"{f'every {n} s':>16}" for n in PERIODS) + f"   alerts at {ALERT_S} s, missed + false")
    for way in WAYS:
        wrong = [watches[way, n].wrong_s() for n in PERIODS]
        cells = "".join(f"{seconds:8.1f} {100 - 100 * seconds / total:5.1f} %" for seconds in wrong)
        print(f"{way:20}{cells}   " + ", ".join("{} + {}".format(*watches[way, n].alerts()) for n in PERIODS))


def health(clip: Clip, every_s: int, told: list[tuple[int, Condition]]) -> None:
    """Each fault with the look at which it was found, and what was said of a camera that is well."""
    found = {}
    for fault in clip.health:
        if fault.state != "ok":
            inside = [condition for at, condition in told if fault.start <= at / 1e6 < fault.end]
            wanted = FAULTS.get(fault.state, fault.state)
            found[fault.state] = inside.index(wanted) + 1 if wanted in inside else "never"
    spans = [fault for fault in clip.health if fault.state != "ok"]
    well = [c for at, c in told if not any(fault.start <= at / 1e6 < fault.end for fault in spans)]
    false = Counter(condition for condition in well if condition != "ok")
    print(
        f"health every {every_s} s: found at look {found or '-'}; false: {dict(false) or 'none'} of {len(well)} looks"
    )


if __name__ == "__main__":
    main()
