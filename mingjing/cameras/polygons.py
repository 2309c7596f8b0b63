"""Plane geometry of drawn polygons: what is wrong with one, and whether two overlap. Pure, in pixels."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from mingjing.cameras.entries import Point, Polygon, Size

Flaw = Literal["few", "outside", "flat", "crossing"]
"""Fewer than three points; a point outside the picture; no area; edges that cross."""

SMALL = 0.001
"""A polygon of a smaller share of the picture is too small to see a person in."""


def area(polygon: Polygon) -> float:
    """Square pixels inside; of one that crosses itself a number without meaning."""
    return abs(sum(_turn((0, 0), first, second) for first, second in _edges(polygon))) / 2


def flaws(polygon: Polygon, size: Size) -> list[Flaw]:
    """Everything that makes a polygon unusable."""
    found: list[Flaw] = []
    if any(not (0 <= x <= size[0] and 0 <= y <= size[1]) for x, y in polygon):
        found.append("outside")
    if len(set(polygon)) < 3:
        found.append("few")
    elif crosses_itself(polygon):
        found.append("crossing")
    elif area(polygon) < 1:
        found.append("flat")
    return found


def small(polygon: Polygon, size: Size) -> bool:
    """Whether a usable polygon is hardly large enough to see a person in."""
    return area(polygon) < SMALL * size[0] * size[1]


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two edges cross; edges that touch do not."""
    edges = list(_edges(polygon))
    return any(_cross(one, other) for index, one in enumerate(edges) for other in edges[index + 1 :])


def overlap(one: Polygon, other: Polygon) -> bool:
    """Whether two polygons share some area; those that only touch do not."""
    if any(_cross(a, b) for a in _edges(one) for b in _edges(other)):
        return True
    return any(_inside(point, other) for point in _samples(one)) or any(
        _inside(point, one) for point in _samples(other)
    )


def _edges(polygon: Polygon) -> Iterator[tuple[Point, Point]]:
    return pairwise((*polygon, *polygon[:1]))


def _samples(polygon: Polygon) -> Iterator[Point]:
    """Points of a polygon that tell whether it lies inside another, whose edges it does not cross."""
    yield from polygon
    for (x, y), (u, v) in _edges(polygon):
        yield (x + u) / 2, (y + v) / 2
    yield sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def _turn(origin: Point, first: Point, second: Point) -> float:
    """Positive if `second` lies clockwise of `first` as seen from `origin`, on a picture whose y grows downwards."""
    return (first[0] - origin[0]) * (second[1] - origin[1]) - (first[1] - origin[1]) * (second[0] - origin[0])


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two edges meet in a point that is inside both."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _inside(point: Point, polygon: Polygon) -> bool:
    """Whether a point lies inside, not on the edge."""
    inside = False
    for a, b in _edges(polygon):
        if (
            _turn(a, b, point) == 0
            and min(a[0], b[0]) <= point[0] <= max(a[0], b[0])
            and (min(a[1], b[1]) <= point[1] <= max(a[1], b[1]))
        ):
            return False
        if (a[1] > point[1]) != (b[1] > point[1]) and (
            point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
        ):
            inside = not inside
    return inside
