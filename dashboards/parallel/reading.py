"""What the page on parallel approval reads: projects of a period, one project, items without a parallel route."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import streamlit as st
from msgspec import Struct

from dashboards import data, service
from dashboards.sharing import shared
from mingjing.calendars import Calendar, Calendars, YearNotCovered
from mingjing.insight.lanes import Counted
from mingjing.insight.project import Counting, Project, project
from mingjing.quantities import quantity
from mingjing.scoring.periods import Period
from mingjing.store import insight, services
from mingjing.store.registers import RegisterLine, register_rows
from mingjing.store.scores import Scope
from mingjing.store.services import Favoured, Mark, Opened
from mingjing.types import Finding
from mingjing.zones import Zone

REFRESH_S = 20
NO_ROUTE = "N22"
"""The rule on items that several units examine without a parallel route."""
_HASHED: dict[str | type[Any], Callable[[Any], Any]] = {Scope: msgspec.json.encode, Period: lambda one: one.code}


class Shown(Struct, frozen=True):
    """Projects as they stood at an instant, what was found in each, and how many there are in all.

    `uncounted`: those that have events in a year of which the calendar knows nothing.
    """

    projects: list[Project]
    marks: dict[str, Mark]
    known: int
    uncounted: list[str] = []


class Routes(Struct, frozen=True):
    """How many items several units handle, which of them lack a limit for branches, and what N22 found."""

    several: int
    bare: list[str]
    found: list[Finding]


@st.cache_resource(show_spinner=False)
def counting() -> Counting:
    """The installation's working days and time zone."""
    settings = service.current()
    return Counting(calendar(), Zone(settings.timezone))


@st.cache_resource(show_spinner=False)
def calendar() -> Calendar:
    """The installation's working days."""
    settings = service.current()
    return Calendars(Path(settings.calendars_dir) if settings.calendars_dir else None).get(settings.calendar)


def span(period: Period) -> tuple[datetime, datetime]:
    """A period's local midnights."""
    zone = ZoneInfo(service.current().timezone)
    return datetime.combine(period.since, time(), zone), datetime.combine(period.until, time(), zone)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=50)
def projects(period: Period, places: Scope, search: str) -> Shown:
    """The projects opened in a period, or whose number begins with `search`."""
    with service.store() as store:
        opened, known = services.opened(store, *span(period), places, search)
        found, uncounted = _of(opened)
        return Shown(found, services.marks(store, [each.case for each in found]), known, uncounted)


def one(case_id: str) -> tuple[Project | None, list[list[Finding]]]:
    """A project with what was found in it; None where the case is not there or was never opened as parallel."""
    with service.store() as store:
        opened, _ = services.opened(store, *span(Period.parse("2000")), search=case_id)
        own = [each for each in opened if each.case == case_id]
        found = [made for each in own if (made := _project(each)) is not None]
        return (found[0] if found else None), data.case_findings(store, case_id) if found else []


@shared(ttl=60, max_entries=20)
def routes() -> Routes:
    """Items of several units: those that the catalogue gives no limit for branches, and those that N22 found."""
    today = service.words().local(service.now()).date()
    with service.store() as store:
        rows = [row for row in insight.catalogue(store) if row["valid_from"] <= today <= row["valid_to"]]
        found = services.standing(store, NO_ROUTE)
    fields = {row["item"]: json.loads(row["fields"] or "{}") for row in rows if row["status"] != "removed"}
    several = {item: said for item, said in fields.items() if len(said.get("units") or ()) > 1}
    return Routes(len(several), sorted(item for item, said in several.items() if not said.get("branch_limit")), found)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=50)
def lanes_of(
    period: Period, places: Scope, search: str
) -> tuple[list[Counted], list[Favoured], dict[str, Mark], list[RegisterLine]]:
    """Cases counted by item and lane, those that entered a lane, what was found in these, the register of agents."""
    with service.store() as store:
        cases = services.favoured(store, *span(period), places, search)
        found = services.marks(store, [one.case_id for one in cases])
        return services.lane_sums(store, period, places), cases, found, register_rows(store, "agents")


@shared(ttl=60)
def branch_limits() -> dict[str, list[tuple[date, date, int]]]:
    """By item and the days of each version: the working days of branches whose notice names none."""
    with service.store() as store:
        rows = insight.catalogue(store)
    found: dict[str, list[tuple[date, date, int]]] = {}
    for row in rows:
        words = str(json.loads(row["fields"] or "{}").get("branch_limit") or "")
        if words.endswith(" working_days"):
            found.setdefault(row["item"], []).append((row["valid_from"], row["valid_to"], int(quantity(words).amount)))
    return found


def _branch_limit(each: Opened) -> int:
    """That of the version in force at the acceptance, or at the opening where none is known; 0 where none is."""
    kinds = ("accepted", "parallel_opened")
    since = min(((kinds.index(one.type), one.at) for one in each.events if one.type in kinds), default=None)
    day = service.words().local(since[1]).date() if since else date.max
    return next((days for first, last, days in branch_limits().get(each.item, ()) if first <= day <= last), 0)


def _of(opened: list[Opened]) -> tuple[list[Project], list[str]]:
    """The projects, and the numbers of those that cannot be counted."""
    found, uncounted = [], []
    for each in opened:
        try:
            made = _project(each)
        except YearNotCovered:
            uncounted.append(each.case)
        else:
            found += [made] if made else []
    return found, uncounted


def _project(each: Opened) -> Project | None:
    return project(
        each.case, each.events, counting(), service.now(), item=each.item, region=each.region,
        branch_limit=_branch_limit(each),
    )  # fmt: skip
