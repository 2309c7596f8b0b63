"""Chains as a recorder writes them, without a store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from mingjing.record.check import Break, check
from mingjing.record.entry import Entry, body_digest, entry_hash
from mingjing.record.keys import Signer
from mingjing.record.recorder import Draft, Recorder

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)


class Shelf(Recorder):
    """A recorder that keeps what it seals in a list."""

    def __init__(self, key: Signer) -> None:
        super().__init__(None, key, "test")  # type: ignore[arg-type]  # nothing here asks a store
        self.entries: list[Entry] = []

    def _write(self, part: Sequence[Entry]) -> None:
        self.entries += part


def chain(key: Signer, length: int) -> list[Entry]:
    """A chain of so many entries, the opening one included."""
    shelf = Shelf(key)
    for n in range(1, length):
        draft = Draft(
            kind="view",
            subject=f"C{n}",
            case_id=f"C{n}",
            region="R1",
            department="D1",
            window="W1",
            officer=f"P{n % 3}",
            body={"reason": f"投诉 {n}"},
        )
        shelf.append(f"zhang{n % 2}", NOW + timedelta(seconds=n), draft)
    return shelf.entries


def breaks(entries: Sequence[Entry], key: Signer, erased: Sequence[tuple[str, int]] = ()) -> list[Break]:
    """What is wrong with entries, in the order in which the store would give them."""
    ordered = sorted(entries, key=lambda one: (one.chain, one.seq, one.hash))
    found = check(ordered, {key.public}, lambda of, seq: (of, seq) in erased, {})
    return [one for seen in found for one in seen.breaks]


def sealed(entry: Entry, key: Signer | None, prev: str | None = None) -> Entry:
    """An entry with hashes that are right again, signed anew if a key is given."""
    entry = replace(entry, digest=body_digest(entry.salt, entry.body), prev=entry.prev if prev is None else prev)
    entry = replace(entry, hash=entry_hash(entry))
    return entry if key is None else replace(entry, signature=key.sign(entry.hash))
