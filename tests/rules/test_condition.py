"""The kind `condition`: what its expression sees, and as of when it is judged."""

from collections.abc import Mapping
from typing import Any

import pytest

from mingjing.types import CaseEvent
from rules.engine import Engine, Judgement, idle_by_need
from rules.staging import catalogue_of, registers_of
from tests.rules.judging import at, book, event, one, reasons, said

LATER = "2026-06-01T00:00"
ON_FEES = 'kind = "condition"\non = ["fee_paid"]\nseverity = 2\n'


def judged(text: str, events: list[CaseEvent], as_of: str = LATER, **stands_in: Any) -> Judgement:
    """What a condition says of a case that stands in an example's `item`, `tariffs`, `officers` …."""
    engine = Engine(book(text), catalogue_of(stands_in), "Asia/Shanghai", registers_of(stands_in))
    return engine.judge(events, at(as_of))


def paid(when: str = "2026-03-03T10:00", **fields: Any) -> CaseEvent:
    return event("fee_paid", when, **fields)


def when(expression: str) -> str:
    return f"{ON_FEES}when = '''{expression}'''\n"


def test_a_pattern_alone_is_a_condition() -> None:
    """Most rules of the book need no expression; a pattern is looked up, not computed."""
    text = 'kind = "condition"\non = [{ type = "fee_paid", lacks = ["data.voucher_no"] }]\nseverity = 1\n'
    assert said(judged(text, [paid(), paid("2026-03-04T10:00", voucher_no="1")])) == [
        (1, "2026-03-03T10:00:00", "open")
    ]


