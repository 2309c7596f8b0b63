"""What the store knows of coverage, for mingjing.insight.coverage: who should be heard of, and who was."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from mingjing.insight.coverage import Designated, Heard, Listed, Unit
from mingjing.store.client import Store
from mingjing.store.registers import register_rows

GONE = ("suspended", "cancelled", "removed")
"""States of an item that nobody may apply for."""


def units(store: Store, day: date) -> list[Unit]:
    """The units in force on a local day, as far as this store's scope sees them."""
    return [
        Unit(
            code=row.code,
            name=row.fields.get("name", ""),
            level=row.fields.get("level", ""),
            parent=row.fields.get("parent", ""),
            region=row.fields.get("region", ""),
        )
        for row in register_rows(store, "units", day=day)
    ]


def designations(store: Store, day: date) -> list[Designated]:
    """The designations in force on a local day."""
    return [
        Designated(
            item=row.fields.get("item", ""),
            department=row.fields.get("department", ""),
            resident=_flag(row.fields, "resident"),
            authorised=_flag(row.fields, "authorised"),
            connected=_flag(row.fields, "connected"),
            excepted=bool(row.fields.get("exception")),
            quiet=row.fields.get("quiet", ""),
        )
        for row in register_rows(store, "designations", day=day)
    ]


def listed(store: Store, day: date, quiet: Mapping[str, str]) -> list[Listed]:
    """The active items of the catalogue on a local day; `quiet`: by item, why no case is to be expected."""
    return [
        Listed(
            item=row["item"],
            name=row["name"],
            department=row["department"],
            steps=tuple(_steps(fields)),
            windows=tuple(map(str, fields.get("windows") or ())),
            quiet=quiet.get(row["item"], ""),
        )
        for row in store.query("items", items=[])
        if row["status"] not in GONE and row["valid_from"] <= day <= row["valid_to"]
        for fields in (_fields(row["fields"]),)
    ]


def heard(store: Store, since: datetime, until: datetime) -> Heard:
    """What came in from one instant up to another, as far as this store's scope sees it."""
    span = {"heard_since": since, "heard_until": until}
    cases: dict[str, int] = {}
    points: dict[str, int] = {}
    latest: dict[str, datetime] = {}
    items: set[str] = set()
    windows: set[str] = set()
    for row in store.query("coverage_heard", **span):
        if row["department"]:
            _add(cases, latest, row["department"], row)
        elif row["item"]:
            items.add(row["item"])
            windows.add(row["window"])
    for row in store.query("coverage_points", **span):
        _add(points, latest, row["point"], row)
    steps = {row["item"]: frozenset(row["steps"]) for row in store.query("coverage_steps", **span)}
    return Heard(
        units=cases, points=points, latest=latest, items=frozenset(items), steps=steps, windows=frozenset(windows)
    )


def _add(cases: dict[str, int], latest: dict[str, datetime], code: str, row: Mapping[str, Any]) -> None:
    cases[code] = cases.get(code, 0) + row["cases"]
    latest[code] = max(latest.get(code, row["latest"]), row["latest"])


def _flag(fields: Mapping[str, str], name: str) -> bool:
    return fields.get(name, "").casefold() in ("true", "yes", "1")


def _steps(fields: Mapping[str, Any]) -> Iterator[str]:
    merged = fields.get("merged_steps") or ()
    return (str(step) for step in fields.get("steps") or () if step not in merged)


def _fields(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
