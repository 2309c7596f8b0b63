"""Models of one's own, made here to give known outputs: how they are described, read and refused."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from mingjing.errors import BookError, UsageError
from mingjing.settings import Settings
from video.contracts import Picture
from video.detector import Blind, load_description, load_detector
from video.model import NAME

GREY: Picture = np.full((200, 400, 3), 90, np.uint8)
YOLO = '[layout]\nkind = "yolo"\n'


def model(path: Path, outputs: dict[str, Any], shape: tuple[Any, ...] = (1, 3, 64, 64), **types: int) -> Path:
    """An ONNX model that takes a picture and gives these outputs whatever it sees."""
    nodes, constants = [], []
    for name, values in outputs.items():
        constants.append(numpy_helper.from_array(np.asarray(values, np.float32), f"{name}_values"))
        nodes.append(helper.make_node("Identity", [f"{name}_values"], [name]))
    inputs = [helper.make_tensor_value_info("image", types.get("image", TensorProto.FLOAT), shape)]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(nodes, "g", inputs, given, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def described(folder: Path, layout: str = YOLO, more: str = "", size: str = "[64, 64]") -> Settings:
    text = f'name = "own"\nmodel = "own.onnx"\nsize = {size}\n{more}\n{layout}'
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return Settings(detector=str(folder / "own.toml"))


def boxes(settings: Settings, picture: Picture = GREY) -> list[tuple[float, ...]]:
    return [tuple(round(number, 2) for number in box) for box in load_detector(settings).detect(picture)]


MANY = [[0.0, 0, 9, 9, 0, 0]] * 20
"""Rows that are nobody: a table has more rows than columns."""


@pytest.mark.parametrize("turned", [False, True])
def test_a_yolo_model_of_either_form_finds_its_person(tmp_path: Path, turned: bool) -> None:
    """64 x 64 holds 400 x 200 scaled by 0.16, 16 rows of padding above and below."""
    rows = np.array([[32, 32, 16, 8, 0.9, 0.1], *MANY], np.float32)
    model(tmp_path / "own.onnx", {"out": (rows.T if turned else rows)[None]})
    assert boxes(described(tmp_path)) == [(0.9, 150, 75, 100, 50)]


def test_the_index_of_the_person_and_the_objectness_are_heeded(tmp_path: Path) -> None:
    model(
        tmp_path / "own.onnx",
        {"out": [[[32, 32, 16, 8, 0.5, 0.1, 0.9], [9, 9, 9, 9, 0.5, 0.9, 0.1], *([[0] * 7] * 9)]]},
    )
    assert boxes(described(tmp_path, YOLO + "person = 1\nobjectness = true")) == [(0.45, 150, 75, 100, 50)]


def test_a_stretched_picture_is_scaled_back(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"out": [[[32, 32, 16, 8, 0.9, 0], *MANY]]})
    assert boxes(described(tmp_path, more='fit = "stretch"')) == [(0.9, 150, 87.5, 100, 25)]


def test_a_person_is_found_once_and_cut_at_the_edge(tmp_path: Path) -> None:
    same = [[32, 32, 16, 8, 0.9, 0], [33, 32, 16, 8, 0.8, 0], [0, 32, 16, 8, 0.7, 0], *MANY]
    model(tmp_path / "own.onnx", {"out": [same]})
    assert boxes(described(tmp_path)) == [(0.9, 150, 75, 100, 50), (0.7, 0, 75, 50, 50)]


def test_the_score_may_be_lowered_for_one_look(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"out": [[[32, 32, 16, 8, 0.9, 0], [8, 32, 9, 9, 0.2, 0], *MANY]]})
    detector = load_detector(described(tmp_path))
    assert detector.score == 0.3
    assert [len(detector.detect(GREY)), len(detector.detect(GREY, 0.1))] == [1, 2]


def test_an_ssd_model_with_classes_beside_finds_its_person(tmp_path: Path) -> None:
    """TensorFlow's form: channels last, corners as shares, y before x, classes counted from 1."""
    outputs = {
        "boxes": [[[0.25, 0.5, 0.75, 0.75], [0, 0, 0.5, 0.5]]],
        "scores": [[0.8, 0.9]],
        "classes": [[1.0, 3.0]],
    }
    model(tmp_path / "own.onnx", outputs, (1, 64, 64, 3), image=TensorProto.UINT8)
    layout = '[layout]\nkind = "ssd"\nboxes = "boxes"\nscores = "scores"\nclasses = "classes"'
    assert boxes(described(tmp_path, layout, 'fit = "stretch"')) == [(0.8, 200, 50, 100, 100)]