REGISTERS: Mapping[str, Any] = {
    "officers": [{"code": "o1", "roles": ["approver"], "valid_to": "2026-03-31"}],
    "units": [{"code": "d1", "level": "county"}],
    "windows": [{"code": "w1", "department": "d1"}],
    "sources": [{"name": "hall", "lag": "48 hours", "outage": [
        {"from": "2026-03-03T00:00+08:00", "to": "2026-03-03T12:00+08:00", "declared_at": "2026-03-01T00:00+08:00"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"approver" in officer.roles', True),
        ("has(unit.code) && unit.level == 'county'", True),
        ("window.department == event.department", True),
        ("source.lag_hours == 48.0 && source.out && !source.batch", True),
        ("!has(officer.code)", False),
    ],
)
def test_a_condition_sees_the_registers_of_the_day(expression: str, found: bool) -> None:
    seen = judged(when(expression), [paid(officer="o1", department="d1", window="w1", source="hall")], **REGISTERS)
    assert (len(seen.findings), seen.not_judged) == (found, [])


@pytest.mark.parametrize(
    "fields", [{"officer": "o2"}, {"officer": None}, {"when": "2026-04-01T09:00", "officer": "o1"}]
)
def test_whom_no_register_knows_on_that_day_has_no_fields(fields: dict[str, Any]) -> None:
    """Somebody who left on the last of March decides nothing in April."""
    one(judged(when("!has(officer.code)"), [paid(**fields)], **REGISTERS))


def test_a_rule_without_its_register_is_idle_and_no_case_is_called_not_judged() -> None:
    """Else every case of a hall without a register of officers would stand there as not judged."""
    rules = book(when("has(officer.code)"), when("has(fee.due)"), 'needs = ["items"]\n' + when("true"))
    engine = Engine(rules, catalogue_of({"items": []}), "Asia/Shanghai")
    assert engine.idle == {"R1": ("officers",), "R3": ("items",)}
    assert idle_by_need(engine.idle) == {"items": ["R3"], "officers": ["R1"]}
    judgement = engine.judge([paid()], at(LATER))
    assert (judgement.findings, judgement.not_judged) == ([], [])


ROW = {"fee": "F1", "rate": 10, "rounding": 1, "floor": 20, "cap": 95}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([paid(fee="F1", amount=20)], (20, 0, 0)),  # one piece comes to 10, the floor to 20
        ([paid(fee="F1", amount=31, quantity=3)], (30, 0, 1)),
        ([paid(fee="F1", amount="30.50", quantity="3.05")], (31, 0, -0.5)),  # 30.50 is rounded to 31
        ([paid(fee="F1", amount=120, quantity=12)], (95, 0, 25)),
        ([event("fee_notified", "2026-03-02T10:00", fee="F1", quantity=4), paid(fee="F1", amount=40)], (40, 0, 0)),
        ([event("fee_notified", "2026-03-02T10:00", fee="F2", quantity=4), paid(fee="F1", amount=40)], (20, 0, 20)),
        ([event("fee_waived", "2026-03-02T10:00", fee="F1", amount=5), paid(fee="F1", amount=20)], (15, 5, 5)),
        ([event("fee_waived", "2026-03-02T10:00", fee="F1"), paid(fee="F1", amount=20)], (0, 20, 20)),
        ([event("fee_waived", "2026-03-04T10:00", fee="F1"), paid(fee="F1", amount=20)], (20, 0, 0)),
    ],
)
def test_a_fee_is_held_against_the_tariff(events: list[CaseEvent], expected: tuple[float, float, float]) -> None:
    due, waived, excess = map(float, expected)
    expression = f"fee.due == {due} && fee.waived == {waived} && fee.excess == {excess}"
    one(judged(when(expression), events, tariffs=[ROW]))


def test_a_fee_of_no_tariff_has_no_amount_due_and_a_word_for_an_amount_is_not_judged() -> None:
    one(judged(when("!has(fee.due) && !has(tariff.fee)"), [paid(fee="F9", amount=5)], tariffs=[ROW]))
    wrong = judged(when("has(fee.due) && fee.excess > 1.0"), [paid(fee="F1", amount="plenty")], tariffs=[ROW])
    assert (wrong.findings, reasons(wrong)) == ([], [("R1", "field: data.amount is not a number")])


ITEMS = [
    {"item": "A", "version": "1", "valid_to": "2026-02-28"},
    {"item": "A", "version": "2", "valid_from": "2026-03-01", "valid_to": "2026-03-31", "status": "active"},
    {"item": "B", "valid_from": "2026-03-06"},
    {"item": "C", "status": "suspended"},
]


@pytest.mark.parametrize(
    ("fields", "listing"),
    [
        ({"item": "A"}, 'listing.status == "active" && !has(listing.in_days)'),
        ({"item": "A", "item_version": "2"}, 'listing.status == "active"'),
        ({"item": "A", "item_version": "1"}, 'listing.status == "stale" && listing.days_ago == 3'),
        ({"item": "B"}, 'listing.status == "absent" && listing.in_days == 3'),
        ({"item": "C"}, 'listing.status == "suspended"'),
        ({"item": "D"}, 'listing.status == "absent" && !has(listing.in_days)'),
        ({"item": None}, 'listing.status == "unnamed"'),
    ],
)
def test_a_condition_sees_how_the_item_stood_in_the_catalogue(fields: dict[str, Any], listing: str) -> None:
    one(judged(when(listing), [paid(**fields)], items=ITEMS))


def test_how_the_item_stood_is_asked_of_the_day_of_acceptance() -> None:
    """A fee paid after the item went out of force is a fee of an item in force when the case began."""
    events = [event("accepted", "2026-03-31T10:00", item="A"), paid("2026-04-02T10:00", item="A")]
    one(judged(when('listing.status == "active"'), events, items=ITEMS))


CORRECTIONS = """kind = "condition"
on = [{ type = "decided", has = ["corrects"] }]
when = '''has(corrected.occurred_at) && corrected.occurred_at != event.occurred_at'''
at = "recorded_at"
severity = 2
"""


def chain(*instants: str) -> list[CaseEvent]:
    """A decision and its corrections, each written down an hour after the one before."""
    return [
        event("decided", f"2026-03-0{instant}", event_id=f"d{number}", recorded_at=f"2026-03-1{number}T09:00:00+08:00",
              corrects=f"d{number - 1}" if number else None)
        for number, instant in enumerate(instants)
    ]  # fmt: skip


def test_a_correction_is_held_against_what_was_first_reported() -> None:
    """Through however many corrections: a time that is put right again is no changed time."""
    changed = one(judged(CORRECTIONS, chain("2T10:00", "2T10:00", "1T10:00")))
    assert changed.occurred_at == event("x", "2026-03-12T09:00").occurred_at
    assert judged(CORRECTIONS, chain("2T10:00", "1T10:00", "2T10:00")).findings == []
    assert judged(CORRECTIONS, chain("2T10:00", "1T10:00")[1:]).findings == []  # the original never came


def test_a_condition_as_of_the_writing_down_waits_for_it_and_sees_the_case_as_it_was_then() -> None:
    events = chain("2T10:00", "1T10:00")
    early = judged(CORRECTIONS, events, "2026-03-11T08:59")
    assert (early.findings, early.wake) == ([], at("2026-03-11T09:00"))
    text = CORRECTIONS.replace("when = '''", "when = '''case.events.exists(e, e.type == \"closed\") && ")
    assert judged(text, [*events, event("closed", "2026-03-11T10:00")]).findings == []
    assert len(judged(text, [*events, event("closed", "2026-03-11T08:00")]).findings) == 1


def test_an_event_that_does_not_say_when_it_was_written_down_is_not_judged() -> None:
    unsaid = [event("decided", "2026-03-02T10:00", corrects="d0", recorded_at=None)]
    assert reasons(judged(CORRECTIONS, unsaid)) == [("R1", "field: the event has no recorded_at")]


@pytest.mark.parametrize(("once", "days"), [("case", [2]), ("data.fee", [2, 4])])
def test_once_keeps_the_first_of_a_case_or_of_a_value(once: str, days: list[int]) -> None:
    events = [paid(f"2026-03-0{day}T10:00", fee=fee) for day, fee in [(3, "F1"), (2, "F1"), (4, "F2")]]
    text = f'kind = "condition"\non = ["fee_paid"]\nseverity = 2\nonce = "{once}"\n'
    assert [finding.occurred_at.day for finding in judged(text, events).findings] == days


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        ("2026-03-02T09:00", True), ("2026-03-02T08:59", False), ("2026-03-02T12:30", True), ("2026-03-02T17:00", True),
        ("2026-03-02T17:00:01", False), ("2026-03-01T10:00", False), ("2026-02-28T10:00", True),  # a make-up Saturday
    ],
)  # fmt: skip
def test_office_hours_are_those_of_working_days_with_their_midday_break(instant: str, inside: bool) -> None:
    assert len(judged(when("in_office(event.occurred_at)"), [paid(instant)]).findings) == inside


