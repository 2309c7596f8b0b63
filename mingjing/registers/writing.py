"""Registers as files: what `load_registers` reads again."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from mingjing.registers.entries import Entry
from mingjing.registers.form import Form


def as_csv(form: Form, entries: Iterable[Entry]) -> bytes:
    """A register as UTF-8 CSV with all columns of its form, in order of key and first day."""
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(form.titles)
    for entry in sorted(entries, key=lambda one: (form.key_of(one.fields), one.first)):
        lines.writerow([text(entry.fields.get(title, "")) for title in form.titles])
    return out.getvalue().encode()


def text(value: Any) -> str:
    """A cell as a file would have it; parts of a list are separated by |."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
