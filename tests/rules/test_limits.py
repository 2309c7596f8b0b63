"""The words of limits, rungs and amounts: what is understood, and that the rest is told."""

import pytest

from mingjing.quantities import SAME_DAY, quantity
from rules.limits import CannotJudge, number, rung


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("20 working_days", 20, "working_days"),
        (" 1 days ", 1, "days"),
        ("2.5 hours", 2.5, "hours"),
        ("90  minutes", 90, "minutes"),
        ("8 working_hours", 8, "working_hours"),
        ("same office day", 1, SAME_DAY),
    ],
)
def test_limits_are_understood(words: str, amount: float, unit: str) -> None:
    assert tuple(quantity(words)) == (amount, unit)
    assert quantity(str(quantity(words))) == quantity(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "20",
        "working_days",
        "0 days",
        "-1 days",
        "1.5 working_days",
        "20 workingdays",
        "20 weeks",
        "1e3 days",
        "二十 days",
    ],
)
def test_other_words_are_no_limit_and_the_message_says_what_would_be(words: str) -> None:
    with pytest.raises(ValueError, match="no limit"):
        quantity(words)


@pytest.mark.parametrize(
    ("words", "at", "amount", "need"),
    [
        ("80%", "percent", 8000, 8),
        ("33.33 %", "percent", 3333, 4),
        ("100%", "percent", 10_000, 10),
        ("due", "due", 0, 10),
        ("due - 2 working_days", "before", 2, 8),
        ("due-2 working_days", "before", 2, 8),
    ],
)
def test_rungs_ask_for_so_much_of_a_limit_of_ten(words: str, at: str, amount: int, need: int) -> None:
    """80 % of ten is eight; a third is four, rounded up, or a notice would come too early."""
    made = rung(words, 2)
    assert (made.at, made.amount, made.need(10), made.severity) == (at, amount, need, 2)


def test_a_rung_after_due_keeps_its_own_unit() -> None:
    made = rung("due + 3 working_days", 3)
    assert (made.at, made.amount, made.unit) == ("after", 3, "working_days")
    assert rung("due + 2 hours", 3).amount == 2 * 3600 * 1_000_000


@pytest.mark.parametrize(
    "words", ["", "soon", "0%", "101%", "-5%", "80.123%", "due + 1.5 days", "due + days", "due * 2 days", "80"]
)
def test_other_words_are_no_rung(words: str) -> None:
    with pytest.raises(ValueError, match=r"rung|days must be whole"):
        rung(words, 1)


@pytest.mark.parametrize(("value", "read"), [(3, 3), ("3", 3), (" 2.5 ", 2.5), (0, 0), (1.5, 1.5)])
def test_amounts_that_data_carry_are_numbers_or_digits(value: object, read: float) -> None:
    assert number(value, "data.days") == read


@pytest.mark.parametrize(
    "value", [None, True, "three", "", "-3", -1, [3], {"n": 3}, float("nan"), float("inf"), 10**12, "9" * 400]
)
def test_other_amounts_cannot_be_judged(value: object) -> None:
    with pytest.raises(CannotJudge, match=r"field: data\.days"):
        number(value, "data.days")
