"""The store's part for those who follow the sealed record: what is new to them, and how far they have come.

Each follower (a `work`) has a place in every chain. Entries are numbered without gaps within a chain, so a place is
safe from whatever becomes visible late: what lies behind a gap waits until the gap is filled, or for `GAP_S` at most.
"""

import time
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from mingjing.store.client import Store
from mingjing.store.rows import Columns

GAP_S = 60.0
"""Seconds that an entry which is missing is waited for; then it is one that was removed (`mingjing seal check`)."""


class Fresh(Struct, frozen=True, kw_only=True):
    """An entry that its follower has not seen; `body` of acts and entered events only. `at` in UTC."""

    chain: str
    seq: int
    kind: str
    at: datetime
    actor: str
    subject: str
    number: int
    case_id: str
    region: str
    department: str
    window: str
    officer: str
    body: str


class Follower:
    """Reads the record from where it stood; `take` what is new, deal with it, then say `done`.

    Whoever dies in between is handed the same again. One process at a time may follow as one `work`.
    """

    def __init__(self, store: Store, work: str) -> None:
        self.work = work
        self._store = store
        self._gaps: dict[str, float] = {}  # since when a chain waits for a missing entry
        self._taken: dict[str, int] = {}

    def ahead(self) -> dict[str, int]:
        """The chains that hold something new, and where this follower stands in them."""
        return {row["chain"]: row["seq"] for row in self._store.query("record_ahead", work=self.work)}

    @property
    def new(self) -> bool:
        """Whether nobody ever followed as this work."""
        return not self._store.query("record_followed", work=self.work)

    def skip(self) -> None:
        """Comes to the present without looking at what was; from then on the work is not new."""
        rows = self._store.query("record_ahead", work=self.work)
        self._say({"": 1} | {row["chain"]: row["head"] for row in rows})

    def take(self, limit: int) -> list[Fresh]:
        """What is new, at most so much, each finding's acts in their order; nothing if there is nothing."""
        ahead = self.ahead()
        self._taken = {}
        if not ahead:
            return []
        rows = self._store.query("record_fresh", chains=list(ahead), reached=list(ahead.values()), limit=limit)
        return self._whole([Fresh(**row) for row in rows], ahead)

    def done(self) -> None:
        """What was taken last is dealt with for good."""
        self._say(self._taken)
        self._taken = {}

    def _whole(self, fresh: list[Fresh], ahead: Mapping[str, int]) -> list[Fresh]:
        """Everything before the first gap of its chain."""
        now = time.monotonic()
        reached = dict(ahead)
        held: set[str] = set()
        whole = []
        for entry in fresh:
            if entry.chain in held:
                continue
            if entry.seq > reached[entry.chain] + 1 and now - self._gaps.setdefault(entry.chain, now) < GAP_S:
                held.add(entry.chain)
                continue
            self._gaps.pop(entry.chain, None)
            reached[entry.chain] = entry.seq
            whole.append(entry)
        self._taken = {chain: seq for chain, seq in reached.items() if seq > ahead[chain]}
        return whole

    def _say(self, reached: Mapping[str, int]) -> None:
        if reached:
            columns: Columns = {
                "work": [self.work] * len(reached),
                "chain": list(reached),
                "seq": list(reached.values()),
            }
            self._store.insert("record_reached", columns)
