"""Population rules over the store: which periods are due, their findings, their revisions, and whether they are right.

A period is judged up to its end (a running one up to its last look) on the events that had occurred by then. It is due
again when the rule, the catalogue, the registers or the calendar changed, or when an event from before its end was
stored since: late news is never lost. What was published is revised or withdrawn, never deleted.
"""

import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from mingjing.calendars import Calendar
from mingjing.errors import MingjingError, StoreUnavailable
from mingjing.instants import DAY, at, micros
from mingjing.store import Store
from mingjing.store.gathering import Gathering
from mingjing.store.registers import keep_registers
from mingjing.store.rows import JudgedPeriod
from mingjing.types import Finding
from mingjing.zones import Zone, zone
from rules import Engine
from rules.periods import Period, begin, periods
from rules.populations import PopulationRule, findings, population_rules
from rules.revisions import revise
from streams.given import Given, given, parameters, uncovered, working_around
from streams.verify import Difference, compare

SETTLE_S = 10.0
"""Events stored so shortly before a run may not have been visible to it: they call for another look."""
CASES = re.compile(r"\b(cases|pauses|days)\b")
"""Queries that name none of these can do without the cases of their period being summed up."""
NO_PERIOD = Period(0, DAY, date(1970, 1, 1))
NOWHERE = ""
"""The case under which the store keeps findings that belong to no case."""


class Due(NamedTuple):
    """A period that a rule is to judge."""

    of: PopulationRule
    period: Period


def _begin(one: Due) -> int:
    return one.of.kind.begin(one.period.since)


def _bounds(one: Due) -> tuple[int, int]:
    """What the cases are gathered for: the period, and the days before it that the rule looks back."""
    return _begin(one), one.period.until


class Outcome(Struct, frozen=True):
    """One rule's judgement of one period. `error`: why there is none; earlier findings then stand."""

    of: PopulationRule
    period: Period
    findings: list[Finding]
    rows: int
    seconds: float
    error: str = ""


class Run(Struct):
    """What a run did."""

    as_of: int
    outcomes: list[Outcome]
    published: list[Finding]


class Verified(Struct):
    """What `verify` saw. `waiting`: judged periods that are due again: something was stored or changed since."""

    periods: int
    waiting: int
    findings: int
    differences: list[Difference]


class News:
    """When the last event from before an instant was stored."""

    def __init__(self, store: Store) -> None:
        rows = store.query("stored_by_hour")
        self._hours = [micros(row["hour"]) for row in rows]
        self._latest = list(accumulate((row["stored"] for row in rows), max))

    def before(self, instant: int) -> datetime:
        """The store's clock at that event's arrival; 1970 where there is none."""
        place = bisect_left(self._hours, instant)
        return self._latest[place - 1] if place else at(0)


