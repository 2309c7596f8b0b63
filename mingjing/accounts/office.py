"""Signing in and out, and the making and changing of accounts: what pages and the command line call.

Sessions run by the wall clock, also where the installation's clock is a simulated one. Everything that happens here is
in the sealed record, without passwords, tokens, or what somebody typed as an account's name that there is not.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from mingjing.access import Person, places
from mingjing.accounts import passwords
from mingjing.accounts.account import Account, Session, check, checked_roles, normal
from mingjing.accounts.attempts import Attempts, Key
from mingjing.accounts.passwords import Passwords
from mingjing.errors import MingjingError, UsageError
from mingjing.record.recorder import Draft, Recorder, Taken
from mingjing.scoring.details import Organisation
from mingjing.store import Store
from mingjing.store.accounts import account, accounts, sessions, write_account, write_sessions
from mingjing.store.score_details import organisation

BELIEVED_S = 3.0
"""Seconds for which a session is taken to stand as it did: how long an ended one can still be used elsewhere."""
TREE_S = 60.0  # seconds for which the organisation tree is taken to be as it was
BELIEVED = 1_000  # sessions

How = Literal["password", "oidc"]
Draw = Callable[[], AbstractContextManager[Store]]
Clock = Callable[[], datetime]


class Refused(MingjingError):
    """Nobody comes in with this; `wait`: seconds until the next attempt, 0: at once."""

    def __init__(self, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__("account or password is not right")


class Opened(Struct, frozen=True, kw_only=True):
    """A session that has just begun. `token` is for the browser alone; `device` marks it as a known one, "": not."""

    account: str
    token: str
    until: datetime
    renew: bool
    device: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """A session as it stands. `renew`: the password must be changed before anything else."""

    person: Person
    session: Session
    renew: bool
    password: bool  # whether there is a password to change
    place: str


class Claims(Struct, frozen=True, kw_only=True):
    """What a provider of OpenID Connect says of somebody who signed in there, its signature already checked."""

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False


class Office:
    """Accounts and sessions of one installation, over connections that may write them. Thread-safe."""

    def __init__(
        self,
        store: Draw,
        recorder: Recorder,
        *,
        hours: float,
        now: Clock,
        wall: Clock,
        keeper: Passwords | None = None,
    ) -> None:
        """`now` stamps the record, `wall` the sessions; `hours`: how long a session lasts."""
        self._store = store
        self._recorder = recorder
        self._hours = timedelta(hours=hours)
        self._now = now
        self._wall = wall
        self._passwords = keeper or Passwords()
        self._attempts = Attempts()
        self._believed: dict[str, tuple[float, Standing | None]] = {}
        self._tree: tuple[float, Organisation] | None = None
        self._lock = threading.Lock()

    # --- coming in and going out ------------------------------------------------------------

    def sign_in(self, name: str, password: str, *, address: str = "", device: str = "") -> Opened:
        """A session for who knows the password; Refused for all others, in the same words and time."""
        name = normal(name)
        with self._store() as store:
            found = account(store, name)
        keys = self._keys(found, name, address, device)
        if (wait := self._attempts.charge(keys, time.monotonic())) > 0:
            raise Refused(wait)
        right = self._passwords.right("" if found is None else found.password, password)
        if found is None or not right or found.closed:
            wait = self._attempts.waits(keys, time.monotonic())
            self._say("sign_in", found, what="refused", how="password", address=address, wait=round(wait))
            raise Refused(wait)
        opened = self._open(found, "password", address)
        self._attempts.forgive(keys)
        return replace(opened, device=passwords.device_mark(found.password))

    def sign_in_as(self, claims: Claims, *, address: str = "") -> Opened:
        """A session for whom the provider vouches: the account with this issuer and subject, else with this e-mail.

        An e-mail counts only if the provider has verified it and the account is bound to no subject yet; it then is.
        Refused where no open account fits, or more than one.
        """
        subject = f"{claims.issuer} {claims.subject}"
        with self._store() as store:
            everyone = [one for one in accounts(store) if not one.closed]
        fitting = [one for one in everyone if one.subject == subject]
        if not fitting and claims.verified and claims.email:
            same = claims.email.casefold()
            fitting = [one for one in everyone if not one.subject and one.email.casefold() == same]
        if len(fitting) != 1:
            self._say("sign_in", None, what="refused", how="oidc", address=address, fitting=len(fitting))
            raise Refused
        found = fitting[0]
        if not found.subject:
            found = self._keep(found, found.next(subject=subject), found.account, "bound")
        return self._open(found, "oidc", address)

    def standing(self, token: str) -> Standing | None:
        """The session of this token; None if there is none, it is over or ended, or its account is closed."""
        if not token:
            return None
        digest, now = _digest(token), time.monotonic()
        known = self._believed.get(digest)
        if known is not None and now - known[0] < BELIEVED_S:
            found = known[1]
        else:
            found = self._looked_up(digest)
            with self._lock:
                if len(self._believed) >= BELIEVED:
                    self._believed.clear()
                self._believed[digest] = (now, found)
        return None if found is None or found.session.until <= self._wall() else found

    def sign_out(self, token: str) -> None:
        """Ends a session; one that there is not is no mistake."""
        standing = self.standing(token)
        if standing is None:
            return
        self._end([standing.session])
        self._recorder.append(standing.person, self._now(), _draft("sign_in", standing.person.account, what="out"))

    def change_password(self, token: str, old: str, new: str, *, address: str = "") -> Opened:
        """Another password, and another session: all that the account has end. Refused, or WeakPassword."""
        standing = self.standing(token)
        with self._store() as store:
            found = None if standing is None else account(store, standing.person.account)
        if standing is None or found is None or not found.password:
            raise Refused
        keys: list[Key] = [("here", found.account, str(found.version), "change")]
        if (wait := self._attempts.charge(keys, time.monotonic())) > 0:
            raise Refused(wait)
        if not self._passwords.right(found.password, old):
            self._say("sign_in", found, what="refused", how="change", address=address)
            raise Refused(self._attempts.waits(keys, time.monotonic()))
        self._attempts.forgive(keys)
        passwords.check(new, found.account, before=old)
        hashed = self._passwords.hashed(new)
        changed = self._keep(found, found.next(password=hashed, renew=False), found.account, "password")
        self._end_all(found.account)
        opened = self._open(changed, "password", address)
        return replace(opened, device=passwords.device_mark(changed.password))

    # --- keeping accounts -------------------------------------------------------------------

    def everyone(self) -> list[Account]:
        """All accounts, closed ones too."""
        with self._store() as store:
            return accounts(store)

    def add(self, wanted: Account, by: Person | str, *, password: bool = True) -> str:
        """Makes an account, or opens a closed one anew; its one-time password, "" if it shall have none.

        UsageError if it cannot be one, or if there is one already.
        """
        wanted = replace(wanted, account=normal(wanted.account), roles=checked_roles(wanted.roles))
        check(wanted)
        with self._store() as store:
            before = account(store, wanted.account)
            self._fits(store, wanted)
        if before is not None and not before.closed:
            raise UsageError(f"there is an account {wanted.account} already")
        once = passwords.one_time() if password else ""
        if not password and not (wanted.email or wanted.subject):
            raise UsageError("without a password an account needs the e-mail or subject that its provider knows")
        hashed = self._passwords.hashed(once) if once else ""
        version = 1 if before is None else before.version + 1
        made = replace(wanted, version=version, password=hashed, renew=bool(once), closed=False)
        self._keep(before, made, by, "added")
        return once

    def close(self, name: str, by: Person | str) -> None:
        """Closes an account and ends its sessions; UsageError if there is none that is open."""
        found = self._open_one(name)
        closed = found.next(closed=True, password="")  # nosec B106 # no password: nobody comes in
        self._keep(found, closed, by, "closed")
        self._end_all(found.account)

    def reset(self, name: str, by: Person | str) -> str:
        """Another one-time password, for one who forgot the own one; ends the account's sessions and its waiting."""
        found, once = self._open_one(name), passwords.one_time()
        self._keep(found, found.next(password=self._passwords.hashed(once), renew=True), by, "reset")
        self._end_all(found.account)
        return once

    def change(
        self,
        name: str,
        by: Person | str,
        *,
        roles: Iterable[str] | None = None,
        place: str | None = None,
        officer: str | None = None,
    ) -> Account:
        """Other roles, another place, another officer's code; None: as it is. Sessions go on with them."""
        found = self._open_one(name)
        given = {"place": place, "officer": officer, "roles": None if roles is None else checked_roles(roles)}
        changed = found.next(**{key: value for key, value in given.items() if value is not None})
        check(changed)
        with self._store() as store:
            self._fits(store, changed)
        changed = self._keep(found, changed, by, "changed")
        with self._lock:
            self._believed.clear()
        return changed

    # --- inside -----------------------------------------------------------------------------

    def _keys(self, found: Account | None, name: str, address: str, device: str) -> list[Key]:
        """What a failure counts for; a reset account begins anew."""
        version = "0" if found is None else str(found.version)
        if found is not None and passwords.is_marked(found.password, device):
            return [("browser", name, version, device)]
        return [("here", name, version, address), ("account", name, version), ("address", address)]

    def _open(self, found: Account, how: How, address: str) -> Opened:
        token, now = secrets.token_urlsafe(32), self._wall()
        session = Session(token=_digest(token), account=found.account, opened_at=now, until=now + self._hours)
        with self._store() as store:
            write_sessions(store, [session])
            again = account(store, found.account)
        if again is None or again.password != found.password or again.closed:  # changed while the password was checked
            self._end([session])
            raise Refused
        self._say("sign_in", found, what="in", how=how, address=address)
        return Opened(account=found.account, token=token, until=session.until, renew=found.renew and how == "password")

    def _looked_up(self, digest: str) -> Standing | None:
        with self._store() as store:
            found = sessions(store, token=digest)
            who = account(store, found[0].account) if found else None
            if who is None or who.closed:
                return None
            tree = self._organisation(store)
        roles = frozenset(who.roles)
        person = Person(
            account=who.account,
            name=who.name,
            roles=roles,
            scope=places.scope(roles, who.place, who.officer, tree),
            officer=who.officer,
        )
        return Standing(person=person, session=found[0], renew=who.renew, password=bool(who.password), place=who.place)

    def _organisation(self, store: Store) -> Organisation:
        now = time.monotonic()
        if self._tree is None or now - self._tree[0] > TREE_S:
            self._tree = now, organisation(store)
        return self._tree[1]

    def _fits(self, store: Store, wanted: Account) -> None:
        """UsageError for a place that the organisation does not have; where none is kept yet, any will do."""
        codes = {(row["field"], row["code"]) for row in store.query("org")}
        if not codes or wanted.place in ("", places.EVERYWHERE):
            return
        field, code = places.parse(wanted.place)
        if (field, code) not in codes:
            known = ", ".join(sorted(one for kind, one in codes if kind == field)[:8]) or "none"
            raise UsageError(f"the organisation has no {field} {code!r}; it has {known}, …")

    def _open_one(self, name: str) -> Account:
        with self._store() as store:
            found = account(store, normal(name))
        if found is None or found.closed:
            raise UsageError(f"there is no open account {normal(name)!r}")
        return found

    def _keep(self, before: Account | None, now: Account, by: Person | str, what: str) -> Account:
        """Keeps a version, first in the record, whose number it is: of two who change it at once the second is told."""
        for _ in range(5):
            try:
                self._recorder.append(by, self._now(), _about(now, what))
            except Taken:
                with self._store() as store:
                    latest = account(store, now.account)
                if latest != before:
                    raise
                now = replace(now, version=now.version + 1)  # recorded, then never kept: its writer died in between
                continue
            with self._store() as store:
                write_account(store, now)
            return now
        raise Taken(f"the account {now.account} is being changed by somebody else; look again")

    def _end(self, several: Iterable[Session]) -> None:
        ended = [replace(one, ended=True) for one in several]
        with self._store() as store:
            write_sessions(store, ended)
        with self._lock:
            for one in ended:
                self._believed[one.token] = (time.monotonic(), None)

    def _end_all(self, name: str) -> None:
        with self._store() as store:
            found = sessions(store, account=name)
        self._end(found)

    def _say(self, kind: Literal["sign_in"], found: Account | None, **body: object) -> None:
        """Records what happened; of an account that there is not, not even the name, which may be a password."""
        name = "" if found is None else found.account
        self._recorder.append(name or "system:sign-in", self._now(), _draft(kind, name, **body))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _draft(kind: Literal["sign_in", "account"], subject: str, **body: object) -> Draft:
    return Draft(kind=kind, subject=subject, body=body)


def _about(now: Account, what: str) -> Draft:
    body = {
        "what": what, "version": now.version, "name": now.name, "roles": list(now.roles), "place": now.place,
        "officer": now.officer, "oidc": bool(now.subject), "closed": now.closed,
    }  # fmt: skip
    return Draft(kind="account", subject=now.account, number=now.version, body=body)
