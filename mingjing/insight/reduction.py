"""The catalogue's reduction 压缩: items, steps and days on one day against another, such as 2,934 → 2,058 days. Pure.

`rules/items/difference.py` compares two catalogues as files; this compares the one that the store keeps, all versions.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

GONE = {"cancelled", "removed"}
Kind = Literal["added", "removed", "shortened", "lengthened", "steps"]


class Standing(Struct, frozen=True, kw_only=True):
    """One item as it stands on a day; days None where its limit is not counted in working days."""

    item: str
    version: str
    department: str
    committed: float | None
    statutory: float | None
    steps: int


class Totals(Struct, frozen=True, kw_only=True):
    """What a catalogue adds up to on a day; `uncounted`: items whose committed limit is in other units."""

    items: int
    steps: int
    committed: float
    statutory: float
    uncounted: int


class Change(Struct, frozen=True, kw_only=True):
    """One item that differs; limits in committed working days, None where there is none to count."""

    kind: Kind
    item: str
    department: str
    before: float | None
    after: float | None
    steps_before: int
    steps_after: int

    @property
    def days(self) -> float:
        """By how many committed working days the sum changed."""
        return (self.after or 0.0) - (self.before or 0.0)


class Reduction(Struct, frozen=True, kw_only=True):
    """Two days' catalogues compared; `changes` by how much they change the sum of days, the largest first."""

    before: Totals
    after: Totals
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> int:
        """How many items were added, removed, shortened, lengthened, or differ in steps alone."""
        return sum(one.kind == kind for one in self.changes)


def standing(rows: Iterable[Mapping[str, Any]], day: date) -> dict[str, Standing]:
    """The version of each item that is in force on a day (rows of the query `items`); those cancelled are left out."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["valid_from"] <= day <= row["valid_to"] and row["status"] != "removed":
            known = latest.get(row["item"])
            if known is None or known["valid_from"] < row["valid_from"]:
                latest[row["item"]] = row
    return {item: _standing(row) for item, row in latest.items() if row["status"] not in GONE}


def turns(rows: Iterable[Mapping[str, Any]]) -> list[date]:
    """The days on which versions came into force, the earliest first."""
    return sorted({row["valid_from"] for row in rows if row["status"] != "removed"})


def reduction(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> Reduction:
    """Compares two standings."""
    changes = [one for item in {*before, *after} if (one := _change(item, before.get(item), after.get(item)))]
    changes.sort(key=lambda one: (-abs(one.days), one.item))
    return Reduction(before=_totals(before.values()), after=_totals(after.values()), changes=tuple(changes))


def _standing(row: Mapping[str, Any]) -> Standing:
    fields = msgspec.json.decode(row["fields"] or "{}")
    steps = fields.get("steps", ()) if isinstance(fields, dict) else ()
    return Standing(
        item=row["item"],
        version=row["version"],
        department=row["department"],
        committed=row["committed_days"],
        statutory=row["statutory_days"],
        steps=len(steps) if isinstance(steps, list) else 0,
    )


def _totals(those: Iterable[Standing]) -> Totals:
    all_ = list(those)
    return Totals(
        items=len(all_),
        steps=sum(one.steps for one in all_),
        committed=sum(one.committed or 0.0 for one in all_),
        statutory=sum(one.statutory or 0.0 for one in all_),
        uncounted=sum(one.committed is None for one in all_),
    )


def _change(item: str, was: Standing | None, now: Standing | None) -> Change | None:
    known = now or was
    if known is None or (kind := _kind(was, now)) is None:
        return None
    return Change(
        kind=kind,
        item=item,
        department=known.department,
        before=was.committed if was else None,
        after=now.committed if now else None,
        steps_before=was.steps if was else 0,
        steps_after=now.steps if now else 0,
    )


def _kind(was: Standing | None, now: Standing | None) -> Kind | None:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if was.committed is not None and now.committed is not None and was.committed != now.committed:
        return "shortened" if now.committed < was.committed else "lengthened"
    return "steps" if was.steps != now.steps else None
