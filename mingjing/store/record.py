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


def holder(store: Store, kind: Kind, subject: str, number: int) -> tuple[str, str, str] | None:
    """Hash, actor and body of the entry that has a number of a subject; None: nobody has it."""
    found = store.query("record_holder", kind=kind, subject=subject, number=number)
    return (found[0]["hash"], found[0]["actor"], found[0]["body"]) if found else None


def total(store: Store) -> tuple[int, int]:
    """How many entries and chains there are."""
    row = store.query("record_total")[0]
    return row["entries"], row["chains"]


def ends(store: Store) -> dict[str, int]:
    """How far each chain has come, by what the server noted beside the record."""
    return {_text(row["chain"]): row["last"] for row in store.query("record_ends")}


def tips(store: Store) -> list[tuple[str, int, str]]:
    """The last place of each chain and its hash, as the record has them."""
    return [(_text(row["chain"]), row["last"], _text(row["tip"])) for row in store.query("record_tips")]


def doubled_numbers(store: Store, limit: int = 1_000) -> list[tuple[Kind, str, int, list[tuple[str, int]]]]:
    """Kind, subject and number that more than one entry has, with their places (chain, seq)."""
    rows = store.query("record_doubled", limit=limit)
    places = [[(_text(chain), seq) for chain, seq in row["places"]] for row in rows]
    return [
        (_text(row["kind"]), _text(row["subject"]), row["number"], held) for row, held in zip(rows, places, strict=True)
    ]


def expired(store: Store, keep: str, before: datetime, chains: int) -> dict[str, list[int]]:
    """Places of one retention class from before an instant that still have their body, by chain; so many chains."""
    rows = store.query("record_expired", keep=keep, before=micros(before), limit=chains)
    return {row["chain"]: row["places"] for row in rows}


def waiting(store: Store, keep: str, before: datetime) -> int:
    """How many entries of one retention class from before an instant still have their body."""
    waits: int = store.query("record_waiting", keep=keep, before=micros(before))[0]["entries"]
    return waits


def blank(store: Store, keep: str, before: datetime, reached: Mapping[str, int]) -> None:
    """Takes bodies of that class from before that instant out of some chains, up to a place in each; waits for it."""
    store.query("record_blank", keep=keep, before=micros(before), chains=list(reached), reached=list(reached.values()))


def as_entry(row: Mapping[str, Any]) -> Entry:
    """An entry of a row of one of the record's queries."""
    plain = {name: _text(value) for name, value in row.items()}
    return Entry(at=at_once(plain.pop("instant")), **plain)


def by_chain(store: Store) -> Iterator[Entry]:
    """Everything, by chain and place in it, in bounded memory."""
    names = ("chain", "seq", "at", *Entry.__struct_fields__[3:])
    for row in store.each("record_chains"):
        plain = dict(zip(names, map(_text, row), strict=True))
        plain["at"] = at_once(plain["at"])
        yield Entry(**plain)


def _text(value: Any) -> Any:
    """A value as it is; bytes that are no UTF-8, which nobody recorded so, as a text that fits no hash."""
    return f"\N{REPLACEMENT CHARACTER}{value.hex()}" if isinstance(value, bytes) else value
