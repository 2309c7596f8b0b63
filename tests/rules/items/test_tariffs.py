"""The tariff: what a fee comes to, which row is in force, and rows that cannot be right."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.errors import BookError
from rules.catalogue import load_catalogue
from rules.fees import due

HEAD = "fee,item,basis,rate,unit,floor,cap,rounding,account,waivers,valid_from,valid_to\n"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def write(folder: Path, tariffs: str, items: str = "item\nA\nB\n") -> Path:
    (folder / "items.csv").write_text(items, encoding="utf-8")
    (folder / "tariffs.csv").write_text(HEAD + tariffs, encoding="utf-8")
    return folder


def test_the_row_in_force_is_the_items_own_before_that_for_all(tmp_path: Path) -> None:
    """A fee abolished in 2009 has no row afterwards, for whatever item it is taken."""
    catalogue = load_catalogue(write(tmp_path, "F1,,b,10,,,,,,,,\nF1,A,b,8,,,,,,,,\nF9,,b,50,,,,,,,,2008-12-31\n"))
    rates = [catalogue.tariff("F1", item, day("2026-01-01")) for item in ("A", "B", None)]
    assert [row and row["rate"] for row in rates] == [8, 10, 10]
    assert catalogue.tariff("F9", "A", day("2008-12-31")) is not None
    assert catalogue.tariff("F9", "A", day("2009-01-01")) is None
    assert catalogue.has_tariffs
    assert [version.item for version in catalogue] == ["A", "B"]


@pytest.mark.parametrize(
    ("tariff", "quantity", "amount"),
    [
        ({"rate": 0.1}, 3, 0.3),
        ({"rate": 0.125}, 1, 0.13),
        ({"rate": 7.5, "rounding": 1.0}, 1, 8.0),
        ({"rate": 5, "floor": 20.0}, 1, 20.0),
        ({"rate": 5, "cap": 20.0}, 100, 20.0),
        ({"tiers": [[100.0, 5.0], [500.0, 4.0], [None, 3.0]]}, 600, 2400.0),
        ({"tiers": [[100.0, 5.0], [None, 3.0]]}, 100, 500.0),
    ],
)
def test_a_fee_comes_to(tariff: dict[str, object], quantity: int, amount: float) -> None:
    """Exact to the cent: 0.1 yuan three times is 0.30, in binary fractions it is not."""
    assert float(due(tariff, Decimal(quantity))) == amount


def test_rows_that_cannot_be_right_are_told_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        ",,b,5,,,,,,,,\n"  # 2: no fee
        "F1,,b,dear,,,,,,,,\n"  # 3: no amount
        "F2,,b,5,,20,10,,,,,\n"  # 4: cap below the floor
        "F3,,b,5,,,,0,,,,\n"  # 5: rounded to nothing
        "F4,,b,500: 4 | 100: 5 | 3,,,,,,,,\n"  # 6: steps that fall back
        "F5,,b,100: 5 | 500: 4,,,,,,,,\n"  # 7: no last step
        "F6,Z,b,5,,,,,,,,\n"  # 8: no such item
        "F7,,b,5,,,,,,,,2026-06-30\nF7,,b,6,,,,,,,2026-06-30,\n",  # 10: overlap
    )
    with pytest.raises(BookError) as told:
        load_catalogue(folder)
    assert [one.line for one in told.value.mistakes] == [2, 3, 4, 5, 6, 7, 8, 10]
