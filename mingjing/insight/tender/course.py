"""A tender's course: every checkpoint from registration to contract, its limit, and how long it took. Pure.

Limits are counted in local days as the rules count them; whether one was broken is for the rules to say (a checkpoint
names them), so a tender that no rule binds shows the same figures without a verdict.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from mingjing.calendars import Days
from mingjing.insight.tender.happened import Happened, first, last, of, there

State = Literal["done", "kept", "missed", "absent", "unreported", "waiting", "overdue"]
"""done: reached, no limit binds it; absent: rule N55 asks for it, and later steps came without; unreported: as much,
but nothing asks for it; waiting, overdue: still to come."""

ORDER: Mapping[str, str] = {
    "registered": "tender_registered",
    "announced": "tender_announced",
    "documents": "tender_sale_started",
    "enrolled": "bidder_enrolled",
    "deadline": "tender_deadline",
    "drawn": "expert_drawn",
    "opened": "tender_opened",
    "evaluated": "evaluation_ended",
    "published": "award_published",
    "notified": "award_notified",
    "supervised": "tender_supervised",
    "signed": "contract_signed",
}
"""The checkpoints in order, each with the event that reaches it."""
STAGES = tuple(ORDER)
ASKED = frozenset({"announced", "documents", "drawn", "opened", "evaluated", "published"})
"""Steps without which a compulsory tender has a gap (rule N55); others are not reported by every platform."""
RULES: Mapping[str, tuple[str, ...]] = {
    "registered": ("Z2", "Z2-S"),
    "announced": ("N55",),
    "documents": ("Z1-S",),
    "enrolled": ("N55-B", "N62-B"),
    "deadline": ("Z1-N",),
    "drawn": ("Z3", "Z3-E", "Z3-F", "Z3-P", "Z3-R", "Z3-S", "Z3-V", "Z3-X"),
    "opened": ("Z1-O", "Z4"),
    "evaluated": ("Z5", "Z5-R"),
    "published": ("Z1-P", "N62"),
    "supervised": ("Z6",),
    "signed": ("Z1-C", "N55"),
}
"""Which rules' findings belong to a checkpoint; others are shown with the tender as a whole."""
SALE, BIDDING, PUBLISHED, CONTRACT, EARLY, LATE = 5, 20, 3, 30, 2, 30
ENDED = frozenset({"closed", "withdrawn", "terminated"})
"""Ends without a contract."""
"""Days of sale, of bidding, of publication; days to the contract; working days before the evaluation; minutes."""