class Census:
    """The population rules of an engine over one store."""

    def __init__(self, store: Store, dsn: str, engine: Engine, calendar: Calendar, timezone: str) -> None:
        self._store, self._dsn = store, dsn
        self.rules = [one for one in population_rules(engine.book) if one.rule.id not in engine.idle]
        self._given: Given = given(engine, calendar)
        self._registers = engine.registers
        self._zone = zone(timezone)

    def as_of(self) -> int | None:
        """How far time has passed: as far as the workers have come, else up to the last event; None without any."""
        row = self._store.query("time_passed")[0]
        reached = row["reached"] or row["last"]
        return None if reached is None else micros(reached)

    def run(self, as_of: int, *, since: int | None = None, settle: float = SETTLE_S) -> Run:
        """Judges every period that is due and publishes what changed. StoreUnavailable: run it again."""
        self._store.write_items(self._given.items)
        keep_registers(self._store, self._registers)
        known = self._store.query("server_time")[0]["now"] - timedelta(seconds=settle)
        every = list(self._every(as_of, since))
        done, news = self._store.judged_periods(), News(self._store)
        published = self._store.published([NOWHERE]).get(NOWHERE, {})
        from_day = None if since is None else date.fromordinal(self._zone.day(since))
        changed = list(orphans(published.values(), every, as_of, from_day))
        outcomes = list(self.judge([one for one in every if self._is_due(one, done, news)], as_of))
        for outcome in outcomes:
            if not outcome.error:
                changed += revise(of_period(published, Due(outcome.of, outcome.period)), outcome.findings, as_of)
        self._store.write_findings(changed)
        self._store.write_judged_periods([self._judged(one, as_of, known) for one in outcomes])
        return Run(as_of, outcomes, changed)

    def verify(self) -> Verified:
        """Every judged period again, at its own as-of, and compared with what is stored."""
        done, news = self._store.judged_periods(), News(self._store)
        rules = {one.rule.id: one for one in self.rules}
        known = [Due(rules[row.rule], _period(row, self._zone)) for row in done.values() if row.rule in rules]
        known = [one for one in known if begin(one.of.kind.over, one.period.first) == one.period.first]
        waiting = {(one.of.rule.id, one.period.first) for one in known if self._is_due(one, done, news)}
        again = [one for one in known if (one.of.rule.id, one.period.first) not in waiting]
        published = self._store.published([NOWHERE]).get(NOWHERE, {})
        left = {key: one for key, one in published.items() if (one.rule, _first(one)) not in waiting}
        found: list[Finding] = []
        for outcome in self.judge(again, {key: micros(row.as_of) for key, row in done.items()}):
            found += outcome.findings
        return Verified(len(again), len(waiting), len(found), list(compare(NOWHERE, found, left)))

    def judge(self, due: Sequence[Due], as_of: int | Mapping[tuple[str, datetime], int]) -> Iterator[Outcome]:
        """Judges periods, those of the same bounds over the same tables; `as_of` one for all, or by rule and period.

        A query that fails takes the tables with it: they are then gathered again for the periods that are left.
        """
        left = self._in_order(due)
        while left:
            with self._gathering() as gathered:
                bounds = None
                gathered.facts(at(min(map(_begin, left))), at(max(one.period.until for one in left)))
                while left:
                    one = left.pop()
                    if CASES.search(one.of.kind.sql) and bounds != _bounds(one):
                        bounds = _bounds(one)
                        self._cases(gathered, at(bounds[0]), at(bounds[1]))
                    outcome = self._ask(
                        gathered, one, as_of if isinstance(as_of, int) else as_of[one.of.rule.id, at(one.period.since)]
                    )
                    yield outcome
                    if outcome.error:
                        break

    def trial(self, as_of: int, since: int) -> list[Finding]:
        """What the rules say of every period since then, without a word to the store; raises MingjingError."""
        found = []
        for outcome in self.judge(list(self._every(as_of, since)), as_of):
            if outcome.error:
                raise MingjingError(f"{outcome.of.rule.id}: {outcome.error}")
            found += outcome.findings
        return found

    def mistakes(self) -> dict[str, str]:
        """The rules whose queries the store does not understand, and why."""
        found = {}
        for of in self.rules:
            with self._gathering() as gathered:
                try:
                    gathered.explain(of.kind.sql, parameters(of.kind, NO_PERIOD, self._zone.name), of.kind.types)
                except StoreUnavailable:
                    raise
                except MingjingError as wrong:
                    found[of.rule.id] = _reason(wrong)
        return found

    def _in_order(self, due: Sequence[Due]) -> list[Due]:
        """The latest bounds first, as they are taken from the end."""
        return sorted(due, key=lambda one: (*_bounds(one), one.of.rule.id), reverse=True)

    @contextmanager
    def _gathering(self) -> Iterator[Gathering]:
        with Gathering(self._dsn) as gathered:
            gathered.catalogue(self._given.items)
            gathered.registers(self._given.agreed, self._given.people, self._given.entries)
            yield gathered

    def _cases(self, gathered: Gathering, since: datetime, until: datetime) -> None:
        days = working_around(self._given.calendar, gathered.first() or since, since, until)
        gathered.cases(since, until, days, self._zone.name)

    def _ask(self, gathered: Gathering, one: Due, as_of: int) -> Outcome:
        """One rule's judgement of one period; an error of its own stops neither the others nor the run."""
        began = time.monotonic()
        period = one.period
        try:
            self._demand_years(period)
            rows = gathered.rows(
                one.of.kind.sql, parameters(one.of.kind, one.period, self._zone.name), one.of.kind.types
            )
            found = findings(one.of, rows, period, as_of, self._zone)
        except StoreUnavailable:
            raise
        except KeyError as missing:
            return Outcome(one.of, period, [], 0, 0, f"the query has no column {missing}")
        except Exception as wrong:  # noqa: BLE001 - a defect of one rule must not silence the others
            return Outcome(one.of, period, [], 0, time.monotonic() - began, _reason(wrong))
        return Outcome(one.of, period, found, len(rows), time.monotonic() - began)

    def _demand_years(self, period: Period) -> None:
        years = range(period.first.year, at(period.until - 1).astimezone(self._zone.info).year + 1)
        missing = uncovered(self._given.calendar, years)
        if missing is not None:
            raise MingjingError(f"calendar {missing}")

    def _every(self, as_of: int, since: int | None) -> Iterator[Due]:
        """All periods of all rules, from the first event (or `since`) up to as-of."""
        begun = self._store.query("time_passed")[0]["first"]
        if begun is None:
            return
        start = max(micros(begun), since) if since is not None else micros(begun)
        for of in self.rules:
            for period in periods(of.kind.over, of.kind.every, start, as_of, self._zone):
                yield Due(of, period)

    def _is_due(self, one: Due, done: Mapping[tuple[str, datetime], JudgedPeriod], news: News) -> bool:
        before = done.get((one.of.rule.id, at(one.period.since)))
        if before is None or before.error or micros(before.until) != one.period.until:
            return True
        same = (before.rule_version, before.given) == (one.of.rule.version, self._given.fingerprint)
        return not same or news.before(one.period.until) > before.known

    def _judged(self, one: Outcome, as_of: int, known: datetime) -> JudgedPeriod:
        return JudgedPeriod(
            rule=one.of.rule.id,
            rule_version=one.of.rule.version,
            since=at(one.period.since),
            until=at(one.period.until),
            as_of=at(as_of),
            known=known,
            given=self._given.fingerprint,
            rows=one.rows,
            findings=len(one.findings),
            seconds=round(one.seconds, 3),
            error=one.error,
        )


