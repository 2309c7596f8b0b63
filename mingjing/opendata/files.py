"""The public dataset as files: CSV, JSON, and the JSON Schema of the latter."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import msgspec

from mingjing.formulas import led
from mingjing.opendata.dataset import OpenData, Row, columns
from mingjing.schema import DRAFT
from mingjing.texts import Language


def as_csv(rows: Iterable[Row], titles: Language | None = None) -> bytes:
    """CSV after RFC 4180 in UTF-8 with a byte order mark, by which Excel knows Chinese.

    Heads are the stable names, or with `titles` what the columns are called in a language.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    heads = columns()
    writer.writerow([getattr(head.title, titles) if titles else head.name for head in heads])
    for row in rows:
        writer.writerow([_written(getattr(row, head.name)) for head in heads])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(data: OpenData) -> bytes:
    """JSON as `schema` describes it."""
    return msgspec.json.encode(data)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `as_json`."""
    (main,), defined = msgspec.json.schema_components([OpenData], ref_template="#/$defs/{name}")
    found = defined.pop(main["$ref"].rpartition("/")[2])
    for column in columns():
        described = f"{column.title.zh} · {column.title.en}"
        defined["Row"]["properties"][column.name] = {"title": described} | defined["Row"]["properties"][column.name]
    return {"$schema": DRAFT, **found, "$defs": defined}


def _written(value: object) -> object:
    """A cell; texts that a spreadsheet would take for a formula are marked as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return led(value) if isinstance(value, str) else value
