"""Cameras against a real RTSP server on loopback that dies, freezes, refuses and sends what it should not."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from mingjing.cameras import Camera
from tests.video.rtsp import PASSWORD, REQUIRED, USER, RtspServer, clip, missing
from tests.video.waiting import now, until, used
from video.reader import Reader, stop
from video.sources import Trouble, open_source


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    if reason := missing():
        (pytest.fail if REQUIRED else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("clips")
    film = clip(folder / "film.h264", keys_every=10)
    wide = clip(folder / "wide.h264", size=(320, 120), seconds=1, keys_every=10)
    mounts = {
        "hall": [film],
        "locked": [film],
        "spoilt": [film],
        "change": [wide, clip(folder / "short.h264", seconds=1)],
    }
    mounts["rare"] = [clip(folder / "rare.h264", seconds=40, keys_every=1000)]
    with RtspServer(mounts) as running:
        yield running


@pytest.fixture
def reading() -> Iterator[Callable[..., Reader]]:
    """Starts readers that end with the test."""
    readers: list[Reader] = []

    def start(url: str, **other: object) -> Reader:
        readers.append(Reader(camera(url, **other), now))
        return readers[-1]

    yield start
    stop(readers, patience_s=10)
    assert not any(reader.alive for reader in readers)


def camera(url: str, **other: object) -> Camera:
    return Camera(**{"id": "C1", "url": url, "size": (160, 120), "period_s": 0.5} | other)  # type: ignore[arg-type]


def test_a_camera_gives_a_picture_a_period(server: RtspServer, reading: Callable[..., Reader]) -> None:
    reader = reading(server.url("hall"))
    ats = [until(reader.newest).at for _ in range(4)]
    assert abs(now() - ats[-1]) < 1_000_000
    assert 0.6 < (ats[-1] - ats[1]) / 1e6 < 1.6
    assert reader.trouble is None
    assert reader.reconnects == 0


def test_where_key_frames_are_rare_the_pictures_come_all_the_same(
    server: RtspServer, reading: Callable[..., Reader]
) -> None:
    reader = reading(server.url("rare"))
    for _ in range(4):
        until(reader.newest)


def test_a_stream_may_change_its_size(server: RtspServer, reading: Callable[..., Reader]) -> None:
    reader = reading(server.url("change"))
    shapes = {until(reader.newest).picture.shape for _ in range(6)}
    assert shapes == {(120, 160, 3), (120, 320, 3)}
    assert reader.reconnects == 0


def test_damaged_packets_end_neither_the_stream_nor_the_camera(
    server: RtspServer, reading: Callable[..., Reader]
) -> None:
    reader = reading(server.url("spoilt"), period_s=0.1)
    for _ in range(3):
        until(reader.newest)


@pytest.mark.parametrize(
    ("name", "login", "what"),
    [
        ("locked", "env:WRONG", "user or password is wrong; see env:WRONG"),
        ("locked", None, 'wants user and password; set login = "env:NAME" or "file:PATH"'),
        ("nobody", "env:RIGHT", "the server knows no stream of this name (404)"),
    ],
)
def test_a_refusal_is_said_as_such(
    server: RtspServer, monkeypatch: pytest.MonkeyPatch, name: str, login: str | None, what: str
) -> None:
    monkeypatch.setenv("RIGHT", f"{USER}:{PASSWORD}")
    monkeypatch.setenv("WRONG", f"{USER}:geheim")
    with pytest.raises(Trouble) as raised:
        list(open_source(camera(server.url(name), login=login), now, lambda _: False))
    assert str(raised.value) == f"{server.url(name)}: {what}"
    assert raised.value.again == ("soon" if name == "nobody" else "slowly")
    assert raised.value.__context__ is None, "FFmpeg's own error would hold the password"


def test_a_password_is_nowhere_but_in_the_connection(
    server: RtspServer,
    reading: Callable[..., Reader],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """With the right one pictures come; then the camera dies, and another login is wrong."""
    monkeypatch.setenv("RIGHT", f"{USER}:{PASSWORD}")
    monkeypatch.setenv("WRONG", f"{USER}:geheim")
    with caplog.at_level(logging.DEBUG):
        right, wrong = (reading(server.url("locked"), login=login) for login in ("env:RIGHT", "env:WRONG"))
        until(right.newest)
        troubles = [until(lambda: wrong.trouble)]
        server.kill()
        troubles.append(until(lambda: right.trouble))
        until(lambda: right.reconnects or None)
        server.start()
        until(right.newest)
    said = "\n".join([*troubles, caplog.text, *map(str, map(vars, caplog.records)), *capfd.readouterr()])
    said += repr((right.camera, right, right._source))
    assert "user or password is wrong" in said
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "geheim"):
        assert secret not in said


def test_a_camera_that_dies_is_said_so_and_is_back_soon_after_its_return(
    server: RtspServer, reading: Callable[..., Reader]
) -> None:
    """For three seconds it is away, so that the pauses have grown; two neighbours of it do not notice."""
    reader = reading(server.url("hall"))
    until(reader.newest)
    server.kill()
    assert "ended the stream" in until(lambda: reader.trouble)
    until(lambda: "refused" in (reader.trouble or "") or None)
    time.sleep(2)
    assert reader.newest() is None
    server.start()
    until(reader.newest)
    assert reader.trouble is None


def test_a_camera_that_freezes_is_given_up_and_holds_up_nobody(
    server: RtspServer, reading: Callable[..., Reader], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection stays open and nothing comes: only a watchdog of our own notices."""
    monkeypatch.setattr("video.sources.live.OPEN_S", 1.5)
    monkeypatch.setattr("video.sources.live.QUIET_S", 1.0)
    frozen, film = reading(server.url("hall")), reading(str(clip(tmp_path / "film.mp4", keys_every=10)), loop=True)
    until(frozen.newest)
    with server.frozen():
        assert "does not answer" in until(lambda: frozen.trouble)
        frozen.newest()
        until(lambda: frozen.reconnects or None)
        until(film.newest)
        began = time.monotonic()
        Reader.stop(reading(server.url("hall")), patience_s=0.2)
        assert time.monotonic() - began < 1
        assert frozen.newest() is None
    until(frozen.newest)


def test_connecting_again_and_again_leaves_nothing_behind(server: RtspServer) -> None:
    def once(name: str) -> None:
        source = open_source(camera(server.url(name)), now, lambda _: False)
        try:
            next(iter(source))
        except Trouble:
            pass
        finally:
            source.close()

    once("hall")
    before = used()
    for number in range(12):
        once("locked" if number % 4 else "hall")
    assert used() == before
