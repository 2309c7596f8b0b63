"""Named queries: `NAME.sql` beside this file, with `{parameter:Type}` places that the server fills.

A filter that is not given filters nothing: an empty list or search, all time, the first 50 rows.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from msgspec import Struct

PLACE = re.compile(r"\{(\w+):([^{}]+)\}")
NOT_GIVEN: dict[str, object] = {
    "since": "1900-01-01 00:00:00.000",
    "until": "2299-12-31 23:59:59.999",
    "limit": 50,
    "offset": 0,
    "search": "",
    "nature": "",
    "sort": "",
    "since_case": "",
}


class Query(Struct, frozen=True):
    """A query's SQL and its parameters' types."""

    name: str
    sql: str
    parameters: dict[str, str]

    def fill(self, given: Mapping[str, object]) -> dict[str, object]:
        """All parameters as the driver takes them; TypeError for one that the query does not have, or needs."""
        if unknown := sorted(set(given) - set(self.parameters)):
            raise TypeError(f"query {self.name} has no parameter {unknown[0]!r}, but {', '.join(self.parameters)}")
        return {name: as_parameter(given[name]) if name in given else self._default(name) for name in self.parameters}

    def _default(self, name: str) -> object:
        if name in NOT_GIVEN:
            return NOT_GIVEN[name]
        if self.parameters[name].startswith("Array"):
            return []
        raise TypeError(f"query {self.name} needs {name} ({self.parameters[name]})")


@cache
def load(name: str) -> Query:
    """The query of that name; KeyError when there is none."""
    try:
        sql = files(__name__).joinpath(f"{name}.sql").read_text("utf-8")
    except FileNotFoundError:
        raise KeyError(f"no named query {name!r}; there are {', '.join(names())}") from None
    return Query(name, sql, dict(PLACE.findall(sql)))


def names() -> list[str]:
    """The names of all queries."""
    return sorted(f.name.removesuffix(".sql") for f in files(__name__).iterdir() if f.name.endswith(".sql"))


def as_parameter(value: object) -> object:
    """A parameter's value; an instant as UTC text with its milliseconds, which the driver would drop."""
    match value:
        case datetime():
            if value.tzinfo is None:
                raise TypeError(f"an instant without a time zone: {value}")
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        case date():
            return value.isoformat()
        case tuple() | set() | frozenset():
            return list(value)
        case _:
            return value
