"""Rows of a rule file: each `[[signal]]` or `[[counter]]` is read like a rule file of its own."""

from collections.abc import Mapping
from typing import Any

from mingjing.clock import ELAPSED_UNITS
from mingjing.errors import Mistake
from mingjing.quantities import quantity
from mingjing.types import Text
from rules.patterns import Getter, Slot, getter
from rules.reader import RuleReader


class Row(RuleReader):
    """One table of a list `[[key]]`; its mistakes bear the line where it begins."""

    def __init__(self, whole: RuleReader, key: str, place: int, data: Mapping[str, Any]) -> None:
        vars(self).update(vars(whole))
        self.data, self.known = data, set()
        self._key, self._place = key, place

    def wrong(self, key: str, message: str) -> None:
        """Reports a mistake of this row."""
        line = self.file.line(self._key, self._place)
        self.mistakes.append(Mistake(self.file.name, line, f"[[{self._key}]] {message}"))

    def events(self, key: str = "of") -> Slot:
        """The slot of a key that must be there."""
        found = self.slot(key)
        return -1 if found is None else found

    def field(self, key: str, default: str | None = None) -> Getter:
        """What the path of a key reads."""
        value = self.get(key)
        if value is None and default is not None:
            return getter(default)
        found = self.path(key, required=True)
        return found if found is not None else lambda event: None

    def fields(self, key: str = "fields") -> list[Getter]:
        """What the paths of a list read."""
        names = self.get(key)
        if not isinstance(names, list) or not names:
            self.wrong(key, f'{key} must be a list like ["data.evidence_no"]')
            return []
        found = []
        for name in names:
            try:
                found.append(getter(name if isinstance(name, str) else ""))
            except ValueError as mistake:
                self.wrong(key, f"{key}: {mistake}")
        return found

    def number(self, key: str, default: float | None = None, *, least: float = 0.0) -> float:
        """A number of at least `least`."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            self.wrong(key, f"{key} must be a number of at least {least:g}")
            return least
        return float(value)

    def check(self) -> None:
        """Reports the keys that nobody read."""
        known = self.known
        for key in sorted(set(self.data) - known):
            self.wrong(key, f"unknown key {key!r}; known are: {', '.join(sorted(known))}")


def words(reader: RuleReader, key: str) -> Text:
    """What a key says in both languages."""
    value = reader.get(key)
    if isinstance(value, dict) and all(isinstance(value.get(k), str) and value[k].strip() for k in ("zh", "en")):
        return Text(zh=value["zh"].strip(), en=value["en"].strip())
    reader.wrong(key, f'{key} must be a table like {{ zh = "节点同秒", en = "Nodes in one second" }}')
    return Text(zh="", en="")


def span(reader: RuleReader, key: str) -> int:
    """A span of natural time such as `30 minutes`, in microseconds."""
    value = reader.get(key)
    try:
        said = quantity(value if isinstance(value, str) else "")
        return round(said.amount * ELAPSED_UNITS[said.unit])
    except (ValueError, KeyError):
        reader.wrong(key, f'{key} {value!r} must be a span of natural time like "30 minutes", "24 hours" or "7 days"')
        return 0
