"""Logs and objectives for looking at the pages on duty and quality; for the store of tests.scoring.seed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from mingjing.codec import encode
from mingjing.store import Store, StoredEvent
from mingjing.store.registers import RegisterLine
from mingjing.store.rows import struct_columns
from mingjing.types import CaseEvent
from tests.scoring.seed import DEPARTMENTS, LAST

UNITS = tuple(DEPARTMENTS)
MISSED = "RSJ"
"""The unit whose objectives are out of reach."""


def at(day: date, time: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{time}:00+08:00")


def event(case: str, what: str, when: datetime, unit: str, officer: str = "", /, **data: object) -> CaseEvent:
    """One event of a log."""
    return CaseEvent(
        event_id=f"{case}-{what}", case_id=case, type=what, occurred_at=when, source="registers", region="350102",
        department=unit, officer=officer or None, data=dict(data),
    )  # fmt: skip


def shift(day: date, place: int, came: str | None, left: str | None) -> Iterator[CaseEvent]:
    """One shift of the duty room; `place` 0 is the morning's."""
    unit, case = UNITS[(day.day + place) % len(UNITS)], f"duty:{day:%m%d}-{place}"
    starts, ends = (("09:00", "12:00"), ("13:30", "17:00"))[place]
    times = {"room": "DR-1", "starts_at": at(day, starts).isoformat(), "ends_at": at(day, ends).isoformat()}
    officer = f"{unit}-P1"
    yield event(case, "duty_rostered", at(day, "08:00"), unit, officer, **times)
    if came:
        yield event(case, "duty_checked_in", at(day, came), unit, officer, **times)
    if left:
        yield event(case, "duty_checked_out", at(day, left), unit, officer, **times)


def events() -> Iterator[CaseEvent]:
    """Ten days of shifts, one of which nobody kept; four questions, one waiting; five contacts of every kind."""
    for back in range(1, 10):
        day = LAST - timedelta(days=back)
        yield from shift(day, 0, None if back == 3 else "08:55", None if back == 3 else "12:00")
        yield from shift(day, 1, "13:50" if back == 4 else "13:25", "16:20" if back == 5 else "17:02")
    yield from shift(LAST, 0, "08:58", "12:01")
    yield from shift(LAST, 1, "13:28", None)
    day = LAST - timedelta(days=1)
    yield event("ask-1", "wo_received", at(day, "10:00"), "GAJ", kind="duty_room", live=True)
    yield event("ask-1", "wo_replied", at(day, "10:12"), "GAJ")
    yield event("ask-2", "wo_received", at(day, "21:00"), "ZJJ", kind="duty_room")
    for case, end in (("ask-3", "withdrawn"), ("ask-4", "wo_returned")):
        yield event(case, "wo_received", at(day, "20:00"), "ZJJ", kind="duty_room")
        yield event(case, end, at(day, "20:30"), "ZJJ")
    yield event("contact:c1", "contact_asked", at(day, "09:10"), "ZJJ", "ZJJ-P2", way="counter")
    yield event("contact:c2", "contact_asked", at(day, "09:30"), "ZJJ", way="phone")
    yield event("contact:c3", "contact_asked", at(day, "09:40"), "GAJ", "GAJ-P1", way="letter")
    yield event("contact:c3", "contact_handed_over", at(day, "11:00"), "RSJ", unit="GAJ")
    yield event("contact:c5", "contact_asked", at(day, "09:50"), "GAJ", "GAJ-P1")
    yield event("contact:c5", "contact_handed_over", at(day, "09:55"), "RSJ", unit="GAJ")
    yield event("contact:c5", "contact_answered", at(day, "16:00"), "GAJ")
    yield event("contact:c4", "contact_asked", at(day, "10:00"), "GAJ", "GAJ-P2", way="online")
    yield event("contact:c4", "contact_answered", at(day, "10:05"), "GAJ")


def fill(store: Store) -> None:
    """The events, and an objective or two of every unit."""
    rows = [StoredEvent(one, encode(one), "case-events", 0, n, 1, one.occurred_at) for n, one in enumerate(events())]
    store.write_events(rows, "logs")
    aims = [(unit, measure, "0.9") for unit in UNITS for measure in ("on_time", "first_time")]
    aims.append((MISSED, "praised", "0.99"))
    lines = [
        RegisterLine(
            register="objectives", key=f"{unit}-{measure}", code=f"{unit}-{measure}", valid_from=date(2025, 1, 1),
            valid_to=date(2199, 12, 31), region="", department=unit, version="1",
            fields={"code": f"{unit}-{measure}", "unit": unit, "measure": measure, "target": target, "basis": "手册"},
        )
        for unit, measure, target in aims
    ]  # fmt: skip
    store.insert("registers", struct_columns(lines, RegisterLine))
