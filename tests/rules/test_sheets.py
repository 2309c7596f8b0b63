"""Score lines: what a case says about who handled it, in words that its officer can check."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from mingjing import inputs
from mingjing.instants import DAY, at, micros
from mingjing.scoring.lines import About, Line
from mingjing.scoring.rulings import Outcome, Ruling
from mingjing.settings import Settings
from mingjing.simulate import Rates, simulation, write
from mingjing.types import CaseEvent, Evidence, Finding, Text
from rules import load_engine
from rules.catalogue import OneItem
from rules.engine import Engine
from rules.examples import staged
from rules.sheets import Sheets
from tests.rules import judging
from tests.rules.histories import BOOK, RULES
from tests.rules.judging import event
from tests.rules.test_laws import ALONE, WHOLE, Drawn, every_rule, last, law, lengths, seeds, shuffled

ITEM = {
    "matter": "permit", "case_type": "committed",
    "committed_limit": "5 working_days", "statutory_limit": "20 working_days",
}  # fmt: skip
LATER = judging.at("2018-12-31T12:00")
MEASURED = {rule.id: Sheets(ALONE[rule.id]) for rule in RULES if rule.measure not in ("", "parallel")}
ALL = Sheets(WHOLE)
CLOCKS: tuple[About, ...] = ("committed", "statutory", "acceptance", "step", "delivery", "reply")


def shipped(item: Mapping[str, object] = ITEM) -> Engine:
    return Engine(BOOK, OneItem(item), "Asia/Shanghai")


def told(
    *events: CaseEvent, outcome: Outcome | None = None, as_of: int = LATER, item: Mapping[str, object] = ITEM
) -> frozenset[Line]:
    """The lines of a case with what the shipped book finds in it; `outcome`: of a ruling on every finding."""
    engine = shipped(item)
    findings = engine.judge(events, as_of).findings
    return Sheets(engine).lines(events, findings, {f.finding_id: ruling(f, outcome) for f in findings if outcome})


def ruling(finding: Finding, outcome: Outcome, severity: int = 0) -> Ruling:
    return Ruling(finding_id=finding.finding_id, outcome=outcome, severity=severity, ruled_at=at(LATER))


def one(lines: frozenset[Line], about: About) -> Line:
    (line,) = of(lines, about)
    return line


def of(lines: frozenset[Line], about: About) -> list[Line]:
    return sorted((line for line in lines if line.about == about), key=lambda line: (line.at, line.ref))


ACCEPTED = event("accepted", "2018-10-15T10:00", department="D", window="W", region="R", officer="o1")
GRANTED = event("decided", "2018-10-19T16:00", result="granted", officer="o2", window="W2")


def test_a_case_counts_where_it_was_accepted_and_for_who_ended_it() -> None:
    """A case handed from window to window belongs to one, not to each."""
    closed = one(told(ACCEPTED, GRANTED), "closed")
    assert (closed.region, closed.department, closed.window, closed.officer) == ("R", "D", "W", "o2")
    assert (closed.item, closed.word, closed.good, closed.day) == ("i", "granted", 1, date(2018, 10, 19))


def test_a_case_opens_once_at_its_hour_of_the_week() -> None:
    """Load is planned by the hour; the receipt and the acceptance of one case are one arrival."""
    lines = told(event("material_received", "2018-10-14T23:30"), ACCEPTED, GRANTED)
    opened = one(lines, "opened")
    assert (opened.key, opened.day) == (6 * 24 + 23 + 1, date(2018, 10, 14))


@pytest.mark.parametrize(
    ("ended", "good", "early", "used"),
    [("2018-10-19T16:00", 1, 1, 4), ("2018-10-22T23:59", 1, 0, 5), ("2018-10-23T00:00", 0, 0, 6)],
)
def test_a_verdict_says_on_time_early_and_how_much_was_used(ended: str, good: int, early: int, used: int) -> None:
    """Accepted on a Monday, five working days: the Monday after is the due day, up to its 24:00."""
    lines = told(ACCEPTED, event("decided", ended, result="granted"))
    assert (one(lines, "committed").good, one(lines, "early").good) == (good, early)
    assert (one(lines, "pace").key, one(lines, "legal_pace").key) == (5000 + used, 20_000 + used)
    assert one(lines, "committed").day == (date(2018, 10, 23) if not good else one(lines, "closed").day)


def test_pauses_and_extensions_count_in_the_verdict_and_in_the_pace() -> None:
    lines = told(
        ACCEPTED,
        event("suspended", "2018-10-16T09:00"), event("resumed", "2018-10-18T09:00"),
        event("extension_approved", "2018-10-19T09:00", days=2),
        event("decided", "2018-10-26T16:00", result="granted"),
    )  # fmt: skip
    assert (one(lines, "committed").good, one(lines, "early").good, one(lines, "pace").key) == (1, 0, 7007)


def test_an_open_case_is_late_on_the_day_on_which_it_would_be_late_when_it_ends() -> None:
    """Never to end a case gains nothing, and ending it late moves its fault to no other month."""
    early = told(ACCEPTED, as_of=judging.at("2018-10-20T12:00"))
    opened, closed = told(ACCEPTED), told(ACCEPTED, event("closed", "2018-11-30T16:00"))
    assert not of(early, "committed")
    assert one(opened, "committed") == one(closed, "committed")
    assert (one(opened, "committed").good, one(opened, "committed").day) == (0, date(2018, 10, 23))
    assert not of(opened, "pace")


def test_what_a_ruling_takes_away_makes_nobody_late_and_no_card() -> None:
    late = event("closed", "2018-11-30T16:00")
    assert not of(told(ACCEPTED, outcome="revoked"), "committed")
    assert one(told(ACCEPTED, late, outcome="revoked"), "committed").good == 1
    assert not of(told(ACCEPTED, late, outcome="revoked"), "card")
    assert one(told(ACCEPTED, late, outcome="upheld"), "committed").good == 0


def test_lateness_is_one_card_however_many_clocks_ran_out() -> None:
    """The committed limit, its notice, the statutory one: one delay, punished once, at its gravest."""
    lines = told(ACCEPTED, event("closed", "2018-12-28T16:00"))
    assert [card.word for card in of(lines, "card") if card.word.startswith(("lateness", "T"))] == ["lateness:3"]
    assert one(lines, "statutory").good == 0


def test_a_ruling_changes_the_severity_of_a_card() -> None:
    engine, events = shipped(), (ACCEPTED, event("closed", "2018-10-23T16:00"))
    (finding,) = (finding for finding in engine.judge(events, LATER).findings if finding.rule == "T2")
    lines = Sheets(engine).lines(events, [finding], {finding.finding_id: ruling(finding, "changed", 1)})
    assert one(lines, "card").word == "lateness:1"
    assert one(lines, "committed").good == 0


def found(rule: str, number: int = 1, **fields: object) -> Finding:
    base: dict[str, object] = {
        "finding_id": f"{rule}-{number}", "revision": 1, "rule": rule, "rule_version": "v", "severity": 2,
        "subject": "case:c",
        "status": "open", "occurred_at": at(LATER), "detected_at": at(LATER), "message": Text(zh="", en=""),
        "evidence": Evidence(events=()), "case_id": "c", "window": "W",
    }  # fmt: skip
    return Finding(**{**base, **fields})  # type: ignore[arg-type]


def test_a_lead_is_no_card_until_somebody_confirms_it() -> None:
    sheets, lead = Sheets(shipped()), found("I2-B", lead=True)
    outcomes: tuple[Outcome, ...] = ("upheld", "cleared", "revoked")
    for said in (None, *(ruling(lead, outcome) for outcome in outcomes)):
        assert not sheets.finding_lines(lead, said)
    lines = sheets.finding_lines(lead, ruling(lead, "confirmed"))
    assert {(line.about, line.word, line.ref, line.window) for line in lines} == {
        ("card", "I2:2", "I2-B-1", "W"), ("confirmed", "I2:2", "I2-B-1", "W"),
    }  # fmt: skip


def test_a_withdrawn_finding_says_nothing_and_the_latest_revision_counts() -> None:
    sheets, finding = Sheets(shipped()), found("P1")
    gone = msgspec.structs.replace(finding, revision=2, status="withdrawn")
    assert one(sheets.lines([], [finding], {}), "card").word == "P1:2"
    assert sheets.lines([], [gone, finding], {}) == frozenset()


def test_ratings_count_once_unless_a_review_or_a_confirmed_lead_takes_them_away() -> None:
    rated = [event("rated", f"2018-10-2{n}T10:00", stars=stars) for n, stars in enumerate((5, 3, 2, 1, 9, "5", True))]
    lines = told(ACCEPTED, GRANTED, *rated)
    assert [(line.key, line.good) for line in of(lines, "rating")] == [(5, 1), (3, 1), (2, 0), (1, 0)]
    reviewed = event("rating_reviewed", "2018-10-23T10:30", result="invalid")
    assert [line.key for line in of(told(ACCEPTED, GRANTED, *rated, reviewed), "rating")] == [5, 3, 2]
    odd = event("rating_reviewed", "2018-10-24T10:30", result="invalid")  # of the one with nine stars
    assert [line.key for line in of(told(ACCEPTED, GRANTED, *rated, odd), "rating")] == [5, 3, 2, 1]
    facts = {"since": "2018-10-01", "until": "2018-10-21"}
    brushing = found("E2", lead=True, case_id=None, window="W", evidence=Evidence(events=(), facts=facts))
    sheets, events = Sheets(shipped()), (ACCEPTED, GRANTED, *rated)
    assert len(of(sheets.lines(events, [brushing], {}), "rating")) == 4
    confirmed = sheets.lines(events, [brushing], {brushing.finding_id: ruling(brushing, "confirmed")})
    assert [line.key for line in of(confirmed, "rating")] == [2, 1]
    assert not of(confirmed, "card")  # it is the window's, not this case's


def test_gaps_are_limitsonce_or_not() -> None:
    asked = [event("correction_notified", f"2018-10-1{n}T10:00") for n in (1, 2)]
    assert one(told(asked[0], ACCEPTED, GRANTED), "once").good == 1
    assert one(told(*asked, ACCEPTED, GRANTED), "once").good == 0
    assert not of(told(*asked, ACCEPTED), "once")


def test_a_complaint_counts_where_it_happened() -> None:
    line = one(told(ACCEPTED, GRANTED, event("complained", "2018-10-20T10:00", window="W9")), "complaint")
    assert (line.window, line.department, line.officer) == ("W9", "D", "o2")


def test_a_step_counts_for_whom_it_was_given_to() -> None:
    lines = told(
        ACCEPTED,
        event("step_started", "2018-10-15T11:00", step="审查", limit_days=1, officer="o7"),
        event("step_ended", "2018-10-17T11:00", step="审查", officer="o8"),
        event("step_started", "2018-10-17T12:00", step="审核", limit_days=1),
        event("step_ended", "2018-10-17T13:00", step="审核"),
        GRANTED,
    )  # fmt: skip
    assert [(line.officer, line.good) for line in of(lines, "step")] == [("o2", 1), ("o7", 0)][::-1]


def test_a_joint_case_says_what_its_branches_may_take_one_by_one_and_what_they_took_together() -> None:
    """29 working days in a row, eight together."""
    units = [("A", 10), ("B", 10), ("C", 9)]
    lines = told(
        ACCEPTED,
        event("parallel_opened", "2018-10-15T11:00"),
        *(event("branch_received", f"2018-10-15T12:0{n}", unit=u, limit_days=d) for n, (u, d) in enumerate(units)),
        event("branch_received", "2018-10-15T13:00", unit="C", limit_days=9),
        event("decided", "2018-10-25T16:00", result="granted"),
    )  # fmt: skip
    line = one(lines, "parallel")
    assert (line.n, line.good, line.day) == (29, 8, date(2018, 10, 25))


def test_a_branch_limit_beyond_reason_bursts_no_column() -> None:
    """One misspelt number must not keep the lines of all other cases from being stored."""
    limits = (("A", 10**12), ("B", 1e300), ("C", True), ("D", 5))
    branches = [event("branch_received", f"2018-10-15T12:0{n}", unit=unit, limit_days=days)
                for n, (unit, days) in enumerate(limits)]  # fmt: skip
    line = one(told(ACCEPTED, event("parallel_opened", "2018-10-15T11:00"), *branches, GRANTED), "parallel")
    assert line.n == 999 + 999 + 5


def test_nothing_is_late_before_it_began() -> None:
    """What an event says to have begun earlier may be overdue when it comes; it counts that day, as its card does."""
    engine = judging.engine(
        'kind = "deadline"\nstart = ["accepted"]\nsince = "data.seen_at"\nstop = ["closed"]\nlimit = "5 days"\n'
        'severity = 2\nmeasure = "committed"\n'
    )
    events = [event("accepted", "2018-10-15T10:00", seen_at="2018-09-01T10:00:00+08:00")]
    lines = Sheets(engine).lines(events, engine.judge(events, LATER).findings, {})
    assert {(line.about, line.good, line.day) for line in lines if line.about in ("committed", "card")} == {
        ("committed", 0, date(2018, 10, 15)), ("card", 0, date(2018, 10, 15)),
    }  # fmt: skip


def test_a_clock_that_cannot_be_judged_is_counted_as_such_and_not_as_kept() -> None:
    lines = told(ACCEPTED, GRANTED, item={name: said for name, said in ITEM.items() if name != "committed_limit"})
    assert not of(lines, "committed")
    assert [line.word for line in of(lines, "unjudged")] == ["committed"]
    assert one(lines, "statutory").good == 1


def test_what_was_given_up_says_nothing_of_speed() -> None:
    """Whoever has applicants withdraw on the first day is no faster for it."""
    lines = told(ACCEPTED, event("withdrawn", "2018-10-16T10:00"))
    assert (one(lines, "closed").word, of(lines, "pace"), of(lines, "legal_pace")) == ("withdrawn", [], [])


def test_an_immediate_case_has_a_pace_in_days_begun() -> None:
    item = {"matter": "permit", "case_type": "immediate", "committed_limit": "same office day"}
    keys = [one(told(ACCEPTED, event("closed", end), item=item), "pace").key
            for end in ("2018-10-15T10:30", "2018-10-15T18:00", "2018-10-17T12:00")]  # fmt: skip
    assert keys == [1001, 1002, 1003]


def test_nobody_is_asked_to_end_before_the_day_on_which_it_began() -> None:
    """A window of immediate cases has no early rate, not one of zero; what comes in after hours may end early."""
    item = {"matter": "permit", "case_type": "immediate", "committed_limit": "same office day"}
    in_time, late = (event("closed", end) for end in ("2018-10-15T10:30", "2018-10-17T12:00"))
    assert [of(told(ACCEPTED, *end, item=item), "early") for end in ((), (in_time,), (late,))] == [[], [], []]
    evening = event("accepted", "2018-10-15T18:00"), event("closed", "2018-10-15T19:00")
    assert one(told(*evening, item=item), "early").good == 1


def test_who_never_opened_or_ended_anything_says_nothing() -> None:
    lines = told(event("camera_lost", "2018-10-15T10:00", camera="k"))
    assert {line.about for line in lines} == {"card"}
    assert Sheets(shipped()).lines([], [], {}) == frozenset()


def test_what_measures_is_part_of_the_fingerprint_and_of_no_rules_version() -> None:
    """Findings stay what they are when somebody decides to score another clock."""
    text = 'kind = "deadline"\nstart = ["accepted"]\nstop = ["closed"]\nlimit = "5 working_days"\nseverity = 2\n'
    plain, scored = (judging.engine(text + more) for more in ("", 'measure = "committed"\ncause = "lateness"\n'))
    assert plain.book.rules[0].version == scored.book.rules[0].version
    assert Sheets(plain).fingerprint != Sheets(scored).fingerprint
    assert (plain.book.rules[0].cause, scored.book.rules[0].cause) == ("R1", "lateness")


def measured(seed: int, most: int) -> Iterator[tuple[Drawn, Sheets, list[Finding]]]:
    """A random history for every rule that measures, its own lines, and what it finds long after."""
    for drawn in every_rule(seed, most):
        sheets = MEASURED.get(drawn.rule.id)
        if sheets is not None:
            yield drawn, sheets, drawn.judge.judge(drawn.events, last(drawn.events) + 40 * DAY).findings


@law
@given(seed=seeds, most=lengths)
def test_neither_order_nor_repetition_changes_a_line(seed: int, most: int) -> None:
    for drawn in every_rule(seed, most):
        findings = WHOLE.judge(drawn.events, last(drawn.events) + 9 * DAY).findings
        again = shuffled(drawn.rng, [*drawn.events, *drawn.rng.choices(drawn.events, k=2)])
        assert ALL.lines(again, findings[::-1], {}) == ALL.lines(drawn.events, findings, {}), drawn.rule.id


@law
@given(seed=seeds, most=lengths)
def test_no_two_lines_of_one_kind_rest_on_the_same(seed: int, most: int) -> None:
    """What is told twice by one reference could be neither counted nor taken back."""
    for drawn in every_rule(seed, most):
        findings = WHOLE.judge(drawn.events, last(drawn.events) + 9 * DAY).findings
        lines = ALL.lines(drawn.events, findings, {})
        assert max(Counter((line.about, line.ref) for line in lines).values(), default=1) == 1, drawn.rule.id


@law
@given(seed=seeds, most=lengths)
def test_a_clock_is_late_exactly_when_its_rule_found_its_limit_passed(seed: int, most: int) -> None:
    """A score that says otherwise than the finding could be defended before nobody."""
    for drawn, sheets, findings in measured(seed, most):
        assert late(sheets.lines(drawn.events, findings, {})) == passed(findings), drawn.rule.id


def late(lines: frozenset[Line]) -> set[str]:
    """The starts of the clocks that were not kept."""
    return {line.ref for line in lines if line.about in CLOCKS and not line.good}


def days_late(lines: frozenset[Line]) -> dict[str, date]:
    """The days on which those count."""
    return {line.ref: line.day for line in lines if line.about in CLOCKS and not line.good}


def passed(findings: Sequence[Finding]) -> set[str]:
    """The starts of the clocks whose limit has passed, by their findings."""
    clocks = [finding.evidence.clock for finding in findings]
    return {clock.start_event for clock in clocks if clock is not None and clock.due_at is not None}


@law
@given(seed=seeds, most=lengths)
def test_ending_a_case_makes_no_clock_late_and_moves_no_lateness(seed: int, most: int) -> None:
    for drawn, sheets, findings in measured(seed, most):
        when = at(last(drawn.events)) + timedelta(days=drawn.rng.randint(0, 30))
        ended = [*drawn.events, CaseEvent(event_id="end", case_id="c", type="withdrawn", occurred_at=when, item="i")]
        after = drawn.judge.judge(ended, last(drawn.events) + 40 * DAY).findings
        before = sheets.lines(drawn.events, findings, {})
        then = sheets.lines(ended, after, {})
        assert late(then) <= late(before), drawn.rule.id
        assert days_late(then).items() <= days_late(before).items(), drawn.rule.id


EXAMPLES = [(rule, example) for rule in BOOK.rules if rule.kind != "population" for example in rule.examples]


def test_every_example_of_the_book_says_in_lines_what_the_whole_book_finds_in_it() -> None:
    """Each example as a case of the whole book: every clock that measures is late or kept as it was judged."""
    verdicts, behind = 0, 0
    for rule, example in EXAMPLES:
        alone, events, as_of = staged(BOOK, rule, example, "Asia/Shanghai")
        engine = Engine(BOOK, alone.catalogue, "Asia/Shanghai", alone.registers)
        findings = engine.judge(events, as_of).findings
        lines = Sheets(engine).lines(events, findings, {})
        for measure in CLOCKS:
            rules = {rule.id for rule in BOOK.rules if rule.measure == measure}
            told = [line for line in lines if line.about == measure]
            wanted = passed([finding for finding in findings if finding.rule in rules])
            assert {line.ref for line in told if not line.good} == wanted, (rule.id, example.get("title"), measure)
            verdicts, behind = verdicts + len(told), behind + len(wanted)
    assert (len(EXAMPLES) > 600, verdicts > 150, behind > 60) == (True, True, True), (verdicts, behind)


def test_the_cases_of_a_simulated_city_say_in_lines_what_was_found_in_them(tmp_path: Path) -> None:
    write(tmp_path, simulation(date(2026, 3, 2), date(2026, 4, 11), seed=5, cases=250, rates=Rates(overdue=0.2)))
    engine = load_engine(Settings(items_dir=str(tmp_path / "items"), registers_dir=str(tmp_path / "registers")))
    cases: dict[str, list[CaseEvent]] = {}
    for record in inputs.read([tmp_path / "events.jsonl"]):
        assert record.event is not None
        cases.setdefault(record.event.case_id, []).append(record.event)
    sheets, as_of = Sheets(engine), max(micros(e.occurred_at) for events in cases.values() for e in events)
    rules, behind = {rule.id for rule in BOOK.rules if rule.measure in CLOCKS}, 0
    for case, events in cases.items():
        findings = engine.judge(events, as_of).findings
        lines = sheets.lines(events, findings, {})
        wanted = passed([finding for finding in findings if finding.rule in rules])
        assert late(lines) == wanted, case
        behind += len(wanted)
    assert behind > 20
