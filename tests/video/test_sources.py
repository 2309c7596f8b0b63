"""Files, folders, logins, and which packets are decoded; no network."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import cv2
import msgspec
import numpy as np
import pytest

from mingjing.cameras import Camera
from mingjing.instants import SECOND
from tests.video.rtsp import clip
from tests.video.waiting import now, until, used
from video.contracts import Frame
from video.reader import Reader, stop
from video.sources import Trouble, Wait, folder, frames, open_source
from video.sources.decoding import Decoder, VideoPacket
from video.sources.files import VideoFile, packets
from video.sources.live import Live
from video.sources.login import address
from video.sources.trouble import shown


def camera(url: object, **other: object) -> Camera:
    return Camera(**{"id": "C1", "url": str(url), "size": (160, 120), "period_s": 0.2} | other)  # type: ignore[arg-type]


@pytest.fixture
def reading() -> Iterator[Callable[..., Reader]]:
    """Starts readers that end with the test."""
    readers: list[Reader] = []

    def start(url: object, **other: object) -> Reader:
        readers.append(Reader(camera(url, **other), now))
        return readers[-1]

    yield start
    stop(readers)
    assert not any(reader.alive for reader in readers)


def decoded(path: Path, decoder: Decoder) -> tuple[list[float], int]:
    """When, in seconds of the film, pictures were given; and how many packets the decoder was made to decode."""
    given = []
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        decoder.use(stream)
        counting = Counting(stream.codec_context)
        decoder._codec = counting  # type: ignore[assignment]
        for packet in film.demux(stream):
            if packet.size and decoder.add(packet, float((packet.dts or 0) * packet.time_base)):
                picture = decoder.decode()
                if picture is not None:
                    given.append(decoder._time)
    return given, counting.packets


class Counting:
    """A codec that counts what it is asked to decode."""

    def __init__(self, codec: av.VideoCodecContext) -> None:
        self._codec = codec
        self.packets = 0

    def decode(self, packet: VideoPacket | None) -> list[av.VideoFrame]:
        self.packets += packet is not None
        return self._codec.decode(packet)

    def flush_buffers(self) -> None:
        self._codec.flush_buffers()


def test_of_frequent_key_frames_only_those_are_decoded_that_are_due(tmp_path: Path) -> None:
    film = clip(tmp_path / "film.mp4", seconds=20, keys_every=25)
    given, packets = decoded(film, Decoder(5))
    assert given == pytest.approx([0, 5, 10, 15], abs=1)
    assert packets == len(given)


def test_key_frames_as_far_apart_as_the_period_are_all_taken_even_if_early_or_late(tmp_path: Path) -> None:
    """A key frame a moment before its due instant must not mean to wait for the next one."""
    film = clip(tmp_path / "film.mp4", seconds=12, keys_every=49)
    given, _ = decoded(film, Decoder(2))
    assert max(later - earlier for earlier, later in pairwise(given)) < 2.1


def test_of_rare_key_frames_the_pictures_between_are_decoded_up_to_the_due_instant(tmp_path: Path) -> None:
    """Key frames every 8 s, a picture every 5 s: due at 0, 5, 10 and 15; what follows 5 s up to the key frame at 8 s is
    not decoded."""
    film = clip(tmp_path / "film.mp4", seconds=16, keys_every=200)
    given, packets = decoded(film, Decoder(5))
    assert given == pytest.approx([0, 5, 10, 15], abs=0.1)
    assert packets <= 126 + 51 + 126


def test_packets_are_not_kept_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("video.sources.decoding.AT_MOST", 2000)
    film = clip(tmp_path / "film.mp4", seconds=8, keys_every=500)
    decoder = Decoder(1000)
    most = 0
    with av.open(str(film)) as opened:
        decoder.use(opened.streams.video[0])
        for packet in opened.demux(video=0):
            if packet.size and decoder.add(packet, float((packet.dts or 0) * packet.time_base)):
                decoder.decode()
            most = max(most, decoder._bytes)
    assert 0 < most <= 2000


def test_a_stream_of_huge_pictures_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = clip(tmp_path / "film.mp4", seconds=0.4)
    for most, pictures in ((1_000_000, 1), (10_000, 0)):
        monkeypatch.setattr("video.sources.decoding.MOST_PIXELS", most)
        assert len(decoded(film, Decoder(1))[0]) == pictures


@pytest.mark.parametrize("cut", [True, False])
def test_what_is_made_from_a_damaged_picture_is_not_looked_at(tmp_path: Path, cut: bool) -> None:
    """Up to the next key frame, at 2 s: a smear shows nobody at the window."""
    film = clip(tmp_path / "film.mp4", size=(320, 240), seconds=4, keys_every=50)
    decoder, given = Decoder(0.08), list[float]()
    with av.open(str(film)) as opened:
        decoder.use(opened.streams.video[0])
        for number, (packet, at) in enumerate(packets(opened)):
            content = bytearray(bytes(packet))
            if number == 20:
                content = content[: len(content) // 2] if cut else content
                content[len(content) // 3 : -1 : 5] = bytes(len(content[len(content) // 3 : -1 : 5]))
            spoilt = av.Packet(bytes(content))
            spoilt.pts, spoilt.dts, spoilt.time_base = packet.pts, packet.dts, packet.time_base
            spoilt.is_keyframe = packet.is_keyframe
            if decoder.add(cast("VideoPacket", spoilt), at) and decoder.decode() is not None:
                given.append(at)
    assert max(at for at in given if at < 1.9) < 0.9
    assert len([at for at in given if at >= 2]) > 10


def test_a_file_comes_as_fast_as_a_camera_would_send_it(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    film = clip(tmp_path / "film.mp4", seconds=1, keys_every=5)
    reader = reading(film)
    began = now()
    ats = [until(reader.newest).at for _ in range(4)]
    assert all(0.1 * SECOND < later - earlier < 1 * SECOND for earlier, later in pairwise(ats[1:]))
    assert until(lambda: reader.trouble) == f"{film}: the video has ended; loop = true would begin it again"
    assert now() - began > 0.7 * SECOND
    assert reader.reconnects == 0


def test_a_loop_begins_again(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    reader = reading(clip(tmp_path / "film.mp4", seconds=0.4, keys_every=5), loop=True)
    for _ in range(6):
        until(reader.newest)
    assert reader.trouble is None
    assert reader.decode_seconds > 0
    assert reader.last_at is not None


def test_cameras_that_start_together_are_due_at_different_instants(tmp_path: Path) -> None:
    film = clip(tmp_path / "film.mp4", seconds=5, keys_every=1)
    second = []
    for name in ("C1", "C2", "C3"):
        source = open_source(camera(film, id=name, period_s=2), lambda: 0, lambda _: False)
        decoder = source._decoder  # type: ignore[attr-defined]
        second.append(round(decoded(film, decoder)[0][1], 2))
    assert len(set(second)) == 3


@pytest.mark.parametrize("every", [0.5, 1])
def test_offline_a_film_is_looked_at_to_the_second(tmp_path: Path, every: float) -> None:
    film = clip(tmp_path / "film.mp4", seconds=3, keys_every=200)
    wanted = [7 + round(number * every * SECOND) for number in range(round(3 / every))]
    assert [frame.at for frame in frames(camera(film), every, start=7)] == pytest.approx(wanted, abs=SECOND // 25)


def test_a_film_of_a_camera_on_its_side_is_turned_upright(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    """The square is at the top left; the film says that it is to be turned by a quarter to the right."""
    lying, upright = clip(tmp_path / "lying.mp4", seconds=0.2), tmp_path / "upright.mp4"
    with av.open(str(lying)) as before, av.open(str(upright), "w") as after:
        stream = after.add_stream_from_template(before.streams.video[0])
        stream.set_display_rotation(-90)
        for packet in before.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                after.mux(packet)
    for frame in (next(frames(camera(upright), 1)), until(reading(upright).newest)):
        assert frame.picture.shape == (160, 120, 3)
        row, column = np.argwhere(frame.picture[..., 0] > 240).mean(axis=0)
        assert row < 40 < column


BAD = {
    "empty": (b"", "the file is empty"),
    "no video": (b"windows staffed or not\n" * 100, "is not a video, or is cut off or damaged"),
    "cut off": (None, "is not a video, or is cut off or damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_film_is_said_in_one_line(tmp_path: Path, reading: Callable[..., Reader], name: str) -> None:
    content, message = BAD[name]
    path = tmp_path / "film.mp4"
    path.write_bytes(clip(path).read_bytes()[:-2000] if content is None else content)
    assert until(lambda: reading(path).trouble) == f"{path}: {message}"
    with pytest.raises(Trouble, match=message):
        next(frames(camera(path), 1))


def test_a_film_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    whole = clip(tmp_path / "whole.h264", seconds=4, keys_every=5).read_bytes()
    path = tmp_path / "film.h264"
    path.write_bytes(whole[: len(whole) // 3])
    reader = reading(path, loop=True)
    for _ in range(8):
        until(reader.newest)


def test_damaged_packets_cost_their_pictures_only(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    path = clip(tmp_path / "film.h264", seconds=1, keys_every=5)
    content = bytearray(path.read_bytes())
    rubbish = np.random.default_rng(1).integers(0, 256, len(content) // 4, np.uint8).tobytes()
    content[len(content) // 4 : len(content) // 2] = rubbish[: len(content) // 2 - len(content) // 4]
    path.write_bytes(content)
    reader = reading(path, loop=True)
    for _ in range(6):
        until(reader.newest)


def test_a_file_that_is_not_there_is_tried_again(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    path = tmp_path / "film.mp4"
    reader = reading(path)
    assert until(lambda: reader.trouble) == f"{path}: no such file or directory"
    clip(tmp_path / "new.mp4").rename(path)
    until(reader.newest)
    assert reader.trouble is None
    assert reader.reconnects > 0


def picture(path: Path, grey: int = 200) -> Path:
    """A picture that appears whole, as a camera's upload should."""
    new = path.with_suffix(".new" + path.suffix)
    cv2.imwrite(str(new), np.full((120, 160, 3), grey, np.uint8))
    return new.rename(path)


