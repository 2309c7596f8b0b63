"""Presence at the duty room, replies and contacts are told as the log has them, and as the rules on them judge."""

from datetime import UTC, datetime, timedelta

import pytest

from mingjing.insight.duty import Happened, Question, contacts, during, owned, presence, replies, shifts

NINE, NOON = datetime(2026, 3, 30, 1, tzinfo=UTC), datetime(2026, 3, 30, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURS = f'{{"room":"R","starts_at":"{NINE.isoformat()}","ends_at":"{NOON.isoformat()}"}}'


def happened(case: str, kind: str, at: datetime, unit: str = "A", officer: str = "o", data: str = "{}") -> Happened:
    return Happened(
        event_id=f"{case}{kind}", case_id=case, type=kind, occurred_at=at, department=unit, window="", officer=officer,
        data=data,
    )  # fmt: skip


def roster(case: str = "s") -> Happened:
    return happened(case, "duty_rostered", NINE - 60 * MINUTE, data=HOURS)


@pytest.mark.parametrize(
    ("came", "left", "now", "state"),
    [
        (None, None, NINE + 15 * MINUTE, "due"),
        (None, None, NINE + 16 * MINUTE, "absent"),
        (NINE - 5 * MINUTE, None, NINE, "on"),
        (NINE + 15 * MINUTE, None, NOON, "kept"),
        (NINE + 16 * MINUTE, NOON, NOON, "late"),
        (NINE, NOON - 5 * MINUTE, NOON, "kept"),
        (NINE, NOON - 6 * MINUTE, NOON, "early"),
    ],
)
def test_a_shift_is_what_its_check_in_and_out_say(
    came: datetime | None, left: datetime | None, now: datetime, state: str
) -> None:
    """The grace is that of rules N40 and N40-E, to the minute."""
    told = [roster()]
    told += [happened("s", "duty_checked_in", came)] if came else []
    told += [happened("s", "duty_checked_out", left)] if left else []
    (shift,) = shifts(told, now)
    assert shift.state == state


def test_shifts_that_are_not_over_say_nothing_of_presence() -> None:
    told = [roster("a"), roster("b"), happened("b", "duty_checked_in", NINE)]
    assert [one.n for one in presence(shifts(told, NINE))] == [0]
    whole, unit = presence(shifts(told, NOON))
    assert (whole.good, whole.n, unit.code) == (1, 2, "A")


def test_a_nights_shift_is_on_both_of_its_days() -> None:
    (shift,) = shifts([roster()], NOON)
    middle = NINE + 90 * MINUTE
    assert during([shift], middle, NOON + MINUTE) == during([shift], NINE - MINUTE, middle) == [shift]
    assert during([shift], NOON, NOON + MINUTE) == during([shift], NINE - MINUTE, NINE) == []


def test_a_roster_that_cannot_be_read_is_no_shift() -> None:
    """One without hours, or whose hours have no offset, is left away; the others stay."""
    bad = happened("x", "duty_rostered", NINE, data='{"starts_at":"2026-03-30T09:00:00","ends_at":1}')
    assert [one.case for one in shifts([bad, roster()], NOON)] == ["s"]


def test_a_shift_that_was_called_off_in_time_is_nobodys_absence() -> None:
    """As rule N40 has it: whoever was told to stay at home is not missing; called off afterwards it was missed."""
    for after, left in ((-30, []), (15, []), (16, ["absent"])):
        told = [roster(), happened("s", "duty_called_off", NINE + after * MINUTE)]
        assert [one.state for one in shifts(told, NOON)] == left


def test_a_question_that_waits_half_an_hour_is_not_answered_at_once() -> None:
    def asked(minutes: int | None) -> Question:
        replied = None if minutes is None else NINE + minutes * MINUTE
        return Question(case="q", department="A", asked_at=NINE, live=True, replied_at=replied)

    found = replies([asked(30), asked(31), asked(None)], NINE + 20 * MINUTE)
    assert (found.asked, found.waiting, found.median) == (3, 1, timedelta(minutes=30.5))
    assert (found.at_once.good, found.at_once.n) == (1, 2)  # nothing is said yet of the one that waits
    assert replies([asked(None)], NINE + 31 * MINUTE).at_once.n == 1
    assert replies([], NINE).median is None


def test_a_contact_handed_over_is_its_new_holders_even_where_its_beginning_is_not_seen() -> None:
    """A unit sees what was handed to it, though the first event was another's."""
    told = [
        happened("a", "contact_asked", NINE, officer=""),
        happened("b", "contact_handed_over", NINE - MINUTE, unit="B", data='{"unit":"A"}'),
        happened("c", "contact_asked", NINE),
        happened("c", "contact_answered", NINE + MINUTE),
    ]
    told += [happened("d", "contact_asked", NINE - MINUTE), happened("d", "withdrawn", NINE)]
    waiting, unowned, over, ended = contacts(told)
    assert (ended.case, ended.state) == ("d", "ended")
    assert (waiting.case, waiting.state, waiting.holder, waiting.department) == ("b", "handed", "B", "A")
    assert (unowned.case, unowned.owner) == ("a", "")
    assert over.state == "answered"
    whole, unit = owned([waiting, unowned, over])
    assert (whole.good, whole.n, unit.code) == (1, 2, "A")
