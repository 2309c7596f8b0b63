"""Notes on a case, in versions: the last one counts, the earlier ones stay readable."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import msgspec
from msgspec import Struct

from mingjing.access import Person
from mingjing.errors import UsageError
from mingjing.record.entry import Entry
from mingjing.record.recorder import Draft

LONGEST = 20_000
"""Characters of a note."""
PREFIX = "note:"


class Appends(Protocol):
    """What takes entries: `mingjing.record.recorder.Recorder`."""

    def append(self, actor: Person | str, at: datetime, draft: Draft) -> Entry:
        """Seals and stores one entry; Taken if another has its kind, subject and number."""
        ...


class Place(Struct, frozen=True, kw_only=True):
    """The case that a note is about, with the codes that say who may see it."""

    case_id: str
    region: str = ""
    department: str = ""
    window: str = ""
    officer: str = ""


class Text(Struct, frozen=True):
    """The body of a note's entry."""

    text: str


class Version(Struct, frozen=True, kw_only=True):
    """One version of a note, by whom and when; `text` is "" where it was erased after its time."""

    number: int
    at: datetime
    by: str
    text: str


class Note(Struct, frozen=True, kw_only=True):
    """One note with all its versions, the first one first."""

    note_id: str
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        """The version that counts."""
        return self.versions[-1]


def notes(entries: Iterable[Entry]) -> list[Note]:
    """The notes that entries of the kind `note` come to, in the order in which they were begun."""
    found: dict[str, list[Version]] = {}
    for one in sorted(entries, key=lambda entry: (entry.at, entry.number)):
        if one.subject.startswith(PREFIX):
            version = Version(number=one.number, at=one.at, by=one.actor, text=_text(one.body))
            found.setdefault(one.subject, []).append(version)
    return [Note(note_id=subject, versions=tuple(versions)) for subject, versions in found.items()]


def write(to: Appends, person: Person, at: datetime, place: Place, text: str, on: Note | None = None) -> Entry:
    """Writes a note, or the next version of the one that the writer saw; Taken if that had a next one meanwhile.

    UsageError for an empty or too long text.
    """
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise UsageError(f"a note holds 1 to {LONGEST:,} characters; this has {len(text):,}")
    draft = Draft(
        kind="note", body=Text(text), subject=on.note_id if on else f"{PREFIX}{uuid4().hex}",
        number=on.last.number + 1 if on else 1, case_id=place.case_id, region=place.region, department=place.department,
        window=place.window, officer=place.officer,
    )  # fmt: skip
    return to.append(person, at, draft)


def _text(body: str) -> str:
    try:
        return msgspec.json.decode(body, type=Text).text if body else ""
    except msgspec.DecodeError:
        return ""
