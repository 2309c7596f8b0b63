"""What the investigators' pages read: searches, a case's whole life, other cases, leads, the normal course."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from dashboards import data
from dashboards.data import BoardRow, CaseHead, EventRow, rows_of
from mingjing.insight.course import Course, Told, course, path
from mingjing.record.entry import Entry
from mingjing.store import Store
from mingjing.store.record import entries
from mingjing.types import Finding

EVENTS_DRAWN = 2_000
SAMPLE = 1_000
LISTED = 50
RELATED = 200
DAYS_STAFFED = 62
DAY_S = 86_400
WEEKS = timedelta(weeks=4)
YEAR = timedelta(days=366)


class FoundFinding(BoardRow, frozen=True, kw_only=True):
    """One finding that a search found, out of `total`."""

    total: int


class FoundCase(Struct, frozen=True, kw_only=True):
    """One case that a search found, out of `total`; `severity`: the gravest of its findings, 0 for none."""

    case_id: str
    events: int
    first_at: datetime
    last_at: datetime
    item: str
    window: str
    officer: str
    finished_by: str
    findings: int
    severity: int
    total: int


class Hour(Struct, frozen=True, kw_only=True):
    """In how many minutes of an hour one window was seen staffed, unstaffed, or not at all although somebody looked."""

    window: str
    hour: datetime
    staffed: int
    unstaffed: int
    unknown: int


class Life(Struct, frozen=True, kw_only=True):
    """All that the store knows of one case; `events` at most EVENTS_DRAWN, the first ones."""

    head: CaseHead
    events: list[EventRow]
    findings: list[list[Finding]]
    acts: list[Entry]
    staffing: list[Hour]

    @property
    def windows(self) -> list[str]:
        """The windows that the events name."""
        return sorted({one.window for one in self.events if one.window})

    @property
    def officers(self) -> list[str]:
        """The accounts that the events name."""
        return sorted({one.officer for one in self.events if one.officer})


def search_findings(store: Store, asked: Mapping[str, object], page: int, size: int) -> list[FoundFinding]:
    """One page (from 1) of the findings that a search names."""
    return rows_of(store, "look_findings", FoundFinding, limit=size, offset=(page - 1) * size, **asked)


def search_cases(store: Store, asked: Mapping[str, object], page: int, size: int) -> list[FoundCase]:
    """One page (from 1) of the cases that a search names."""
    return rows_of(store, "look_cases", FoundCase, limit=size, offset=(page - 1) * size, **asked)


def life(store: Store, case_id: str) -> Life | None:
    """The case's whole life; None if the store holds neither an event nor a finding of it."""
    head = data.case_head(store, case_id)
    findings = data.case_findings(store, case_id)
    if not head.events and not findings:
        return None
    events = rows_of(store, "case_events", EventRow, case_id=case_id, event_ids=[], limit=EVENTS_DRAWN, offset=0)
    ids = [revisions[0].finding_id for revisions in findings]
    acts = entries(store, kinds=["act"], subjects=ids, limit=EVENTS_DRAWN) if ids else []
    return Life(head=head, events=events, findings=findings, acts=acts, staffing=_staffing(store, events))


def _staffing(store: Store, events: Sequence[EventRow]) -> list[Hour]:
    """What cameras saw of the case's windows on the days on which something was done there, the last DAYS_STAFFED."""
    days: dict[str, set[int]] = {}
    for one in events:
        if one.window:
            days.setdefault(one.window, set()).add(int(one.occurred_at.timestamp() // DAY_S))
    if not days:
        return []
    kept = {window: sorted(those)[-DAYS_STAFFED:] for window, those in days.items()}
    first, last = min(min(those) for those in kept.values()), max(max(those) for those in kept.values())
    since, until = (datetime.fromtimestamp(day * DAY_S, tz=UTC) for day in (first, last + 1))
    hours = rows_of(store, "presence_hours", Hour, since=since, until=until, windows=sorted(kept))
    return [one for one in hours if int(one.hour.timestamp() // DAY_S) in kept[one.window]]


def same_officer(store: Store, life: Life, case_id: str, page: int) -> list[FoundCase]:
    """Other cases of the officers of this one, the latest first."""
    if not life.officers:
        return []
    return search_cases(store, {"officers": life.officers, "but": [case_id]}, page, LISTED)


def same_applicant(store: Store, case_id: str) -> list[FoundCase]:
    """Other cases of the applicant of this one, the latest first, at most RELATED."""
    rows = store.query("applicant_cases", cases=[case_id], limit=RELATED + 1)
    others = [row["case_id"] for row in rows if row["case_id"] != case_id]
    return search_cases(store, {"cases": others}, 1, RELATED) if others else []


def leads(store: Store, life: Life, related: Sequence[str]) -> list[Finding]:
    """Leads within WEEKS of the case's life about the same officers, windows, item, or about the applicant's cases."""
    if life.head.first_at is None or life.head.last_at is None:
        return []
    rows = store.query(
        "look_leads", officers=life.officers, windows=life.windows, items=[life.head.item] if life.head.item else [],
        cases=list(related), subjects=[f"{kind}:{code}" for code in life.officers for kind in ("officer", "account")]
        + [f"window:{code}" for code in life.windows],
        since=life.head.first_at - WEEKS, until=life.head.last_at + WEEKS, limit=LISTED,
    )  # fmt: skip
    own = {revisions[0].finding_id for revisions in life.findings}
    found = [msgspec.json.decode(row["body"], type=Finding) for row in rows]
    return [one for one in found if one.finding_id not in own]


def usual(store: Store, item: str, but: str, now: datetime) -> Course:
    """The normal course of an item: of the cases that were over within a year, SAMPLE of them at most."""
    picked = store.query("item_cases", item=item, case_id=but, since=now - YEAR, until=now, limit=SAMPLE)
    if not picked:
        return course([], 0)
    rows = store.query("item_paths", cases=[row["case_id"] for row in picked])
    return course((path(_told(row)) for row in rows), picked[0]["known"])


def own_path(events: Sequence[EventRow]) -> list[Told]:
    """This case's events as its course sees them."""
    return [Told(one.event_id, one.type, step_of(one), one.occurred_at, one.corrects) for one in events]


def step_of(event: EventRow) -> str:
    """The step that an event's own fields name, for events about steps."""
    if not event.type.startswith("step_"):
        return ""
    try:
        step = msgspec.json.decode(event.data).get("step", "") if event.data else ""
    except (msgspec.DecodeError, AttributeError):
        return ""
    return step if isinstance(step, str) else ""


def _told(row: Mapping[str, Any]) -> list[Told]:
    return [
        Told(event_id, kind, step, datetime.fromtimestamp(at / 1000, tz=UTC), corrects)
        for event_id, kind, step, at, corrects in row["events"]
    ]
