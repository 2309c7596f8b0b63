"""Accounts 账号 and sessions as they are kept, and what makes an account a sound one. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mingjing.access import ROLES, Role, places
from mingjing.access.permissions import conflict
from mingjing.errors import UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class Account(Struct, frozen=True, kw_only=True):
    """Who may sign in, and as what. Of an account the last version counts.

    `password`: its argon2 hash, "": none, so only the provider of OpenID Connect lets it in. `renew`: the password is a
    one-time one and must be changed first. `subject`: issuer and subject at the provider, with a space between.
    """

    account: str
    version: int = 1
    name: str = ""
    roles: tuple[Role, ...] = ()
    place: str = ""
    officer: str = ""
    password: str = ""
    renew: bool = False
    subject: str = ""
    email: str = ""
    closed: bool = False

    def next(self, **changes: object) -> "Account":
        """The version after this one."""
        return replace(self, version=self.version + 1, **changes)


class Session(Struct, frozen=True, kw_only=True):
    """A stay of somebody who signed in; `token`: the digest of what the browser holds. Instants in UTC, wall clock."""

    token: str
    account: str
    opened_at: datetime
    until: datetime
    ended: bool = False


def normal(name: str) -> str:
    """An account's name as it is kept: NFKC, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def checked_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles in their order; UsageError for one that there is not, and for two that nobody may have at once."""
    given = set(roles)
    if unknown := sorted(given - set(ROLES)):
        raise UsageError(f"there is no role {unknown[0]!r}; there are {', '.join(ROLES)}")
    kept = tuple(role for role in ROLES if role in given)
    if not kept:
        raise UsageError(f"an account needs a role: {', '.join(ROLES)}")
    if both := conflict(frozenset(kept)):
        raise UsageError(f"nobody is {both[0]} and {both[1]} at once: who is supervised does not supervise")
    return kept


def check(account: Account) -> None:
    """Raises UsageError if this cannot be an account, with what would be right."""
    if not _NAME.fullmatch(account.account):
        raise UsageError(
            f"{account.account!r} cannot be an account's name; take 2 to 40 of a-z, 0-9, dot, - and _, "
            "a letter or digit first"
        )
    given = {
        "a person's name": (account.name, 80), "an officer's code": (account.officer, 64),
        "an e-mail": (account.email, 254), "a subject": (account.subject, 512),
    }  # fmt: skip
    for what, (text, most) in given.items():
        if len(text) > most or any(unicodedata.category(one).startswith("C") for one in text):
            raise UsageError(f"{what} has at most {most} printable characters")
    checked_roles(account.roles)
    places.check(frozenset(account.roles), account.place, account.officer)
