"""Instants as whole microseconds: nothing is rounded, and no offset is ever guessed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from mingjing.instants import EARLIEST, LATEST, at, micros, parse
from tests.mingjing import strategies


@given(strategies.instants)
def test_microseconds_and_back_lose_nothing(instant: datetime) -> None:
    """`datetime.timestamp()` is a float and loses microseconds; a due instant may not."""
    assert at(micros(instant)) == instant


@given(strategies.instants)
def test_what_is_written_is_read(instant: datetime) -> None:
    assert micros(parse(instant.isoformat())) == micros(instant)


@pytest.mark.parametrize(
    "text",
    ["2014-09-26T10:00+08:00", "2014-09-26T10:00:00+08:00", "2014-09-26 02:00:00Z", "2014-09-26T02:00:00.000000+00:00"],
)
def test_one_instant_can_be_written_in_many_ways(text: str) -> None:
    assert parse(text) == datetime(2014, 9, 26, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2014-09-26T10:00:00", "2014-09-26"])
def test_an_instant_without_its_offset_is_refused(text: str) -> None:
    """It would be read in whatever zone the machine stands in."""
    with pytest.raises(ValueError, match="no offset from UTC"):
        parse(text)


@pytest.mark.parametrize("text", ["", "yesterday", "26.09.2014", "2014-13-01T00:00:00Z", "2014-02-30T00:00:00Z"])
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 2014-09-26T10:00:00"):
        parse(text)


def test_the_range_is_what_the_store_can_hold() -> None:
    assert (EARLIEST.year, LATEST.year) == (1900, 2299)
    assert at(micros(EARLIEST)) == EARLIEST
    assert at(micros(LATEST)) == LATEST