def test_an_ssd_model_with_a_score_per_class_finds_its_person(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"b": [[[16, 16, 48, 32], [0, 0, 1, 1]]], "s": [[[0.1, 0.8], [0.9, 0.1]]]})
    layout = '[layout]\nkind = "ssd"\nboxes = "b"\nscores = "s"\nrelative = false\ncorners = "xyxy"'
    assert boxes(described(tmp_path, layout)) == [(0.8, 100, 0, 200, 100)]


def test_a_nanodet_model_finds_its_person(tmp_path: Path) -> None:
    """Strides 32 and 64: five cells. All weight on one bin makes each distance that bin, in strides."""
    table = np.zeros((1, 5, 2 + 4 * 4), np.float32)
    table[0, 3, 1] = 0.7  # the second row's second cell: centre 48, 48
    for side, distance in enumerate((1, 0, 0.5, 0.5)):
        bins = table[0, 3, 2 + 4 * side :][:4]
        bins[:] = -50
        bins[[int(distance), int(distance + 0.5)]] = 50
    model(tmp_path / "own.onnx", {"out": table})
    layout = '[layout]\nkind = "nanodet"\nperson = 1\nclasses = 2\nstrides = [32, 64]\ncentre = 0.5'
    ((score, x, y, w, h),) = load_detector(described(tmp_path, layout)).detect(np.zeros((64, 64, 3), np.uint8))
    assert (round(score, 3), x, y, w, h) == (0.7, 16, 48, 48, 16)


