"""A brief as an Excel workbook: a summary, one sheet a table with real numbers, native charts."""

import io
import re
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from mingjing.formulas import FORMULA
from mingjing.reports.model import FORMATS, Brief, Cell, Section, Table
from mingjing.texts import text

HEAD = PatternFill("solid", fgColor="E3ECF6")
TITLE_SIZE = 31
"""The longest name of a sheet that Excel takes."""
WIDEST = 48


def workbook(brief: Brief) -> bytes:
    """The workbook's bytes. No text of the data is ever a formula."""
    book = Workbook()
    book.properties.creator = brief.author
    book.properties.title = f"{brief.title} {brief.subtitle}"
    summary = book.active
    assert isinstance(summary, Worksheet)
    summary.title = text("brief.workbook.summary", brief.language)
    _summary(summary, brief)
    for section in brief.sections:
        for table in (*section.tables, *section.sheets):
            _table(book.create_sheet(_free(book, table.title or section.title)), section, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(sheet: Worksheet, brief: Brief) -> None:
    """What the first page says, and the paragraphs of all parts."""
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 110
    _put(sheet, 1, 1, Cell(brief.title), Font(bold=True, size=16))
    _put(sheet, 1, 2, Cell(brief.subtitle), Font(size=13))
    row = 2
    for label, value in brief.about:
        row += 1
        _put(sheet, row, 1, Cell(label))
        _put(sheet, row, 2, Cell(value))
    row += 1
    for heading, lines in [(brief.points_title, brief.points), *_said(brief)]:
        row += 1
        _put(sheet, row, 1, Cell(heading), Font(bold=True))
        for line in lines:
            _put(sheet, row, 2, Cell(line)).alignment = Alignment(wrap_text=True, vertical="top")
            row += 1
    sheet.sheet_view.showGridLines = False


def _said(brief: Brief) -> list[tuple[str, tuple[str, ...]]]:
    said = [(one.title, (*one.paragraphs, *one.closing)) for one in brief.sections]
    return [(title, lines) for title, lines in said if lines]


def _table(sheet: Worksheet, section: Section, table: Table) -> None:
    for column, head in enumerate(table.heads, start=1):
        cell = _put(sheet, 1, column, Cell(head), Font(bold=True))
        cell.fill = HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(table.rows, start=2):
        for column, one in enumerate(row, start=1):
            _put(sheet, number, column, one)
    for column in range(1, len(table.heads) + 1):
        shown = [table.heads[column - 1], *(row[column - 1].shown for row in table.rows)]
        widest = max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in one) for one in shown)
        sheet.column_dimensions[get_column_letter(column)].width = min(widest + 2, WIDEST)
    sheet.freeze_panes = "B2"
    if table.note:
        _put(sheet, len(table.rows) + 3, 1, Cell(table.note), Font(italic=True, color="5D6B7A"))
    if table.series and table.rows:
        _chart(sheet, table, section.title)


def _put(sheet: Worksheet, row: int, column: int, one: Cell, font: Font | None = None):  # type: ignore[no-untyped-def]
    """Writes one value; a text stays a text whatever it begins with."""
    cell = sheet.cell(row, column)
    value = one.value
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
        cell.quotePrefix = value.startswith(FORMULA)
    elif value is not None:
        cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        cell.number_format = FORMATS.get(one.kind, "General")
    if font:
        cell.font = font
    return cell


def _chart(sheet: Worksheet, table: Table, title: str) -> None:
    """The table's own chart, beside it: lines over time, or bars with their intervals."""
    last = len(table.rows) + 1
    categories, *values = (column + 1 for column in table.series)
    names = Reference(sheet, min_col=categories, min_row=2, max_row=last)
    chart: BarChart | LineChart = LineChart() if table.series_kind == "line" else BarChart()
    chart.title = table.title or title
    if isinstance(chart, LineChart):
        for column in values:
            chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last), titles_from_data=True)
        chart.height, chart.width = 9, 20
        chart.y_axis.number_format = "0.0%"
    else:
        chart.type, chart.legend = "bar", None
        chart.add_data(Reference(sheet, min_col=values[0], min_row=1, max_row=last), titles_from_data=True)
        chart.height, chart.width = max(6.0, 1.8 + 0.55 * len(table.rows)), 20
        chart.x_axis.scaling.orientation = "maxMin"
        chart.gapWidth = 60
        if len(values) == 3:
            _intervals(sheet, chart, values, last, len(table.heads))
    chart.set_categories(names)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
    sheet.add_chart(chart, f"{get_column_letter(len(table.heads) + 4)}2")


def _intervals(sheet: Worksheet, chart: BarChart, values: list[int], last: int, columns: int) -> None:
    """Error bars from two columns of our own beside the table: how far the interval reaches down and up."""
    at, low, high = (get_column_letter(column) for column in values)
    ends = {}
    formulas = {"minus": f"={at}{{0}}-{low}{{0}}", "plus": f"={high}{{0}}-{at}{{0}}"}
    for offset, (kind, formula) in enumerate(formulas.items()):
        column = columns + 2 + offset
        letter = get_column_letter(column)
        for row in range(2, last + 1):
            cell = sheet.cell(row, column, formula.format(row))
            cell.number_format = "0.0"
            cell.font = Font(color="9AA5B1")
        sheet.cell(1, column, {"minus": "−", "plus": "+"}[kind]).font = Font(color="9AA5B1")
        name = sheet.title.replace("'", "''")
        ends[kind] = NumDataSource(numRef=NumRef(f=f"'{name}'!${letter}$2:${letter}${last}"))
    chart.series[0].errBars = ErrorBars(errDir="y", errBarType="both", errValType="cust", **ends)


def _free(book: Workbook, wanted: str) -> str:
    """A name for a sheet that Excel takes and no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", ILLEGAL_CHARACTERS_RE.sub("", wanted)).strip(" '") or "_"
    name, n = plain[:TITLE_SIZE], 1
    taken = {one.casefold() for one in book.sheetnames}
    while name.casefold() in taken:
        n += 1
        tail = f" {n}"
        name = plain[: TITLE_SIZE - len(tail)] + tail
    return name
