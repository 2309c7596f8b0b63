"""What is in force of a part, from its entries in the sealed record. Pure."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from mingjing.changes.parts import Files, Part, digest
from mingjing.errors import MingjingError
from mingjing.record.entry import Entry

Step = Literal["adopt", "propose", "approve", "reject"]
LARGEST = 64 << 20
"""Bytes that one file may unpack to."""


class Broken(MingjingError):
    """Entries that do not fit together; `mingjing seal check` says whether the record was changed."""


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of an entry of kind `change`, subject = the part, number = 1, 2, 3 …

    `before`, `after`: digests of the whole part. `files`: of adopt and propose, what is new or other, deflated, in
    base64; null for what is gone. `of`: the number of the proposal that is approved or rejected.
    """

    step: Step
    part: Part
    before: str = ""
    after: str = ""
    files: dict[str, str | None] = {}
    of: int = 0
    text: str = ""


class Proposal(Struct, frozen=True, kw_only=True):
    """A change that waits for a second person."""

    number: int
    by: str
    at: datetime
    text: str
    after: str
    files: Mapping[str, bytes]


class Era(Struct, frozen=True, kw_only=True):
    """A state of the part that was approved, and from when it is in force; None: from the beginning."""

    since: datetime | None
    files: Files
    number: int
    by: tuple[str, ...]
    """Who proposed and who approved; of what was adopted, who adopted it."""


class Standing(Struct, frozen=True, kw_only=True):
    """How a part stands: its eras in order, the last one in force, and what waits. `number`: of the last entry."""

    part: Part
    number: int = 0
    eras: tuple[Era, ...] = ()
    pending: tuple[Proposal, ...] = ()

    @property
    def files(self) -> Files:
        """What is in force; nothing before anything was adopted."""
        return self.eras[-1].files if self.eras else {}


def packed(content: bytes) -> str:
    """A file as it stands in the record."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str) -> bytes:
    """The file again; Broken for what is none."""
    try:
        inflater = zlib.decompressobj()
        content = inflater.decompress(base64.b64decode(text, validate=True), LARGEST)
    except (binascii.Error, zlib.error, ValueError) as wrong:
        raise Broken(f"a file in the record cannot be read: {wrong}") from wrong
    if inflater.unconsumed_tail:
        raise Broken(f"a file in the record has more than {LARGEST >> 20} MiB")
    return content


def fold(part: Part, entries: Iterable[Entry]) -> Standing:
    """How a part stands after its entries. Broken where they do not fit together: numbers, digests, two persons."""
    standing = Standing(part=part)
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.number != standing.number + 1:
            raise Broken(f"{part}: entry {standing.number + 1} of its changes is missing")
        change = msgspec.json.decode(entry.body, type=Change)
        standing = msgspec.structs.replace(_after(standing, entry, change), number=entry.number)
    return standing


def _after(standing: Standing, entry: Entry, change: Change) -> Standing:
    replace = msgspec.structs.replace
    if change.step == "adopt":
        if standing.eras:
            raise Broken(f"{standing.part}: was adopted twice")
        first = Era(since=None, files=_with({}, _files(change), change.after), number=entry.number, by=(entry.actor,))
        return replace(standing, eras=(first,))
    if change.step == "propose":
        made = Proposal(
            number=entry.number,
            by=entry.actor,
            at=entry.at,
            text=change.text,
            after=change.after,
            files=_with(standing.files, _files(change), change.after),
        )
        return replace(standing, pending=(*standing.pending, made))
    asked = next((one for one in standing.pending if one.number == change.of), None)
    if asked is None:
        raise Broken(f"{standing.part}: entry {entry.number} decides on proposal {change.of}, which does not wait")
    others = tuple(one for one in standing.pending if one is not asked)
    if change.step == "reject":
        return replace(standing, pending=others)
    if asked.by == entry.actor:
        raise Broken(f"{standing.part}: proposal {asked.number} was approved by {asked.by}, who had made it")
    era = Era(since=entry.at, files=asked.files, number=asked.number, by=(asked.by, entry.actor))
    return replace(standing, eras=(*standing.eras, era), pending=())  # others were made against what is now past


def _files(change: Change) -> dict[str, bytes | None]:
    return {name: None if text is None else unpacked(text) for name, text in change.files.items()}


def _with(before: Files, several: Mapping[str, bytes | None], after: str) -> dict[str, bytes]:
    files = {name: content for name, content in before.items() if name not in several}
    files |= {name: content for name, content in several.items() if content is not None}
    if digest(files) != after:
        raise Broken(f"the files of a change are not those of its digest {after[:12]}…")
    return files
