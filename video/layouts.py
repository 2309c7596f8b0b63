"""How the outputs of detection models are read: numbers in, persons out. Pure.

Each layout is a table `[layout]` of a model's description, told apart by `kind`. `persons` takes the model's outputs by
name and gives what may be persons, in pixels of the model's input; it raises ValueError, with what would be right, for
outputs of another shape than the layout says.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

Floats = npt.NDArray[np.float32]
Outputs = Mapping[str, npt.NDArray[Any]]
Index = Annotated[int, Meta(ge=0)]


RELATIVE = 2
"""Pixels that no model's boxes end within; they are shares of the picture."""


class Found(NamedTuple):
    """Scores (n) and corners (n x 4: left, top, right, bottom in pixels of the model's input)."""

    scores: Floats
    corners: Floats


class NanoDet(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="nanodet"):
    """One output [1, cells, classes + 4 x bins], cells of each stride row by row, scores from 0 to 1.

    A side's distance from the cell's centre is the mean of its bins, which the model weighs (distribution focal loss).
    `centre`: where in a cell its centre is; 0 for NanoDet-Plus as its authors export it, 0.5 for NanoDet.
    """

    person: Index = 0
    classes: Annotated[int, Meta(ge=1)] = 80
    strides: tuple[Annotated[int, Meta(ge=1)], ...] = (8, 16, 32, 64)
    centre: Annotated[float, Meta(ge=0, le=1)] = 0

    def persons(self, outputs: Outputs, size: tuple[int, int], score: float) -> Found:
        """What may be persons with at least this score."""
        rows = _table(outputs)
        cells = _cells(size, self.strides, self.centre)
        bins, rest = divmod(rows.shape[1] - self.classes, 4)
        if len(rows) != len(cells) or bins < 2 or rest or self.person >= self.classes:
            wanted = f"[1, {len(cells)}, {self.classes} + 4 x bins] with strides {self.strides}"
            raise ValueError(f"gives {list(rows.shape)}; layout nanodet wants {wanted}")
        scores = _shares(rows[:, self.person])
        kept = scores >= score
        cells, weights = cells[kept], rows[kept, self.classes :].reshape(-1, 4, bins)
        weights = np.exp(weights - weights.max(axis=2, keepdims=True))
        away = (weights @ np.arange(bins, dtype=np.float32)) / weights.sum(axis=2) * cells[:, 2:]
        return Found(scores[kept], np.hstack((cells[:, :2] - away[:, :2], cells[:, :2] + away[:, 2:])))


class Yolo(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="yolo"):
    """One output [1, n, 4 + classes] or [1, 4 + classes, n]: middle and size of boxes in pixels, then scores.

    `objectness`: a column before the classes says how sure a box is of anything (YOLOv5 and YOLOX); it multiplies.
    """

    person: Index = 0
    objectness: bool = False

    def persons(self, outputs: Outputs, size: tuple[int, int], score: float) -> Found:
        """What may be persons with at least this score."""
        rows = _table(outputs)
        if rows.shape[0] < rows.shape[1]:
            rows = rows.T
        column = 4 + self.objectness + self.person
        if column >= rows.shape[1]:
            raise ValueError(f"gives {list(rows.shape)}; layout yolo wants more than {column} numbers a box")
        if 0 < rows[:, :4].max(initial=0) <= RELATIVE:
            raise ValueError("gives boxes as shares of the picture; layout yolo wants pixels of the input")
        scores = _shares(rows[:, column] * (rows[:, 4] if self.objectness else np.float32(1)))
        kept = scores >= score
        middle, half = rows[kept, :2], rows[kept, 2:4] / 2
        return Found(scores[kept], np.hstack((middle - half, middle + half)))


class Ssd(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ssd"):
    """Outputs `boxes` [1, n, 4] and `scores` [1, n, classes], or [1, n] with `classes` [1, n] beside it.

    The three names are those of the model's outputs. `corners`: the order of a box's numbers; `relative`: they are
    shares of the input (0 to 1), not pixels.
    """

    boxes: str
    scores: str
    classes: str | None = None
    person: Index = 1
    corners: Literal["xyxy", "yxyx"] = "yxyx"
    relative: bool = True

    def persons(self, outputs: Outputs, size: tuple[int, int], score: float) -> Found:
        """What may be persons with at least this score."""
        missing = [name for name in (self.boxes, self.scores, self.classes) if name and name not in outputs]
        if missing:
            raise ValueError(f"has no output {missing[0]}; it has {', '.join(outputs)}")
        corners = _first(outputs[self.boxes])
        scores = self._scores(outputs)
        if corners.shape != (len(scores), 4):
            raise ValueError(f"gives boxes {list(corners.shape)} for {len(scores)} scores; layout ssd wants [1, n, 4]")
        kept = scores >= score
        corners = corners[kept]
        if self.corners == "yxyx":
            corners = corners[:, [1, 0, 3, 2]]
        return Found(scores[kept], corners * (np.array(size * 2, np.float32) if self.relative else np.float32(1)))

    def _scores(self, outputs: Outputs) -> Floats:
        scores = _first(outputs[self.scores])
        if self.classes:
            classes = _first(outputs[self.classes])
            if scores.ndim != 1 or classes.shape != scores.shape:
                raise ValueError(f"gives scores {list(scores.shape)} and classes {list(classes.shape)}, not one a box")
            return np.where(np.rint(classes) == self.person, _shares(scores), np.float32(0))
        if scores.ndim != 2 or self.person >= scores.shape[1]:
            raise ValueError(f"gives scores {list(scores.shape)}; layout ssd wants [1, n, more than {self.person}]")
        return _shares(scores[:, self.person])


Layout = NanoDet | Yolo | Ssd
"""The layouts that are known."""


def _table(outputs: Outputs) -> Floats:
    """The rows of a model's only table."""
    rows = _first(next(iter(outputs.values())))
    if rows.ndim != 2:
        raise ValueError(f"gives {list(rows.shape)}; the layout wants one table [1, rows, columns]")
    return rows


def _shares(scores: Floats) -> Floats:
    """The scores, if they are from 0 to 1: of others nobody would count, and every window would be unstaffed."""
    if scores.min(initial=0) < -0.01 or scores.max(initial=0) > 1.01:  # a hair outside is rounding
        raise ValueError(f"gives scores from {scores.min():.2g} to {scores.max():.2g}; 0 to 1 are wanted (a sigmoid)")
    return scores


def _first(output: npt.NDArray[Any]) -> Floats:
    """What belongs to the first picture of a batch of one."""
    return np.asarray(output[0] if output.ndim > 1 and output.shape[0] == 1 else output, np.float32)


def _cells(size: tuple[int, int], strides: tuple[int, ...], centre: float) -> Floats:
    """Centre x, y and stride of each cell, row by row, stride by stride."""
    parts = []
    for stride in strides:
        rows, columns = -(-size[1] // stride), -(-size[0] // stride)
        y, x = np.mgrid[:rows, :columns].reshape(2, -1)
        parts.append(np.stack(((x + centre) * stride, (y + centre) * stride, np.full(len(x), stride)), axis=1))
    return np.concatenate(parts).astype(np.float32)
