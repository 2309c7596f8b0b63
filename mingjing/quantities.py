"""Quantities of time as files word them: `20 working_days`, `24 hours`, `same office day`."""

import re
from functools import cache
from typing import NamedTuple

from mingjing.instants import HOUR, MINUTE

UNITS = ("working_days", "days", "working_hours", "working_minutes", "hours", "minutes")
OFFICE_UNITS = {"working_hours": HOUR, "working_minutes": MINUTE}
"""Units that pass only while the hall is open, in microseconds."""
DAY_UNITS = ("working_days", "days")
SAME_DAY = "same office day"

UNIT = "|".join(UNITS)
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s+({UNIT})")


class Quantity(NamedTuple):
    """An amount of a unit: `20 working_days`; or the same office day 即办, whose unit is SAME_DAY."""

    amount: float
    unit: str

    def __str__(self) -> str:
        return SAME_DAY if self.unit == SAME_DAY else f"{self.amount:g} {self.unit}"


@cache
def quantity(words: str) -> Quantity:
    """The quantity that words like `20 working_days` mean; raises ValueError with what would be right."""
    text = words.strip()
    if text == SAME_DAY:
        return Quantity(1, SAME_DAY)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        units = ", ".join(UNITS)
        raise ValueError(f"{words!r} is no limit; write it like 20 working_days (units: {units}) or {SAME_DAY}")
    amount = float(match[1])
    if amount <= 0 or (match[2] in DAY_UNITS and amount != int(amount)):
        raise ValueError(f"{words!r} is no limit; it must be more than 0, and whole where days are counted")
    return Quantity(amount, match[2])
