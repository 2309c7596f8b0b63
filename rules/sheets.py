"""Score lines 考核明细 of one case: its history, findings and rulings in, what it says about who handled it out.

Pure, and a function of what it is given alone: no as-of, no order. Whether an open case is late is not asked of a wall
clock but of its findings. docs/score-lines.md explains every line.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from mingjing.clock import FOREVER
from mingjing.instants import at, micros
from mingjing.quantities import quantity
from mingjing.scoring.lines import LONGEST, About, Line, pace_key
from mingjing.scoring.rulings import Ruling
from mingjing.types import CaseEvent, Finding, Moment
from mingjing.zones import Zone
from rules.book import Rule
from rules.case import Case
from rules.engine import Engine, finding_id, in_order
from rules.history import History
from rules.kinds.deadline import Deadline
from rules.limits import CannotJudge
from rules.measures import Measured, Said
from rules.shapes import Hits, Shapes
from rules.standing import Standing, counts, severity

OPENINGS = frozenset({"material_received", "accepted", "levy_declared", "penalty_filed", "wo_received"})
"""What opens a case 收件, 受理, 立案, 受单; the first of them counts."""
ENDS = {"decided": 0, "withdrawn": 1, "terminated": 2, "closed": 3, "wo_closed": 4, "wo_merged": 5}
"""What ends a case; of several at one instant the one that comes first here."""
GIVEN_UP = ("withdrawn", "terminated")
"""The ends that say nothing of how fast a case was handled."""
APPLIED = frozenset({"submitted", "material_received", "accepted"})
"""What shows that a case is an application, whose gaps are to be told at once."""
OWN = ("step", "delivery")
"""The clocks that concern whoever their own start names."""
NOTED = frozenset({"correction_notified", "rated", "rating_reviewed", "complained"})
"""What a case tells beside its opening, its end and its clocks."""
SATISFIED = 3
"""The fewest stars of a satisfied rating: 基本满意 (国办发〔2019〕51号)."""
REVISION = 2
"""Raised whenever the same history makes other lines than before."""


class Who(NamedTuple):
    """Whom a line is about: codes, "" where unknown."""

    region: str
    department: str
    window: str
    officer: str
    item: str

    def of(self, event: CaseEvent) -> "Who":
        """What an event says itself, and these where it does not."""
        return Who(*[_code(getattr(event, name)) or own for name, own in zip(self._fields, self, strict=True)])


class Sheets:
    """Makes score lines with a rule book, which says what measures and what is one cause."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._causes = {rule.id: rule.cause for rule in engine.book.rules}
        measuring = [rule for rule in engine.book.rules if rule.measure and rule.id not in engine.idle]
        self._shapes = Shapes(engine.book, measuring)
        said = [(rule.id, rule.version, rule.measure, rule.cause) for rule in engine.book.rules]
        self.fingerprint = hashlib.sha256(msgspec.json.encode((REVISION, engine.zone.name, said))).hexdigest()[:12]
        """Of all that makes the same history say other lines, but for catalogue and registers."""

    def lines(
        self, events: Iterable[CaseEvent], findings: Sequence[Finding], rulings: Mapping[str, Ruling]
    ) -> frozenset[Line]:
        """The lines of one case.

        `events`: its history in any order, duplicates allowed. `findings`: the latest revisions of the case's own, and
        those of E2 about its windows: a confirmed one leaves their ratings out. `rulings`: the last of each finding.
        """
        standing = Standing(findings, rulings)
        made = self._found((finding, ruling) for finding, ruling in standing if finding.case_id)
        moments = in_order(_once(events))
        return frozenset((*made, *self._told(moments, standing))) if moments else frozenset(made)

    def finding_lines(self, finding: Finding, ruling: Ruling | None) -> frozenset[Line]:
        """The lines of a finding that belongs to no case, such as one of a window's quarter."""
        return frozenset(self._found([(finding, ruling)]))

    def _found(self, findings: Iterable[tuple[Finding, Ruling | None]]) -> list[Line]:
        """One card per cause, the gravest (of equal ones the first), and every doubt that was confirmed."""
        gravest: dict[str, tuple[tuple[int, datetime, str], Line]] = {}
        made: list[Line] = []
        for finding, ruling in findings:
            if not counts(finding, ruling):
                continue
            cause = self._causes.get(finding.rule) or finding.rule.partition("-")[0]
            grave = severity(finding, ruling)
            card = self._card(finding, f"{cause}:{grave}")
            rank = (-grave, finding.occurred_at, finding.finding_id)
            if cause not in gravest or rank < gravest[cause][0]:
                gravest[cause] = rank, card
            if ruling is not None and ruling.outcome == "confirmed":
                made.append(msgspec.structs.replace(card, about="confirmed"))
        return [*made, *(card for _, card in gravest.values())]

    def _card(self, finding: Finding, word: str) -> Line:
        return Line(
            about="card",
            day=_day(self._engine.zone, micros(finding.occurred_at)),
            at=finding.occurred_at,
            region=_code(finding.region),
            department=_code(finding.department),
            window=_code(finding.window),
            officer=_code(finding.officer),
            item=_code(finding.item),
            word=word,
            ref=finding.finding_id,
        )

    def _told(self, moments: Sequence[Moment], standing: Standing) -> Iterable[Line]:
        """What the events themselves say."""
        engine = self._engine
        shape = self._shapes.of(moments)
        hits = Hits(moments, shape.places)
        case = Case(moments, hits, FOREVER, engine.catalogue, engine.zone, engine.book.accepted, engine.registers)
        page = Page(case, engine.zone)
        made = {(line.about, line.ref): line for line in page.events(standing)}
        for rule, applies in shape.plan(case, self._shapes.kind(case)):
            for line in page.clocks(rule, standing, applies=applies):
                known = made.setdefault((line.about, line.ref), line)
                if line.good < known.good:  # of two clocks of one start the one that was not kept
                    made[line.about, line.ref] = line
        return made.values()


