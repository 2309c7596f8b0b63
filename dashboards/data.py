"""What the pages read: typed rows from the store's named queries, and nothing else.

Every function takes a `Store` and raises StoreUnavailable when it does not answer. The queries live in
mingjing/store/queries/board_*.sql, case_*.sql and health_*.sql; the account of the dashboard may only read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from dashboards.filters import Filter, parameters
from dashboards.words import utc
from mingjing.settings import SimulatedClock
from mingjing.store import Store
from mingjing.types import Finding, NotJudged, Text

EXPORT_LIMIT = 100_000
EVENTS_PER_PAGE = 200
LISTED = 50
T = TypeVar("T")


class BoardRow(Struct, frozen=True, kw_only=True):
    """One finding as a line of the board: its latest revision without evidence."""

    finding_id: str
    revision: int
    rule: str
    rule_version: str
    severity: int
    status: str
    subject: str
    case_id: str
    item: str
    region: str
    department: str
    window: str
    officer: str
    occurred_at: datetime
    detected_at: datetime
    message_zh: str
    message_en: str
    lead: bool = False
    score: float = 0.0
    source: str = ""

    @property
    def message(self) -> Text:
        """The message in both languages."""
        return Text(zh=self.message_zh, en=self.message_en)


class Count(Struct, frozen=True):
    """Findings of one severity and status: in all, and within the view (its severity and status left aside)."""

    severity: int
    status: str
    overall: int
    shown: int


class Counts(Struct, frozen=True):
    """How many findings there are."""

    lines: tuple[Count, ...]

    def open(self, severity: int, *, everywhere: bool = False) -> int:
        """Open findings of a severity in the view, or everywhere."""
        chosen = (line for line in self.lines if line.severity == severity and line.status == "open")
        return sum(line.overall if everywhere else line.shown for line in chosen)

    def of(self, view: Filter) -> int:
        """Findings in the view."""
        return sum(
            line.shown
            for line in self.lines
            if (not view.severity or line.severity in view.severity) and (not view.status or line.status in view.status)
        )

    @property
    def everything(self) -> int:
        """All findings, whatever their status."""
        return sum(line.overall for line in self.lines)


class Bucket(Struct, frozen=True):
    """Breaches within one stretch of the trend, `at` being its number from 0."""

    at: int
    red: int
    yellow: int
    notice: int


class Facet(Struct, frozen=True):
    """A value that findings have in a column, and how many open ones have it."""

    field: str
    value: str
    open: int


class Pulse(Struct, frozen=True, kw_only=True):
    """How fresh the stored data are. Lags in seconds of wall time; instants None when nothing is stored."""

    events: int
    last_stored: datetime | None
    recent: int
    lag_typical: float
    lag_worst: float


class SourceTime(Struct, frozen=True, kw_only=True):
    """How far one source of one partition has been judged, its latest event, and how long it may be silent."""

    topic: str
    partition: int
    source: str
    as_of: datetime
    watermark: datetime | None
    lag: int | None = None  # agreed with the source, in microseconds


class EventRow(Struct, frozen=True, kw_only=True):
    """One stored event of a case; empty texts where the source gave nothing."""

    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime | None
    received_at: datetime | None
    source: str
    item: str
    item_version: str
    region: str
    department: str
    window: str
    officer: str
    channel: str
    corrects: str
    corrected_by: str
    data: str


class NamedEvent(Struct, frozen=True):
    """One stored event with its case."""

    case_id: str
    event: EventRow

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.event.event_id


class CaseHead(Struct, frozen=True, kw_only=True):
    """A case in a few words: the latest that its events say of it."""

    events: int
    first_at: datetime | None
    last_at: datetime | None
    item: str
    region: str
    department: str
    window: str
    officer: str
    channel: str
    source: str
    finished_by: str


class Totals(Struct, frozen=True, kw_only=True):
    """How much is stored, and the database's version."""

    events: int
    findings: int
    revisions: int
    dead_letters: int
    conflicts: int
    last_event: datetime | None
    last_finding: datetime | None
    version: str