def _reason(wrong: Exception) -> str:
    """What is wrong, without where the store is."""
    if isinstance(wrong, MingjingError):
        return str(wrong).partition("ClickHouse refuses: ")[2] or str(wrong)
    return f"{type(wrong).__name__}: {wrong}"


def orphans(published: Iterable[Finding], every: Iterable[Due], as_of: int, since: date | None) -> Iterator[Finding]:
    """Withdraws what belongs to no period of any rule any more: the rule is gone, or its periods are others."""
    there = {(one.of.rule.id, one.period.first) for one in every}
    for one in published:
        first = _first(one)
        if (one.rule, first) not in there and (since is None or first >= since) and micros(one.occurred_at) <= as_of:
            yield from revise({one.finding_id: one}, [], as_of)


def _first(one: Finding) -> date:
    """The first day of the period of which a finding speaks."""
    return date.fromisoformat(one.evidence.facts["since"])


def _period(row: JudgedPeriod, of: Zone) -> Period:
    return Period(micros(row.since), micros(row.until), date.fromordinal(of.day(micros(row.since))))


def of_period(published: Mapping[str, Finding], one: Due) -> dict[str, Finding]:
    """The published findings of a rule that speak of a period."""
    mine = (one.of.rule.id, one.period.first)
    return {key: finding for key, finding in published.items() if (finding.rule, _first(finding)) == mine}
