"""Reads a directory of registers and examines it as a whole: every mistake of every file is told at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mingjing.errors import BookError, Mistake
from mingjing.registers.checks import (
    Placed,
    Places,
    check_entries,
    check_overlaps,
    check_parents,
    check_reference,
    check_regions,
)
from mingjing.registers.entries import EMPTY, Agreement, Entry, Registers
from mingjing.registers.form import DATES, Form, forms
from mingjing.registers.sources import read_sources
from mingjing.registers.tables import Table, Vocabulary, Wrong, csv_table, reporter, span, vocabulary
from mingjing.registers.values import value

SOURCES, LOGS = "sources.toml", "logs"
"""The agreements with sources, and the folder of the logs 台账, in a directory of registers."""


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
    places = read_rows(directory, dated().values(), mistakes)
    check_whole(places, mistakes)
    agreements = read_agreements(directory, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return Registers({register: bare(entries) for register, entries in places.items()}, agreements)


def read_rows(directory: Path, several: Iterable[Form], mistakes: list[Mistake]) -> dict[str, Places]:
    """The rows of those registers that have a file in a directory, by register and key; mistakes are told."""
    places: dict[str, Places] = {}
    for form in several:
        path = directory / f"{form.register}.csv"
        if path.exists():
            table = csv_table(path, mistakes, words(form))
            places[form.register] = {} if table is None else read(form, table, mistakes)
    return places


def read_agreements(directory: Path, mistakes: list[Mistake]) -> dict[str, Agreement] | None:
    """What is agreed with the sources; None without a file of it."""
    sources = directory / SOURCES
    return read_sources(sources, mistakes) if sources.exists() else None


def dated() -> Mapping[str, Form]:
    """The forms of registers whose rows are dated."""
    return {register: form for register, form in forms().items() if not form.log}


def bare(places: Places) -> Mapping[str, list[Entry]]:
    """The entries by code, without where they stand."""
    found: dict[str, list[Entry]] = {}
    for several in places.values():
        for placed in several:
            found.setdefault(placed.entry.code, []).append(placed.entry)
    return found


def _check_names(directory: Path, mistakes: list[Mistake]) -> None:
    known = [*(f"{register}.csv" for register in dated()), SOURCES]
    found = sorted(path.name for path in directory.iterdir() if path.suffix in (".csv", ".toml"))
    for name in found:
        if name not in known:
            mistakes.append(Mistake(str(directory / name), 0, f"is no register; the files are {', '.join(known)}"))
    if not found and not (directory / LOGS).is_dir():
        mistakes.append(Mistake(str(directory), 0, f"holds no register; the files are {', '.join(known)}"))


def words(form: Form) -> Vocabulary:
    """What the columns and values of a register may be called: its form's own words before everybody's."""
    general = vocabulary()
    columns, values = {}, {}
    for name, column in form.columns.items():
        own = () if column.name is None else (column.name.zh, column.name.en)
        columns[name] = (*own, *column.also)
        values[name] = column.names
    return general.with_own(columns, {name: named for name, named in values.items() if named})


def read(form: Form, table: Table, mistakes: list[Mistake]) -> Places:
    """The rows of a table by the key of the form; all that is wrong with each of them is told."""
    places: Places = {}
    if not _check_columns(form, table, mistakes):
        return places
    required = form.required
    for row in table.rows:
        entry = _entry(form, required, row.cells, reporter(table, row.line, mistakes))
        key = form.key_of(entry.fields)
        if key.strip(" /"):  # one with mistakes is still there for those that name it
            places.setdefault(key, []).append(Placed(entry, Mistake(table.name, row.line, "")))
    return places


def _check_columns(form: Form, table: Table, mistakes: list[Mistake]) -> bool:
    before = len(mistakes)
    known = f"the columns are {', '.join(form.titles)}"
    for column in table.columns:
        if column and column not in form.titles:
            mistakes.append(Mistake(table.name, 1, f"unknown column {column!r}; {known}"))
    for column in form.required:
        if column not in table.columns:
            mistakes.append(Mistake(table.name, 1, f"column {column} is missing; {known}"))
    return len(mistakes) == before


def _entry(form: Form, required: Iterable[str], cells: Mapping[str, str], wrong: Wrong) -> Entry:
    for needed in required:
        if needed not in cells:
            wrong(needed, "is missing")
    fields: dict[str, Any] = {name: text for name, text in cells.items() if name not in form.columns}
    for name, column in form.columns.items():
        if name in cells:
            fields[name] = value(name, column, cells[name], wrong)
    first, last = _happened(form, fields) if form.log else span(cells, wrong)
    for name, day in zip(DATES, (first, last), strict=True):
        if name in fields:
            fields[name] = date.fromordinal(day).isoformat()
    return Entry(cells.get("code", ""), first, last, fields)


def _happened(form: Form, fields: Mapping[str, Any]) -> tuple[int, int]:
    """From the day of the first to that of the last thing that a log's row tells; no day where it tells none yet."""
    told = [str(fields[one.at])[:10] for one in form.event if one.at in fields]
    try:
        days = [date.fromisoformat(day).toordinal() for day in told]
    except ValueError:  # which was told of the cell
        days = []
    return (min(days), max(days)) if days else (1, 0)


def check_whole(places: Mapping[str, Places], mistakes: list[Mistake]) -> None:
    """What only several rows together show: overlaps, codes that point nowhere, trees that are none."""
    for register, entries in places.items():
        form = forms()[register]
        check_overlaps(form, entries, mistakes)
        for name, column in form.columns.items():
            others = places.get(column.refers)
            if others is not None and name != "parent":
                check_reference(entries, name, others, mistakes)
        check_entries(register, entries, mistakes)
    if "regions" in places:
        check_regions(places["regions"], mistakes)
    for register in ("regions", "units"):
        if register in places:
            check_parents(places[register], forms()[register].columns["level"].values, mistakes)
