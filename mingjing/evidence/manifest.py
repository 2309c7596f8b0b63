"""The manifest of a pack: every other file with its SHA-256, signed with the key of the sealed record. Pure."""

import hashlib

import msgspec
from msgspec import Struct

from mingjing.errors import MingjingError
from mingjing.types import Instant

FORMAT = "mingjing-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
PURPOSE = "evidence"
"""What the signature is for (mingjing.record.keys): it fits nothing else that this key signs."""

EVENTS = "events/index.json"
ENTRIES, KEYS = "handling/entries.json", "handling/keys.json"
RULE, RULE_TEXT = "rule/rule.json", "rule/rule.toml"
ITEMS, SURROUNDS, NAMES, NOTES = "items.json", "surrounds.json", "names.json", "notes.json"
LEDGER = "ledger.csv"


class Unreadable(MingjingError):
    """A file that is no evidence pack, or that must not be opened; the message says why."""


class FileLine(Struct, frozen=True, kw_only=True):
    """One file of the pack."""

    name: str
    size: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What the pack holds, of what, by whom and when (UTC). `masked`: events in which personal fields are masked."""

    format: str
    mingjing: str
    finding: str
    rule: str
    rule_version: str
    made_at: Instant
    made_by: str
    reason: str
    events: int
    masked: int
    entries: int
    files: tuple[FileLine, ...]


class Signature(Struct, frozen=True, kw_only=True):
    """The signature of the SHA-256 of the manifest's bytes, and the public key that it was made with; both in hex."""

    key: str
    signature: str


class EventLine(Struct, frozen=True, kw_only=True):
    """One line of events/index.json. `sha256`: of the bytes as received; of a masked one keyed, so that nobody can try
    values against it (mingjing.privacy.mask.Masker.keyed of that hash).
    """

    file: str
    event_id: str
    sha256: str
    arrived: Instant | None
    place: str
    masked: bool


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def lines(files: dict[str, bytes]) -> tuple[FileLine, ...]:
    """The files' lines, in order of name."""
    return tuple(FileLine(name=name, size=len(of), sha256=digest(of)) for name, of in sorted(files.items()))


def encode(struct: Struct) -> bytes:
    """JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(struct), indent=2) + b"\n"
