"""`attendance` 在岗: a window without anybody for longer than allowed of its opening hours.

An absence begins with a `lost`, counts from the last sighting, and ends with the first `back` or with the day's hours:
never does it reach into the next day. What excuses it stops its clock; excuses are united, never added up.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from mingjing.calendars import YearNotCovered
from mingjing.clock import FOREVER, Rung, pair
from mingjing.instants import MINUTE, at
from mingjing.timetable import hours, times
from mingjing.types import CaseEvent, Clock, Moment
from rules.case import Breach, Case
from rules.kinds.record import record
from rules.kinds.stretches import Excuse, Span, Stretch, counted, events, ledger, split, used_up
from rules.kinds.timing import carried
from rules.limits import CannotJudge
from rules.patterns import Getter, Slot
from rules.reader import RuleReader
from rules.rows import Row, span

EDGES = ("opening", "closing")


class Pair(NamedTuple):
    """What excuses an absence: what opens it, what closes it, the most that it excuses, and the field that says why."""

    opens: Slot
    closes: Slot
    cap: int
    why: Getter | None


class Away(NamedTuple):
    """An absence: the event that reported it, from when it counts, the `back` that ended it, and the day's hours.

    `edge`: the closing up to which it counts, where the rule asks for that.
    """

    lost: Moment
    since: int
    back: Moment | None
    spans: Sequence[Span]
    edge: int | None = None

    @property
    def end(self) -> int:
        """When the day's hours end."""
        return self.spans[-1][1]


class Told(NamedTuple):
    """Excuses that an event brought, and when; `broken`: why they cannot be read."""

    instant: int
    excuses: Sequence[Excuse]
    broken: str = ""


class Top(NamedTuple):
    """The gravest rung that an absence reached: the instant of the breach, when its time was used up, and excuses."""

    rung: Rung
    instant: int
    due: int
    excuses: Sequence[Excuse]


