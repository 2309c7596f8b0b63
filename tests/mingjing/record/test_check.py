"""What is altered, removed or inserted in a chain is found and named."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mingjing.record.check import EVERY
from mingjing.record.entry import Entry, link
from mingjing.record.keys import Signer
from mingjing.record.recorder import Draft
from tests.mingjing.record.samples import NOW, Shelf, breaks, chain, sealed

KEY = Signer.fresh()
STRANGER = Signer.fresh()
LONG = chain(KEY, EVERY + 20)
SHORT = chain(KEY, 12)


def test_a_record_as_it_was_written_has_no_breaks() -> None:
    assert breaks([*SHORT, *LONG, *chain(KEY, 1)], KEY) == []


@pytest.mark.parametrize("name", Entry.__struct_fields__)
@pytest.mark.parametrize("place", [0, 5, 11])
def test_no_field_of_an_entry_can_be_altered(name: str, place: int) -> None:
    """First, in the middle, last; the entry itself is among what is named."""
    one = SHORT[place]
    value = getattr(one, name)
    other: object = f"{value}x"
    if name in ("seq", "number"):
        other = value + 100
    elif name == "at":
        other = NOW
    elif name in ("hash", "prev", "signature", "salt", "digest"):
        other = ("0" if value[:1] != "0" else "1") + value[1:]
    changed = replace(one, **{name: other})
    found = breaks([*SHORT[:place], changed, *SHORT[place + 1 :]], KEY)
    assert any(one.seq in (changed.seq, SHORT[place].seq) for one in found)


@pytest.mark.parametrize("place", [0, 3, EVERY - 1, EVERY, EVERY + 4])
def test_a_removed_entry_is_missed(place: int) -> None:
    found = breaks([*LONG[:place], *LONG[place + 1 :]], KEY)
    assert [one.seq for one in found] == [place + 2]
    assert "missing" in found[0].what


def forged(entries: Sequence[Entry], place: int, key: Signer | None) -> list[Entry]:
    """The chain with another body at a place, and everything after it made to fit."""
    rest = [sealed(replace(entries[place], body='{"reason":"nothing"}'), key)]
    for entry in entries[place + 1 :]:
        rest.append(sealed(entry, key, link(rest[-1])))
    return [*entries[:place], *rest]


@pytest.mark.parametrize("place", [2, EVERY - 1, EVERY + 10, EVERY + 19])
@pytest.mark.parametrize("key", [None, STRANGER])
def test_a_chain_made_to_fit_lacks_the_key(place: int, key: Signer | None) -> None:
    """Right hashes are no secret; signatures are. The first forged entry is named."""
    found = breaks(forged(LONG, place, key), KEY)
    assert found
    assert found[0].seq == LONG[place].seq
    assert "signature" in found[0].what


def test_an_entry_that_was_replaced_is_named() -> None:
    """And so is the one after it, which cannot know it."""
    found = breaks([*LONG[:7], sealed(replace(LONG[7], actor="li"), None), *LONG[8:]], KEY)
    assert {one.seq for one in found} == {8, 9}


def test_an_inserted_entry_is_named() -> None:
    """A copy, and another under the same place."""
    assert [one.what for one in breaks([*SHORT, SHORT[4]], KEY)] == ["stands there twice"]
    found = breaks([*SHORT, sealed(replace(SHORT[4], actor="li"), None)], KEY)
    assert (5, "two different entries have this place") in {(one.seq, one.what) for one in found}


def test_a_chain_of_a_stranger_is_named() -> None:
    """Whoever can write into the database can open a chain; without a trusted key it is none of ours."""
    found = breaks([*SHORT, *chain(STRANGER, 5)], KEY)
    assert [one.seq for one in found] == [1]
    assert "not trusted" in found[0].what


def test_a_chain_without_its_opening_is_held_against_all_trusted_keys() -> None:
    """Its first entries are missing, and nothing new can be slipped in behind."""
    found = breaks(forged(SHORT, 6, STRANGER)[1:], KEY)
    assert {one.seq for one in found if "signature" in one.what} == set(range(7, 13))


def test_a_body_may_be_gone_if_that_was_recorded() -> None:
    bare = [*SHORT[:4], replace(SHORT[4], body="", salt=""), *SHORT[5:]]
    assert breaks(bare, KEY, erased=[(bare[4].chain, 5)]) == []
    assert [(one.seq, one.what) for one in breaks(bare, KEY)] == [
        (5, "its body is gone, and nobody recorded that it was erased")
    ]


def test_naming_an_entry_as_erased_does_not_let_it_be_altered() -> None:
    changed = [*SHORT[:4], replace(SHORT[4], body='{"reason":"none"}'), *SHORT[5:]]
    assert [one.seq for one in breaks(changed, KEY, erased=[(changed[4].chain, 5)])] == [5]


texts = st.text(max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), max_size=6))
def test_whatever_is_recorded_keeps_the_seal_and_whatever_is_moved_breaks_it(
    said: list[tuple[str, str, str]],
) -> None:
    """Texts of all scripts, quotes, nothing at all; two values that change places between fields are an alteration."""
    shelf = Shelf(KEY)
    for actor, subject, reason in said:
        shelf.append(actor, NOW, Draft(kind="note", subject=subject, case_id=actor, body={"text": reason}))
    assert breaks(shelf.entries, KEY) == []
    for place, one in enumerate(shelf.entries):
        if one.subject != one.case_id:
            swapped = replace(one, subject=one.case_id, case_id=one.subject)
            assert breaks([*shelf.entries[:place], swapped, *shelf.entries[place + 1 :]], KEY)
