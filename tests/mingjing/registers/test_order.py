"""Rows of logs whose instants contradict one another are refused with what is wrong."""

import pytest

from mingjing.registers.entries import Entry
from mingjing.registers.order import contact, in_order, shift


def entry(**fields: str) -> Entry:
    return Entry("", 1, 2, fields)


def test_a_shift_is_posted_before_it_starts_and_starts_before_it_ends() -> None:
    """A roster that is written when the shift has begun would accuse whoever was there from the start."""
    row = entry(posted_at="2026-03-02T10:00:00", starts_at="2026-03-02T09:00:00", ends_at="2026-03-02T08:00:00")
    first, second = shift(row)
    assert first == "starts_at: 2026-03-02T09:00:00 lies before posted_at, 2026-03-02T10:00:00"
    assert second.startswith("ends_at: ")


def test_who_is_there_before_the_roster_is_posted_or_leaves_without_having_come_is_asked_about() -> None:
    """Rule N40 counts from the roster on and looks for a check-in: both rows would accuse somebody who was there."""
    times = {"posted_at": "2026-03-02T08:55:00", "starts_at": "2026-03-02T09:00:00", "ends_at": "2026-03-03T01:00:00"}
    assert not [*shift(entry(**times, checked_in="2026-03-02T08:56:00", checked_out="2026-03-03T01:00:00"))]
    (said,) = shift(entry(**times, checked_in="2026-03-02T08:50:00"))
    assert said.startswith("checked_in: ")
    (said,) = shift(entry(**times, checked_out="2026-03-03T01:00:00"))
    assert said == "checked_in: is missing; whoever checked out had come"


def test_a_handing_over_names_to_whom() -> None:
    (said,) = contact(entry(asked_at="2026-03-02T09:00:00", handed_at="2026-03-02T10:00:00"))
    assert "handed_to" in said
    assert not [*contact(entry(asked_at="2026-03-02T09:00:00", answered_at="2026-03-02T09:00:00"))]


@pytest.mark.parametrize("later", ["2026-03-02T08:00:00+08:00", "nonsense"])
def test_what_cannot_be_compared_is_passed_over(later: str) -> None:
    """One instant with an offset and one without may lie either way; what is no instant was told already."""
    assert not [*in_order("a", "b")(entry(a="2026-03-02T09:00:00", b=later))]
