"""Anchors: what the record had come to at the end of a day, as an entry in it and as a file outside the database.

Each names the chains that have grown since the anchors before, with their last place and hash; all anchors together
name every chain. The file is the entry itself, signed; copies of it on another machine show a record that was rewritten
by somebody who had the key.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from mingjing.errors import MingjingError, UsageError
from mingjing.record.check import genuine
from mingjing.record.entry import Entry
from mingjing.record.keys import trusted
from mingjing.record.recorder import Draft, Recorder, Taken
from mingjing.store import Store
from mingjing.store.record import entries, tips

FOLDER = "anchors"
ACTOR = "system:anchor"


class Head(Struct, frozen=True, array_like=True):
    """How far a chain had come."""

    chain: str
    seq: int
    hash: str


class Anchor(Struct, frozen=True, kw_only=True):
    """The body of an entry of kind `anchor`, whose subject is the day."""

    heads: tuple[Head, ...]


def anchor(recorder: Recorder, store: Store, seal_dir: Path | str, at: datetime, day: date) -> Entry:
    """Anchors the record for a day, once, and writes what anchors lack their file; the day's entry.

    `store`: whoever may read the whole record. Of several services that do so at once, all get the same entry.
    """
    keys = trusted(seal_dir)
    known = anchors(store, keys)
    made = next((one for one in known if one.subject == day.isoformat()), None)
    if made is None:
        reached = {head.chain: head.seq for one in known for head in heads(one)}
        grown = [Head(*tip) for tip in tips(store) if tip[1] > reached.get(tip[0], 0)]
        draft = Draft(kind="anchor", subject=day.isoformat(), number=1, body=Anchor(heads=tuple(grown)))
        try:
            made = recorder.append(ACTOR, at, draft)
        except Taken:
            made = next((one for one in anchors(store, keys) if one.subject == day.isoformat()), None)
        if made is None:
            raise MingjingError(f"the anchor of {day} in the record is not genuine; run `mingjing seal check`")
        known.append(made)
    for one in known:
        _keep(one, Path(seal_dir) / FOLDER)
    return made


def anchors(store: Store, keys: Collection[str]) -> list[Entry]:
    """The anchors in the record that these keys signed, by day. What others put there vouches for nothing."""
    return [one for one in entries(store, kinds=["anchor"]) if genuine(one, keys)]


def heads(entry: Entry) -> Sequence[Head]:
    """What an anchor says of the chains."""
    return msgspec.json.decode(entry.body, type=Anchor).heads


def kept(seal_dir: Path | str, keys: Collection[str]) -> Iterator[tuple[Path, Entry | None]]:
    """The anchors' files; None for one that is not as it was signed by a key that is trusted."""
    for file in sorted((Path(seal_dir) / FOLDER).glob("*.json")):
        try:
            entry = msgspec.json.decode(file.read_bytes(), type=Entry)
        except OSError as wrong:
            raise UsageError(f"{file}: cannot be read: {wrong.strerror}") from wrong
        except msgspec.DecodeError:
            entry = None
        said = entry is not None and (entry.kind, entry.subject) == ("anchor", file.stem)  # no copy of another's
        yield file, entry if entry is not None and said and genuine(entry, keys) else None


def _keep(entry: Entry, folder: Path) -> None:
    """Writes an anchor's file unless it is there; MingjingError if another one is."""
    if not entry.subject.replace("-", "").isdigit():
        raise MingjingError(f"entry {entry.chain} {entry.seq} is no anchor of a day; run `mingjing seal check`")
    file, text = folder / f"{entry.subject}.json", msgspec.json.format(msgspec.json.encode(entry), indent=1)
    try:
        if file.exists():
            if file.read_bytes() != text:
                raise MingjingError(f"{file}: is not what the record says of that day; run `mingjing seal check`")
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = folder / f".{secrets.token_hex(8)}"
        new.write_bytes(text)
        new.replace(file)
    except OSError as wrong:
        raise UsageError(f"{file}: the anchor cannot be kept there: {wrong.strerror}") from wrong
