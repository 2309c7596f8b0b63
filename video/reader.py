"""One camera, read by a thread of its own: whatever it does, it holds up nobody else, and it is tried again.

reader = Reader(camera, now)
frame = reader.newest()      # None: nothing new
reader.trouble               # why nothing comes: one line, no password
stop([reader])
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable

from mingjing.cameras import Camera
from video.contracts import Frame
from video.sources import Source, Trouble, Wait, open_source
from video.sources.trouble import Again, shown

log = logging.getLogger(__name__)

PAUSES_S = (0.5, 1.0, 2.0, 3.0)
"""Before each next attempt; the last one for all that follow, so that a camera is back within 10 s of its return."""

SLOWLY_S = 300.0
"""After a wrong password: cameras lock an account after a handful of attempts."""

STUCK_S = 15.0
"""Longer than any source waits by itself: the thread hangs in a call that does not return."""

Opener = Callable[[Camera, Callable[[], int], Wait], Source]


class Reader:
    """Reads until `stop`. Every attribute may be looked at from any thread, and none ever waits for the camera.

    `frames`: pictures decoded; `reconnects`: times that the source was opened again; `last_at`: when the newest
    picture was taken, in microseconds of the clock `now`. No picture is kept but the newest that was not taken.
    """

    def __init__(self, camera: Camera, now: Callable[[], int], open_source: Opener = open_source) -> None:
        self.camera = camera
        self.frames = 0
        self.reconnects = 0
        self.last_at: int | None = None
        self._now = now
        self._open = open_source
        self._stopping = threading.Event()
        self._frame: Frame | None = None
        self._lock = threading.Lock()
        self._trouble: str | None = None
        self._source: Source | None = None
        self._decoded = 0.0
        self._heard = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"camera {camera.id}", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """Why no picture comes now: one line without a password; None while all is well or nothing was tried yet."""
        quiet = time.monotonic() - self._heard
        if self._trouble is None and quiet > STUCK_S and not self._stopping.is_set():
            return f"{shown(self.camera.url)}: has hung for {quiet:.0f} s"
        return self._trouble

    @property
    def decode_seconds(self) -> float:
        """Processor seconds spent on decoding."""
        source = self._source
        return self._decoded + (source.decode_seconds if source else 0.0)

    @property
    def alive(self) -> bool:
        """The thread has not ended yet."""
        return self._thread.is_alive()

    def newest(self) -> Frame | None:
        """The newest picture if nobody took it yet."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame

    def stop(self, patience_s: float = 0.5) -> None:
        """Read no more. Returns after so many seconds even if the camera hangs; then its thread ends by itself."""
        self._stopping.set()
        self._thread.join(patience_s)

    def _run(self) -> None:
        failed = 0
        while not self._stopping.is_set():
            before = self.frames
            again = self._once()
            failed = 0 if self.frames > before else failed + 1
            if again == "never":
                self._wait(threading.TIMEOUT_MAX)
            elif again == "slowly":
                self._wait(SLOWLY_S)
            else:
                self._wait(PAUSES_S[min(failed, len(PAUSES_S) - 1)] * random.uniform(0.75, 1.25))  # noqa: S311 - spread
            self.reconnects += 1

    def _once(self) -> Again:
        """Open the source and read until it ends; when to try again."""
        again: Again = "soon"
        try:
            self._source = self._open(self.camera, self._now, self._wait)
            for frame in self._source:
                self._heard = time.monotonic()
                if self._stopping.is_set():
                    break
                if frame is not None:
                    self._take(frame)
                elif (complaint := self._source.complaint) is not None:
                    self._say(f"{shown(self.camera.url)}: {complaint}")
        except Trouble as trouble:
            again = trouble.again
            self._say(str(trouble))
        except Exception as error:  # noqa: BLE001 - one camera's surprise is not the others'; its text may hold the address
            self._say(f"{shown(self.camera.url)}: fails ({type(error).__name__})")
        finally:
            source, self._source = self._source, None
            if source is not None:
                self._decoded += source.decode_seconds
                source.close()
        return again

    def _take(self, frame: Frame) -> None:
        with self._lock:
            self._frame = frame
        self.frames += 1
        self.last_at = frame.at
        self._say(None)

    def _say(self, trouble: str | None) -> None:
        if trouble is not None:  # names of files need not be text
            trouble = trouble.encode(errors="backslashreplace").decode()
        if trouble == self._trouble:
            return
        if trouble is None:
            log.info("camera gives pictures", extra={"camera": self.camera.id})
        else:
            log.warning("camera gives no pictures", extra={"camera": self.camera.id, "trouble": trouble})
        self._trouble = trouble

    def _wait(self, seconds: float) -> bool:
        """Sleep, which is not hanging; True: stop."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._heard = time.monotonic()
            if self._stopping.wait(min(left, STUCK_S / 3)):
                return True
        self._heard = time.monotonic()
        return self._stopping.is_set()


def stop(readers: Iterable[Reader], patience_s: float = 2.0) -> None:
    """Stop many at once; it takes no longer than `patience_s` however many hang."""
    stopped = list(readers)
    until = time.monotonic() + patience_s
    for reader in stopped:
        reader.stop(0)
    for reader in stopped:
        reader.stop(max(0.0, until - time.monotonic()))