def grey(frame: Frame) -> int:
    return int(frame.picture.mean())


def test_of_a_folder_the_newest_picture_counts(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    picture(tmp_path / "b.png", 10)
    os.utime(tmp_path / "b.png", (time.time() - 5,) * 2)
    picture(tmp_path / "a.png", 20)
    (tmp_path / "notes.txt").write_text("no picture")
    reader = reading(tmp_path)
    assert grey(until(reader.newest)) == 20
    time.sleep(0.3)
    assert reader.newest() is None, "what was seen is not new"
    picture(tmp_path / "a.png", 30)
    assert grey(until(reader.newest)) == 30


def test_a_folder_into_which_nobody_writes_any_more_has_no_picture(
    tmp_path: Path, reading: Callable[..., Reader]
) -> None:
    os.utime(picture(tmp_path / "a.png"), (time.time() - 3600,) * 2)
    reader = reading(tmp_path)
    assert "no new picture since a.png" in until(lambda: reader.trouble)
    assert reader.newest() is None


def test_pictures_half_written_empty_or_none_are_passed_over(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    whole = picture(tmp_path / "a.jpg").read_bytes()
    for name, content, message in (
        ("b.jpg", whole[:-30], "is cut off"),
        ("c.jpg", b"", "is empty"),
        ("d.jpg", b"?" * 99, "is not a picture"),
    ):
        (tmp_path / name).write_bytes(content)
        reader = reading(tmp_path)
        assert until(lambda reader=reader: reader.trouble) == f"{tmp_path}: {name} {message}"  # type: ignore[misc]
        (tmp_path / name).unlink()
        assert grey(until(reader.newest)) == 200


def test_what_would_fill_the_memory_or_never_end_is_passed_over(tmp_path: Path) -> None:
    """A small file that unfolds to gigabytes would cost all cameras."""
    bomb, pipe = tmp_path / "bomb.png", tmp_path / "pipe.jpg"
    cv2.imwrite(str(bomb), np.zeros((8000, 8000), np.uint8))
    os.mkfifo(pipe)
    assert folder.read(bomb) == (None, "is damaged, or has more than 50 million pixels")
    assert folder.read(pipe) == (None, "is no file")


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    (tmp_path / os.fsdecode("大厅.jpg".encode("gbk"))).write_bytes(b"")
    told = until(lambda: reading(tmp_path).trouble)
    assert msgspec.json.encode(told)
    assert told.endswith(".jpg is empty")


def test_a_folder_is_read_offline_in_order_of_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, value in (("3.png", 30), ("1.png", 10), ("2.png", 20)):
        picture(tmp_path / name, value)
    (tmp_path / "2.png").write_bytes(b"?")
    caplog.set_level(logging.WARNING)
    assert [(grey(frame), frame.at) for frame in frames(camera(tmp_path), 5)] == [(10, 0), (30, 10 * SECOND)]
    assert "picture left out" in caplog.text


def test_a_folder_with_loop_is_shown_over_and_over(tmp_path: Path, reading: Callable[..., Reader]) -> None:
    for name, value in (("1.png", 10), ("2.png", 20)):
        picture(tmp_path / name, value)
    reader = reading(tmp_path, loop=True, period_s=0.05)
    assert [grey(until(reader.newest)) for _ in range(4)] == [10, 20, 10, 20]


class Keyless(Decoder):
    """Never gets a key frame."""

    def add(self, packet: VideoPacket, at: float) -> bool:
        time.sleep(0.001)
        return False


def test_a_stream_without_key_frames_is_torn_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("video.sources.live.BLIND_S", 0.01)
    film = clip(tmp_path / "film.mp4", seconds=5)
    source = Live(camera("rtsp://10.0.0.1/live", period_s=0.001), Keyless(1), now, lambda _: av.open(str(film)))
    with pytest.raises(Trouble, match="that could be decoded"):
        list(source)


def test_a_film_without_key_frames_is_not_read_over_and_over_without_pause(tmp_path: Path) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 2

    film = clip(tmp_path / "film.mp4", seconds=8, fps=5)
    assert not any(VideoFile(camera(film, loop=True), film, Keyless(1), now, wait))
    assert waits[0] > 4


def test_a_bare_stream_goes_on_at_its_rate(tmp_path: Path) -> None:
    """H.264 without a container tells no times."""
    film = clip(tmp_path / "film.h264", seconds=2)
    with av.open(str(film)) as opened:
        assert [at for _, at in packets(opened)][-1] == pytest.approx(2, abs=0.5)
    assert len(list(frames(camera(film), 1))) == 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://10.0.0.1/hall", "not rtsp://, a video file, a folder of pictures or a device"),
        ("/dev/null", "inappropriate ioctl for device"),
    ],
)
def test_what_is_no_source_is_said_in_one_line(url: str, message: str, reading: Callable[..., Reader]) -> None:
    assert until(lambda: reading(url).trouble) == f"{url}: {message}"


