"""The item catalogue 事项清单: dated versions of every item's limits, steps and materials, and the tariff 收费目录.

A directory of `.csv` and `.toml` files (`[[item]]` tables with the same keys), and `tariffs.csv`; or one such file, or
an Excel workbook. `rules.items.checks.COLUMNS` are the columns that have a meaning; every field can be named by rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from mingjing.errors import BookError, Mistake
from mingjing.registers.tables import ALWAYS, Table, csv_table, reporter, span
from mingjing.tomlfile import read_toml
from rules.items import checks, tariffs
from rules.items.checks import complete

__all__ = [
    "ALWAYS", "EMPTY", "TARIFFS", "Catalogue", "ItemVersion", "OneItem", "Tariff", "complete", "load_catalogue",
    "version_of",
]  # fmt: skip

TARIFFS = "tariffs.csv"


class ItemVersion(NamedTuple):
    """One version of an item, in force on the local days from `first` to `last`, both included.

    `label`: item and version as evidence names them.
    """

    item: str
    version: str
    first: int
    last: int
    fields: Mapping[str, Any]
    label: str


def version_of(item: str, version: str, first: int, last: int, fields: Mapping[str, Any]) -> ItemVersion:
    """A version with its label."""
    return ItemVersion(item, version, first, last, fields, f"{item} @ {version}" if version else item)


class Tariff(NamedTuple):
    """One row of the tariff 收费目录, in force on the local days from `first` to `last`; `item` empty: for all items.

    `fields`: `fee`, `item`, `basis`, `unit`, `account` as texts, `rate`, `floor`, `cap`, `rounding` as numbers of yuan,
    `waivers` (grounds on which it may be waived) as a list; those that the file leaves empty are not there.
    """

    fee: str
    item: str
    first: int
    last: int
    fields: Mapping[str, Any]


class Catalogue:
    """All versions of all items, by item, and the tariff, by fee. `has_tariffs`: whether a tariff is kept at all."""

    def __init__(
        self, versions: Mapping[str, list[ItemVersion]], tariffs: Mapping[str, Sequence[Tariff]] | None = None
    ) -> None:
        self._versions = versions
        self._tariffs = tariffs or {}
        self.has_tariffs = tariffs is not None
        self.has = frozenset([*(["items"] if versions else []), *(["tariffs"] if self.has_tariffs else [])])
        """What of `items` and `tariffs` is loaded."""

    def tariff(self, fee: str, item: str | None, day: int) -> Mapping[str, Any] | None:
        """The row in force on a local day for a fee and an item: the item's own before the one for all items."""
        general = None
        for row in self._tariffs.get(fee, ()):
            if row.first <= day <= row.last:
                if row.item and row.item == item:
                    return row.fields
                if not row.item:
                    general = row.fields
        return general

    def __len__(self) -> int:
        return len(self._versions)

    def __iter__(self) -> Iterator[ItemVersion]:
        for versions in self._versions.values():
            yield from versions

    def tariffs(self) -> Iterator[Tariff]:
        """All rows of the tariff."""
        for rows in self._tariffs.values():
            yield from rows

    def versions(self, item: str) -> Sequence[ItemVersion]:
        """All versions of an item, none where the catalogue does not know it."""
        return self._versions.get(item, ())

    def find(self, item: str, day: int, version: str | None = None) -> ItemVersion | None:
        """The version of that name where one is given, else the one in force on a local day.

        Where the catalogue names none of the item's versions, the day decides.
        """
        versions = self._versions.get(item, ())
        if version is not None and any(candidate.version for candidate in versions):
            return next((candidate for candidate in versions if candidate.version == version), None)
        for candidate in versions:
            if candidate.first <= day <= candidate.last:
                return candidate
        return None


class OneItem(Catalogue):
    """A catalogue in which every item has the same fields; the examples of rule files use it."""

    def __init__(self, fields: Mapping[str, Any], tariffs: Mapping[str, Sequence[Tariff]] | None = None) -> None:
        super().__init__({}, tariffs)
        self.has |= {"items"}
        self._fields = dict(fields)
        complete(self._fields)

    def find(self, item: str, day: int, version: str | None = None) -> ItemVersion | None:
        """That one item."""
        return version_of(item, version or "", *ALWAYS, self._fields)

    def versions(self, item: str) -> Sequence[ItemVersion]:
        """That one item's only version."""
        return (version_of(item, "", *ALWAYS, self._fields),)


EMPTY = Catalogue({})


def load_catalogue(path: Path | None) -> Catalogue:
    """The catalogue of a directory, or of one file (.csv, .toml, .xlsx); empty for None.

    Raises BookError with all mistakes.
    """
    if path is None:
        return EMPTY
    if not path.exists():
        raise BookError([Mistake(str(path), 0, "no such directory of items")])
    reading = _Reading()
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix in (".csv", ".toml"))
        if not files:
            reading.mistakes.append(Mistake(str(path), 0, "holds no .csv or .toml file of items"))
        for file in files:
            reading.take(file)
    else:
        reading.take(path)
    return reading.catalogue()


