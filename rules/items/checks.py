"""One row of an item list, examined: its fields as rules read them, and everything that is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from mingjing.quantities import SAME_DAY, Quantity, quantity
from mingjing.registers.tables import Wrong, listed
from mingjing.registers.values import FLAGS

COLUMNS = (
    "item", "version", "valid_from", "valid_to", "name", "department", "matter", "case_type", "status", "family",
    "committed_limit", "statutory_limit", "branch_limit", "delivery_limit", "review_limit",
    "steps", "merged_steps", "hall_only", "materials", "optional_materials", "windows", "units", "fee",
    "licence_first", "permits_after",
)  # fmt: skip
"""The columns that have a meaning; a list may have others, which rules can name."""

LISTS = ("steps", "merged_steps", "hall_only", "materials", "optional_materials", "windows", "units", "permits_after")
LIMITS = ("committed_limit", "statutory_limit", "branch_limit", "delivery_limit", "review_limit")
STATUSES = ("active", "suspended", "cancelled")

_CHINESE = re.compile(r"(\d+(?:\.\d+)?)\s*个?\s*(工作日|自然日|日历日|工作小时|小时|分钟)")
_UNITS = {
    "工作日": "working_days", "自然日": "days", "日历日": "days", "工作小时": "working_hours", "小时": "hours",
    "分钟": "minutes",
}  # fmt: skip
_AT_ONCE = ("即办", "即时办结", "当场办结", "当日办结", "当日下班前")


def examined(row: Mapping[str, Any], wrong: Wrong, *, cells: bool) -> dict[str, Any]:
    """The fields of a row; reports its mistakes. `valid_from` and `valid_to` are examined elsewhere.

    `cells`: the row comes from a table whose cells are all texts, with lists written `a | b`.
    """
    fields = dict(row)
    if not isinstance(row.get("item"), str) or not row["item"]:
        wrong("item", "is missing; every row names its item code 事项编码")
    for name in LISTS:
        if cells and name in fields:
            fields[name] = listed(fields[name])
        if name in fields and not _is_texts(fields[name]):
            wrong(name, "must be a list of texts")
    _check_limits(fields, wrong)
    _check_fee(fields, wrong)
    _check_licence(fields, wrong)
    if fields.get("status", "active") not in STATUSES:
        wrong("status", f"{fields['status']!r} is no status; there are {', '.join(STATUSES)}")
    _check_merged(fields, wrong)
    complete(fields)
    return fields


def complete(fields: dict[str, Any]) -> None:
    """Fills in what follows from the rest: an item that names no case type 办件类型 is an immediate 即办件 or an
    ordinary 承诺件 one, by its committed limit. Dates become texts, as CSV has them."""
    for name, value in fields.items():
        if isinstance(value, date | time):
            fields[name] = value.isoformat()
    same_day = str(fields.get("committed_limit", "")).strip() == SAME_DAY
    fields.setdefault("case_type", "immediate" if same_day else "committed")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _check_limits(fields: dict[str, Any], wrong: Wrong) -> None:
    limits = {}
    for name in LIMITS:
        if name in fields:
            fields[name] = in_our_words(str(fields[name]))
            try:
                limits[name] = quantity(fields[name])
            except ValueError as mistake:
                wrong(name, str(mistake))
    committed, statutory = limits.get("committed_limit"), limits.get("statutory_limit")
    if committed is not None and statutory is not None and not _within(committed, statutory):
        wrong("committed_limit", f"{committed} is above the statutory_limit {statutory}; nobody may promise more time")


def in_our_words(limit: str) -> str:
    """A limit as rules word it, where it is in Chinese: `20个工作日`, `即办`.

    A bare 日 or 天 may mean either kind of day and stays as it is.
    """
    text = limit.strip()
    if text in _AT_ONCE:
        return SAME_DAY
    found = _CHINESE.fullmatch(text)
    return f"{found[1]} {_UNITS[found[2]]}" if found else text


def _within(committed: Quantity, statutory: Quantity) -> bool:
    """Whether the committed limit is at most the statutory one, as far as their units can be compared."""
    if committed.unit == statutory.unit:
        return committed.amount <= statutory.amount
    if SAME_DAY in (committed.unit, statutory.unit):
        return committed.unit == SAME_DAY
    # n working days never end before n natural days do.
    return not (committed.unit == "working_days" and statutory.unit == "days" and committed.amount > statutory.amount)


def _check_fee(fields: dict[str, Any], wrong: Wrong) -> None:
    fee = fields.get("fee")
    if isinstance(fee, str):
        if re.fullmatch(r"\d+(\.\d+)?", fee):
            fields["fee"] = float(fee)
        else:
            wrong("fee", f"{fee!r} is not an amount in yuan like 120 or 12.50")


def _check_licence(fields: dict[str, Any], wrong: Wrong) -> None:
    first = fields.get("licence_first")
    if isinstance(first, str):
        fields["licence_first"] = FLAGS.get(first.casefold(), first)
    if not isinstance(fields.get("licence_first", False), bool):
        wrong("licence_first", f"{first!r} is neither yes 是 nor no 否")
    after, materials = fields.get("permits_after"), fields.get("materials")
    if _is_texts(after) and _is_texts(materials):
        for permit in after or ():
            if permit in (materials or ()):
                wrong("materials", f"asks for {permit!r}, which permits_after says comes only after the licence")


def _check_merged(fields: Mapping[str, Any], wrong: Wrong) -> None:
    steps, merged = fields.get("steps"), fields.get("merged_steps")
    if _is_texts(steps) and _is_texts(merged):
        for step in merged or ():
            if step not in (steps or ()):
                wrong("merged_steps", f"{step!r} is not among the steps {', '.join(steps or ())}")
