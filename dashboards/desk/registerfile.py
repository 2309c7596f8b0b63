"""The register 处置台账 as a file, with the names that people know."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from dashboards.desk import telling
from dashboards.desk.reading import Line
from dashboards.lexicon import Lexicon
from mingjing.formulas import led

COLUMNS = (
    "at", "by", "role", "step", "state", "deadline", "due_at", "kept", "waited_hours", "finding", "number", "rule",
    "severity", "case", "region", "department", "window", "officer", "text", "attachments",
)  # fmt: skip


def cells(line: Line, lexicon: Lexicon) -> list[object]:
    """One line in the order of COLUMNS; instants in local time. A text that a spreadsheet would run is led."""
    words = lexicon.words
    given: list[object] = [
        line.at, telling.account(line.by, words), telling.role(line.role, words), telling.step(line.step, words),
        telling.state(line.state, words), telling.due(line.due, words), line.due_at,
        "" if line.kept is None else int(line.kept), round(line.waited_s / 3600, 2), line.finding_id, line.number,
        lexicon.rule(line.rule), line.severity, line.case_id, lexicon.full("region", line.region),
        lexicon.full("department", line.department), lexicon.full("window", line.window),
        lexicon.full("officer", line.officer), line.text, "; ".join(line.files),
    ]  # fmt: skip
    return [led(ILLEGAL_CHARACTERS_RE.sub("", one)) if isinstance(one, str) else one for one in given]


def register_csv(lines: Sequence[Line], lexicon: Lexicon) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; instants with their offset."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_put(cells(one, lexicon), lambda at: lexicon.words.local(at).isoformat()) for one in lines)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[Line], lexicon: Lexicon) -> bytes:
    """One sheet with a head that stays; instants in local time, as Excel knows no zones."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(lexicon.words("register.title"))
    sheet.freeze_panes = "A2"
    sheet.append(_heads(sheet))
    for one in lines:
        sheet.append(_put(cells(one, lexicon), lambda at: lexicon.words.local(at).replace(tzinfo=None)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heads(sheet: object) -> list[object]:
    made = []
    for name in COLUMNS:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        made.append(cell)
    return made


def _put(given: list[object], local: Callable[[datetime], object]) -> list[object]:
    return [local(one) if isinstance(one, datetime) else one for one in given]
