"""Calibration without a browser: shapes become polygons, what is amiss is told, and saving says what it changes."""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboards.calibration import drawing
from dashboards.calibration.desk import Desk, writable
from dashboards.calibration.draft import Change, changes, problems
from dashboards.calibration.drawing import Drawn, canvas, corners, inked, taken, typed, written
from dashboards.calibration.looking import look
from mingjing.cameras import Camera, Changed, Polygon, Zone, load, save
from mingjing.errors import UsageError
from mingjing.store.local import LocalServer
from tests.dashboards.test_pages import APP, html

SQUARE = ((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0))
SIZE = (1280, 720)
SCALE = 0.5
CAMERA = Camera(id="hall-1", url="rtsp://192.0.2.7/s1", size=SIZE, windows=(Zone("W1", SQUARE), Zone("W2", SQUARE, 2)))


def polygon(points: Polygon, **more: Any) -> dict[str, Any]:
    """A shape as the canvas tells it."""
    (shape,) = canvas([Drawn(drawing.NEW, points)], 1)["objects"]
    return {**shape, **more}


def near(one: Polygon, other: Polygon, slack: float = 1e-6) -> bool:
    return len(one) == len(other) and all(math.dist(a, b) <= slack for a, b in zip(one, other, strict=True))


def test_what_nobody_touches_keeps_its_numbers() -> None:
    odd = tuple((x + 1 / 3, y) for x, y in SQUARE)
    before = inked((Zone("W1", odd), Zone("W2", SQUARE, 2)))
    objects = [shape | {"left": round(shape["left"], 4)} for shape in canvas(before, SCALE)["objects"]]
    assert taken(objects, before, SCALE, SIZE) == before


def test_a_new_shape_gets_an_ink_and_a_slip_of_the_mouse_is_nothing() -> None:
    before = inked(CAMERA.windows)
    slip = polygon(((1, 1), (3, 1), (3, 3)))
    known = canvas(before, SCALE)["objects"]
    after = taken([*known, slip, polygon(((10, 10), (60, 10), (60, 60.2)))], before, SCALE, SIZE)
    assert after[:2] == before
    assert [one.polygon for one in after[2:]] == [((20, 20), (120, 20), (120, 120))]
    assert len({one.ink for one in after}) == 3


def test_a_shape_that_crosses_itself_is_no_slip() -> None:
    bow = ((10, 10), (60, 60), (60, 10), (10, 60))
    assert len(taken([polygon(bow)], [], SCALE, SIZE)) == 1


def test_a_moved_shape_keeps_its_window_and_one_deleted_is_gone() -> None:
    before = inked(CAMERA.windows)
    first = canvas(before, SCALE)["objects"][0]
    after = taken([first | {"left": first["left"] + 10}], before, SCALE, SIZE)
    assert after == [replace(before[0], polygon=tuple((x + 20, y) for x, y in SQUARE))]


def test_a_shape_hardly_beyond_the_edge_ends_there_and_one_far_beyond_does_not() -> None:
    shapes = [polygon(((left, 10), (60, 10), (60, 60))) for left in (-3, -30)]
    assert [one.polygon[0] for one in taken(shapes, [], SCALE, SIZE)] == [(0, 20), (-60, 20)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, lambda x, y: (x, y)),
        ({"left": 160}, lambda x, y: (x + 10, y)),
        ({"scaleX": 2}, lambda x, y: (150 + 2 * (x - 150), y)),
        ({"angle": 90}, lambda x, y: (150 - (y - 150), 150 + (x - 150))),
        ({"flipX": True}, lambda x, y: (300 - x, y)),
        ({"skewX": 45}, lambda x, y: (x + (y - 150), y)),
        ({"originX": "left", "originY": "top", "left": 99, "top": 99}, lambda x, y: (x, y)),
        (
            {"originX": "left", "originY": "top", "left": 201, "top": 99, "angle": 90},
            lambda x, y: (150 - (y - 150), 150 + (x - 150)),
        ),
    ],
)
def test_shapes_are_where_the_canvas_shows_them(
    change: dict[str, Any], expected: Callable[[float, float], tuple[float, float]]
) -> None:
    assert near(tuple(corners(polygon(SQUARE, **change))), tuple(expected(x, y) for x, y in SQUARE))


