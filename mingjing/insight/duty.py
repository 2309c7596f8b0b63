"""The online duty room 网上值班室 and first-asked contacts 首问: who was there, who replied, who owns what. Pure.

Instants are UTC; a shift's beginning and end are read from what its roster says.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mingjing.insight.rates import Rate, rate

ShiftState = Literal["due", "on", "kept", "early", "late", "absent"]
"""due: not begun yet (or within the grace); on: there; kept: came in time, did not check out early; absent: nobody."""
ContactState = Literal["open", "handed", "answered", "ended"]
"""ended: withdrawn or closed without an answer, as rule N51 has it."""
ROSTERED, CAME, LEFT = "duty_rostered", "duty_checked_in", "duty_checked_out"
ASKED, HANDED, ANSWERED = "contact_asked", "contact_handed_over", "contact_answered"
OFF = ("duty_called_off", "withdrawn")
ENDED = ("withdrawn", "closed")
GRACE, EARLY, AT_ONCE = timedelta(minutes=15), timedelta(minutes=5), timedelta(minutes=30)
"""As rules N40, N40-E and N40-R have them."""


class Happened(Struct, frozen=True, kw_only=True):
    """One event of a log."""

    event_id: str
    case_id: str
    type: str
    occurred_at: datetime
    department: str
    window: str
    officer: str
    data: str

    @property
    def said(self) -> Mapping[str, Any]:
        """Its fields of data."""
        found = msgspec.json.decode(self.data) if self.data else {}
        return found if isinstance(found, dict) else {}


class Shift(Struct, frozen=True, kw_only=True):
    """One shift of the roster; `came`, `left`: None where nobody checked in or out."""

    case: str
    room: str
    department: str
    officer: str
    starts: datetime
    ends: datetime
    came: datetime | None
    left: datetime | None
    state: ShiftState


class Question(Struct, frozen=True, kw_only=True):
    """A question to the duty room; `live`: asked while somebody was on duty."""

    case: str
    department: str
    asked_at: datetime
    live: bool
    replied_at: datetime | None

    @property
    def waited(self) -> timedelta | None:
        """Until the first reply."""
        return None if self.replied_at is None else self.replied_at - self.asked_at


class Replies(Struct, frozen=True, kw_only=True):
    """The first replies to some questions: how many were asked, how many wait, the median wait of those answered.

    `at_once`: the rate of those answered within half an hour, of those whose half hour is over.
    """

    asked: int
    waiting: int
    median: timedelta | None
    at_once: Rate


class Contact(Struct, frozen=True, kw_only=True):
    """One contact; `owner` "" where nobody was put on record, `handed_to` "" where it was not handed over."""

    case: str
    department: str
    window: str
    owner: str
    way: str
    asked_at: datetime | None
    handed_to: str
    handed_at: datetime | None
    answered_at: datetime | None
    state: ContactState

    @property
    def holder(self) -> str:
        """The unit that has it now."""
        return self.handed_to or self.department


def shifts(events: Iterable[Happened], now: datetime) -> list[Shift]:
    """The shifts that the events tell of, the latest first.

    A shift that was called off in time is left away, and so is a roster that cannot be read.
    """
    found = []
    for case, by in _by_case(events).items():
        roster = by.get(ROSTERED)
        starts, ends = (_moment(roster.said.get(name)) if roster else None for name in ("starts_at", "ends_at"))
        if roster is None or starts is None or ends is None:
            continue
        came, left = (by[kind].occurred_at if kind in by else None for kind in (CAME, LEFT))
        if any(kind in by and by[kind].occurred_at <= starts + GRACE for kind in OFF):
            continue
        found.append(
            Shift(
                case=case,
                room=str(roster.said.get("room", "")),
                department=roster.department,
                officer=roster.officer,
                starts=starts,
                ends=ends,
                came=came,
                left=left,
                state=_state(starts, ends, came, left, now),
            )
        )
    return sorted(found, key=lambda one: (one.starts, one.room), reverse=True)


def during(several: Iterable[Shift], since: datetime, until: datetime) -> list[Shift]:
    """Those shifts of which some part lies between two instants: a night's shift is on the next day, too."""
    return [one for one in several if one.starts < until and one.ends > since]


def _state(starts: datetime, ends: datetime, came: datetime | None, left: datetime | None, now: datetime) -> ShiftState:
    if came is None:
        return "due" if now <= starts + GRACE else "absent"
    if came > starts + GRACE:
        return "late"
    if left is not None and left < ends - EARLY:
        return "early"
    return "on" if left is None and now < ends else "kept"


def presence(several: Iterable[Shift]) -> list[Rate]:
    """How many shifts were kept, per department; of all (code "") first. Shifts not over yet do not count."""
    over = [one for one in several if one.state not in ("due", "on")]
    return _rates([(one.department, one.state == "kept") for one in over], "kept")


def replies(several: Sequence[Question], now: datetime) -> Replies:
    """What became of some questions."""
    waits = [one.waited for one in several if one.waited is not None]
    told = [one for one in several if one.replied_at is not None or now > one.asked_at + AT_ONCE]
    good = sum(one.waited is not None and one.waited <= AT_ONCE for one in told)
    return Replies(
        asked=len(several),
        waiting=len(several) - len(waits),
        median=timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None,
        at_once=rate("", "at_once", good, len(told)),
    )


def contacts(events: Iterable[Happened]) -> list[Contact]:
    """The contacts, those that wait longest first, then those that are over, the latest first."""
    found = []
    for case, by in _by_case(events).items():
        asked, handed, answered = by.get(ASKED), by.get(HANDED), by.get(ANSWERED)
        ended = any(kind in by for kind in ENDED)
        found.append(
            Contact(
                case=case,
                department=asked.department if asked else str(handed.said.get("unit", "")) if handed else "",
                window=asked.window if asked else "",
                owner=asked.officer if asked else "",
                way=str(asked.said.get("way", "")) if asked else "",
                asked_at=asked.occurred_at if asked else None,
                handed_to=handed.department if handed else "",
                handed_at=handed.occurred_at if handed else None,
                answered_at=answered.occurred_at if answered else None,
                state="answered" if answered else "ended" if ended else "handed" if handed else "open",
            )
        )
    waiting = [one for one in found if one.state in ("open", "handed")]
    over = [one for one in found if one.state not in ("open", "handed")]
    return [
        *sorted(waiting, key=lambda one: (_first(one), one.case)),
        *sorted(over, key=lambda one: (_first(one), one.case), reverse=True),
    ]


def owned(several: Iterable[Contact]) -> list[Rate]:
    """How many contacts have an owner on record, per department asked; of all (code "") first."""
    return _rates([(one.department, bool(one.owner)) for one in several if one.asked_at], "owned")


def _rates(pairs: Sequence[tuple[str, bool]], measure: str) -> list[Rate]:
    codes = ["", *sorted({code for code, _ in pairs})]
    made = []
    for code in codes:
        those = [good for one, good in pairs if code in ("", one)]
        made.append(rate(code, measure, sum(those), len(those)))
    return made


def _first(one: Contact) -> datetime:
    moment = one.asked_at or one.handed_at or one.answered_at
    assert moment is not None
    return moment


def _by_case(events: Iterable[Happened]) -> dict[str, dict[str, Happened]]:
    """The first event of each type, by case."""
    found: dict[str, dict[str, Happened]] = {}
    for one in sorted(events, key=lambda each: (each.occurred_at, each.event_id)):
        found.setdefault(one.case_id, {}).setdefault(one.type, one)
    return found


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