def test_a_year_that_the_calendar_lacks_is_not_guessed() -> None:
    judgement = judged(when("in_office(event.occurred_at)"), [paid("2036-03-03T10:00")], "2036-06-01T00:00")
    assert (judgement.findings, reasons(judgement)) == ([], [("R1", "calendar 2036")])


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91350100M000100Y43", True), ("91350100M000100Y44", False), ("N2350100M000100Y4J", True), ("91350100", False),
        ("91350100m000100y43", False), (91350100, False), ("9135010OM000100Y43", False),
    ],
)  # fmt: skip
def test_a_credit_code_has_its_check_character(code: object, valid: bool) -> None:
    """Codes of village collectives begin with a letter."""
    assert len(judged(when("credit_code(event.data.code)"), [paid(code=code)]).findings) == valid


def test_a_function_of_what_is_not_there_is_not_judged_unless_it_is_asked_for_first() -> None:
    assert reasons(judged(when("credit_code(event.data.code)"), [paid()]))[0][1].startswith("expression: ")
    guarded = judged(when("has(event.data.code) && credit_code(event.data.code)"), [paid()])
    assert (guarded.findings, guarded.not_judged) == ([], [])


@pytest.mark.parametrize(
    "expression",
    [
        "working_days(event.recorded_at, event.occurred_at) == 1",
        "working_days(event.occurred_at, event.recorded_at) == 0",
        'day(event.occurred_at) == "2026-03-03"',
        'day(event.occurred_at - duration("24h")) == "2026-03-02"',
        'event.data.words == "credit_code(event.data.x)"',
        "[event.occurred_at].exists(t, in_office(t))",
    ],
)
def test_days_are_local_and_functions_take_what_an_expression_worked_out(expression: str) -> None:
    """A text that looks like a call stays a text."""
    events = [paid("2026-03-03T09:30", words="credit_code(event.data.x)", recorded_at="2026-03-02T23:00:00+08:00")]
    one(judged(when(expression), events))


