"""A view of the board as a file: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from dashboards.data import BoardRow
from dashboards.hall.day import Absence
from dashboards.rulestats import RuleLine
from dashboards.words import Words
from mingjing.formulas import led


class AbsenceLine(Struct, frozen=True, kw_only=True):
    """One absence as a line of the file; lengths in minutes, `until` empty for one that goes on."""

    window: str
    since: datetime
    until: datetime | None
    lasted: float
    counted: float
    excused: str
    camera: str
    snapshots: str
    findings: str


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


def rows_csv(kind: type[Struct], rows: Sequence[Struct], words: Words) -> bytes:
    """Rows of one kind with a column for each of its fields, like `as_csv`; of no rows, the heads alone."""
    return _table(kind.__struct_fields__, rows, words)


def absences_csv(window: str, absences: Sequence[Absence], words: Words) -> bytes:
    """The absences of a window's day, like `as_csv`; lengths in minutes, excuses as `leave 12.5 (ground)`."""
    lines = [
        AbsenceLine(
            window=window,
            since=one.since,
            until=one.until,
            lasted=round((one.end - one.since).total_seconds() / 60, 2),
            counted=round(one.counted.total_seconds() / 60, 2),
            excused="; ".join(
                f"{excuse.kind} {excuse.length.total_seconds() / 60:.2f}"
                + (f" ({excuse.ground})" if excuse.ground else "")
                for excuse in one.excuses
            ),
            camera=one.camera,
            snapshots="; ".join(one.pictures),
            findings="; ".join(f"{found.rule} {found.finding_id}" for found in one.findings),
        )
        for one in absences
    ]
    return _table(AbsenceLine.__struct_fields__, lines, words)


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
        case str():
            return led(value)
        case _:
            return value
