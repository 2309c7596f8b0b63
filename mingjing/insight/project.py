"""One project under parallel approval 并联审批: its branches side by side, who waits for whom, what was done jointly.

Pure: events in, a `Project` out. Working days are counted as the rules B1, B1-X and B3-T count them (`mingjing.clock`):
the day of the start does not count, pauses are taken out, a day is over at its 24:00. What no rule times, a unit whose
receipt is not proven or a branch of no known limit, is never said to be late.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from mingjing.calendars import Days, YearNotCovered
from mingjing.clock import FOREVER, DayMeasure, Pause, pair, reach, spent, union
from mingjing.insight.roster import Activity, activities
from mingjing.instants import micros
from mingjing.zones import Zone

State = Literal["untold", "unproven", "waiting", "answered", "late", "default", "overdue", "spared"]
"""Of a branch: never told; told but nothing proves that it knows; its time runs; heard in time; heard too late; taken
to agree 默认, being silent beyond its limit; silent where silence never counts (safety, secrecy, veto); not needed any
more because the case ended or the opinions were consolidated before it was due."""

EXCLUDED = ("safety", "secrecy", "veto")
"""Why silence never counts (rule B1-X); a branch that says anything else is timed by no rule."""
OPENING, OFFICE_HOURS = 9, 8
EXTENSION = 15
"""Working days that an extension of the total may have at most (licensing law, art. 42)."""
ENDINGS = ("decided", "closed", "withdrawn", "terminated")
TYPES = (
    "accepted", "parallel_opened", "branch_notified", "branch_received", "branch_held", "branch_released",
    "branch_opinion", "consolidated", "joint_invited", "joint_received", "joint_attended", "joint_signed",
    "joint_held", "joint_minuted", "solo_held", "extension_approved", "suspended", "resumed", "special_started",
    "special_ended", *ENDINGS,
)  # fmt: skip
"""The events that a project is read from."""


class Told(NamedTuple):
    """An event of a case; corrected ones are left away before."""

    event_id: str
    type: str
    at: datetime
    department: str
    data: Mapping[str, Any]


class Branch(Struct, frozen=True, kw_only=True):
    """One unit's branch 支路. `limit`: its working days, 0 where nobody said; `due_on`: the last day on time (ordinal).

    `used`: working days from the receipt up to the opinion, the end or now; `receipt_no`: the proof of notice.
    """

    unit: str
    state: State
    told_at: datetime | None = None
    received_at: datetime | None = None
    receipt_no: str = ""
    excluded: str = ""
    limit: int = 0
    due_on: int = 0
    used: int = 0
    opinion_at: datetime | None = None
    opinion: str = ""
    holds: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def since(self) -> datetime | None:
        """When its time began: with the receipt, or else with the notice."""
        return self.received_at or self.told_at


class Project(Struct, frozen=True, kw_only=True):
    """A case that was opened as parallel. Days are working days; `limit` is the committed total, 0 where there is none.

    `serial`: what the branches' limits add up to; `elapsed`: from the opening to the end or to now, pauses left out.
    `ended_by`: the type of the event that ended it, "" while it runs. `late`: it ended, or runs, after `due_on`, the
    last day of the committed total and of its first extension.
    """

    case: str
    item: str
    region: str
    lead: str
    opened_at: datetime
    limit: int
    serial: int
    elapsed: int
    due_on: int
    branches: tuple[Branch, ...]
    activities: tuple[Activity, ...]
    consolidated_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    result: str = ""
    late: bool = False

    @property
    def saved(self) -> float | None:
        """1 - elapsed / serial of a project that was decided; None where it runs, was given up, or nothing adds up."""
        return 1 - self.elapsed / self.serial if self.ended_by in ("decided", "closed") and self.serial else None

    @property
    def awaited(self) -> tuple[Branch, ...]:
        """Whom the lead unit still waits for: nothing heard, and the project neither consolidated nor ended."""
        if self.ended_at or self.consolidated_at:
            return ()
        return tuple(one for one in self.branches if one.opinion_at is None and one.state in _PENDING)

    @property
    def last(self) -> Branch | None:
        """The branch that was heard last: it set the pace."""
        heard = [one for one in self.branches if one.opinion_at is not None and one.state != "spared"]
        return max(heard, key=lambda one: (one.opinion_at, one.unit)) if heard else None


_PENDING = ("untold", "unproven", "waiting", "overdue")


class Counting(NamedTuple):
    """The working days and the time zone by which a project is counted."""

    days: Days
    zone: Zone

    def day(self, instant: datetime) -> int:
        """The local day (ordinal) of an instant."""
        return self.zone.day(micros(instant))

    def due(self, start: datetime, limit: int, pauses: Sequence[Pause]) -> int:
        """The last day on time; 0 where there is no limit, a pause never ended, or the calendar ends before."""
        if limit <= 0:
            return 0
        measure = DayMeasure(self.days, self.zone)
        first = self.day(start)
        try:
            found = reach(measure, first, limit, union(pauses, first, measure))
        except YearNotCovered:
            return 0
        return 0 if found >= FOREVER else found

    def place(self, start: datetime, instant: datetime) -> float:
        """Where an instant lies on the axis of working days: the day of the start is 0 to 1, the next one 1 to 2.

        Within a day by its office hours, 9:00 to 17:00; a rest day lies at the end of the working day before it.
        """
        first, day = self.day(start), self.day(instant)
        passed = self.days.count(first, day) if day >= first else 0
        if day != first and not self.days.counts(day):
            return passed + 1.0
        local = instant.astimezone(self.zone.info)
        return passed + min(max((local.hour + local.minute / 60 - OPENING) / OFFICE_HOURS, 0.0), 1.0)

    def end(self, start: datetime, day: int) -> float:
        """Where a working day (ordinal) ends on that axis."""
        return self.days.count(self.day(start), day) + 1.0

    def used(self, start: datetime, upto: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Working days after one day up to and including another, pauses left out; raises YearNotCovered."""
        measure = DayMeasure(self.days, self.zone)
        first = self.day(start)
        return spent(measure, first, self.day(upto), union(pauses, first, measure))


