"""The tariff 收费目录: its rows examined. Amounts are yuan; `rules.fees` says what a fee comes to."""

import re
from collections.abc import Mapping
from typing import Any

from mingjing.registers.tables import Wrong, listed

COLUMNS = (
    "fee", "item", "basis", "rate", "unit", "floor", "cap", "rounding", "account", "waivers", "valid_from", "valid_to",
)  # fmt: skip

_NUMBER = re.compile(r"\d+(\.\d+)?")


def examined(row: Mapping[str, str], wrong: Wrong) -> dict[str, Any]:
    """The fields of a row; reports its mistakes.

    `rate` is the price of one unit. Where it falls in steps, `100: 5 | 500: 4 | 3` (the first 100 units at 5, those up
    to the 500th at 4, all others at 3), `tiers` has the steps instead.
    """
    fields: dict[str, Any] = dict(row)
    if not row.get("fee"):
        wrong("fee", "is missing; every row names the code of its fee")
    for name in row:
        if name not in COLUMNS:
            wrong(name, f"is no column of the tariff; there are {', '.join(COLUMNS)}")
    for name in ("floor", "cap", "rounding"):
        if name in row:
            fields[name] = _amount(row[name], name, wrong)
    if "rate" in row:
        _rate(fields, row["rate"], wrong)
    if fields.get("floor", 0) > fields.get("cap", float("inf")):
        wrong("cap", f"{row['cap']} is below the floor {row['floor']}")
    if fields.get("rounding") == 0:
        wrong("rounding", "must be more than 0: amounts are rounded to a multiple of it")
    if "waivers" in row:
        fields["waivers"] = listed(row["waivers"])
    return fields


def _amount(text: str, name: str, wrong: Wrong) -> float:
    if not _NUMBER.fullmatch(text):
        wrong(name, f"{text!r} is not an amount in yuan like 120 or 12.50")
        return 0
    return float(text)


def _rate(fields: dict[str, Any], text: str, wrong: Wrong) -> None:
    if ":" not in text and "：" not in text:
        fields["rate"] = _amount(text, "rate", wrong)
        return
    del fields["rate"]
    tiers, reached = [], 0.0
    parts = listed(text.replace("：", ":"))
    for index, part in enumerate(parts):
        upto, colon, price = (piece.strip() for piece in part.rpartition(":"))
        last = index == len(parts) - 1
        if bool(colon) == last or not _NUMBER.fullmatch(price) or (colon and not _NUMBER.fullmatch(upto)):
            wrong("rate", f'{text!r} is no rate; write 5, or steps like "100: 5 | 500: 4 | 3"')
            return
        if colon and float(upto) <= reached:
            wrong("rate", f"{text!r}: the steps must ascend")
            return
        reached = float(upto) if colon else reached
        tiers.append([float(upto) if colon else None, float(price)])
    fields["tiers"] = tiers
