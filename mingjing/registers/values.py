"""What the cells of a register hold, by the type of their column; a cell that cannot be read is told and left away."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from mingjing.registers.form import Column
from mingjing.registers.tables import Wrong, listed
from mingjing.timetable import hours, times

Value = str | float | bool | list[str]
FLAGS = {"true": True, "yes": True, "1": True, "是": True, "有": True, "√": True,
         "false": False, "no": False, "0": False, "否": False, "无": False, "×": False}  # fmt: skip


def value(name: str, column: Column, text: str, wrong: Wrong) -> Value:
    """What a cell says: numbers as numbers, lists as lists, everything else as text. Mistakes go to `wrong`."""
    try:
        made = _READ[column.type](text)
    except ValueError as mistake:
        wrong(name, str(mistake))
        return text
    _check_known(name, column, made, wrong)
    _check_size(name, column, made, wrong)
    return made


def _check_known(name: str, column: Column, made: Value, wrong: Wrong) -> None:
    if not column.values:
        return
    what = name.removesuffix("s") if column.type == "list" else name
    for one in made if isinstance(made, list) else [made]:
        if one not in column.values:
            several = ", several of them separated by |" if column.type == "list" else ""
            wrong(name, f"{one!r} is no {what}; there are {', '.join(column.values)}{several}")


def _check_size(name: str, column: Column, made: Value, wrong: Wrong) -> None:
    if isinstance(made, bool) or not isinstance(made, int | float):
        return
    if column.least is not None and made < column.least:
        wrong(name, f"{made:g} is less than {column.least:g}")
    if column.most is not None and made > column.most:
        wrong(name, f"{made:g} is more than {column.most:g}")


def _whole(text: str) -> float:
    try:
        return int(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        made = float(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not math.isfinite(made):
        raise ValueError(f"{text!r} is not a number")
    return made


def _share(text: str) -> float:
    made = _number(text[:-1]) / 100 if text.endswith("%") else _number(text)
    if not 0 <= made <= 1:
        raise ValueError(f"{text!r} is no share from 0 to 1 (or to 100%)")
    return made


def _flag(text: str) -> bool:
    known = FLAGS.get(text.casefold())
    if known is None:
        raise ValueError(f"{text!r} is neither yes 是 nor no 否")
    return known


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2026-01-01") from None


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= len("2026-01-01"):
        raise ValueError(f"{text!r} is not a date with a time like 2026-01-01 09:30")
    return moment.isoformat()


def _hours(text: str) -> str:
    hours(text)
    return text


def _times(text: str) -> str:
    times(text)
    return text


@lru_cache(maxsize=1 << 16)  # one party has many rows
def _credit_code(text: str) -> str:
    """GB 32100-2015: 18 characters of which the last checks the others."""
    try:
        uscc.validate(text)
    except ValidationError:
        try:
            right = f"; the first 17 would end in {uscc.calc_check_digit(text[:17])}" if len(text) == 18 else ""
        except (ValidationError, ValueError, KeyError):
            right = ""
        message = f"{text!r} is no unified social credit code 统一社会信用代码 (18 characters{right})"
        raise ValueError(message) from None
    return text


_READ: Mapping[str, Callable[[str], Value]] = {
    "text": str,
    "list": listed,
    "whole": _whole,
    "number": _number,
    "share": _share,
    "flag": _flag,
    "date": _date,
    "instant": _instant,
    "hours": _hours,
    "times": _times,
    "credit_code": _credit_code,
}
