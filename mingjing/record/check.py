"""Finds what was altered, removed or inserted in the sealed record. Pure: entries in, breaks out, in bounded memory.

Within a chain each entry names the one before by `link`, which covers hash and signature. So the signature of a
chain's last entry vouches for all before it; signatures of single entries are looked at where something is wrong, and
once in every `EVERY`, so that little is to be read again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

import msgspec
from msgspec import Struct

from mingjing.record.entry import FIRST, Entry, body_digest, entry_hash, link
from mingjing.record.keys import fingerprint, verified
from mingjing.record.opened import Opened

EVERY = 256

Erased = Callable[[str, int], bool]
"""Whether an entry (chain, seq) was named when bodies were erased."""


class Break(Struct, frozen=True, kw_only=True, order=True):
    """Something that is not as it was recorded: where, and what is wrong. `seq` 0: the chain as a whole."""

    chain: str
    seq: int
    kind: str
    subject: str
    what: str


class Seen(Struct, frozen=True):
    """What a chain was found to be: its last place, and the hashes of the entries that somebody asked about."""

    chain: str
    entries: int
    last: int
    asked: Mapping[int, str]
    breaks: tuple[Break, ...]


def check(
    entries: Iterable[Entry], trusted: Collection[str], erased: Erased, asked: Mapping[str, Collection[int]]
) -> Iterator[Seen]:
    """Each chain of entries that come by chain and seq, with what is wrong in it.

    `trusted`: public keys. `asked`: places in chains whose hashes are wanted (anchors vouch for them).
    """
    for chain, members in groupby(entries, attrgetter("chain")):
        yield _Chain(chain, trusted, erased, asked.get(chain, ())).walk(members)


def genuine(entry: Entry, trusted: Collection[str]) -> bool:
    """Whether a single entry is whole, body included, and signed by a key that is trusted (64 hex digits)."""
    return (
        entry.hash == entry_hash(entry)
        and entry.digest == body_digest(entry.salt, entry.body)
        and any(verified(key, entry.hash, entry.signature) for key in trusted)
    )


class _Chain:
    def __init__(self, chain: str, trusted: Collection[str], erased: Erased, asked: Collection[int]) -> None:
        self.chain = chain
        self._trusted = trusted
        self._erased = erased
        self._wanted = frozenset(asked)
        self._asked: dict[int, str] = {}
        self._breaks: list[Break] = []
        self._keys = tuple(trusted)
        self._unproven: list[Entry] = []

    def walk(self, entries: Iterable[Entry]) -> Seen:
        before: Entry | None = None
        count = 0
        for entry in entries:
            count += 1
            if before is None:
                self._begins(entry)
            elif not self._follows(before, entry):
                self._prove()
            sound = self._sound(entry)
            # Bodies are looked at; keeping them would cost memory.
            self._unproven.append(msgspec.structs.replace(entry, body="", salt=""))
            if entry.seq in self._wanted:
                self._asked.setdefault(entry.seq, entry.hash)
            if not sound or len(self._unproven) >= EVERY:
                self._prove()
            before = entry
        self._prove()
        return Seen(self.chain, count, before.seq if before else 0, self._asked, tuple(self._breaks))

    def _begins(self, entry: Entry) -> None:
        if entry.seq != 1:
            self._say(
                entry, f"entries 1 to {entry.seq - 1} of the chain are missing" if entry.seq else "has no place 0"
            )
        elif entry.prev != FIRST:
            self._say(entry, "the first entry names one before it")
        key = _key(entry)
        if key:
            self._keys = (key,)
            if key not in self._trusted:
                self._say(entry, f"the chain is signed by a key that is not trusted ({fingerprint(key)})")
        elif entry.seq == 1:
            self._say(entry, "the first entry does not say which key writes the chain")

    def _follows(self, before: Entry, entry: Entry) -> bool:
        if entry.seq == before.seq:
            same = entry.hash == before.hash
            self._say(entry, "stands there twice" if same else "two different entries have this place")
        elif entry.seq > before.seq + 1:
            gap = entry.seq - before.seq - 1
            missing = f"entry {before.seq + 1}" if gap == 1 else f"entries {before.seq + 1} to {entry.seq - 1}"
            self._say(entry, f"{missing} before it {'is' if gap == 1 else 'are'} missing")
        elif entry.prev != link(before):
            self._say(entry, f"does not follow entry {before.seq}: one of the two was altered or replaced")
        else:
            return True
        return False

    def _sound(self, entry: Entry) -> bool:
        """What can be said of an entry without its neighbours and without the key."""
        if entry.hash != entry_hash(entry):
            self._say(entry, "was altered: its hash is not that of its fields")
            return False
        if entry.digest != body_digest(entry.salt, entry.body):
            if entry.body or entry.salt:
                self._say(entry, "its body was altered")
                return False
            if not self._erased(entry.chain, entry.seq):
                self._say(entry, "its body is gone, and nobody recorded that it was erased")
                return False
        return True

    def _prove(self) -> None:
        """Looks at the last signature, which vouches for those before it; if it is wrong, at each."""
        if self._unproven and not self._signed(self._unproven[-1]):
            for entry in self._unproven:
                if not self._signed(entry):
                    self._say(entry, "its signature is not that of the chain's key")
        self._unproven = []

    def _signed(self, entry: Entry) -> bool:
        return any(verified(key, entry.hash, entry.signature) for key in self._keys)

    def _say(self, entry: Entry, what: str) -> None:
        self._breaks.append(Break(chain=self.chain, seq=entry.seq, kind=entry.kind, subject=entry.subject, what=what))


def _key(entry: Entry) -> str:
    """The public key that the first entry of a chain names; "" if it does not."""
    try:
        key = msgspec.json.decode(entry.body, type=Opened).key if entry.kind == "opened" else ""
        return key if len(bytes.fromhex(key)) == 32 else ""
    except (msgspec.DecodeError, ValueError):
        return ""
