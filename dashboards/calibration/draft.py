"""A camera that is being calibrated: what is amiss with the draft, and what saving it would change."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct

from dashboards.calibration.drawing import Drawn
from mingjing.cameras import Camera, Size
from mingjing.cameras.polygons import flaws, overlap, small

BLOCKING = ("unnamed", "twice", "numbers", "few", "outside", "flat", "crossing")
"""Problems with which a polygon cannot be saved; the others are for thought."""

FIELDS = ("name", "hall", "url", "login", "period_s", "size", "loop", "staff_small")


class Problem(Struct, frozen=True):
    """Something amiss with a polygon; `kind` is the word in the catalogue `amiss`, `other` another window's code."""

    ink: str
    kind: str
    other: str = ""

    @property
    def blocking(self) -> bool:
        """Whether it keeps the camera from being saved."""
        return self.kind in BLOCKING


class Change(Struct, frozen=True):
    """What saving would do: kind `camera_added`, `field` (what: its name), or `added`, `removed`, `redrawn` or `view`
    (what: the window)."""

    kind: str
    what: str = ""
    before: Any = None
    after: Any = None


def problems(drawn: Sequence[Drawn], size: Size, known: Collection[str]) -> list[Problem]:
    """Everything amiss, polygon by polygon. `known`: the codes of windows; empty: nothing is known of them."""
    named = Counter(one.window for one in drawn)
    found: list[Problem] = []
    for place, one in enumerate(drawn):
        if not one.window:
            found.append(Problem(one.ink, "unnamed"))
        elif named[one.window] > 1:
            found.append(Problem(one.ink, "twice", one.window))
        elif known and one.window not in known:
            found.append(Problem(one.ink, "unknown", one.window))
        wrong = flaws(one.polygon, size)
        found += [Problem(one.ink, flaw) for flaw in wrong]
        if wrong:
            continue
        if small(one.polygon, size):
            found.append(Problem(one.ink, "small"))
        found += [
            Problem(one.ink, "overlap", other.window)
            for other in drawn[:place]
            if not flaws(other.polygon, size) and overlap(one.polygon, other.polygon)
        ]
    return found


def changes(before: Camera | None, after: Camera) -> list[Change]:
    """What would be different once the draft is saved."""
    if before is None:
        return [Change("camera_added", after.id), *(Change("added", zone.window) for zone in after.windows)]
    found = [
        Change("field", field, getattr(before, field), getattr(after, field))
        for field in FIELDS
        if getattr(before, field) != getattr(after, field)
    ]
    old, new = ({zone.window: zone for zone in camera.windows} for camera in (before, after))
    found += [Change("removed", window) for window in old if window not in new]
    for window, zone in new.items():
        if window not in old:
            found.append(Change("added", window))
            continue
        if old[window].polygon != zone.polygon:
            found.append(Change("redrawn", window))
        if old[window].view != zone.view:
            found.append(Change("view", window, old[window].view, zone.view))
    return found
