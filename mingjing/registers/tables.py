"""Tables that people keep: CSV files and Excel workbooks whose first row names the columns, in English or Chinese.

What columns and values may be called is in words.toml. A table is read row by row; blank rows are passed over, and
every mistake names its row and, in a workbook, its cell.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mingjing.errors import Mistake
from mingjing.tomlfile import read_toml

ALWAYS = (date.min.toordinal(), date.max.toordinal())
LIST = "|"


class Row(NamedTuple):
    """One row: its line, and its cells that are not blank, by column."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """A table: what mistakes call it, its columns in order ("" where nothing is to be read), and its rows.

    `letters`: of the columns in a workbook; none in CSV.
    """

    name: str
    columns: Sequence[str]
    rows: Iterator[Row]
    letters: Mapping[str, str] = {}


class Vocabulary(NamedTuple):
    """What columns and values may be called: by their other names, blanks and case aside."""

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def column(self, title: str) -> str:
        """The column that a title means; the title itself where it is nobody's other name."""
        return self.columns.get(_plain(title), title.strip())

    def value(self, column: str, text: str) -> str:
        """The value that a text means in a column."""
        known = self.values.get(column)
        return text if known is None else known.get(_plain(text), text)

    def with_own(
        self, columns: Mapping[str, Sequence[str]], values: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> "Vocabulary":
        """The same where some columns have words of their own, which come first, and keep their own names."""
        other = {title: column for title, column in self.columns.items() if title not in columns}
        own = {column: _turned(named) for column, named in values.items()}
        return Vocabulary(other | _turned(columns), dict(self.values) | own)


@cache
def vocabulary() -> Vocabulary:
    """The words of words.toml."""
    file = read_toml(Path(__file__).with_name("words.toml"), [])
    assert file is not None
    return Vocabulary(
        _turned(file.data["columns"]), {column: _turned(words) for column, words in file.data["values"].items()}
    )


def _turned(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {_plain(other): word for word, others in words.items() for other in (word, *others)}


def _plain(title: str) -> str:
    return "".join(title.split()).casefold().replace("（", "(").replace("）", ")")


def csv_table(path: Path, mistakes: list[Mistake], words: Vocabulary | None = None) -> Table | None:
    """The table of a CSV file; None after adding why it cannot be read. `words`: instead of everybody's."""
    words = words or vocabulary()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        message = f"cannot be read as UTF-8 CSV: {wrong.reason}; save it as “CSV UTF-8”, or as a workbook (.xlsx)"
        mistakes.append(Mistake(str(path), 0, message))
        return None
    except OSError as wrong:
        mistakes.append(Mistake(str(path), 0, f"cannot be read as UTF-8 CSV: {wrong}"))
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        titles = next(reader, [])
    except csv.Error as wrong:
        mistakes.append(Mistake(str(path), 1, f"cannot be read as UTF-8 CSV: {wrong}"))
        return None
    columns = headed(str(path), titles, mistakes, words)
    if columns is None:
        return None
    return Table(str(path), columns, _csv_rows(str(path), reader, columns, mistakes, words))


def _csv_rows(
    name: str, reader: Any, columns: Sequence[str], mistakes: list[Mistake], words: Vocabulary
) -> Iterator[Row]:
    try:
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(columns):
                message = f"has {len(cells)} columns, the first line has {len(columns)}"
                mistakes.append(Mistake(name, reader.line_num, message))
                continue
            if any(text.strip() for column, text in zip(columns, cells, strict=True) if not column):
                mistakes.append(Mistake(name, reader.line_num, "a cell stands in a column without a name"))
            if row := filled(columns, cells, words):
                yield Row(reader.line_num, row)
    except csv.Error as wrong:
        mistakes.append(Mistake(name, reader.line_num, f"cannot be read as UTF-8 CSV: {wrong}"))


def headed(
    name: str, titles: Sequence[str], mistakes: list[Mistake], words: Vocabulary | None = None
) -> tuple[str, ...] | None:
    """The columns that titles mean; None after adding what is wrong with them."""
    words = words or vocabulary()
    columns = tuple(words.column(title) for title in titles)
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    for column in twice:
        mistakes.append(Mistake(name, 1, f"two columns mean {column}; keep one of them"))
    return None if twice else columns


def filled(columns: Sequence[str], cells: Sequence[str], words: Vocabulary | None = None) -> dict[str, str]:
    """The cells of a row that are not blank, in the words that rules use."""
    words = words or vocabulary()
    found = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if text and column:
            found[column] = words.value(column, text) if column in words.values else text
    return found


def listed(text: str) -> list[str]:
    """The parts of a cell that holds a list: `受理 | 审查`."""
    return [part.strip() for part in text.split(LIST) if part.strip()]


Wrong = Callable[[str, str], None]
"""Reports a mistake at a column of the row under examination."""


def reporter(table: Table, line: int, mistakes: list[Mistake]) -> Wrong:
    """What reports the mistakes of one row."""

    def wrong(column: str, message: str) -> None:
        letter = table.letters.get(column)
        place = f"{column} (cell {letter}{line})" if letter else column
        mistakes.append(Mistake(table.name, line, f"{place}: {message}" if place else message))

    return wrong


def span(row: Mapping[str, Any], wrong: Wrong) -> tuple[int, int]:
    """The local days from `valid_from` to `valid_to` as ordinals; always, where a row does not say."""
    first, last = day(row, "valid_from", ALWAYS[0], wrong), day(row, "valid_to", ALWAYS[1], wrong)
    if first > last:
        wrong("valid_to", "lies before valid_from")
    return first, last


def day(row: Mapping[str, Any], name: str, default: int, wrong: Wrong) -> int:
    """A column's date as an ordinal."""
    value = row.get(name)
    if value is None:
        return default
    if isinstance(value, date):
        return value.toordinal()
    try:
        return date.fromisoformat(str(value)).toordinal()
    except ValueError:
        wrong(name, f"{value!r} is not a date like 2026-01-01")
        return default
