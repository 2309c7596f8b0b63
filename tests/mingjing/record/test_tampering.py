"""A thousand changes of single rows, made in the database; each is found and named."""

from pathlib import Path
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from mingjing.errors import UsageError
from mingjing.record.anchors import FOLDER, Anchor, Head, anchor, heads
from mingjing.record.audit import audit
from mingjing.record.check import Break
from mingjing.record.entry import Entry, link
from mingjing.record.keys import Signer, signer
from mingjing.record.recorder import Draft, Recorder
from mingjing.store import Store
from mingjing.store.record import ends, write_entries
from tests.mingjing.record.samples import NOW, chain, sealed
from tests.recording import recording

pytestmark = pytest.mark.store

CHANGES = 1_000
UNTOUCHED = 50
KEYS = ("chain", "seq", "kind", "subject", "number")  # the table's order: ClickHouse itself refuses to change them
TEXTS = tuple(name for name in Entry.__struct_fields__ if name not in (*KEYS, "at"))
Where = list[tuple[str, int]]


def sql(store: Store, statement: str, **parameters: object) -> None:
    """As somebody who has every right in the database."""
    store._connection.select(statement + " SETTINGS mutations_sync = 1", parameters)


def alter(store: Store, column: str, value: str, where: Where) -> None:
    sql(store, f"ALTER TABLE record UPDATE `{column}` = {value} WHERE {WITHIN}", **places(where))


def remove(store: Store, where: Where) -> None:
    sql(store, f"ALTER TABLE record DELETE WHERE {WITHIN}", **places(where))


WITHIN = "has(arrayZip({chains:Array(String)}, {seqs:Array(UInt64)}), (chain, seq))"


def places(where: Where) -> dict[str, object]:
    return {"chains": [chain for chain, _ in where], "seqs": [seq for _, seq in where]}


def test_a_thousand_changes_of_single_rows_are_all_found(store: Store, seal_dir: Path) -> None:
    """Each in a chain of its own: a field altered, a row removed (the last one too), a row inserted."""
    random, key = Random(20260331), signer(seal_dir)  # noqa: S311  # the same changes in each run
    chains = [chain(key, random.randint(2, 4)) for _ in range(CHANGES + UNTOUCHED)]
    write_entries(store, [entry for one in chains for entry in one], "all")
    assert list(audit(store, seal_dir)) == []
    todo: dict[str, Where] = {}
    inserted: list[Entry] = []
    for n, entries in enumerate(chains[:CHANGES]):
        entry = entries[-1] if n % 5 == 0 else random.choice(entries)
        place = (entry.chain, entry.seq)
        how = random.choice([*TEXTS, "at", "remove", "remove", "insert", "copy", *KEYS])
        if how in KEYS:
            todo.setdefault("remove", []).append(place)
            value = getattr(entry, how)
            other = "note" if how == "kind" else value + 1 if how in ("seq", "number") else value + "x"
            inserted.append(replace(entry, **{how: other}))
        elif how == "insert":
            inserted.append(replace(entry, seq=entry.seq + random.choice([0, 1, 7]), actor="somebody else"))
        elif how == "copy":
            inserted.append(entry)
        else:
            todo.setdefault(how, []).append(place)
    for how, where in todo.items():
        if how == "remove":
            remove(store, where)
        else:
            alter(store, how, "addMicroseconds(at, 1)" if how == "at" else f"concat(`{how}`, '0')", where)
    write_entries(store, inserted, "inserted")
    named = {one.chain.rstrip("x") for one in audit(store, seal_dir)}
    touched, whole = {one[0].chain for one in chains[:CHANGES]}, {one[0].chain for one in chains[CHANGES:]}
    assert touched - named == set()
    assert named & whole == set()


def told(breaks: list[Break], chain: str) -> str:
    """What is said of a chain, in one text."""
    return "; ".join(one.what for one in breaks if one.chain == chain)


@pytest.fixture
def written(store: Store, seal_dir: Path) -> list[list[Entry]]:
    """Two chains, written yesterday."""
    chains = [chain(signer(seal_dir), 5), chain(signer(seal_dir), 4)]
    write_entries(store, [entry for one in chains for entry in one], "written")
    return chains


def cut(store: Store, chain: str, keep: int) -> None:
    """Takes away a chain's end, and what the server noted beside the record."""
    known = ends(store) | {chain: keep}
    sql(store, "ALTER TABLE record DELETE WHERE chain = {chain:String} AND seq > {keep:UInt64}", chain=chain, keep=keep)
    store._connection.command("TRUNCATE TABLE record_heads")
    known = {one: seq for one, seq in known.items() if seq}
    store.insert("record_heads", {"chain": list(known), "seq": list(known.values())})


def test_a_whole_chain_that_is_missing_is_named(store: Store, seal_dir: Path, written: list[list[Entry]]) -> None:
    gone = written[0][0].chain
    remove(store, [(gone, entry.seq) for entry in written[0]])
    assert told(list(audit(store, seal_dir)), gone) == "the whole chain is missing, 5 entries"