class Attendance:
    """The kind `attendance`; see docs/rulebook-format.md for its parameters."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._lost, self._back = reader.slot("lost"), reader.slot("back")
        self._since, self._hidden = reader.path("since"), reader.path("hidden")
        self._pairs = list(_pairs(reader))
        self._handover = span(reader, "handover") if reader.has("handover") else 0
        self._limit = span(reader, "limit")
        self._rungs = [(rung, _need(reader, rung, self._limit)) for rung in reader.ladder()]
        self._least = min((need for _, need in self._rungs), default=0)
        self._words = str(reader.get("limit"))
        self._edge = reader.get("edge")
        if self._edge not in (None, *EDGES):
            reader.wrong("edge", f'edge {self._edge!r} must be "opening" or "closing", or left out')
        self._record = record(reader)
        self._zone, self._days, self._timetable = reader.zone(), reader.working_days(), reader.timetable()
        self.triggers: tuple[Slot, ...] = () if self._lost is None else (self._lost,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per absence that reached a rung; asks to be woken when silence reaches the next, or ends it."""
        found = []
        for lost, back, before in self._absences(case):
            try:
                breach = self._absence(case, lost, back, before)
            except (CannotJudge, YearNotCovered) as why:
                case.note(self._rule, str(why), lost[1])
            else:
                if breach is not None:
                    found.append(breach)
        return found

    def _absences(self, case: Case) -> Iterator[tuple[Moment, Moment | None, int]]:
        """Each loss, what ended it within its day, and the last `back` before; one during an absence begins none."""
        assert self._lost is not None
        assert self._back is not None
        backs, until = case.hits[self._back], -FOREVER
        for lost in case.hits[self._lost]:
            if lost[0] >= until:
                until = self._zone.midnight(self._zone.day(lost[0]) + 1)
                back = next((moment for moment in backs if lost[0] <= moment[0] < until), None)
                until = until if back is None else back[0]
                yield lost, back, max((m[0] for m in backs if m[0] < lost[0]), default=-FOREVER)

    def _absence(self, case: Case, lost: Moment, back: Moment | None, before: int) -> Breach | None:
        day = self._zone.day(lost[0])
        since = max(self._seen(lost, day), before)
        if back is not None and back[0] - since <= self._least:
            return None  # too short, whatever the hours and the excuses
        window = self._window(case, lost[2], day)
        spans = self._spans(window, day)
        if not spans:
            return None
        away = self._bounded(Away(lost, since, back, spans))
        if away is None:
            return None
        excuses = [*self._paired(case, away), *self._shifts(window, day)]
        told = list(self._told(case, away))
        top = self._top(case, away, excuses, told)
        known = [*excuses, *(excuse for one in told for excuse in one.excuses)]
        return None if top is None else self._breach(case, away, top, known)

    def _window(self, case: Case, event: CaseEvent, day: int) -> Any:
        return case.registers.window(event.window or case.first("window") or "", day) or {}

    def _spans(self, window: Any, day: int) -> list[Span]:
        """The window's opening hours on a day: its own, else its hall's; none on a rest day."""
        if not self._days.counts(day):
            return []
        own = window.get("hours")
        spans = _read(hours, own, "hours") if own else self._timetable.spans(day, window.get("hall", ""))
        return [(self._zone.instant(day, first), self._zone.instant(day, last)) for first, last in spans]

    def _seen(self, lost: Moment, day: int) -> int:
        """The last sighting on the day of the loss; one of another day says nothing of this one."""
        value = None if self._since is None else self._since(lost[2])
        if value is None:
            return lost[0]
        seen = _text(value) if isinstance(value, str) else carried(value)
        if seen is None:
            raise CannotJudge("field: since is not an instant with its offset")
        return min(seen, lost[0]) if self._zone.day(seen) == day else lost[0]

    def _bounded(self, away: Away) -> Away | None:
        """The part of an absence that the rule looks at: all, that from an opening, or that up to a closing."""
        back = FOREVER if away.back is None else away.back[0]
        if self._edge == "opening":
            opening = next((opens for opens, _ in away.spans if away.since <= opens < back), None)
            return None if opening is None else away._replace(since=opening)
        if self._edge == "closing":
            closing = next((closes for opens, closes in away.spans if opens < away.since < closes < back), None)
            return None if closing is None else away._replace(edge=closing)
        return away if away.since < min(back, away.end) else None

    def _paired(self, case: Case, away: Away) -> Iterator[Excuse]:
        for one in self._pairs:
            for opening, closing in pair(case.hits[one.opens], case.hits[one.closes]):
                until = min(FOREVER if closing is None else closing[0], opening[0] + one.cap)
                if until > away.since:
                    why = None if one.why is None else one.why(opening[2])
                    note = f"{opening[2].type} ({why})" if why else opening[2].type
                    events = (opening[1],) if closing is None or closing[0] > until else (opening[1], closing[1])
                    yield Excuse(opening[0], until, note, events)

    def _shifts(self, window: Any, day: int) -> Iterator[Excuse]:
        """The minutes around the window's changes of shift."""
        for minute in _read(times, window["shifts"], "shifts") if self._handover and window.get("shifts") else ():
            change = self._zone.instant(day, minute)
            yield Excuse(change - self._handover, change + self._handover, "handover")

    def _told(self, case: Case, away: Away) -> Iterator[Told]:
        """The times in which somebody stood in front, as the events of the absence tell them."""
        if self._hidden is None:
            return
        assert self._lost is not None
        until = self._zone.midnight(self._zone.day(away.lost[0]) + 1) if away.back is None else away.back[0]
        tellers = [m for slot in (self._lost, *(one.opens for one in self._pairs)) for m in case.hits[slot]]
        during = sorted(
            (m for m in tellers if away.lost[0] <= m[0] < until and m is not away.lost), key=itemgetter(0, 1)
        )
        for instant, event_id, event in [away.lost, *during, *([away.back] if away.back else [])]:
            value = self._hidden(event)
            if value is not None:
                yield _hidden(value, instant, event_id)

    def _top(self, case: Case, away: Away, excuses: Sequence[Excuse], told: Sequence[Told]) -> Top | None:
        """The gravest rung that is reached."""
        top: Top | None = None
        back = FOREVER if away.back is None else away.back[0]
        broken: str | None = None
        for rung, need in self._rungs:
            due, instant, known, unread = self._due(away, excuses, told, need)
            if instant >= back:
                continue
            if unread:
                broken = unread
            elif instant < case.as_of:
                if top is None or rung.severity >= top.rung.severity:
                    top = Top(rung, max(instant, away.lost[0]), due, known)
            else:
                case.sleep(instant + 1)  # late is strictly after
        if broken is not None:
            case.note(self._rule, broken, away.lost[1])
        return top

    def _due(
        self, away: Away, excuses: Sequence[Excuse], told: Sequence[Told], need: int
    ) -> tuple[int, int, Sequence[Excuse], str]:
        """When so much is used up, the instant at which that is a breach (FOREVER where it never is), what excused,
        and why some of that cannot be read. What an event tells moves nothing that was reached before it.
        """
        known, unread = list(excuses), ""
        due, instant = self._reach(away, known, need)
        for one in told:
            if one.instant <= max(instant, away.lost[0]):
                unread = unread or one.broken
                known += one.excuses
                due, instant = self._reach(away, known, need)
        return due, instant, known, unread

    def _reach(self, away: Away, excuses: Sequence[Excuse], need: int) -> tuple[int, int]:
        due = used_up(split(away.since, away.edge or away.end, away.spans, excuses), need)
        return due, (due if away.edge is None or due >= FOREVER else away.edge)

    def _breach(self, case: Case, away: Away, top: Top, known: Sequence[Excuse]) -> Breach:
        """`known`: all that excuses, also what was told only after the breach; it is left out of how long it was."""
        until = away.end if away.back is None else min(away.back[0], away.end)
        over = away.back is not None or case.as_of >= until
        if not over:
            case.sleep(until)
        shown = split(away.since, away.edge or top.due, away.spans, top.excuses)
        event, back = away.lost[2], away.back
        whole = counted(split(away.since, away.edge or until, away.spans, known))
        excused = events(top.excuses, away.since, shown[-1].until)
        facts: dict[str, Any] = {"rung": top.rung.words, "hours": self._shown(away.spans)}
        if over:
            facts["away_minutes"] = round(whole / MINUTE, 2)
        facts |= {name: said for name, fact in self._record.items() if (said := fact(event)) is not None}
        return Breach(
            occurrence=away.lost[1],
            instant=top.instant,
            severity=top.rung.severity,
            about=event,
            events=tuple(dict.fromkeys((away.lost[1], *excused, *([back[1]] if back else [])))),
            status="resolved" if over else "open",
            clock=self._clock(away, top, shown),
            limit=self._words,
            calendar=f"{self._days.name} ({self._days.version})",
            facts=facts,
            words={
                "window": event.window or case.first("window") or "",
                "since": self._time(away.since),
                "until": self._time(away.edge or until),
                "due": self._time(top.due),
                "limit": self._words,
                "away": f"{round(whole / MINUTE, 1):g} minutes",
            },
            form="attendance.over" if over else "attendance",
        )

    def _clock(self, away: Away, top: Top, shown: Sequence[Stretch]) -> Clock:
        return Clock(
            start_event=away.lost[1],
            started_at=at(away.since),
            stop_event=away.back[1] if away.back else None,
            stopped_at=at(away.back[0]) if away.back else None,
            limit=self._limit / MINUTE,
            unit="minutes",
            precision="second",
            timezone=self._zone.name,
            due_at=at(top.due),
            ledger=tuple(ledger(shown)),
        )

    def _shown(self, spans: Sequence[Span]) -> str:
        return " ".join(f"{self._time(opens)[:5]}-{self._time(closes)[:5]}" for opens, closes in spans)

    def _time(self, instant: int) -> str:
        return at(instant).astimezone(self._zone.info).strftime("%H:%M:%S")


