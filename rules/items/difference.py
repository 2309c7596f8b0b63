"""What changed between two item lists: items, steps, materials and promised days (2,934 working days to 2,058)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from mingjing.quantities import quantity
from rules.catalogue import Catalogue, ItemVersion

COMPARED = ("status", "case_type", "committed_limit", "statutory_limit", "branch_limit", "delivery_limit", "fee")
COUNTED = ("steps", "materials")
WORKING_DAYS = "working_days"


class Total(Struct, frozen=True):
    """One figure of both lists."""

    before: float
    after: float

    @property
    def percent(self) -> float | None:
        """The change in percent of what was; None where there was nothing."""
        return None if not self.before else round(100 * (self.after - self.before) / self.before, 1)


class Changed(Struct, frozen=True):
    """One field of an item that is in both lists. Of lists only what came and what went; the rest reads the same."""

    item: str
    name: str
    field: str
    before: Any
    after: Any


class Difference(Struct, frozen=True):
    """What changed. `days` sums committed limits in working days; `unsummed`: items whose limits are in other units."""

    items: Total
    steps: Total
    materials: Total
    days: Total
    unsummed: Total
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Changed, ...]


class _Sums(NamedTuple):
    items: int
    steps: int
    materials: int
    days: float
    unsummed: int


def difference(
    before: Catalogue, after: Catalogue, *, on_before: date | None = None, on_after: date | None = None
) -> Difference:
    """Compares two lists as they stand on a day each, or without one in the last version of every item.

    A cancelled 取消 item is not on the list.
    """
    old, new = standing(before, on_before), standing(after, on_after)
    was, now = _sums(old.values()), _sums(new.values())
    return Difference(
        items=Total(was.items, now.items),
        steps=Total(was.steps, now.steps),
        materials=Total(was.materials, now.materials),
        days=Total(was.days, now.days),
        unsummed=Total(was.unsummed, now.unsummed),
        added=tuple(sorted(set(new) - set(old))),
        removed=tuple(sorted(set(old) - set(new))),
        changed=tuple(one for item in sorted(set(old) & set(new)) for one in _changed(old[item], new[item])),
    )


def standing(catalogue: Catalogue, day: date | None) -> dict[str, ItemVersion]:
    """The version of each item that stands on a day, or its last one; without the cancelled."""
    found: dict[str, ItemVersion] = {}
    for version in catalogue:
        if day is not None and not version.first <= day.toordinal() <= version.last:
            continue
        known = found.get(version.item)
        if known is None or known.first < version.first:
            found[version.item] = version
    return {item: version for item, version in found.items() if version.fields.get("status") != "cancelled"}


def _sums(versions: Any) -> _Sums:
    items = steps = materials = unsummed = 0
    days = 0.0
    for version in versions:
        fields = version.fields
        items += 1
        steps += len(fields.get("steps", ()))
        materials += len(fields.get("materials", ()))
        promised = _working_days(fields)
        if promised is None:
            unsummed += 1
        else:
            days += promised
    return _Sums(items, steps, materials, days, unsummed)


def _working_days(fields: Mapping[str, Any]) -> float | None:
    limit = fields.get("committed_limit")
    if limit is None:
        return None
    promised = quantity(str(limit))
    return promised.amount if promised.unit == WORKING_DAYS else None


def _changed(old: ItemVersion, new: ItemVersion) -> Iterator[Changed]:
    name = str(new.fields.get("name", ""))
    for field in COMPARED:
        before, after = old.fields.get(field), new.fields.get(field)
        if before != after:
            yield Changed(old.item, name, field, before, after)
    for field in COUNTED:
        before, after = old.fields.get(field, []), new.fields.get(field, [])
        went, came = _without(before, after), _without(after, before)
        if before != after:  # in another order: both as they are
            moved = (went, came) if went or came else (before, after)
            yield Changed(old.item, name, field, *moved)


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [one for one in some if one not in others]
