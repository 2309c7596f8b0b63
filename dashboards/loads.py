"""What the page on load shows, read at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dashboards.hall.data import Minutes
from mingjing.insight.load import Hour, hours, weekdays
from mingjing.scoring.periods import Period
from mingjing.store import Store, insight
from mingjing.store.insight import Flow, Flows
from mingjing.store.scores import Scope

Place = tuple[int, int]
"""Weekday and hour."""
Both = tuple[float, float]
"""Staffed and known window-hours."""

SEEN_DAYS = 366
"""Days of camera data that are read at most."""
DAILY = 92
"""Days up to which cases are drawn day by day, else month by month."""


class HourLine(Struct, frozen=True, kw_only=True):
    """One hour of the week of one window as a line of the file."""

    window: str
    weekday: int
    hour: int
    arrivals: int
    days: int
    staffed_hours: float
    known_hours: float


class Load(Struct, frozen=True, kw_only=True):
    """Arrivals of a period by hour of the week: of all windows together, and of each.

    `met`: those of the windows that a camera looks at, with their staffing; `flows`: what came in and went out, by day.
    """

    whole: tuple[Hour, ...]
    met: tuple[Hour, ...]
    windows: dict[str, tuple[Hour, ...]]
    watched: frozenset[str]
    flows: Flows

    @property
    def lines(self) -> list[HourLine]:
        """Every hour of every window."""
        return [
            HourLine(
                window=window,
                weekday=one.weekday,
                hour=one.hour,
                arrivals=one.arrivals,
                days=one.days,
                staffed_hours=round(one.staffed, 2),
                known_hours=round(one.known, 2),
            )
            for window, several in self.windows.items()
            for one in several
        ]


def camera_days(period: Period, today: date) -> tuple[date, date] | None:
    """The first and last day of a period that cameras may have looked at; None for a future one."""
    last = min(period.until - timedelta(days=1), today)
    return (max(period.since, last - timedelta(days=SEEN_DAYS - 1)), last) if last >= period.since else None


def read(store: Store, period: Period, scope: Scope) -> tuple[dict[str, dict[int, int]], Flows]:
    """Arrivals by window, and the flow of cases."""
    return insight.arrivals(store, "window", period, scope), insight.flows(store, period, scope)


def load(arrivals: dict[str, dict[int, int]], flows: Flows, minutes: Sequence[Minutes]) -> Load:
    """Arrivals against staffing. A window to which no case came, such as an enquiry desk, makes no hall look idle."""
    days = weekdays(one.day for one in flows.days if one.opened)
    seen: dict[str, dict[Place, Both]] = {}
    for one in minutes:
        if one.window in arrivals:
            place = (one.weekday, one.at)
            seen.setdefault(one.window, {})[place] = (one.staffed / 60, (one.staffed + one.unstaffed) / 60)
    watched = frozenset(arrivals) & frozenset(seen)
    return Load(
        whole=hours(_sum(arrivals.values()), days, {}),
        met=hours(_sum(arrivals[one] for one in watched), days, _joined(seen[one] for one in watched)),
        windows={window: hours(came, days, seen.get(window, {})) for window, came in arrivals.items()},
        watched=watched,
        flows=flows,
    )


def stretches(flows: Flows) -> list[tuple[str, int, int, int]]:
    """Days, or months of a long period: its first day, opened, closed, and still open at its end."""
    monthly = len(flows.days) > DAILY
    found: dict[date, list[int]] = {}
    for one in flows.days:
        held = found.setdefault(_start(one, monthly), [0, 0])
        held[0] += one.opened
        held[1] += one.closed
    still, told = flows.before, []
    for day, (opened, closed) in found.items():
        still += opened - closed
        told.append((day.isoformat(), opened, closed, still))
    return told


def _start(one: Flow, monthly: bool) -> date:
    return one.day.replace(day=1) if monthly else one.day


def _sum(several: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for came in several:
        for key, n in came.items():
            found[key] = found.get(key, 0) + n
    return found


def _joined(several: Iterable[Mapping[Place, Both]]) -> dict[Place, Both]:
    found: dict[Place, Both] = {}
    for seen in several:
        for place, (staffed, known) in seen.items():
            had = found.get(place, (0.0, 0.0))
            found[place] = (had[0] + staffed, had[1] + known)
    return found