def test_who_changes_the_noted_ends_as_well_is_found_by_the_anchors(
    store: Store, seal_dir: Path, written: list[list[Entry]], desk_dsn: str
) -> None:
    """A cut-off end, a whole chain, and the anchor's own entry, of which there is a file."""
    short, gone = written[0][0].chain, written[1][0].chain
    with recording(desk_dsn, seal_dir) as one:
        made = anchor(one, store, seal_dir, NOW, NOW.date())
    assert list(audit(store, seal_dir)) == []
    cut(store, short, 3)
    cut(store, gone, 0)
    cut(store, made.chain, 0)
    found = list(audit(store, seal_dir))
    assert told(found, short) == "its end was cut off: the anchor of 2026-03-31 knows entry 5"
    assert told(found, gone) == "the whole chain is missing, 4 entries; anchors of 2026-03-31 know it"
    assert told(found, made.chain).startswith("the whole chain is missing, 2 entries")


def test_a_record_written_anew_with_the_stolen_key_is_found_by_the_anchors(
    store: Store, seal_dir: Path, written: list[list[Entry]], desk_dsn: str
) -> None:
    """Nothing in the chain itself can show it; the anchor was taken before."""
    with recording(desk_dsn, seal_dir) as one:
        anchor(one, store, seal_dir, NOW, NOW.date())
    other = [replace(entry, chain=written[0][0].chain) for entry in chain(signer(seal_dir), 5)]
    remove(store, [(entry.chain, entry.seq) for entry in written[0]])
    write_entries(store, rewritten(other, seal_dir), "anew")
    found = list(audit(store, seal_dir))
    assert [one.what for one in found] == [
        "entry 5 is not the one that the anchor of 2026-03-31 knows: the chain was written anew"
    ]


def rewritten(entries: list[Entry], seal_dir: Path) -> list[Entry]:
    """A chain that fits, by the hand that has the key."""
    made: list[Entry] = []
    for entry in entries:
        made.append(sealed(entry, signer(seal_dir), link(made[-1]) if made else entry.prev))
    return made


def test_an_anchors_file_is_the_entry_and_cannot_be_altered(store: Store, seal_dir: Path, desk_dsn: str) -> None:
    """Altered, it is named; taken away, it is written again; the day's second anchor is its first."""
    with recording(desk_dsn, seal_dir) as one, recording(desk_dsn, seal_dir) as two:
        made = anchor(one, store, seal_dir, NOW, NOW.date())
        file = seal_dir / FOLDER / "2026-03-31.json"
        text = file.read_bytes()
        file.unlink()
        assert anchor(two, store, seal_dir, NOW, NOW.date()) == made
        assert file.read_bytes() == text
    file.write_bytes(text.replace(made.hash.encode(), b"0" * 64))
    assert [one.what for one in audit(store, seal_dir)] == [f"{file} was altered"]
    file.write_bytes(b"{")
    assert [one.what for one in audit(store, seal_dir)] == [f"{file} was altered"]


def test_what_strangers_put_there_frames_nobody_and_stops_no_check_and_no_anchor(
    store: Store, seal_dir: Path, written: list[list[Entry]], desk_dsn: str
) -> None:
    """Bytes that are no text; an anchor that says of an innocent chain that it went further."""
    stranger = Signer.fresh()
    opened, entry = chain(stranger, 2)
    body = msgspec.json.encode(Anchor(heads=(Head(written[0][0].chain, 10**9, "0" * 64),))).decode()
    write_entries(
        store, [opened, sealed(replace(entry, kind="anchor", subject="2026-04-01", body=body), stranger)], "x"
    )
    alter(store, "officer", "unhex('ff41')", [(written[1][1].chain, 2)])
    with recording(desk_dsn, seal_dir) as one:
        made = anchor(one, store, seal_dir, NOW, NOW.date())
    assert {head.chain for head in heads(made)} >= {one[0].chain for one in written}
    named = [(one.chain, one.seq) for one in audit(store, seal_dir)]
    assert named == sorted([(opened.chain, 1), (written[1][0].chain, 2)])
    copied = seal_dir / FOLDER / "2026-04-01.json"
    copied.write_bytes((seal_dir / FOLDER / "2026-03-31.json").read_bytes())
    assert f"{copied} was altered" in [one.what for one in audit(store, seal_dir)]


def test_two_entries_of_one_number_are_named(store: Store, seal_dir: Path) -> None:
    """The store lets only one in; whoever writes past the recorder is found."""
    both = []
    for n, made in enumerate(chain(signer(seal_dir), 2) for _ in range(2)):
        act = replace(made[1], kind="act", subject="f1", number=1)
        both += rewritten([made[0], act], seal_dir)
        write_entries(store, both[-2:], f"t{n}")
    found = list(audit(store, seal_dir))
    assert [(one.kind, one.subject) for one in found] == [("act", "f1")]
    assert "number 1 of this subject is also that of" in found[0].what


def test_without_a_trusted_key_nothing_can_be_checked(store: Store, seal_dir: Path) -> None:
    """Better said than taken for a sound record."""
    with pytest.raises(UsageError, match="holds no key"):
        list(audit(store, seal_dir))


def test_the_check_tells_how_far_it_is(recorder: Recorder, store: Store, seal_dir: Path) -> None:
    recorder.append_all("system:test", NOW, [Draft(kind="message", subject=str(n)) for n in range(1_100)])
    seen: list[int] = []
    assert list(audit(store, seal_dir, seen.append)) == []
    assert sum(seen) == 1_101
    assert len(seen) == 2
