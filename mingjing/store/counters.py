"""What the store knows of the time that cases spent at the front desk and in the back office."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from mingjing.insight.counters import TYPES, Measure, Passage, Told, passage
from mingjing.store.client import Store
from mingjing.store.registers import register_rows
from mingjing.store.scores import EVERYTHING, Scope

SAMPLE = 12_000
"""How many cases are read at most; of more, a sample."""


class Passages(NamedTuple):
    """The passages of a time, and how many cases they were picked from."""

    passages: list[Passage]
    known: int


def kinds(store: Store) -> dict[str, str]:
    """The type of every window that the register has, by its last row."""
    rows = sorted(register_rows(store, "windows"), key=lambda one: one.valid_from)
    return {one.code: one.fields.get("kind", "") for one in rows}


def passages(store: Store, since: datetime, until: datetime, measure: Measure, scope: Scope = EVERYTHING) -> Passages:
    """Cases decided in a time, of all or some places."""
    known = kinds(store)
    rows = store.query(
        "counter_cases", since=since, until=until, types=list(TYPES), limit=SAMPLE,
        regions=scope.regions, departments=scope.departments,
    )  # fmt: skip
    found = [_passage(row, known, measure) for row in rows]
    return Passages([one for one in found if one is not None], rows[0]["known"] if rows else 0)


def _passage(row: Mapping[str, object], kinds_known: Mapping[str, str], measure: Measure) -> Passage | None:
    events = row["events"]
    told = [Told(one, kind, at * 1000, of) for one, kind, at, of in events] if isinstance(events, list) else []
    window = str(row["window"])
    return passage(
        told, measure, item=str(row["item"]), department=str(row["department"]), window=window,
        kind=kinds_known.get(window, ""),
    )  # fmt: skip