class _Reading:
    """A catalogue as far as it has been read, with where everything stands."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._versions: dict[str, list[tuple[ItemVersion, Mistake]]] = {}
        self._tariffs: dict[str, list[tuple[Tariff, Mistake]]] | None = None

    def take(self, path: Path) -> None:
        """Reads one file."""
        if path.suffix == ".toml":
            self._take_toml(path)
        elif path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
            found = list(self._workbook(path))
            if not any(found) and not self.mistakes:
                self.mistakes.append(Mistake(str(path), 0, "holds no sheet with rows of items"))
        else:
            table = csv_table(path, self.mistakes)
            if table is not None:
                self._take_table(table, tariff=path.name == TARIFFS)

    def _workbook(self, path: Path) -> Iterator[bool]:
        from mingjing.registers.workbook import workbook_tables  # noqa: PLC0415  its library is slow to import, and rarely needed

        for table in workbook_tables(path, self.mistakes):
            self._take_table(table, tariff={"fee", "rate"} <= set(table.columns))
            yield True

    def _take_toml(self, path: Path) -> None:
        file = read_toml(path, self.mistakes)
        if file is None:
            return
        file.unknown({"item"}, self.mistakes)
        for index, row in enumerate(file.tables("item", self.mistakes)):
            self._take_item(row, Table(file.name, (), iter(())), file.line("item", index), cells=False)

    def _take_table(self, table: Table, *, tariff: bool) -> None:
        column = "fee" if tariff else "item"
        if column not in table.columns:
            message = f"the first line must name the columns, `{column}` among them"
            self.mistakes.append(Mistake(table.name, 1, message))
            return
        if tariff and self._tariffs is None:
            self._tariffs = {}
        for row in table.rows:
            if tariff:
                self._take_tariff(row.cells, table, row.line)
            else:
                self._take_item(row.cells, table, row.line)

    def _take_item(self, row: Mapping[str, Any], table: Table, line: int, *, cells: bool = True) -> None:
        before = len(self.mistakes)
        wrong = reporter(table, line, self.mistakes)
        fields, (first, last) = checks.examined(row, wrong, cells=cells), span(row, wrong)
        if len(self.mistakes) == before:
            version = version_of(fields["item"], str(row.get("version", "")), first, last, fields)
            self._versions.setdefault(version.item, []).append((version, Mistake(table.name, line, "")))

    def _take_tariff(self, row: Mapping[str, str], table: Table, line: int) -> None:
        before = len(self.mistakes)
        wrong = reporter(table, line, self.mistakes)
        fields, (first, last) = tariffs.examined(row, wrong), span(row, wrong)
        if len(self.mistakes) == before and self._tariffs is not None:
            tariff = Tariff(row["fee"], row.get("item", ""), first, last, fields)
            self._tariffs.setdefault(tariff.fee, []).append((tariff, Mistake(table.name, line, "")))

    def catalogue(self) -> Catalogue:
        """What was read; raises BookError with all mistakes."""
        for versions in self._versions.values():
            _check_overlaps(versions, self.mistakes)
        for rows in (self._tariffs or {}).values():
            self._check_tariffs(rows)
        if self.mistakes:
            raise BookError(self.mistakes)
        bare = {item: [version for version, _ in entries] for item, entries in self._versions.items()}
        if self._tariffs is None:
            return Catalogue(bare)
        return Catalogue(bare, {fee: [row for row, _ in rows] for fee, rows in self._tariffs.items()})

    def _check_tariffs(self, rows: list[tuple[Tariff, Mistake]]) -> None:
        """One fee has one row per item and day, and its item is one of the list's, where there is a list."""
        by_item: dict[str, list[tuple[Tariff, Mistake]]] = {}
        for row, where in rows:
            by_item.setdefault(row.item, []).append((row, where))
            if row.item and self._versions and row.item not in self._versions:
                message = f"fee {row.fee}: there is no item {row.item!r} in the list"
                self.mistakes.append(Mistake(where.file, where.line, message))
        for several in by_item.values():
            several.sort(key=lambda entry: (entry[0].first, entry[1]))
            for (earlier, place), (later, where) in pairwise(several):
                if later.first <= earlier.last:
                    message = f"fee {later.fee}: valid dates overlap those of {place.file}:{place.line}"
                    self.mistakes.append(Mistake(where.file, where.line, f"{message}; end that row first"))


def _check_overlaps(entries: list[tuple[ItemVersion, Mistake]], mistakes: list[Mistake]) -> None:
    ordered = sorted(entries, key=lambda entry: (entry[0].first, entry[1]))
    names: dict[str, Mistake] = {}
    for (earlier, place), (later, where) in pairwise(ordered):
        if later.first <= earlier.last:
            message = f"item {later.item}: valid dates overlap those of {place.file}:{place.line}"
            mistakes.append(Mistake(where.file, where.line, f"{message}; end that version first"))
    for version, where in ordered:
        place = names.setdefault(version.version, where)
        if place is not where:
            message = f"item {version.item}: version {version.version!r} stands in {place.file}:{place.line} too"
            mistakes.append(Mistake(where.file, where.line, message))
