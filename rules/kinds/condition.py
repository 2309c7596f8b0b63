"""`condition` 条件: something about one event that must not be, as an expression in CEL over `event`, `case`, `item`.

CEL (github.com/google/cel-spec) is run by the library `common-expression-language`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import cel

from mingjing.types import CaseEvent
from rules.case import Breach, Case
from rules.limits import CannotJudge
from rules.patterns import Slot
from rules.reader import RuleReader, show

VARIABLES = ("event", "case", "item")
FIELDS = CaseEvent.__struct_fields__
INSTANTS = ("occurred_at", "recorded_at", "received_at")
"""Equal instants may have different offsets, which CEL sees; and few are alike, so they are not remembered."""

REMEMBERED = 10_000
"""Outcomes that one rule remembers by the values that its expression reads."""


class Condition:
    """The kind `condition`: `on`, `when`, `severity`; one finding per event.

    `event` has the fields of the event that are there, instants as timestamps; `item` those of the item version in
    force at acceptance; `case` has `case_id` and `events`, the events up to the event's instant, in order.
    """

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._on = reader.slot("on")
        self._severity = reader.severity()
        self._when = reader.get("when")
        self._program = self._compile(reader)
        used = self._program.references()["variables"] if self._program else []
        self._case, self._item = "case" in used, "item" in used
        self._paths = _paths(str(self._when))
        self._remembers = not any(name in INSTANTS for path in self._paths or () for name in path[1:2])
        self._known: dict[tuple[tuple[type, Any], ...], bool] = {}
        self._words = {"on": show(reader.get("on")), "when": str(self._when)}
        self.triggers: tuple[Slot, ...] = () if self._on is None else (self._on,)

    def _compile(self, reader: RuleReader) -> Any:
        if not isinstance(self._when, str):
            reader.wrong("when", "when must be an expression in CEL over event, case and item")
            return None
        try:
            program = cel.compile(self._when)
        except ValueError as mistake:
            reader.wrong("when", f"when: {_one_line(mistake)}")
            return None
        for name in _free_variables(program, self._when):
            reader.wrong("when", f"when: unknown name {name!r}; known are {', '.join(VARIABLES)}")
        for name in program.references()["functions"]:
            if not _known_function(name):
                reader.wrong("when", f"when: unknown function {name!r}")
        return program

    def judge(self, case: Case) -> list[Breach]:
        """One breach per event for which the expression is true; where it cannot be computed, not judged."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._on is not None
        for instant, event_id, event in case.hits[self._on]:
            try:
                held = self._holds(case, instant, event)
            except CannotJudge as why:
                case.note(self._rule, str(why), event_id)
                continue
            if held:
                yield Breach(
                    occurrence=event_id,
                    instant=instant,
                    severity=self._severity,
                    about=event,
                    events=(event_id,),
                    catalogue=case.item(instant, event).label if self._item else None,
                    facts={"when": self._when},
                    words=self._words,
                )

    def _holds(self, case: Case, instant: int, event: CaseEvent) -> bool:
        item = case.item(instant, event) if self._item else None
        if self._case or self._paths is None:
            names: dict[str, Any] = {"event": plain(event), "item": dict(item.fields) if item else {}}
            names["case"] = {
                "case_id": case.case_id,
                "events": [plain(e) for at, _, e in case.moments if at <= instant],
            }
            return self._run(names)
        sources = {"event": event, "item": None if item is None else item.fields}
        values = tuple(_descend(sources[path[0]], path[1:]) for path in self._paths)
        if not self._remembers:
            return self._run(_nest(self._paths, values))
        try:
            # CEL needs about 5 µs for every value handed over, and most events have few different ones.
            known = self._known.get(key := tuple((type(value), value) for value in values))
        except TypeError:  # a list or an object: not worth remembering
            return self._run(_nest(self._paths, values))
        if known is None:
            known = self._run(_nest(self._paths, values))
            if len(self._known) < REMEMBERED:
                self._known[key] = known
        return known

    def _run(self, names: Mapping[str, Any]) -> bool:
        try:
            result = self._program.execute(names)
        except (KeyError, TypeError, ValueError, ArithmeticError, RuntimeError, LookupError) as wrong:
            raise CannotJudge(f"expression: {type(wrong).__name__} {_one_line(wrong)}") from wrong
        if not isinstance(result, bool):
            raise CannotJudge(f"expression: is {type(result).__name__}, not true or false")
        return result


def plain(event: CaseEvent) -> dict[str, Any]:
    """An event as CEL sees it: its fields that are there; `data` always is."""
    return {name: _utc(value) for name in FIELDS if (value := getattr(event, name)) is not None}


def _utc(value: Any) -> Any:
    """CEL's timestamps have no offset; the library would show an instant's own."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _paths(when: str) -> tuple[tuple[str, ...], ...] | None:
    """The paths like `event.data.reason` that an expression reads; None where it uses `event` or `item` otherwise."""
    without_texts = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "''", when)
    found = []
    for variable, path, call in re.findall(r"(?<![\w.])(event|item)((?:\.\w+)*)(\s*[\[(])?", without_texts):
        names = path.split(".")[1:]
        if call.strip() == "(":
            names = names[:-1]  # the last word is a method: event.data.name.startsWith("a")
        elif call:
            return None
        if not names:
            return None
        # What lies deeper is read with its object: whether that is there at all is CEL's business.
        found.append((variable, *names)[: 3 if variable == "event" and names[0] == "data" else 2])
    # Where a whole object is read, what lies in it is read with it.
    return tuple(p for p in dict.fromkeys(found) if not any(p != q == p[: len(q)] for q in found))


class _Absent:
    """What is not there, as against what is null."""


def _descend(value: Any, names: Sequence[str]) -> Any:
    for name in names:
        if isinstance(value, CaseEvent):
            value = getattr(value, name, None)
            value = _Absent if value is None else _utc(value)
        else:
            value = value.get(name, _Absent) if isinstance(value, Mapping) else _Absent
    return value


def _nest(paths: Sequence[Sequence[str]], values: Sequence[Any]) -> dict[str, Any]:
    """The variables that hold just these values at these paths."""
    names: dict[str, Any] = {"event": {"data": {}}, "item": {}}
    for path, value in zip(paths, values, strict=True):
        place = names
        for name in path[:-1]:
            inner = place.get(name)
            place = inner if isinstance(inner, dict) else place.setdefault(name, {})
        if value is not _Absent:
            place[path[-1]] = value
    return names


def _one_line(wrong: BaseException) -> str:
    return " ".join(str(wrong).split())[:300]


def _free_variables(program: Any, text: str) -> list[str]:
    """Names that are neither ours nor bound by a macro such as `exists(e, …)`."""
    macros = (".all(", ".exists(", ".exists_one(", ".map(", ".filter(")
    bound = {part.split(",")[0].strip() for macro in macros for part in text.split(macro)[1:]}
    return [name for name in program.references()["variables"] if name not in VARIABLES and name not in bound]


_FUNCTIONS = frozenset(
    [
        "size",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "type",
        "dyn",
        "duration",
        "timestamp",
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getHours",
        "getMinutes",
        "getSeconds",
        "getMilliseconds",
        "has",
        "all",
        "exists",
        "exists_one",
        "map",
        "filter",
    ]
)


def _known_function(name: str) -> bool:
    return not name[0].isalpha() or name in _FUNCTIONS
