"""Pictures for people: heads made unrecognisable, polygons and boxes drawn. Pure: a picture in, a picture out."""

from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np

from mingjing.cameras import Size, Zone
from video.contracts import Box, Picture

WIDEST = 1280
"""Pixels across a picture that is kept."""

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "staffed": (87, 158, 46),
    "unstaffed": (61, 38, 215),
    "unknown": (150, 150, 150),
}
"""Blue, green, red of a polygon by its window's state."""

_BOX = (230, 200, 60)
_BLOCKS = 5  # squares across a head; a face of so few is nobody's
_COARSE = 96  # squares across a picture whose heads nobody has found
_QUALITY = 80


def fit(picture: Picture, widest: int = WIDEST) -> Picture:
    """The picture at most `widest` pixels wide, its shape kept."""
    height, width = picture.shape[:2]
    if width <= widest:
        return picture
    way = cv2.INTER_LINEAR if width < 2 * widest else cv2.INTER_AREA  # a fifth of the time, and nothing skipped yet
    return _picture(cv2.resize(picture, (widest, max(1, round(height * widest / width))), interpolation=way))


def scaled(boxes: Iterable[Box], size: Size, to: Size) -> list[Box]:
    """Boxes in pixels of a picture of one size, in pixels of the same picture at another."""
    across, down = to[0] / size[0], to[1] / size[1]
    return [Box(b.score, b.x * across, b.y * down, b.w * across, b.h * down) for b in boxes]


def size_of(picture: Picture) -> Size:
    """Width and height."""
    return picture.shape[1], picture.shape[0]


def blurred(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """A copy with the head part of every person's box in a few large squares."""
    copy = picture.copy()
    for box in boxes:
        left, top, right, bottom = _head(box, size_of(picture))
        if right > left and bottom > top:
            copy[top:bottom, left:right] = _squares(copy[top:bottom, left:right], _BLOCKS)
    return copy


def coarse(picture: Picture) -> Picture:
    """A copy all in squares: where nobody looks for persons, nobody knows where the faces are."""
    return _squares(picture, _COARSE)


def drawn(picture: Picture, size: Size, zones: Sequence[Zone], states: Mapping[str, str], boxes: Iterable[Box]) -> None:
    """Draw boxes (pixels of the picture) and polygons (pixels of `size`) into the picture, with the windows' codes."""
    width, height = size_of(picture)
    thick = max(1, round(width / 640))
    for box in boxes:
        corners = (round(box.x), round(box.y)), (round(box.x + box.w), round(box.y + box.h))
        cv2.rectangle(picture, *corners, _BOX, thick)
    for zone in zones:
        colour = COLOURS[states.get(zone.window, "unknown")]
        points = (
            np.array([(x * width / size[0], y * height / size[1]) for x, y in zone.polygon]).round().astype(np.int32)
        )
        cv2.polylines(picture, [points], isClosed=True, color=colour, thickness=2 * thick)
        _label(picture, zone.window, points.min(axis=0), colour, thick)


def jpeg(picture: Picture) -> bytes:
    """The picture as the bytes of a JPEG file."""
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])


def png(picture: Picture) -> bytes:
    """The picture, nothing lost, as the bytes of a PNG file."""
    return _encoded(".png", picture, [])


def _encoded(kind: str, picture: Picture, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, picture, options)
    assert done  # it fails for pictures without pixels only
    return data.tobytes()


def _head(box: Box, size: Size) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of where a person's head must be: the top third of somebody standing, the upper half
    of somebody seated behind a counter, with a margin, since boxes are cut close."""
    tall = min(box.h, max(0.35 * box.h, 0.7 * box.w))
    aside, above = 0.08 * box.w, 0.08 * tall
    left, top, right, bottom = box.x - aside, box.y - above, box.x + box.w + aside, box.y + tall
    width, height = size
    return max(0, int(left)), max(0, int(top)), min(width, int(right) + 1), min(height, int(bottom) + 1)


def _squares(picture: Picture, across: int) -> Picture:
    height, width = picture.shape[:2]
    few = min(width, across), max(1, min(height, round(height * across / width)))
    small = cv2.resize(picture, few, interpolation=cv2.INTER_AREA)
    return _picture(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST))


def _label(picture: Picture, text: str, corner: np.ndarray, colour: tuple[int, int, int], thick: int) -> None:
    letters, high = cv2.FontFace("uni"), 14 * thick  # the one that OpenCV brings along with Chinese in it
    x, y = int(corner[0]), max(int(corner[1]), high)
    _, _, wide, _ = cv2.getTextSize(picture.shape[1::-1], text, (x, y), letters, high)
    cv2.rectangle(picture, (x, y - high), (x + wide + 4, y + high // 4), colour, cv2.FILLED)
    cv2.putText(picture, text, (x + 2, y), (255, 255, 255), letters, high)


def _picture(array: object) -> Picture:
    return np.asarray(array, np.uint8)
