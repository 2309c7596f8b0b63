"""The registers 名册 that rules ask: units 单位, regions 区划, officers 人员, windows 窗口, agreements with sources.

Entries are dated: each answer is that of one local day. A register that is not loaded answers None to everything, and
`Registers.has` does not name it: rules that need it are idle then.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

EVER = (date.min.toordinal() + 1, date.max.toordinal())
"""The first and last local day of all."""


class Outage(NamedTuple):
    """A span in which a source could not report 停机, and when it was declared (microseconds UTC)."""

    since: int
    until: int
    declared_at: int


class Agreement(NamedTuple):
    """What is agreed with one source system: it reports within `lag` microseconds, its outages apart.

    `batch`: it sends what it has in one go, once a night for example.
    """

    name: str
    lag: int
    batch: bool
    outages: tuple[Outage, ...] = ()

    def due(self, mark: int) -> int:
        """The last instant at which a source that has reported up to `mark` is not late yet; outages do not count."""
        left, position = self.lag, mark
        for outage in sorted(self.outages):
            if outage.until <= position:
                continue
            if outage.since > position:
                if outage.since - position >= left:
                    break
                left -= outage.since - position
            position = outage.until
        return position + left

    def outage_time(self, since: int, until: int) -> int:
        """How much of the time from one instant to another lies in outages, in microseconds; each instant once."""
        total, reached = 0, since
        for outage in sorted(self.outages):
            first, last = max(outage.since, reached), min(outage.until, until)
            if last > first:
                total += last - first
                reached = last
        return total


class Entry(NamedTuple):
    """One row of a register, in force on the local days from `first` to `last`, both included."""

    code: str
    first: int
    last: int
    fields: Mapping[str, Any]


Entries = Mapping[str, Sequence[Entry]]


class Registers:
    """All registers of an installation; nothing in it changes.

    A row's fields are those of its form (mingjing.registers.form), without the empty ones: texts, numbers, lists.
    """

    def __init__(
        self, tables: Mapping[str, Entries] | None = None, sources: Mapping[str, Agreement] | None = None
    ) -> None:
        self._tables = dict(tables or {})
        self._sources = dict(sources or {})
        self._by: dict[tuple[str, str], dict[str, list[Entry]]] = {}
        self.has = frozenset(self._tables) | (frozenset({"sources"}) if sources is not None else frozenset())

    def officer(self, code: str, day: int) -> Mapping[str, Any] | None:
        """An officer on a local day."""
        return self._on("officers", code, day)

    def unit(self, code: str, day: int) -> Mapping[str, Any] | None:
        """A unit on a local day."""
        return self._on("units", code, day)

    def region(self, code: str, day: int) -> Mapping[str, Any] | None:
        """A region on a local day."""
        return self._on("regions", code, day)

    def window(self, code: str, day: int) -> Mapping[str, Any] | None:
        """A window on a local day."""
        return self._on("windows", code, day)

    def source(self, name: str) -> Agreement | None:
        """What is agreed with a source, if anything is."""
        return self._sources.get(name)

    def entries(self, register: str) -> Iterator[Entry]:
        """All entries of a register."""
        for entries in self._tables.get(register, {}).values():
            yield from entries

    def listed(self, register: str, column: str, value: str, day: int | None) -> list[Mapping[str, Any]]:
        """The rows of a register that hold a value in a column, in force on a local day (None: on whatever day).

        A list holds each of its parts. Rows are in order of the day on which they begin, then of their code.
        """
        found = self._index(register, column).get(value, ())
        return [entry.fields for entry in found if day is None or entry.first <= day <= entry.last]

    def _index(self, register: str, column: str) -> Mapping[str, Sequence[Entry]]:
        known = self._by.get((register, column))
        if known is None:
            known = {}
            for entry in sorted(self.entries(register), key=lambda one: (one.first, one.code)):
                held = entry.fields.get(column)
                for value in held if isinstance(held, list) else () if held is None else (str(held),):
                    known.setdefault(value, []).append(entry)
            self._by[register, column] = known
        return known

    @property
    def agreements(self) -> Sequence[Agreement]:
        """What is agreed with all sources, in order of name."""
        return [self._sources[name] for name in sorted(self._sources)]

    def alike(self, register: str, code: str, day: int) -> tuple[int, int]:
        """Local days around one, first and last, on which the register says of a code what it says on that one."""
        entries = self._tables.get(register, {}).get(code, ())
        if not entries:
            return EVER
        if len(entries) > 1:
            return (day, day)
        (entry,) = entries
        if day < entry.first:
            return (EVER[0], entry.first - 1)
        return (entry.first, entry.last) if day <= entry.last else (entry.last + 1, EVER[1])

    def _on(self, register: str, code: str, day: int) -> Mapping[str, Any] | None:
        for entry in self._tables.get(register, {}).get(code, ()):
            if entry.first <= day <= entry.last:
                return entry.fields
        return None


EMPTY = Registers()
