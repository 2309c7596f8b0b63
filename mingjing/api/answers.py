"""What the API says. Every field of an answer stands here: what is not named is not told."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from mingjing.instants import at, micros
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.types import Finding, Instant, Text

Name = Callable[[str, str], Text]
KNOWN = frozenset({"case", "window", "department", "item", "region", "source"})
"""Kinds of subjects whose codes are told; officers only to whom may know them, experts or owners never."""


class Health(Struct, frozen=True):
    """Whether the API and its store answer."""

    version: str
    healthy: bool


class Scored(Struct, frozen=True, kw_only=True):
    """A subject's score with what it is called."""

    name: Text
    score: Score


class Sheet(Struct, frozen=True, kw_only=True):
    """One page of the scores of a level in a period, best first. `total`: how many scores there are.

    `revision` 0: computed now; 1 and more: frozen on `frozen_on`. `differs`: whether there is more than one tier.
    """

    level: str
    period: str
    scheme: str
    scheme_version: str
    revision: int
    frozen_on: date | None
    reason: str
    differs: bool
    total: int
    items: tuple[Scored, ...]


class Timed(Struct, frozen=True, kw_only=True):
    """How a time limit was counted; `due_on` is the last day on time."""

    started_at: Instant
    stopped_at: Instant | None
    limit: float
    unit: str
    due_on: date | None
    due_at: Instant | None
    timezone: str


class Found(Struct, frozen=True, kw_only=True):
    """A finding in its latest revision, without anything of the applicant. `published_at`: when the store had it."""

    finding_id: str
    revision: int
    published_at: Instant
    rule: str
    rule_version: str
    subject: str
    severity: int
    status: Literal["open", "resolved", "withdrawn"]
    occurred_at: Instant
    detected_at: Instant
    lead: bool
    message: Text | None
    case_id: str | None
    item: str | None
    region: str | None
    department: str | None
    window: str | None
    officer: str | None
    source: str | None
    reason: str | None
    clock: Timed | None
    limit: str | None
    calendar: str | None
    catalogue: str | None


class Findings(Struct, frozen=True, kw_only=True):
    """One page of findings, those published first come first. `next`: the cursor to go on from, now or later.

    `more`: whether there is more at this moment.
    """

    items: tuple[Found, ...]
    next: str
    more: bool


class OpenYear(Struct, frozen=True):
    """Where a year's open data are."""

    year: int
    json: str
    csv: str


class OpenIndex(Struct, frozen=True):
    """Which open data there are. Periods that ended before `settled` are final."""

    title: Text
    version: str
    licence: str
    settled: date
    minimum: int
    schema: str
    years: tuple[OpenYear, ...]


def sheet(found: ScoreSheet, name: Name, offset: int, limit: int) -> Sheet:
    """A page of a sheet."""
    return Sheet(
        level=found.level,
        period=found.period.code,
        scheme=found.scheme,
        scheme_version=found.scheme_version,
        revision=found.revision,
        frozen_on=found.frozen_on,
        reason=found.reason,
        differs=found.differs,
        total=len(found.scores),
        items=tuple(
            Scored(name=name(found.level, one.code), score=one) for one in found.scores[offset : offset + limit]
        ),
    )


def finding(one: Finding, published_at: datetime, *, officers: bool) -> Found:
    """What is told of a finding. `officers`: whether the reader may know officers' codes."""
    kind, _, code = one.subject.partition(":")
    told = kind in KNOWN or (officers and kind == "officer")
    evidence, clock = one.evidence, one.evidence.clock
    hidden = set() if officers else _people(one.officer, evidence.facts)
    silent = not told or any(person in text for person in hidden for text in (one.message.zh, one.message.en))
    return Found(
        finding_id=one.finding_id,
        revision=one.revision,
        published_at=published_at,
        rule=one.rule,
        rule_version=one.rule_version,
        subject=f"{kind}:{code}" if told else kind,
        severity=one.severity,
        status=one.status,
        occurred_at=one.occurred_at,
        detected_at=one.detected_at,
        lead=one.lead,
        message=None if silent else one.message,
        case_id=one.case_id,
        item=one.item,
        region=one.region,
        department=one.department,
        window=one.window,
        officer=one.officer if officers else None,
        source=one.source,
        reason=one.reason,
        clock=None
        if clock is None
        else Timed(
            started_at=clock.started_at,
            stopped_at=clock.stopped_at,
            limit=clock.limit,
            unit=clock.unit,
            due_on=clock.due_on,
            due_at=clock.due_at,
            timezone=clock.timezone,
        ),
        limit=evidence.limit,
        calendar=evidence.calendar,
        catalogue=evidence.catalogue,
    )


def _people(officer: str | None, facts: Mapping[str, Any]) -> set[str]:
    several = facts.get("officers")
    named = [officer, facts.get("officer"), *(several if isinstance(several, list | tuple) else ())]
    return {one for one in named if isinstance(one, str) and one}


def cursor(published_at: datetime, finding_id: str) -> str:
    """A place in the order of publication, as text that means nothing to others."""
    return base64.urlsafe_b64encode(f"{micros(published_at)} {finding_id}".encode()).decode().rstrip("=")


def place(text: str) -> tuple[datetime, str]:
    """The place that a cursor says; ValueError for a text that is none."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        instant, _, finding_id = plain.partition(" ")
        when = at(int(instant))
    except (binascii.Error, UnicodeDecodeError, ValueError, OverflowError):
        raise ValueError("is no cursor that this API gave") from None
    if not 1971 <= when.year <= 2200:
        raise ValueError("is no cursor that this API gave")
    return when, finding_id
