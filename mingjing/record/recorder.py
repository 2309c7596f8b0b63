"""Appends to the sealed record: the only way in."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.access import Person
from mingjing.errors import MingjingError
from mingjing.record.entry import Entry, Kind


class Taken(MingjingError):
    """Somebody else has done something about the same subject meanwhile; look again, then decide again."""


class Draft(Struct, frozen=True, kw_only=True):
    """What is to be recorded; the recorder adds chain, hashes and signature."""

    kind: Kind
    body: object = None  # becomes JSON
    subject: str = ""
    number: int = 0
    case_id: str = ""
    region: str = ""
    department: str = ""
    window: str = ""
    officer: str = ""
    keep: str = ""


class Recorder:
    """One chain of one process. Thread-safe: appends wait for each other."""

    def append(self, actor: Person | str, at: datetime, draft: Draft) -> Entry:
        """Seals and stores one entry. Taken if another entry has its kind, subject and number (where number > 0)."""
        raise NotImplementedError

    def append_all(self, actor: Person | str, at: datetime, drafts: Sequence[Draft]) -> list[Entry]:
        """Many at once, in one insert, for the service's own doing: nobody else may write these numbers meanwhile."""
        raise NotImplementedError
