"""Expressions in CEL (github.com/google/cel-spec), run by the library `common-expression-language`.

An expression is compiled once and its mistakes are told when the book is loaded. `rules.quickcel` answers for the plain
cases. The library, which has the last word, is handed only the fields that the expression reads; a call of one of our
own functions on fields is worked out here and handed over as one more value.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import cel

from mingjing.types import CaseEvent
from rules import quickcel
from rules.functions import Function
from rules.limits import CannotJudge
from rules.reader import RuleReader

FIELDS = CaseEvent.__struct_fields__
Path = tuple[str, ...]
Names = Mapping[str, Any]
"""What each variable holds, an event or a mapping of fields; raises CannotJudge where it cannot be worked out."""

_CALLED = "call_"
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


class Expression:
    """One expression over some variables. `variables` are those that it reads."""

    def __init__(self, text: str, known: Sequence[str], functions: Mapping[str, Function]) -> None:
        """Raises ValueError with everything that is wrong with the text."""
        self._functions = functions
        self._calls, replaced = _calls(text, known, functions)
        program = cel.compile(replaced)
        self._program = program
        names = program.references()
        bound = _bound(text)
        called = {_CALLED + str(number) for number in range(len(self._calls))}
        wrong = [f"unknown name {n!r}; known are {', '.join(known)}" for n in names["variables"]
                 if n not in known and n not in bound and n not in called]  # fmt: skip
        wrong += [f"unknown function {n!r}" for n in names["functions"] if not _known_function(n, functions)]
        if wrong:
            raise ValueError("; ".join(wrong))
        self.variables = frozenset(v for v in names["variables"] if v in known)
        self.variables |= {path[0] for _, paths in self._calls for path in paths}
        self._used = {name: functions[name] for name in names["functions"] if name in functions}
        self._paths = None if "case" in self.variables else _paths(replaced, known)
        called_with = [path for _, paths in self._calls for path in paths]
        self.paths = None if self._paths is None else (*self._paths, *called_with)
        """All that it reads of its variables; None where that cannot be told."""
        self._read = tuple(sorted(self.variables))
        self._quick = self._plain(text)

    def _plain(self, text: str) -> quickcel.Node | None:
        try:
            return quickcel.quick(text, self._functions)
        except quickcel.Beyond:
            return None

    def holds(self, names: Names) -> bool:
        """Whether it is true of what the variables hold; raises CannotJudge where it cannot be computed."""
        if self._quick is not None:
            try:
                answer = self._quick(names)
            except quickcel.Unsure:
                pass
            else:
                if answer is True or answer is False:
                    return bool(answer)
        return self._by_library({name: names[name] for name in self._read})

    def _by_library(self, held: Mapping[str, Any]) -> bool:
        if self._paths is None:
            names = {name: whole(value) for name, value in held.items()}
        else:
            names = _nest(self._paths, [_descend(held[path[0]], path[1:]) for path in self._paths])
        result = self._run(_with_calls(names, self._called(held)))
        if not isinstance(result, bool):
            raise CannotJudge(f"expression: is {type(result).__name__}, not true or false")
        return result

    def value(self, names: Names) -> Any:
        """What it comes to of what the variables hold; raises CannotJudge where it cannot be computed."""
        held = {name: names[name] for name in self._read}
        names = {name: whole(value) for name, value in held.items()}
        return _steady(self._run(_with_calls(names, self._called(held))))

    def _called(self, held: Mapping[str, Any]) -> list[Any]:
        """What the functions say of some fields; nothing where one is not there or is not what a function takes."""
        return [self._call(name, [_descend(held[path[0]], path[1:]) for path in paths]) for name, paths in self._calls]

    def _call(self, name: str, values: Sequence[Any]) -> Any:
        if _Absent in values:
            return _Absent
        try:
            return self._functions[name](*values)
        except (TypeError, ValueError, AttributeError):
            return _Absent

    def _run(self, names: dict[str, Any]) -> Any:
        try:
            return self._program.execute(names | self._used)
        except (KeyError, TypeError, ValueError, ArithmeticError, RuntimeError, LookupError) as wrong:
            raise CannotJudge(f"expression: {type(wrong).__name__} {one_line(wrong)}") from wrong


def read(reader: RuleReader, key: str, known: Sequence[str], functions: Mapping[str, Function]) -> Expression | None:
    """The expression of a rule file's key; None after telling what is wrong with it."""
    return parsed(reader, key, reader.get(key), known, functions)


