"""What a brief says, in one language, before it becomes a PDF or a workbook."""

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from mingjing.texts import Language

CellKind = Literal["text", "count", "share", "points", "rate", "days", "change", "gap", "growth"]
"""change: of points; gap: of a share, in percentage points; growth: relative; rate: with two decimals."""

Tone = Literal["", "good", "bad", "quiet"]

FORMATS: dict[str, str] = {
    "count": "#,##0", "share": "0.00%", "points": "0.0", "rate": "0.00", "days": "#,##0.#", "change": "+0.0;-0.0;0.0",
    "gap": "+0.00%;-0.00%;0.00%", "growth": "+0.0%;-0.0%;0.0%",
}  # fmt: skip
"""Excel's number format of each kind."""
SPECS = {"share": ".2%", "points": ".1f", "rate": ".2f", "change": "+.1f", "growth": "+.1%", "days": ",.1f"}
"""How Python writes each kind."""
DASH = "—"


class Cell(Struct, frozen=True):
    """One value of a table; None is shown as a dash."""

    value: str | float | date | datetime | None
    kind: CellKind = "text"
    tone: Tone = ""

    @property
    def shown(self) -> str:
        """The value as people read it.

        >>> Cell(0.98765, "share").shown, Cell(12345, "count").shown, Cell(-0.0012, "gap").shown
        ('98.77%', '12,345', '−0.12')
        """
        if self.value is None or self.value == "":
            return DASH
        if not isinstance(self.value, int | float):
            return str(self.value)
        return _number(self.value, self.kind).replace("-", "\N{MINUS SIGN}")


def _number(value: float, kind: CellKind) -> str:
    if kind == "gap":
        return f"{100 * value:+.2f}"
    return format(value, SPECS.get(kind, ",.0f")).removesuffix(".0" if kind == "days" else "\0")


class Table(Struct, frozen=True, kw_only=True):
    """Rows under headings. `wide`: the columns that share what width is left.

    `bar`: the columns lowest, value and highest of an interval that the PDF draws beside them on a scale of 0 to 100.
    `series`: the columns that the workbook draws as a chart, the first one its categories.
    """

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wide: tuple[int, ...] = (0,)
    bar: tuple[int, int, int] | None = None
    bar_head: str = ""
    note: str = ""
    series: tuple[int, ...] = ()
    series_kind: Literal["bar", "line"] = "bar"


class Picture(Struct, frozen=True, kw_only=True):
    """A chart as a Vega-Lite specification; `alt` says in words what it shows."""

    title: str
    spec: dict[str, Any]
    alt: str


class Section(Struct, frozen=True, kw_only=True):
    """One part. `sheets`: tables for the workbook alone, whose numbers the pages show as pictures."""

    title: str
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    sheets: tuple[Table, ...] = ()
    closing: tuple[str, ...] = ()
    annex: bool = False


class Brief(Struct, frozen=True, kw_only=True):
    """The whole brief. `points`: what a reader with half a minute should know. `about`: label and value pairs."""

    language: Language
    title: str
    subtitle: str
    about: tuple[tuple[str, str], ...]
    points_title: str
    points: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str
    author: str

    def tables(self) -> list[Table]:
        """All tables in their order."""
        return [table for section in self.sections for table in (*section.tables, *section.sheets)]
