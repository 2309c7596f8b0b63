"""Of a stream's packets, decode as few as the sampling period needs.

A key frame is decoded alone; every other frame needs all frames since the key frame before it. Where key frames
come at least once a period, only they are decoded, the one nearest to each due instant. Where they are rarer, and
until that is known, the packets since the last key frame are kept and decoded up to the due instant, without those
that no other frame refers to; what follows up to the next key frame is never decoded.
"""

import time
from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from video import MOST_PIXELS
from video.contracts import Picture

if TYPE_CHECKING:
    VideoPacket = av.Packet[av.VideoStream]
else:  # generic in its stubs only
    VideoPacket = av.Packet

AT_MOST = 16 << 20
"""Bytes of packets that one stream may keep back; more are decoded at once, due or not."""

DAMAGED = "sends damaged pictures"

NEARLY = 1.25
"""Periods between key frames that still count as one: what comes over a network comes a little early or late."""

LATEST_S = 30.0
"""A picture so much older than its packet has a damaged time; it would be counted where it does not belong."""

ENOUGH = 10
"""Frames a period from which on those that no other refers to are not missed."""

av.logging.set_level(None)  # FFmpeg's own lines repeat addresses, passwords included


class Decoder:
    """Says of each packet whether a picture is due, and decodes it. Times are seconds on any clock that goes on.

    The second picture is due `shift_s` later than a period after the first, so that many cameras that start together
    are not due together. `seconds` is the processor time spent, `complaint` what was wrong with
    the last packets decoded, `lag` how much older than its last packet the last picture is.
    """

    def __init__(self, period_s: float, shift_s: float = 0.0) -> None:
        self.seconds = 0.0
        self.lag = 0.0
        self.complaint: str | None = None
        self._period = period_s
        self._shift = shift_s
        self._next: float | None = None
        self._keys: deque[float] = deque(maxlen=8)
        self._time = 0.0
        self._kept: list[VideoPacket | None] = []  # None: let out the frames that still wait for others
        self._bytes = 0
        self._whole = False  # the packets kept follow on from the decoder's state, or begin with a key frame
        self._to_bgr = VideoReformatter()
        self._codec: av.VideoCodecContext

    def use(self, stream: av.VideoStream) -> None:
        """Packets come from this stream from now on."""
        self._codec = stream.codec_context
        self._codec.thread_count = 1
        self._codec.options = {"max_pixels": str(MOST_PIXELS)}
        rate = stream.average_rate or 0
        self._codec.skip_frame = "NONREF" if rate * self._period >= ENOUGH else "DEFAULT"
        self._forget()

    @property
    def key_s(self) -> float | None:
        """The longest of the last distances between key frames, the present one included; None: not known yet."""
        since = self._time - self._keys[-1] if self._keys else 0.0
        apart = [later - earlier for earlier, later in pairwise(self._keys)]
        return max(since, *apart) if apart else None

    @property
    def keys_only(self) -> bool:
        """Key frames come often enough."""
        return (self.key_s or float("inf")) <= NEARLY * self._period

    def add(self, packet: VideoPacket, at: float) -> bool:
        """Take a packet of this time; True: a picture is due, `decode` it."""
        self._time = at
        if packet.is_keyframe:
            self._keys.append(at)
            self._kept, self._bytes, self._whole = [], 0, True
        elif not self._whole or self.keys_only:
            self._forget()
            return False
        self._kept.append(packet)
        self._bytes += packet.size
        return self.due or self._bytes > AT_MOST

    def decode(self) -> Picture | None:
        """The newest picture of what was kept; None where it was not due, or the packets give none."""
        began = time.thread_time()
        try:
            frame = self._newest()
            if frame is None or not self.due:
                return None
            self._advance()
            return upright(frame, self._to_bgr)
        except av.FFmpegError:
            self.complaint = DAMAGED
            self._forget()
            return None
        finally:
            self.seconds += time.thread_time() - began

    def rest(self) -> Picture | None:
        """What the decoder still holds back when the stream has ended, if a picture is due."""
        if not self._whole or not self.due:
            return None
        self._kept.append(None)
        return self.decode()

    @property
    def due(self) -> bool:
        """A picture is due, and perhaps overdue."""
        return self._next is None or self._time >= self._next - self._slack

    @property
    def _slack(self) -> float:
        """A key frame this much early is nearer to the due instant than the next one."""
        return (self.key_s or 0.0) / 2 if self.keys_only else 0.0

    def _advance(self) -> None:
        if self._next is None:
            self._next = self._time + self._period + self._shift
        late = self._time + self._slack - self._next
        if late >= 0:
            self._next += self._period * (late // self._period + 1)

    def _newest(self) -> av.VideoFrame | None:
        """Decode what is kept, oldest first; of the frames that come out the last one before any that is damaged.

        Up to the next key frame all others are made from a damaged one, and do not say so.
        """
        packets, self._kept, self._bytes = self._kept, [], 0
        first, last = packets[0], packets[-1]
        if first is not None and first.is_keyframe:
            self._codec.flush_buffers()
        alone = self.keys_only
        newest: av.VideoFrame | None = None
        damaged = False
        for packet in [*packets, None] if alone and last is not None else packets:
            for frame in self._codec.decode(packet):
                damaged = damaged or frame.is_corrupt
                newest = newest if damaged else frame
        self.complaint = DAMAGED if damaged else None if newest is not None else self.complaint
        if alone or damaged:
            self._forget()
        if newest is not None:
            self.lag = _lag(last, newest)
        return newest

    def _forget(self) -> None:
        self._kept, self._bytes, self._whole = [], 0, False


def _lag(packet: VideoPacket | None, frame: av.VideoFrame) -> float:
    if packet is None or packet.dts is None or frame.pts is None:
        return 0.0
    lag = float((packet.dts - frame.pts) * packet.time_base)
    return lag if 0 < lag < LATEST_S else 0.0


def upright(frame: av.VideoFrame, to_bgr: VideoReformatter) -> Picture:
    """The picture as it is to be looked at: a camera on its side says so beside the frame."""
    picture = to_bgr.reformat(frame, format="bgr24", threads=1).to_ndarray().astype(np.uint8, copy=False)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