def parsed(
    reader: RuleReader, key: str, text: Any, known: Sequence[str], functions: Mapping[str, Function]
) -> Expression | None:
    """The expression of a text that stands under a key; None after telling what is wrong with it."""
    if not isinstance(text, str):
        reader.wrong(key, f"{key} must be an expression in CEL over {', '.join(known)}")
        return None
    try:
        return Expression(text, known, functions)
    except ValueError as mistake:
        reader.wrong(key, f"{key}: {one_line(mistake)}")
        return None


def _steady(value: Any) -> Any:
    """A result with the keys of its maps in order; CEL's own have none."""
    if isinstance(value, dict):
        return {key: _steady(value[key]) for key in sorted(value)}
    return [_steady(entry) for entry in value] if isinstance(value, list) else value


def whole(value: Any) -> Any:
    """A variable as CEL sees it: of an event, its fields that are there; `data` always is."""
    if isinstance(value, CaseEvent):
        return {name: _utc(field) for name in FIELDS if (field := getattr(value, name)) is not None}
    if isinstance(value, list):
        return [whole(entry) for entry in value]
    return {name: whole(entry) for name, entry in value.items()} if isinstance(value, Mapping) else value


def one_line(wrong: BaseException) -> str:
    """What an exception says, in one line."""
    return " ".join(str(wrong).split())[:300]


def _utc(value: Any) -> Any:
    """CEL's timestamps have no offset; the library would show an instant's own."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _calls(
    text: str, known: Sequence[str], functions: Mapping[str, Function]
) -> tuple[list[tuple[str, list[Path]]], str]:
    """The calls of our own functions on nothing but fields, and the text with a variable in place of each."""
    path = rf"(?:{'|'.join(known)})(?:\.\w+)+"
    call = re.compile(rf"(?<![\w.])({'|'.join(functions) or '(?!)'})\(\s*({path}(?:\s*,\s*{path})*)\s*\)")
    calls: list[tuple[str, list[Path]]] = []

    def replace(match: re.Match[str]) -> str:
        found = (match[1], [tuple(part.strip().split(".")) for part in match[2].split(",")])
        if found not in calls:
            calls.append(found)
        return f"{_CALLED}{calls.index(found)}"

    parts, end = [], 0
    for quoted in _TEXT.finditer(text):
        parts += [call.sub(replace, text[end : quoted.start()]), quoted[0]]
        end = quoted.end()
    return calls, "".join(parts) + call.sub(replace, text[end:])


def _paths(text: str, known: Sequence[str]) -> tuple[Path, ...] | None:
    """The paths like `event.data.reason` that an expression reads; None where it uses a variable otherwise."""
    found: list[Path] = []
    for variable, path, call in re.findall(
        rf"(?<![\w.])({'|'.join(known)})\b((?:\.\w+)*)(\s*[\[(])?", _TEXT.sub("''", text)
    ):
        names = path.split(".")[1:]
        if call.strip() == "(":
            names = names[:-1]  # the last word is a method: event.data.name.startsWith("a")
        elif call:
            return None
        if not names:
            return None
        # What lies deeper is read with its object: whether that is there at all is CEL's business.
        in_data = variable in ("event", "corrected") and names[0] == "data"
        found.append((variable, *names)[: 3 if in_data else 2])
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


def _nest(paths: Sequence[Path], values: Sequence[Any]) -> dict[str, Any]:
    """The variables that hold just these values at these paths."""
    names: dict[str, Any] = {"event": {"data": {}}}
    for path, value in zip(paths, values, strict=True):
        place = names
        for name in path[:-1]:
            place = place.setdefault(name, {})
        if value is not _Absent:
            place[path[-1]] = value
    return names


def _with_calls(names: dict[str, Any], called: Sequence[Any]) -> dict[str, Any]:
    return names | {f"{_CALLED}{n}": value for n, value in enumerate(called) if value is not _Absent}


def _bound(text: str) -> set[str]:
    """Names that are bound by a macro such as `exists(e, …)`."""
    macros = (".all(", ".exists(", ".exists_one(", ".map(", ".filter(")
    return {part.split(",")[0].strip() for macro in macros for part in text.split(macro)[1:]}


_CEL = {
    "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "type",
    "dyn", "duration", "timestamp", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek",
    "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds", "has", "all", "exists",
    "exists_one", "map", "filter",
}  # fmt: skip


def _known_function(name: str, ours: Mapping[str, Function]) -> bool:
    return not name[0].isalpha() or name in _CEL or name in ours
