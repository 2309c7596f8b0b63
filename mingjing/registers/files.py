"""Reads a directory of registers and examines it as a whole: every mistake of every file is told at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from mingjing.errors import BookError, Mistake
from mingjing.registers.checks import Placed, Places, check_overlaps, check_parents, check_reference, check_regions
from mingjing.registers.entries import EMPTY, Entry, Registers
from mingjing.registers.sources import read_sources
from mingjing.registers.tables import Table, Wrong, csv_table, listed, reporter, span
from mingjing.timetable import hours, times

LEVELS = ("province", "city", "county", "township", "village")
ROLES = ("front", "examiner", "approver", "head", "supervisor")


class Form(NamedTuple):
    """What a register's file looks like: its columns, those that every row fills, and those that hold lists."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    lists: tuple[str, ...] = ()


DATES = ("valid_from", "valid_to")
FORMS = {
    "units": Form(("code", "name", "level", "parent", "region", "credit_code", *DATES), ("code", "name", "level")),
    "regions": Form(("code", "name", "level", "parent", *DATES), ("code", "name")),
    "officers": Form(("code", "department", "window", "roles", "delegated", *DATES), ("code",), ("roles", "delegated")),
    "windows": Form(("code", "name", "department", "kind", "hall", "hours", "shifts", *DATES), ("code",)),
}
SOURCES = "sources.toml"
_TIMES: Mapping[str, Callable[[str], object]] = {"hours": hours, "shifts": times}
"""Columns that hold times of day, with what reads them."""


def load_registers(directory: Path | None) -> Registers:
    """The registers of a directory; empty for None. A file that is not there: that register is not loaded.

    Raises BookError with all mistakes.
    """
    if directory is None:
        return EMPTY
    if not directory.is_dir():
        raise BookError([Mistake(str(directory), 0, "no such directory of registers")])
    mistakes: list[Mistake] = []
    _check_names(directory, mistakes)
    places: dict[str, Places] = {}
    for register, form in FORMS.items():
        path = directory / f"{register}.csv"
        if path.exists():
            places[register] = _read(register, path, form, mistakes)
    _check_whole(places, mistakes)
    sources = directory / SOURCES
    agreements = read_sources(sources, mistakes) if sources.exists() else None
    if mistakes:
        raise BookError(mistakes)
    tables = {register: _bare(entries) for register, entries in places.items()}
    return Registers(tables, agreements)


def _bare(places: Places) -> Mapping[str, list[Entry]]:
    return {code: [placed.entry for placed in entries] for code, entries in places.items()}


def _check_names(directory: Path, mistakes: list[Mistake]) -> None:
    known = [*(f"{register}.csv" for register in FORMS), SOURCES]
    found = sorted(path.name for path in directory.iterdir() if path.suffix in (".csv", ".toml"))
    for name in found:
        if name not in known:
            mistakes.append(Mistake(str(directory / name), 0, f"is no register; the files are {', '.join(known)}"))
    if not found:
        mistakes.append(Mistake(str(directory), 0, f"holds no register; the files are {', '.join(known)}"))


def _read(register: str, path: Path, form: Form, mistakes: list[Mistake]) -> Places:
    places: Places = {}
    table = csv_table(path, mistakes)
    if table is None or not _check_columns(table, form, mistakes):
        return places
    for row in table.rows:
        entry = _entry(register, row.cells, form, reporter(table, row.line, mistakes))
        if entry.code:  # one with mistakes is still there for those that name it
            places.setdefault(entry.code, []).append(Placed(entry, Mistake(table.name, row.line, "")))
    return places


def _check_columns(table: Table, form: Form, mistakes: list[Mistake]) -> bool:
    before = len(mistakes)
    known = f"the columns are {', '.join(form.columns)}"
    for column in table.columns:
        if column not in form.columns:
            mistakes.append(Mistake(table.name, 1, f"unknown column {column!r}; {known}"))
    for column in form.required:
        if column not in table.columns:
            mistakes.append(Mistake(table.name, 1, f"column {column} is missing; {known}"))
    return len(mistakes) == before


def _entry(register: str, cells: Mapping[str, str], form: Form, wrong: Wrong) -> Entry:
    for column in form.required:
        if column not in cells:
            wrong(column, "is missing")
    first, last = span(cells, wrong)
    fields: dict[str, Any] = dict(cells)
    for column in form.lists:
        fields[column] = listed(cells.get(column, ""))
    if "level" in cells and cells["level"] not in LEVELS:
        wrong("level", f"{cells['level']!r} is no level; there are {', '.join(LEVELS)}")
    for role in fields.get("roles", ()) if register == "officers" else ():
        if role not in ROLES:
            wrong("roles", f"{role!r} is no role; there are {', '.join(ROLES)}, several of them separated by |")
    _check_times(cells, wrong)
    if "credit_code" in cells:
        _check_credit_code(cells["credit_code"], wrong)
    return Entry(cells.get("code", ""), first, last, fields)


def _check_times(cells: Mapping[str, str], wrong: Wrong) -> None:
    for column, read in _TIMES.items():
        if column in cells:
            try:
                read(cells[column])
            except ValueError as mistake:
                wrong(column, str(mistake))


def _check_credit_code(code: str, wrong: Wrong) -> None:
    """GB 32100-2015: 18 characters of which the last checks the others."""
    try:
        uscc.validate(code)
    except ValidationError:
        try:
            right = f"; the first 17 would end in {uscc.calc_check_digit(code[:17])}" if len(code) == 18 else ""
        except (ValidationError, ValueError, KeyError):
            right = ""
        wrong("credit_code", f"{code!r} is no unified social credit code 统一社会信用代码 (18 characters{right})")


def _check_whole(places: dict[str, Places], mistakes: list[Mistake]) -> None:
    """What only several rows together show."""
    for entries in places.values():
        check_overlaps(entries, mistakes)
    regions, units = places.get("regions"), places.get("units")
    if regions is not None:
        check_regions(regions, mistakes)
        check_parents(regions, LEVELS, mistakes)
    if units is not None:
        check_parents(units, LEVELS, mistakes)
        if regions is not None:
            check_reference(units, "region", regions, mistakes)
    windows, officers = places.get("windows"), places.get("officers")
    if windows is not None and units is not None:
        check_reference(windows, "department", units, mistakes)
    if officers is not None and units is not None:
        check_reference(officers, "department", units, mistakes)
    if officers is not None and windows is not None:
        check_reference(officers, "window", windows, mistakes)
