"""Cases of an event file, put together from events in any order, in bounded memory.

Events are grouped by case in memory; when there are too many, all of them go to disk, into one of many parts by the
hash of their case, and each part is read back on its own. So a file in any order ends in the same cases.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from mingjing.types import CaseEvent
from rules.history import History

IN_MEMORY = 400_000
"""Events held before they go to disk: about 1.2 kB each."""

PARTS = 128

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, bytes]).decode


class Casebook:
    """Takes events in, hands cases out."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._cases: dict[str, History] = {}
        self._held = 0
        self._disk: tempfile.TemporaryDirectory[str] | None = None
        self._parts: list[BinaryIO] = []
        self.duplicates = 0
        """Records beyond the first of their id, whatever they say."""
        self.conflicts: set[tuple[str, str]] = set()
        """(case_id, event_id) under which different contents came."""

    def __enter__(self) -> "Casebook":
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._parts:
            part.close()
        if self._disk is not None:
            self._disk.cleanup()

    def add(self, event: CaseEvent) -> None:
        """Takes an event in."""
        history = self._cases.get(event.case_id)
        if history is None:
            history = self._cases[event.case_id] = History()
        how = history.add(event)
        if how != "new":
            self._count(event, how)
        self._held += 1
        if self._held > self._limit:
            self._spill()

    def cases(self) -> Iterator[tuple[int, History]]:
        """Every case once, with the part (of `PARTS`, or of 1 where all are in memory) that it comes from."""
        if self._disk is None:
            for history in self._cases.values():
                yield 0, history
            return
        self._spill()
        for number, part in enumerate(self._parts):
            part.seek(0)
            cases: dict[str, History] = {}
            for case_id, packed in _records(part):
                history = History.unpack(packed)
                known = cases.setdefault(case_id, history)
                if known is not history:
                    for event in history.events:
                        self._count(event, known.add(event))
            for history in cases.values():
                yield number, history

    @property
    def parts(self) -> int:
        """How many parts `cases` goes through."""
        return PARTS if self._disk is not None else 1

    def _count(self, event: CaseEvent, how: Literal["new", "duplicate", "conflict"]) -> None:
        if how != "new":
            self.duplicates += 1
        if how == "conflict":
            self.conflicts.add((event.case_id, event.event_id))

    def _spill(self) -> None:
        if self._disk is None:
            self._disk = tempfile.TemporaryDirectory(prefix="mingjing-")
            folder = Path(self._disk.name)
            self._parts = [(folder / str(number)).open("w+b") for number in range(PARTS)]
        for case_id, history in self._cases.items():
            record = _encode((case_id, history.pack()))
            part = self._parts[hashlib.blake2b(case_id.encode(), digest_size=2).digest()[0] % PARTS]
            part.write(len(record).to_bytes(4, "big") + record)
        self._cases.clear()
        self._held = 0


def _records(part: BinaryIO) -> Iterator[tuple[str, bytes]]:
    while head := part.read(4):
        yield _decode(part.read(int.from_bytes(head, "big")))
