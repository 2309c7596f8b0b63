"""A view of the board as a file: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

import msgspec

from dashboards.data import BoardRow
from dashboards.rulestats import RuleLine
from dashboards.words import Words

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[BoardRow], words: Words) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; instants in local time with their offset.

    A text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    return _table(BoardRow.__struct_fields__, rows, words)


def as_jsonl(rows: Sequence[BoardRow]) -> bytes:
    """One JSON object per line, instants in UTC."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def rules_csv(rows: Sequence[RuleLine], words: Words) -> bytes:
    """The list of rules with what became of their findings, like `as_csv`."""
    return _table(RuleLine.__struct_fields__, rows, words)


def _table(names: Sequence[str], rows: Sequence[object], words: Words) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name), words) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object, words: Words) -> object:
    match value:
        case datetime():
            return words.local(value).isoformat()
        case str() if value.startswith(_FORMULA):
            return f"'{value}"
        case _:
            return value
