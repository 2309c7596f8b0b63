"""What every clock of the shipped book obeys around its due instant: stops, pauses, extensions, the end of the year.

The clocks are those of the rules' own examples: each starts as there, and nothing happens but what a law adds.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from mingjing.codec import decode
from mingjing.instants import DAY, micros
from mingjing.types import CaseEvent, Clock, Finding
from rules import Engine
from rules.book import Book, Rule
from rules.staging import catalogue_of, registers_of
from tests.rules.histories import BOOK, RULES, SETTINGS, moved, patterns

SECOND = timedelta(seconds=1)
LATER = 400 * DAY
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Started(NamedTuple):
    """A clock of a rule's example: the events up to its start, and what is found when nothing stops it."""

    rule: Rule
    judge: Engine
    events: list[CaseEvent]
    finding: Finding
    clock: Clock
    due: datetime

    def found(self, *added: CaseEvent) -> Finding | None:
        """What the clock comes to with more events, long after."""
        judgement = self.judge.judge([*self.events, *added], micros(self.due) + LATER)
        return next((one for one in judgement.findings if one.finding_id == self.finding.finding_id), None)

    def event(self, slot: Any, at: datetime, **data: Any) -> CaseEvent:
        """An event of the case that fills a slot, as of the clock's own key."""
        pattern = next(patterns(slot))
        start = next(event for event in self.events if event.event_id == self.clock.start_event)
        paths = self.rule.file.data.get("key", [])
        names = [path.removeprefix("data.") for path in ([paths] if isinstance(paths, str) else paths)]
        kept = {names[0]: self.finding.evidence.facts["key"]} if names else {}
        given = {name: w[0] if isinstance(w, list) else w for name, w in pattern.items() if name not in ("has", "data")}
        wanted = {n: w[0] if isinstance(w, list) else w for n, w in pattern.get("data", {}).items()}
        has = {path.removeprefix("data."): "1" for path in pattern.get("has", [])}
        return CaseEvent(
            event_id=f"{pattern['type']} {at}", case_id=start.case_id, item=start.item, occurred_at=at,
            data={**has, **kept, **wanted, **data}, **given,
        )  # fmt: skip


def clocks() -> Iterator[Started]:
    """The clocks of all examples that a deadline rule flags."""
    for rule in (rule for rule in RULES if rule.kind == "deadline"):
        for example in rule.examples:
            yield from _started(rule, example)


def _started(rule: Rule, example: Mapping[str, Any]) -> Iterator[Started]:
    book = Book((rule,), BOOK.table, BOOK.accepted)
    engine = Engine(book, catalogue_of(example), SETTINGS.timezone, registers_of(example))
    rows = [{"case_id": "c", "event_id": f"e{n}", "item": "i", **row} for n, row in enumerate(example["events"])]
    events = [decode(msgspec.json.encode(row)) for row in rows]
    last = max(micros(event.occurred_at) for event in events)
    for finding in engine.judge(events, last + LATER).findings:
        clock = finding.evidence.clock
        assert clock is not None
        begun = next(event.occurred_at for event in events if event.event_id == clock.start_event)
        before = [event for event in events if event.occurred_at <= begun]
        for one in engine.judge(before, last + LATER).findings:
            counted = one.evidence.clock
            if one.finding_id == finding.finding_id and counted and counted.due_at and counted.due_at > begun + SECOND:
                yield Started(rule, engine, before, one, counted, counted.due_at)


CLOCKS = list(clocks())


def late(finding: Finding | None) -> tuple[Any, ...] | None:
    """What of a finding the events after its due instant must leave alone."""
    clock = None if finding is None else finding.evidence.clock
    return None if finding is None or clock is None else (clock.due_at, clock.limit)


def uncapped(rule: Rule) -> list[Mapping[str, Any]]:
    """The pauses that last until they end, and whose events mean nothing else to the rule."""
    data = rule.file.data
    others = {pattern["type"] for pattern in patterns([data["start"], data["stop"]])}
    rows = [row for row in data.get("pause", []) if "cap" not in row]
    return [row for row in rows if others.isdisjoint(one["type"] for one in patterns([row["from"], row["to"]]))]


def pausing() -> Iterator[tuple[Started, Mapping[str, Any]]]:
    """Every clock with every pause that can be tried on it."""
    return ((one, row) for one in CLOCKS for row in uncapped(one.rule))


