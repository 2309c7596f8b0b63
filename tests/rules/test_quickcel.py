"""The quick way through CEL never says anything else than the library, which has the last word."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.settings import Settings
from mingjing.types import CaseEvent
from rules import surroundings
from rules.book import load_book
from rules.expression import Expression
from rules.functions import credit_code
from rules.limits import CannotJudge
from rules.quickcel import Beyond, Unsure, quick

KNOWN = ("event", "case", "item")
FUNCTIONS = {"credit_code": credit_code}
BOOK = load_book(None, surroundings(Settings(), []))
TEXTS = ("", " ", "\u3000", "有", "a", "ab", "A1", "91350211M000100Y43", "3", "2.5", "1e3", "-7")
scalars = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from([0, 1, 2, -3, 1 << 62, 0.0, 1.0, 2.5, -0.5, 1e300, True, False, None])
)
values = st.one_of(scalars, st.lists(scalars, max_size=3), st.fixed_dictionaries({}, optional={"u": scalars}))
FIELDS = ("a", "b", "c")
events = st.builds(
    lambda number, kind, day, data: CaseEvent(
        event_id=f"e{number}", case_id="c", type=kind, occurred_at=datetime(2026, 3, day, 2, tzinfo=UTC), data=data
    ),
    st.integers(0, 9),
    st.sampled_from(["accepted", "decided"]),
    st.integers(1, 9),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=3),
)

LITERALS = (
    '"a"',
    "'ab'",
    '"3"',
    "1",
    "2",
    "2.5",
    "0.0",
    "true",
    "false",
    "null",
    '[1, "a"]',
    '["a", "ab"]',
    'duration("72h")',
)
fields = st.sampled_from(
    [*(f"event.data.{name}" for name in FIELDS), "event.data.c.u", "event.type", "event.officer", "event.occurred_at",
     "item.a", "case.events", "case.case_id", "event.data.b[0]"]
)  # fmt: skip
leaves = st.one_of(fields, st.sampled_from(LITERALS))
RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/")
REGEXES = (r'"\\S"', '"^[A-Z][0-9]$"', '"a|b"', '"a{1,2}"', r'"\\d"', '"a.?"')


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(RELATIONS), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("!{}".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["string", "double", "size", "credit_code", "type", "-"]), inner),
        st.builds("{}.matches({})".format, inner, st.sampled_from(REGEXES)),
        st.builds("{}.{}({})".format, inner, st.sampled_from(["startsWith", "endsWith", "contains"]), inner),
        st.builds(
            "{}.{}(x, {} {} x)".format,
            inner, st.sampled_from(["exists", "all", "exists_one", "filter", "map"]), inner, st.sampled_from(RELATIONS),
        ),
        st.builds("case.events.exists(x, has(x.data.a) && x.data.a == {})".format, inner),
        st.builds(
            "case.events.exists(x, event.occurred_at - x.occurred_at {} {})".format,
            st.sampled_from(["<=", ">"]), st.just('duration("48h")'),
        ),
    )  # fmt: skip


guards = st.sampled_from([f"has(event.data.{name})" for name in FIELDS] + ["has(event.officer)", "has(item.a)"])
expressions = st.recursive(st.one_of(guards, leaves), larger, max_leaves=6)


def agrees(text: str, event: CaseEvent, others: list[CaseEvent], item: dict[str, Any]) -> None:
    """Fails where the quick answer is not the library's."""
    held = {"event": event, "item": item, "case": {"case_id": "c", "events": others}}
    try:
        answer = quick(text, FUNCTIONS)(held)
    except (Beyond, Unsure):
        return
    if type(answer) is not bool:
        return
    try:
        expression = Expression(text, KNOWN, FUNCTIONS)
    except ValueError:  # a mistake that is told when the book is loaded
        return
    expression._quick = None
    assert expression.holds(held) is answer, text


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.one_of(expressions, st.builds("({} {} {})".format, leaves, st.sampled_from(RELATIONS[:7]), leaves)),
    event=events,
    others=st.lists(events, max_size=3),
    item=st.dictionaries(st.just("a"), values),
)
def test_where_the_quick_way_answers_the_library_says_the_same(
    text: str, event: CaseEvent, others: list[CaseEvent], item: dict[str, Any]
) -> None:
    """A finding must not hang on which of the two computed it."""
    agrees(text, event, others, item)


@pytest.mark.parametrize(
    "blank", [chr(code) for code in range(0x3001) if re.match(r"\s", chr(code)) or chr(code).isspace()]
)
def test_blanks_are_the_same_ones(blank: str) -> None:
    """Python counts four control characters among the blanks, which CEL's regular expressions do not."""
    event = CaseEvent(
        event_id="e", case_id="c", type="t", occurred_at=datetime(2026, 3, 2, tzinfo=UTC), data={"a": blank}
    )
    agrees(r'event.data.a.matches("\\S")', event, [], {})


def test_the_conditions_of_the_shipped_book_are_all_plain() -> None:
    """One that only the library can read costs twenty times as much, on every event that it listens to."""
    beyond = [rule.id for rule in BOOK.rules if (when := getattr(rule.judge, "_when", None)) and when._quick is None]
    assert beyond == []


@pytest.mark.parametrize(
    ("text", "data", "answer"),
    [
        ("has(event.data.a) && event.data.a == 1 || event.data.b == 2", {"b": 2}, True),
        ("event.data.a in ['x', 'y'] ? true : false", {"a": "y"}, True),
        ("!(has(event.data.a) && event.data.a != null)", {"a": None}, True),
        ("event.data.a.exists(x, x > 2) && !event.data.a.all(x, x > 2)", {"a": [1, 3]}, True),
        ("double(event.data.a) >= 2.5 * 2.0", {"a": "5"}, True),
        ("event.data.a.filter(x, x != 'u').size() == 1", {"a": ["u", "v"]}, True),
    ],
)
def test_the_plain_part_of_the_language_is_answered_at_once(text: str, data: dict[str, Any], answer: bool) -> None:
    event = CaseEvent(event_id="e", case_id="c", type="t", occurred_at=datetime(2026, 3, 2, tzinfo=UTC), data=data)
    assert quick(text, {})({"event": event}) is answer
    agrees(text, event, [], {})


def test_what_cannot_be_told_plainly_is_left_to_the_library() -> None:
    event = CaseEvent(event_id="e", case_id="c", type="t", occurred_at=datetime(2026, 3, 2, tzinfo=UTC), data={"a": 1})
    for text in ("event.data.b == 1", "event.data.a == 'x'", "event.data.a && true", "event.data.a.startsWith('x')"):
        with pytest.raises(Unsure):
            quick(text, {})({"event": event})
    for text in ("{'a': 1}.a == 1", "event.data.a.getHours() == 1", "1u == 1u", "'a' in"):
        with pytest.raises(Beyond):
            quick(text, {})


def test_an_expression_that_neither_can_compute_leaves_the_case_not_judged() -> None:
    event = CaseEvent(event_id="e", case_id="c", type="t", occurred_at=datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(CannotJudge, match="expression"):
        Expression("event.data.a == 1", KNOWN, {}).holds({"event": event})
