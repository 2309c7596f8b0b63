"""From roles and a place to what may be seen."""

import pytest

from mingjing.access import NOTHING, WHOLE, Role, Scope, places
from mingjing.errors import UsageError
from mingjing.scoring.details import Organisation

TREE = Organisation(
    [
        ("region", "51", ""), ("region", "5101", "51"), ("region", "5102", "51"), ("region", "510101", "5101"),
        ("department", "D1", "5101"), ("department", "D2", "5102"), ("department", "D3", "510101"),
        ("window", "W1", "D1"), ("window", "W2", "D2"), ("window", "W3", "D3"),
        ("officer", "O1", "W1"), ("officer", "O2", "W2"),
    ]
)  # fmt: skip


def seen(place: str, *roles: Role, officer: str = "") -> Scope:
    return places.scope(frozenset(roles), place, officer, TREE)


def test_a_region_is_seen_with_all_below_it_and_nothing_beside() -> None:
    scope = seen("region:5101", "supervisor")
    assert scope.regions == frozenset({"5101", "510101"})
    assert scope.counters is not None
    assert {"W1", "W3"} <= scope.counters
    assert "W2" not in scope.counters
    assert not scope.sees(region="51")
    assert not scope.sees(region="")


def test_departments_windows_and_officers_are_seen_alone() -> None:
    assert seen("department:D1", "department").departments == frozenset({"D1"})
    assert seen("window:W1", "lead").windows == frozenset({"W1"})
    alone = seen("window:W1", "officer", officer="O1")
    assert alone.officers == frozenset({"O1"})
    assert not alone.sees(region="5101", department="D1", window="W1", officer="O2")


def test_everywhere_is_the_whole_and_an_administrator_sees_nothing() -> None:
    assert seen("*", "leader") == WHOLE
    assert seen("*", "administrator") == NOTHING
    assert seen("", "supervisor") == NOTHING
    assert seen("*") == NOTHING


def test_a_region_that_the_tree_does_not_have_is_only_itself() -> None:
    assert seen("region:99", "leader").regions == frozenset({"99"})


@pytest.mark.parametrize("place", ["region", "region:", "county:1", "region:1\n2", "region:1 ", "**", "window:a:b"])
def test_what_is_no_place_is_told(place: str) -> None:
    with pytest.raises(UsageError, match="is no place"):
        places.parse(place)
