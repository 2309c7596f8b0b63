"""From an account's place in the organisation to what it may see. Pure."""

import re
from collections.abc import Iterable

from mingjing.access.person import Role
from mingjing.access.scope import NOTHING, WHOLE, Scope
from mingjing.errors import UsageError
from mingjing.scoring.details import Organisation

EVERYWHERE = "*"
"""The place of those who may see everything."""
_PLACE = re.compile(r"(?P<field>region|department|window):(?P<code>[^\s:]{1,64})")

WIDE: frozenset[Role] = frozenset({"supervisor", "panel", "investigator", "leader", "department"})
"""Roles that see all of their place; `lead` sees the window or department, `officer` its own cases."""


def parse(place: str) -> tuple[str, str]:
    """Field and code of a place as it is written: region:330400, department:SWJ, window:W1, or * for everywhere.

    Raises UsageError with what would be right.
    """
    if place == EVERYWHERE:
        return EVERYWHERE, ""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise UsageError(f"{place!r} is no place; write region:CODE, department:CODE, window:CODE, or * for everywhere")
    return found["field"], found["code"]


def check(roles: frozenset[Role], place: str, officer: str) -> None:
    """Raises UsageError where roles and place do not fit each other."""
    if place:
        parse(place)
    if "officer" in roles and not officer:
        raise UsageError("an officer needs the code that events know him or her by")
    if "lead" in roles and not place.startswith(("window:", "department:")):
        raise UsageError("a lead needs a place like window:CODE or department:CODE")
    if "department" in roles and not place.startswith("department:"):
        raise UsageError("a department's account needs a place like department:CODE")
    if roles & WIDE and not place:
        named = min(roles & WIDE)
        raise UsageError(f"a {named} needs a place: region:CODE, department:CODE, or * for everywhere")


def scope(roles: frozenset[Role], place: str, officer: str, organisation: Organisation) -> Scope:
    """What these roles may see at this place. A region is seen with everything below it.

    Whoever is only an officer sees the cases that bear his or her code, whichever window they were at;
    whoever is only an administrator sees no case at all.
    """
    if roles & (WIDE | {"lead"}):
        return _of_place(place, organisation)
    if "officer" in roles and officer:
        windows = organisation.parents("officer", officer)
        return Scope(officers=frozenset({officer}), counters=frozenset({officer, *windows}))
    return NOTHING


def _of_place(place: str, organisation: Organisation) -> Scope:
    if not place:
        return NOTHING
    field, code = parse(place)
    if field == EVERYWHERE:
        return WHOLE
    if field == "window":
        return Scope(windows=frozenset({code}), counters=frozenset({code, *organisation.children("officer", code)}))
    if field == "department":
        return Scope(departments=frozenset({code}), counters=_beneath([code], organisation))
    regions = organisation.under(code)
    departments = [one for region in regions for one in organisation.children("department", region)]
    return Scope(regions=frozenset(regions), counters=frozenset(regions) | _beneath(departments, organisation))


def _beneath(departments: Iterable[str], organisation: Organisation) -> frozenset[str]:
    """The departments, and all windows and officers that they have."""
    units = set(departments)
    units |= {one for unit in units for one in organisation.children("window", unit)}
    return frozenset(units | {one for unit in units for one in organisation.children("officer", unit)})
