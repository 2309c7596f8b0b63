"""The demo's hall as video: drawn by code, with staff cut out of free portraits (`video.portraits`).

A clip lasts one simulated day in fast motion and begins at midnight. The same pictures give the same frames.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import sin
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType

from mingjing.demo.hall import COUNTER, DAY, DESKS, SIZE, View, is_day, within
from video.contracts import Picture

LASTS_S = 480
"""Seconds of a clip: a day at the demo's usual speed."""
FPS = 2
NIGHT = 8
"""While the hall is closed only one in so many frames is kept."""
KEY_EVERY = 4

Cutout = npt.NDArray[np.float32]
"""Height x width x 4: blue, green, red from 0 to 255, and how much of the background it hides, from 0 to 1."""

OUTLINES = {
    "astronaut": (
        (225, 12), (270, 25), (298, 55), (302, 100), (285, 135), (270, 150), (262, 170), (300, 215), (305, 240),
        (340, 270), (358, 310), (360, 342), (330, 362), (300, 390), (284, 430), (284, 440), (24, 440), (25, 400),
        (40, 300), (60, 255), (112, 215), (115, 190), (130, 165), (150, 150), (178, 143), (165, 120), (153, 90),
        (158, 45), (190, 18),
    ),
    "hopper": (
        (262, 22), (310, 35), (345, 60), (352, 85), (370, 90), (372, 130), (375, 180), (372, 215), (355, 260),
        (345, 300), (328, 312), (400, 345), (460, 370), (495, 395), (510, 440), (511, 540), (18, 540), (30, 420),
        (60, 380), (150, 350), (205, 320), (195, 295), (165, 285), (155, 250), (150, 190), (165, 160), (150, 140),
        (155, 100), (185, 85), (185, 60), (215, 32),
    ),
}  # fmt: skip
"""The persons in the portraits, drawn round by hand, in pixels of the picture."""
COLLAR = {"astronaut": 165, "hopper": 320}
"""Where clothes begin, from the top: they get a colour of their own."""
LOOKS = (
    ("hopper", False, (70, 40, 30)), ("astronaut", True, (150, 90, 40)), ("astronaut", False, (70, 110, 60)),
    ("hopper", True, (40, 40, 90)), ("hopper", False, (60, 70, 40)), ("astronaut", True, (110, 60, 110)),
)  # fmt: skip
"""Who sits at which window: the portrait, whether it is mirrored, and the colour of the clothes."""
COAT = ((-1, 7), (1, 7), (4, 9), (5, 20), (-5, 20), (-4, 9))
"""A citizen's, from behind: in twentieths of the height, from the middle of the shoulders."""


