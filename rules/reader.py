"""Reads one rule file: every kind takes its parameters from here, and every mistake is kept with its line."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mingjing.calendars import Calendars, Days, EveryDay
from mingjing.clock import Rung
from mingjing.errors import Mistake, UsageError
from mingjing.registers import dated
from mingjing.timetable import Timetable
from mingjing.tomlfile import TomlFile
from mingjing.zones import Zone, zone
from rules.limits import rung
from rules.patterns import ENVELOPE, Getter, Pattern, PatternTable, Slot, getter

EVERY_DAY = EveryDay()
RESERVED = ("type", "has", "lacks")
"""The words of an event pattern that name no field."""

NEEDS = ("items", "sources", "tariffs", *dated())
"""What a rule may need: the item catalogue, the tariff, and the registers."""


class Surroundings(NamedTuple):
    """What rules stand in: calendars and timetable, and the defaults for rules that name none."""

    calendars: Calendars
    timetable: Timetable
    timezone: str
    calendar: str


class RuleReader:
    """The parameters of one rule file. A value that cannot be used is reported and read as nothing."""

    def __init__(
        self, file: TomlFile, table: PatternTable, surroundings: Surroundings, mistakes: list[Mistake]
    ) -> None:
        self.file, self.table, self.mistakes = file, table, mistakes
        self.data: Mapping[str, Any] = file.data
        self.known: set[str] = set()
        self._needs: set[str] = set()
        self._around = surroundings

    def wrong(self, key: str, message: str) -> None:
        """Reports a mistake at a key."""
        self.mistakes.append(self.file.mistake(key, message))

    def get(self, key: str) -> Any:
        """The raw value of a key, or None; the key is then known."""
        self.known.add(key)
        return self.data.get(key)

    def has(self, key: str) -> bool:
        """Whether the file has the key."""
        return key in self.data

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be loaded for the rule to be asked: what its `needs` names and what its kind reads."""
        named = self.get("needs")
        if named is not None and not (isinstance(named, list) and set(map(str, named)) <= set(NEEDS)):
            self.wrong("needs", f"needs must be a list of some of {', '.join(NEEDS)}")
            return ()
        return tuple(sorted(self._needs | set(named or ())))

    def need(self, register: str) -> None:
        """Notes that the rule reads a register."""
        self._needs.add(register)

    def slot(self, key: str, *, required: bool = True) -> Slot | None:
        """The slot of a key's pattern or list of patterns."""
        value = self.get(key)
        if value is None:
            if required:
                self.wrong(key, f"{key} is missing; it must be an event pattern or a list of them")
            return None
        return self.table.slot(self.patterns(key, value))

    def slots(self, key: str) -> list[tuple[Slot, str]]:
        """A list in which each entry is a slot of its own, with words that show it."""
        value = self.get(key)
        if not isinstance(value, list) or not value:
            self.wrong(key, f"{key} must be a list of event patterns")
            return []
        return [(self.table.slot(self.patterns(key, entry)), show(entry)) for entry in value]

    def patterns(self, key: str, value: Any) -> list[Pattern]:
        """The patterns of a value: a type, a table with a type, or a list of those."""
        if isinstance(value, list):
            if not value:
                self.wrong(key, f"{key} is empty; name at least one event pattern")
            return [pattern for entry in value for pattern in self.patterns(key, entry)]
        if isinstance(value, str) and value:
            return [Pattern(value, ())]
        if isinstance(value, dict) and isinstance(value.get("type"), str):
            named = [(name, wanted) for name, wanted in value.items() if name not in RESERVED]
            fields = [f for name, wanted in named for f in self._fields(key, name, wanted)]
            has, lacks = (self._paths(key, name, value.get(name, [])) for name in ("has", "lacks"))
            return [Pattern(value["type"], tuple(fields), has, lacks)]
        self.wrong(key, f'{value!r} is no event pattern; write "accepted" or {{ type = "step_ended", data = {{ … }} }}')
        return []

    def _fields(self, key: str, path: str, wanted: Any) -> list[tuple[str, tuple[Any, ...]]]:
        if isinstance(wanted, dict):
            return [f for name, value in wanted.items() for f in self._fields(key, f"{path}.{name}", value)]
        if path.split(".", maxsplit=1)[0] != "data" and path not in ENVELOPE:
            self.wrong(key, f"{path!r} is no field of an event; known are data.NAME, {', '.join(ENVELOPE)}")
            return []
        values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
        for value in values:
            if not isinstance(value, str | int | float):
                self.wrong(key, f"{path}: {value!r} equals no field; write texts, numbers, true or false")
                return []
        return [(path, values)]

    def _paths(self, key: str, word: str, value: Any) -> tuple[str, ...]:
        """The fields that a pattern's `has` or `lacks` names."""
        if not isinstance(value, list) or not all(isinstance(path, str) for path in value):
            self.wrong(key, f'{word} must be a list of fields like ["data.receipt_no"]')
            return ()
        for path in value:
            try:
                getter(path)
            except ValueError as mistake:
                self.wrong(key, f"{word}: {mistake}")
                return ()
        return tuple(value)

    def path(self, key: str, *, required: bool = False) -> Getter | None:
        """What a path such as `data.step` reads; of a list of paths, the first one that is there."""
        value = self.get(key)
        return None if value is None and not required else self.getter(key, value)

    def getter(self, key: str, value: Any) -> Getter | None:
        """The same for a value that stands somewhere under a key."""
        try:
            several = [getter(path if isinstance(path, str) else "") for path in _listed(value)]
        except ValueError as mistake:
            self.wrong(key, f"{key}: {mistake}")
            return None
        if len(several) == 1:
            return several[0]
        return lambda event: next((found for get in several if (found := get(event)) is not None), None)

    def whole(self, key: str, *, least: int, default: int | None = None) -> int:
        """A whole number of at least `least`."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(key, f"{key} must be a whole number of at least {least}")
            return least
        return value

    def flag(self, key: str) -> bool:
        """true or false; false where the key is absent."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, f"{key} must be true or false")
        return value is True

    def severity(self) -> int:
        """The one severity of a rule without a ladder."""
        value = self.get("severity")
        if isinstance(value, bool) or value not in (1, 2, 3):
            self.wrong("severity", "severity must be 1 (notice 预警), 2 (yellow 黄牌) or 3 (red 红牌)")
            return 1
        return int(value)

    def steps(self, key: str, read: Callable[[Any, int], Any], example: str) -> list[Any]:
        """A ladder: tables with `at` and `severity`, each read by `read(at, severity)`."""
        made = []
        value = self.get(key)
        if not isinstance(value, list) or not value:
            self.wrong(key, f"{key} must be a list like {example}")
            return []
        for step in value:
            if not isinstance(step, dict) or set(step) != {"at", "severity"} or step["severity"] not in (1, 2, 3):
                self.wrong(key, f"{step!r} is no rung; write {example}")
                continue
            try:
                made.append(read(step["at"], int(step["severity"])))
            except (ValueError, AttributeError) as mistake:
                self.wrong(key, f"{key}: {mistake if isinstance(mistake, ValueError) else 'at must be a text'}")
        return made

    def ladder(self) -> list[Rung]:
        """The ladder of a limit; with `severity` instead, the one rung `due`."""
        if self.has("ladder") or not self.has("severity"):
            return self.steps("ladder", rung, '[{ at = "80%", severity = 1 }, { at = "due", severity = 2 }]')
        return [rung("due", self.severity())]

    def zone(self) -> Zone:
        """The rule's time zone, or the default."""
        name = self.get("timezone")
        if name is not None:
            try:
                return zone(str(name))
            except UsageError as mistake:
                self.wrong("timezone", f"timezone: {mistake}")
        return zone(self._around.timezone)

    def working_days(self) -> Days:
        """The rule's calendar, or the default."""
        name = self.get("calendar")
        wanted = self._around.calendar if name is None else name
        if wanted not in self._around.calendars.names():
            known = ", ".join(self._around.calendars.names())
            self.wrong("calendar", f"calendar {wanted!r} is not known; known are: {known}")
            return EVERY_DAY
        return self._around.calendars.get(wanted)

    def timetable(self) -> Timetable:
        """The hall's office hours."""
        return self._around.timetable

    def table_of(self, key: str, value: Any, known: Sequence[str], required: Sequence[str]) -> Mapping[str, Any]:
        """A table with known keys only and the required ones present."""
        if not isinstance(value, dict):
            self.wrong(key, f"{key} must be a table with {', '.join(required)}")
            return {}
        for name in value:
            if name not in known:
                self.wrong(key, f"{key}: unknown key {name!r}; known are: {', '.join(known)}")
        for name in required:
            if name not in value:
                self.wrong(key, f"{key}: {name} is missing")
                return {}
        return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) and value else [value]


def show(pattern: Any) -> str:
    """An event pattern in short words: `step_ended (审查)`."""
    if isinstance(pattern, list):
        return " / ".join(map(show, pattern))
    if isinstance(pattern, dict):
        rest = [_value(value) for name, value in pattern.items() if name not in RESERVED]
        return f"{pattern.get('type')} ({', '.join(rest)})" if rest else str(pattern.get("type"))
    return str(pattern)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(map(_value, value.values()))
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)
