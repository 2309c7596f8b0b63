"""What the columns of a CSV file, or the attributes of an XES log, mean: a TOML file.

encoding = "gb18030"              # CSV; default utf-8
delimiter = ";"                   # CSV; default ,
timezone = "Asia/Shanghai"        # of instants written without offset; absent: they are refused
time = "%Y/%m/%d %H:%M"           # or a list of such; absent: ISO 8601
others = "drop"                   # or "data": what the mapping does not name (default for XES)

[fields]                          # of every event of a row
case_id = "办件编号"
source = { constant = "city-hall" }
data.amount = { column = "FEE", type = "number" }

[[event]]                         # one per event that a row holds; absent: one event, [fields] alone
type = { constant = "accepted" }
occurred_at = "ACCEPTED"

[types]                           # XES: activity, or activity+transition, to event type
"Create Fine+complete" = "accepted"
"""

import codecs
import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.inputs.values import KINDS, Taken
from mingjing.tomlfile import TomlFile, read_toml
from mingjing.types import CaseEvent
from mingjing.zones import zone

REQUIRED = ("case_id", "type", "occurred_at")
_KNOWN = ("encoding", "delimiter", "timezone", "time", "others", "fields", "event", "types")
_INSTANTS = ("occurred_at", "recorded_at", "received_at")
_FIELDS = CaseEvent.__struct_fields__
_sorted = msgspec.json.Encoder(order="sorted")

Fields = dict[str, Taken]
"""What one event is made of: by field, those of `data` by "data.NAME"."""


