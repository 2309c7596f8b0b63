"""Clocks in day precision counted by hand: one day after the other, as the rules of time are worded.

Slow and plain on purpose. It shares nothing with the engine's arithmetic: the calendar is asked day by day, and each
rung is asked for at every midnight. Instants are aware datetimes, days are dates in Shanghai.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar

from mingjing.types import CaseEvent
from rules.patterns import getter, there
from tests.rules.histories import APART, patterns

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def counts_days(rule: Mapping[str, Any]) -> bool:
    """Whether a rule is a clock of the plain kind: one start, a limit in days that is worded in one way."""
    odd = {"each", "since", "precision", "calendar", "timezone", "given", "late_minutes", "record", "roll"}
    words = rule.get("limit")
    if rule["kind"] != "deadline" or odd & rule.keys() or not isinstance(words, str):
        return False
    rungs = [rung["at"] for rung in rule.get("ladder", [])]
    days = re.fullmatch(r"item\.(committed|statutory)_limit|(\d+|start\.data\.\w+) (working_)?days", words)
    return bool(days and rungs) and all(re.fullmatch(r"\d+%|due( [+-] \d+ working_days)?", at) for at in rungs)


class Pause(NamedTuple):
    """A pause by its days: from the day after `opened` to `closed`, at most `cap` counting days of it."""

    opened: date
    closed: date
    cap: int | None


class Rung(NamedTuple):
    """What a clock came to: the instant of the gravest rung that was reached, and how grave it is."""

    at: datetime
    severity: int


def most(extend: Mapping[str, Any], approval: CaseEvent) -> int:
    """The most that an approval may add."""
    more = extend.get("more")
    return int(more["most"] if more and fills(approval, more["by"]) else extend["most"])


class Clock:
    """One clock of a rule: its start, and those of the case's events that speak of it."""

    def __init__(self, rule: Mapping[str, Any], start: CaseEvent, events: Sequence[CaseEvent], limit: str) -> None:
        amount, self.unit = limit.split()
        self.rule, self.start, self.limit = rule, start, int(amount)
        key = value(start, rule["key"]) if "key" in rule else None
        self.events = [e for e in events if key is None or value(e, rule["key"]) in (None, key)]
        since = [e for e in self.events if e.occurred_at >= start.occurred_at]
        self.stop = min((e.occurred_at for e in since if fills(e, rule["stop"])), default=None)
        self.pauses = [pause for pair in rule.get("pause", []) for pause in self.paused(pair)]
        extend = rule.get("extend")
        approved = [e for e in since if extend and fills(e, extend["by"]) and value(e, extend["add"]) is not None]
        self.extensions = [
            (e.occurred_at, min(number(value(e, extend["add"])), most(extend, e))) for e in approved[: extend["times"]]
        ] if extend else []  # fmt: skip

    def rungs(self, as_of: datetime) -> Iterator[Rung]:
        """The rungs that are reached by an instant; none beyond a working day of which the calendar says nothing."""
        with suppress(NotImplementedError):  # so chinese_calendar says that it lacks a year
            yield from self.walk(as_of)

    def walk(self, as_of: datetime) -> Iterator[Rung]:
        """The rungs that are reached by an instant, asked for at the end of every day."""
        counted, day, due, beyond = 0, local(self.start.occurred_at), False, 0
        open_rungs = list(self.rule["ladder"])
        while (midnight := end_of(day + ONE_DAY)) <= as_of:
            day += ONE_DAY
            if self.stop is not None and self.stop < midnight:
                return
            if due:
                beyond += chinese_calendar.is_workday(day)
            elif self.counts(day) and not any(self.takes_out(pause, day) for pause in self.pauses):
                counted += 1
            else:
                continue
            limit = self.limit + sum(days for approved, days in self.extensions if approved < midnight)
            reached = [rung for rung in open_rungs if is_reached(rung["at"], counted, limit, beyond)]
            for rung in reached:
                open_rungs.remove(rung)
                yield Rung(midnight, rung["severity"])
            due = due or counted >= limit

    def paused(self, pair: Mapping[str, Any]) -> Iterator[Pause]:
        """The pauses of one pair: an opening while it is open says nothing new, the first closing closes it."""
        opened: CaseEvent | None = None
        for instant in sorted({e.occurred_at for e in self.events}):
            now = [e for e in self.events if e.occurred_at == instant]
            opens = [e for e in now if fills(e, pair["from"])]
            closes = any(fills(e, pair["to"]) for e in now)
            if opened is not None and closes:
                yield self.pause(pair, opened, local(instant))
                opened = opens[0] if opens else None
            elif opened is None and opens and not closes:
                opened = opens[0]
        if opened is not None:
            yield self.pause(pair, opened, date.max)

    def pause(self, pair: Mapping[str, Any], opened: CaseEvent, closed: date) -> Pause:
        cap = value(opened, pair["cap"]) if "cap" in pair else None
        return Pause(local(opened.occurred_at), closed, None if cap is None else number(cap))

    def takes_out(self, pause: Pause, day: date) -> bool:
        if not pause.opened < day <= pause.closed:
            return False
        first = max(pause.opened, local(self.start.occurred_at))
        before = sum(self.counts(first + n * ONE_DAY) for n in range(1, (day - first).days))
        return pause.cap is None or before < pause.cap

    def counts(self, day: date) -> bool:
        return self.unit == "days" or chinese_calendar.is_workday(day)


