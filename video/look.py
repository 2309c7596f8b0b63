"""One look at one picture: the persons in it, and the picture for people to see."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mingjing.cameras import Camera
from video import closely, drawing
from video.contracts import Box, Detector, Picture

BLIND = "none"
"""The name of the detector that sees nothing, because there is no model."""

FAINT = 0.5
"""Of the score from which on a person counts, the part from which on a head is blurred: a face that was not sure to be
one is still somebody's."""


class Look(NamedTuple):
    """The persons that count, and all that might be one; boxes in pixels of the picture."""

    persons: Sequence[Box]
    maybe: Sequence[Box]


def look(detector: Detector, picture: Picture, camera: Camera) -> Look:
    """Who is in a picture of this camera."""
    faint = FAINT * detector.score
    if camera.staff_small:
        across, down = (real / said for real, said in zip(drawing.size_of(picture), camera.size, strict=True))
        polygons = [tuple((x * across, y * down) for x, y in zone.polygon) for zone in camera.windows]
        maybe = closely.persons(detector, picture, polygons, faint)
    else:
        maybe = list(detector.detect(picture, faint))
    return Look([box for box in maybe if box.score >= detector.score], maybe)


def shown(
    picture: Picture, seen: Look, camera: Camera, states: Mapping[str, str], *, blind: bool, plainly: bool = True
) -> tuple[bytes, bytes | None]:
    """The picture for people, drawn on and plain (only if asked `plainly`), as JPEG; `blind`: nobody has looked for
    heads, so all is coarse."""
    small = drawing.fit(picture)
    sizes = drawing.size_of(picture), drawing.size_of(small)
    plain = drawing.coarse(small) if blind else drawing.blurred(small, drawing.scaled(seen.maybe, *sizes))
    clean = drawing.jpeg(plain) if plainly else None
    drawing.drawn(plain, camera.size, camera.windows, states, drawing.scaled(seen.persons, *sizes))
    return drawing.jpeg(plain), clean
