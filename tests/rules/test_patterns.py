"""Event patterns: what they match, as JSON means equal, and that any list means any of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.types import CaseEvent
from rules.patterns import Pattern, PatternTable, Slot, getter
from tests.mingjing import strategies
from tests.rules.judging import event


def slots(table: PatternTable, one: CaseEvent) -> list[Slot]:
    fillings = table.fillings()
    return list(fillings.slots[fillings.of(one)])


def fills(patterns: list[Pattern], one: CaseEvent) -> bool:
    table = PatternTable()
    return table.slot(patterns) in slots(table, one)


def data(value: Any) -> CaseEvent:
    return event("fee_paid", "2026-03-02T10:00", data={"x": value})


@pytest.mark.parametrize(
    ("wanted", "has", "matches"),
    [
        (1, 1, True), (1, 1.0, True), (1, "1", False), (1, True, False), (0, False, False), (True, True, True),
        (True, 1, False), ("a", "a", True), ("a", "A", False), ("a", ["a"], False), (None, None, True),
        ("", None, False), (1.5, 1.5, True), (2, {"a": 2}, False),
    ],
)  # fmt: skip
def test_equal_means_equal_as_json(wanted: object, has: object, matches: bool) -> None:
    """Python holds True equal to 1; a rule about an amount of 1 must not match a flag."""
    assert fills([Pattern("fee_paid", (("data.x", (wanted,)),))], data(has)) is matches
    two_fields = Pattern("fee_paid", (("data.x", (wanted,)), ("item", ("i",))))
    assert fills([two_fields], data(has)) is matches


def test_a_field_that_the_event_lacks_equals_no_value() -> None:
    assert not fills([Pattern("fee_paid", (("officer", ("o1",)),))], data(1))
    assert not fills([Pattern("fee_paid", (("data.y", (1,)),))], data(1))


def test_any_of_several_values_and_any_of_several_patterns_will_do() -> None:
    one = Pattern("fee_paid", (("data.x", (1, 2)),))
    assert fills([one], data(2))
    assert not fills([one], data(3))
    assert fills([one, Pattern("fee_paid", (("data.x", (3,)),))], data(3))
    assert not fills([one], event("accepted", "2026-03-02T10:00", x=1))


def test_all_fields_of_a_pattern_must_agree() -> None:
    pattern = Pattern("fee_paid", (("data.x", (1,)), ("officer", ("o1",))))
    assert fills([pattern], event("fee_paid", "2026-03-02T10:00", x=1, officer="o1"))
    assert not fills([pattern], event("fee_paid", "2026-03-02T10:00", x=1, officer="o2"))


def test_fields_within_fields_can_be_asked() -> None:
    nested = event("fee_paid", "2026-03-02T10:00", data={"payee": {"account": "7"}})
    assert fills([Pattern("fee_paid", (("data.payee.account", ("7",)),))], nested)
    assert not fills([Pattern("fee_paid", (("data.x.account", ("7",)),))], data(1))


def test_an_event_fills_a_slot_once_and_an_unheard_of_type_fills_none() -> None:
    """A list of patterns that overlap must not count one event twice."""
    table = PatternTable()
    slot = table.slot([Pattern("fee_paid", ()), Pattern("fee_paid", (("data.x", (1,)),))])
    assert slots(table, data(1)) == [slot]
    assert slots(table, event("never_heard_of", "2026-03-02T10:00")) == []


def test_equal_slots_of_different_rules_are_one_slot() -> None:
    table = PatternTable()
    one, other = Pattern("a", ()), Pattern("b", ())
    assert table.slot([one, other]) == table.slot([other, one])
    assert table.slot([one]) != table.slot([other])


def test_a_number_and_a_flag_that_python_holds_equal_are_two_slots() -> None:
    """Two rules of one book, one about an amount of 1, one about a flag: neither may hear the other's events."""
    table = PatternTable()
    number, flag = (table.slot([Pattern("fee_paid", (("data.x", (value,)),))]) for value in (1, True))
    assert (slots(table, data(1)), slots(table, data(True))) == ([number], [flag])


values = st.sampled_from([0, 1, 2, True, False, "1", "a", " ", None, 1.0, 2.5])
wanted_values = st.lists(values, min_size=1, max_size=2).map(tuple)
fields = st.dictionaries(st.sampled_from(["data.x", "data.y", "officer"]), wanted_values, max_size=2)
paths = st.lists(st.sampled_from(["data.x", "data.y", "window"]), max_size=2, unique=True).map(tuple)
pattern = st.builds(Pattern, st.sampled_from(["a", "b"]), fields.map(lambda made: tuple(made.items())), paths, paths)


@given(
    book=st.lists(st.lists(pattern, min_size=1, max_size=3), max_size=4),
    kind=st.sampled_from("abc"),
    x=values,
    y=values,
)
def test_the_table_agrees_with_asking_every_pattern(book: list[list[Pattern]], kind: str, x: object, y: object) -> None:
    """The table looks a type up once for all rules; that must change nothing."""
    one = event(kind, "2026-03-02T10:00", data={"x": x, "y": y}, officer="a")
    table = PatternTable()
    numbered = [(table.slot(patterns), patterns) for patterns in book]

    def matches(each: Pattern) -> bool:
        return (
            each.type == one.type
            and all(
                any((type(value) is bool) == (type(has) is bool) and value == has for value in wanted)
                for path, wanted in each.fields
                for has in [getter(path)(one)]
            )
            and all(getter(path)(one) not in (None, " ") for path in each.has)
            and all(getter(path)(one) in (None, " ") for path in each.lacks)
        )

    assert sorted(slots(table, one)) == sorted({slot for slot, patterns in numbered if any(map(matches, patterns))})


@pytest.mark.parametrize(
    ("value", "is_there"),
    [("R-1", True), (0, True), (False, True), ([], True), (None, False), ("", False), (" ", False)],
)
def test_a_field_is_there_unless_it_is_null_or_blank(value: object, is_there: bool) -> None:
    """A receipt number of blanks is no receipt; an amount of 0 is an amount."""
    assert fills([Pattern("fee_paid", (), has=("data.x",))], data(value)) is is_there
    assert fills([Pattern("fee_paid", (), lacks=("data.x",))], data(value)) is not is_there


def test_a_field_that_is_there_can_be_asked_for_beside_a_value() -> None:
    """`{ type = "decided", data = { result = "granted" }, lacks = ["data.document_no"] }` needs both."""
    wanted = Pattern("fee_paid", (("data.x", (1,)),), has=("officer",), lacks=("data.y",))
    assert fills([wanted], event("fee_paid", "2026-03-02T10:00", x=1, officer="o1"))
    assert not fills([wanted], event("fee_paid", "2026-03-02T10:00", x=1))
    assert not fills([wanted], event("fee_paid", "2026-03-02T10:00", x=1, y=2, officer="o1"))


@pytest.mark.parametrize("path", ["", "data", "data.", "data..x", "amount", "officer.name", "Officer"])
def test_a_path_that_no_event_could_have_is_told(path: str) -> None:
    with pytest.raises(ValueError, match="no field of an event"):
        getter(path)


@given(strategies.events)
def test_every_field_of_an_event_can_be_read(one: CaseEvent) -> None:
    assert getter("officer")(one) == one.officer
    assert getter("data.x")(one) == one.data.get("x")