class Checkpoint(Struct, frozen=True, kw_only=True):
    """One step. `took` counts `unit`s from `since`; `least` or `most` is the limit, `due` the last day of one.

    `n`: how many (bidders that enrolled, experts drawn, scores given).
    """

    code: str
    state: State
    at: datetime | None = None
    officer: str = ""
    since: datetime | None = None
    until: datetime | None = None
    took: int | None = None
    least: int | None = None
    most: int | None = None
    unit: Literal["days", "working_days", "minutes"] = "days"
    due: date | None = None
    n: int = 0

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that look at it."""
        return RULES.get(self.code, ())


def stage(types: Sequence[str]) -> str:
    """How far a tender has come, by the types of its events.

    >>> stage(["tender_registered", "tender_opened", "tender_announced"])
    'opened'
    """
    reached = [code for code, event in ORDER.items() if event in types and code != "supervised"]
    return reached[-1] if reached else ""


class Course:
    """The checkpoints of one tender."""

    def __init__(
        self, events: Sequence[Happened], day: Callable[[datetime], date], calendar: Days, now: datetime
    ) -> None:
        """`day` gives an instant's local day; `calendar` the working days; `now` is what has come by."""
        self.events, self._day, self._calendar, self._now = events, day, calendar, now
        head = last(events, "tender_registered")
        self.compulsory = head is not None and head.data.get("compulsory") is True
        self.works = head is not None and head.text("kind") == "construction"
        self.procured = head is not None and head.text("kind") == "procurement"
        self.place = head.text("place") if head else ""
        self._furthest = max((STAGES.index(code) for code, kind in ORDER.items() if first(events, kind)), default=-1)

    def checkpoints(self) -> list[Checkpoint]:
        """All in order. A project that is held elsewhere has but its registration, and its contract if that is known.

        Raises YearNotCovered where the calendar lacks a year that a limit reaches into.
        """
        codes = STAGES if self.place != "elsewhere" else ("registered", "signed")
        return [self._checkpoint(code) for code in codes]

    def _checkpoint(self, code: str) -> Checkpoint:
        made = {
            "documents": self._sale, "deadline": self._bidding, "drawn": self._drawn, "opened": self._opened,
            "evaluated": self._evaluated, "published": self._published, "signed": self._signed,
        }.get(code)  # fmt: skip
        point = made() if made else self._plain(code)
        return point

    def _plain(self, code: str) -> Checkpoint:
        event = first(self.events, ORDER[code])
        if event is None:
            return Checkpoint(code=code, state=self._lacking(code))
        many = sum(1 for _ in of(self.events, ORDER[code]))
        return Checkpoint(code=code, state="done", at=event.at, officer=event.officer, n=many)

    def _lacking(self, code: str) -> State:
        if STAGES.index(code) >= self._furthest:
            return "waiting"
        return "absent" if self.compulsory and code in ASKED else "unreported"

    def _least(
        self, code: str, begin: str, end: str, least: int, *, bound: bool, reached_by: Literal["begin", "end"] = "begin"
    ) -> Checkpoint:
        """A stretch of natural days that lasts at least so long; the day of its begin does not count."""
        since, until = first(self.events, begin), first(self.events, end)
        event = since if reached_by == "begin" else until
        if event is None:
            return Checkpoint(code=code, state=self._lacking(code))
        took = (self._day(until.at) - self._day(since.at)).days if since and until else None
        state: State = "done" if took is None or not bound else "kept" if took >= least else "missed"
        return Checkpoint(
            code=code, state=state, at=event.at, officer=event.officer, since=since.at if since else None,
            until=until.at if until else None, took=took, least=least if bound else None,
        )  # fmt: skip

    def _sale(self) -> Checkpoint:
        bound = self.compulsory and self.works
        return self._least("documents", "tender_sale_started", "tender_sale_ended", SALE, bound=bound)

    def _bidding(self) -> Checkpoint:
        return self._least(
            "deadline", "tender_sale_started", "tender_deadline", BIDDING, bound=self.compulsory, reached_by="end"
        )

    def _published(self) -> Checkpoint:
        bound = self.compulsory and self.works
        return self._least("published", "award_published", "award_publication_ended", PUBLISHED, bound=bound)

    def _drawn(self) -> Checkpoint:
        """The latest draw counts, as for Z3-E, which binds procurement."""
        begun = first(self.events, "evaluation_started")
        drawn = last([event for event in self.events if begun is None or event.at <= begun.at], "expert_drawn")
        if drawn is None:
            return self._plain("drawn")
        took = None
        if begun is not None:
            took = self._working(self._day(drawn.at), self._day(begun.at))
        bound = self.procured and took is not None
        state: State = "done" if not bound else "kept" if (took or 0) <= EARLY else "missed"
        n = len(drawn.codes("drawn"))
        return Checkpoint(
            code="drawn", state=state, at=drawn.at, officer=drawn.officer, since=drawn.at,
            until=begun.at if begun else None, took=took, most=EARLY if bound else None, unit="working_days", n=n,
        )  # fmt: skip

    def _opened(self) -> Checkpoint:
        opened = first(self.events, "tender_opened")
        come = [event for event in self.events if opened is None or event.at <= opened.at]
        deadline = last(come, "tender_deadline") or first(self.events, "tender_deadline")
        if opened is None or deadline is None:
            return self._plain("opened")
        took = int((opened.at - deadline.at) / timedelta(minutes=1))
        in_time = timedelta() <= opened.at - deadline.at <= timedelta(minutes=LATE)
        state: State = "done" if not self.compulsory else "kept" if in_time else "missed"
        return Checkpoint(
            code="opened", state=state, at=opened.at, officer=opened.officer, since=deadline.at, until=opened.at,
            took=took, most=LATE if self.compulsory else None, unit="minutes",
        )  # fmt: skip

    def _evaluated(self) -> Checkpoint:
        begun, ended = first(self.events, "evaluation_started"), first(self.events, "evaluation_ended")
        if ended is None:
            return self._plain("evaluated")
        took = int((ended.at - begun.at) / timedelta(minutes=1)) if begun else None
        many = sum(1 for _ in of(self.events, "expert_scored"))
        return Checkpoint(
            code="evaluated", state="done", at=ended.at, officer=ended.officer, since=begun.at if begun else None,
            until=ended.at, took=took, unit="minutes", n=many,
        )  # fmt: skip

    def _signed(self) -> Checkpoint:
        """Thirty days from the first notice; a last day that is a rest day moves to the next working day.

        A tender that was ended otherwise owes no contract.
        """
        signed, told = first(self.events, "contract_signed"), first(self.events, "award_notified")
        if told is None or (signed is None and there(self.events, ENDED)):
            return self._plain("signed")
        due = self._day(told.at) + timedelta(days=CONTRACT)
        while not self._calendar.counts(due.toordinal()):
            due += timedelta(days=1)
        until = signed.at if signed else self._now
        late = self._day(until) > due
        state: State = ("missed" if late else "kept") if signed else ("overdue" if late else "waiting")
        if not self.compulsory:
            state = "done" if signed else "waiting"
        return Checkpoint(
            code="signed", state=state, at=signed.at if signed else None, officer=signed.officer if signed else "",
            since=told.at, until=until, took=(self._day(until) - self._day(told.at)).days,
            most=CONTRACT if self.compulsory else None, due=due if self.compulsory else None,
        )  # fmt: skip

    def _working(self, since: date, until: date) -> int:
        return self._calendar.count(since.toordinal(), until.toordinal()) if until > since else 0