def _pairs(reader: RuleReader) -> Iterator[Pair]:
    """The excuses of a rule file."""
    reader.get("excuse")
    rows = reader.data.get("excuse", [])
    for place, data in enumerate(rows if isinstance(rows, list) else [rows]):
        if not reader.table_of("excuse", data, ("from", "to", "cap", "why"), ("from", "to")):
            continue
        row = Row(reader, "excuse", place, data)
        cap = span(row, "cap") if row.has("cap") else FOREVER
        yield Pair(row.events("from"), row.events("to"), cap, row.path("why"))


def _need(reader: RuleReader, rung: Rung, limit: int) -> int:
    """The microseconds of absence after which a rung is reached."""
    if rung.at in ("before", "after") and rung.unit not in ("minutes", "hours"):
        reader.wrong("ladder", f"ladder: {rung.words!r} must be in minutes or hours of the window's opening hours")
    if rung.at == "after":
        return limit + max(rung.amount, rung.percent * limit // 10_000)
    return max(0, rung.need(limit))


def _hidden(value: Any, told: int, event_id: str) -> Told:
    """The times [from, until] in which somebody stood in front; an event tells nothing of what comes after it."""
    spans = [tuple(map(carried, ends)) for ends in value] if _lists(value) else [(None, None)]
    found = [
        Excuse(first, min(last, told), "hidden", (event_id,))
        for first, last in spans
        if first is not None and last is not None and first <= last
    ]
    return Told(told, found, "" if len(found) == len(spans) else "field: hidden is not a list of [from, until]")


_text = lru_cache(maxsize=64)(carried)
"""The instant of a text; several rules ask for the same one after another."""


def _lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 for one in value)


def _read(read: Any, words: Any, column: str) -> Any:
    """What a register's column means; raises CannotJudge."""
    try:
        return read(str(words))
    except ValueError as wrong:
        raise CannotJudge(f"field: {column} of the window: {wrong}") from wrong