def test_a_rectangle_has_four_corners_and_what_is_no_shape_has_none() -> None:
    rectangle = {
        "type": "Rect", "left": 10, "top": 20, "width": 100, "height": 50, "originX": "left", "originY": "top",
        "strokeWidth": 2, "strokeUniform": True, "scaleX": 1, "scaleY": 1, "angle": 0,
    }  # fmt: skip
    assert corners(rectangle) == [(11, 21), (111, 21), (111, 71), (11, 71)]
    assert corners({"type": "Path"}) == []


@given(st.lists(st.tuples(st.integers(-99, 4000), st.integers(-99, 4000)), min_size=1, max_size=9))
def test_corners_that_are_written_are_typed_the_same(points: list[tuple[int, int]]) -> None:
    assert typed(written(tuple(points))) == tuple(points)


@pytest.mark.parametrize("text", ["", "10,20 30", "here", "1,nan", "1e999,2"])
def test_what_is_no_corners_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="corners are pairs of numbers|could not convert"):
        typed(text)


def test_inks_of_many_windows_all_differ() -> None:
    assert len({drawing.ink(number) for number in range(200)} | {drawing.NEW}) == 201


def test_everything_amiss_is_told() -> None:
    bow = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])
    drawn = [
        Drawn("a", SQUARE, "W1"), Drawn("b", SQUARE, "W2"), Drawn("c", bow, "W3"), Drawn("d", ((0, 0), (1, 5)), "W3"),
        Drawn("e", ((-50, 0), (10, 0), (10, 10))), Drawn("f", ((5, 500), (15, 500), (15, 510)), "W9"),
    ]  # fmt: skip
    found = [(problem.ink, problem.kind, problem.other) for problem in problems(drawn, SIZE, {"W1", "W2", "W3"})]
    assert found == [
        ("b", "overlap", "W1"), ("c", "twice", "W3"), ("c", "crossing", ""), ("d", "twice", "W3"), ("d", "few", ""),
        ("e", "unnamed", ""), ("e", "outside", ""), ("f", "unknown", "W9"), ("f", "small", ""),
    ]  # fmt: skip
    assert problems([drawn[5]], SIZE, ())[0].kind == "small"


def test_saving_is_told_before_it_is_done() -> None:
    moved = tuple((x + 5, y) for x, y in SQUARE)
    after = replace(CAMERA, name="东厅", windows=(Zone("W1", moved, 3), Zone("W3", SQUARE)))
    assert changes(CAMERA, after) == [
        Change("field", "name", "", "东厅"), Change("removed", "W2"), Change("redrawn", "W1"),
        Change("view", "W1", None, 3), Change("added", "W3"),
    ]  # fmt: skip
    assert changes(CAMERA, CAMERA) == []
    assert [change.kind for change in changes(None, CAMERA)] == ["camera_added", "added", "added"]


def test_a_desk_leads_from_the_file_to_the_file(tmp_path: Path) -> None:
    save(tmp_path, CAMERA)
    desk, other = Desk(tmp_path, CAMERA), Desk(tmp_path, CAMERA)
    first, second = (one.ink for one in desk.drawn)
    desk.remove(second)
    desk.add()
    new = desk.drawn[-1].ink
    assert [problem.kind for problem in desk.problems(())] == ["unnamed"]
    desk.name(new, " W7 ")
    desk.rank(new, 2.5)
    desk.type(new, "nonsense")
    assert desk.corners(new) == "nonsense"
    assert [problem.kind for problem in desk.problems(())] == ["numbers"]
    assert [zone.window for zone in desk.sound().windows] == ["W1"]
    desk.type(new, "500,10 600,10 600,110")
    fresh = desk.save()
    assert load(tmp_path)[0].windows == (Zone("W1", SQUARE), Zone("W7", ((500, 10), (600, 10), (600, 110)), 2.5))
    assert fresh.changes() == []
    other.name(first, "W8")
    with pytest.raises(Changed):
        other.save()


