"""Passwords: their hashes, what a good one is, and one-time ones."""

import hashlib
import hmac
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mingjing.errors import UsageError

LEAST = 10
MOST = 256  # characters: a longer one would only cost time
AT_ONCE = 2  # hashes reckoned at the same time, 64 MiB each
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
_KNOWN = ("password", "mingjing", "12345", "54321", "qwerty", "asdfgh", "abcdefg", "admin", "letmein", "111111")


class WeakPassword(UsageError):
    """A password that is not taken; `reason` is short, same, name, known or plain (a key of the pages' words)."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class Passwords:
    """Hashes and checks passwords with argon2id, few at a time, so that guessing cannot fill the memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._few = threading.Semaphore(AT_ONCE)
        self._nobodys = self.hashed(secrets.token_urlsafe(16))

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        with self._few:
            return self._hasher.hash(_same(password))

    def right(self, kept: str, password: str) -> bool:
        """Whether it is this password; where none is kept, it takes as long and is not."""
        with self._few:
            try:
                self._hasher.verify(kept or self._nobodys, _same(password)[:MOST])
            except (VerificationError, InvalidHashError):
                return False
        return kept != ""


def one_time() -> str:
    """A password to begin with, 20 letters and digits in fours (99 bits): printed once and never kept."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))


def check(password: str, account: str, before: str = "") -> None:
    """Raises WeakPassword for one that is easily guessed. `before`: the one that it replaces."""
    same = _same(password)
    plain = "".join(one for one in same.lower() if one.isalnum())
    if len(same) < LEAST or len(same) > MOST:
        raise WeakPassword("short", f"a password has {LEAST} to {MOST} characters")
    if before and same == _same(before):
        raise WeakPassword("same", "the new password is the old one")
    if account in same.lower():
        raise WeakPassword("name", "a password does not contain the account's name")
    if len(set(plain)) < 5:
        raise WeakPassword("plain", "a password has at least 5 different letters or digits")
    rest = plain
    for known in _KNOWN:
        rest = rest.replace(known, "")
    if len(rest) < 5:
        raise WeakPassword("known", "this is one of the passwords that are tried first")


def device_mark(kept: str, nonce: str = "") -> str:
    """What a browser keeps that its owner signed in with before; void once the password is another one."""
    nonce = nonce or secrets.token_urlsafe(12)
    return f"{nonce}.{hmac.new(kept.encode(), f'device {nonce}'.encode(), hashlib.sha256).hexdigest()}"


def is_marked(kept: str, mark: str) -> bool:
    """Whether this browser's mark was made for this account and password."""
    nonce, dot, _ = mark.partition(".")
    return bool(kept and dot and nonce) and hmac.compare_digest(device_mark(kept, nonce).encode(), mark.encode())


def _same(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
