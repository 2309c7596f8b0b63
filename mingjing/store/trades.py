"""What the store knows of draws of experts and of parties to public trades, for mingjing.insight."""

from collections.abc import Sequence
from datetime import datetime

from mingjing.insight.experts import Member, Told, member, told
from mingjing.insight.parties import Part, Record, record
from mingjing.store.client import Store
from mingjing.store.registers import register_rows

READ = 20_000
"""The most draws, or parts in tenders, that are read at once."""


def draws(store: Store, since: datetime, until: datetime) -> list[Told]:
    """The draws that occurred within a time, the latest first, at most READ."""
    return [told(row) for row in store.query("draws", since=since, until=until, limit=READ)]


def members(store: Store) -> list[Member]:
    """All stays in the expert pool, of all time."""
    return [member(one.code, one.fields, one.valid_from, one.valid_to) for one in register_rows(store, "experts")]


def records(store: Store) -> list[Record]:
    """All integrity records, of all time."""
    return [record(one.code, one.fields, one.valid_from, one.valid_to) for one in register_rows(store, "integrity")]


def parts(store: Store, parties: Sequence[str], since: datetime, until: datetime) -> list[Part]:
    """What these parties did in tenders within a time, the latest first, at most READ."""
    rows = store.query("party_tenders", parties=list(parties), since=since, until=until, limit=READ)
    return [Part(**row) for row in rows]
