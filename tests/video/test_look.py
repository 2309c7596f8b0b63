"""`mingjing cameras look`: one picture, and what there is to see at each window."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from mingjing import cameras
from mingjing.cli import app
from mingjing.errors import MingjingError, UsageError
from tests.video.rtsp import clip
from tests.video.scene import AT_LEFT, AT_RIGHT, LEFT, RIGHT, Painted, camera, paint, picture
from video import drawing
from video.contracts import Frame
from video.once import Once, chosen, seen


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of cameras that the settings name; no model."""
    directory = tmp_path / "cameras"
    directory.mkdir()
    paint(tmp_path / "C1", AT_LEFT)
    cameras.save(directory, camera("C1", tmp_path / "C1", LEFT, RIGHT))
    for key, value in (("CAMERAS_DIR", directory), ("MODEL_DIR", tmp_path), ("PICTURES_DIR", tmp_path / "pictures")):
        monkeypatch.setenv(f"MINGJING_{key}", str(value))
    return directory


def look(*arguments: str) -> dict[str, Any]:
    told = CliRunner().invoke(app, ["cameras", "look", *arguments, "--json"], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def painted(which: str, directory: Path | None = None) -> Once:
    """The answer of the painted detector."""
    return seen(*chosen(which, directory, None, lambda: 0), Painted(), None)[0]


def test_every_window_is_told_with_who_stands_where(given: Path) -> None:
    once = painted("C1", given)
    assert once.condition == "ok"
    assert [(window.window, window.state, window.persons) for window in once.windows] == [
        ("W1", "staffed", 1),
        ("窗口2", "unstaffed", 0),
    ]
    (share,) = once.windows[0].shares
    assert share.counts
    assert share.inside == 1
    assert share.covers == pytest.approx(60 * 80 / (100 * 120))
    assert (once.persons[0].x, once.persons[0].y, once.persons[0].w, once.persons[0].h) == AT_LEFT


def test_numbers_are_pixels_of_the_cameras_size_whatever_the_stream_sends() -> None:
    """The page draws them on the picture that the polygons are drawn on."""
    half = replace(
        camera("C1", Path(), replace(LEFT, polygon=tuple((x / 2, y / 2) for x, y in LEFT.polygon))), size=(160, 90)
    )
    once, *_ = seen(half, Frame(picture(AT_LEFT), 0), Painted(), None)
    assert (once.size, once.picture_size) == ((160, 90), (320, 180))
    person = once.persons[0]
    assert (person.x, person.y, person.w, person.h) == tuple(edge / 2 for edge in AT_LEFT)
    assert once.windows[0].state == "staffed"


def test_somebody_in_front_hides_the_window(tmp_path: Path) -> None:
    once, *_ = seen(camera("C1", tmp_path, LEFT), Frame(picture((0, 20, 200, 160)), 0), Painted(), None)
    assert (once.windows[0].state, once.windows[0].reason) == ("unknown", "hidden")
    (share,) = once.windows[0].shares
    assert (share.counts, share.covers) == (False, 1)


@pytest.mark.usefixtures("given")
def test_polygons_that_are_not_saved_are_tried(tmp_path: Path) -> None:
    """The calibration page asks so, with polygons in text or in a file; and without a model it is told that."""
    zones = json.dumps([{"window": "new", "polygon": [[0, 0], [100, 0], [100, 100]]}])
    file = tmp_path / "zones.json"
    file.write_text(zones)
    for one in (zones, str(file)):
        answer = look("C1", "--zones", one)
        assert [window["window"] for window in answer["windows"]] == ["new"]
        assert answer["windows"][0]["reason"] == "no_detector"
        assert answer["detector"] == "none"
        assert answer["size"] == [320, 180]


@pytest.mark.usefixtures("given")
def test_the_picture_is_written_with_drawings_and_without(tmp_path: Path) -> None:
    drawn, plain = tmp_path / "drawn.jpg", tmp_path / "plain.jpg"
    look("C1", "--out", str(drawn), "--plain", str(plain))
    for path in (drawn, plain):
        kept = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert kept is not None
        assert kept.shape == (180, 320, 3)
    assert drawn.read_bytes() != plain.read_bytes()


@pytest.mark.usefixtures("given")
def test_a_person_reads_a_line_for_each_window() -> None:
    told = CliRunner().invoke(app, ["cameras", "look", "C1"])
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].startswith("C1\t320 x 180\tok\tnone\t")
    assert lines[1].startswith("W1\tunknown (no_detector)")


def test_pictures_videos_and_cameras_files_can_be_looked_at_too(given: Path, tmp_path: Path) -> None:
    still = tmp_path / "still.png"
    still.write_bytes(drawing.png(picture(AT_RIGHT)))
    assert [(person.x, person.y) for person in painted(str(still)).persons] == [AT_RIGHT[:2]]
    assert painted(str(given / "C1.toml")).windows[0].state == "staffed"
    assert painted(str(clip(tmp_path / "clip.mp4"))).picture_size == (160, 120)


def test_what_cannot_be_looked_at_is_one_clear_line(given: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes(drawing.png(picture())[:500])
    (tmp_path / "empty.mp4").touch()
    cameras.save(given, camera("gone", tmp_path / "absent.mp4", LEFT))
    cameras.save(given, replace(camera("off", tmp_path, LEFT), url="rtsp://127.0.0.1:9/1"))
    for which, told in {
        "nobody": "no usable camera 'nobody'.*C1, gone, off",
        "gone": "absent.mp4: no such file",
        "off": "rtsp://127.0.0.1:9/1: connection refused",
        str(tmp_path / "cut.png"): "cut.png: is cut off",
        str(tmp_path / "empty.mp4"): "empty.mp4: the file is empty",
    }.items():
        with pytest.raises(MingjingError, match=told):
            chosen(which, given, None, lambda: 0)
    with pytest.raises(UsageError, match="no cameras_dir"):
        chosen("C1", None, None, lambda: 0)


@pytest.mark.parametrize(
    ("zones", "told"),
    [
        ("[{}", "--zones: .*write"),
        ('[{"window": "W1"}]', "missing required field `polygon`.*write"),
        ('[{"window": "W1", "polygon": [[0, 0], [999, 0], [0, 99]]}]', "leaves the picture of 320 x 180"),
        ('[{"window": "W1", "polygon": [[0, 0], [9, 0]]}]', "needs three different points"),
        ("absent.json", "cannot be read"),
    ],
)
@pytest.mark.usefixtures("given")
def test_polygons_that_are_none_are_told_with_what_would_be_right(zones: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        CliRunner().invoke(app, ["cameras", "look", "C1", "--zones", zones], catch_exceptions=False)
