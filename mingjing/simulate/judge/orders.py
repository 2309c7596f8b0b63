"""What rules look for in work orders: replies in time, and orders sent back again and again."""

from collections.abc import Callable, Iterator

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach, Deadline, Ladder, days
from mingjing.simulate.judge.common import too_many

REPLIES = ("wo_replied", "wo_closed")
BOUNCED = (("wo_returned", "wo_received", ""),)
TWO_BEFORE = Ladder(early=(2, 1), due=2, after=((2, 3),))


def _of(*kinds: str) -> Callable[[Case, Note], bool]:
    return lambda _case, note: note.data["kind"] in kinds


def _reply(rule: str, limit: int, ladder: Ladder, *kinds: str) -> Deadline:
    return Deadline(rule, ("wo_received",), REPLIES, days(limit), ladder, pauses=BOUNCED, when=_of(*kinds))


DEADLINES = (
    _reply("Q1-E", 3, Ladder(early=(1, 1), due=2, after=((2, 3),)), "enquiry", "help"),
    _reply("Q1-C", 13, TWO_BEFORE, "complaint"),
    _reply("Q1-D", 1, Ladder(due=2, after=((2, 3),)), "duty_room"),
    _reply("Q1-N", 2, Ladder(due=2, after=((2, 3),)), "consultation"),
    Deadline(
        "Q1-F",
        ("wo_received",),
        ("wo_accepted", "not_accepted", "not_required", *REPLIES),
        days(5),
        Ladder(due=2, after=((2, 3),)),
        pauses=BOUNCED,
        when=_of("efficiency"),
    ),
    Deadline("Q1-G", ("wo_accepted",), REPLIES, days(30), TWO_BEFORE, pauses=BOUNCED, when=lambda c, _: _efficiency(c)),
)
ARRANGED = {
    "reply_late": ("Q1-E", "Q1-C", "Q1-D", "Q1-N", "Q1-G"),
    "misrouted_twice": ("Q1-R",),
    "complaint_lies": ("Q1-F",),
    "not_told": ("Q1-W",),
    "complained_again": ("Q1-A",),
}
SOON = 15 * DAY


def findings(case: Case) -> Iterator[Breach]:
    """Q1-R, Q1-W, Q1-A."""
    yield from too_many(case, "Q1-R", "wo_returned", ((2, 1),))
    closed = replied = False
    for place, note in enumerate(case.notes):
        if note.type == "wo_replied":
            replied = True
        elif note.type == "wo_closed":
            if not closed and not replied and _efficiency(case) and case.notes[0].data["named"]:
                yield Breach("Q1-W", place, [(note.second, 2)])
            closed = True
        elif note.type == "wo_reopened":
            last = max((n.second for n in case.notes[:place] if n.type == "wo_closed"), default=-SOON)
            if note.second - last <= SOON:
                yield Breach("Q1-A", place, [(note.second, 2)])


def _efficiency(case: Case) -> bool:
    return case.item.order == "efficiency"
