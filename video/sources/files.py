"""Video files: paced to real time as if a camera sent them, or read through as fast as can be."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.video.reformatter import VideoReformatter

from mingjing.cameras import Camera
from mingjing.instants import SECOND
from video.contracts import Frame, Picture
from video.sources.decoding import Decoder, VideoPacket, upright
from video.sources.trouble import Trouble, told


class VideoFile:
    """A video file as if a camera sent it now, from its beginning; `loop`: again and again."""

    def __init__(
        self, camera: Camera, path: Path, decoder: Decoder, now: Callable[[], int], wait: Callable[[float], bool]
    ) -> None:
        self._camera = camera
        self._path = path
        self._decoder = decoder
        self._now = now
        self._wait = wait
        self._began = 0.0

    @property
    def decode_seconds(self) -> float:
        """Processor seconds spent on decoding so far."""
        return self._decoder.seconds

    @property
    def complaint(self) -> str | None:
        """What is wrong although it goes on."""
        return self._decoder.complaint

    def close(self) -> None:
        """Nothing to do: the file is closed when iterating over it ends."""

    def __iter__(self) -> Iterator[Frame | None]:
        self._began = time.monotonic()
        length = 0.0
        while True:
            before = length
            damage: av.FFmpegError | None = None
            with opened(self._camera, self._path) as film:
                self._decoder.use(film.streams.video[0])
                try:
                    for packet, at in packets(film):
                        length = before + at
                        if self._decoder.add(packet, length):
                            if self._until(length):
                                return
                            yield self._frame(self._decoder.decode())
                except av.FFmpegError as error:
                    damage = error
                if self._decoder.due:
                    yield self._frame(self._decoder.rest())
                length += step(film)
            if damage is not None and length == before:
                raise told(self._camera.url, damage)
            if not self._camera.loop:
                raise Trouble(self._camera.url, "the video has ended; loop = true would begin it again", "never")
            if self._until(length):  # it may have had nothing to wait for
                return
            yield None

    def _until(self, length: float) -> bool:
        """Sleep until this second of the film is shown; what cannot keep pace goes on slower. True: stop."""
        left = self._began + length - time.monotonic()
        if left < -self._camera.period_s:
            self._began -= left
        return self._wait(max(0.0, left))

    def _frame(self, picture: Picture | None) -> Frame | None:
        return None if picture is None else Frame(picture, self._now() - round(self._decoder.lag * SECOND))


def offline(camera: Camera, path: Path, every_s: float, start: int) -> Iterator[Frame]:
    """The pictures of a file, one for every so many seconds of it; `at` counts on from `start`. Raises Trouble."""
    to_bgr = VideoReformatter()
    due = 0.0
    first: float | None = None
    damage: av.FFmpegError | None = None
    with opened(camera, path) as film:
        try:
            for number, frame in enumerate(film.decode(video=0)):
                at = number * step(film) if frame.pts is None else float(frame.time)
                first = at if first is None else first
                if at - first >= due - 1e-6:
                    due += every_s
                    yield Frame(upright(frame, to_bgr), start + round((at - first) * SECOND))
        except av.FFmpegError as error:
            damage = error
    if damage is not None and first is None:
        raise told(camera.url, damage)


def opened(camera: Camera, path: Path) -> InputContainer:
    """The file, with a video stream in it. Raises Trouble."""
    try:
        if path.stat().st_size == 0:
            raise Trouble(camera.url, "the file is empty")
        film = av.open(str(path), options={"protocol_whitelist": "file"})  # no playlist leads out of this machine
    except av.FFmpegError as error:
        trouble = told(camera.url, error)
    except OSError as error:
        trouble = Trouble(camera.url, (error.strerror or "cannot be read").lower())
    else:
        if film.streams.video:
            return film
        film.close()
        trouble = Trouble(camera.url, "there are no pictures in it")
    raise trouble


def packets(film: InputContainer) -> Iterator[tuple[VideoPacket, float]]:
    """The video packets, each with its second since the first."""
    first: float | None = None
    at = 0.0
    for number, packet in enumerate(film.demux(film.streams.video[0])):
        if not packet.size:
            continue
        if packet.dts is None and first is None:  # a bare stream tells no times
            at = number * step(film)
        if packet.dts is not None:
            second = float(packet.dts * packet.time_base)
            first = second if first is None else first
            at = max(at, second - first)
        yield packet, at


def step(film: InputContainer) -> float:
    """Seconds from one picture to the next."""
    rate = film.streams.video[0].average_rate
    return float(1 / rate) if rate else 0.04
