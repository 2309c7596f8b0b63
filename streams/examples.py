"""The examples of population rules, judged through a real store: their events stand in for what a run would gather."""

from collections.abc import Mapping
from typing import Any

from mingjing.calendars import Calendar
from mingjing.errors import MingjingError, Mistake, StoreUnavailable
from mingjing.instants import at, micros, parse
from mingjing.store.gathering import Gathering
from mingjing.types import CaseEvent, Finding
from mingjing.zones import zone
from rules.book import Book
from rules.catalogue import Catalogue
from rules.crowds import events_of
from rules.engine import Engine, in_order
from rules.history import History
from rules.patterns import Pattern, PatternTable
from rules.periods import Period, periods
from rules.populations import PopulationRule, findings, population_rules
from rules.staging import catalogue_of, registers_of
from streams.given import given, item_row, parameters, working_around


def check_population_examples(book: Book, dsn: str, calendar: Calendar, timezone: str) -> list[Mistake]:
    """Examples of a book's population rules that are not fulfilled, and queries that the store does not understand."""
    mistakes = []
    for of in population_rules(book):
        file = of.rule.file
        for index, example in enumerate(of.rule.examples):
            try:
                with Gathering(dsn) as gathered:
                    said = disagreement(gathered, of, example, calendar, timezone)
            except StoreUnavailable:
                raise
            except MingjingError as wrong:
                mistakes.append(file.mistake("sql", f"the store does not understand {of.rule.id}'s query: {wrong}"))
                break
            if said is not None:
                title = example.get("title", f"number {index + 1}")
                mistakes.append(Mistake(file.name, file.line("example", index), f"example {title!r} {said}"))
    return mistakes


def disagreement(
    gathered: Gathering, of: PopulationRule, example: Mapping[str, Any], calendar: Calendar, timezone: str
) -> str | None:
    """How an example's `expect` differs from what the rule finds; None where they agree.

    An entry of `expect` is compared in the keys that it has: `severity`, `subject`, `at`.
    """
    try:
        found = judge_example(gathered, of, example, calendar, timezone)
        wanted = [dict(entry) for entry in example["expect"]]
    except (ValueError, TypeError, AttributeError) as wrong:
        return f"cannot be read: {wrong}"
    have = [{"severity": f.severity, "subject": f.subject, "at": f.occurred_at} for f in found]
    wanted = [{key: parse(str(v)) if key == "at" else v for key, v in entry.items()} for entry in wanted]
    left = list(have)
    for want in wanted:
        match = next((one for one in left if all(one.get(key) == value for key, value in want.items())), None)
        if match is None:
            return f"expects {want}, but the rule finds {have or 'nothing'}"
        left.remove(match)
    return f"expects {wanted or 'nothing'}, but the rule finds {have}" if left else None


def judge_example(
    gathered: Gathering, of: PopulationRule, example: Mapping[str, Any], calendar: Calendar, timezone: str
) -> list[Finding]:
    """What a rule says of an example at its `as_of`, of every period."""
    as_of = micros(parse(str(example["as_of"])))
    events = [event for instant, _, event in in_order(History(events_of(example)).events) if instant < as_of]
    catalogue, there = catalogue_of(example), zone(timezone)
    engine = Engine(_alone(of), catalogue, timezone, registers_of(example))
    codes = _items(events, catalogue)
    gathered.catalogue([item_row(version) for code in codes for version in catalogue.versions(code)])
    known = given(engine, calendar)
    gathered.registers(known.agreed, known.people, known.entries)
    found: list[Finding] = []
    begun = min((micros(event.occurred_at) for event in events), default=as_of)
    for period in periods(of.kind.over, of.kind.every, begun, as_of, there):
        gathered.given_facts([event for event in events if micros(event.occurred_at) < period.until])
        found += _judged(gathered, of, period, as_of, calendar, timezone)
    return found


def _judged(
    gathered: Gathering, of: PopulationRule, period: Period, as_of: int, calendar: Calendar, timezone: str
) -> list[Finding]:
    since, until = at(of.kind.begin(period.since)), at(period.until)
    gathered.cases(since, until, working_around(calendar, gathered.first() or since, since, until), timezone)
    rows = gathered.rows(of.kind.sql, parameters(of.kind, period, timezone), of.kind.types)
    return findings(of, rows, period, as_of, zone(timezone))


def _items(events: list[CaseEvent], catalogue: Catalogue) -> list[str]:
    """The items of the events, and those that the catalogue lists besides."""
    return sorted({event.item for event in events if event.item} | {version.item for version in catalogue})


def _alone(of: PopulationRule) -> Book:
    table = PatternTable()
    return Book((of.rule,), table, table.slot([Pattern("accepted", ())]))
