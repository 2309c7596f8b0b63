"""The store's part for the sealed record 封存记录."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mingjing.instants import EARLIEST, LATEST, at_once, micros
from mingjing.record.entry import Entry, Kind
from mingjing.store.client import Store
from mingjing.store.rows import Columns

EVERYTHING = 4_000_000_000  # more rows than an answer has


def write_entries(store: Store, rows: Sequence[Entry], token: str) -> bool:
    """Appends sealed entries, once per token; whether they were sent more than once. Only for mingjing.record."""
    columns: Columns = {
        name: [micros(row.at) if name == "at" else getattr(row, name) for row in rows]
        for name in Entry.__struct_fields__
    }
    return store.insert("record", columns, token)


def holds(store: Store, entry: Entry) -> bool:
    """Whether this very entry is stored."""
    found = entries(store, kinds=[entry.kind], subjects=[entry.subject], chain=entry.chain, seq=entry.seq)
    return any(one.hash == entry.hash for one in found)


def entries(
    store: Store,
    *,
    kinds: Collection[Kind] = (),
    subjects: Collection[str] = (),
    cases: Collection[str] = (),
    actors: Collection[str] = (),
    number: int = 0,
    chain: str = "",
    seq: int = 0,
    since: datetime = EARLIEST,
    until: datetime = LATEST,
    limit: int = EVERYTHING,
    latest_first: bool = False,
) -> list[Entry]:
    """Entries by kind, subject and number, or the latest first; what is not given filters nothing.

    Quick by kind and subject, or by case; `since` to before `until` is when it happened (to the millisecond).
    """
    name = "record_latest" if latest_first else "record_entries"
    given = {"kinds": kinds, "subjects": subjects, "cases": cases, "actors": actors, "number": number}
    given |= {"chain": chain, "seq": seq, "since": since, "until": until, "limit": limit}
    return [as_entry(row) for row in store.query(name, **given)]


def as_entry(row: Mapping[str, Any]) -> Entry:
    """An entry of a row of one of the record's queries."""
    plain = dict(row)
    return Entry(at=at_once(plain.pop("instant")), **plain)


def by_chain(store: Store) -> Iterator[Entry]:
    """Everything, by chain and place in it, in bounded memory."""
    names = ("chain", "seq", "at", *Entry.__struct_fields__[3:])
    for row in store.each("record_chains"):
        plain = dict(zip(names, row, strict=True))
        plain["at"] = at_once(plain["at"])
        yield Entry(**plain)
