"""The public dataset: its types, and how it is built. Pure: sums in, rows out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from mingjing.opendata import figures
from mingjing.opendata.atoms import Atom, cases, ratings
from mingjing.opendata.hiding import LEVELS, Cell, Over, alone, cells, periods, told
from mingjing.texts import both
from mingjing.types import Text

VERSION = "1.0"
"""Of the columns: the first number changes when one is renamed or dropped, the second when one is added."""

State = Literal["told", "hidden", "doubt", "none"]
Rate = Annotated[float, Meta(ge=0, le=1)] | None
Count = Annotated[int, Meta(ge=0)] | None


class Row(Struct, frozen=True, kw_only=True):
    """Figures of one subject in one period; null where there is none or where it is withheld, as the state says."""

    period: str
    period_kind: Literal["month", "quarter", "year"]
    first_day: date
    last_day: date
    level: Literal["all", "region", "department", "item"]
    code: str
    name_zh: str
    name_en: str
    state: State
    in_doubt: bool
    cases: Count = None
    on_time_n: Count = None
    on_time_rate: Rate = None
    on_time_low: Rate = None
    on_time_high: Rate = None
    early_n: Count = None
    early_rate: Rate = None
    early_low: Rate = None
    early_high: Rate = None
    days_n: Count = None
    days_used_median: float | None = None
    days_promised_median: float | None = None
    complaints_per_10000: float | None = None
    satisfied_state: State
    satisfied_n: Count = None
    satisfied_rate: Rate = None
    satisfied_low: Rate = None
    satisfied_high: Rate = None


class Column(Struct, frozen=True):
    """A column's stable name, and what it is called."""

    name: str
    title: Text


class OpenData(Struct, frozen=True, kw_only=True):
    """Rows with all that is needed to read them. `settled`: periods that ended before this day are final."""

    version: str
    title: Text
    licence: str
    settled: date
    minimum: Annotated[int, Meta(ge=1)]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def columns() -> tuple[Column, ...]:
    """All columns in their order."""
    return tuple(Column(name, both(f"opendata.{name}")) for name in Row.__struct_fields__)


def dataset(rows: Iterable[Row], *, settled: date, minimum: int, licence: str) -> OpenData:
    """Rows as they are published."""
    return OpenData(
        version=VERSION,
        title=both("opendata.title"),
        licence=licence,
        settled=settled,
        minimum=minimum,
        columns=columns(),
        rows=tuple(rows),
    )


def build(
    year: int,
    atoms: Sequence[Atom],
    names: Mapping[tuple[str, str], Text],
    *,
    settled: date,
    minimum: int,
    gates: Collection[str] = (),
    over: Over = alone,
) -> list[Row]:
    """A year's rows: by period, level, and code.

    `atoms`: of that year, each month, region, department and item once. `settled`: only periods that ended before it.
    `gates`: causes whose confirmed doubts withhold a department's or an item's figures.
    `over`: a region and all that it lies in.
    """
    spans = periods(year, settled)
    known = [atom for atom in atoms if spans and atom.month < spans[-1].until]
    of_cases = told(known, spans, cases, minimum, over)
    of_ratings = told(known, spans, ratings, minimum, over)
    rows = []
    for period in spans:
        for cell, numbers in cells(known, period, over).items():
            if cell.code or cell.level == "all":
                here = [known[n] for n in numbers]
                rows.append(_row(cell, here, names, cell in of_cases, cell in of_ratings, gates))
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[date, date, int, str]:
    return row.first_day, row.last_day, LEVELS.index(row.level), row.code


def _row(
    cell: Cell,
    atoms: Sequence[Atom],
    names: Mapping[tuple[str, str], Text],
    cases_told: bool,
    ratings_told: bool,
    gates: Collection[str],
) -> Row:
    doubt = any(n > 0 and word.partition(":")[0] in gates for atom in atoms for word, n in atom.confirmed.items())
    withheld = doubt and cell.level in ("department", "item")
    name = names.get((cell.level, cell.code), Text(zh=cell.code, en=cell.code))
    rated = any(atom.rating_n for atom in atoms)
    handled = any(any(cases(atom)) for atom in atoms)
    state, satisfied = _state(handled, withheld, cases_told), _state(rated, withheld, ratings_told)
    period = cell.period
    return Row(
        period=period.code,
        period_kind=period.kind,  # type: ignore[arg-type]  # `periods` makes no others
        first_day=period.since,
        last_day=period.until - timedelta(days=1),
        level=cell.level,  # type: ignore[arg-type]  # one of LEVELS
        code=cell.code,
        name_zh=both("opendata.all").zh if cell.level == "all" else name.zh or name.en or cell.code,
        name_en=both("opendata.all").en if cell.level == "all" else name.en or name.zh or cell.code,
        state=state,
        in_doubt=doubt,
        satisfied_state=satisfied,
        **(figures.of_cases(atoms) if state == "told" else {}),
        **(figures.of_ratings(atoms) if satisfied == "told" else {}),
    )


def _state(any_: bool, withheld: bool, is_told: bool) -> State:
    if not any_:
        return "none"
    return "doubt" if withheld else "told" if is_told else "hidden"
