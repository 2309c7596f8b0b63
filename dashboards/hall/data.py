"""What the hall page reads from the store: newest samples, a window's day, minutes by hour, and what came of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from dashboards.data import rows_of
from dashboards.hall.hours import Hours, masks
from dashboards.words import utc
from mingjing.store import Store
from mingjing.types import Finding

GAP_S = 60
"""Seconds of the wall clock without a sample that end a run of like ones."""


class Sample(Struct, frozen=True, kw_only=True):
    """The newest that one camera saw of one window; see `mingjing.types.PresenceSample`."""

    window: str
    camera: str
    sampled_at: datetime
    state: str
    confidence: float
    persons: int
    reason: str
    seen_at: datetime | None
    view: float
    detector: str
    snapshot: str
    decides: int


class Evidence(NamedTuple):
    """A picture that was kept, and when it was taken."""

    at: datetime
    path: str


class Run(Struct, frozen=True, kw_only=True):
    """A stretch in which one window's samples say the same, from the first to the last; see presence_spans.sql."""

    state: str
    since: datetime
    until: datetime
    samples: int
    hidden: int
    reasons: list[str]
    cameras: list[str]
    snapshots: list[Evidence]


class Minutes(Struct, frozen=True, kw_only=True):
    """Open minutes of one window in one local hour of one weekday (1: Monday), by what was seen in them.

    `days`: so many days were asked for and open; `seen`: on so many of them there was a sample.
    """

    window: str
    weekday: int
    at: int
    staffed: int
    unstaffed: int
    unknown: int
    seen: int


class Told(Struct, frozen=True, kw_only=True):
    """One event of a window's day or of a camera."""

    case_id: str
    event_id: str
    type: str
    occurred_at: datetime
    window: str
    data: str

    @property
    def fields(self) -> dict[str, Any]:
        """The event's own fields; none where they are no JSON object."""
        return _fields(self.data)

    def text(self, name: str) -> str:
        """A field that is a text, else nothing."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def instant(self, name: str) -> datetime | None:
        """A field that is an instant, else None."""
        return instant(self.fields.get(name))


def _fields(data: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data) if data else {}
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def snapshot_of(data: str) -> str:
    """The picture that an event's own fields name as evidence, or nothing."""
    name = _fields(data).get("snapshot")
    return name if isinstance(name, str) else ""


def instant(value: object) -> datetime | None:
    """An instant as events write it; None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return utc(found) if found is not None and found.tzinfo is not None else None


def case_of(window: str, day: date) -> str:
    """The case of a window's day."""
    return f"presence:{window}:{day.isoformat()}"


def window_of(case_id: str) -> tuple[str, date] | None:
    """The window and the local day that a case is about; None for any other case.

    >>> window_of("presence:A:12:2026-03-18"), window_of("5120260112")
    (('A:12', datetime.date(2026, 3, 18)), None)
    """
    kind, _, rest = case_id.partition(":")
    window, _, text = rest.rpartition(":")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (window, day) if kind == "presence" and window else None


def newest(store: Store) -> list[Sample]:
    """The newest sample of each camera of each window."""
    return rows_of(store, "hall_now", Sample)


def runs(store: Store, window: str, since: datetime, until: datetime, gap: int) -> list[Run]:
    """What was seen at a window in a stretch of time; `gap`: seconds of silence that end a run."""
    found = []
    for row in store.query("presence_spans", window=window, since=since, until=until, gap=gap):
        kept = [Evidence(utc(at), path) for at, path in row.pop("snapshots")]
        del row["seen_at"]
        found.append(Run(**row | {"since": utc(row["since"]), "until": utc(row["until"]), "snapshots": kept}))
    return found


def told(store: Store, cases: Sequence[str]) -> dict[str, list[Told]]:
    """The events of cases, each case's in order of occurrence."""
    found: dict[str, list[Told]] = {}
    for one in rows_of(store, "hall_events", Told, cases=list(cases)) if cases else ():
        found.setdefault(one.case_id, []).append(one)
    return found


def findings(store: Store, cases: Sequence[str]) -> dict[str, list[Finding]]:
    """The findings of cases in their latest revisions, without those that were withdrawn, gravest first."""
    found: dict[str, list[Finding]] = {}
    for row in store.query("hall_findings", cases=list(cases)) if cases else ():
        one = msgspec.json.decode(row["body"], type=Finding)
        if one.status != "withdrawn":
            found.setdefault(row["case_id"], []).append(one)
    for several in found.values():
        several.sort(key=lambda one: (-one.severity, one.occurred_at))
    return found


def minutes(store: Store, hours: Hours, days: Sequence[date], timezone: str, windows: Iterable[str]) -> list[Minutes]:
    """Open minutes of windows (all, where none are named) on local days, each window by its own hours."""
    named, found = list(windows), []
    for alike in hours.alike(days):
        only = named if alike.windows is None else [one for one in alike.windows if not named or one in named]
        if alike.windows is not None and not only:
            continue
        found += rows_of(
            store,
            "hall_hours",
            Minutes,
            days=[day.isoformat() for day in alike.days],
            timezone=timezone,
            since=hours.whole(min(alike.days))[0],
            until=hours.whole(max(alike.days))[1],
            masks=masks(alike.spans),
            windows=only,
            others=hours.special() if alike.windows is None else [],
        )
    return found