def test_user_and_password_are_put_into_the_address_letter_by_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALL_CAMERA", "hall:p@ss:w/rd %41")
    (tmp_path / "login").write_text("hall:密码\n", encoding="utf-8")
    url = "rtsp://10.0.0.1:554/live?channel=1"
    assert address(url, "env:HALL_CAMERA") == "rtsp://hall:p%40ss%3Aw%2Frd%20%2541@10.0.0.1:554/live?channel=1"
    assert address(url, f"file:{tmp_path}/login") == "rtsp://hall:%E5%AF%86%E7%A0%81@10.0.0.1:554/live?channel=1"


def test_a_login_that_cannot_be_used_is_said_without_saying_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_CAMERA", "geheim")
    for login, message in (
        ("env:HALL_CAMERA", "login env:HALL_CAMERA: does not hold user:password"),
        ("env:NOBODY_SET_THIS", "login env:NOBODY_SET_THIS: this environment variable is not set"),
        (f"file:{tmp_path}", f"login file:{tmp_path}: this file cannot be read"),
    ):
        with pytest.raises(Trouble) as raised:
            address("rtsp://10.0.0.1/live", login)
        assert str(raised.value) == f"rtsp://10.0.0.1/live: {message}"


def test_what_looks_like_a_password_in_an_address_is_not_shown() -> None:
    assert shown("rtsp://admin:geheim@10.0.0.1/live") == "rtsp://10.0.0.1/live"
    assert shown("rtsp://admin:geheim@10.0.0.1：554/live") == "rtsp://…", "not even an address"
    assert shown("rtsp://10.0.0.1/user=admin&password=geheim&channel=1") == (
        "rtsp://10.0.0.1/user=admin&password=***&channel=1"
    )


