"""Reads sources.toml: what is agreed with each source system."""

from datetime import datetime
from pathlib import Path
from typing import Any

from mingjing.clock import ELAPSED_UNITS
from mingjing.errors import Mistake
from mingjing.instants import micros, parse
from mingjing.quantities import quantity
from mingjing.registers.entries import Agreement, Outage
from mingjing.tomlfile import TomlFile, read_toml

KEYS = ("name", "lag", "batch", "outage")
OUTAGE = ("from", "to", "declared_at")


def read_sources(path: Path, mistakes: list[Mistake]) -> dict[str, Agreement]:
    """The agreements of a file, by the source's name."""
    agreements: dict[str, Agreement] = {}
    file = read_toml(path, mistakes)
    if file is None:
        return agreements
    file.unknown({"source"}, mistakes)
    for index, row in enumerate(file.tables("source", mistakes)):
        source = _Source(file, index, row, mistakes)
        agreement = source.agreement()
        if agreement.name in agreements:
            source.wrong(f"source {agreement.name!r} stands here a second time")
        agreements[agreement.name] = agreement
    return agreements


class _Source:
    """One `[[source]]` table under examination."""

    def __init__(self, file: TomlFile, index: int, row: dict[str, Any], mistakes: list[Mistake]) -> None:
        self._file, self._line, self._row, self._mistakes = file, file.line("source", index), row, mistakes

    def wrong(self, message: str) -> None:
        self._mistakes.append(Mistake(self._file.name, self._line, message))

    def agreement(self) -> Agreement:
        for key in self._row:
            if key not in KEYS:
                self.wrong(f"unknown key {key!r}; known are: {', '.join(KEYS)}")
        name = self._row.get("name")
        if not isinstance(name, str) or not name:
            self.wrong("name is missing; it is what events carry as their source")
        batch = self._row.get("batch", False)
        if not isinstance(batch, bool):
            self.wrong("batch must be true or false")
        return Agreement(str(name), self._lag(), batch is True, self._outages())

    def _lag(self) -> int:
        words = self._row.get("lag")
        try:
            lag = quantity(words if isinstance(words, str) else "")
        except ValueError:
            lag = None
        if lag is None or lag.unit not in ELAPSED_UNITS:
            units = ", ".join(ELAPSED_UNITS)
            self.wrong(f'lag {words!r} must be a span of natural time like "24 hours" (units: {units})')
            return 0
        return round(lag.amount * ELAPSED_UNITS[lag.unit])

    def _outages(self) -> tuple[Outage, ...]:
        rows = self._row.get("outage", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong("outage must be a list like [{ from = …, to = …, declared_at = … }]")
            return ()
        found = []
        for row in rows:
            since, until, declared = (self._instant(row, key) for key in OUTAGE)
            for key in row:
                if key not in OUTAGE:
                    self.wrong(f"outage: unknown key {key!r}; known are: {', '.join(OUTAGE)}")
            if since is not None and until is not None and declared is not None:
                if since >= until:
                    self.wrong(f"outage: to {row['to']} does not lie after from {row['from']}")
                found.append(Outage(since, until, declared))
        return tuple(found)

    def _instant(self, row: dict[str, Any], key: str) -> int | None:
        value = row.get(key)
        if isinstance(value, datetime) and value.tzinfo is not None:
            return micros(value)
        try:
            return micros(parse(value if isinstance(value, str) else ""))
        except ValueError:
            self.wrong(f"outage: {key} must be an instant with its offset, like 2026-03-02T20:00:00+08:00")
            return None
