"""The clips beside the project, what is known of them, and how what was seen compares with it."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mingjing.cameras import Camera, Zone
from mingjing.instants import SECOND
from video.contracts import Frame
from video.sources import frames
from video.staffing import Seen

STEP = SECOND // 2
"""How finely truth and sight are compared, in microseconds."""


class Interval(Struct, frozen=True):
    """A span in which a window is staffed or not; seconds of the clip, the end excluded."""

    start: float
    end: float
    staffed: bool


class Roi(Struct, frozen=True):
    """A window of a clip."""

    id: str
    polygon: tuple[tuple[float, float], ...]
    intervals: tuple[Interval, ...]

    @property
    def zone(self) -> Zone:
        return Zone(self.id, self.polygon)

    def staffed(self, at: int) -> bool:
        return any(span.staffed for span in self.intervals if span.start * SECOND <= at < span.end * SECOND)


class Fault(Struct, frozen=True):
    """A span in which the camera is well or not."""

    start: float
    end: float
    state: str


class Clip(Struct, frozen=True):
    """A clip with its truth."""

    file: str
    size: tuple[int, int]
    duration_s: float
    rois: tuple[Roi, ...]
    health: tuple[Fault, ...] = ()

    def pictures(self, folder: Path, every_s: float) -> Iterator[Frame]:
        """Its pictures at even distances, `at` counted from its start."""
        return frames(Camera(id=self.file, url=str(folder / self.file), size=self.size), every_s)


def clips(folder: Path) -> dict[str, Clip]:
    """The clips by name, without their ending."""
    listed: dict[str, Any] = msgspec.json.decode((folder / "truth.json").read_bytes())
    return {Path(clip.file).stem: clip for clip in msgspec.convert(listed["clips"], list[Clip])}


class Span(Struct):
    """A state from one instant until the next span begins."""

    since: int
    state: str


class Record:
    """What was said about one window over time.

    An absence is dated back to midway between the last sighting and the next look: when in between somebody went,
    nobody knows.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._looks: list[int] = []

    def take(self, at: int, seen: Seen) -> None:
        """Add what was known at an instant; later ones only."""
        self._looks.append(at)
        state = self.spans[-1].state if self.spans else None
        if seen.state == state:
            return
        since = at
        if (state, seen.state) == ("staffed", "unstaffed") and seen.seen_at is not None:
            since = (seen.seen_at + self._looks[bisect_right(self._looks, seen.seen_at)]) // 2
        self.spans.append(Span(since, seen.state))

    def state(self, at: int) -> str:
        """What is now known of that instant."""
        return next((span.state for span in reversed(self.spans) if span.since <= at), "unknown")

    def wrong_s(self, roi: Roi, until_s: float) -> float:
        """Seconds in which the record says otherwise than the truth; `unknown` is wrong too."""
        steps = range(0, round(until_s * SECOND), STEP)
        return sum(self.state(at) != ("staffed" if roi.staffed(at) else "unstaffed") for at in steps) * STEP / SECOND

    def absences(self, until_s: float, longer_s: float) -> list[tuple[float, float]]:
        """The spans without staff that are at least so long, in seconds of the clip."""
        ends = [span.since for span in self.spans[1:]] + [round(until_s * SECOND)]
        spans = zip(self.spans, ends, strict=True)
        gone = [(span.since / SECOND, end / SECOND) for span, end in spans if span.state == "unstaffed"]
        return [(start, end) for start, end in gone if end - start >= longer_s]


def alerts(record: Record, roi: Roi, until_s: float, longer_s: float) -> tuple[int, int]:
    """How many absences of at least so long were missed, and how many alerts were false."""
    true = [(i.start, i.end) for i in roi.intervals if not i.staffed and i.end - i.start >= longer_s]
    told = record.absences(until_s, longer_s)

    def meets(one: tuple[float, float], others: list[tuple[float, float]]) -> bool:
        return any(one[0] < end and start < one[1] for start, end in others)

    return sum(not meets(span, told) for span in true), sum(not meets(span, true) for span in told)
