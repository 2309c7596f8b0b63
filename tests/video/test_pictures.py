"""What is kept of people: no face, and nothing for longer than the settings say."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from mingjing import latest
from mingjing.cameras import Camera
from mingjing.instants import DAY, SECOND, at, micros
from mingjing.latest import Latest, WindowNow
from mingjing.metrics import Health
from tests.video.scene import AT_LEFT, AT_RIGHT, LEFT, RIGHT, Painted, camera, picture
from video import drawing
from video.contracts import Box, Picture
from video.look import look, shown
from video.pictures import Album

NOW = micros(datetime(2026, 3, 2, 8, 30, 15, 250_000, tzinfo=UTC))


@pytest.fixture
def health() -> Health:
    return Health("sampler")


@pytest.fixture
def album(tmp_path: Path, health: Health) -> Album:
    return Album(tmp_path / "pictures", health)


def now(code: str = "C1") -> Latest:
    return Latest(camera=code, at=at(NOW), condition="ok", detector="painted", period_s=5)


def test_a_head_is_nobodys_and_the_rest_of_the_picture_stays_as_it_is() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    masked = drawing.blurred(noise, [Box(0.9, 200, 100, 60, 200)])
    head = masked[100:160, 204:256].reshape(-1, 3)
    assert len(np.unique(head, axis=0)) <= 36  # a few squares, nothing else
    below = np.s_[180:, :]
    assert (masked[below] == noise[below]).all()
    assert (masked[:, :190] == noise[:, :190]).all()


@pytest.mark.parametrize("box", [Box(1, -20, -30, 80, 90), Box(1, 590, 390, 50, 50), Box(1, 700, 10, 5, 5)])
def test_a_box_that_reaches_out_of_the_picture_is_no_trouble(box: Box) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    assert drawing.blurred(noise, [box]).shape == noise.shape


def test_who_might_be_a_person_is_blurred_but_not_counted() -> None:
    """A face that the detector was not sure of is still somebody's."""
    hall = picture(AT_LEFT, faint=[AT_RIGHT])
    found = look(Painted(), hall, camera("C1", Path(), LEFT, RIGHT))
    assert [(box.x, box.y) for box in found.persons] == [AT_LEFT[:2]]
    assert {(box.x, box.y) for box in found.maybe} == {AT_LEFT[:2], AT_RIGHT[:2]}
    _, plain = shown(hall, found, camera("C1", Path(), LEFT, RIGHT), {}, blind=False)
    assert plain is not None
    kept = cv2.imdecode(np.frombuffer(plain, np.uint8), cv2.IMREAD_COLOR)
    assert kept is not None
    for left, top, wide, _ in (AT_LEFT, AT_RIGHT):
        face = np.s_[top + 2 : top + 12, left + 10 : left + wide - 10, 1]
        lines, left_over = (np.abs(np.diff(one[face].astype(int), axis=1)).mean() for one in (hall, kept))
        assert lines == 12
        assert left_over < 3


def test_where_nobody_looks_for_heads_the_whole_picture_is_coarse() -> None:
    hall = np.random.default_rng(1).integers(0, 255, (720, 1280, 3)).astype(np.uint8)
    coarse = drawing.coarse(hall)
    assert len(np.unique(coarse.reshape(-1, 3), axis=0)) <= 96 * 54


def test_staff_that_are_small_are_found_by_looking_closely() -> None:
    """The detector sees what covers 400 pixels; enlarged is what a real one needs, here only a second look counts."""

    class Near(Painted):
        def detect(self, picture: Picture, score: float | None = None) -> list[Box]:
            return list(super().detect(picture, score)) if picture.shape[1] < 300 else []

    place = camera("C1", Path(), LEFT)
    assert not look(Near(), picture(AT_LEFT), place).persons
    found = look(Near(), picture(AT_LEFT, AT_RIGHT), _small(place)).persons
    assert [box[1:] for box in found] == [AT_LEFT]


def test_somebody_cut_by_the_edge_of_a_closer_look_is_left_out() -> None:
    """A fragment of a citizen looks like staff."""
    cut = (150, 60, 60, 80)  # from inside the surroundings of W1 to beyond them
    assert not look(Closer(), picture(cut), _small(camera("C1", Path(), LEFT))).persons


class Closer(Painted):
    def detect(self, picture: Picture, score: float | None = None) -> list[Box]:
        return [] if picture.shape[1] == 320 else list(super().detect(picture, score))


def _small(place: Camera) -> Camera:

    return replace(place, staff_small=True)


def test_the_latest_pictures_are_there_for_the_pages(album: Album) -> None:
    told = Latest(
        camera="C1",
        at=at(NOW),
        condition="ok",
        detector="painted",
        period_s=5,
        picture_at=at(NOW),
        size=(320, 180),
        windows={"W1": WindowNow(state="staffed", persons=1, seen_at=at(NOW))},
    )
    album.show(told, b"drawn", b"plain")
    assert latest.read(album.directory, "C1") == told
    assert latest.picture(album.directory, "C1").read_bytes() == b"drawn"
    assert latest.picture(album.directory, "C1", plain=True).read_bytes() == b"plain"
    album.show(told)
    assert latest.picture(album.directory, "C1").read_bytes() == b"drawn"
    album.forget("C1")
    assert latest.read(album.directory, "C1") is None
    assert not list((album.directory / "latest").iterdir())


def test_a_snapshot_says_when_and_where_and_nothing_about_people(album: Album) -> None:
    kept = album.keep("C1", NOW, b"jpeg")
    assert kept == "snapshots/2026-03-02/083015.250Z-C1.jpg"
    assert (album.directory / kept).read_bytes() == b"jpeg"