def test_a_shape_that_the_canvas_brings_back_keeps_its_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CAMERA)
    shapes = desk.objects["objects"]
    desk.take(shapes[1:])
    assert [one.window for one in desk.drawn] == ["W2"]
    desk.take(shapes)
    assert [one.window for one in desk.drawn] == ["W1", "W2"]
    assert desk.round == 0


def test_polygons_follow_a_picture_of_another_size(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CAMERA)
    assert not desk.show(b"", SIZE, "")
    assert desk.show(b"", (640, 360), "")
    assert desk.drawn[0].polygon == tuple((x / 2, y / 2) for x, y in SQUARE)
    assert [change.what for change in desk.changes()] == ["size", "W1", "W2"]


@pytest.fixture
def opened(shown: pytest.MonkeyPatch, empty_server: LocalServer, tmp_path: Path) -> Callable[..., AppTest]:
    """The page as a reader finds it, with the settings given."""

    def at(lang: str = "zh", **settings: str) -> AppTest:
        streamlit.cache_resource.clear()  # the settings are read once
        shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
        shown.setenv("MINGJING_PICTURES_DIR", str(tmp_path / "pictures"))
        for name, value in settings.items():
            shown.setenv(f"MINGJING_{name.upper()}", value)
        app = AppTest.from_file(APP, default_timeout=60)
        app.query_params["lang"] = lang
        app.run()
        app.switch_page("../pages/calibrate.py").run()
        assert not app.exception
        return app

    return at


@pytest.mark.store
def test_without_a_directory_that_can_be_written_the_page_says_what_to_do(
    opened: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cameras_dir" in html(opened())
    assert "does not exist" in html(opened("en", cameras_dir=str(tmp_path / "none")))
    monkeypatch.setattr("dashboards.calibration.desk.os.access", lambda *_: False)
    assert not writable(tmp_path)
    assert "不能在网页上标定" in html(opened(cameras_dir=str(tmp_path)))


@pytest.mark.store
def test_mistakes_are_told_and_no_login_is_shown(opened: Callable[..., AppTest], tmp_path: Path) -> None:
    folder = tmp_path / "cameras"
    folder.mkdir()
    (folder / "a.toml").write_text('id = "a"\nurl = "rtsp://admin:s3cret@192.0.2.7/"\nsize = [64, 48]\n')
    save(folder, replace(CAMERA, login="env:HALL_LOGIN"))
    app = opened("en", cameras_dir=str(folder))
    page = html(app)
    assert "1 mistakes" in page
    assert "a.toml:2" in page
    assert "s3cret" not in page
    assert "overlaps W1" in page
    assert "No picture yet" in page


@pytest.mark.store
def test_a_camera_is_added_by_keyboard_alone(opened: Callable[..., AppTest], tmp_path: Path) -> None:
    folder = tmp_path / "cameras"
    folder.mkdir()
    app = opened("en", cameras_dir=str(folder))
    assert "Give the camera an id" in html(app)
    fields = {field.label: field for field in app.text_input}
    fields["Id"].set_value("east-1").run()
    fields["Address"].set_value("rtsp://admin:s3cret@192.0.2.7/").run()
    assert "Take a picture first" in html(app)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation without a model to see with, and a picture in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINGJING_MODEL_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("MINGJING_PICTURES_DIR", str(tmp_path / "pictures"))
    (tmp_path / "folder").mkdir()
    Image.effect_noise((320, 180), 40).save(tmp_path / "folder" / "1.png")
    return tmp_path / "folder"


def test_a_draft_is_tried_without_being_saved(blind: Path) -> None:
    corner = ((10, 10), (100, 10), (100, 100))
    looked = look(Camera(id="new", url=str(blind), size=(320, 180), windows=(Zone("W1", corner),)))
    assert looked.said.picture_size == (320, 180)
    assert looked.said.detector == "none"
    assert [(seen.window, seen.state, seen.reason) for seen in looked.said.windows] == [
        ("W1", "unknown", "no_detector")
    ]
    assert Image.open(io.BytesIO(looked.drawn)).size == Image.open(io.BytesIO(looked.plain)).size == (320, 180)


@pytest.mark.usefixtures("blind")
def test_a_picture_that_is_none_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match="given.jpg") as refused:
        look(CAMERA, b"no picture")
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("given.jpg")
