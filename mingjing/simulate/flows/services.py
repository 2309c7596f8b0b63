"""What the halls' logs 台账 tell beside the cases: the duty room's shifts and questions, and whom people asked first.

These come on top of a day's cases and draw from dice of their own, so that the cases are the same without them.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from mingjing.simulate.almanac import AFTERNOON, CLOSING, DAY, MORNING, NOON, stamp
from mingjing.simulate.cityplan import NO_ITEM, dice
from mingjing.simulate.draft import Case, Draft, World
from mingjing.simulate.itemplan import ALWAYS, Item, Version
from mingjing.simulate.people import Department

ROOM = "DR-1"
SHIFTS = ((MORNING, NOON), (AFTERNOON, CLOSING))
POSTED = 8 * 3600
"""When the day's roster is posted, in seconds after 00:00."""
BUSY = 8
"""So many cases on a day are a hall that keeps these logs."""
ASKED_PER_CASE, LIVE_PER_CASE = 1 / 40, 1 / 150
SOURCE, HOTLINE = "registers", "hotline-12345"
WAYS = ("counter", "counter", "phone", "letter", "online")
MINUTE = 60


def logged(world: World, day: int, count: int) -> Iterator[Case]:
    """What the logs tell of a day (ordinal) on which so many cases begin; nothing on a rest day."""
    if count < BUSY or not world.almanac.works(day):
        return
    rng = dice(world.seed, "logs", day)
    units, named = world.city.departments, f"{date.fromordinal(day):%Y%m%d}"
    for place, (start, end) in enumerate(SHIFTS):
        draft = _draft(world, rng, units[(day * len(SHIFTS) + place) % len(units)], day * DAY + POSTED)
        _shift(draft, day * DAY + start, day * DAY + end)
        yield _case(draft, f"duty:{ROOM}-{named}-{place + 1}")
    for number in range(_about(rng, count * LIVE_PER_CASE)):
        yield _question(world, rng, day, f"duty-question:{named}-{number + 1:03d}")
    for number in range(_about(rng, count * ASKED_PER_CASE)):
        draft = _draft(world, rng, rng.choice(units), day * DAY + rng.randint(MORNING, CLOSING - 1))
        _contact(draft, units)
        yield _case(draft, f"contact:{named}-{number + 1:03d}")


def _shift(d: Draft, starts: int, ends: int) -> None:
    """One shift: on the roster, arrived, gone; or nobody comes for a while, or all day, or leaves too early."""
    officer = d.examiner
    times: dict[str, Any] = {"room": ROOM, "starts_at": stamp(starts), "ends_at": stamp(ends)}
    d.note("duty_rostered", officer, **times)
    arrives = starts + d.rng.randint(-900, 600)
    if d.flaw("duty_absent", d.rates.duty_absent):
        if d.happens(0.3):
            return
        arrives = starts + d.rng.randint(16, 110) * MINUTE + 30
    d.now = arrives
    d.note("duty_checked_in", officer, room=ROOM, starts_at=times["starts_at"])
    early = d.flaw("duty_left_early", d.rates.duty_left_early)
    d.now = ends - d.rng.randint(6, 40) * MINUTE if early else ends + d.rng.randint(-240, 900)
    d.note("duty_checked_out", officer, room=ROOM, ends_at=times["ends_at"])


def _question(world: World, rng: Random, day: int, name: str) -> Case:
    """A question to the duty room while somebody is there."""
    item = rng.choice([item for item in world.city.items if item.order == "duty_room"])
    start, end = rng.choice(SHIFTS)
    d = Draft(world, rng, item, day * DAY + rng.randint(start, end - 7200))
    d.channel = "online"
    d.note("wo_received", kind="duty_room", caller=d.applicant, live=True)
    late = d.flaw("duty_reply_late", d.rates.duty_reply_late)
    d.now += (rng.randint(31, 90) if late else rng.randint(1, 28)) * MINUTE + 7
    d.note("wo_replied", d.examiner)
    d.now += rng.randint(1, 20) * MINUTE
    d.note("wo_closed", d.front)
    return Case(name, item, d.version(), d.channel, HOTLINE, d.notes, d.flaws)


def _contact(d: Draft, units: tuple[Department, ...]) -> None:
    """Somebody asks at a window: answered there, or handed over and answered elsewhere; some wait too long."""
    asked = d.note("contact_asked", d.front, way=d.rng.choice(WAYS))
    asked.window = d.window.code
    if d.flaw("contact_unowned", d.rates.contact_unowned):
        asked.officer = None
    late = d.flaw("contact_late", d.rates.contact_late)
    days = d.rng.randint(2, 5) if late else d.rng.choice((0, 0, 0, 1))
    if d.happens(0.3):
        _later(d, days)
        to = d.rng.choice([unit for unit in units if unit is not d.item.department])
        d.note("contact_handed_over", unit=d.item.department.code).department = to.code
        slow = d.flaw("contact_unanswered", d.rates.contact_unanswered)
        _later(d, d.rng.randint(4, 7) if slow else d.rng.randint(0, 3))
        d.note("contact_answered").department = to.code
    else:
        _later(d, days)
        d.note("contact_answered")


def _later(d: Draft, days: int) -> None:
    """So many working days later; on the same day, a quarter of an hour at most, and within it."""
    if days:
        d.days(days)
    else:
        d.now = min(d.now + d.rng.randint(2, 15) * MINUTE, d.now // DAY * DAY + DAY - 1)


def _about(rng: Random, expected: float) -> int:
    """A whole number, on average the expected one."""
    return int(expected) + (rng.random() < expected % 1)


def _draft(world: World, rng: Random, unit: Department, now: int) -> Draft:
    """A draft of what is no service item: a unit's log."""
    forever = (Version("", ALWAYS, None, 0, 0),)
    windows = unit.windows
    item = Item(NO_ITEM, unit.zh, unit, "log", "", "log", forever, (), (), windows, 0.0)
    return Draft(world, rng, item, now)


def _case(d: Draft, name: str) -> Case:
    return Case(name, d.item, d.item.versions[0], "", SOURCE, d.notes, d.flaws)