def test_snapshots_are_deleted_after_their_days_and_nothing_else_is(album: Album) -> None:
    old = [album.keep("C1", NOW - round(days * DAY), b"x") for days in (30.1, 31, 400)]
    new = album.keep("C1", NOW - round(29.9 * DAY), b"x")
    root = album.directory / "snapshots"
    (root / "2020-01-01").mkdir()
    note = root / "2020-01-01" / "why-this-is-here.txt"
    note.write_text("a person's")
    halfway = root / "2020-01-01" / ".083015.250Z-C1.jpg.tmp"
    halfway.write_bytes(b"left over by a crash")
    assert album.expire(NOW, 30, []) == 4
    assert new is not None
    assert (album.directory / new).exists()
    assert not any((album.directory / str(path)).exists() for path in old)
    assert note.exists()
    assert not halfway.exists()
    assert sorted(path.name for path in root.iterdir()) == ["2020-01-01", "2026-01-31"]


def test_pictures_of_cameras_that_are_none_any_more_go_as_well(album: Album) -> None:
    """A camera that was removed while nobody looked leaves nobody's picture for ever."""
    scene = np.zeros((9, 16), np.uint8)
    for code in ("C1", "gone"):
        album.show(now(code), b"drawn", b"plain")
        album.keep_reference(camera(code, Path(), LEFT), scene)
    assert album.expire(NOW, 30, ["C1"]) == 0
    for path in (*(album.directory / "latest").iterdir(), *(album.directory / "reference").iterdir()):
        os.utime(path, (NOW / SECOND - 3e8,) * 2)
    assert album.expire(NOW, 30, ["C1"]) == 3
    assert album.expire(NOW, 30, ["C1"]) == 1
    assert sorted(path.name for path in (album.directory / "latest").iterdir()) == ["C1.jpg", "C1.json", "C1.plain.jpg"]
    assert album.reference(camera("C1", Path(), LEFT)) is not None


def test_no_link_is_followed_out_of_the_directory(album: Album, tmp_path: Path) -> None:
    album.keep("C1", NOW, b"x")
    outside = tmp_path / "elsewhere" / "2020-01-01"
    outside.mkdir(parents=True)
    treasure = outside / "083015.250Z-C1.jpg"
    treasure.write_bytes(b"not ours")
    root = album.directory / "snapshots"
    (root / "2020-01-01").symlink_to(outside)
    (root / "2020-01-02").mkdir()
    (root / "2020-01-02" / "083015.250Z-C1.jpg").symlink_to(treasure)
    assert album.expire(NOW, 1, []) == 0
    assert treasure.exists()


def test_nothing_is_written_through_a_link(album: Album, tmp_path: Path, health: Health) -> None:
    album.directory.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (album.directory / "snapshots").symlink_to(tmp_path / "elsewhere")
    assert album.keep("C1", NOW, b"x") is None
    assert not list((tmp_path / "elsewhere").iterdir())
    assert "a link" in str(health.answer()[1])


def test_a_directory_that_cannot_be_written_is_told_once(
    album: Album, health: Health, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk must neither stop the looking nor fill the log as well."""
    album.directory.write_text("a file where a directory should be")
    with caplog.at_level(logging.INFO):
        for number in range(6):
            album.show(now(f"C{number % 2}"), b"x")
            assert album.keep("C1", NOW + number * SECOND, b"x") is None
        assert len(caplog.records) == 1
        assert "cannot be written" in caplog.text
        status, answer = health.answer()
        assert status == 200  # a restart would not help
        assert "cannot be written" in str(answer["warnings"])
        album.directory.unlink()
        album.show(now("C0"), b"x")
        album.show(now("C1"), b"x")
    assert caplog.records[-1].getMessage() == "pictures can be written again"
    assert "warnings" not in health.answer()[1]


def test_a_write_that_fails_halfway_leaves_the_picture_before(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    album.show(now(), b"before")

    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:1])
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    album.show(now(), b"after")
    monkeypatch.undo()
    assert latest.picture(album.directory, "C1").read_bytes() == b"before"
    assert sorted(path.name for path in (album.directory / "latest").iterdir()) == ["C1.jpg", "C1.json"]


def test_a_scene_is_known_again_until_other_polygons_are_drawn(album: Album) -> None:
    """After a restart a camera that was turned meanwhile is still found to be moved."""
    drawn, redrawn = camera("C1", Path("x"), LEFT), camera("C1", Path("x"), LEFT, RIGHT)
    grey = np.random.default_rng(1).integers(0, 255, (180, 320)).astype(np.uint8)
    album.keep_reference(drawn, grey)
    album.keep_reference(camera("C1-00000000", Path("x"), LEFT), grey)
    kept = album.reference(drawn)
    assert kept is not None
    assert (kept == grey).all()
    assert album.reference(redrawn) is None
    album.keep_reference(redrawn, grey)
    assert album.reference(drawn) is None
    assert album.reference(redrawn) is not None
    assert album.reference(camera("C1-00000000", Path("x"), LEFT)) is not None


def test_a_chinese_code_is_written_into_the_picture() -> None:
    first, second = (np.full((180, 320, 3), 80, np.uint8) for _ in range(2))
    drawing.drawn(first, (320, 180), [RIGHT], {"窗口2": "staffed"}, [])
    drawing.drawn(second, (320, 180), [RIGHT], {"窗口2": "unstaffed"}, [])
    assert (first != 80).any()
    assert (first != second).any()
