"""Cameras that send by themselves: RTSP over the network, USB at this machine."""

import time
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer

from mingjing.cameras import Camera
from mingjing.instants import SECOND
from video.contracts import Frame
from video.sources.decoding import Decoder
from video.sources.login import address
from video.sources.trouble import Trouble, told

OPEN_S, QUIET_S = 4.0, 8.0
"""Seconds without an answer while connecting, and without a packet afterwards, until the connection is torn down."""

BLIND_S = 60.0
"""Seconds of packets without one picture. A camera may send a key frame only every so often, so this is long."""


class Live:
    """A stream that comes as fast as it comes. `connect`: rtsp or device."""

    def __init__(
        self,
        camera: Camera,
        decoder: Decoder,
        now: Callable[[], int],
        connect: Callable[[Camera], InputContainer],
    ) -> None:
        self._camera = camera
        self._connect = connect
        self._decoder = decoder
        self._now = now
        self._container: InputContainer | None = None

    @property
    def decode_seconds(self) -> float:
        """Processor seconds spent on decoding so far."""
        return self._decoder.seconds

    @property
    def complaint(self) -> str | None:
        """What is wrong although it goes on."""
        return self._decoder.complaint

    def close(self) -> None:
        """End the connection."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def __iter__(self) -> Iterator[Frame | None]:
        try:
            self._container = self._connect(self._camera)
            yield from self._frames(self._container)
        except av.FFmpegError as error:
            trouble = told(self._camera.url, error, self._camera.login)
        else:
            trouble = Trouble(self._camera.url, "ended the stream")
        finally:
            self.close()
        raise trouble

    def _frames(self, container: InputContainer) -> Iterator[Frame | None]:
        if not container.streams.video:
            raise Trouble(self._camera.url, "there are no pictures in it", "slowly")
        stream = container.streams.video[0]
        self._decoder.use(stream)
        seen = time.monotonic()
        for packet in container.demux(stream):
            at, taken = time.monotonic(), self._now()
            picture = self._decoder.decode() if packet.size and self._decoder.add(packet, at) else None
            if picture is not None:
                seen = at
                yield Frame(picture, taken - round(self._decoder.lag * SECOND))
            elif at - seen > max(BLIND_S, 3 * self._camera.period_s):
                raise Trouble(self._camera.url, f"has sent nothing for {BLIND_S:.0f} s that could be decoded")
            else:
                yield None


def rtsp(camera: Camera) -> InputContainer:
    """Connect to an RTSP camera, over TCP: a lost datagram would cost the lower half of a picture."""
    return av.open(
        address(camera.url, camera.login),
        format="rtsp",
        options={
            "rtsp_transport": "tcp",
            "allowed_media_types": "video",
            "analyzeduration": "2000000",
            "fpsprobesize": "0",  # do not wait for pictures only to learn how many come
            "protocol_whitelist": "rtsp,rtsps,rtp,tcp,tls",
        },
        timeout=(OPEN_S, QUIET_S),
    )


def device(camera: Camera) -> InputContainer:
    """Open a camera at this machine, like /dev/video0. Never tried with one: no build machine has any."""
    width, height = camera.size
    options = {"video_size": f"{width}x{height}"}
    return av.open(camera.url, format="v4l2", options=options, timeout=(OPEN_S, QUIET_S))