def write(portraits: dict[str, Picture], view: View, path: Path) -> None:
    """Write the clip of one camera, whole or not at all."""
    part = path.with_suffix(".part")
    with av.open(str(part), "w", format="mp4") as file:
        stream = file.add_stream("libx264", FPS, {"preset": "veryfast", "crf": "38", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.thread_count = 1  # with more, other bytes
        for number, picture in frames(portraits, view):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            frame.pict_type = PictureType.I if number % KEY_EVERY == 0 else PictureType.NONE
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    part.replace(path)


def frames(portraits: dict[str, Picture], view: View) -> Iterator[tuple[int, Picture]]:
    """The pictures of a day with their numbers, FPS in a second, from midnight on."""
    empty = _hall(view)
    staff = [_staff(portraits, desk, view.pane[1]) for desk in view.desks]
    citizens = _citizen(240), _citizen(470)
    count = LASTS_S * FPS
    for number in range(count):
        minute = number * DAY / count
        if is_day(minute) or number % NIGHT == 0 or number == count - 1:
            yield number, _frame(empty, staff, citizens, view, number, minute)


def _frame(
    empty: Picture, staff: Sequence[Cutout], citizens: tuple[Cutout, Cutout], view: View, number: int, minute: float
) -> Picture:
    if within(view.covered, minute):
        return _covered(number)
    picture = empty.copy()
    for place, (desk, x) in enumerate(zip(view.desks, view.centres, strict=True)):
        sway = round(3 * sin(number * 0.9 + desk))
        if DESKS[desk].staffed(minute):
            _put(picture, staff[place], x + sway, COUNTER - 6)
        _screen(picture, x, desk)
        if DESKS[desk].served(minute):
            _put(picture, citizens[0], x - 10 - sway, SIZE[1])
    for place, spell in view.hidden:
        if within((spell,), minute):
            _put(picture, citizens[1], view.centres[place] + round(4 * sin(number)), SIZE[1])
    _clock(picture, minute)
    light = 1.0 if is_day(minute) else 0.45
    return np.asarray(cv2.convertScaleAbs(picture, alpha=light, beta=2 * sin(number * 0.5)), np.uint8)


def _covered(number: int) -> Picture:
    return np.full((SIZE[1], SIZE[0], 3), (38 + number % 3, 44, 52), np.uint8)


def _hall(view: View) -> Picture:
    """The empty hall: wall with notices, panes with their numbers, counters."""
    picture = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:] = np.linspace((205, 214, 218), (176, 188, 194), SIZE[1])[:, None]
    cv2.rectangle(picture, (0, 0), (SIZE[0], 62), (120, 74, 38), -1)
    dice = np.random.default_rng(view.desks[0])
    for x in range(24, SIZE[0] - 70, 75):
        _notice(picture, (x, 68, 56, 40), dice)
        if abs(x - SIZE[0] // 2) > 140:
            _notice(picture, (x, 8, 56, 46), dice)
    width, height = view.pane
    for desk, x in zip(view.desks, view.centres, strict=True):
        left, right, top = x - width // 2, x + width // 2, COUNTER - height
        cv2.rectangle(picture, (left, top), (right, COUNTER), (196, 190, 176), -1)
        _notice(picture, (left + 8, top + 8, 46, 52), dice)
        _notice(picture, (right - 54, top + 8, 46, 60), dice)
        cv2.rectangle(picture, (left, top), (right, COUNTER), (96, 92, 88), 5, cv2.LINE_AA)
        cv2.rectangle(picture, (x - 30, top - 40), (x + 30, top - 6), (40, 30, 24), -1)
        number = f"{desk + 1:02d}"
        cv2.putText(picture, number, (x - 21, top - 12), cv2.FONT_HERSHEY_DUPLEX, 0.95, (70, 90, 240), 2, cv2.LINE_AA)
        cv2.rectangle(picture, (left - 16, COUNTER - 6), (right + 16, COUNTER + 14), (92, 128, 164), -1)
        cv2.rectangle(picture, (left - 16, COUNTER + 14), (right + 16, SIZE[1]), (128, 150, 172), -1)
        for place in range(left, right - 40, 56):
            _notice(picture, (place, COUNTER + 36, 40, 58), dice)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)


def _notice(picture: Picture, place: tuple[int, int, int, int], dice: np.random.Generator) -> None:
    """A sheet on the wall. Like a real hall's, what hangs there lets a camera tell whether it was turned."""
    x, y, width, height = place
    cv2.rectangle(picture, (x, y), (x + width, y + height), dice.integers(200, 245, 3).tolist(), -1)
    for line in range(y + 6, y + height - 5, 7):
        begin, end = np.sort(dice.integers(3, width - 3, 2)).tolist()
        cv2.line(picture, (x + begin, line), (x + end + 2, line), dice.integers(50, 130, 3).tolist(), 3)


def _screen(picture: Picture, x: int, desk: int) -> None:
    """The screen that stands on a counter."""
    side = -1 if desk % 2 else 1
    cv2.rectangle(picture, (x + side * 58 - 24, COUNTER - 40), (x + side * 58 + 24, COUNTER - 6), (52, 48, 46), -1)


def _clock(picture: Picture, minute: float) -> None:
    """The clock on the wall: it shows the simulated time, and something in the picture always moves."""
    middle = (SIZE[0] // 2, 31)
    cv2.rectangle(picture, (middle[0] - 58, 9), (middle[0] + 58, 53), (24, 18, 14), -1)
    shown = f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
    cv2.putText(picture, shown, (middle[0] - 47, 43), cv2.FONT_HERSHEY_DUPLEX, 1.1, (90, 220, 250), 2, cv2.LINE_AA)


def _staff(portraits: dict[str, Picture], desk: int, height: int) -> Cutout:
    """Whoever sits at a desk, three quarters as high as its pane."""
    name, mirrored, colour = LOOKS[desk]
    portrait, outline = portraits[name], np.array(OUTLINES[name], np.int32)
    mask = np.zeros(portrait.shape[:2], np.uint8)
    cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA)
    whole = portrait.astype(np.float32)
    grey = whole[COLLAR[name] :].mean(2, keepdims=True)
    whole[COLLAR[name] :] = 0.45 * whole[COLLAR[name] :] + 0.55 * (0.5 * grey + np.array(colour, np.float32))
    left, top, width, tall = cv2.boundingRect(outline)
    cut = np.dstack([whole, mask.astype(np.float32) / 255])[top : top + tall, left : left + width]
    size = round(width * (height * 0.78) / tall), round(height * 0.78)
    cut = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cut[:, ::-1] if mirrored else cut, np.float32)


def _citizen(height: int) -> Cutout:
    """Somebody seen from behind: hair, neck, a coat."""
    tall, wide = 4 * height, 2 * height
    colour, mask = np.zeros((tall, wide, 3), np.uint8), np.zeros((tall, wide), np.uint8)
    middle, unit = wide // 2, tall // 20
    shapes = (
        ((middle, 7 * unit), (2 * unit, unit), (120, 150, 190)),
        ((middle, 4 * unit), (2 * unit, 5 * unit // 2 + unit // 3), (28, 30, 36)),
    )
    coat = np.array(COAT, np.int32) * unit + (middle, 0)
    cv2.fillPoly(colour, [coat], (88, 70, 52), cv2.LINE_AA)
    cv2.fillPoly(mask, [coat], 255, cv2.LINE_AA)
    for centre, axes, tint in shapes:
        cv2.ellipse(colour, centre, axes, 0, 0, 360, tint, -1, cv2.LINE_AA)
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    cut = np.dstack([colour.astype(np.float32), mask.astype(np.float32) / 255])
    return np.asarray(cv2.resize(cut, (height // 2, height), interpolation=cv2.INTER_AREA), np.float32)


def _put(picture: Picture, cut: Cutout, x: int, bottom: int) -> None:
    """Lay a cut-out over the picture, its foot in the middle at (x, bottom); what is outside is left out."""
    tall, wide = cut.shape[:2]
    left, top = x - wide // 2, bottom - tall
    skip_left, skip_top = max(0, -left), max(0, -top)
    right, under = min(SIZE[0], left + wide), min(SIZE[1], bottom)
    part = cut[skip_top : under - top, skip_left : right - left]
    there = picture[top + skip_top : under, left + skip_left : right]
    shown = part[..., 3:]
    there[:] = (part[..., :3] * shown + there * (1 - shown)).astype(np.uint8)
