"""Dossiers of the rule book's own examples, judged by the real engine."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache

import msgspec

from mingjing.calendars import Calendars
from mingjing.codec import encode
from mingjing.evidence.dossier import (
    CalendarDays,
    Dossier,
    EventFile,
    ItemPaper,
    RulePaper,
    Surrounds,
)
from mingjing.evidence.gather import working_days
from mingjing.record.entry import FIRST, Entry, body_digest, entry_hash
from mingjing.record.keys import Signer
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent, Finding
from rules.book import Book, Rule, load_book
from rules.catalogue import Catalogue
from rules.examples import judge_example, staged
from rules.reader import Surroundings

ZONE = "Asia/Shanghai"
AT = datetime(2026, 3, 31, 9, tzinfo=UTC)


@cache
def book() -> Book:
    """The shipped rule book."""
    return load_book(None, Surroundings(KNOWN, DEFAULT, ZONE, "cn"))


KNOWN = Calendars()


@cache
def calendars(first: int, end: int) -> tuple[CalendarDays, ...]:
    """The calendars that need no file, in some years."""
    return tuple(
        CalendarDays(name=one.name, version=one.version, years=there, working=tuple(working_days(one, there)))
        for one in map(KNOWN.get, KNOWN.names())
        if (there := tuple(sorted(one.years & set(range(first, end)))))
    )


def found(*only: str) -> Iterator[tuple[Rule, Finding, list[CaseEvent], Catalogue]]:
    """Findings of the examples of all rules (or only these) that need items at most: rule, finding, events, items."""
    for rule in book().rules:
        if only and rule.id not in only:
            continue
        if rule.kind == "population" or not set(rule.needs) <= {"items"}:
            continue
        for example in rule.examples:
            engine, events, _ = staged(book(), rule, example, ZONE)
            for finding in judge_example(book(), rule, example, ZONE).findings:
                yield rule, finding, events, engine.catalogue


def dossier(rule: Rule, finding: Finding, events: list[CaseEvent], items: Catalogue, acts: int = 0) -> Dossier:
    """A dossier of one finding, with so many acts in the record."""
    key = signer()
    codes = sorted({one.item for one in events if one.item})
    versions = list(items) or [one._replace(item=code) for code in codes for one in items.versions(code)]
    return Dossier(
        made_at=AT,
        made_by="inv01",
        reason="复核",
        revisions=(finding,),
        events=tuple(map(event_file, events)),
        rule=RulePaper(
            rule=rule.id,
            version=rule.version,
            kind=rule.kind,
            name=rule.name,
            basis=rule.basis,
            text=rule.source_text,
        ),
        calendars=calendars(min(one.occurred_at.year for one in events) - 1, finding.detected_at.year + 3),
        items=tuple(
            ItemPaper(
                item=one.item,
                version=one.version,
                valid_from=date.fromordinal(one.first).isoformat(),
                valid_to=date.fromordinal(one.last).isoformat(),
                fields=one.fields,
            )
            for one in versions
        ),
        surrounds=Surrounds(timezone=ZONE, calendar="cn"),
        entries=tuple(entries(finding, acts)),
        keys=(key.public,),
    )


@cache
def signer() -> Signer:
    """The key of the tests."""
    return Signer.fresh()


def event_file(event: CaseEvent) -> EventFile:
    """An event as it came."""
    raw = encode(event)
    return EventFile(event=event, raw=raw, sha256=hashlib.sha256(raw).hexdigest())


def entries(finding: Finding, acts: int) -> Iterator[Entry]:
    """Sealed acts about a finding."""
    prev = FIRST
    for number, step in enumerate(["issue", "acknowledge", "explain", "verify", "close"][:acts], 1):
        body = msgspec.json.encode({"step": step, "role": "supervisor", "text": "说明<b>"}).decode()
        entry = Entry(
            chain="c", seq=number, at=AT, kind="act", actor="sup01", subject=finding.finding_id, number=number,
            digest=body_digest("s", body), prev=prev, salt="s", body=body,
        )  # fmt: skip
        hashed = entry_hash(entry)
        yield msgspec.structs.replace(entry, hash=hashed, signature=signer().sign(hashed))
        prev = hashed
