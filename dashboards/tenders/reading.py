"""What the tender page reads: the list of tenders, deals found outside the platform, and one tender's events."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st
from msgspec import Struct
from msgspec.structs import replace

from dashboards import data, service
from dashboards.data import EVENTS_PER_PAGE, BoardRow, EventRow
from dashboards.sharing import shared
from mingjing.calendars import Calendar, Calendars
from mingjing.insight.tender.course import stage
from mingjing.insight.tender.happened import Happened
from mingjing.insight.tender.thresholds import Piece
from mingjing.types import Finding

READ = 20_000
"""Tenders read at once."""
PAGES = 10
"""Pages of a tender's events that are read."""
REFRESH_S = 15


class TenderRow(Struct, frozen=True, kw_only=True):
    """One tender of the list; `severity` of its gravest open finding, 0 where there is none."""

    case_id: str
    registered_at: datetime
    last_at: datetime
    types: tuple[str, ...]
    item: str
    region: str
    department: str
    project: str
    kind: str
    amount: float | None
    area: float | None
    compulsory: bool
    place: str
    owner: str
    site: str
    winner: str
    bidders: int
    findings: int
    severity: int

    @property
    def stage(self) -> str:
        """How far it has come."""
        return stage(self.types)

    def piece(self, day: date) -> Piece:
        """The project as it counts towards a threshold; `day`: its local day of registration."""
        return Piece(
            case=self.case_id, project=self.project, kind=self.kind, on=day, owner=self.owner, site=self.site,
            place=self.place, amount=self.amount, area=self.area,
        )  # fmt: skip


class DealRow(Struct, frozen=True, kw_only=True):
    """One deal that was found outside the platform; `tender`: its number there, if the log names one."""

    case_id: str
    found_at: datetime
    department: str
    project: str
    kind: str
    amount: float | None
    area: float | None
    owner: str
    site: str
    contractor: str
    tender: str
    signed_on: str
    severity: int


class Whole(Struct, frozen=True, kw_only=True):
    """One tender: its events in order without those corrected, and its findings with their revisions."""

    events: list[Happened]
    findings: list[list[Finding]]
    cut: bool


@shared(ttl=REFRESH_S, max_entries=20)
def tenders() -> list[TenderRow]:
    """All tenders that this person may see, the latest first."""
    with service.store() as store:
        rows = data.rows_of(store, "tenders", TenderRow, limit=READ)
    return [replace(row, owner=masked("owner", row.owner), winner=masked("bidder", row.winner)) for row in rows]


@shared(ttl=REFRESH_S, max_entries=20)
def deals() -> list[DealRow]:
    """All deals found outside the platform, the latest first."""
    with service.store() as store:
        rows = data.rows_of(store, "deals", DealRow, limit=READ)
    return [replace(row, owner=masked("owner", row.owner), contractor=masked("bidder", row.contractor)) for row in rows]


@shared(ttl=REFRESH_S, max_entries=20)
def owners_leads(owner: str) -> list[BoardRow]:
    """The leads that an owner's projects are one in pieces; the owner as masked."""
    with service.store() as store:
        rows = data.rows_of(store, "board_rows", BoardRow, rules=["Z2-S"], limit=READ)
    return [row for row in rows if row.subject == f"owner:{owner}" and row.status != "withdrawn"]


@shared(ttl=REFRESH_S, max_entries=50)
def whole(case_id: str) -> Whole:
    """One tender; without events where the store, or this person, knows none of this number."""
    rows: list[EventRow] = []
    with service.store() as store:
        for page in range(1, PAGES + 1):
            part = data.case_events(store, case_id, page)
            rows += part
            if len(part) < EVENTS_PER_PAGE:
                break
        found = data.case_findings(store, case_id)
    kept = [_happened(row) for row in rows if not row.corrected_by]
    standing = [revisions for revisions in found if revisions[0].status != "withdrawn"]
    return Whole(events=kept, findings=standing, cut=len(rows) == PAGES * EVENTS_PER_PAGE)


@st.cache_resource
def calendar() -> Calendar:
    """The installation's working days."""
    settings = service.current()
    return Calendars(Path(settings.calendars_dir) if settings.calendars_dir else None).get(settings.calendar)


def masked(field: str, value: Any) -> Any:
    """A value as the privacy table masks it in a field: what stands under another name must be told as there."""
    return service.mask().tree({field: value})[field]


def _happened(row: EventRow) -> Happened:
    fields: Any = msgspec.json.decode(row.data) if row.data else {}
    return Happened(
        event_id=row.event_id, type=row.type, at=row.occurred_at, officer=row.officer, channel=row.channel,
        data=fields if isinstance(fields, dict) else {},
    )  # fmt: skip