EXEMPT = 'except = { case_type = ["immediate"], "unit.level" = ["township"] }\n' + ON_FEES


@pytest.mark.parametrize(
    ("item", "department", "found"),
    [
        ({"case_type": "committed"}, "d1", 1),
        ({"case_type": "immediate"}, "d1", 0),
        ({"case_type": "committed"}, "t1", 0),
        ({"case_type": "committed"}, "nobody", 1),
    ],
)
def test_a_case_that_the_rule_excepts_is_left_alone(item: dict[str, Any], department: str, found: int) -> None:
    units = [{"code": "d1", "level": "county"}, {"code": "t1", "level": "township"}]
    assert len(judged(EXEMPT, [paid(department=department)], item=item, units=units).findings) == found


def test_a_lead_says_that_it_is_one() -> None:
    assert one(judged("lead = true\n" + ON_FEES, [paid()])).lead is True
    assert one(judged(ON_FEES, [paid()])).lead is False


LOOKUP = f"""{ON_FEES}when = 'barred.size() > 0 || any.size() == 2'

[lookup]
barred = {{ register = "integrity", by = "party", of = "data.payers" }}
any = {{ register = "integrity", by = "party", of = "data.payers", ever = true }}
"""
RECORD = {"party": "b1", "kind": "bad", "ground": "g", "basis": "1"}


def test_a_condition_looks_rows_up_and_its_finding_names_them() -> None:
    """Those of all parties in a list, in force on the day or ever; each row once, by its key and its own version."""
    records = [
        RECORD | {"code": "R1", "valid_to": "2026-03-03"},
        RECORD | {"code": "R2", "party": "b2", "valid_from": "2027-01-01"},
    ]
    (found,) = judged(LOOKUP, [paid(payers=["b1", "b3"])], integrity=records).findings
    (named,) = found.evidence.facts["registers"]["integrity"]
    assert named.startswith("R1@")
    assert judged(LOOKUP, [paid("2026-03-04T10:00", payers="b1"), paid()], integrity=records).findings == []
    (both,) = judged(LOOKUP, [paid("2026-03-04T10:00", payers=["b1", "b2"])], integrity=records).findings
    assert [one.split("@")[0] for one in both.evidence.facts["registers"]["integrity"]] == ["R1", "R2"]
    (same,) = judged(
        LOOKUP, [paid(payers=["b1"])], integrity=[*records, RECORD | {"code": "R9", "party": "b9"}]
    ).findings
    assert same.evidence.facts == found.evidence.facts


def test_a_lookup_of_a_register_that_is_not_loaded_is_idle_unless_it_is_optional() -> None:
    assert idle_by_need(Engine(book(LOOKUP), catalogue_of({}), "Asia/Shanghai").idle) == {"integrity": ["R1"]}
    optional = LOOKUP.replace("of = ", "optional = true, of = ")
    assert judged(optional, [paid(payers=["b1"])]).findings == []
    assert Engine(book(optional), catalogue_of({}), "Asia/Shanghai").idle == {}
