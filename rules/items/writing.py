"""A catalogue written as the files that rules read: items.csv and tariffs.csv, all or nothing."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingjing.errors import UsageError
from mingjing.registers.tables import LIST
from rules.catalogue import TARIFFS, Catalogue
from rules.items import checks, tariffs

ITEMS = "items.csv"


def write_catalogue(catalogue: Catalogue, directory: Path, *, replace: bool = False) -> list[Path]:
    """Writes the files, over those of an earlier import only with `replace`.

    Raises UsageError, and then nothing has changed.
    """
    names = [ITEMS, *([TARIFFS] if catalogue.has_tariffs else [])]
    standing = sorted(p for p in directory.glob("*") if p.suffix in (".csv", ".toml"))
    others = [path for path in standing if path.name not in names]
    if others:
        raise UsageError(f"{others[0]}: would stand beside what is imported; name an empty directory, or remove it")
    if standing and not replace:
        raise UsageError(f"{standing[0]}: is there already; name another directory, or say --replace")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=directory) as aside:
            _write(Path(aside) / ITEMS, checks.COLUMNS, [version.fields for version in catalogue])
            if catalogue.has_tariffs:
                _write(Path(aside) / TARIFFS, tariffs.COLUMNS, [row.fields for row in catalogue.tariffs()])
            for name in names:
                (Path(aside) / name).replace(directory / name)
    except OSError as wrong:
        raise UsageError(f"{directory}: cannot be written: {wrong.strerror}") from wrong
    return [directory / name for name in names]


def _write(path: Path, known: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    used = {name for row in rows for name in row}
    columns = [*(name for name in known if name in used), *sorted(used - {*known, "tiers"})]
    if "tiers" in used and "rate" not in columns:
        columns.append("rate")
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(columns)
        lines.writerows(_cells(columns, rows))


def _cells(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_tiers(row["tiers"]) if name == "rate" and "tiers" in row else _cell(row.get(name)) for name in columns]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return LIST.join(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _tiers(tiers: Sequence[Sequence[float | None]]) -> str:
    return f" {LIST} ".join(_cell(price) if upto is None else f"{_cell(upto)}: {_cell(price)}" for upto, price in tiers)
