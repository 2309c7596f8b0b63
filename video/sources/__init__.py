"""Where pictures come from: RTSP cameras, video files, folders of pictures, USB cameras, behind one small interface."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from zlib import crc32

from mingjing.cameras import Camera
from video.contracts import Frame
from video.sources import files, folder
from video.sources.decoding import Decoder
from video.sources.live import Live, device, rtsp
from video.sources.trouble import Trouble

__all__ = ["Source", "Trouble", "Wait", "frames", "open_source"]

Wait = Callable[[float], bool]
"""Sleeps so many seconds; True: stop, nobody wants pictures any more."""


SPREAD_S = 10.0
"""Seconds over which cameras that start together are spread."""


class Source(Protocol):
    """Pictures of one camera while it is open; iterated over once, by one thread.

    Iterating gives a Frame about once per `period_s` and None in between, which says: alive, nothing due. It raises
    Trouble when no more comes, and ends when `Wait` says so. Opening takes place in the first step.
    """

    @property
    def decode_seconds(self) -> float:
        """Processor seconds spent on decoding so far."""

    @property
    def complaint(self) -> str | None:
        """What is wrong although it goes on: packets that cannot be decoded, a picture half written."""

    def __iter__(self) -> Iterator[Frame | None]: ...

    def close(self) -> None:
        """Give back what it holds; may be called twice."""


def open_source(camera: Camera, now: Callable[[], int], wait: Wait) -> Source:
    """The source that the camera's url asks for; `now` is the installation's clock. Raises Trouble if there is none."""
    shift = crc32(camera.id.encode()) % 1000 / 1000 * min(camera.period_s, SPREAD_S)
    decoder = Decoder(camera.period_s, shift)
    if camera.url.lower().startswith(("rtsp://", "rtsps://")):
        return Live(camera, decoder, now, rtsp)
    if "://" in camera.url:
        raise Trouble(camera.url, "not rtsp://, a video file, a folder of pictures or a device", "never")
    path = Path(camera.url)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise Trouble(camera.url, (error.strerror or "cannot be read").lower()) from None
    if stat.S_ISDIR(mode):
        return folder.Folder(camera, path, now, wait)
    if stat.S_ISCHR(mode):
        return Live(camera, decoder, now, device)
    return files.VideoFile(camera, path, decoder, now, wait)


def frames(camera: Camera, every_s: float, start: int = 0) -> Iterator[Frame]:
    """The pictures of a file or folder as fast as they can be read, one for every so many seconds of it.

    `at` counts on from `start`: exact in a video, one step per picture, in order of name, in a folder. Raises Trouble.
    """
    path = Path(camera.url)
    if "://" in camera.url or path.is_char_device():
        raise Trouble(camera.url, "only a file or a folder can be read offline", "never")
    if not path.exists():
        raise Trouble(camera.url, "no such file or directory", "never")
    offline = folder.offline if path.is_dir() else files.offline
    return offline(camera, path, every_s, start)