class Dead(Struct, frozen=True, kw_only=True):
    """A record that could not be read: where it stood, why, and its first 400 bytes of `length`."""

    at: datetime
    topic: str
    partition: int
    offset: int
    line: int
    file: str
    reason: str
    raw: str
    length: int


class Blank(Struct, frozen=True, kw_only=True):
    """What a rule could not judge, in how many cases, with one of them."""

    rule: str
    reason: str
    cases: int
    example: str


class Period(Struct, frozen=True, kw_only=True):
    """The latest period that one population rule has judged; `error`: why its query failed, or nothing."""

    rule: str
    since: datetime
    until: datetime
    as_of: datetime
    findings: int
    seconds: float
    error: str


class Clash(Struct, frozen=True, kw_only=True):
    """One event id with two contents, by their hashes: one counts, one is set aside."""

    case_id: str
    event_id: str
    kept: str
    refused: str
    stored_at: datetime


class Told(Struct, frozen=True, kw_only=True):
    """One recipient of mails (`mail`) or web calls (`web`): the latest message, and how many were sent and failed."""

    recipient: str
    last_at: datetime
    way: str
    outcome: str
    reason: str
    sent: int
    failed: int


class RuleText(Struct, frozen=True, kw_only=True):
    """One rule in one version as the worker stored it when it judged."""

    rule: str
    version: str
    name_zh: str
    name_en: str
    basis: str
    kind: str
    text: str

    @property
    def name(self) -> Text:
        """The name in both languages."""
        return Text(zh=self.name_zh, en=self.name_en)


def board_rows(store: Store, view: Filter, now: datetime, timezone: str) -> list[BoardRow]:
    """The findings on the view's page, in its order."""
    values = parameters(view, now, timezone) | {"limit": view.size, "offset": (view.page - 1) * view.size}
    return rows_of(store, "board_rows", BoardRow, sort=view.sort, **values)


def export_rows(store: Store, view: Filter, now: datetime, timezone: str) -> list[BoardRow]:
    """All findings of the view, at most EXPORT_LIMIT, in its order."""
    values = parameters(view, now, timezone) | {"limit": EXPORT_LIMIT, "offset": 0}
    return rows_of(store, "board_rows", BoardRow, sort=view.sort, **values)


def counts(store: Store, view: Filter, now: datetime, timezone: str) -> Counts:
    """Findings by severity and status, in the view and in all."""
    values = parameters(view, now, timezone)
    del values["severities"], values["statuses"]
    return Counts(tuple(rows_of(store, "board_counts", Count, **values)))


def trend(store: Store, view: Filter, since: datetime, until: datetime, width: int) -> list[Bucket]:
    """Breaches of the view between two instants in stretches of `width` seconds; empty stretches are left out."""
    values = parameters(view, until, "UTC") | {"since": since, "until": until, "width": width}
    return rows_of(store, "board_trend", Bucket, **values)


def facets(store: Store) -> list[Facet]:
    """The rules, departments, windows and regions that findings name, those with most open ones first."""
    return rows_of(store, "board_facets", Facet)


