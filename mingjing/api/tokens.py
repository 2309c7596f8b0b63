"""Bearer tokens: a file names who may ask for what, and holds only the SHA-256 of each token.

A line: NAME SHA-256 [SCOPE,SCOPE…] [PLACE]; empty lines and what follows a # count for nothing. Without scopes: scores
and findings. A place (region:CODE, department:CODE, window:CODE) holds the client to what is there and below; without
one it sees everything. The file is read again whenever it changes, so that a token can be withdrawn without a restart.
"""

import hashlib
import hmac
import logging
import re
import secrets
import threading
from pathlib import Path

from msgspec import Struct

from mingjing.access import places
from mingjing.errors import BookError, Mistake, UsageError

SCOPES: tuple[str, ...] = ("scores", "findings", "officers")
"""What a token may ask for. `officers`: scores of single officers, and officers' codes in findings."""
USUAL = frozenset({"scores", "findings"})
LOG = logging.getLogger(__name__)


class Client(Struct, frozen=True):
    """Who asks. `digest`: the SHA-256 of the token, in hex."""

    name: str
    digest: str
    scopes: frozenset[str]
    place: str = places.EVERYWHERE


def made(name: str) -> tuple[str, str]:
    """A new token, and the line for the file; UsageError for a name that would break the line."""
    if not re.fullmatch(r"[^\s#]+", name):
        raise UsageError(f"{name!r} cannot name a token: write one word without #")
    token = secrets.token_urlsafe(32)
    return token, f"{name} {digest(token)} scores,findings"


def digest(token: str) -> str:
    """What the file holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def read(path: Path) -> list[Client]:
    """The clients of a file; UsageError if it cannot be read, BookError with all mistakes in it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as wrong:
        raise UsageError(f"api_tokens_file {path} cannot be read: {wrong}") from None
    mistakes: list[Mistake] = []
    found = []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        place = (
            words.pop()
            if len(words) > 2 and (":" in words[-1] or words[-1] == places.EVERYWHERE)
            else places.EVERYWHERE
        )
        scopes = frozenset(words[2].split(",")) if len(words) == 3 else USUAL
        if len(words) not in (2, 3) or not re.fullmatch("[0-9a-f]{64}", words[1]):
            mistakes.append(Mistake(str(path), number, "write NAME SHA-256 (64 hex digits) [SCOPE,SCOPE…] [PLACE]"))
        elif misplaced := _misplaced(place):
            mistakes.append(Mistake(str(path), number, misplaced))
        elif unknown := sorted(scopes.difference(SCOPES)):
            mistakes.append(Mistake(str(path), number, f"no scope {unknown[0]!r}; there are {', '.join(SCOPES)}"))
        else:
            found.append(Client(words[0], words[1], scopes, place))
    if mistakes:
        raise BookError(mistakes)
    return found


def _misplaced(place: str) -> str:
    try:
        places.parse(place)
    except UsageError as wrong:
        return str(wrong)
    return ""


class Tokens:
    """The clients of a file as it is now. Raises UsageError or BookError if it is unusable at first."""

    def __init__(self, path: Path) -> None:
        self._path, self._reading = path, threading.Lock()
        self._seen, self._clients = _stamp(path), read(path)

    def client(self, token: str) -> Client | None:
        """Whose token it is; every client's digest is compared, each in the same time whatever it is."""
        given, found = digest(token), None
        for one in self._current():
            if hmac.compare_digest(one.digest, given):
                found = one
        return found

    def _current(self) -> list[Client]:
        with self._reading:  # nobody is answered by the file as it was while another thread reads it anew
            stamp = _stamp(self._path)
            if stamp != self._seen:
                self._seen = stamp
                try:
                    self._clients = read(self._path)
                except (UsageError, BookError) as wrong:  # rather nobody than somebody whose token was withdrawn
                    self._clients = []
                    LOG.error("no token is valid any more: %s", wrong)  # noqa: TRY400 - one line, no traceback
            return self._clients


def _stamp(path: Path) -> tuple[int, ...]:
    """What differs once a file was written, replaced, or may be read again (`ctime`: its rights changed)."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
