"""Whose turn it is to be looked at: fair to all cameras, and never a growing queue."""

import threading
import time
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Turn(NamedTuple):
    """A camera that is to be looked at now, `late` seconds after it was due."""

    camera: str
    late: float


class Rota:
    """Cameras and when each is due; whoever waits longest comes first.

    Several hands may take turns; a camera whose turn is under way has no other. It is due again some time after its
    turn began, so that a machine that is too slow looks at each camera more rarely, and equally rarely at all.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.worst = 0.0
        """The longest that a camera waited since this was set back."""
        self._clock = clock
        self._heap: list[tuple[float, str]] = []
        self._busy: dict[str, float] = {}  # when its turn began
        self._leaving: set[str] = set()
        self._closed = False
        self._changed = threading.Condition()

    def add(self, camera: str) -> None:
        """A camera that is due at once."""
        with self._changed:
            heappush(self._heap, (self._clock(), camera))
            self._changed.notify()

    def drop(self, camera: str) -> None:
        """No more turns for this one; returns when one that is under way has ended."""
        with self._changed:
            self._heap = [entry for entry in self._heap if entry[1] != camera]
            heapify(self._heap)
            self._leaving.add(camera)
            self._changed.wait_for(lambda: camera not in self._busy)
            self._leaving.discard(camera)

    def take(self) -> Turn | None:
        """The next turn, as soon as there is one; None when there will be none any more. Ends with `done`."""
        with self._changed:
            while not self._closed:
                now = self._clock()
                if self._heap and self._heap[0][0] <= now:
                    due, camera = heappop(self._heap)
                    self._busy[camera] = now
                    self.worst = max(self.worst, now - due)
                    return Turn(camera, now - due)
                self._changed.wait(self._heap[0][0] - now if self._heap else None)
            return None

    def done(self, camera: str, again_s: float) -> None:
        """A turn has ended; the next is due `again_s` seconds after it began."""
        with self._changed:
            began = self._busy.pop(camera)
            if camera not in self._leaving:
                heappush(self._heap, (began + again_s, camera))
            self._changed.notify_all()

    def close(self) -> None:
        """No more turns at all."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