class Hung:
    """A source whose call never comes back."""

    decode_seconds = 0.0
    complaint = None

    def __init__(self, camera: Camera, now: Callable[[], int], wait: Wait) -> None:
        self.release = threading.Event()

    def __iter__(self) -> Iterator[Frame | None]:
        self.release.wait(3)
        return iter(())

    def close(self) -> None: ...


def test_a_call_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("video.reader.STUCK_S", 0.2)
    readers = [Reader(camera("rtsp://10.0.0.1/live"), now, Hung) for _ in range(4)]
    assert "rtsp://10.0.0.1/live: has hung for" in until(lambda: readers[0].trouble)
    began = time.monotonic()
    assert readers[0].newest() is None
    stop(readers, patience_s=0.5)
    assert time.monotonic() - began < 1
    assert readers[0].alive
    assert readers[0].trouble is None


def test_an_error_that_nobody_thought_of_is_told_by_its_kind_and_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video.reader.PAUSES_S", (0.01,))

    def broken(*_: object) -> Hung:
        raise ZeroDivisionError("rtsp://admin:geheim@10.0.0.1")

    with caplog.at_level(logging.DEBUG):
        reader = Reader(camera("rtsp://10.0.0.1/live"), now, broken)
        until(lambda: reader.reconnects > 3 or None)
        reader.stop()
    assert reader.trouble == "rtsp://10.0.0.1/live: fails (ZeroDivisionError)"
    assert "geheim" not in caplog.text
    assert len([line for line in caplog.records if line.name == "video.reader"]) == 1, "said once, not at every attempt"


def test_thousands_of_attempts_leave_nothing_behind(tmp_path: Path) -> None:
    """Files that cannot be opened, and ones that can: as many handles and threads open after as before."""
    film, rubbish = clip(tmp_path / "film.mp4", seconds=0.2), tmp_path / "rubbish.mp4"
    rubbish.write_bytes(b"?" * 1000)
    files, threads = used()
    for number in range(300):
        source = open_source(camera(film if number % 2 else rubbish), now, lambda _: False)
        with pytest.raises(Trouble):
            list(source)
        source.close()
    left = used()
    assert left[0] <= files
    assert left[1] <= threads  # fewer where another test's thread ended meanwhile
