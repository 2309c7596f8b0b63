"""A rule on trial: the text changes where it was told to, and both texts are asked about the same history."""

import pytest

from mingjing.calendars import Calendars
from mingjing.errors import BookError, UsageError
from mingjing.instants import micros, parse
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent
from rules.catalogue import EMPTY
from rules.engine import Engine
from rules.reader import Surroundings
from rules.whatif import Tally, compare, contradicted, draft, edited

SURROUNDINGS = Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")
RULE = """\
# why this rule is here
id = "X1"
kind = "repetition"
name = { zh = "多次退回", en = "Returned" }
basis = "规定"
what = ["returned"]
most = 0
ladder = [{ at = 1, severity = 1 }, { at = 2, severity = 2 }] # counts

[[example]]
title = "once"
events = [{ type = "returned", occurred_at = "2026-03-02T09:00+08:00" }]
as_of = "2026-03-03T09:00+08:00"
expect = [{ severity = 1 }]
"""


def engine(text: str) -> Engine:
    """The engine of this one rule."""
    return Engine(draft(text, SURROUNDINGS)[0], EMPTY, "Asia/Shanghai")


def returned(case: str, times: int) -> list[CaseEvent]:
    """A case that was sent back so many times."""
    return [
        CaseEvent(
            event_id=f"{case}-{n}", case_id=case, type="returned", department="A",
            occurred_at=parse(f"2026-03-0{n + 2}T09:00+08:00"),
        )
        for n in range(times)
    ]  # fmt: skip


def test_only_what_was_named_changes_in_the_text() -> None:
    changed = edited(RULE, {"ladder.1.at": "3", "basis": "新规定"})
    assert changed == RULE.replace("{ at = 2,", "{ at = 3,").replace('"规定"', '"新规定"')


@pytest.mark.parametrize("path", ["ladder.5.at", "ladder.x", "extend.most", "what.first"])
def test_a_path_into_nothing_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="the rule has nothing there"):
        edited(RULE, {path: "1"})


def test_a_mistake_in_the_changed_text_names_its_line() -> None:
    with pytest.raises(BookError) as wrong:
        draft(edited(RULE, {"kind": "repetitions"}), SURROUNDINGS)
    assert [(m.file, m.line) for m in wrong.value.mistakes] == [("the changed rule", 3)]


def test_findings_come_go_and_change() -> None:
    now = engine(RULE)
    then = engine(edited(RULE, {"ladder": "[{ at = 2, severity = 3 }]"}))
    counted = Tally()
    as_of = micros(parse("2026-04-01T00:00+08:00"))
    kinds = [
        [(one.kind, one.about.severity) for one in compare(now, then, returned(case, times), as_of, counted)]
        for case, times in (("a", 1), ("b", 2))
    ]
    assert kinds == [[("goes", 1)], [("changes", 3)]]
    assert [one.kind for one in compare(then, now, returned("a", 1), as_of, Tally())] == ["comes"]
    assert (dict(counted.before), dict(counted.after)) == ({1: 1, 2: 1}, {3: 1})
    assert counted.departments == {"A": {"goes": 1, "changes": 1}}


def test_the_rules_own_examples_speak_against_a_change() -> None:
    """Whoever turns a number is told which stated intent it breaks."""
    book, rule = draft(RULE, SURROUNDINGS)
    assert contradicted(book, rule, "Asia/Shanghai") == []
    book, rule = draft(edited(RULE, {"ladder.0.severity": "2"}), SURROUNDINGS)
    assert contradicted(book, rule, "Asia/Shanghai") == ["once"]
