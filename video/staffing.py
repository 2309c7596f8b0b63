"""Whether one window is staffed: a pure function of boxes, a polygon and what was seen before.

No picture, no wall clock: instants come in as whole microseconds UTC. The thresholds were measured on four clips
(docs/detectors.md says what that is worth).
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mingjing.cameras import Point, Polygon, Size, Zone
from mingjing.cameras.polygons import area
from mingjing.instants import SECOND
from video.contracts import Box, Condition

State = Literal["staffed", "unstaffed", "unknown"]
Reason = Literal["dark", "covered", "blurred", "frozen", "moved", "offline", "hidden", "no_detector"]


class Thresholds(NamedTuple):
    """When a window counts as staffed, and how long a state outlives what it rests on.

    `inside`: the share of a person's box that must lie within the polygon; citizens in front reach out of it.
    `covers`: the share of the polygon that this part must cover; who is far behind covers less.
    `hides`: the share of the polygon from which on somebody else's box hides whoever sits there.
    `absent_after_s`: unhidden seconds without a sighting until the window is unstaffed.
    `hold_s`: seconds that a hidden window keeps its state; then it is unknown.
    """

    inside: float = 0.5
    covers: float = 0.08
    hides: float = 0.55
    absent_after_s: float = 5
    hold_s: float = 300


class Glance(NamedTuple):
    """What one picture alone tells: the boxes of whoever is at the window, and whether somebody else hides it."""

    staff: tuple[Box, ...]
    hidden: bool


class Seen(NamedTuple):
    """What is known of a window at one instant.

    `reason`: why the state is unknown; `hidden` also where a known state is held. `seen_at`: the last sighting, never
    later than the look; an absence begins there.
    """

    state: State
    confidence: float
    persons: int
    reason: Reason | None
    seen_at: int | None


class Place:
    """One window in one camera's picture, with what was seen there so far.

    Zone's polygon is in pixels of `size`; any simple polygon does, concave too. Raises ValueError if it has no area.
    """

    def __init__(self, zone: Zone, size: Size, thresholds: Thresholds | None = None) -> None:
        self.zone = zone
        self.size = size
        self.thresholds = thresholds or Thresholds()
        self.area = area(zone.polygon)
        if not self.area:
            raise ValueError(f"window {zone.window}: the polygon has no area; it needs three corners not in one line")
        self.view = zone.view if zone.view is not None else min(1.0, self.area / (size[0] * size[1]))
        self._state: State = "unknown"
        self._reason: Reason | None = None  # why the state is unknown
        self._score = 0.0  # of the last sighting
        self._seen_at: int | None = None
        self._last: int | None = None  # when it was last looked
        self._unseen = 0  # unhidden time since the last sighting, microseconds
        self._hidden = 0  # time that it has been hidden without a break, microseconds

    def glance(self, boxes: Sequence[Box], picture: Size | None = None) -> Glance:
        """What these boxes alone tell. Boxes are in pixels of `picture`, or of `size` if that is not given."""
        across, down = (self.size[0] / picture[0], self.size[1] / picture[1]) if picture else (1.0, 1.0)
        limits = self.thresholds
        staff, hidden = [], False
        for box in boxes:
            placed = Box(box.score, box.x * across, box.y * down, box.w * across, box.h * down)
            shared = overlap(self.zone.polygon, placed)
            if shared and shared >= limits.inside * placed.w * placed.h and shared >= limits.covers * self.area:
                staff.append(box)
            elif shared >= limits.hides * self.area:
                hidden = True
        return Glance(tuple(staff), hidden and not staff)

    def look(self, at: int, boxes: Sequence[Box], condition: Condition = "ok", picture: Size | None = None) -> Seen:
        """What is known after a picture taken at `at`, in microseconds UTC; boxes as `glance` takes them."""
        if condition != "ok":
            return self.lose(at, condition)
        passed = self._pass(at)
        staff, hidden = self.glance(boxes, picture)
        if staff:
            return self._sighted(at, staff)
        if hidden:
            return self._held(passed)
        return self._missed(passed)

    def lose(self, at: int, reason: Reason) -> Seen:
        """Nothing can be seen at `at`: no picture, a picture that shows nothing, or nobody to look at it."""
        self._pass(at)
        self._hidden = 0
        return self._unknown(reason)

    def _pass(self, at: int) -> int:
        """How long ago it was last looked. A clock that was set back takes the last sighting back with it."""
        passed = 0 if self._last is None else max(0, at - self._last)
        self._last = at
        if self._seen_at is not None:
            self._seen_at = min(self._seen_at, at)
        return passed

    def _sighted(self, at: int, staff: tuple[Box, ...]) -> Seen:
        self._state, self._reason, self._seen_at = "staffed", None, at
        self._unseen = self._hidden = 0
        self._score = max(box.score for box in staff)
        return self._seen(len(staff), self._score)

    def _held(self, passed: int) -> Seen:
        """Somebody stands in front: the absence clock stands still, the state is held for a while."""
        self._hidden += passed
        left = 1 - self._hidden / (self.thresholds.hold_s * SECOND)
        if self._state == "unknown" or left < 0:
            return self._unknown("hidden")
        return self._seen(0, self._sureness() * left)._replace(reason="hidden")

    def _missed(self, passed: int) -> Seen:
        """The window is in full view and nobody is there.

        One look vouches for half of `absent_after_s` at most, so that it takes two of them however rare they are, and
        a gap between looks is no absence. After a fault, and at the very first, one look decides: no state is known.
        """
        self._hidden = 0
        wanted = round(self.thresholds.absent_after_s * SECOND)
        self._unseen += min(passed, (wanted + 1) // 2)
        waits = self._state == "staffed" or self._reason == "hidden"
        if not waits or self._unseen >= wanted:
            self._state, self._reason = "unstaffed", None
        return self._seen(0, self._sureness())

    def _unknown(self, reason: Reason) -> Seen:
        if self._state != "unknown":
            self._unseen = 0
        self._state, self._reason = "unknown", reason
        return self._seen(0, 0.0)

    def _sureness(self) -> float:
        """How sure a state is without a sighting now: each `absent_after_s` unseen halves the doubt of an absence."""
        missed = self._unseen / max(1.0, self.thresholds.absent_after_s * SECOND)
        if self._state == "staffed":
            return self._score * max(0.0, 1 - missed)
        return 1 - 0.5 ** (1 + missed) if self._state == "unstaffed" else 0.0

    def _seen(self, persons: int, confidence: float) -> Seen:
        return Seen(self._state, min(1.0, max(0.0, confidence)), persons, self._reason, self._seen_at)


def overlap(polygon: Polygon, box: Box) -> float:
    """The area that a simple polygon, concave or not, and a box share, in square pixels.

    The polygon is cut at each side of the box in turn (Sutherland and Hodgman). Where a concave polygon falls into
    pieces, edges of no width join them, which add no area.
    """
    inside: list[Point] = list(polygon)
    for axis, edge, side in ((0, box.x, 1), (0, box.x + box.w, -1), (1, box.y, 1), (1, box.y + box.h, -1)):
        inside = _cut(inside, axis, edge, side)
    return area(tuple(inside))


def _cut(polygon: list[Point], axis: int, edge: float, side: int) -> list[Point]:
    """The part of a polygon where its coordinate lies beyond an edge (`side` 1) or before it (-1)."""
    kept: list[Point] = []
    for start, end in zip(polygon[-1:] + polygon[:-1], polygon, strict=True):
        before, after = side * (start[axis] - edge), side * (end[axis] - edge)
        if (before < 0) != (after < 0):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        if after >= 0:
            kept.append(end)
    return kept
