"""Holding off who guesses: how long, whom, and that it always ends."""

from hypothesis import given
from hypothesis import strategies as st

from mingjing.accounts.attempts import FIRST, LIMITS, LONGEST, REMEMBERED, Attempts, Key

HERE: Key = ("here", "zhao", "1", "10.0.0.1")


def failed(attempts: Attempts, times: int, now: float = 0.0, key: Key = HERE) -> float:
    """When the next attempt may be made after so many that were made as soon as allowed."""
    for _ in range(times):
        now += attempts.waits([key], now)
        assert attempts.charge([key], now) == 0
    return now + attempts.waits([key], now)


def test_waits_double_up_to_the_longest() -> None:
    attempts, now = Attempts(), 0.0
    assert failed(attempts, LIMITS["here"] - 1) == 0
    for wait in (FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, 16 * FIRST, LONGEST, LONGEST):
        assert attempts.charge([HERE], now) == 0
        assert attempts.waits([HERE], now) == wait
        assert attempts.charge([HERE], now + wait / 2) == wait / 2
        now += wait


def test_all_is_forgotten_after_a_while() -> None:
    attempts = Attempts()
    free = failed(attempts, LIMITS["here"] + 3)
    assert failed(attempts, LIMITS["here"] - 1, free + REMEMBERED) == free + REMEMBERED


def test_who_was_right_starts_anew_but_does_not_clear_the_address_of_others() -> None:
    """Else an attacker with an account of his own would sign in between his guesses."""
    attempts, address = Attempts(), ("address", "10.0.0.1")
    for _ in range(LIMITS["address"] - 1):
        assert attempts.charge([address], 0) == 0
        assert attempts.charge([address, HERE], 0) == 0
        attempts.forgive([address, HERE])
        assert attempts.waits([HERE], 0) == 0
    assert attempts.charge([address], 0) == 0
    assert attempts.waits([address], 0) > 0


@given(st.lists(st.floats(0, 2000), max_size=60))
def test_nobody_waits_longer_than_the_longest_whatever_others_do(pauses: list[float]) -> None:
    attempts, now = Attempts(), 0.0
    for pause in pauses:
        attempts.charge([HERE], now)
        assert attempts.waits([HERE], now) <= LONGEST
        now += pause


def test_what_is_kept_is_bounded() -> None:
    attempts = Attempts()
    with_many = [("here", f"name-{number}") for number in range(20_050)]
    for key in with_many:
        attempts.charge([key], 0)
    assert len(attempts._known) == 20_000
