"""What the desk reads: the inbox, the acts about a finding, the register, and what was entered by hand.

The inbox is read anew only when a finding or its handling has changed; readers who may see the same share a reading.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import streamlit as st
from msgspec import Struct

from dashboards import service, who
from dashboards.data import rows_of
from dashboards.desk.view import SIZE, Inbox, Row, parameters
from dashboards.sharing import eyes
from dashboards.words import utc
from mingjing.handling.machine import ENDED

LOOK_S = 1.5
"""Seconds that readers share one look at whether anything has changed."""
KEPT_S = 60.0
REGISTER_LIMIT = 20_000
ENTERED_LIMIT = 500
BESIDE_LIMIT = 10_000


class Counts(Struct, frozen=True, kw_only=True):
    """How many findings stand in each queue."""

    mine: int = 0
    overdue: int = 0
    red: int = 0
    open: int = 0
    done: int = 0
    exposed: int = 0


class Line(Struct, frozen=True, kw_only=True):
    """One act as a line of the register 处置台账. `due_at`: the deadline that it ended, if one ran; `kept`: whether in
    time (None where none ran). `waited_s`: seconds since the act before it.
    """

    at: datetime
    by: str
    role: str
    step: str
    state: str
    due: str
    due_at: datetime | None
    kept: bool | None
    waited_s: float
    finding_id: str
    number: int
    rule: str
    severity: int
    case_id: str
    region: str
    department: str
    window: str
    officer: str
    text: str
    files: tuple[str, ...] = ()


class Entered(Struct, frozen=True, kw_only=True):
    """A complaint, an inspection's finding or a rating, with the case, window and officer that it is about."""

    event_id: str
    case_id: str
    type: str
    occurred_at: datetime
    region: str
    department: str
    window: str
    officer: str
    source: str
    data: str

    @property
    def details(self) -> dict[str, Any]:
        """The event's own fields; empty where they are no object."""
        try:
            found = msgspec.json.decode(self.data or "{}")
        except msgspec.DecodeError:
            return {}
        return found if isinstance(found, dict) else {}


def inbox(view: Inbox, now: datetime) -> list[Row]:
    """The view's page, most urgent first."""
    given = parameters(view, who.person(), now, service.current().timezone)
    given |= {"limit": SIZE, "offset": (view.page - 1) * SIZE}
    return _rows(msgspec.json.encode(given), str(eyes()), stamp(), given)


def counts(now: datetime) -> Counts:
    """How many findings stand in each queue for this person."""
    mine = parameters(Inbox(), who.person(), now, service.current().timezone)
    given = {"now": mine["now"], "awaited": mine["awaited"], "account": mine["account"], "ended": sorted(ENDED)}
    return _counts(msgspec.json.encode(given), who.person().scope.text(), stamp(), given)


def stamp() -> str:
    """Changes whenever something that this person may see does."""
    return _stamp(who.person().scope.text())


def changed() -> None:
    """This person has just changed something: what is shown next is read anew."""
    _stamp.clear(who.person().scope.text())


def entered(types: Sequence[str], since: datetime, until: datetime) -> list[Entered]:
    """Complaints, inspections' findings and ratings, newest first; those not yet relayed too."""
    with service.store() as store:
        given = {"types": list(types), "since": since, "until": until, "windows": []}
        return rows_of(store, "desk_entered", Entered, **given, limit=ENTERED_LIMIT)


@st.cache_data(ttl=300, show_spinner=False, max_entries=300)
def beside(window: str, scope: str, day: date) -> tuple[dict[int, int], int]:  # noqa: ARG001 - of whoever sees the same
    """How citizens rated a window in the 90 days to the end of a day (UTC), by stars, and how often they complained."""
    until = datetime.combine(day, time(), UTC) + timedelta(days=1)
    given = {"types": ["rated", "complained"], "since": until - timedelta(days=90), "until": until, "windows": [window]}
    with service.store() as store:
        found = rows_of(store, "desk_entered", Entered, **given, limit=BESIDE_LIMIT)
    stars = [one.details.get("stars") for one in found if one.type == "rated"]
    rated = {n: stars.count(n) for n in (5, 4, 3, 2, 1)}
    return {n: many for n, many in rated.items() if many}, sum(one.type == "complained" for one in found)


@st.cache_data(ttl=LOOK_S, show_spinner=False, max_entries=200)
def _stamp(scope: str) -> str:  # noqa: ARG001 - whoever sees the same shares the answer
    with service.store() as store:
        (row,) = store.query("desk_stamp")
    return f"{row['found']} {row['handled']}"


@st.cache_data(ttl=KEPT_S, show_spinner=False, max_entries=300)
def _rows(key: bytes, scope: str, stamp: str, _given: dict[str, object]) -> list[Row]:  # noqa: ARG001
    with service.store() as store:
        return _told(store, store.query("desk_rows", **_given))


@st.cache_data(ttl=KEPT_S, show_spinner=False, max_entries=300)
def _counts(key: bytes, scope: str, stamp: str, _given: dict[str, object]) -> Counts:  # noqa: ARG001
    with service.store() as store:
        return rows_of(store, "desk_counts", Counts, **_given)[0]


def _told(store: Any, found: list[dict[str, Any]]) -> list[Row]:
    if not found:
        return []
    told = {row["finding_id"]: row for row in store.query("desk_told", findings=[row["finding_id"] for row in found])}
    return [
        msgspec.convert(
            {
                key: utc(one) if isinstance(one, datetime) else one
                for key, one in (told[row["finding_id"]] | row).items()
            },
            Row,
            strict=False,
        )
        for row in found
        if row["finding_id"] in told
    ]
