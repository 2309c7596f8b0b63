"""Appends to the sealed record: the only way in."""

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing import __version__
from mingjing.access import Person
from mingjing.errors import MingjingError, StoreUnavailable, UsageError
from mingjing.instants import EARLIEST, LATEST
from mingjing.record.entry import KEEP, Entry, Kind, body_digest, entry_hash, link
from mingjing.record.keys import Signer, signer
from mingjing.record.opened import Opened
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import entries, holder, holds, write_entries

SETTLE_S = 1.0
"""Seconds after which an insert whose answer was lost is taken to be over."""

ATTEMPTS = 3  # tokens that are tried for one number
AT_ONCE = 5_000  # entries in one insert
NO_TEXT = "the text holds characters that are none (half a surrogate pair)"
LONGEST = 1 << 20  # bytes of a body; what is larger belongs into a file


Held = tuple[str, str, str]
"""Hash, actor and body of the entry that has a number."""


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
    keep: str = ""  # retention class; "": that of the kind, KEEP


class Recorder:
    """One chain of one process. Thread-safe: appends wait for each other.

    The chain begins with the first append. When it is not certain whether an entry was stored (no answer came), the
    chain ends there and the next append opens another: so no chain ever forks. The same in a forked process.
    """

    def __init__(self, store: Store, key: Signer, service: str = "") -> None:
        self._store = store
        self._key = key
        self._service = service
        self._lock = threading.Lock()
        self._last: Entry | None = None
        self._pid = os.getpid()

    def append(self, actor: Person | str, at: datetime, draft: Draft) -> Entry:
        """Seals and stores one entry, and returns it.

        Taken if another entry has its kind, subject and number (where number > 0); if that is the very same, by the
        same actor (somebody pressed twice, an answer was lost), it is returned. StoreUnavailable: it may or may not
        have been stored; with a number the same call may be made again.
        """
        draft = replace(draft, body=_body(draft))
        with self._lock, self._certain():
            if draft.number and (held := self._held(draft)):
                return self._ours(held, actor, draft)
            entry = self._sealed(self._open(at), actor, at, draft)
            if not draft.number:
                self._write([entry])
            elif (held := self._write_numbered(entry, draft))[0] != entry.hash:
                self._fill(actor, at, draft)
                return self._ours(held, actor, draft)
            self._last = entry
            return entry

    def append_all(self, actor: Person | str, at: datetime, drafts: Sequence[Draft]) -> list[Entry]:
        """Many in few inserts, for the service's own doing: nobody else may write these numbers meanwhile.

        Taken, and nothing is stored, if one of the numbers was there before.
        """
        return self.append_several([(actor, at, draft) for draft in drafts])

    def append_several(self, given: Sequence[tuple[Person | str, datetime, Draft]]) -> list[Entry]:
        """The same for entries of several actors and instants, in their order: a history that is laid down at once."""
        given = [(actor, at, replace(draft, body=_body(draft))) for actor, at, draft in given]
        with self._lock, self._certain():
            self._refuse_taken([draft for _, _, draft in given])
            made: list[Entry] = []
            for first in range(0, len(given), AT_ONCE):
                last = self._open(given[first][1])
                part = [last := self._sealed(last, *one) for one in given[first : first + AT_ONCE]]
                self._write(part)
                self._last = part[-1]
                made += part
            return made

    def close(self) -> None:
        """Lets go of the store; the next append would connect again."""
        with self._lock:
            self._store.close()

    def read(self, kind: Kind, *subjects: str) -> list[Entry]:
        """The entries of a kind about these subjects (none given: all of that kind), by subject and number."""
        with self._lock:
            return entries(self._store, kinds=[kind], subjects=subjects)

    @contextlib.contextmanager
    def _certain(self) -> Iterator[None]:
        try:
            yield
        except (Taken, UsageError):
            raise
        except BaseException:
            self._last = None
            raise

    def _open(self, at: datetime) -> Entry:
        """The last entry of the chain, which is opened if need be."""
        if self._last is None or self._pid != os.getpid():
            self._pid = os.getpid()
            body = Opened(key=self._key.public, host=socket.gethostname(), service=self._service, version=__version__)
            draft = Draft(kind="opened", body=_text(body))
            before = Entry(chain=secrets.token_hex(16), seq=0, at=at, kind="opened", actor="")
            first = self._sealed(before, f"system:{self._service}", at, draft)
            self._write([first])
            self._last = first
        return self._last

    def _sealed(self, before: Entry, actor: Person | str, at: datetime, draft: Draft) -> Entry:
        assert isinstance(draft.body, str)
        instant = at.astimezone(UTC)
        if at.tzinfo is None or not EARLIEST <= instant < LATEST:
            raise ValueError(f"no instant that can be recorded: {at}")
        salt = secrets.token_hex(16)
        entry = Entry(
            chain=before.chain,
            seq=before.seq + 1,
            at=instant,
            kind=draft.kind,
            actor=_account(actor),
            subject=draft.subject,
            number=draft.number,
            case_id=draft.case_id,
            region=draft.region,
            department=draft.department,
            window=draft.window,
            officer=draft.officer,
            keep=draft.keep or KEEP[draft.kind],
            digest=body_digest(salt, draft.body),
            salt=salt,
            body=draft.body,
        )
        if before.seq:
            entry = replace(entry, prev=link(before))
        try:
            digest = entry_hash(entry)
        except UnicodeEncodeError:
            raise UsageError(NO_TEXT) from None
        return replace(entry, hash=digest, signature=self._key.sign(digest))

    def _write(self, part: Sequence[Entry]) -> None:
        """Stores entries of this chain whose places nobody else can want."""
        token = f"{part[0].chain}:{part[0].seq}-{part[-1].seq}"
        for attempt in range(ATTEMPTS):
            sent_again = write_entries(self._store, part, f"{token}#{attempt}" if attempt else token)
            if not sent_again or holds(self._store, part[-1]):
                return
            # A server that was killed in the middle of an insert may remember the token of rows that it does not have.
            time.sleep(SETTLE_S)
            if holds(self._store, part[-1]):
                return
        raise StoreUnavailable("the sealed record takes no entry: the server forgets what it is given")

    def _write_numbered(self, entry: Entry, draft: Draft) -> Held:
        """Stores an entry unless another has its number; the one that has it afterwards."""
        token = f"{entry.kind}:{entry.subject}:{entry.number}"
        for attempt in range(ATTEMPTS):
            write_entries(self._store, [entry], f"{token}#{attempt}" if attempt else token)
            for pause in (0.0, SETTLE_S):
                time.sleep(pause)
                if held := self._held(draft):
                    return held
        raise StoreUnavailable("the sealed record takes no entry: the server forgets what it is given")

    def _fill(self, actor: Person | str, at: datetime, draft: Draft) -> None:
        """Puts another entry in the place of one that lost: the server has noted that the chain came so far.

        Its view of an insert that is dropped, because another with the same token came first, is not dropped.
        """
        late = replace(draft, kind="taken", number=0, keep="", body=_text({"kind": draft.kind, "number": draft.number}))
        filler = self._sealed(self._open(at), actor, at, late)
        self._write([filler])
        self._last = filler

    def _held(self, draft: Draft) -> Held | None:
        return holder(self._store, draft.kind, draft.subject, draft.number)

    def _ours(self, held: Held, actor: Person | str, draft: Draft) -> Entry:
        """The entry that is there, if it says what we wanted to say."""
        digest, by, body = held
        if by == _account(actor) and body == draft.body:
            there = entries(self._store, kinds=[draft.kind], subjects=[draft.subject], number=draft.number)
            return next(one for one in there if one.hash == digest)
        raise Taken(f"{draft.subject}: somebody was quicker ({by}); look again")

    def _refuse_taken(self, drafts: Sequence[Draft]) -> None:
        wanted = {(draft.kind, draft.subject, draft.number) for draft in drafts if draft.number}
        for kind in {kind for kind, _, _ in wanted}:
            subjects = sorted({subject for of, subject, _ in wanted if of == kind})
            for first in range(0, len(subjects), AT_ONCE):
                for held in entries(self._store, kinds=[kind], subjects=subjects[first : first + AT_ONCE]):
                    if (held.kind, held.subject, held.number) in wanted:
                        raise Taken(f"{held.subject}: somebody was quicker ({held.actor}); look again")


def recorder(settings: Settings, service: str) -> Recorder:
    """The recorder of a service by its settings: desk_dsn and seal_dir. UsageError where they cannot be used."""
    if settings.desk_dsn is None:
        raise UsageError("nothing can be recorded without desk_dsn, the ClickHouse user who may append to the record")
    return Recorder(Store(settings.desk_dsn, profile="dashboard"), signer(settings.seal_dir), service)


def _account(actor: Person | str) -> str:
    return actor.account if isinstance(actor, Person) else actor


def _body(draft: Draft) -> str:
    text = _text(draft.body)
    if len(text.encode()) > LONGEST:
        raise UsageError(f"{len(text.encode()):,} bytes of one entry are too many; {LONGEST:,} are allowed")
    return text


def _text(body: object) -> str:
    try:
        return msgspec.json.encode(body).decode()
    except UnicodeEncodeError:
        raise UsageError(NO_TEXT) from None
