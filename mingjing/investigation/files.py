"""Sealed files 封存卷: several cases and findings together, for named readers only; opened with a reason, on record.

Whoever is not among the readers is told that there is no such file, whatever roles he or she has.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing.access import Person
from mingjing.errors import UsageError
from mingjing.record.entry import Entry, Kind
from mingjing.record.recorder import Draft

PREFIX = "file:"
TITLE, NOTE, REASON, MEMBERS = 200, 20_000, 2_000, 500
"""The longest title, remark and reason in characters, and the most cases, findings and readers."""


class Record(Protocol):
    """What reads and takes entries: `mingjing.record.recorder.Recorder`."""

    def read(self, kind: Kind, *subjects: str) -> list[Entry]:
        """The entries of a kind about these subjects, or all of that kind, by subject and number."""
        ...

    def append(self, actor: Person | str, at: datetime, draft: Draft) -> Entry:
        """Seals and stores one entry; Taken if another has its kind, subject and number."""
        ...


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a version of a file says: the body of its entry. `readers` are accounts, the keeper among them."""

    title: str
    readers: tuple[str, ...]
    cases: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    remark: str = ""
    closed: bool = False


class Version(Struct, frozen=True, kw_only=True):
    """One version of a file."""

    number: int
    at: datetime
    by: str
    content: Content


class SealedFile(Struct, frozen=True, kw_only=True):
    """A file with all its versions, the first one first; the last one counts."""

    file_id: str
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        """The version that counts."""
        return self.versions[-1]

    @property
    def content(self) -> Content:
        """What the file says now."""
        return self.last.content


class Reason(Struct, frozen=True):
    """Why a file was opened: the body of an entry of kind `view`."""

    reason: str


def listed(record: Record, person: Person) -> list[SealedFile]:
    """The files that the person is a reader of, the one changed last first."""
    found = [one for one in _folded(record.read("file")) if person.account in one.content.readers]
    return sorted(found, key=lambda one: one.last.at, reverse=True)


def opened(record: Record, person: Person, at: datetime, file_id: str, reason: str) -> SealedFile:
    """A file, once it is on record who opened it and why. UsageError without a reason, or for who is not a reader."""
    reason = reason.strip()
    if not 0 < len(reason) <= REASON:
        raise UsageError(f"a reason of 1 to {REASON:,} characters is needed to open a sealed file")
    found = _own(record, person, file_id)
    record.append(person, at, Draft(kind="view", subject=file_id, body=Reason(reason)))
    return found


def make(record: Record, person: Person, at: datetime, content: Content) -> SealedFile:
    """A new file; its maker is always a reader."""
    return _kept(record, person, at, f"{PREFIX}{uuid4().hex}", 1, (), content)


def change(record: Record, person: Person, at: datetime, seen: SealedFile, content: Content) -> SealedFile:
    """The next version of the file that the person saw; Taken if somebody was quicker, UsageError if it is closed."""
    current = _own(record, person, seen.file_id)
    if current.content.closed:
        raise UsageError("the file is closed; nothing can be added to it")
    return _kept(record, person, at, seen.file_id, seen.last.number + 1, seen.versions, content)


def _kept(
    record: Record, person: Person, at: datetime, file_id: str, number: int, before: Sequence[Version], content: Content
) -> SealedFile:
    content = _clean(content, person)
    draft = Draft(kind="file", subject=file_id, number=number, body=content)
    entry = record.append(person, at, draft)
    version = Version(number=number, at=entry.at, by=entry.actor, content=content)
    return SealedFile(file_id=file_id, versions=(*before, version))


def _clean(content: Content, person: Person) -> Content:
    title = content.title.strip()
    if not 0 < len(title) <= TITLE:
        raise UsageError(f"a file needs a title of 1 to {TITLE} characters")
    if len(content.remark) > NOTE:
        raise UsageError(f"a remark holds at most {NOTE:,} characters")
    lists = {
        "readers": _each((person.account, *content.readers)),
        "cases": _each(content.cases),
        "findings": _each(content.findings),
    }
    for name, several in lists.items():
        if len(several) > MEMBERS:
            raise UsageError(f"{len(several):,} {name} are too many for one file; {MEMBERS} are allowed")
    return replace(content, title=title, **lists)


def _each(several: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (one.strip() for one in several))))


def _own(record: Record, person: Person, file_id: str) -> SealedFile:
    found = _folded(record.read("file", file_id)) if file_id.startswith(PREFIX) else []
    if not found or person.account not in found[0].content.readers:
        raise UsageError("there is no such file, or you are not among its readers")
    return found[0]


def _folded(entries: Iterable[Entry]) -> list[SealedFile]:
    """The files that entries come to; a version whose body was erased after its time is left out."""
    found: dict[str, list[Version]] = {}
    for one in sorted(entries, key=lambda entry: entry.number):
        if one.body:
            content = msgspec.json.decode(one.body, type=Content)
            found.setdefault(one.subject, []).append(
                Version(number=one.number, at=one.at, by=one.actor, content=content)
            )
    return [SealedFile(file_id=file_id, versions=tuple(versions)) for file_id, versions in found.items()]
