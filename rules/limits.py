"""Limits, rungs and amounts as rule files and catalogues word them."""

import re
from typing import Any

from mingjing.clock import ELAPSED_UNITS, Rung
from mingjing.instants import DAY
from mingjing.quantities import DAY_UNITS, OFFICE_UNITS, UNIT

_RUNG = re.compile(rf"due(?:\s*([+-])\s*(\d+(?:\.\d+)?)\s+({UNIT}))?")
_LARGER = re.compile(r"due\s*([+-])\s*max\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)")
_PERCENT = re.compile(r"(\d+(?:\.\d{1,2})?)\s*%")


class CannotJudge(Exception):
    """A rule cannot judge a case; the reason begins with calendar, item, limit, field, expression or error."""


def unit_size(unit: str, second: bool) -> int:
    """What one unit is in its clock's amounts: 1 where days are counted, else microseconds."""
    if unit in DAY_UNITS:
        return DAY if second else 1
    return OFFICE_UNITS.get(unit) or ELAPSED_UNITS[unit]


def rung(words: str, severity: int) -> Rung:
    """A rung of a ladder: `80%`, `due - 1 working_days`, `due`, `due + 3 working_days`, `due + max(3 days, 50%)`.

    `Rung.amount` is in hundredths of a percent, else in `unit`s; raises ValueError with what would be right.
    """
    if match := _PERCENT.fullmatch(words.strip()):
        hundredths = round(float(match[1]) * 100)
        if not 0 < hundredths <= 10_000:
            raise ValueError(f"{words!r}: a rung in percent lies above 0 % and up to 100 %")
        return Rung("percent", hundredths, "", severity, words)
    if match := _LARGER.fullmatch(words.strip()):
        return _larger(match[1], (match[2], match[3]), severity, words)
    if match := _RUNG.fullmatch(words.strip()):
        if match[1] is None:
            return Rung("due", 0, "", severity, words)
        amount = float(match[2])
        if match[3] in DAY_UNITS and amount != int(amount):
            raise ValueError(f"{words!r}: days must be whole")
        size = 1 if match[3] in DAY_UNITS else unit_size(match[3], second=True)
        return Rung("after" if match[1] == "+" else "before", round(amount * size), match[3], severity, words)
    raise ValueError(f'{words!r} is no rung; write "80%", "due", "due - 1 working_days" or "due + 3 working_days"')


def _larger(sign: str, parts: tuple[str, str], severity: int, words: str) -> Rung:
    """`due - max(20%, 1 working_days)`: the share of the limit or the amount, whichever is more."""
    shares = [found for part in parts if (found := _PERCENT.fullmatch(part))]
    amounts = [part for part in parts if not _PERCENT.fullmatch(part)]
    if len(shares) != 1 or float(shares[0][1]) <= 0:
        raise ValueError(f"{words!r} is no rung; max() takes one share and one amount, like max(20%, 1 working_days)")
    return rung(f"due {sign} {amounts[0]}", severity)._replace(words=words, percent=round(float(shares[0][1]) * 100))


def number(value: Any, what: str) -> float:
    """A count that data carries, at least 0, as a number or as digits; raises CannotJudge."""
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise CannotJudge(f"field: {what} is not a number of at least 0")
    return float(value)