def pulse(store: Store, clock: SimulatedClock | None) -> Pulse:
    """How fresh the stored data are; arrivals are stamped by the installation's clock, simulated or not."""
    shown, wall, speed = (clock.shown // 1000, round(clock.wall * 1000), clock.speed) if clock else (0, 0, 1.0)
    return rows_of(store, "board_pulse", Pulse, shown=shown, wall=wall, speed=float(speed))[0]


def source_times(store: Store) -> list[SourceTime]:
    """How far each source has been judged."""
    return rows_of(store, "board_sources", SourceTime)


def case_head(store: Store, case_id: str) -> CaseHead:
    """The case in a few words; without events, a head that says so."""
    return rows_of(store, "case_head", CaseHead, case_id=case_id)[0]


def case_events(store: Store, case_id: str, page: int) -> list[EventRow]:
    """One page (from 1) of a case's events in order of occurrence."""
    values = {"limit": EVENTS_PER_PAGE, "offset": (page - 1) * EVENTS_PER_PAGE}
    return rows_of(store, "case_events", EventRow, case_id=case_id, event_ids=[], **values)


def events_by_id(store: Store, case_id: str, event_ids: Sequence[str]) -> dict[str, EventRow]:
    """Single events of a case; those that the store lacks are absent."""
    if not event_ids:
        return {}
    wanted = {"event_ids": list(event_ids), "limit": len(event_ids), "offset": 0}
    return {row.event_id: row for row in rows_of(store, "case_events", EventRow, case_id=case_id, **wanted)}


def case_findings(store: Store, case_id: str) -> list[list[Finding]]:
    """The case's findings, gravest and latest first, each with all its revisions, latest first."""
    found: dict[str, list[Finding]] = {}
    for row in store.query("case_revisions", case_id=case_id):
        one = msgspec.json.decode(row["body"], type=Finding)
        found.setdefault(one.finding_id, []).append(one)
    for revisions in found.values():
        revisions.sort(key=lambda one: -one.revision)

    def gravity(revisions: list[Finding]) -> tuple[bool, int, float]:
        latest = revisions[0]
        return latest.status == "withdrawn", -latest.severity, -latest.occurred_at.timestamp()

    return sorted(found.values(), key=gravity)


def finding_revisions(store: Store, finding_id: str) -> list[Finding]:
    """All revisions of one finding, latest first; none for an unknown id."""
    rows = store.query("finding_revisions", finding_id=finding_id)
    return [msgspec.json.decode(row["body"], type=Finding) for row in rows]


def events_named(store: Store, event_ids: Sequence[str]) -> list[NamedEvent]:
    """Single events of whatever cases."""
    if not event_ids:
        return []
    rows = store.query("events_named", event_ids=list(event_ids))
    return [NamedEvent(row.pop("case_id"), msgspec.convert(_plain(row), EventRow)) for row in rows]


def case_not_judged(store: Store, case_id: str) -> list[NotJudged]:
    """What could not be judged on a case."""
    return rows_of(store, "case_not_judged", NotJudged, case_id=case_id)


def totals(store: Store) -> Totals:
    """How much is stored."""
    return rows_of(store, "health_totals", Totals)[0]


def dead_letters(store: Store) -> list[Dead]:
    """The latest records that could not be read."""
    return rows_of(store, "health_dead_letters", Dead, limit=LISTED)


def not_judged(store: Store) -> list[Blank]:
    """What could not be judged, by rule and reason."""
    return rows_of(store, "health_not_judged", Blank, limit=LISTED)


def judged_periods(store: Store) -> list[Period]:
    """The latest period of every population rule, in order of rule."""
    latest = {row["rule"]: row for row in store.query("judged_periods", rules=[])}
    return [msgspec.convert(_plain(row), Period, strict=False) for row in latest.values()]


def conflicts(store: Store) -> list[Clash]:
    """The latest event ids with two contents."""
    return rows_of(store, "health_conflicts", Clash, limit=LISTED)


def told(store: Store) -> list[Told]:
    """Who was told of findings in the last 30 days, those first whom it did not reach."""
    return rows_of(store, "health_messages", Told, limit=LISTED)


def names(store: Store) -> dict[tuple[str, str], Text]:
    """What people call the codes, by field and code."""
    return {(row["field"], row["code"]): Text(zh=row["zh"], en=row["en"]) for row in store.query("names")}


def rule_texts(store: Store) -> dict[str, RuleText]:
    """The texts of all rules by `id version`, and by `id` in the version stored last."""
    texts: dict[str, RuleText] = {}
    for text in rows_of(store, "rule_texts", RuleText):
        texts[text.rule] = texts[f"{text.rule} {text.version}"] = text
    return texts


def rows_of(store: Store, name: str, kind: type[T], **values: object) -> list[T]:
    """The rows of a named query, each as a `kind`, instants in UTC."""
    # The driver reads a Bool as 0 or 1.
    return [msgspec.convert(_plain(row), kind, strict=False) for row in store.query(name, **values)]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: utc(value) if isinstance(value, datetime) else value for key, value in row.items()}
