"""Keys that sign the sealed record, its anchors and evidence packs: Ed25519, kept as files in seal_dir.

    seal_dir/signing.key        the private key of this machine, PEM, readable by its owner only
    seal_dir/trusted/NAME.pem   public keys that are trusted: this machine's and those of others that write the record

Who can write into seal_dir can forge the record; who can only write into the database cannot.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from mingjing.errors import UsageError

SIGNING = "signing.key"
TRUSTED = "trusted"


class Signer:
    """A private key. `public`: its public key, 64 hex digits."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @classmethod
    def fresh(cls) -> "Signer":
        """A new key, kept nowhere."""
        return cls(Ed25519PrivateKey.generate())

    def sign(self, digest: str, purpose: str = "record") -> str:
        """The signature of a digest, in hex; it is valid for this purpose only."""
        return self._key.sign(_signed(digest, purpose)).hex()

    def private_pem(self) -> bytes:
        """As it is kept in a file."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def verified(public: str, digest: str, signature: str, purpose: str = "record") -> bool:
    """Whether the signature of the digest was made with this public key (64 hex digits) for this purpose."""
    try:
        key, raw = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)), bytes.fromhex(signature)
        key.verify(raw, _signed(digest, purpose))
    except (InvalidSignature, ValueError):
        return False
    return raw.hex() == signature  # one way of writing it: capital letters would be an alteration that nobody finds


def _signed(digest: str, purpose: str) -> bytes:
    return f"mingjing {purpose}\n{digest}".encode()


def fingerprint(public: str) -> str:
    """A public key's short name, for people: 16 hex digits."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def signer(directory: Path | str) -> Signer:
    """The key that this machine signs with; made, and trusted, where the directory holds no key yet.

    UsageError when the key cannot be read, others may read it, or it is gone while trusted keys are there.
    """
    directory = Path(directory)
    file = directory / SIGNING
    if not file.exists():
        if trusted(directory) and not file.exists():  # another process may just have made it
            raise UsageError(
                f"{file}: is missing, though {directory / TRUSTED} holds keys; put it back from a copy, or make a new "
                "one with `mingjing seal keys --new`"
            )
        return make(directory)
    _only_ours(file, 0o077, "others may read it: chmod 600")
    return _private(file)


def make(directory: Path | str) -> Signer:
    """Makes the key of this machine and trusts it. Of two processes that do so at once, both get the same one."""
    directory = Path(directory)
    file = directory / SIGNING
    new = _beside(file)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(Signer.fresh().private_pem())
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new, file)
        new.unlink()
    except OSError as wrong:
        raise UsageError(f"{directory}: the seal's key cannot be kept there: {wrong.strerror}") from wrong
    made = _private(file)
    trust(directory, made.public)
    return made


def renew(directory: Path | str) -> Signer:
    """Lets go of this machine's private key, if there is one, and makes another; the old public key stays trusted."""
    file = Path(directory) / SIGNING
    if file.exists():
        trust(directory, _private(file).public)
        file.unlink()
    return make(directory)


def trust(directory: Path | str, public: str) -> Path:
    """Trusts what is signed with this public key (64 hex digits) from now on; its file."""
    file = Path(directory) / TRUSTED / f"{fingerprint(public)}.pem"
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = _beside(file)
        new.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        new.replace(file)
    except OSError as wrong:
        raise UsageError(f"{file}: the seal's key cannot be kept there: {wrong.strerror}") from wrong
    return file


def trusted(directory: Path | str) -> Mapping[str, Path]:
    """The public keys (64 hex digits) that are trusted, with their files; UsageError for a file that is none."""
    folder = Path(directory) / TRUSTED
    if not folder.is_dir():
        return {}
    _only_ours(folder, 0o022, "others may write there: chmod go-w")
    _only_ours(Path(directory), 0o002, "everybody may write there: chmod o-w")
    return {read_public(file): file for file in sorted(folder.glob("*.pem"))}


def read_public(file: Path) -> str:
    """The public key (64 hex digits) in a PEM file; UsageError if there is none."""
    try:
        key = load_pem_public_key(_content(file))
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{file}: is no public key of a seal (PEM, Ed25519)")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _private(file: Path) -> Signer:
    try:
        key = load_pem_private_key(_content(file), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            f"{file}: is no private key of a seal (PEM, Ed25519, without password); put it back from a copy"
        )
    return Signer(key)


def _beside(file: Path) -> Path:
    """Where a file is written before it takes its place whole."""
    return file.with_name(f".{file.name}.{secrets.token_hex(8)}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        raise UsageError(f"{file}: cannot be read: {wrong.strerror}") from wrong


def _only_ours(path: Path, mask: int, right: str) -> None:
    if path.stat().st_mode & mask:
        raise UsageError(f"{path}: {right} {path}")
