"""Checks the whole sealed record as it is stored: chains, their ends, anchors, doubled numbers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from msgspec import Struct

from mingjing.errors import UsageError
from mingjing.record.anchors import anchors, heads, kept
from mingjing.record.check import Break, Seen, check, genuine
from mingjing.record.entry import Entry
from mingjing.record.erasure import ranges
from mingjing.record.keys import TRUSTED, trusted
from mingjing.store import Store
from mingjing.store.record import by_chain, doubled_numbers, ends, entries

STEP = 1_000  # entries between two tellings of how far the check is


class Vow(Struct, frozen=True):
    """What an anchor says about one place of a chain."""

    day: str
    seq: int
    hash: str


def audit(store: Store, seal_dir: Path | str, told: Callable[[int], None] = lambda _: None) -> Iterator[Break]:
    """Everything that was altered, removed or inserted, chain by chain; nothing if the record is as it was written.

    `store`: whoever may read the whole record and its heads. `told`: is called with the number of entries looked at
    since the last call. UsageError where no key is trusted.
    """
    keys = trusted(seal_dir)
    if not keys:
        raise UsageError(f"{Path(seal_dir) / TRUSTED}: holds no key; without one nobody can tell who signed the record")
    vows: defaultdict[str, list[Vow]] = defaultdict(list)
    for file, kept_anchor in kept(seal_dir, keys):
        if kept_anchor is None:
            yield Break(chain="", seq=0, kind="anchor", subject=file.stem, what=f"{file} was altered")
            continue
        vows[kept_anchor.chain].append(Vow(file.stem, kept_anchor.seq, kept_anchor.hash))
        _vow(vows, kept_anchor)
    for one in anchors(store, keys):
        _vow(vows, one)
    last = ends(store)  # before the entries, so that what is appended meanwhile looks like nothing
    asked = {chain: {vow.seq for vow in said} for chain, said in vows.items()}
    for seen in check(_counted(by_chain(store), told), keys, _Erased(store, keys), asked):
        yield from seen.breaks
        yield from _ended(store, seen, last.pop(seen.chain, 0), vows.pop(seen.chain, []))
    for chain in sorted({*last, *vows}):
        days = sorted({vow.day for vow in vows.get(chain, ())})
        upto = max([last.get(chain, 0), *(vow.seq for vow in vows.get(chain, ()))])
        if entries(store, chain=chain, seq=upto):
            continue  # it was opened while we looked
        known = f"; anchors of {', '.join(days)} know it" if days else ""
        yield _of(chain, f"the whole chain is missing, {upto} entries{known}")
    for kind, subject, number, places in doubled_numbers(store):
        chain, seq = places[0]
        others = ", ".join(f"{of} {at}" for of, at in places[1:])
        what = f"number {number} of this subject is also that of {others}"
        yield Break(chain=chain, seq=seq, kind=kind, subject=subject, what=what)


def _vow(vows: defaultdict[str, list[Vow]], entry: Entry) -> None:
    for head in heads(entry):
        vow = Vow(entry.subject, head.seq, head.hash)
        if vow not in vows[head.chain]:
            vows[head.chain].append(vow)


def _ended(store: Store, seen: Seen, last: int, said: list[Vow]) -> Iterator[Break]:
    if last > seen.last and not entries(store, chain=seen.chain, seq=last):
        yield _of(seen.chain, f"its end was cut off: {last} entries were written, {seen.last} is the last one here")
    for vow in said:
        found = seen.asked.get(vow.seq)
        if found is None and vow.seq > max(last, seen.last):
            yield _of(seen.chain, f"its end was cut off: the anchor of {vow.day} knows entry {vow.seq}")
        elif found is not None and found != vow.hash:
            what = f"entry {vow.seq} is not the one that the anchor of {vow.day} knows: the chain was written anew"
            yield _of(seen.chain, what)


def _of(chain: str, what: str) -> Break:
    return Break(chain=chain, seq=0, kind="", subject="", what=what)


def _counted(found: Iterator[Entry], told: Callable[[int], None]) -> Iterator[Entry]:
    count = 0
    for entry in found:
        count += 1
        if count % STEP == 0:
            told(STEP)
        yield entry
    told(count % STEP)


class _Erased:
    """Whether an entry was named when bodies were erased; remembers one chain at a time."""

    def __init__(self, store: Store, keys: Collection[str]) -> None:
        self._store, self._keys = store, keys
        self._chain = ""
        self._ranges: list[tuple[int, int]] = []

    def __call__(self, chain: str, seq: int) -> bool:
        if chain != self._chain:
            said = [one for one in entries(self._store, kinds=["erased"], subjects=[chain]) if genuine(one, self._keys)]
            self._chain, self._ranges = chain, [pair for one in said for pair in ranges(one)]
        return any(first <= seq <= last for first, last in self._ranges)
