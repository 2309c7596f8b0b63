"""What the variables of a condition hold, and what its expression said before of events that say the same."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

from mingjing.registers import EVER, Registers
from mingjing.types import CaseEvent
from mingjing.zones import Zone
from rules.case import Case
from rules.expression import Expression, Names
from rules.limits import CannotJudge
from rules.patterns import there

NOTHING: Mapping[str, Any] = {}
"""What a register holds of whom it does not know."""

KEPT = 1 << 12
"""Answers that an expression remembers at a time."""

Held = Callable[[Case, int, CaseEvent], Any]


class Memory:
    """What an expression said, by the words of the event that it reads and how long its register entries hold."""

    def __init__(self, expression: Expression, names: Callable[[Case, int, CaseEvent], Names]) -> None:
        """`names` gives the variables of an event whose answer is not known yet."""
        self._expression, self._names = expression, names
        self._registers = [name for name in ENTRIES if name in expression.variables]
        data = [path[2:] for path in expression.paths or () if path[1] == "data"]
        fields = [path[1] for path in expression.paths or () if path[0] == "event" and path[1] != "data"]
        self._fields = attrgetter(*[ENTRIES[name][1] for name in self._registers], *fields)
        self._data = tuple(name for (name,) in data)
        self._known: dict[Any, tuple[int, int, bool]] = {}
        self._surroundings: tuple[Registers, Zone] | None = None

    @staticmethod
    def serves(expression: Expression) -> bool:
        """Whether an expression reads nothing but words of its event, which may be alike, and register entries."""
        paths = expression.paths
        if paths is None or not expression.variables <= {"event", *ENTRIES}:
            return False
        read = [path[1:] for path in paths if path[0] == "event"]
        plain = all(len(path) == 1 + (path[0] == "data") and path[0] not in UNLIKE for path in read)
        return plain and any(path[0] != "data" for path in paths if path[0] != "event" or path[1] != "data")

    def holds(self, case: Case, at: int, event: CaseEvent) -> bool:
        """Whether the expression is true of an event; raises CannotJudge where it cannot be computed."""
        said = self._fields(event)
        key = (said, *[event.data.get(name) for name in self._data]) if self._data else said
        try:
            known = self._known.get(key)
        except TypeError:  # a list or an object: nothing to remember it by
            return self._expression.holds(self._names(case, at, event))
        if known is not None and known[0] <= at < known[1] and self._surroundings == case.surroundings:
            return known[2]
        answer = self._expression.holds(self._names(case, at, event))
        # Of what is no text equal values may differ (1 and true), and so may null from what is not there.
        if all(type(event.data.get(name)) is str for name in self._data):
            self._remember(case, at, event, key, answer)
        return answer

    def _remember(self, case: Case, at: int, event: CaseEvent, key: Any, answer: bool) -> None:
        if len(self._known) >= KEPT or self._surroundings != case.surroundings:
            self._known.clear()
            self._surroundings = case.surroundings
        day, (registers, zone) = case.day(at), case.surroundings
        spans = [registers.alike(r, getattr(event, f) or "", day) for r, f in map(ENTRIES.__getitem__, self._registers)]
        first, last = max((s[0] for s in spans), default=EVER[0]), min((s[1] for s in spans), default=EVER[1])
        self._known[key] = (zone.midnight(first), zone.midnight(last + 1), answer)


def _case(case: Case, at: int, _event: CaseEvent) -> Mapping[str, Any]:
    return {"case_id": case.case_id, "events": [e for instant, _, e in case.moments if instant <= at]}


def _item(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    return case.item(at, event).fields


def _corrected(case: Case, _at: int, event: CaseEvent) -> Any:
    return case.corrected(event) or NOTHING


def _officer(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    return case.registers.officer(event.officer or "", case.day(at)) or NOTHING


def _unit(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    return case.registers.unit(event.department or "", case.day(at)) or NOTHING


def _window(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    return case.registers.window(event.window or "", case.day(at)) or NOTHING


def _post(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    """The event's window as far as a register knows it; its hours and its hall are always there."""
    known = case.registers.window(event.window or case.first("window") or "", case.day(at))
    return {"hours": "", "hall": "", **(known or {})}


def _source(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    agreed = case.registers.source(event.source or "")
    if agreed is None:
        return NOTHING
    out = any(outage.since <= at <= outage.until for outage in agreed.outages)
    return {"name": agreed.name, "batch": agreed.batch, "lag_hours": agreed.lag / 3_600_000_000, "out": out}


def _listing(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    """How the item stood in the catalogue at acceptance: `status`, and `in_days` or `days_ago`; see the docs."""
    accepted = case.acceptance()
    if accepted and accepted[0] <= at:
        if case.listing is None:
            case.listing = _listed(case, *accepted)
        return case.listing
    return _listed(case, at, event)


def _listed(case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
    code = event.item or case.first("item")
    if not there(code) or code is None:
        return _stands("unnamed")
    day = case.day(at)
    try:
        version = case.item(at, event)
    except CannotJudge:
        pass
    else:
        if version.first <= day <= version.last:  # nearly always; the case knows its version already
            return _stands(version.fields.get("status", "active"))
    versions = case.catalogue.versions(code)
    in_force = next((v for v in versions if v.first <= day <= v.last), None)
    named = next((v for v in versions if v.version and v.version == event.item_version), None)
    if named is not None and not named.first <= day <= named.last:
        status = "stale" if in_force else "absent"
        return _stands(status, named.first - day) if day < named.first else _stands(status, None, day - named.last)
    if in_force is not None:
        return _stands(in_force.fields.get("status", "active"))
    return _stands("absent", min((v.first - day for v in versions if v.first > day), default=None))


@lru_cache(maxsize=1 << 10)
def _stands(status: str, in_days: int | None = None, days_ago: int | None = None) -> Mapping[str, Any]:
    said = {"status": status, "in_days": in_days, "days_ago": days_ago}
    return {name: value for name, value in said.items() if value is not None}


HELD: Mapping[str, Callable[[Case, int, CaseEvent], Any]] = {
    "case": _case, "item": _item, "corrected": _corrected, "officer": _officer, "unit": _unit,
    "window": _window, "post": _post, "source": _source, "listing": _listing,
}  # fmt: skip
"""How each variable is worked out; `fee` and `tariff` are the condition's own."""

ENTRIES = {"officer": ("officers", "officer"), "unit": ("units", "department"), "window": ("windows", "window")}
"""The variables that hold the entry of a register, with the register and the field of the event that names it."""

UNLIKE = {"event_id", "case_id", "occurred_at", "recorded_at", "received_at", "corrects"}
"""The fields of events that are hardly ever alike."""
