"""Between polygons in a camera's pixels and the shapes of the drawing canvas (Fabric's JSON).

A shape is known by the colour of its line: each polygon of a draft has an ink of its own, and what was drawn anew has
the ink `NEW`.
"""

import colorsys
import math
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mingjing.cameras import Point, Polygon, Size, Zone

NEW = "#ff2d95"
LINE = 2
SNAP = 6
"""Canvas pixels beyond the picture's edge that still mean the edge."""

LEAST = 6
"""Canvas pixels across or down of a shape that is no more than a slip of the mouse."""


class Drawn(Struct, frozen=True):
    """One polygon of a draft; `window` is empty until somebody names it."""

    ink: str
    polygon: Polygon
    window: str = ""
    view: float | None = None

    @property
    def zone(self) -> Zone:
        """As a camera's file has it."""
        return Zone(self.window, self.polygon, self.view)


def ink(number: int) -> str:
    """A colour for the number-th polygon; neighbours in number differ much, and no two are the same."""
    red, green, blue = colorsys.hls_to_rgb((0.58 + number * 0.381966) % 1, 0.42, 0.85)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def unused(drawn: Sequence[Drawn]) -> str:
    """The first ink that no polygon has."""
    taken = {one.ink for one in drawn}
    return next(colour for colour in map(ink, range(len(taken) + 1)) if colour not in taken)


def inked(zones: Sequence[Zone]) -> list[Drawn]:
    """The polygons of a camera, each with an ink."""
    return [Drawn(ink(place), zone.polygon, zone.window, zone.view) for place, zone in enumerate(zones)]


def canvas(drawn: Sequence[Drawn], scale: float) -> dict[str, Any]:
    """What the canvas starts from; `scale` is canvas pixels per camera pixel."""
    return {"objects": [_shape(one, scale) for one in drawn]}


def _shape(one: Drawn, scale: float) -> dict[str, Any]:
    points = [(x * scale, y * scale) for x, y in one.polygon]
    left, top = _middle(points)
    return {
        "type": "Polygon", "points": [{"x": x, "y": y} for x, y in points],
        "left": left, "top": top, "originX": "center", "originY": "center",
        "stroke": one.ink, "strokeWidth": LINE, "fill": faint(one.ink),
    }  # fmt: skip


def faint(colour: str) -> str:
    """The colour of a polygon's inside."""
    return f"{colour}38"


def taken(objects: Sequence[Mapping[str, Any]], before: Sequence[Drawn], scale: float, size: Size) -> list[Drawn]:
    """The draft after somebody drew: known shapes moved or gone, new ones last. What did not move keeps its numbers."""
    known = {one.ink: one for one in before}
    after: list[Drawn] = []
    for shape in objects:
        points = corners(shape)
        one = known.pop(str(shape.get("stroke")), None)
        if one is not None:
            same = len(points) == len(one.polygon) and all(
                math.dist(point, (x * scale, y * scale)) < 0.01
                for point, (x, y) in zip(points, one.polygon, strict=True)
            )
            after.append(one if same else replace(one, polygon=_pixels(points, scale, size)))
        elif len(points) >= 3 and min(_extent(points)) >= LEAST:
            after.append(Drawn(unused([*before, *after]), _pixels(points, scale, size)))
    return after


def corners(shape: Mapping[str, Any]) -> list[Point]:
    """Where the corners of a polygon or a rectangle stand on the canvas; none of anything else."""
    if shape.get("type") == "Polygon":
        points = [(float(point["x"]), float(point["y"])) for point in shape.get("points", [])]
        if not points:
            return []
        middle = _middle(points)
        local = [(x - middle[0], y - middle[1]) for x, y in points]
    elif shape.get("type") == "Rect":
        across, down = float(shape["width"]) / 2, float(shape["height"]) / 2
        local = [(-across, -down), (across, -down), (across, down), (-across, down)]
    else:
        return []
    left, top = _centre(shape, *_extent(local))
    return [(x + left, y + top) for x, y in (_turned(point, shape) for point in local)]


def _turned(point: Point, shape: Mapping[str, Any]) -> Point:
    """A corner after skewing, scaling, flipping and turning, all about the shape's middle."""
    x, y = point
    y += x * math.tan(math.radians(shape.get("skewY", 0)))
    x += y * math.tan(math.radians(shape.get("skewX", 0)))
    x *= shape.get("scaleX", 1) * (-1 if shape.get("flipX") else 1)
    y *= shape.get("scaleY", 1) * (-1 if shape.get("flipY") else 1)
    return _rotated((x, y), shape)


def _rotated(point: Point, shape: Mapping[str, Any]) -> Point:
    turn = math.radians(shape.get("angle", 0))
    x, y = point
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)


_ORIGIN = {"left": 0.5, "top": 0.5, "center": 0.0, "right": -0.5, "bottom": -0.5}


def _centre(shape: Mapping[str, Any], width: float, height: float) -> Point:
    """The middle of a shape; `left` and `top` may be those of a corner, the line included."""
    line = 0 if shape.get("strokeUniform") else float(shape.get("strokeWidth", 0))
    rim = float(shape.get("strokeWidth", 0)) - line
    across = (width + line) * shape.get("scaleX", 1) + rim
    down = (height + line) * shape.get("scaleY", 1) + rim
    away = (_ORIGIN[shape.get("originX", "center")] * across, _ORIGIN[shape.get("originY", "center")] * down)
    x, y = _rotated(away, shape)
    return float(shape["left"]) + x, float(shape["top"]) + y


def _middle(points: Sequence[Point]) -> Point:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _extent(points: Sequence[Point]) -> tuple[float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs), max(ys) - min(ys)


def _pixels(points: Sequence[Point], scale: float, size: Size) -> Polygon:
    """Whole camera pixels; what is hardly beyond the edge is on it."""
    return tuple(
        (_snapped(x / scale, size[0], SNAP / scale), _snapped(y / scale, size[1], SNAP / scale)) for x, y in points
    )


def _snapped(value: float, edge: int, slack: float) -> float:
    inside = min(max(value, 0), edge)
    return float(round(inside if abs(value - inside) <= slack else value))


def rescaled(drawn: Sequence[Drawn], old: Size, new: Size) -> list[Drawn]:
    """The polygons on a picture of another size."""
    across, down = new[0] / old[0], new[1] / old[1]
    return [
        replace(one, polygon=tuple((round(x * across, 1), round(y * down, 1)) for x, y in one.polygon)) for one in drawn
    ]


def written(polygon: Polygon) -> str:
    """The corners as people type them.

    >>> written(((10.0, 20.0), (30.5, 40.0), (5.0, 60.0)))
    '10,20 30.5,40 5,60'
    """
    return " ".join(f"{x:g},{y:g}" for x, y in polygon)


def typed(text: str) -> Polygon:
    """The corners that somebody typed; raises ValueError if it is not pairs of numbers.

    >>> typed("10, 20; 30.5，40  5 60")
    ((10.0, 20.0), (30.5, 40.0), (5.0, 60.0))
    """
    numbers = [float(word) for word in text.translate(str.maketrans(",;，；、[]()", "         ")).split()]
    if len(numbers) % 2 or not numbers or not all(map(math.isfinite, numbers)):
        raise ValueError("corners are pairs of numbers")
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
