"""Overlays 参数覆盖: other values for parameters of rules, laid over the files of a rule book as it is read.

A preset is one, and so is a value tried out in a what-if. The laid-over rule is a rule like any other: its text has
the other values in it, its version covers them, and a mistake in one names the file and line that it came from.
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any, NamedTuple

import tomlkit

from mingjing.errors import Mistake
from mingjing.tomlfile import TomlFile

FIXED = ("id", "kind", "name", "basis", "example")
"""What makes a rule that rule; an overlay changes parameters, not these."""

OFF = "off"
EXCLUSIVE = {"ladder": "severity", "severity": "ladder"}
"""Where an overlay gives the one, the file's other does not stand beside it."""


class Overlay(NamedTuple):
    """Other values by rule id and parameter; `off = true` leaves the rule out. `places`: where each stands."""

    rules: Mapping[str, Mapping[str, Any]]
    places: Mapping[tuple[str, str], Mistake] = {}
    name: str = "overlay"

    def place(self, rule: str, key: str, message: str) -> Mistake:
        """A mistake at a value of this overlay."""
        where = self.places.get((rule, key)) or self.places.get((rule, ""))
        if where is None:
            return Mistake(self.name, 0, f"{rule}.{key}: {message}" if key else f"{rule}: {message}")
        return Mistake(where.file, where.line, f"{rule}: {message}")

    def over(self, other: "Overlay") -> "Overlay":
        """This one laid over another."""
        rules = {
            rule: {**other.rules.get(rule, {}), **self.rules.get(rule, {})} for rule in {**other.rules, **self.rules}
        }
        return Overlay(rules, {**other.places, **self.places}, self.name)

    def on(self, file: TomlFile) -> TomlFile | None:
        """A rule's file with the other values in it; None where the rule is off."""
        rule = file.data.get("id")
        values = self.rules.get(rule) if isinstance(rule, str) else None
        if not values:
            return file
        if values.get(OFF) is True:
            return None
        return _Laid(file, {key: value for key, value in values.items() if key not in (OFF, *FIXED)}, self)

    def check(self, known: Collection[str], mistakes: list[Mistake]) -> None:
        """Adds a mistake for every rule that the book does not have, and for what no overlay may change."""
        for rule, values in self.rules.items():
            if rule not in known:
                mistakes.append(self.place(rule, "", f"the rule book has no rule {rule!r}"))
            for key, value in values.items():
                if key in FIXED:
                    mistakes.append(self.place(rule, key, f"{key} cannot be changed; write a rule of your own instead"))
                if key == OFF and not isinstance(value, bool):
                    mistakes.append(self.place(rule, key, "off must be true or false"))


NOTHING = Overlay({})


class _Laid(TomlFile):
    """A rule's file with other values laid over it."""

    def __init__(self, file: TomlFile, values: Mapping[str, Any], overlay: Overlay) -> None:
        document = tomlkit.parse(file.source)
        for key, rival in EXCLUSIVE.items():
            if key in values and rival not in values and rival in document:
                del document[rival]
        for key, value in values.items():
            _put(document, key, value)
        super().__init__(file.path, tomlkit.dumps(document), document.unwrap())
        self._rule, self._values, self._overlay, self._before = str(file.data["id"]), values, overlay, file

    def line(self, key: str, index: int | None = None) -> int:
        """The line in the file as it is on disk."""
        return self._before.line(key, index)

    def mistake(self, key: str, message: str) -> Mistake:
        """A mistake at a top-level key: at the overlay's value where it comes from there."""
        if key in self._values:
            return self._overlay.place(self._rule, key, message)
        return super().mistake(key, message)


def _put(table: Any, key: str, value: Any) -> None:
    """Sets a value; of a table only the keys that are given."""
    if isinstance(value, Mapping) and isinstance(table.get(key), Mapping):
        for inner, one in value.items():
            _put(table[key], inner, one)
        return
    # A new key stands before the [[example]] tables, not inside the last one.
    examples = None if key in table else table.pop("example", None)
    table[key] = tomlkit.value(_written(value))
    if examples is not None:
        table["example"] = examples


def _written(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_word(key)} = {_written(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def _word(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
