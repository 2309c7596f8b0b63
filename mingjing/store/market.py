"""What the store knows of intermediaries, their fees, discretion bands and penalties, for mingjing.insight."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.insight import agencies, discretion
from mingjing.insight.agencies import Found, Happened, Price, Service, services
from mingjing.insight.discretion import Band, Penalty, penalties
from mingjing.store.client import Store
from mingjing.store.registers import register_rows

READ = 50_000
"""The most events that are read at once."""


class Agency(Struct, frozen=True, kw_only=True):
    """A row of the register of intermediaries; `items` are the codes that it serves."""

    code: str
    name: str
    kind: str
    items: tuple[str, ...]
    qualification: str
    since: date
    until: date


def registered(store: Store) -> list[Agency]:
    """All rows of the register of intermediaries, of all time."""
    return [
        Agency(
            code=one.code, name=one.fields.get("name", ""), kind=one.fields.get("kind", "") or "agency",
            items=tuple(filter(None, one.fields.get("items", "").split("|"))),
            qualification=one.fields.get("qualification", ""), since=one.valid_from, until=one.valid_to,
        )
        for one in register_rows(store, "agencies")
    ]  # fmt: skip


def prices(store: Store) -> dict[tuple[str, str], list[Price]]:
    """All published fees, by agency and item."""
    found: dict[tuple[str, str], list[Price]] = {}
    for one in register_rows(store, "agency_fees"):
        row = one.fields
        price = Price(
            code=one.code, agency=row["agency"], item=row["item"], price=float(row["price"]), unit=row.get("unit", ""),
            since=one.valid_from, until=one.valid_to,
        )  # fmt: skip
        found.setdefault((price.agency, price.item), []).append(price)
    return found


def bands(store: Store) -> dict[str, list[Band]]:
    """All discretion bands, by item."""
    found: dict[str, list[Band]] = {}
    for one in register_rows(store, "bands"):
        row = one.fields
        band = Band(
            code=one.code, item=row["item"], circumstance=row["circumstance"], least=float(row["least"]),
            most=float(row["most"]), unit=row["unit"], basis=row["basis"], since=one.valid_from, until=one.valid_to,
        )  # fmt: skip
        found.setdefault(band.item, []).append(band)
    return found


def contracted(store: Store, since: datetime, until: datetime, today: date, zone: ZoneInfo) -> list[Service]:
    """The services of intermediaries that were chosen or contracted within a time, the latest first."""
    events = _events(store, since, until, agencies.TYPES, agencies.TYPES[:2], zone)
    found: dict[str, list[Found]] = {}
    if events:
        cases = sorted({event.case_id for event in events})
        for row in store.query("market_findings", cases=cases, rules=list(agencies.RULES)):
            one = Found(rule=row["rule"], severity=int(row["severity"]), events=tuple(row["events"]))
            found.setdefault(row["case_id"], []).append(one)
    return services(events, found, today)


def decided(store: Store, since: datetime, until: datetime, zone: ZoneInfo) -> list[Penalty]:
    """The penalties whose case was filed within a time, the latest first."""
    return penalties(_events(store, since, until, discretion.TYPES, discretion.OPENINGS, zone), bands(store))


def _events(
    store: Store, since: datetime, until: datetime, types: Sequence[str], openings: Sequence[str], zone: ZoneInfo
) -> list[Happened]:
    rows = store.query(
        "market_events", since=since, until=until, types=list(types), openings=list(openings), limit=READ
    )
    return [
        Happened(
            event_id=row["event_id"], case_id=row["case_id"], type=row["type"], at=row["occurred_at"],
            day=row["occurred_at"].astimezone(zone).date(), item=row["item"], department=row["department"],
            officer=row["officer"], data=json.loads(row["data"] or "{}"),
        )
        for row in rows
    ]  # fmt: skip
