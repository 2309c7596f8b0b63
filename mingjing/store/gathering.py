"""What population rules read: tables of one run, on a connection of its own, gone when it closes.

    with Gathering(dsn) as gathered:
        gathered.catalogue(items); gathered.registers(…)
        gathered.facts(since, until)
        gathered.cases(since, until, days, "Asia/Shanghai")
        rows = gathered.rows(sql, parameters, types)

`facts`, `pauses`, `cases`, `items`, `days`, `agreements`, `outages`, `officers` and `registers` are temporary tables; a
rule's query sees them beside `events` and `findings` and may write nothing. What they hold says
mingjing/store/gather/tables.sql.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Self

from msgspec import Struct

from mingjing.errors import MingjingError
from mingjing.store.connection import Connection
from mingjing.store.dsn import parse
from mingjing.store.queries import PLACE, as_parameter
from mingjing.store.rows import Columns, ItemRow, fact_columns, struct_columns
from mingjing.types import CaseEvent

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2299, 12, 31)
"""The days that the store can hold."""
EPOCH = date(1970, 1, 1)
RULES: dict[str, object] = {
    "readonly": 2,  # a rule writes nothing
    "max_execution_time": 300,
    "prefer_column_name_to_alias": 1,  # any(department) AS department means what it says
}


class Agreed(Struct, frozen=True):
    """What is agreed with one source, and its declared outages (since, until, declared_at)."""

    source: str
    lag_seconds: float
    batch: bool
    outages: tuple[tuple[datetime, datetime, datetime], ...] = ()


class Person(Struct, frozen=True):
    """One row of the register of officers."""

    officer: str
    department: str
    window: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date


class RegisterRow(Struct, frozen=True):
    """One row of a register, its fields as text; the parts of a list are separated by |."""

    register: str
    code: str
    valid_from: date
    valid_to: date
    fields: Mapping[str, str]


class Gathering:
    """The tables of one run. Every method may raise StoreUnavailable: the run is then to be begun again."""

    def __init__(self, dsn: str) -> None:
        self._connection = Connection(parse(dsn), "offline", session=True)

    def __enter__(self) -> Self:
        for statement in _sql("tables").split(";"):
            self._connection.command(statement)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def catalogue(self, items: Sequence[ItemRow]) -> None:
        """The item catalogue."""
        self._connection.command("TRUNCATE TABLE items")
        self._insert("items", struct_columns(items, ItemRow))

    def registers(
        self, agreed: Sequence[Agreed], people: Sequence[Person], entries: Sequence[RegisterRow] = ()
    ) -> None:
        """The agreements with sources, the officers, and the rows of all registers."""
        for table in ("agreements", "outages", "officers", "registers"):
            self._connection.command(f"TRUNCATE TABLE {table}")
        plain = {name: [getattr(one, name) for one in agreed] for name in ("source", "lag_seconds", "batch")}
        self._insert("agreements", plain)
        spans = [(one.source, *outage) for one in agreed for outage in one.outages]
        self._insert("outages", _columns(("source", "since", "until", "declared_at"), spans))
        self._insert("officers", struct_columns(people, Person))
        self._insert("registers", struct_columns(entries, RegisterRow))

    def facts(self, since: datetime, until: datetime) -> None:
        """Reads the events of the cases that anything happened to in [since, until), from the store."""
        for name in ("replaced", "again", "facts"):
            self._connection.command(f"TRUNCATE TABLE {name}")
        self._fill("replaced")
        self._fill("again")
        self._fill("facts", since=since, until=until)
        self._fill("facts_again", since=since, until=until)

    def given_facts(self, events: Sequence[CaseEvent]) -> None:
        """The same from events at hand, each of them once and none corrected: for the examples of rule files."""
        self._connection.command("TRUNCATE TABLE facts")
        self._insert("facts", fact_columns(events))

    def cases(self, since: datetime, until: datetime, days: Mapping[date, bool], zone: str) -> None:
        """Sums the cases of one period up, from the facts. `days`: which days work, without a gap, in order."""
        running, numbers = 0, []
        for works in days.values():
            running += works
            numbers.append(running)
        self._connection.command("TRUNCATE TABLE days")
        self._insert("days", {"day": list(days), "works": list(days.values()), "number": numbers})
        self._refill("pauses", until=until)
        self._refill("cases", since=since, until=until, numbers=numbers, first_day=(min(days) - EPOCH).days, zone=zone)

    def first(self) -> datetime | None:
        """When the earliest of the facts occurred."""
        found, _ = self._connection.table("SELECT minOrNull(occurred_at) FROM facts", {})
        return found[0][0] if found else None

    def rows(self, sql: str, parameters: Mapping[str, object], types: Mapping[str, str]) -> list[dict[str, Any]]:
        """The rows of a rule's query, which can write nothing. Raises MingjingError in one line, with the reason."""
        filled = {name: as_parameter(parameters[name]) for name in types}
        found, names = self._connection.table(sql, filled, **RULES)
        if "subject" not in names:
            raise MingjingError(f"the query has no column `subject`, but {', '.join(names)}")
        return [dict(zip(names, row, strict=True)) for row in found]

    def explain(self, sql: str, parameters: Mapping[str, object], types: Mapping[str, str]) -> None:
        """Whether the store understands a rule's query; nothing is read. Raises MingjingError with what is wrong."""
        filled = {name: as_parameter(parameters[name]) for name in types}
        self._connection.table(f"EXPLAIN QUERY TREE {sql}", filled, **RULES)

    def _refill(self, table: str, **parameters: object) -> None:
        self._connection.command(f"TRUNCATE TABLE {table}")
        self._fill(table, **parameters)

    def _fill(self, name: str, **parameters: object) -> None:
        sql = _sql(name)
        types = dict(PLACE.findall(sql))
        self._connection.select(sql, {name: as_parameter(parameters[name]) for name in types})

    def _insert(self, table: str, columns: Columns) -> None:
        self._connection.insert(table, columns, None, raw=False)


def _columns(names: Sequence[str], given: Sequence[Sequence[object]]) -> Columns:
    return {name: [row[place] for row in given] for place, name in enumerate(names)}


def _sql(name: str) -> str:
    text = files("mingjing.store").joinpath("gather", f"{name}.sql").read_text("utf-8")
    return re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE).strip()
