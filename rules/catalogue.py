"""The item catalogue 事项清单: dated versions of every item's limits, steps, materials and fees.

A directory of `.csv` files (columns `item`, `version`, `valid_from`, `valid_to`, `name`, `department`, `matter`,
`case_type`, `committed_limit`, `statutory_limit`, `steps`, `materials`, `windows`, `fee` and any others) and `.toml`
files (`[[item]]` tables with the same keys). Lists are separated by `|` in CSV. Every field can be named by rules.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from mingjing.errors import BookError, Mistake
from mingjing.tomlfile import read_toml
from rules.limits import SAME_DAY, Quantity, quantity

LISTS = ("steps", "materials", "windows")
LIMITS = ("committed_limit", "statutory_limit")
ALWAYS = (date.min.toordinal(), date.max.toordinal())


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


def load_catalogue(directory: Path | None) -> Catalogue:
    """The catalogue of a directory; empty for None. Raises BookError with all mistakes."""
    if directory is None:
        return EMPTY
    if not directory.is_dir():
        raise BookError([Mistake(str(directory), 0, "no such directory of items")])
    mistakes: list[Mistake] = []
    versions: dict[str, list[tuple[ItemVersion, Mistake]]] = {}
    files = sorted(p for p in directory.iterdir() if p.suffix in (".csv", ".toml"))
    if not files:
        mistakes.append(Mistake(str(directory), 0, "holds no .csv or .toml file of items"))
    for path in files:
        for line, row in _rows(path, mistakes):
            made = _version(row, Mistake(str(path), line, ""), mistakes)
            if made is not None:
                versions.setdefault(made.item, []).append((made, Mistake(str(path), line, "")))
    for entries in versions.values():
        _check_overlaps(entries, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return Catalogue({item: [v for v, _ in entries] for item, entries in versions.items()})


def _rows(path: Path, mistakes: list[Mistake]) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix == ".toml":
        file = read_toml(path, mistakes)
        if file is not None:
            file.unknown({"item"}, mistakes)
            for index, row in enumerate(file.tables("item", mistakes)):
                yield file.line("item", index), row
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            if "item" not in (reader.fieldnames or ()):
                mistakes.append(Mistake(str(path), 1, "the first line must name the columns, `item` among them"))
                return
            for row in reader:
                if None in row or None in row.values():
                    message = f"has another number of columns than the {len(reader.fieldnames or ())} of the first line"
                    mistakes.append(Mistake(str(path), reader.line_num, message))
                else:
                    yield reader.line_num, {k: _cell(k, v) for k, v in row.items() if v.strip()}
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        mistakes.append(Mistake(str(path), 0, f"cannot be read as UTF-8 CSV: {wrong}"))


def _cell(column: str, text: str) -> Any:
    text = text.strip()
    if column in LISTS:
        return [part.strip() for part in text.split("|") if part.strip()]
    return text


Wrong = Callable[[str], None]


def _version(row: Mapping[str, Any], where: Mistake, mistakes: list[Mistake]) -> ItemVersion | None:
    before = len(mistakes)

    def wrong(message: str) -> None:
        mistakes.append(Mistake(where.file, where.line, message))

    item = row.get("item")
    if not isinstance(item, str) or not item:
        wrong("item is missing; every row names its item code 事项编码")
    first, last = _day(row, "valid_from", ALWAYS[0], wrong), _day(row, "valid_to", ALWAYS[1], wrong)
    if first > last:
        wrong("valid_to lies before valid_from")
    fields = dict(row)
    _check_limits(row, wrong)
    _check_fee(fields, wrong)
    for name in LISTS:
        if name in row and not (isinstance(row[name], list) and all(isinstance(part, str) for part in row[name])):
            wrong(f"{name} must be a list of texts")
    if len(mistakes) > before or not isinstance(item, str):
        return None
    complete(fields)
    return version_of(item, str(row.get("version", "")), first, last, fields)


def _check_limits(row: Mapping[str, Any], wrong: Wrong) -> None:
    limits = {}
    for name in LIMITS:
        if name in row:
            try:
                limits[name] = quantity(str(row[name]))
            except ValueError as mistake:
                wrong(f"{name}: {mistake}")
    if len(limits) == len(LIMITS) and not _within(limits["committed_limit"], limits["statutory_limit"]):
        wrong(f"committed_limit {row['committed_limit']} is above statutory_limit {row['statutory_limit']}")


def _check_fee(fields: dict[str, Any], wrong: Wrong) -> None:
    fee = fields.get("fee")
    if isinstance(fee, str):
        if re.fullmatch(r"\d+(\.\d+)?", fee):
            fields["fee"] = float(fee)
        else:
            wrong(f"fee {fee!r} is not an amount in yuan like 120 or 12.50")


def complete(fields: dict[str, Any]) -> None:
    """Fills in what follows from the rest: an item that names no case type 办件类型 is an immediate 即办件 or an
    ordinary 承诺件 one, by its committed limit. Dates become texts, as CSV has them."""
    for name, value in fields.items():
        if isinstance(value, date | time):
            fields[name] = value.isoformat()
    same_day = str(fields.get("committed_limit", "")).strip() == SAME_DAY
    fields.setdefault("case_type", "immediate" if same_day else "committed")


def _day(row: Mapping[str, Any], name: str, default: int, wrong: Wrong) -> int:
    value = row.get(name)
    if value is None:
        return default
    if isinstance(value, date):
        return value.toordinal()
    try:
        return date.fromisoformat(str(value)).toordinal()
    except ValueError:
        wrong(f"{name} {value!r} is not a date like 2026-01-01")
        return default


def _within(committed: Quantity, statutory: Quantity) -> bool:
    """Whether the committed limit is at most the statutory one, as far as their units can be compared."""
    if committed.unit == statutory.unit:
        return committed.amount <= statutory.amount
    if SAME_DAY in (committed.unit, statutory.unit):
        return committed.unit == SAME_DAY
    # n working days never end before n natural days do.
    return not (committed.unit == "working_days" and statutory.unit == "days" and committed.amount > statutory.amount)


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
