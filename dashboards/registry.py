"""What the page of registers reads: their rows, their versions, and which rules rest on them."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from dashboards.data import RuleText, rows_of
from dashboards.words import Words
from mingjing.formulas import led
from mingjing.registers import Form, forms
from mingjing.registers.tables import vocabulary
from mingjing.registers.uses import uses
from mingjing.store import Store

EXPORT_LIMIT = 100_000


class View(Struct, frozen=True, kw_only=True):
    """Which rows of a register: in force on a day (None: of all time), with a text in a cell, and in what order."""

    register: str
    day: date | None = None
    search: str = ""
    sort: str = ""
    down: bool = False


class Row(Struct, frozen=True, kw_only=True):
    """One row of a register as the store keeps it."""

    key: str
    code: str
    valid_from: date
    valid_to: date
    region: str
    department: str
    fields: Mapping[str, str]
    version: str
    n: int


class Version(Struct, frozen=True):
    """A version of a register, when services loaded it (UTC), and its rows; "": from then on it was not loaded."""

    register: str
    version: str
    rows: int
    stored_at: datetime


class Line(Struct, frozen=True, kw_only=True):
    """One register in the list of all; `rows`: as far as the reader may see them, None where it is not loaded."""

    form: Form
    rows: int | None
    in_force: int
    version: Version | None
    rules: tuple[str, ...]


def lines(store: Store, texts: Mapping[str, RuleText], today: date) -> list[Line]:
    """All registers and logs, the registers first."""
    counts = {row["register"]: row for row in store.query("register_counts", day=today)}
    latest: dict[str, Version] = {}
    for one in versions(store):
        latest.setdefault(one.register, one)
    used = used_by(texts)
    made = []
    for name, form in sorted(forms().items(), key=lambda pair: (pair[1].log, pair[0])):
        version = latest.get(name)
        loaded = version is not None and version.version != ""
        count = counts.get(name, {"rows": 0, "in_force": 0})
        made.append(
            Line(
                form=form,
                rows=count["rows"] if loaded else None,
                in_force=count["in_force"],
                version=version if loaded else None,
                rules=used.get(name, ()),
            )
        )
    return made


def rows(store: Store, view: View, limit: int, offset: int = 0) -> list[Row]:
    """The rows of a view that the reader may see."""
    found = store.query(
        "register_search", register=view.register, days=[] if view.day is None else [view.day], search=view.search,
        sort=view.sort, down=int(view.down), limit=limit, offset=offset,
    )  # fmt: skip
    return [Row(**row) for row in found]


def versions(store: Store, *registers: str) -> list[Version]:
    """The versions of some registers (none named: of all), the latest of each first."""
    return rows_of(store, "register_versions", Version, registers=list(registers))


def used_by(texts: Mapping[str, RuleText]) -> dict[str, tuple[str, ...]]:
    """The rules that rest on each register."""
    found: dict[str, list[str]] = {}
    for rule, text in sorted(texts.items()):
        for register in uses(text.text) if rule == text.rule else ():  # earlier versions have names of their own
            found.setdefault(register, []).append(rule)
    return {register: tuple(rules) for register, rules in found.items()}


def title(form: Form, column: str, words: Words) -> str:
    """What a column is called in the reader's language."""
    known = form.columns.get(column)
    if known is not None and known.name is not None:
        return known.name.zh if words.language == "zh" else known.name.en
    if words.language == "zh":
        return next(
            (name for name, meant in vocabulary().columns.items() if meant == column and name != column), column
        )
    return column.replace("_", " ").capitalize()


def shown(form: Form, column: str, text: str, words: Words) -> str:
    """A cell in the reader's language: the values that a form or everybody names in Chinese are."""
    of = form.columns.get(column)
    if of is None:
        return text
    if of.type == "flag" and text in ("true", "false"):
        return words(f"registers.{text}")
    if words.language != "zh" or not of.values:
        return text.replace("|", " | ") if of.type == "list" else text
    general = vocabulary().values.get(column, {})

    def named(value: str) -> str:
        own = of.names.get(value)
        other = next((word for word, meant in general.items() if meant == value and word != value), value)
        return own[0] if own else other

    return " | ".join(map(named, text.split("|")))


def rows_csv(form: Form, several: Sequence[Row]) -> bytes:
    """Rows with the columns of the form, UTF-8 with a byte order mark: what `mingjing registers import` reads again.

    A text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(form.titles)
    writer.writerows([led(row.fields.get(column, "")) for column in form.titles] for row in several)
    return out.getvalue().encode("utf-8-sig")
