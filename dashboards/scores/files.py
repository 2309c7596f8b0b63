"""Scores as files: CSV for any program, Excel for people. Points and intervals as numbers, nothing rounded away."""

import csv
import io
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from dashboards.lexicon import Lexicon
from dashboards.scores.view import value_of
from mingjing.formulas import led
from mingjing.scores import Behind
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.scheme import Scheme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | float | int | None


def as_csv(sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; column heads are the fields' names."""
    return _csv(_rows(sheet, scheme, lexicon))


def as_xlsx(sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> bytes:
    """One sheet with the reader's column heads, numbers as numbers."""
    head, *rows = _rows(sheet, scheme, lexicon)
    named = {one.id: lexicon.words.pick(one.name) for one in scheme.indicators}
    heads = [named.get(str(one), lexicon.words.name("scorefile", str(one))) for one in head]
    return _xlsx([heads, *rows], f"{sheet.level} {sheet.period.code}")


def behind_csv(lines: Sequence[Behind], lexicon: Lexicon) -> bytes:
    """The lines behind an indicator, times local with their offset."""
    return _csv(_behind(lines, lexicon))


def _rows(sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> Iterator[list[Cell]]:
    yield [
        *("code", "name", "state", "tier", "score", "lo", "hi", "cases", "weighted", "doubts", "doubtful"),
        *(one.id for one in scheme.indicators),
        *("level", "period", "revision", "scheme"),
    ]
    for one in sheet.scores:
        values = [value_of(one, indicator.id) for indicator in scheme.indicators]
        yield [
            *(one.code, lexicon.name(sheet.level, one.code), one.state, one.tier, one.score, one.lo, one.hi),
            *(one.cases, one.weighted, " ".join(one.doubts), one.doubtful),
            *(value.points if value else None for value in values),
            *(sheet.level, sheet.period.code, sheet.revision, f"{sheet.scheme} {sheet.scheme_version}"),
        ]


def _behind(lines: Sequence[Behind], lexicon: Lexicon) -> Iterator[list[Cell]]:
    yield ["case", "about", "at", "department", "window", "officer", "item", "n", "good", "key", "word", "cost", "ref"]
    for one in lines:
        at = lexicon.words.local(one.at).isoformat()
        yield [
            *(one.subject, one.about, at, one.department, one.window, one.officer, one.item),
            *(one.n, one.good, one.key, one.word, one.cost, one.ref),
        ]


def _csv(rows: Iterator[list[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[Cell]], title: str) -> bytes:
    book = Workbook()
    page = book.active
    page.title = title.replace(":", "-")[:31]
    for row in rows:
        page.append([_safe(cell) for cell in row])
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "C2"
    page.auto_filter.ref = page.dimensions
    for place in range(1, len(rows[0]) + 1):
        page.column_dimensions[get_column_letter(place)].width = 28 if place == 2 else 13
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """Without what Excel takes in no cell; a text that a spreadsheet would run is led by an apostrophe."""
    return led(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell
