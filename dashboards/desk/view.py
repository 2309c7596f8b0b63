"""Which findings the desk lists, in which order, and how urgent each one is. Pure: the choice lives in the address."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.access import Person
from mingjing.handling.machine import ENDED, LASTING, MOVES, STATES, Step
from mingjing.types import Text

Queue = Literal["mine", "overdue", "red", "open", "done", "exposed"]
QUEUES: tuple[Queue, ...] = get_args(Queue)
Urgency = Literal["overdue", "red", "today", "soon", "later", "done"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
SEVERITIES = (3, 2, 1)
SIZE = 50
SOON = timedelta(days=3)
"""How near a deadline must be to be called soon."""

_ONWARD: frozenset[Step] = frozenset(
    {"issue", "acknowledge", "explain", "reply", "verify", "close", "uphold", "change", "agree", "disagree"}
)
"""Steps that somebody is waited for to do; the others are open to people whenever they see cause."""
_FIELDS = ("rule", "department", "window", "region")
_LONGEST = 200


class Row(Struct, frozen=True, kw_only=True):
    """A finding with how its handling stands; instants in UTC. `number` 0: nobody has done anything yet."""

    finding_id: str
    revision: int
    rule: str
    severity: int
    status: str
    subject: str
    case_id: str
    item: str
    region: str
    department: str
    window: str
    officer: str
    occurred_at: datetime
    detected_at: datetime
    message_zh: str
    message_en: str
    lead: bool
    number: int
    state: str
    since: datetime
    due: str
    due_at: datetime | None
    holder: str
    late: int
    acted_at: datetime | None
    acted_by: str
    step: str

    @property
    def message(self) -> Text:
        """The message in both languages."""
        return Text(zh=self.message_zh, en=self.message_en)


class Inbox(Struct, frozen=True, kw_only=True):
    """One view of the desk. Empty tuples and texts mean any."""

    queue: Queue = "mine"
    severity: tuple[int, ...] = ()
    state: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    holder: str = ""
    q: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether the filters leave anything out."""
        return self != Inbox(queue=self.queue, page=self.page)


def from_query(query: Mapping[str, list[str]]) -> Inbox:
    """The view that an address asks for; what it says wrongly is dropped.

    >>> from_query({"queue": ["red"], "severity": ["3", "x"], "state": ["issued", "?"]}).state
    ('issued',)
    """

    def last(name: str) -> str:
        return (query.get(name) or [""])[-1].strip()[:_LONGEST]

    page = last("page")
    return Inbox(
        queue=next((one for one in QUEUES if one == last("queue")), "mine"),
        severity=tuple(one for one in SEVERITIES if str(one) in query.get("severity", ())),
        state=tuple(one for one in STATES if one in query.get("state", ())),
        holder=last("holder"),
        q=last("q"),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
        **{name: tuple(dict.fromkeys(query.get(name, ()))) for name in _FIELDS},
    )


def to_query(view: Inbox) -> dict[str, list[str]]:
    """The address of a view; what is as usual is left out."""
    usual = Inbox()
    query = {name: [str(one) for one in getattr(view, name)] for name in (*_FIELDS, "severity", "state")}
    for name in ("queue", "holder", "q", "page"):
        query[name] = [] if getattr(view, name) == getattr(usual, name) else [str(getattr(view, name))]
    return {name: values for name, values in query.items() if values}


def awaited(person: Person) -> list[str]:
    """Where somebody with the person's roles is waited for, as `state:gravest:lead`, lead 0 or 1."""
    return sorted(
        {
            f"{state}:{severity}:{lead}"
            for move in MOVES
            if move.step in _ONWARD and not person.roles.isdisjoint(move.roles)
            for state in move.states - ENDED
            for severity in move.severities
            for lead in ((0, 1) if move.leads is None else (int(move.leads),))
        }
    )


def parameters(view: Inbox, person: Person, now: datetime, timezone: str) -> dict[str, object]:
    """The parameters of the desk's named queries; `now` to the minute, so that readers of one minute share."""
    minute = now.replace(second=0, microsecond=0)
    wanted = LASTING if view.queue == "exposed" else ENDED if view.queue == "done" else frozenset(STATES) - ENDED
    states = view.state or tuple(state for state in STATES if state in wanted)
    return {
        "now": minute,
        "tonight": tonight(minute, timezone),
        "soon": minute + SOON,
        "states": list(states),
        "awaited": awaited(person) if view.queue == "mine" else [],
        "account": person.account if view.queue == "mine" else "",
        "overdue": int(view.queue == "overdue"),
        "exposed": int(view.queue == "exposed"),
        "severities": list(view.severity) or ([3] if view.queue == "red" else []),
        "fresh": int(view.queue == "red"),
        "holder": view.holder,
        "search": view.q,
        **{f"{name}s": list(getattr(view, name)) for name in _FIELDS},
    }


def tonight(now: datetime, timezone: str) -> datetime:
    """The end of the reader's day."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def urgency(row: Row, now: datetime, timezone: str) -> Urgency:
    """How urgent a finding is; the order of the list, said in SQL too (desk_rows.sql)."""
    if row.state in ENDED:
        return "done"
    if row.due_at is not None and row.due_at <= now:
        return "overdue"
    if row.severity == 3 and row.state in ("pending", "issued"):
        return "red"
    if row.due_at is not None and row.due_at <= tonight(now, timezone):
        return "today"
    return "soon" if row.due_at is not None and row.due_at <= now + SOON else "later"
