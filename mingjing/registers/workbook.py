"""Excel workbooks (.xlsx) as tables, read row by row: every sheet whose first row names columns."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from mingjing.errors import Mistake
from mingjing.registers.tables import Row, Table, Vocabulary, filled, headed, vocabulary

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
_UNSOLVED = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"(?![^>]* t="str")[^>]*>'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
"""A formula that no program has worked out yet; one that gives an empty text is a text (t="str")."""

_CHUNK, _LONGEST = 1 << 20, 1 << 14


def workbook_tables(
    path: Path,
    mistakes: list[Mistake],
    words: Callable[[str], Vocabulary | None] = lambda _sheet: None,
    passed: Sequence[str] = (),
) -> Iterator[Table]:
    """The tables of a workbook; adds why it cannot be read, or a sheet's cells not be taken one by one.

    `words`: what columns and values may be called in a sheet, where that is not everybody's; `passed`: sheets that are
    no tables, whatever they hold.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as wrong:
        mistakes.append(Mistake(str(path), 0, f"cannot be read: {wrong.strerror or wrong}"))
        return
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, TypeError, AttributeError):
        message = "is no Excel workbook (.xlsx); save it as one, or as CSV in UTF-8"
        mistakes.append(Mistake(str(path), 0, message))
        return
    try:
        for sheet in book.worksheets:
            if sheet.title.strip().casefold() in passed:
                continue
            name = f"{path}[{sheet.title}]"
            for cell in _cells(path, sheet, _UNSOLVED):
                message = f"cell {cell} holds a formula without its value; save the file in Excel, or fill the cell in"
                mistakes.append(Mistake(name, _first_row(cell), message))
            for cells in _cells(path, sheet, _MERGED):
                mistakes.append(
                    Mistake(name, _first_row(cells), f"cells {cells} are merged; unmerge them and fill in every row")
                )
            table = _table(name, sheet, mistakes, words(sheet.title) or vocabulary())
            if table is not None:
                yield table
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError, AttributeError) as wrong:
        mistakes.append(Mistake(str(path), 0, f"cannot be read to its end: {type(wrong).__name__} {wrong}"))
    finally:
        book.close()


def _table(name: str, sheet: Any, mistakes: list[Mistake], words: Vocabulary) -> Table | None:
    """The table of a sheet; None for an empty one."""
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    titles = [_text(cell) for cell in next(rows, (1, ()))[1]]
    if not any(titles):
        if next((True for _, cells in rows if any(map(_text, cells))), False):
            mistakes.append(Mistake(name, 1, "the first row must name the columns; nothing may stand above them"))
        return None
    columns = headed(name, titles, mistakes, words)
    if columns is None:
        return None
    letters = {column: get_column_letter(number) for number, column in enumerate(columns, 1) if column}
    return Table(name, columns, _rows(name, rows, columns, mistakes, words), letters)


def _rows(name: str, rows: Any, columns: Sequence[str], mistakes: list[Mistake], words: Vocabulary) -> Iterator[Row]:
    for line, cells in rows:
        texts = [_text(cell) for cell in cells]
        for number, text in enumerate(texts, 1):
            if text.startswith("#") and text.strip("#").rstrip("!?").replace("/", "").isalpha() and text.isupper():
                mistakes.append(Mistake(name, line, f"cell {get_column_letter(number)}{line} holds the error {text}"))
            elif text and (number > len(columns) or not columns[number - 1]):
                message = f"cell {get_column_letter(number)}{line} stands in a column without a name"
                mistakes.append(Mistake(name, line, message))
        if row := filled(columns, texts, words):
            yield Row(line, row)


def _text(value: Any) -> str:
    """A cell as CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _cells(path: Path, sheet: Any, pattern: re.Pattern[bytes]) -> list[str]:
    """Cells of a sheet that a workbook which is read row by row does not tell of itself."""
    found: list[str] = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as xml:  # noqa: SLF001
        before = b""
        while chunk := xml.read(_CHUNK):
            text = before + chunk
            matches = list(pattern.finditer(text))
            found += [match[1].decode() for match in matches]
            before = text[max(matches[-1].end() if matches else 0, len(text) - _LONGEST) :]
    return found


def _first_row(cells: str) -> int:
    return int(re.findall(r"\d+", cells)[0])