def findings(
    rule: Mapping[str, Any], events: Sequence[CaseEvent], item: Mapping[str, Any], as_of: datetime
) -> list[Rung]:
    """What a deadline rule finds in a case at an instant: the gravest rung of each of its clocks."""
    ordered = sorted(events, key=lambda e: (e.occurred_at, e.event_id))
    starts: dict[Any, CaseEvent] = {}
    for event in ordered:
        if fills(event, rule["start"]):
            key = value(event, rule["key"]) if "key" in rule else ""
            if key is not None and limit_of(rule["limit"], event, item):  # without its limit a start opens nothing
                starts.setdefault(key, event)
    found = []
    for start in starts.values():
        limit = limit_of(rule["limit"], start, item)
        assert limit is not None
        reached = list(Clock(rule, start, ordered, limit).rungs(as_of))
        if reached:
            found.append(max(reached, key=lambda rung: (rung.severity, rung.at)))
    return sorted(found)


def limit_of(words: str, start: CaseEvent, item: Mapping[str, Any]) -> str | None:
    """The limit in words like `5 working_days`; None where the start carries none."""
    if words.startswith("item."):
        return str(item[words.removeprefix("item.")])
    if words.startswith("start."):
        path, unit = words.removeprefix("start.").split()
        amount = value(start, path)
        return None if amount is None else f"{amount} {unit}"
    return words


def is_reached(at: str, counted: int, limit: int, beyond: int) -> bool:
    """Whether a rung is reached after so many counted days, and so many working days beyond the due one."""
    if at.endswith("%"):
        return counted >= ceil(limit * int(at[:-1]) / 100)
    if at.startswith("due + "):
        return beyond >= int(at.split()[2])
    return counted >= limit - (int(at.split()[2]) if at.startswith("due - ") else 0)


def number(written: Any) -> int:
    """A number as written; what is none counts as 0, because a case to which it matters is not judged at all."""
    try:
        return int(written)
    except ValueError:
        return 0


def value(event: CaseEvent, path: str) -> Any:
    return event.data.get(path.removeprefix("data."))


def fills(event: CaseEvent, slot: Any) -> bool:
    """Whether an event matches any pattern of a slot."""
    return any(
        event.type == pattern["type"]
        and all(is_one_of(event.data.get(name), wanted) for name, wanted in pattern.get("data", {}).items())
        and all(is_one_of(getattr(event, name), wanted) for name, wanted in pattern.items() if name not in APART)
        and all(there(getter(path)(event)) for path in pattern.get("has", []))
        and not any(there(getter(path)(event)) for path in pattern.get("lacks", []))
        for pattern in patterns(slot)
    )


def is_one_of(said: Any, wanted: Any) -> bool:
    return said in wanted if isinstance(wanted, list) else bool(said == wanted)


def local(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 of a local day."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI)