def test_the_model_gets_the_colours_and_values_that_are_described(tmp_path: Path) -> None:
    """A model that gives back the mean of each channel of what it took."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["means"], axes=[0, 2, 3], keepdims=0),
        helper.make_node("Concat", ["middle", "means", "more"], ["row"], axis=0),
        helper.make_node("Unsqueeze", ["row", "front"], ["table"]),
        helper.make_node("Expand", ["table", "shape"], ["out"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([32, 32, 8, 8], np.float32), "middle"),
        numpy_helper.from_array(np.array([0], np.float32), "more"),
        numpy_helper.from_array(np.array([0, 1], np.int64), "front"),
        numpy_helper.from_array(np.array([1, 9, 8], np.int64), "shape"),
    ]
    taken = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ("n", 3, "h", "w"))]
    given = [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "g", taken, given, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(made, tmp_path / "own.onnx")
    picture = np.zeros((64, 64, 3), np.uint8) + np.array([60, 100, 200], np.uint8)  # blue, green, red
    for colour, person, expected in (("rgb", 0, 0.9), ("bgr", 0, 0.2), ("bgr", 2, 0.9), ("rgb", 1, 0.4)):
        more = f'colour = "{colour}"\nmean = [20, 20, 20]\nstd = [200, 200, 200]\nscore = 0.1'
        ((score, *_), *_) = boxes(described(tmp_path, f"{YOLO}person = {person}", more), picture)
        assert score == pytest.approx(expected)


def refused(settings: Settings) -> str:
    with pytest.raises(UsageError) as wrong:
        load_detector(settings)
    assert "\n" not in str(wrong.value)
    return str(wrong.value)


def test_a_model_of_another_size_is_refused(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"out": [MANY]}, (1, 3, 640, 320))
    assert refused(described(tmp_path)).endswith(
        "own.onnx: the model takes pictures of 320 x 640, described are 64 x 64"
    )


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", None])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes | None) -> None:
    whole = model(tmp_path / "own.onnx", {"out": [MANY]}).read_bytes()
    (tmp_path / "own.onnx").write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert "own.onnx: no ONNX model that can be read, truncated perhaps (" in refused(described(tmp_path))


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(described(tmp_path)).endswith("own.onnx: there is no such model file")


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        (YOLO + "person = 7", "the model gives [20, 6]; layout yolo wants more than 11 numbers a box"),
        ('[layout]\nkind = "nanodet"', "the model gives [20, 6]; layout nanodet wants [1, 85, 80 + 4 x bins]"),
        ('[layout]\nkind = "ssd"\nboxes = "b"\nscores = "s"', "the model has no output b; it has out"),
        ('[layout]\nkind = "ssd"\nboxes = "out"\nscores = "out"', "the model gives boxes [20, 6] for 20 scores"),
    ],
)
def test_outputs_of_another_layout_are_refused(tmp_path: Path, layout: str, expected: str) -> None:
    model(tmp_path / "own.onnx", {"out": [MANY]})
    assert expected in refused(described(tmp_path, layout))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.5, 0.5, 0.2, 0.9, 0, 0], "gives boxes as shares of the picture; layout yolo wants pixels"),
        ([9, 9, 9, 9, -4.5, 0], "gives scores from -4.5 to -4.5; 0 to 1 are wanted"),
    ],
)
def test_numbers_by_which_nobody_would_ever_be_seen_are_refused(
    tmp_path: Path, row: list[float], expected: str
) -> None:
    model(tmp_path / "own.onnx", {"out": [[row] * 20]})
    assert expected in refused(described(tmp_path))


def test_a_model_that_fails_at_a_look_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("Reshape", ["image", "shape"], ["out"])
    shape = numpy_helper.from_array(np.array([1, 5, 7], np.int64), "shape")
    taken = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ("n", 3, "h", "w"))]
    given = [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)]
    made = helper.make_model(
        helper.make_graph([node], "g", taken, given, [shape]),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    onnx.save(made, tmp_path / "own.onnx")
    assert "own.onnx: the model cannot look at 64 x 64 pixels (" in refused(described(tmp_path))


def test_a_model_that_takes_no_picture_is_refused(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"out": [MANY]}, (1, 64))
    assert "the model takes [1, 64], not one picture of three colours" in refused(described(tmp_path))
    model(tmp_path / "own.onnx", {"out": [MANY]}, image=TensorProto.INT64)
    assert "the model takes tensor(int64), which is no picture" in refused(described(tmp_path))


def test_an_input_that_the_model_lacks_is_refused(tmp_path: Path) -> None:
    model(tmp_path / "own.onnx", {"out": [MANY]})
    assert "`input` must be one of the model's inputs: image" in refused(described(tmp_path, more='input = "data"'))
    assert load_detector(described(tmp_path, more='input = "image"')).name == "own"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "own"\nmodel = "m.onnx"\n[layout]\nkind = "yolo"', "own.toml:1: object missing required field size"),
        (
            'name = "own"\nsize = [4, 4]\nmodel = "m.onnx"\n[layout]\nkind = "yolo"',
            "own.toml:2: size[0]: expected int >= 16",
        ),
        (
            'name = "own"\nsize = [64, 64]\nmodel = "m"\ncolor = "rgb"',
            "own.toml:4: unknown key color; known are: name, model,",
        ),
        (
            'name = "own"\nsize = [64, 64]\nmodel = "m"\n[layout]\nkind = "detr"',
            "own.toml:4: layout.kind: invalid value 'detr'",
        ),
        (
            'name = "own"\nsize = [64, 64]\nmodel = "m"\nstd = [1, 1, 0]\n[layout]\nkind = "yolo"',
            "own.toml:4: std[2]: expected float > 0",
        ),
        ("name = ", "own.toml:1: not TOML"),
    ],
)
def test_a_mistake_in_a_description_is_shown_where_it_is(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as wrong:
        load_description(tmp_path / "own.toml")
    assert expected.lower() in str(wrong.value).lower()


def test_without_a_model_nobody_is_seen_and_the_name_says_so(tmp_path: Path) -> None:
    detector = load_detector(Settings(model_dir=str(tmp_path)))
    assert isinstance(detector, Blind)
    assert (detector.name, detector.detect(GREY)) == ("none", ())


def test_a_broken_default_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"half of it")
    assert "no ONNX model that can be read" in refused(Settings(model_dir=str(tmp_path)))


@pytest.mark.parametrize("size", [(1, 1), (1080, 1920), (3, 2000), (416, 416)])
def test_pictures_of_any_shape_are_looked_at(tmp_path: Path, size: tuple[int, int]) -> None:
    model(tmp_path / "own.onnx", {"out": [[[32, 32, 128, 128, 0.9, 0], *MANY]]})
    picture = np.zeros((*size, 3), np.uint8)
    assert boxes(described(tmp_path), picture) == [(0.9, 0, 0, size[1], size[0])]