def project(
    case: str,
    events: Iterable[Told],
    counting: Counting,
    now: datetime,
    *,
    item: str = "",
    region: str = "",
    branch_limit: int = 0,
) -> Project | None:
    """What the events of a case say of its parallel approval; None where it was never opened as parallel.

    `branch_limit`: the item's working days for branches whose notice names none; 0 where the catalogue has none.
    Raises YearNotCovered where the calendar lacks a year of the project.
    """
    known = sorted((one for one in events if one.at <= now), key=lambda one: (one.at, one.event_id))
    openings = [one for one in known if one.type == "parallel_opened"]
    if not openings:
        return None
    opened = openings[0]
    ended = next((one for one in known if one.type in ENDINGS and one.at >= opened.at), None)
    whole = _pauses(known, counting, "suspended", "resumed") + _pauses(
        known, counting, "special_started", "special_ended", "declared_days"
    )
    held = _pauses(known, counting, "branch_held", "branch_released")
    lead, units = _text(opened, "lead") or opened.department, opened.data.get("units")
    asked = (
        [one for one in units if isinstance(one, str) and one not in (lead, opened.department)]
        if isinstance(units, list)
        else []
    )
    asked += [unit for one in known if one.type.startswith("branch_") and (unit := _text(one, "unit"))]
    consolidated = next((one.at for one in known if one.type == "consolidated" and one.at >= opened.at), None)
    branches = tuple(_branch(unit, known, whole, counting, now, branch_limit) for unit in dict.fromkeys(asked))
    timed = next((one for one in openings if one.data.get("limit_days") is not None), opened)
    limit, due_on = _days(timed), _total_due(timed, known, counting, [*whole, *held])
    return Project(
        case=case,
        item=item,
        region=region,
        lead=lead,
        opened_at=opened.at,
        limit=limit,
        serial=sum(one.limit for one in branches),
        elapsed=counting.used(opened.at, ended.at if ended else now, [*whole, *held]),
        due_on=due_on,
        late=bool(due_on) and counting.day(ended.at if ended else now) > due_on,
        branches=branches,
        activities=activities(known, lambda instant: date.fromordinal(counting.day(instant))),
        consolidated_at=consolidated,
        ended_at=ended.at if ended else None,
        ended_by=ended.type if ended else "",
        result=_text(ended, "result") if ended else "",
    )


class Pace(Struct, frozen=True, kw_only=True):
    """How one unit answers the lead units of others: branches, the median of their working days, how they ended.

    `last`: in how many ended projects its opinion came last, so that all others waited for it.
    """

    unit: str
    branches: int
    median: float | None
    late: int
    default: int
    last: int
    awaited: int


def paces(projects: Iterable[Project]) -> list[Pace]:
    """Every unit that had a branch, whoever kept others waiting most first."""
    kept = list(projects)
    own: dict[str, list[Branch]] = {}
    for one in kept:
        for branch in one.branches:
            own.setdefault(branch.unit, []).append(branch)
    lasts = Counter(one.last.unit for one in kept if one.ended_at and one.last is not None)
    waits = Counter(branch.unit for one in kept for branch in one.awaited)
    found = [
        Pace(
            unit=unit,
            branches=len(branches),
            median=median(heard) if (heard := [one.used for one in branches if one.opinion_at and one.since]) else None,
            late=sum(one.state in ("late", "overdue") for one in branches),
            default=sum(one.state == "default" for one in branches),
            last=lasts[unit],
            awaited=waits[unit],
        )
        for unit, branches in own.items()
    ]
    return sorted(found, key=lambda one: (-one.default - one.late, -one.awaited, -one.last, one.unit))


def _total_due(opened: Told, known: Sequence[Told], counting: Counting, pauses: Sequence[Pause]) -> int:
    """The last day of the committed total and of its first extension that names days (rule B3-T)."""
    limit = _days(opened)
    due_on = counting.due(opened.at, limit, pauses)
    extended = next(
        (
            one
            for one in known
            if one.type == "extension_approved" and one.at >= opened.at and one.data.get("days") is not None
        ),
        None,
    )
    if due_on and extended is not None and counting.day(extended.at) <= due_on:
        more = _amount(extended.data["days"])
        return 0 if more is None else counting.due(opened.at, limit + round(min(EXTENSION, more)), pauses)
    return due_on


def _branch(
    unit: str, known: Sequence[Told], whole: Sequence[Pause], counting: Counting, now: datetime, fallback: int
) -> Branch:
    own = [one for one in known if one.type.startswith("branch_") and _text(one, "unit") == unit]
    told = next((one for one in own if one.type == "branch_notified"), None)
    receipts = [one for one in own if one.type == "branch_received"]
    received = next((one for one in receipts if _text(one, "receipt_no").strip()), receipts[0] if receipts else None)
    opinion = next((one for one in own if one.type == "branch_opinion"), None)
    since = received or told
    proof = _text(received, "receipt_no").strip()
    excluded = str(received.data.get("excluded") or "").strip() if received else ""
    bound = (fallback if received.data.get("limit_days") is None else _days(received)) if received and proof else 0
    limit = bound or next((days for one in own if (days := _days(one))), fallback)
    spoken = [one for one in known if _text(one, "unit") in ("", unit)]  # what names no unit holds for every branch
    pauses = [*whole, *_pauses(spoken, counting, "branch_held", "branch_released")]
    due_on = counting.due(since.at, limit, pauses) if since else 0
    over = next((one.at for one in spoken if since and one.at >= since.at and _ends(one, excluded)), None)
    until = min(one for one in (opinion.at if opinion else None, over, now) if one)
    timed = bound > 0 and (not excluded or excluded in EXCLUDED)
    late = bool(due_on) and counting.day(until) > due_on
    return Branch(
        unit=unit,
        state=_state(since, opinion, over, late=late, timed=timed, proof=proof, excluded=excluded),
        told_at=told.at if told else None,
        received_at=received.at if received else None,
        receipt_no=proof,
        excluded=excluded,
        limit=limit,
        due_on=due_on,
        used=counting.used(since.at, max(until, since.at), pauses) if since else 0,
        opinion_at=opinion.at if opinion else None,
        opinion=_text(opinion, "opinion") if opinion else "",
        holds=tuple(
            (held.at, freed.at if freed else None) for held, freed in _pairs(spoken, "branch_held", "branch_released")
        ),
    )


def _ends(event: Told, excluded: str) -> bool:
    """Whether an event ends a branch that was not heard; what may not default is asked for though consolidated."""
    return event.type in ENDINGS or (event.type == "consolidated" and not excluded)


def _state(
    since: Told | None,
    opinion: Told | None,
    over: datetime | None,
    *,
    late: bool,
    timed: bool,
    proof: str,
    excluded: str,
) -> State:
    if late and timed and not excluded:
        return "default"
    if late and timed:
        return "late" if opinion is not None and (over is None or opinion.at <= over) else "overdue"
    if opinion is not None and (over is None or opinion.at <= over):
        return "unproven" if late and not proof else "answered"
    if over is not None:
        return "spared"
    if since is None:
        return "untold"
    return "waiting" if proof else "unproven"


def _pairs(events: Iterable[Told], opens: str, closes: str) -> list[tuple[Told, Told | None]]:
    """Stretches, paired as rules pair them."""
    kept = list(events)
    first, then = ([(micros(one.at), one) for one in kept if one.type == kind] for kind in (opens, closes))
    return [(opening[1], closing[1] if closing else None) for opening, closing in pair(first, then)]


def _pauses(events: Iterable[Told], counting: Counting, opens: str, closes: str, cap: str = "") -> list[Pause]:
    """`cap`: the field of the opening that says how many days it may take out at most."""
    found = []
    for opening, closing in _pairs(events, opens, closes):
        most = _amount(opening.data.get(cap))
        until = counting.day(closing.at) if closing else FOREVER
        found.append(Pause(counting.day(opening.at), until, None if most is None else round(most)))
    return found


def _text(event: Told | None, field: str) -> str:
    value = event.data.get(field) if event else None
    return value if isinstance(value, str) else ""


def _days(event: Told) -> int:
    """A limit in whole working days; 0 where it names none that a rule could count."""
    value = _amount(event.data.get("limit_days")) or 0.0
    return int(value) if value == int(value) and value < 1000 else 0


def _amount(value: object) -> float | None:
    """A number of at least 0, or one in digits, as rules read it; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        value = float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9 else None
