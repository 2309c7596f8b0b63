"""What the events of a rule file's example stand in: its item or items, its tariff, its registers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjing.clock import ELAPSED_UNITS
from mingjing.instants import micros, parse
from mingjing.quantities import quantity
from mingjing.registers import Agreement, Entry, Outage, Registers, dated
from rules.catalogue import ALWAYS, Catalogue, ItemVersion, OneItem, Tariff, complete, version_of

TABLES = tuple(dated())
KEYS = ("item", "items", "tariffs", *TABLES, "sources")
"""The keys of an example that its events stand in."""

Row = Mapping[str, Any]


def catalogue_of(example: Row) -> Catalogue:
    """Every item has the fields of `item`; or the catalogue has the versions of `items`, and no others.

    The tariff has the rows of `tariffs`. Raises ValueError for what cannot be read.
    """
    tariffs: dict[str, list[Tariff]] = {}
    for row in _rows(example, "tariffs"):
        tariffs.setdefault(str(row["fee"]), []).append(Tariff(row["fee"], row.get("item", ""), *_span(row), row))
    if "items" not in example:
        return OneItem(example.get("item", {}), tariffs)
    versions: dict[str, list[ItemVersion]] = {}
    for row in _rows(example, "items"):
        fields = dict(row)
        complete(fields)
        made = version_of(str(row["item"]), str(row.get("version", "")), *_span(row), fields)
        versions.setdefault(made.item, []).append(made)
    return Catalogue(versions, tariffs)


def registers_of(example: Row) -> Registers:
    """All registers, each with the rows that the example has of it. Raises ValueError for what cannot be read."""
    tables: dict[str, dict[str, list[Entry]]] = {}
    for name in TABLES:
        entries = tables.setdefault(name, {})
        for row in _rows(example, name):
            code = str(row.get("code", ""))
            entries.setdefault(code, []).append(Entry(code, *_span(row), row))
    return Registers(tables, {str(row["name"]): _agreement(row) for row in _rows(example, "sources")})


def _agreement(row: Row) -> Agreement:
    lag = quantity(str(row.get("lag", "24 hours")))
    outages = [Outage(*(micros(parse(str(one[key]))) for key in ("from", "to", "declared_at"))) for one in
               row.get("outage", [])]  # fmt: skip
    return Agreement(
        str(row["name"]), round(lag.amount * ELAPSED_UNITS[lag.unit]), bool(row.get("batch")), tuple(outages)
    )


def _rows(example: Row, key: str) -> Sequence[Row]:
    rows = example.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError(f"{key} must be a list of tables")
    return rows


def _span(row: Row) -> tuple[int, int]:
    """The local days on which a row is in force, both included."""
    first, last = row.get("valid_from"), row.get("valid_to")
    return (
        ALWAYS[0] if first is None else date.fromisoformat(str(first)).toordinal(),
        ALWAYS[1] if last is None else date.fromisoformat(str(last)).toordinal(),
    )
