"""`condition` 条件: something about one event that must not be, as an expression in CEL over `event`, `case`, `item`.

CEL (github.com/google/cel-spec) is run by the library `common-expression-language`.
"""

from collections.abc import Iterator
from typing import Any

import cel
import msgspec

from mingjing.types import CaseEvent
from rules.case import Breach, Case
from rules.limits import CannotJudge
from rules.patterns import Slot
from rules.reader import RuleReader, show

VARIABLES = ("event", "case", "item")
_BUILTINS = msgspec.to_builtins


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

    def judge(self, case: Case) -> Iterator[Breach]:
        """One breach per event for which the expression is true; where it cannot be computed, not judged."""
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
        names: dict[str, Any] = {"event": plain(event)}
        if self._item:
            names["item"] = dict(case.item(instant, event).fields)
        if self._case:
            names["case"] = {"case_id": case.case_id, "events": [plain(e) for at, _, e in case.moments if at <= instant]}
        try:
            result = self._program.execute(names)
        except (KeyError, TypeError, ValueError, ArithmeticError, RuntimeError, LookupError) as wrong:
            raise CannotJudge(f"expression: {type(wrong).__name__} {_one_line(wrong)}") from wrong
        if not isinstance(result, bool):
            raise CannotJudge(f"expression: is {type(result).__name__}, not true or false")
        return result


def plain(event: CaseEvent) -> dict[str, Any]:
    """An event as CEL sees it: its fields that are there, `data` always."""
    made = {name: value for name in event.__struct_fields__ if (value := getattr(event, name)) is not None}
    return made


def _one_line(wrong: BaseException) -> str:
    return " ".join(str(wrong).split())[:300]


def _free_variables(program: Any, text: str) -> list[str]:
    """Names that are neither ours nor bound by a macro such as `exists(e, …)`."""
    macros = (".all(", ".exists(", ".exists_one(", ".map(", ".filter(")
    bound = {part.split(",")[0].strip() for macro in macros for part in text.split(macro)[1:]}
    return [name for name in program.references()["variables"] if name not in VARIABLES and name not in bound]


_FUNCTIONS = frozenset(
    "size contains startsWith endsWith matches int uint double string bytes type dyn duration timestamp "
    "getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds "
    "getMilliseconds has all exists exists_one map filter".split()
)


def _known_function(name: str) -> bool:
    return not name[0].isalpha() or name in _FUNCTIONS
