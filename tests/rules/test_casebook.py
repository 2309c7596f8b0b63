"""Cases put together from events in any order, in memory or over the disk: the same cases."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from mingjing.types import CaseEvent
from rules.casebook import Casebook
from tests.rules.judging import event

events = st.builds(
    lambda case, number, amount: event(
        "fee_paid", f"2026-03-0{number}T10:00", case_id=f"案{case}", event_id=f"e{number}", amount=amount
    ),
    st.integers(0, 5),
    st.integers(1, 4),
    st.integers(0, 1),
)


def cases(
    arrived: list[CaseEvent], in_memory: int
) -> tuple[dict[str, list[dict[str, object]]], int, set[tuple[str, str]]]:
    with Casebook(in_memory) as book:
        for one in arrived:
            book.add(one)
        found = {history.events[0].case_id: history for _, history in book.cases()}
        made = {
            case: [asdict(one) for one in sorted(history.events, key=lambda one: one.event_id)]
            for case, history in found.items()
        }
        return made, book.duplicates, book.conflicts


@settings(max_examples=40, deadline=None)
@given(arrived=st.lists(events, max_size=30), in_memory=st.integers(0, 10))
def test_cases_that_went_over_the_disk_are_those_that_stayed_in_memory(
    arrived: list[CaseEvent], in_memory: int
) -> None:
    """And so are the counts of what came twice and of contents that conflict."""
    assert cases(arrived, in_memory) == cases(arrived, 1_000)


def test_a_case_is_handed_out_once_however_often_it_went_to_disk() -> None:
    with Casebook(1) as book:
        for number in range(1, 8):
            for case in ("a", "b", "c"):
                book.add(event("fee_paid", f"2026-03-0{number}T10:00", case_id=case, event_id=f"{case}{number}"))
        handed = [history.events[0].case_id for _, history in book.cases()]
        assert sorted(handed) == ["a", "b", "c"]
        parts = [part for part, _ in book.cases()]
        assert parts == sorted(parts)
        assert max(parts) < book.parts


def test_nothing_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events name applicants now and then; a failed run must leave none of them behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fails() -> None:
        with Casebook(0) as book:
            book.add(event("fee_paid", "2026-03-02T10:00"))
            assert list(tmp_path.iterdir())
            raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        fails()
    assert list(tmp_path.iterdir()) == []
