"""The engine as a whole: corrections, who answers for a finding, rules that fail, and nothing but the events."""

from itertools import permutations

import pytest

from mingjing.types import CaseEvent
from rules.book import Book
from rules.case import Breach, Case
from rules.catalogue import EMPTY
from rules.engine import Engine, in_order
from tests.rules.judging import at, book, engine, event, judge, one, reasons, said

DEADLINE = 'kind = "deadline"\nstart = ["accepted"]\nstop = ["decided"]\nlimit = "5 working_days"\nseverity = 2\n'
LATER = "2026-06-01T00:00"


def ids(events: list[CaseEvent]) -> list[str]:
    return [event_id for _, event_id, _ in in_order(events)]


def test_a_case_without_events_or_with_unheard_of_ones_is_quiet() -> None:
    assert engine(DEADLINE).judge([], at(LATER)).findings == []
    judgement = judge(DEADLINE, [event("never_heard_of", "2026-03-02T10:00")], LATER)
    assert (judgement.findings, judgement.not_judged, judgement.wake) == ([], [], None)


def test_a_correction_stands_in_place_of_what_it_corrects() -> None:
    """The acceptance was on the 9th, not the 2nd: the clock starts there, whichever arrived first."""
    wrong = event("accepted", "2026-03-02T10:00", event_id="a")
    right = event("accepted", "2026-03-09T10:00", event_id="b", corrects="a")
    for order in ([wrong, right], [right, wrong]):
        assert said(judge(DEADLINE, order, LATER)) == [(2, "2026-03-17T00:00:00", "open")]


def test_a_correction_that_came_before_what_it_corrects_stands() -> None:
    assert ids([event("accepted", "2026-03-09T10:00", event_id="b", corrects="a")]) == ["b"]


def test_only_the_last_of_a_chain_of_corrections_is_judged_in_any_order() -> None:
    chain = [
        event("accepted", "2026-03-02T10:00", event_id="a"),
        event("accepted", "2026-03-03T10:00", event_id="b", corrects="a"),
        event("accepted", "2026-03-04T10:00", event_id="c", corrects="b"),
    ]
    assert {tuple(ids(list(order))) for order in permutations(chain)} == {("c",)}


def test_of_two_corrections_of_one_event_the_one_written_down_last_counts() -> None:
    first = event("accepted", "2026-03-05T10:00", event_id="z", corrects="a", recorded_at="2026-03-06T10:00:00+08:00")
    second = event("accepted", "2026-03-03T10:00", event_id="b", corrects="a", recorded_at="2026-03-07T10:00:00+08:00")
    wrong = event("accepted", "2026-03-02T10:00", event_id="a")
    assert {tuple(ids(list(order))) for order in permutations([first, second, wrong])} == {("b",)}


@pytest.mark.parametrize("corrects", ["a", "nobody"])
def test_a_correction_of_itself_or_of_nothing_known_is_an_event_like_others(corrects: str) -> None:
    assert ids([event("accepted", "2026-03-02T10:00", event_id="a", corrects=corrects)]) == ["a"]


def test_corrections_that_point_at_each_other_stop_nothing() -> None:
    circle = [
        event("accepted", "2026-03-02T10:00", event_id="a", corrects="b"),
        event("accepted", "2026-03-03T10:00", event_id="b", corrects="a"),
    ]
    assert judge(DEADLINE, circle, LATER).findings == []


class Broken:
    """A kind of rule with a defect."""

    triggers: tuple[int, ...] = (0,)

    def judge(self, case: Case) -> list[Breach]:
        raise ZeroDivisionError("a defect")


def test_a_rule_that_raises_is_told_and_stops_no_other_rule() -> None:
    """The case is marked not judged by it, which is not the same as quiet."""
    whole = book(DEADLINE, DEADLINE)
    broken = Book((whole.rules[0]._replace(judge=Broken()), whole.rules[1]), whole.table, whole.accepted)
    judgement = Engine(broken, EMPTY, "Asia/Shanghai").judge([event("accepted", "2026-03-02T10:00")], at(LATER))
    assert [finding.rule for finding in judgement.findings] == ["R2"]
    assert reasons(judgement) == [("R1", "error: ZeroDivisionError: a defect")]


def test_who_held_the_case_when_the_limit_passed_answers_for_it() -> None:
    """Accepted by o1, handed to o2 on the 5th, to o3 after the limit had passed: o2 let it pass."""
    events = [
        event("accepted", "2026-03-02T10:00", officer="o1", window="w1", department="d1", region="r1", source="s"),
        event("step_started", "2026-03-05T10:00", officer="o2", window="w2"),
        event("step_started", "2026-03-20T10:00", officer="o3", window="w3"),
    ]
    finding = one(judge(DEADLINE, events, LATER))
    assert (finding.officer, finding.window) == ("o2", "w2")
    assert (finding.department, finding.region, finding.item, finding.source) == ("d1", "r1", "i", "s")
    assert (finding.subject, finding.case_id, finding.rule) == ("case:c", "c", "R1")


def test_findings_have_ids_of_their_own_that_never_change() -> None:
    """The id is derived from rule, case and start; another case or rule has another."""
    first = judge((DEADLINE, DEADLINE), [event("accepted", "2026-03-02T10:00")], "2026-03-10T00:00").findings
    again = judge((DEADLINE, DEADLINE), [event("accepted", "2026-03-02T10:00")], LATER).findings
    other = judge(DEADLINE, [event("accepted", "2026-03-02T10:00", case_id="d")], LATER).findings
    assert {finding.finding_id for finding in first} == {finding.finding_id for finding in again}
    assert len({finding.finding_id for finding in (*first, *other)}) == 3


def test_both_languages_are_filled_in() -> None:
    finding = one(judge(DEADLINE, [event("accepted", "2026-03-02T10:00")], LATER))
    for words in (finding.message.zh, finding.message.en):
        assert words
        assert not set("{}") & set(words)
    assert "规则" in finding.message.zh
    assert "Rule" in finding.message.en


def test_a_rule_applies_to_what_it_names_and_to_nothing_else() -> None:
    events = [event("accepted", "2026-03-02T10:00", department="d1")]
    assert judge(DEADLINE + 'applies = { department = ["d2", "d3"] }', events, LATER).findings == []
    assert len(judge(DEADLINE + 'applies = { department = "d1", item = ["i"] }', events, LATER).findings) == 1
    permit = DEADLINE + 'applies = { matter = ["permit"] }'
    assert len(judge(permit, events, LATER, {"matter": "permit"}).findings) == 1
    assert judge(permit, events, LATER, {"matter": "levy"}).findings == []


def test_where_the_catalogue_cannot_say_whether_a_rule_applies_the_case_is_not_judged() -> None:
    """It might have been a case for this rule; that is not the same as quiet."""
    judgement = judge(DEADLINE + 'applies = { matter = ["permit"] }', [event("accepted", "2026-03-02T10:00")], LATER)
    assert judgement.findings == []
    assert [reason.split(":")[0] for _, reason in reasons(judgement)] == ["item"]


def test_the_earliest_wish_to_be_woken_is_the_cases() -> None:
    texts = (DEADLINE, DEADLINE.replace("5 working_days", "2 days"))
    assert judge(texts, [event("accepted", "2026-03-02T10:00")], "2026-03-02T10:00").wake == at("2026-03-05T00:00")
