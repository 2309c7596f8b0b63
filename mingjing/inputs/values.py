"""Text of a foreign system to a value of the contract: instants, numbers, codes."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.codec import Refused

_TRUE = frozenset(("true", "t", "yes", "y", "1", "是"))
_FALSE = frozenset(("false", "f", "no", "n", "0", "否"))


class Taken(Struct, frozen=True, kw_only=True):
    """Where one field of an event comes from, and how its text is read.

    `columns` (joined with `join`) or a `constant`; `values` translates codes, `otherwise` standing for those
    that it does not list; `default` stands for an empty cell. `times` are strptime formats (none: ISO 8601),
    `zone` that of instants written without offset.
    """

    name: str
    columns: tuple[str, ...] = ()
    constant: Any = None
    join: str = ":"
    values: Mapping[str, str] = {}
    otherwise: str | None = None
    default: str | None = None
    kind: str = "any"
    times: tuple[str, ...] = ()
    zone: ZoneInfo | None = None

    def value(self, cells: Mapping[str, Any]) -> Any:
        """The value in one row, None where there is none; raises `Refused`."""
        if self.constant is not None:
            return self.constant
        found = self._text(cells)
        if found is None or found == "":
            found = self.default
        if found is None:
            return None
        if self.values:
            found = self.values.get(str(found), self.otherwise)
            if found is None:
                raise Refused(f"{self.name}: the mapping's values do not list this code")
        return KINDS[self.kind](found, self)

    def _text(self, cells: Mapping[str, Any]) -> Any:
        if len(self.columns) == 1:
            found = cells.get(self.columns[0])
            return found.strip() if isinstance(found, str) else found
        parts = [str(part).strip() for column in self.columns if (part := cells.get(column)) is not None]
        return self.join.join(part for part in parts if part)


def instant(found: Any, taken: Taken) -> datetime:
    """An aware datetime; local times get the mapping's zone (the first of two where clocks are set back)."""
    local = _local(str(found), taken)
    if local.tzinfo is None:
        if taken.zone is None:
            raise Refused(f"{taken.name}: no offset from UTC; name the source's timezone in the mapping")
        local = local.replace(tzinfo=taken.zone)
        if local.astimezone(UTC).astimezone(taken.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise Refused(f"{taken.name}: this local time does not exist, clocks were set forward over it")
    offset = local.utcoffset()
    # Offsets in JSON are whole minutes; local mean times of before 1928 are not.
    return local if offset is not None and offset.seconds % 60 == 0 else local.astimezone(UTC)


def _local(text: str, taken: Taken) -> datetime:
    for form in taken.times:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the mapping's
        except ValueError:
            continue
    try:
        if not taken.times:
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    wanted = " or ".join(taken.times) or "ISO 8601, like 2014-09-26T10:00:00+08:00"
    raise Refused(f"{taken.name}: not an instant as the mapping describes it ({wanted})")


def _number(found: Any, taken: Taken) -> float:
    try:
        number = float(found)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Refused(f"{taken.name}: not a number")
    return number


def _integer(found: Any, taken: Taken) -> int:
    try:
        return int(found)
    except (ValueError, OverflowError):
        raise Refused(f"{taken.name}: not a whole number") from None


def _boolean(found: Any, taken: Taken) -> bool:
    word = str(found).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Refused(f"{taken.name}: neither true nor false")


KINDS: dict[str, Callable[[Any, Taken], Any]] = {
    "any": lambda found, _: found,
    "text": lambda found, _: str(found),
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "instant": instant,
}
"""How the kinds that a mapping may name are read."""