class Meaning(Struct, kw_only=True):
    """A mapping file, compiled."""

    file: TomlFile
    encoding: str = "utf-8"
    delimiter: str = ","
    others: Literal["drop", "data"] | None = None
    events: list[Fields] = []
    types: dict[str, str] = {}

    def columns(self) -> set[str]:
        """Every column (or attribute) that some field reads."""
        return {column for fields in self.events for taken in fields.values() for column in taken.columns}

    def missing(self, present: Iterable[str], file: str) -> list[Mistake]:
        """A mistake for each column that the mapping reads and the file lacks."""
        there = list(present)
        found = []
        for column in sorted(self.columns() - set(there)):
            near = difflib.get_close_matches(column, there, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has: {', '.join(there)}"
            line = self.file.source.count("\n", 0, max(0, self.file.source.find(f'"{column}"'))) + 1
            found.append(Mistake(self.file.name, line, f"{file} has no column {column!r}{hint}"))
        return found


def fill(fields: Fields, cells: Mapping[str, Any]) -> dict[str, Any]:
    """The event that the fields make of one row, as a JSON object; fields without a value are left out."""
    event: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for name, taken in fields.items():
        value = taken.value(cells)
        if value is None:
            continue
        if name.startswith("data."):
            data[name[5:]] = value
        else:
            event[name] = value
    if data:
        event["data"] = data
    return event


def content_id(event: dict[str, Any]) -> str:
    """An `event_id` for an event that has none, made from its content: the same file gives the same ids."""
    return "content:" + hashlib.sha256(_sorted.encode(event)).hexdigest()[:24]


def load(path: Path, kind: Literal["csv", "xes"]) -> Meaning:
    """The mapping, compiled for a kind of file; raises BookError with all its mistakes."""
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    if file is None:
        raise BookError(mistakes)
    meaning = _Reader(file, mistakes).meaning(REQUIRED if kind == "csv" else ())
    if kind == "xes" and "event" in file.data:
        mistakes.append(file.mistake("event", "an event of XES is one event; write its fields under [fields]"))
    if mistakes:
        raise BookError(mistakes)
    return meaning


class _Reader:
    """Compiles one file, collecting mistakes."""

    def __init__(self, file: TomlFile, mistakes: list[Mistake]) -> None:
        self.file = file
        self.mistakes = mistakes
        self.tried: set[str] = set()  # fields that are named, rightly or not
        self.zone = self._zone(file.data.get("timezone"), file.line("timezone"))
        self.times = self._times(file.data.get("time"), file.line("time"))

    def meaning(self, required: tuple[str, ...]) -> Meaning:
        file = self.file
        file.unknown(_KNOWN, self.mistakes)
        common = self._fields(file.data.get("fields", {}), file.line("fields"))
        rows = file.tables("event", self.mistakes)
        own = [self._fields(row, file.line("event", index)) for index, row in enumerate(rows)]
        events = [common | fields for fields in own] or [common]
        for index, fields in enumerate(events):
            line = file.line("event", index) if own else file.line("fields")
            for name in required:
                if name not in fields and name not in self.tried:
                    self._wrong(line, f"{name} is missing; name its column, or give a constant")
        return Meaning(
            file=file,
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            others=self._others(),
            events=events,
            types=self._types(),
        )

    def _wrong(self, line: int, message: str) -> None:
        self.mistakes.append(Mistake(self.file.name, line, message))

    def _line(self, start: int, name: str) -> int:
        """The line of a key in the table that begins at line `start`."""
        for number, text in enumerate(self.file.source.split("\n")[start:], start + 1):
            if text.lstrip().startswith("["):
                break
            if re.match(rf"\s*\"?{re.escape(name)}\"?\s*=", text):
                return number
        return start

    def _fields(self, table: Any, start: int) -> Fields:
        if not isinstance(table, dict):
            self._wrong(start, "must be a table of fields")
            return {}
        flat = {name: spec for name, spec in table.items() if name != "data"}
        data = table.get("data", {})
        if not isinstance(data, dict):
            self._wrong(self._line(start, "data"), "data: write data.NAME = …, one line per field")
            data = {}
        flat |= {f"data.{name}": spec for name, spec in data.items()}
        fields = {}
        for name, spec in flat.items():
            line = self._line(start, name)
            self.tried.add(name)
            if not name.startswith("data.") and name not in _FIELDS:
                near = difflib.get_close_matches(name, _FIELDS, n=1)
                hint = f"; did you mean {near[0]}?" if near else "; further fields belong under data."
                self._wrong(line, f"unknown field {name!r}{hint}")
            elif taken := self._taken(name, spec, line):
                fields[name] = taken
        return fields

    def _taken(self, name: str, spec: Any, line: int) -> Taken | None:
        if isinstance(spec, str):
            spec = {"column": spec}
        try:
            form = msgspec.convert(spec, _Spec)
        except msgspec.ValidationError as wrong:
            self._wrong(line, f"{name}: {_plain(str(wrong), name)}")
            return None
        if sum(given is not None for given in (form.column, form.columns, form.constant)) != 1:
            self._wrong(line, f"{name}: give one of column, columns, constant")
            return None
        if form.type not in KINDS:
            self._wrong(line, f"{name}: unknown type {form.type!r}; known are: {', '.join(KINDS)}")
            return None
        in_data = name.startswith("data.")
        return Taken(
            name=name,
            columns=tuple(form.columns or ([form.column] if form.column else [])),
            constant=form.constant,
            join=form.join,
            values=form.values,
            otherwise=form.otherwise,
            default=form.default,
            kind="instant" if name in _INSTANTS else form.type if in_data else "text",
            times=self._times(form.time, line) or self.times,
            zone=self._zone(form.timezone, line) or self.zone,
        )

    def _zone(self, name: Any, line: int) -> ZoneInfo | None:
        if name is None:
            return None
        try:
            return zone(str(name)).info
        except UsageError as wrong:
            self._wrong(line, str(wrong))
            return None

    def _times(self, form: Any, line: int) -> tuple[str, ...]:
        forms = [form] if isinstance(form, str) else form or []
        if isinstance(forms, list) and all(isinstance(one, str) and "%" in one for one in forms):
            return tuple(forms)
        self._wrong(line, 'time: write it like "%Y-%m-%d %H:%M:%S", or as a list of such')
        return ()

    def _encoding(self) -> str:
        name = self.file.text("encoding", self.mistakes, default="utf-8")
        try:
            codecs.lookup(name)
            if "\n,".encode(name) == b"\n,":
                return name
            why = "is not a superset of ASCII; convert the file to UTF-8"
        except (LookupError, UnicodeError):
            why = "is unknown; write it like utf-8 or gb18030"
        self.mistakes.append(self.file.mistake("encoding", f"encoding {name!r} {why}"))
        return "utf-8"

    def _delimiter(self) -> str:
        delimiter = self.file.text("delimiter", self.mistakes, default=",")
        if len(delimiter) == 1 and delimiter not in '"\r\n':
            return delimiter
        self.mistakes.append(self.file.mistake("delimiter", "delimiter must be one character, not a quote"))
        return ","

    def _others(self) -> Literal["drop", "data"] | None:
        others = self.file.data.get("others")
        if others in (None, "drop", "data"):
            return others
        self.mistakes.append(self.file.mistake("others", 'others must be "drop" or "data"'))
        return None

    def _types(self) -> dict[str, str]:
        types = self.file.data.get("types", {})
        if isinstance(types, dict) and all(isinstance(kind, str) and kind for kind in types.values()):
            return types
        self.mistakes.append(self.file.mistake("types", 'types: write "Activity+transition" = "event_type"'))
        return {}


def _plain(message: str, name: str) -> str:
    """msgspec's message in our words."""
    for theirs, ours in (("Object contains", "contains"), ("Expected", "expected"), ("`$", name), ("`", "")):
        message = message.replace(theirs, ours)
    return message


class _Spec(Struct, forbid_unknown_fields=True):
    column: str | None = None
    columns: list[str] | None = None
    constant: str | int | float | bool | None = None
    join: str = ":"
    values: dict[str, str] = {}
    otherwise: str | None = None
    default: str | None = None
    type: str = "any"
    time: str | list[str] | None = None
    timezone: str | None = None
