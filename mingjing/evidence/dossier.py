"""All that a pack holds, before it becomes a file. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from mingjing.record.entry import Entry
from mingjing.types import CaseEvent, Finding, Text


class EventFile(Struct, frozen=True, kw_only=True):
    """One record as it was received. `sha256`: of the bytes that came, which are `raw`; keyed where they are masked.

    `arrived`: when it first came; `place`: where it stood in Kafka.
    """

    event: CaseEvent
    raw: bytes
    sha256: str
    arrived: datetime | None = None
    place: str = ""
    masked: bool = False


class RulePaper(Struct, frozen=True, kw_only=True):
    """The rule that judged, in the version that judged; `text` is its file, presets laid over it, a file of its own."""

    rule: str
    version: str
    kind: str
    name: Text
    basis: str
    text: str = ""


class CalendarDays(Struct, frozen=True, kw_only=True):
    """The working days of a calendar in the years that the case touches, as ISO dates."""

    name: str
    version: str
    years: tuple[int, ...]
    working: tuple[str, ...]


class ItemPaper(Struct, frozen=True, kw_only=True):
    """One version of the case's item, as the catalogue has it; local dates, both included."""

    item: str
    version: str
    valid_from: str
    valid_to: str
    fields: Mapping[str, Any]


class Surrounds(Struct, frozen=True, kw_only=True):
    """What the rule stood in: the zone whose days count, the calendar where a rule names none, the timetable's file."""

    timezone: str
    calendar: str
    timetable: str = ""


class Named(Struct, frozen=True):
    """What people call a code."""

    field: str
    code: str
    zh: str
    en: str


class Attached(Struct, frozen=True):
    """A file of the handling, or a snapshot; `content` None where it is no longer there."""

    name: str
    content: bytes | None
    sha256: str = ""


class Dossier(Struct, frozen=True, kw_only=True):
    """Everything about one finding. `revisions`: all of them, the latest first. `notes`: what is not there, and why."""

    made_at: datetime
    made_by: str
    reason: str
    revisions: tuple[Finding, ...]
    events: tuple[EventFile, ...] = ()
    rule: RulePaper | None = None
    calendars: tuple[CalendarDays, ...] = ()
    items: tuple[ItemPaper, ...] = ()
    surrounds: Surrounds
    entries: tuple[Entry, ...] = ()
    keys: tuple[str, ...] = ()
    snapshots: tuple[Attached, ...] = ()
    attachments: tuple[Attached, ...] = ()
    names: tuple[Named, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def latest(self) -> Finding:
        """The latest revision."""
        return self.revisions[0]
