"""A lease in the store: of several processes with the same work one does it."""

import time
from typing import Final

from mingjing.errors import MingjingError
from mingjing.store import Store
from mingjing.store.score_work import ScoreProgress, score_progress, store_time, write_score_progress

LEASE_S: Final = 10.0
AGREE_S: Final = 0.5
"""Seconds after which of two who took it at once both see who has it."""


class LeaseLost(MingjingError):
    """Another process has it; the message says which."""


class Lease:
    """The right to write score lines, for `seconds` after it was last renewed; `owner` says whose it is.

    ClickHouse has no compare and swap: two may believe for a moment that they have it. What they then write twice is
    found by comparing (`streams.reckoning.changes`) and by the checksums of the sums.
    """

    def __init__(self, store: Store, owner: str, seconds: float = LEASE_S) -> None:
        self.owner = owner
        self._store, self._seconds = store, seconds
        self._renewed = float("-inf")

    def beat(self) -> None:
        """Takes it, or keeps it; raises LeaseLost if another has it. Cheap: the store is asked now and then."""
        began = time.monotonic()
        if began - self._renewed < self._seconds / 4:
            return
        first = began - self._renewed >= self._seconds
        self._look()
        write_score_progress(self._store, ScoreProgress(name="lease", owner=self.owner, until=store_time(self._store)))
        if first:
            time.sleep(AGREE_S)
            self._look()
        self._renewed = began

    def release(self) -> None:
        """Lets go of it."""
        if self._renewed > float("-inf"):
            self._renewed = float("-inf")
            write_score_progress(self._store, ScoreProgress(name="lease", until=store_time(self._store)))

    def _look(self) -> None:
        held = score_progress(self._store, "lease").get("lease")
        if held is not None and held.progress.owner not in ("", self.owner) and held.age < self._seconds:
            self._renewed = float("-inf")
            raise LeaseLost(f"another scorer is at work: {held.progress.owner}, {held.age:.0f} s ago")