class Page:
    """One case while its lines are made."""

    def __init__(self, case: Case, zone: Zone) -> None:
        self._case, self._zone = case, zone
        self._opened = next((moment for moment in case.moments if moment[2].type in OPENINGS), None)
        self._end = self._ended()
        self._who = self._whole()

    def _ended(self) -> Moment | None:
        """The first end at or after the acceptance, else after the opening."""
        accepted = self._case.acceptance()
        since = accepted[0] if accepted else self._opened[0] if self._opened else -FOREVER
        end: Moment | None = None
        for moment in self._case.moments:
            if moment[2].type in ENDS and moment[0] >= since:
                if end is not None and moment[0] > end[0]:
                    break
                if end is None or ENDS[moment[2].type] < ENDS[end[2].type]:
                    end = moment
        return end

    def _whole(self) -> Who:
        """Whom the case as a whole is about: as its acceptance says, and the officer who ended it."""
        accepted = self._case.acceptance()
        first = self._case.first
        whole = [_code(first(name)) for name in Who._fields]
        who = Who(*whole).of(accepted[1]) if accepted else Who(*whole)
        officer = _code(self._end[2].officer) if self._end else ""
        return who._replace(officer=officer) if officer else who

    def _line(self, about: About, instant: int, ref: str, who: Who | None = None, **more: Any) -> Line:
        region, department, window, officer, item = who or self._who
        return Line(
            about=about,
            day=_day(self._zone, instant),
            at=at(instant),
            region=region,
            department=department,
            window=window,
            officer=officer,
            item=item,
            ref=ref,
            **more,
        )

    def events(self, standing: Standing) -> Iterator[Line]:
        """The lines that need no clock."""
        if self._opened is not None:
            instant, event_id, event = self._opened
            local = event.occurred_at.astimezone(self._zone.info)
            yield self._line("opened", instant, event_id, key=local.weekday() * 24 + local.hour + 1)
        corrections = 0
        rated: dict[str, Line | None] = {}
        for instant, event_id, event in [moment for moment in self._case.moments if moment[2].type in NOTED]:
            match event.type:
                case "correction_notified":
                    corrections += 1
                case "rated":
                    rated[event_id] = self._rating(instant, event, standing)
                case "rating_reviewed" if rated and event.data.get("result") == "invalid":
                    rated.popitem()
                case "complained":
                    yield self._line("complaint", instant, event_id, self._who.of(event))
        yield from filter(None, rated.values())
        if self._end is not None:
            yield from self._closing(self._end, corrections)

    def _closing(self, end: Moment, corrections: int) -> Iterator[Line]:
        instant, event_id, event = end
        result = event.data.get("result") if event.type == "decided" else None
        word = result if isinstance(result, str) and result else event.type if event.type in GIVEN_UP else "closed"
        yield self._line("closed", instant, event_id, good=int(word == "granted"), word=word)
        if any(event.type in APPLIED for _, _, event in self._case.moments):
            yield self._line("once", instant, event_id, good=int(corrections <= 1))

    def _rating(self, instant: int, event: CaseEvent, standing: Standing) -> Line | None:
        """A rating that counts; None where it is malformed, or its window is confirmed to have rated itself."""
        stars = event.data.get("stars")
        if isinstance(stars, bool) or stars not in (1, 2, 3, 4, 5):
            return None
        who = self._who.of(event)
        if standing.brushed((who.window, self._who.window), _day(self._zone, instant)):
            return None
        return self._line("rating", instant, event.event_id, who, good=int(stars >= SATISFIED), key=int(stars))

    def clocks(self, rule: Rule, standing: Standing, *, applies: bool) -> Iterator[Line]:
        """What a rule's clocks say."""
        for clock in _measured(rule, self._case, applies=applies):
            if clock.said.why:
                ref = f"{clock.event.event_id}#{rule.measure}"
                yield self._line("unjudged", clock.opened, ref, self._of(rule, clock), word=rule.measure)
            elif rule.measure == "parallel":
                yield from self._joint(clock)
            else:
                yield from self._verdict(rule, clock, standing)

    def _verdict(self, rule: Rule, clock: Measured, standing: Standing) -> Iterator[Line]:
        """Whether the limit was kept, on the day when that is known: the day it ended, or the day after the due one.

        A running clock is late once a finding that stands says so; a revoked finding makes no clock late.
        """
        found = finding_id(rule.id, self._case.case_id, clock.occurrence) if rule.id in standing.rules else ""
        due: int | None = clock.said.due
        if clock.stop is None:
            since = standing.late_since(found) if found else None
            due = None if since is None else micros(since)
        elif found and standing.revoked(found):
            due = None
        if due is None and clock.stop is None:
            return
        if due is not None and rule.given and self._case.hits[rule.given][0][0] > max(due, clock.opened):
            return
        ref, who, about = clock.event.event_id, self._of(rule, clock), _ABOUT[rule.measure]
        instant = max(due, clock.opened) if due is not None else clock.stop[0] if clock.stop else 0
        yield self._line(about, instant, ref, who, good=int(due is None))
        last = clock.said.due_on if due is None else self._zone.day(due - 1)
        if rule.measure == "committed" and last is not None and last > self._zone.day(clock.opened):
            early = due is None and clock.stop is not None and self._zone.day(clock.stop[0]) < last
            yield self._line("early", instant, ref, who, good=int(early))
        yield from self._pace(rule, clock)

    def _pace(self, rule: Rule, clock: Measured) -> Iterator[Line]:
        """How much of the limit was used, where the case came to a decision."""
        about = _PACE.get(rule.measure)
        days = clock.said.days()
        if about is not None and clock.stop is not None and days is not None and clock.stop[2].type not in GIVEN_UP:
            yield self._line(about, clock.stop[0], clock.event.event_id, key=pace_key(*days))

    def _joint(self, clock: Measured) -> Iterator[Line]:
        """What the branches of a joint case might have taken one after the other, and what they took together."""
        days = clock.said.days()
        total = sum(_branches(self._case))
        if clock.stop is not None and days is not None and total:
            yield self._line("parallel", clock.stop[0], clock.event.event_id, n=round(total), good=days[1])

    def _of(self, rule: Rule, clock: Measured) -> Who:
        return self._who.of(clock.event) if rule.measure in OWN else self._who


