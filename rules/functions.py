"""The functions of our own that an expression of a `condition` may call, beside those of CEL."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from stdnum.cn.uscc import calc_check_digit

from mingjing import draws
from mingjing.calendars import YearNotCovered
from mingjing.instants import MINUTE, micros, parse
from mingjing.timetable import OfficeTime, hours
from mingjing.types import CaseEvent
from rules.limits import CannotJudge
from rules.reader import RuleReader

Function = Callable[..., Any]

_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


def functions(reader: RuleReader) -> Mapping[str, Function]:
    """The functions, in a rule's own time zone, calendar and office hours.

    `credit_code(text)`: whether it is a unified social credit code 统一社会信用代码 with a valid check (GB 32100-2015);
    `in_office(instant)`: whether it lies between the first opening and the last closing of a working day of the hall;
    `open_throughout(from, to)`: whether the hall is open all the time between two instants; with `post.hours` and
    `post.hall` as third and fourth, whether the window is;
    `day(instant)`: its local day as a text like 2026-03-02;
    `working_days(from, to)`: the working days after the day of one instant up to the day of another;
    `minutes_until(instant, text)`: the minutes from an instant until the one that a text names;
    `total(numbers)`: their sum;
    `draw_repeats(data)`: whether a recorded draw of experts gives again who was drawn (mingjing.draws), true where the
    record does not tell seed and candidates; `draw_replay(data)`: who its replay gives;
    `passed_over(rows, data)`: which experts of a register's rows it names neither as candidates nor as excluded;
    `in_room(events, person, instant)`: whether a door's log among the events has the person inside then, true where
    there is no such log.
    """
    zone, days = reader.zone(), reader.working_days()
    office = OfficeTime(days, zone, reader.timetable())

    def day(instant: datetime) -> str:
        return date.fromordinal(zone.day(micros(instant))).isoformat()

    def in_office(instant: datetime) -> bool:
        return office.open(micros(instant))

    @cache
    def hours_of(own: str, hall: str) -> OfficeTime:
        spans = hours(own) if own else None
        return OfficeTime(days, zone, reader.timetable().of(hall, spans))

    def open_throughout(since: datetime, until: datetime, own: str = "", hall: str = "") -> bool:
        first, last = micros(since), micros(until)
        there = hours_of(own, hall) if own or hall else office
        return first < last and there.count(first, last) == last - first

    def working_days(since: datetime, until: datetime) -> int:
        first, last = zone.day(micros(since)), zone.day(micros(until))
        return days.count(first, last) if last > first else 0

    made: dict[str, Function] = {
        "in_office": in_office,
        "open_throughout": open_throughout,
        "day": day,
        "working_days": working_days,
    }
    plain: dict[str, Function] = {"credit_code": credit_code, "minutes_until": minutes_until, "total": total}
    plain |= {"draw_repeats": draw_repeats, "draw_replay": draw_replay, "passed_over": passed_over, "in_room": in_room}
    return plain | {name: _told(function) for name, function in made.items()}


def credit_code(text: Any) -> bool:
    """Whether it is a unified social credit code 统一社会信用代码 with a valid check character (GB 32100-2015)."""
    # The library's is_valid refuses codes that begin with a letter, such as those of village collectives (N2…).
    return isinstance(text, str) and bool(_CODE.fullmatch(text)) and calc_check_digit(text[:17]) == text[17]


def total(numbers: Sequence[float]) -> float:
    """The sum of numbers; raises TypeError for anything else."""
    return float(sum(numbers))


def minutes_until(since: datetime, until: str) -> float:
    """The minutes from an instant until the one that a text names, offset included. Raises ValueError for others."""
    return (micros(parse(until)) - micros(since)) / MINUTE


def draw_repeats(data: Mapping[str, Any]) -> bool:
    """Whether a recorded draw of experts gives again who was drawn; so many cannot come of so small a pool: no."""
    draw = draws.recorded(data)
    try:
        return draw is None or draw.right()
    except ValueError:
        return False


def draw_replay(data: Mapping[str, Any]) -> list[str]:
    """Who the replay of a recorded draw gives; nobody where there is nothing to replay, or it is impossible."""
    draw = draws.recorded(data)
    try:
        return [] if draw is None else [one.code for one in draw.tickets() if one.drawn]
    except ValueError:
        return []


def passed_over(rows: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> list[str]:
    """The codes of the register's rows that a draw names neither as candidates nor as excluded; none without a list."""
    pool, excluded = data.get("candidates"), data.get("excluded")
    if not isinstance(pool, list):
        return []
    named = {str(code) for code in (*pool, *(excluded if isinstance(excluded, list) else ()))}
    return [row["code"] for row in rows if row["code"] not in named]


def in_room(events: Sequence[CaseEvent], person: Any, instant: datetime) -> bool:
    """Whether a door let the person in by that instant, and not out of the same room before it.

    Who left at the very instant is still inside. True while no door has let an expert in: a log of other rooms, or of
    other people, says nothing of experts; nor does a score that names nobody. Codes are compared as texts.
    """
    entries = [one for one in events if one.type == "room_entered"]
    leavings = [one for one in events if one.type == "room_left" and one.occurred_at < instant]
    doors: dict[str, list[tuple[datetime, bool]]] = {}
    for one in (*entries, *leavings):
        if str(one.data.get("person")) == str(person):
            doors.setdefault(str(one.data.get("room")), []).append((one.occurred_at, one.type == "room_left"))
    return (
        person in (None, "")
        or any(not max(passed)[1] for passed in doors.values())
        or not any((one.data.get("role") or "expert") == "expert" for one in entries)
    )


def _told(function: Function) -> Function:
    """The function, raising CannotJudge where a calendar does not cover a year."""

    def told(*values: Any) -> Any:
        try:
            return function(*values)
        except YearNotCovered as gap:
            raise CannotJudge(str(gap)) from gap

    return told
