"""What the store knows of load, joint cases and the catalogue, for mingjing.insight."""

from datetime import date
from typing import Any, NamedTuple

from mingjing.insight.parallel import Joint
from mingjing.scoring.periods import Period
from mingjing.store.client import Store
from mingjing.store.scores import EVERYTHING, Scope

JOINT_LIMIT = 20_000
BEFORE = date(1970, 1, 1)


class Flow(NamedTuple):
    """Cases opened and closed on one local day."""

    day: date
    opened: int
    closed: int


class Flows(NamedTuple):
    """The days of a period on which anything was opened or closed, and how many cases were open before it."""

    before: int
    days: list[Flow]


def arrivals(store: Store, level: str, period: Period, scope: Scope = EVERYTHING) -> dict[str, dict[int, int]]:
    """Cases opened by each subject of a level, by the hour of the week + 1 (1: Monday 00:00-01:00 local)."""
    rows = store.query("score_arrivals", level=level, grain=period.grain, **_span(period), **_places(scope))
    return {row["code"]: {key: n for key, n in row["arrivals"].items() if n} for row in rows}


def flows(store: Store, period: Period, scope: Scope = EVERYTHING) -> Flows:
    """Cases opened and closed, day by day."""
    rows = store.query("score_flow", **_span(period), **_places(scope))
    found = [Flow(row["day"], row["opened"], row["closed"]) for row in rows]
    return Flows(
        sum(one.opened - one.closed for one in found if one.day == BEFORE), [one for one in found if one.day != BEFORE]
    )


def joint_cases(store: Store, period: Period, scope: Scope = EVERYTHING) -> list[Joint]:
    """Joint cases that ended in the period, at most JOINT_LIMIT, those that saved least first."""
    places = _places(scope)
    del places["windows"]
    return [Joint(**row) for row in store.query("joint_cases", limit=JOINT_LIMIT, **_span(period), **places)]


def catalogue(store: Store) -> list[dict[str, Any]]:
    """The item catalogue in all its versions, as `mingjing.insight.reduction` reads it."""
    return store.query("items", items=[])


def _span(period: Period) -> dict[str, date]:
    return {"first": period.since, "last": period.until}


def _places(scope: Scope) -> dict[str, tuple[str, ...]]:
    return {"regions": scope.regions, "departments": scope.departments, "windows": scope.windows}
