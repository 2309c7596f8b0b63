"""A closer look: where staff are small in the picture, each window's surroundings are looked at once more, enlarged."""

from collections.abc import Iterable, Sequence

from mingjing.cameras import Polygon
from video.contracts import Box, Detector, Picture

MARGIN = 0.5
"""How far beyond the polygon is looked, as a share of its width and height: a person reaches out of it."""

SAME = 0.5
"""The share of the smaller box from which on two boxes are one person."""

_EDGE = 2.0  # pixels


def persons(detector: Detector, picture: Picture, polygons: Iterable[Polygon], score: float) -> list[Box]:
    """The persons in the whole picture and around each polygon (pixels of the picture), each once."""
    found = list(detector.detect(picture, score))
    for polygon in polygons:
        found += _around(detector, picture, polygon, score)
    kept: list[Box] = []
    for box in sorted(found, reverse=True):
        if all(_shared(box, other) < SAME for other in kept):
            kept.append(box)
    return kept


def _around(detector: Detector, picture: Picture, polygon: Polygon, score: float) -> Sequence[Box]:
    """The persons around a polygon but for those cut by the edge: a fragment of somebody else looks like staff."""
    height, width = picture.shape[:2]
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    aside, above = MARGIN * (max(xs) - min(xs)), MARGIN * (max(ys) - min(ys))
    left, right = max(0, int(min(xs) - aside)), min(width, int(max(xs) + aside) + 1)
    top, bottom = max(0, int(min(ys) - above)), min(height, int(max(ys) + above) + 1)
    if right <= left or bottom <= top:
        return ()
    boxes = detector.detect(picture[top:bottom, left:right], score)
    return [
        Box(box.score, box.x + left, box.y + top, box.w, box.h)
        for box in boxes
        if (left == 0 or box.x > _EDGE)
        and (top == 0 or box.y > _EDGE)
        and (right == width or box.x + box.w < right - left - _EDGE)
        and (bottom == height or box.y + box.h < bottom - top - _EDGE)
    ]


def _shared(one: Box, other: Box) -> float:
    """What two boxes share, as a share of the smaller."""
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    smaller = min(one.w * one.h, other.w * other.h)
    return max(0.0, across) * max(0.0, down) / smaller if smaller > 0 else 1.0
