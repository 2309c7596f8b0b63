"""What rules look for in work orders: replies in time, and orders sent back again and again."""

from collections.abc import Callable, Iterator

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
)
ARRANGED = {"reply_late": ("Q1-E", "Q1-C", "Q1-D"), "misrouted_twice": ("Q1-R",)}


def findings(case: Case) -> Iterator[Breach]:
    """Q1-R."""
    yield from too_many(case, "Q1-R", "wo_returned", ((2, 1),))
