"""The manifest of a pack: every other file with its SHA-256, signed with the key of the sealed record. Pure."""

import hashlib
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from mingjing.errors import MingjingError
from mingjing.types import Instant

FORMAT = "mingjing-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"


class Signer(Protocol):
    """Who signs: an Ed25519 key."""

    @property
    def public(self) -> str:
        """The public key, in hex."""

    def sign(self, content: bytes) -> str:
        """The signature of bytes, in hex."""


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
    """The signature of the manifest's bytes, and the public key that it was made with; both in hex."""

    key: str
    signature: str


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def lines(files: dict[str, bytes]) -> tuple[FileLine, ...]:
    """The files' lines, in order of name."""
    return tuple(FileLine(name=name, size=len(of), sha256=digest(of)) for name, of in sorted(files.items()))


def encode(struct: Struct) -> bytes:
    """JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(struct), indent=2) + b"\n"


def signed(key: str, signature: str, content: bytes) -> bool:
    """Whether the signature of the bytes was made with a key; keys and signatures that are none were not."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
