"""The demo's clips: made once at set-up and kept beside the model; each demo gets them cut to its own clock."""

from collections.abc import Callable
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer

from mingjing.demo.cameras import clip
from mingjing.demo.hall import DAY, VIEWS
from mingjing.errors import ServiceError

VERSION = 2
"""Another one where the clips change, so that old ones are made anew."""
CALM, HURRY = 1 / 3, 10.0
"""No clip is played slower or faster than so many times its pace: a still picture would count as frozen."""


class Clips:
    """The clips of a directory, one for each of the demo's cameras."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, camera: str) -> Path:
        """Where the clip of a camera is kept."""
        return self._directory / f"hall-{VERSION}-{camera.lower()}.mp4"

    @property
    def ready(self) -> bool:
        """They are there."""
        return all(self.path(camera).is_file() for camera in VIEWS)

    def make(self, say: Callable[[str], None] = lambda _: None) -> bool:
        """See to it that they are there; False if they were. Raises ServiceError in one line."""
        if self.ready:
            return False
        from video import hallclip  # noqa: PLC0415  what draws is not needed where clips are only cut
        from video.portraits import portraits  # noqa: PLC0415

        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            say("fetching two portraits in the public domain for the demo's hall: 24 MB, of which nothing is kept")
            found = portraits()
            say("drawing the demo's hall")
            for camera, view in VIEWS.items():
                hallclip.write(found, view, self.path(camera))
        except (OSError, av.FFmpegError) as wrong:
            raise ServiceError(
                f"the demo's clips cannot be kept in {self._directory}: {wrong.strerror}; set model_dir"
            ) from wrong
        return True

    def cut(self, into: Path, minute: float, pace: float) -> None:
        """Put each into a directory, beginning at a minute of the day, at `pace` times its usual pace.

        Raises ServiceError for one that cannot be read.
        """
        for camera in VIEWS:
            kept = self.path(camera)
            try:
                with av.open(str(kept)) as source, av.open(str(clip(into, camera)), "w", format="mp4") as film:
                    _copy(source, film, minute / DAY, min(max(pace, CALM), HURRY))
            except (OSError, av.FFmpegError) as wrong:
                raise ServiceError(f"{kept}: cannot be read: {wrong.strerror}; remove it, it is made again") from wrong


def _copy(source: InputContainer, film: OutputContainer, begin: float, pace: float) -> None:
    """The packets from a part of the clip on, then those before it, with new times."""
    given = source.streams.video[0]
    stream = film.add_stream_from_template(given)
    packets = [packet for packet in source.demux(given) if packet.size]
    length = given.duration or 0
    first = next((n for n, one in enumerate(packets) if one.is_keyframe and (one.pts or 0) >= begin * length), 0)
    shift = packets[first].pts or 0 if packets else 0
    for packet in packets[first:] + packets[:first]:
        packet.pts = packet.dts = round(((packet.pts or 0) - shift) % length / pace)
        packet.duration = 0
        packet.stream = stream
        film.mux(packet)
