"""How long what is recorded is kept, by class 留存期限."""

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from mingjing.errors import BookError, Mistake
from mingjing.record.entry import KEEP
from mingjing.tomlfile import read_toml

SHIPPED = "retention.toml"
TABLE = "retention"
FOR_GOOD = ("seal", "change")
"""Classes that nobody may erase: without them nothing can be checked, and no service knows what was approved."""


def retention(own: Path | str | None = None) -> dict[str, int]:
    """Months that each class is kept (0: for good): the shipped ones, and over them those of a file of one's own.

    BookError for a class that does not exist or months that are none.
    """
    months = _read(Path(str(files("mingjing.privacy").joinpath(SHIPPED))))
    return months if own is None else months | _read(Path(own))


def over(months: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """Before which instant what is recorded is erased, by class; classes that are kept for good are left out."""
    return {keep: _earlier(now, count) for keep, count in sorted(months.items()) if count}


def _read(path: Path) -> dict[str, int]:
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    if file is None:
        raise BookError(mistakes)
    file.unknown((TABLE, "personal"), mistakes)
    table = file.data.get(TABLE, {})
    if not isinstance(table, dict):
        raise BookError([file.mistake(TABLE, f"{TABLE}: is a table, [{TABLE}]")])
    for keep, count in table.items():
        if keep not in KEEP.values():
            classes = ", ".join(sorted(set(KEEP.values())))
            mistakes.append(file.mistake(keep, f"{keep}: no such class; there are {classes}"))
        elif type(count) is not int or not 0 <= count <= 1200:
            mistakes.append(file.mistake(keep, f"{keep}: whole months, 0 (for good) to 1200"))
        elif count and keep in FOR_GOOD:
            mistakes.append(file.mistake(keep, f"{keep}: is kept for good: 0"))
    if mistakes:
        raise BookError(mistakes)
    return dict(table)


def _earlier(now: datetime, months: int) -> datetime:
    """So many months before; a day that the month does not have becomes its 28th."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))
