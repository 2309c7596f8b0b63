"""A lease in the store: of several processes with the same work one does it."""

import os
import socket
import time
from typing import Final
from uuid import uuid4

from mingjing.errors import MingjingError
from mingjing.store import Store
from mingjing.store.score_work import ScoreProgress, Work, score_progress, store_time, write_score_progress

LEASE_S: Final = 10.0
AGREE_S: Final = 0.5
"""Seconds after which of two who took it at once both see who has it."""


def owner() -> str:
    """What this process calls itself: its machine, its number, and a word of its own."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def alive(other: str, own: str) -> bool:
    """Whether another owner may still be at work: of this machine only if there is such a process."""
    if other in ("", own):
        return False
    host, _, rest = other.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return True
    if int(rest) == os.getpid():
        return False  # a container's first process has the number of the one before it
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class LeaseLost(MingjingError):
    """Another process has it; the message says which."""


class Lease:
    """The right to do a `work` alone, for `seconds` after it was last renewed; `owner` says whose it is.

    ClickHouse has no compare and swap: two may believe for a moment that they have it. What they then write twice is
    found by comparing (`streams.reckoning.changes`) and by the checksums of the sums.
    """

    def __init__(
        self, store: Store, owner: str, seconds: float = LEASE_S, *, work: Work = "lease", service: str = "scorer"
    ) -> None:
        self.owner = owner
        self._store, self._seconds, self._work, self._service = store, seconds, work, service
        self._renewed = float("-inf")

    def beat(self) -> None:
        """Takes it, or keeps it; raises LeaseLost if another has it. Cheap: the store is asked now and then."""
        began = time.monotonic()
        if began - self._renewed < self._seconds / 4:
            return
        first = began - self._renewed >= self._seconds
        self._look()
        write_score_progress(
            self._store, ScoreProgress(name=self._work, owner=self.owner, until=store_time(self._store))
        )
        if first:
            time.sleep(AGREE_S)
            self._look()
        self._renewed = began

    def release(self) -> None:
        """Lets go of it."""
        if self._renewed > float("-inf"):
            self._renewed = float("-inf")
            write_score_progress(self._store, ScoreProgress(name=self._work, until=store_time(self._store)))

    def _look(self) -> None:
        held = score_progress(self._store, self._work).get(self._work)
        if held is not None and held.age < self._seconds and alive(held.progress.owner, self.owner):
            self._renewed = float("-inf")
            raise LeaseLost(f"another {self._service} is at work: {held.progress.owner}, {held.age:.0f} s ago")
