"""Rows of any register or log, right by its form, to be spoilt one cell at a time."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from mingjing.registers import Form, forms
from mingjing.registers.form import Column

CREDIT_CODE = "91350100M000100Y43"
REGION = "420902{:03d}000"
PLAIN = {
    "text": "a{n}", "list": "*", "whole": "1", "number": "1", "share": "50%", "flag": "是", "date": "2026-03-02",
    "hours": "09:00-12:00", "times": "12:00", "credit_code": CREDIT_CODE,
}  # fmt: skip
"""A right cell of each type; `n`: the number of the row."""


def row(form: Form, n: int = 1) -> dict[str, str]:
    """All columns of a form, filled."""
    cells = {name: _cell(column, n, place) for place, (name, column) in enumerate(form.columns.items())}
    if form.register == "regions":
        cells |= {"code": REGION.format(n), "level": "township", "parent": ""}
    if form.register == "units":
        cells |= {"parent": ""}
    return cells | ({} if form.log else {"valid_from": "2026-01-01", "valid_to": "2026-12-31"})


def _cell(column: Column, n: int, place: int) -> str:
    if column.values:
        return column.values[0]
    if column.type == "instant":
        return f"2026-03-{2 + place // 8:02d} {9 + place % 8:02d}:30"
    if column.type in ("whole", "number") and column.least is not None:
        return f"{column.least:g}"
    return PLAIN[column.type].format(n=n)


def write(folder: Path, form: Form, rows: Iterable[Mapping[str, str]], columns: Iterable[str] = ()) -> Path:
    """A CSV file of a form."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{form.register}.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.DictWriter(text, list(columns) or form.titles, extrasaction="ignore")
        lines.writeheader()
        lines.writerows(rows)
    return path


ALL = list(forms())
