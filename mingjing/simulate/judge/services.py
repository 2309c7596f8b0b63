"""What rules look for in the logs 台账: the duty room's shifts and questions, and whom people asked first."""

from collections.abc import Iterator

from mingjing.simulate.almanac import second_at
from mingjing.simulate.draft import Case
from mingjing.simulate.judge.clocks import Breach, Deadline, Ladder, days

MATTER = "log"
"""The matter of a log's case; it is no service item's."""
DEADLINES = (
    Deadline(
        "N51", ("contact_asked",), ("contact_answered", "contact_handed_over"), days(1), Ladder(due=2, after=((2, 3),))
    ),
    Deadline("N51-H", ("contact_handed_over",), ("contact_answered",), days(3), Ladder(due=2, after=((2, 3),))),
)
ARRANGED = {
    "duty_absent": ("N40",),
    "duty_left_early": ("N40-E",),
    "duty_reply_late": ("N40-R",),
    "contact_late": ("N51",),
    "contact_unanswered": ("N51-H",),
    "contact_unowned": ("N51-O",),
}
LATE = ((15 * 60, 2), (60 * 60, 3))
"""Severities by seconds after a shift's beginning."""
GRACE, AT_ONCE = 5 * 60, 30 * 60


def findings(case: Case, end: int) -> Iterator[Breach]:
    """N40, N40-E, N51-O: what is no number of days."""
    for place, note in enumerate(case.notes):
        if note.type == "duty_rostered":
            yield from _awaited(case, place, end)
        elif note.type == "duty_checked_out" and note.second < second_at(note.data["ends_at"]) - GRACE:
            yield Breach("N40-E", place, [(note.second, 1)])
        elif note.type == "contact_asked" and note.officer is None:
            yield Breach("N51-O", place, [(note.second, 1)])


def live(case: Case, end: int) -> Iterator[Breach]:
    """N40-R: a question asked while somebody was on duty, and not answered in half an hour."""
    for place, note in enumerate(case.notes):
        if note.type == "wo_received" and note.data.get("live"):
            due = note.second + AT_ONCE
            stops = ("wo_replied", "wo_returned", "wo_closed")
            stopped = next((n.second for n in case.notes[place:] if n.type in stops), None)
            if min(end, end if stopped is None else stopped) > due:
                yield Breach("N40-R", place, [(due, 1)], due=due, stopped=stopped)


def _awaited(case: Case, place: int, end: int) -> Iterator[Breach]:
    starts = second_at(case.notes[place].data["starts_at"])
    came = next((n.second for n in case.notes if n.type == "duty_checked_in"), None)
    rungs = [(starts + late, severity) for late, severity in LATE]
    reached = [rung for rung in rungs if rung[0] < (end if came is None else min(came, end))]
    if reached:
        yield Breach("N40", place, reached, due=starts, stopped=came)