def test_there_are_clocks_of_every_kind_to_try_the_laws_on() -> None:
    assert len({one.rule.id for one in CLOCKS}) > 20
    assert len({one.rule.id for one, _ in pausing()}) > 3
    assert [one for one in CLOCKS if "extend" in one.rule.file.data]


def test_a_stop_just_before_the_due_instant_is_on_time_and_one_just_after_it_is_late() -> None:
    for one in CLOCKS:
        stop = one.rule.file.data["stop"]
        assert late(one.found(one.event(stop, one.due - SECOND))) in (None, (None, one.clock.limit)), one.rule.id
        if all(rung["at"].startswith("due +") for rung in one.rule.file.data.get("ladder", [{"at": "due"}])):
            continue  # H3: what is a little late is no finding yet
        after = one.found(one.event(stop, one.due + SECOND))
        assert after is not None, one.rule.id
        assert (late(after), after.status) == (late(one.finding), "resolved"), one.rule.id


def test_a_pause_that_starts_after_the_due_instant_moves_nothing() -> None:
    """A case that is overdue cannot be stopped out of it."""
    for one, row in pausing():
        assert late(one.found(one.event(row["from"], one.due + SECOND))) == late(one.finding), one.rule.id


def test_a_pause_that_never_ends_is_never_overdue() -> None:
    for one, row in pausing():
        found = one.found(one.event(row["from"], begun(one) + SECOND))
        assert late(found) in (None, (None, one.clock.limit)), one.rule.id


def test_pauses_that_overlap_or_nest_count_once() -> None:
    """The union of the pauses counts, never their sum: whoever stops a clock twice does not gain twice."""
    for one, outer in pausing():
        days = [begun(one) + timedelta(days=day) for day in (1, 2, 3, 4)]
        long = [one.event(outer["from"], days[0]), one.event(outer["to"], days[3])]
        alone = late(one.found(*long))
        for inner in uncapped(one.rule):
            if inner is not outer:
                nested = [one.event(inner["from"], days[1]), one.event(inner["to"], days[2])]
                assert late(one.found(*long, *nested)) == alone, one.rule.id
                crossing = [one.event(outer["from"], days[0]), one.event(outer["to"], days[2])]
                assert late(one.found(*crossing, one.event(inner["from"], days[1]), one.event(inner["to"], days[3])))\
                    == alone, one.rule.id  # fmt: skip
        again = one.event(outer["from"], days[1])
        assert late(one.found(*long, again)) == alone, one.rule.id


def begun(one: Started) -> datetime:
    """The instant of a clock's start event."""
    return next(event.occurred_at for event in one.events if event.event_id == one.clock.start_event)


def test_an_extension_one_second_before_the_due_instant_counts_and_one_second_after_it_does_not() -> None:
    for one in CLOCKS:
        extend = one.rule.file.data.get("extend")
        if extend is None:
            continue
        days = {str(extend["add"]).removeprefix("data."): 2}
        before = late(one.found(one.event(extend["by"], one.due - SECOND, **days)))
        assert before is not None, one.rule.id
        assert before[1] > one.clock.limit, one.rule.id
        assert before[0] > one.due, one.rule.id
        for instant in (one.due, one.due + SECOND):
            assert late(one.found(one.event(extend["by"], instant, **days))) == late(one.finding), one.rule.id


def test_at_the_years_end_without_the_next_years_calendar_a_clock_is_not_judged() -> None:
    """Working days of a year that is not announced are never guessed: it is said which calendar is lacking."""
    tried = set()
    for one in CLOCKS:
        if one.finding.evidence.calendar is None or "since" in one.rule.file.data or one.clock.precision != "day":
            continue
        if one.clock.unit == "days":
            continue  # counted without a calendar: a notice stands, and only the last day asks whether it is a rest day
        by = date(2026, 12, 31) - begun(one).astimezone(SHANGHAI).date()
        events = [moved(event, by) for event in one.events]
        for instant in (datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), datetime(2027, 3, 1, tzinfo=SHANGHAI)):
            judgement = one.judge.judge(events, micros(instant))
            assert one.finding.finding_id not in {found.finding_id for found in judgement.findings}, one.rule.id
            lacking = {note.reason for note in judgement.not_judged}
            assert lacking == ({"calendar 2027"} if instant.year == 2027 else set()), one.rule.id
        tried.add(one.rule.id)
    assert len(tried) > 10