_ABOUT: dict[str, About] = {
    "committed": "committed",
    "statutory": "statutory",
    "acceptance": "acceptance",
    "step": "step",
    "delivery": "delivery",
    "reply": "reply",
}
_PACE: dict[str, About] = {"committed": "pace", "statutory": "legal_pace"}


def _measured(rule: Rule, case: Case, *, applies: bool) -> Sequence[Measured]:
    """What a rule's clocks say of a case. A rule that cannot tell, or raises, leaves its first clock not judged."""
    assert isinstance(rule.judge, Deadline)
    try:
        return list(rule.judge.measure(case)) if applies or not rule.excludes(case) else ()
    except CannotJudge as cannot:
        why = str(cannot)
    except Exception as wrong:  # noqa: BLE001  (as in the engine: a defect of one rule must not silence the others)
        why = f"error: {type(wrong).__name__}: {wrong}"
    opened, _, event = case.hits[rule.judge.triggers[0]][0]
    return (Measured(event, opened, "", said=Said(why=why)),)


def _branches(case: Case) -> Collection[float]:
    """The limit of each unit's branch 支路时限 in working days: as it was told to the unit, else as the item says.

    None counts as more than LONGEST: what a source misspells must not outweigh all others, nor burst a column.
    """
    limits: dict[str, float] = {}
    for instant, _, event in case.moments:
        unit = event.data.get("unit")
        if event.type in ("branch_notified", "branch_received") and isinstance(unit, str) and unit not in limits:
            days = event.data.get("limit_days")
            with suppress(CannotJudge, ValueError):
                if isinstance(days, bool) or not isinstance(days, int | float) or days <= 0:
                    days = quantity(str(case.item(instant, event).fields.get("branch_limit"))).amount
                limits[unit] = min(days, LONGEST)
    return limits.values()


def _once(events: Iterable[CaseEvent]) -> Sequence[CaseEvent]:
    """Each event once, as the worker folds them."""
    arrived = list(events)
    return arrived if len({event.event_id for event in arrived}) == len(arrived) else History(arrived).events


def _day(zone: Zone, instant: int) -> date:
    """The local day of an instant."""
    return date.fromordinal(zone.day(instant))


def _code(value: str | None) -> str:
    return value.strip() if value else ""
