"""Who represents the city's departments in the hall 首席代表: their heads, some with an examiner in their place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from mingjing.simulate.itemplan import ALWAYS, Item
from mingjing.simulate.people import Department, Officer

COLUMNS = ("code", "unit", "officer", "kind", "items", "basis", "valid_from", "valid_to")
Away = tuple[int, int, str]
"""First and last day (ordinals) without the head, and how: vacant, double (a second chief beside), deputy, handover."""


def deputy(unit: Department) -> Officer | None:
    """The examiner who decides some of the items in the head's place: in every third department."""
    if sum(map(ord, unit.code)) % 3:
        return None
    return next(officer for officer in unit.officers if not officer.front and officer is not unit.approver)


def deputed(item: Item) -> bool:
    """Whether the deputy of the item's department may decide it: every second one."""
    return sum(map(ord, item.code)) % 2 == 0


def may_decide(item: Item, officer: str) -> bool:
    """Whether somebody decides an item in the head's place."""
    known = deputy(item.department)
    return known is not None and known.code == officer and deputed(item)


def rows(units: Iterable[Department], items: Sequence[Item], away: Mapping[str, Away]) -> Iterator[tuple[object, ...]]:
    """The register: heads for all items, deputies for theirs, and what tricks have arranged."""
    for unit in units:
        yield from _chiefs(unit, away.get(unit.code))
        known = deputy(unit)
        if known is not None:
            theirs = sorted(item.code for item in items if item.department is unit and item.code and deputed(item))
            if theirs:
                yield _row(unit, 9, known, "deputy", "|".join(theirs), ALWAYS, None)


def _chiefs(unit: Department, away: Away | None) -> Iterator[tuple[object, ...]]:
    head = unit.approver
    if away is None:
        yield _row(unit, 1, head, "chief", "*", ALWAYS, None)
        return
    first, last, how = date.fromordinal(away[0]), date.fromordinal(away[1]), away[2]
    other = next(officer for officer in unit.officers if officer is not head)
    if how == "double":
        yield _row(unit, 1, head, "chief", "*", ALWAYS, None)
        yield _row(unit, 2, other, "chief", "*", first, last)
        return
    yield _row(unit, 1, head, "chief", "*", ALWAYS, date.fromordinal(away[0] - 1))
    yield _row(unit, 2, head, "chief", "*", date.fromordinal(away[1] + 1), None)
    if how == "handover":
        yield _row(unit, 3, other, "chief", "*", first, last)
    elif how == "deputy":
        yield _row(unit, 3, other, "deputy", "*", first, last)


def _row(
    unit: Department, number: int, officer: Officer, kind: str, items: str, first: date, last: date | None
) -> tuple[object, ...]:
    basis = f"{unit.zh}授〔{first.year}〕{number}号"
    return (
        f"{unit.code}-D{number}", unit.code, officer.code, kind, items, basis, first.isoformat(),
        last.isoformat() if last else "",
    )  # fmt: skip
