"""Tiles whose areas stand for numbers, as near to squares as can be."""

from collections.abc import Sequence

from msgspec import Struct


class Tile(Struct, frozen=True):
    """A rectangle: left, top, width and height in percent of the whole."""

    x: float
    y: float
    width: float
    height: float


def treemap(sizes: Sequence[float], width: float, height: float) -> list[Tile]:
    """One tile per size (all above 0, the largest first) that together fill a picture of `width` by `height`.

    Source: M. Bruls, K. Huizing, J. van Wijk, Squarified treemaps, Proc. TCVG 2000, 33-42.

    >>> treemap([3, 1], 200, 100)
    [Tile(x=0.0, y=0.0, width=75.0, height=100.0), Tile(x=75.0, y=0.0, width=25.0, height=100.0)]
    """
    whole = sum(sizes)
    areas = [size / whole * width * height for size in sizes]
    tiles: list[Tile] = []
    x, y, w, h = 0.0, 0.0, float(width), float(height)
    while areas:
        short = min(w, h)
        many = _row(areas, short)
        thick = sum(areas[:many]) / short
        along = 0.0
        for area in areas[:many]:
            long = area / thick
            left, top, wide, tall = (x, y + along, thick, long) if w >= h else (x + along, y, long, thick)
            tiles.append(Tile(*(round(v, 4) for v in _percent(left, top, wide, tall, width, height))))
            along += long
        x, y, w, h = (x + thick, y, w - thick, h) if w >= h else (x, y + thick, w, h - thick)
        areas = areas[many:]
    return tiles


def _row(areas: Sequence[float], short: float) -> int:
    """How many tiles go into the next row: as many as make the worst of them squarer."""
    best, many = _worst(areas[:1], short), 1
    while many < len(areas) and (worse := _worst(areas[: many + 1], short)) <= best:
        best, many = worse, many + 1
    return many


def _worst(row: Sequence[float], short: float) -> float:
    whole = sum(row)
    return max(short**2 * max(row) / whole**2, whole**2 / (short**2 * min(row)))


def _percent(x: float, y: float, w: float, h: float, width: float, height: float) -> tuple[float, ...]:
    return 100 * x / width, 100 * y / height, 100 * w / width, 100 * h / height
