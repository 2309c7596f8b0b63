"""One entry of the sealed record, and how it is sealed to the one before it. Pure."""

import hashlib
import json
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from mingjing.instants import micros

Kind = Literal[
    "opened",  # the first entry of a chain: its writer's public key
    "act",  # a step of handling; subject: the finding, number: which act of that finding it is
    "taken",  # somebody acted, and another had been quicker by an instant; it keeps the chain whole
    "event",  # a case event that a person entered (complaint, inspection); body: the CaseEvent; relayed to Kafka
    "view",  # personal data were shown; subject: the case or finding; body: the reason
    "export",  # figures or cases left the service; body: what, how many
    "sign_in",  # a person came in, was refused, or left; subject: the account
    "account",  # an account was made or changed; subject: the account
    "change",  # rules, items, calendars, schemes: proposed, approved, adopted; body: digests and differences
    "note",  # an investigator's note; subject: note:…, number: its version, case_id: the case
    "file",  # a sealed file 封存卷 of several cases; subject: file:…, number: its version; body: title, cases, readers
    "message",  # a mail or web call went out, or failed
    "anchor",  # the heads of all chains at the end of a day
    "erased",  # bodies whose time was over were erased; body: which (chain, seq)
]
KINDS: tuple[Kind, ...] = get_args(Kind)

KEEP: dict[Kind, str] = {
    "opened": "seal",
    "anchor": "seal",
    "erased": "seal",
    "change": "change",
    "act": "handling",
    "taken": "handling",
    "event": "handling",
    "note": "handling",
    "file": "handling",
    "view": "access",
    "export": "access",
    "sign_in": "access",
    "account": "access",
    "message": "message",
}
"""The retention class of each kind, where a writer names no other; mingjing.privacy.retention says how long."""

FIRST = "0" * 64
"""What stands in the place of the previous hash in a chain's first entry."""


class Entry(Struct, frozen=True, kw_only=True):
    """One entry. `at` in UTC. The codes say who may see it (mingjing.access.Scope).

    `number` is the version of the subject that it makes, 0 where subjects have no versions: the store keeps one entry
    of a kind, subject and number, so of two people who act at the same time the second is told.
    `salt` keeps short bodies from being guessed from their digest once they are erased.
    """

    chain: str
    seq: int  # 1, 2, 3 …: one without its predecessor shows that something is missing
    at: datetime
    kind: Kind
    actor: str  # the account; "system:…" for what the service does by itself
    subject: str = ""
    number: int = 0
    case_id: str = ""
    region: str = ""
    department: str = ""
    window: str = ""
    officer: str = ""
    keep: str = ""  # retention class (KEEP)
    digest: str = ""  # of salt and body
    prev: str = FIRST  # link() of the entry before
    hash: str = ""  # of all fields above
    signature: str = ""  # of the hash, by the writer's key
    salt: str = ""
    body: str = ""  # JSON


def body_digest(salt: str, body: str) -> str:
    """SHA-256 of salt and body, in hex."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def entry_hash(entry: Entry) -> str:
    """SHA-256, in hex, of everything that is sealed: all fields but hash, signature, salt and body."""
    sealed = [
        entry.chain, entry.seq, micros(entry.at), entry.kind, entry.actor, entry.subject, entry.number, entry.case_id,
        entry.region, entry.department, entry.window, entry.officer, entry.keep, entry.digest, entry.prev,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def link(entry: Entry) -> str:
    """SHA-256, in hex, of an entry's hash and signature: the `prev` of the next.

    So whoever trusts the signature of one entry knows that all before it, with their signatures, are as they were.
    """
    return hashlib.sha256(f"{entry.hash}\n{entry.signature}".encode()).hexdigest()
