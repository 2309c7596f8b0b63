"""Lags by what is agreed with a source: its own limit, and declared outages that do not count."""

import pytest

from rules.catalogue import EMPTY
from rules.engine import Engine
from rules.staging import registers_of
from tests.rules.judging import at, book, event, one, said

LAG = """
kind = "lag"
on = ["accepted"]
of = "recorded_at"
limit = "source.lag"
limit_default = "1 working_days"
severity = 2
"""
OUTAGE = {"from": "2026-03-02T20:00+08:00", "to": "2026-03-03T02:00+08:00", "declared_at": "2026-03-03T08:00+08:00"}
SOURCES = {"sources": [{"name": "hall", "lag": "12 hours"}, {"name": "bureau", "lag": "12 hours", "outage": [OUTAGE]}]}


def judged(source: str | None, recorded: str) -> list[tuple[int, str, str]]:
    """What is found of an acceptance on Monday 2 March 2026 at 10:00."""
    engine = Engine(book(LAG), EMPTY, "Asia/Shanghai", registers_of(SOURCES))
    came = event("accepted", "2026-03-02T10:00", source=source, recorded_at=f"{recorded}:00+08:00")
    return said(engine.judge([came], at("2026-04-01T10:00")))


@pytest.mark.parametrize(
    ("source", "recorded", "found"),
    [
        ("hall", "2026-03-02T22:00", []),
        ("hall", "2026-03-02T22:01", [(2, "2026-03-02T22:00:00", "open")]),
        ("bureau", "2026-03-03T04:00", []),  # ten hours before the outage, two after it
        ("bureau", "2026-03-03T04:01", [(2, "2026-03-03T04:00:00", "open")]),
        ("another", "2026-03-03T23:59", []),
        ("another", "2026-03-04T00:01", [(2, "2026-03-04T00:00:00", "open")]),
        (None, "2026-03-04T00:01", [(2, "2026-03-04T00:00:00", "open")]),
    ],
)
def test_an_event_may_be_as_late_as_was_agreed_with_its_source_and_an_outage_does_not_count(
    source: str | None, recorded: str, found: list[tuple[int, str, str]]
) -> None:
    """A source that sends once a night, or was down as declared, entered nothing after the fact."""
    assert judged(source, recorded) == found


def test_the_finding_names_the_agreement() -> None:
    engine = Engine(book(LAG), EMPTY, "Asia/Shanghai", registers_of(SOURCES))
    came = event("accepted", "2026-03-02T10:00", source="hall", recorded_at="2026-03-03T10:00:00+08:00")
    finding = one(engine.judge([came], at("2026-04-01T10:00")))
    assert finding.evidence.limit == "12 hours"
    assert finding.evidence.facts["agreed with"] == "hall"


def test_without_registers_the_default_holds() -> None:
    engine = Engine(book(LAG), EMPTY, "Asia/Shanghai")
    came = event("accepted", "2026-03-02T10:00", source="hall", recorded_at="2026-03-03T20:00:00+08:00")
    assert engine.judge([came], at("2026-04-01T10:00")).findings == []


@pytest.mark.parametrize(
    ("source", "recorded", "found"),
    [
        ("hall", "2026-03-03T23:59", []),
        ("hall", "2026-03-04T00:01", [(2, "2026-03-04T00:00:00", "open")]),
        ("bureau", "2026-03-04T23:59", []),  # the third of March is taken out
        ("weekly", "2026-03-09T10:00", []),
        ("weekly", "2026-03-09T10:01", [(2, "2026-03-09T10:00:00", "open")]),
        ("another", "2026-03-04T00:01", [(2, "2026-03-04T00:00:00", "open")]),
    ],
)
def test_of_the_agreed_lag_and_the_least_the_later_counts(
    source: str, recorded: str, found: list[tuple[int, str, str]]
) -> None:
    """Nobody is accused of backfilling who kept either."""
    rule = book(LAG.replace("limit_default", "limit_least"))
    sources = {"sources": [*SOURCES["sources"], {"name": "weekly", "lag": "168 hours"}]}
    engine = Engine(rule, EMPTY, "Asia/Shanghai", registers_of(sources))
    came = event("accepted", "2026-03-02T10:00", source=source, recorded_at=f"{recorded}:00+08:00")
    assert said(engine.judge([came], at("2026-04-01T10:00"))) == found
