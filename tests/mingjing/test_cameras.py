"""The files of the cameras: every mistake with its line, and nothing that a person wrote is lost in saving."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

from mingjing.cameras import Camera, Changed, Polygon, Zone, load, read, save, stamp
from mingjing.cameras.polygons import area, crosses_itself, flaws, overlap
from mingjing.cli import app
from mingjing.errors import BookError, UsageError

SQUARE = ((10, 10), (110, 10), (110, 110), (10, 110))
POINTS = " [[10, 20], [110, 20], [60, 90]]"
HALL = Camera(id="hall-1", url="rtsp://192.0.2.7:554/s1", size=(640, 360), windows=(Zone("W1", SQUARE),))

WRITTEN = """\
# the camera over the door
id = "hall-1"   # never change this
url = "rtsp://192.0.2.7:554/s1"

size = [640, 360]

# nearest the door
[[windows]]
window = "W1"  # Li's
polygon = [
  [10, 10], # the corner of the desk
  [110, 10],
  [110, 110],
  [10, 110],
]

# the second
[[windows]]
polygon = [[200, 0], [300, 0], [300, 100]]
view = 2
window = "W2"
"""


def put(directory: Path, text: str, name: str = "hall-1.toml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(directory: Path) -> list[str]:
    with pytest.raises(BookError) as refused:
        load(directory)
    return [str(mistake).removeprefix(f"{directory}/") for mistake in refused.value.mistakes]


def moved(polygon: Polygon, x: float, y: float = 0) -> Polygon:
    return tuple((px + x, py + y) for px, py in polygon)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    second = Camera(
        id="东厅-2", url="clips/a b.mp4", name="东厅", login="env:CAM", size=(1280, 720), period_s=2.5, loop=True,
        windows=(Zone("W3", moved(SQUARE, 0.5), 2), Zone("W4", moved(SQUARE, 200))),
    )  # fmt: skip
    for camera in (second, HALL):
        assert save(tmp_path, camera).name == f"{camera.id}.toml"
    assert load(tmp_path) == [HALL, second]


def test_all_mistakes_of_all_files_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    put(tmp_path, 'id = "hall-1"\nurl = "a.mp4"\nsize = [64, 48]\ncolour = "red"\nperiod_s = -1\n', "a.toml")
    put(tmp_path, WRITTEN, "b.toml")
    put(tmp_path, WRITTEN, "c.toml")
    put(tmp_path, 'id = "x"\nurl = \n', "d.toml")
    put(tmp_path, "loop = 3\n", "e.toml")
    put(tmp_path, "not a camera", "notes.txt")
    assert mistakes(tmp_path) == [
        f"a.toml:4: unknown key 'colour'; known are: {', '.join(sorted(Camera.__struct_fields__))}",
        "a.toml:5: period_s is wrong: expected float > 0.0",
        "c.toml:2: id 'hall-1' is also that of b.toml; each camera has its own",
        "d.toml:2: not TOML: Invalid value",
        "e.toml:1: id is missing",
        "e.toml:1: loop is wrong: expected bool, got int",
        "e.toml:1: size is missing",
        "e.toml:1: url is missing",
    ]


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        ("[[0, 0], [50, 50]]", "the polygon needs three different points at least"),
        ("[[0, 0], [50, 50], [0, 0]]", "the polygon needs three different points at least"),
        ("[[0, 0], [50, 50], [100, 100]]", "the polygon has no area"),
        ("[[0, 0], [50, 50], [50, 0], [0, 50]]", "the polygon crosses itself"),
        ("[[0, 0], [641, 0], [0, 50]]", "the polygon leaves the picture of 640 x 360 pixels"),
        ("[[0, nan], [64, 0], [0, 50]]", "the polygon leaves the picture of 640 x 360 pixels"),
        (
            "[[0, 0], [64, 0, 5], [0, 50]]",
            "polygon is wrong: expected array of length 2, got 3; points are written like" + POINTS,
        ),
    ],
)
def test_a_polygon_that_is_none_costs_its_window_alone(polygon: str, words: str, tmp_path: Path) -> None:
    put(tmp_path, WRITTEN + f'\n[[windows]]\nwindow = "W3"\npolygon = {polygon}\n')
    assert mistakes(tmp_path) == [f"hall-1.toml:23: window 'W3': {words}"]
    assert [zone.window for zone in read(tmp_path).cameras[0].windows] == ["W1", "W2"]


def test_a_window_is_drawn_once_in_a_camera_but_by_any_number_of_cameras(tmp_path: Path) -> None:
    put(tmp_path, WRITTEN)
    put(tmp_path, WRITTEN.replace("hall-1", "hall-2"), "hall-2.toml")
    assert len(load(tmp_path)) == 2
    put(tmp_path, WRITTEN.replace("W2", "W1"))
    assert mistakes(tmp_path) == ["hall-1.toml:18: window 'W1': is drawn twice in this camera; it has one polygon"]


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://admin:s3cret@192.0.2.7/s1", "rtsp://admin:s3c/ret@192.0.2.7", "rtsp://:s3cret@192.0.2.7/",
        "rtsp://s3cret@192.0.2.7/", "admin:s3cret@192.0.2.7/s1", "rtsp:/admin:s3cret@192.0.2.7/s1",
        "rtsp://192.0.2.7/user=admin&password=s3cret&channel=1", "http://mingjing.example/?pwd=s3cret",
    ],
)  # fmt: skip
def test_a_login_in_the_url_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    put(tmp_path, WRITTEN.replace("rtsp://192.0.2.7:554/s1", url))
    (told,) = mistakes(tmp_path)
    assert "hall-1.toml:3: url holds a login" in told
    assert "s3cret" not in told
    with pytest.raises(BookError) as refused:
        save(tmp_path / "..", replace(HALL, id="other", url=url))
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("login", "admin:s3cret", "login is not a login itself but where user:password stands"),
        ("login", "env:MY SECRET", "login is not a login itself"),
        ("url", "ftp://192.0.2.7/a.mp4", "url begins with ftp://; it may be rtsp, rtsps, or a file"),
        ("url", "http://mingjing.example/mjpeg", "url begins with http://"),
        ("url", "rtsp:///s1", "url names no host"),
        ("url", "rtsp://192.0.2.7：554/s1", "url names no host"),
        ("url", "rtsp://192.0.2.7:99999/s1", "url names no host"),
        ("url", "rtsp://192.0.2.7/s 1", "url holds a blank"),
        ("url", " ", "url is empty"),
        ("id", "A.plain", "id names files"),
        ("id", "../hall", "id names files: letters, digits, - _ and . only"),
        ("size", (0, 360), "size must be width and height of the picture in pixels"),
        ("period_s", 3601.0, "period_s is wrong: expected float <= 3600.0"),
    ],
)
def test_what_check_refuses_save_refuses(key: str, value: object, words: str, tmp_path: Path) -> None:
    wrong = replace(HALL, **{key: value, "windows": ()})
    with pytest.raises(BookError, match="^[^\n]*" + words):
        save(tmp_path, wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://192.0.2.7/s1", "RTSP://cam.example:8554/a?b=c#d", "rtsp://[2001:db8::7]:554/s1", "/dev/video0",
        "clips/day one.mp4", "folder/pass=0", "rtsp://192.0.2.7/user=admin&password=&a=b",
    ],
)  # fmt: skip
def test_urls_that_are_right(url: str, tmp_path: Path) -> None:
    save(tmp_path, replace(HALL, url=url))
    assert load(tmp_path)[0].url == url


def test_saving_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    path = put(tmp_path, WRITTEN, "the-door.toml")
    (camera,) = load(tmp_path)
    assert save(tmp_path, camera) == path
    assert path.read_text() == WRITTEN

    third = Zone("W3", moved(SQUARE, 300))
    save(tmp_path, replace(camera, login="env:CAM", windows=(third, *camera.windows)))
    assert path.read_text() == WRITTEN.replace("url =", 'login = "env:CAM"\nurl =') + (
        '\n[[windows]]\nwindow = "W3"\npolygon = [[310, 10], [410, 10], [410, 110], [310, 110]]\n'
    )
    save(tmp_path, replace(camera, windows=(replace(camera.windows[1], view=None),)))
    left = path.read_text()
    assert "W1" not in left
    assert "login" not in left
    assert "view" not in left
    assert left.startswith("# the camera over the door\n")
    assert load(tmp_path) == [replace(camera, windows=(replace(camera.windows[1], view=None),))]


def test_what_somebody_else_saved_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    new = stamp(tmp_path, "hall-1")
    path = save(tmp_path, HALL, new)
    with pytest.raises(Changed, match="'hall-1' has been changed by somebody else meanwhile; nothing was saved"):
        save(tmp_path, replace(HALL, name="mine"), new)
    seen = stamp(tmp_path, "hall-1")
    path.write_text(path.read_text() + "\n")
    with pytest.raises(Changed):
        save(tmp_path, replace(HALL, name="mine"), seen)
    save(tmp_path, replace(HALL, name="mine"), stamp(tmp_path, "hall-1"))
    assert load(tmp_path)[0].name == "mine"


def test_of_many_who_save_at_once_one_wins(tmp_path: Path) -> None:
    save(tmp_path, HALL)
    seen, results = stamp(tmp_path, HALL.id), []

    def attempt(number: int) -> None:
        try:
            save(tmp_path, replace(HALL, name=f"camera {number}"), seen)
            results.append(number)
        except Changed:
            pass

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = results
    assert load(tmp_path)[0].name == f"camera {winner}"
    assert [path.name for path in tmp_path.iterdir()] == ["hall-1.toml"]


def test_another_cameras_file_is_not_written_over(tmp_path: Path) -> None:
    path = put(tmp_path, WRITTEN.replace('"hall-1"', '"hall-2"'))
    before = path.read_text()
    with pytest.raises(UsageError, match="holds something else than camera 'hall-1'; nothing was saved"):
        save(tmp_path, HALL)
    assert path.read_text() == before


def test_a_key_that_nobody_knows_is_not_saved_beside(tmp_path: Path) -> None:
    path = put(tmp_path, "colour = 3\n" + WRITTEN)
    with pytest.raises(BookError, match="unknown key 'colour'"):
        save(tmp_path, HALL)
    assert "colour" in path.read_text()


def test_directories_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none")[0].endswith(
        "no directory of cameras that can be read: No such file or directory"
    )
    with pytest.raises(UsageError, match="'hall-1' cannot be saved in .*/none: No such file or directory"):
        save(tmp_path / "none", HALL)
    if os.geteuid():  # root may write everywhere
        tmp_path.chmod(0o500)
        with pytest.raises(UsageError, match="cannot be saved in .*: Permission denied"):
            save(tmp_path, HALL)


def test_mistakes_that_a_file_had_are_gone_once_it_is_saved_right(tmp_path: Path) -> None:
    path = put(tmp_path, WRITTEN.replace("size = [640, 360]", "size = 640"), "other.toml")
    assert read(tmp_path).cameras == []
    assert save(tmp_path, HALL) == path
    assert load(tmp_path) == [HALL]


@given(st.floats(-200, 200), st.floats(-200, 200))
def test_squares_overlap_when_both_distances_are_less_than_a_side(x: float, y: float) -> None:
    assert overlap(SQUARE, moved(SQUARE, x, y)) == (abs(x) < 100 and abs(y) < 100) or max(abs(x), abs(y)) > 99.999


@given(st.permutations(range(4)))
def test_four_corners_in_any_order_are_a_square_or_cross(order: list[int]) -> None:
    polygon = tuple(SQUARE[index] for index in order)
    opposite = abs(order[0] - order[2]) == 2
    assert crosses_itself(polygon) != opposite
    assert flaws(polygon, (640, 360)) == ([] if opposite else ["crossing"])
    assert not opposite or area(polygon) == 10_000


def test_one_polygon_within_another_overlaps_it() -> None:
    inner = ((40, 40), (60, 40), (50, 60))
    assert overlap(SQUARE, inner)
    assert overlap(inner, SQUARE)
    assert not overlap(inner, moved(SQUARE, 300))


def test_the_command_tells_mistakes_and_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path, replace(HALL, windows=(Zone("W1", SQUARE), Zone("W2", moved(SQUARE, 50)))))
    save(tmp_path, replace(HALL, id="hall-2", windows=()))
    (tmp_path / "windows.csv").write_text("code\nW1\n")
    monkeypatch.setenv("MINGJING_REGISTERS_DIR", str(tmp_path / "registers"))
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "windows.csv").write_text("code\nW1\n")
    ran = CliRunner().invoke(app, ["cameras", "check", str(tmp_path)])
    assert ran.exit_code == 0
    told = ran.stderr.splitlines()
    assert told[0].endswith("window 'W2': the polygon overlaps that of 'W1'; somebody in both is seen at both")
    assert told[1].endswith("hall-2.toml: no window is drawn yet")
    assert told[2:] == [
        "warning: hall-1: window 'W2' is not in the register of windows", "2 cameras over 2 windows: no mistake",
    ]  # fmt: skip

    put(tmp_path, WRITTEN + "more = 1\n", "hall-1.toml")
    ran = CliRunner().invoke(app, ["cameras", "check", str(tmp_path)])
    assert ran.exit_code == 1
    assert "hall-1.toml:18: window 'W2': unknown key 'more'; known are: polygon, view, window" in ran.stdout

    ran = CliRunner().invoke(app, ["cameras", "check"])
    assert isinstance(ran.exception, UsageError)
