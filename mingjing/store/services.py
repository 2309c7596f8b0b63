"""What the store knows of projects under parallel approval and of lanes, for mingjing.insight."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mingjing.insight.lanes import Counted
from mingjing.insight.project import TYPES, Told
from mingjing.scoring.periods import Period
from mingjing.store.client import Store
from mingjing.store.scores import EVERYTHING, Scope
from mingjing.types import Finding

PROJECTS = 500
"""How many projects are read at most."""
STANDING = 200
"""How many findings of one rule are read at most."""
FAVOURED = 500
"""How many cases of lanes are listed at most."""


class Opened(Struct, frozen=True, kw_only=True):
    """A case that was opened as parallel, with its events in order."""

    case: str
    item: str
    region: str
    events: list[Told]


class Mark(Struct, frozen=True, kw_only=True):
    """What was found in a case: how much, how grave, and by which rules; leads apart."""

    findings: int
    severity: int
    rules: tuple[str, ...]


class Favoured(Struct, frozen=True, kw_only=True):
    """A case that went through the green channel, was brought by an agent, or both; `ended_at` None while it runs."""

    case_id: str
    entered_at: datetime
    lane: Literal["green", "agent", "both"]
    ground: str
    agent: str
    item: str
    department: str
    ended_at: datetime | None
    total: int


def opened(
    store: Store, since: datetime, until: datetime, scope: Scope = EVERYTHING, search: str = ""
) -> tuple[list[Opened], int]:
    """Cases opened as parallel in a time (or whose id begins with `search`), the latest; how many there are."""
    rows = store.query(
        "parallel_events", since=since, until=until, search=search, types=list(TYPES), limit=PROJECTS, **_places(scope)
    )
    whole = [
        Opened(case=case, item=_last(own, "item"), region=_last(own, "region"), events=[_told(row) for row in own])
        for case, own in _grouped(rows).items()
    ]
    return whole, rows[0]["known"] if rows else 0


def marks(store: Store, cases: Sequence[str]) -> dict[str, Mark]:
    """What was found in each of some cases; those in which nothing was are absent."""
    if not cases:
        return {}
    return {
        row["case_id"]: Mark(findings=row["findings"], severity=int(row["severity"]), rules=tuple(sorted(row["rules"])))
        for row in store.query("case_marks", cases=list(cases))
    }


def standing(store: Store, rule: str) -> list[Finding]:
    """The findings of a rule that stand, the latest STANDING."""
    rows = store.query("rule_standing", rules=[rule], limit=STANDING)
    return [msgspec.json.decode(row["body"], type=Finding) for row in rows]


def lane_sums(store: Store, period: Period, scope: Scope = EVERYTHING) -> list[Counted]:
    """Cases whose committed limit was measured in a period, by item and lane."""
    rows = store.query("lane_sums", first=period.since, last=period.until, **_places(scope))
    return [Counted(item=row["item"], lane=row["lane"], n=row["n"], good=row["good"], used=row["used"]) for row in rows]


def favoured(
    store: Store, since: datetime, until: datetime, scope: Scope = EVERYTHING, search: str = ""
) -> list[Favoured]:
    """Cases that entered a lane in a time, the latest FAVOURED."""
    rows = store.query("lane_cases", since=since, until=until, search=search, limit=FAVOURED, **_places(scope))
    return [Favoured(**row) for row in rows]


def _grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["case_id"], []).append(row)
    return found


def _last(rows: Sequence[Mapping[str, Any]], field: str) -> str:
    return next((str(row[field]) for row in reversed(rows) if row[field]), "")


def _told(row: Mapping[str, Any]) -> Told:
    data = json.loads(row["data"] or "{}")
    return Told(row["event_id"], row["type"], row["occurred_at"], row["department"], data)


def _places(scope: Scope) -> dict[str, tuple[str, ...]]:
    return {"regions": scope.regions, "departments": scope.departments}
