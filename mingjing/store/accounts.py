"""The store's part for accounts and sessions."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from mingjing.access import ROLES
from mingjing.accounts.account import Account, Session
from mingjing.store.client import Store
from mingjing.store.rows import struct_columns


def accounts(store: Store, *names: str) -> list[Account]:
    """The accounts of these names as they last were, in the order of names; without names all."""
    return [_account(row) for row in store.query("accounts", accounts=list(names))]


def account(store: Store, name: str) -> Account | None:
    """One account, None if there is none of this name."""
    found = accounts(store, name) if name else []
    return found[0] if found else None


def write_account(store: Store, one: Account) -> None:
    """Keeps a version of an account."""
    store.insert("accounts", struct_columns([one], Account))


def sessions(store: Store, *, token: str = "", account: str = "") -> list[Session]:
    """The sessions of a token's digest or of an account that were not ended; some may be over."""
    rows = store.query("sessions", token=token, account=account)
    return [
        Session(
            token=row["token"],
            account=row["account"],
            opened_at=row["opened_at"].astimezone(UTC),
            until=row["until"].astimezone(UTC),
            ended=bool(row["ended"]),
        )
        for row in rows
    ]


def write_sessions(store: Store, several: Sequence[Session]) -> None:
    """Keeps sessions as they are now: what is written later about one counts."""
    if several:
        store.insert("sessions", struct_columns(several, Session))


def _account(row: dict[str, Any]) -> Account:
    given = set(row["roles"])
    flags = {name: bool(row[name]) for name in ("renew", "closed")}
    return Account(**{**row, **flags, "roles": tuple(role for role in ROLES if role in given)})
