"""The engine: one case's history in, its findings out. Pure: no Kafka, no store, no wall clock."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.clock import FOREVER
from mingjing.instants import at, micros
from mingjing.registers import EMPTY, Registers
from mingjing.types import CaseEvent, Evidence, Finding, Moment, NotJudged
from mingjing.zones import zone
from rules.book import Book, Rule
from rules.case import Breach, Case
from rules.catalogue import Catalogue
from rules.limits import CannotJudge
from rules.shapes import Hits, Shapes
from rules.wording import message


class Judgement(Struct):
    """What the rules say of a case at an instant.

    `wake`: the next as-of (microseconds) at which silence alone could change it; None: never.
    The findings are first revisions; `rules.revisions` makes them revisions of what was published.
    """

    findings: list[Finding]
    not_judged: list[NotJudged]
    wake: int | None


class Engine:
    """A rule book with its catalogue and registers, ready to judge."""

    def __init__(self, book: Book, catalogue: Catalogue, timezone: str, registers: Registers = EMPTY) -> None:
        self.book = book
        self.catalogue = catalogue
        self.registers = registers
        self.zone = zone(timezone)
        self.idle = idle(book, catalogue, registers)
        self._shapes = Shapes(book, [rule for rule in book.rules if rule.id not in self.idle])

    def judge(self, events: Sequence[CaseEvent], as_of: int) -> Judgement:
        """Judges one case.

        `events` is its deduplicated history in any order; all of it counts, but silence only up to `as_of`
        (microseconds). The answer is a function of these alone: any order of arrival ends in the same findings.
        """
        moments = in_order(events)
        if not moments:
            return Judgement([], [], None)
        shape = self._shapes.of(moments)
        hits = Hits(moments, shape.places)
        case = Case(moments, hits, as_of, self.catalogue, self.zone, self.book.accepted, self.registers, events)
        findings: list[Finding] = []
        if shape.set_off:
            detected = at(as_of)
            for rule, applies in shape.plan(case, self._shapes.kind(case)):
                breaches = _ask(rule, case, applies=applies)
                if breaches:
                    findings += [_finding(rule, case, breach, detected) for breach in breaches]
            findings.sort(key=lambda finding: (finding.occurred_at, finding.finding_id))
        return Judgement(findings, case.notes, None if case.wake >= FOREVER else case.wake)


def _ask(rule: Rule, case: Case, *, applies: bool) -> Collection[Breach]:
    """A rule's breaches. A rule that raises is told of, and stops neither the case nor the other rules."""
    breaches: Collection[Breach] = ()
    try:
        if applies or not rule.excludes(case):
            breaches = rule.judge.judge(case)
    except CannotJudge as why:
        case.note(rule.id, str(why))
    except Exception as wrong:  # noqa: BLE001  (a defect of one kind must not silence the other rules)
        case.note(rule.id, f"error: {type(wrong).__name__}: {wrong}")
    if breaches and rule.given is not None:
        given = case.hits[rule.given][0][0]
        breaches = [breach for breach in breaches if given <= breach.instant]
    return breaches


def idle(book: Book, catalogue: Catalogue, registers: Registers) -> dict[str, tuple[str, ...]]:
    """The rules that cannot be asked here, each with the registers that it lacks."""
    there = registers.has | catalogue.has
    lacking = {rule.id: tuple(need for need in rule.needs if need not in there) for rule in book.rules}
    return {rule: missing for rule, missing in lacking.items() if missing}


def idle_by_need(idle: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Idle rules by what they lack, in words: `officers` or `officers, units`."""
    found: dict[str, list[str]] = {}
    for rule, lacking in sorted(idle.items()):
        found.setdefault(", ".join(lacking), []).append(rule)
    return dict(sorted(found.items()))


def in_order(events: Sequence[CaseEvent]) -> list[Moment]:
    """A case's events in order of instant, without those that another one corrects 更正.

    A correction stands for what it corrects even where it is corrected itself. Of several corrections of one event
    the one that was written down last counts. Events at one instant have no order among rules; here it is their id's.
    """
    moments = []
    correcting = False
    for event in events:
        moments.append((micros(event.occurred_at), event.event_id, event))
        if event.corrects:
            correcting = True
    if correcting:
        moments = _corrected(moments)
    moments.sort()
    return moments


def _corrected(moments: list[Moment]) -> list[Moment]:
    targets = {event_id: e.corrects for _, event_id, e in moments if e.corrects and e.corrects != event_id}
    dropped = set(targets.values())
    rivals: dict[str, list[Moment]] = {}  # the ends of all chains that correct one event
    for moment in moments:
        if moment[1] in targets and moment[1] not in dropped:
            first = targets[moment[1]]
            seen = {first}
            while first in targets and targets[first] not in seen:
                first = targets[first]
                seen.add(first)
            rivals.setdefault(first, []).append(moment)
    for several in rivals.values():
        several.sort(key=lambda m: (micros(m[2].recorded_at or m[2].occurred_at), m[1]))
        dropped |= {event_id for _, event_id, _ in several[:-1]}
    return [moment for moment in moments if moment[1] not in dropped]


def finding_id(rule: str, case_id: str, occurrence: str) -> str:
    """The id of what a rule finds in a case; that of no other breach, and never another."""
    identity = f"{rule}\x1f{case_id}\x1f{occurrence}"
    return hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()


def _finding(rule: Rule, case: Case, breach: Breach, detected: datetime) -> Finding:
    event, about = breach.about, breach.instant
    held = breach.held
    return Finding(
        finding_id=finding_id(rule.id, case.case_id, breach.occurrence),
        revision=1,
        rule=rule.id,
        rule_version=rule.version,
        subject=f"case:{case.case_id}",
        severity=breach.severity,
        status=breach.status,
        occurred_at=at(about),
        detected_at=detected,
        message=message(breach.form or rule.kind, rule.name, tuple(breach.words.items())),
        evidence=Evidence(
            events=breach.events,
            clock=breach.clock,
            limit=breach.limit,
            calendar=breach.calendar,
            catalogue=breach.catalogue,
            lead=breach.lead,
            facts=dict(breach.facts),
        ),
        case_id=case.case_id,
        item=event.item or case.first("item"),
        region=event.region or case.first("region"),
        department=event.department or case.first("department"),
        window=(case.last("window", about) if held else event.window) or event.window or case.first("window"),
        officer=(case.last("officer", about) if held else event.officer) or event.officer,
        source=event.source or case.first("source"),
        lead=rule.lead,
    )
