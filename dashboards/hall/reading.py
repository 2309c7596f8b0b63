"""What one drawing of the hall needs, read at one moment and shared by all who look."""

from datetime import date, datetime, timedelta
from pathlib import Path

import streamlit as st
from msgspec import Struct
from msgspec.structs import replace

from dashboards import service, who
from dashboards.hall import data, files, register, state
from dashboards.hall.data import GAP_S, Minutes, Run, Told, case_of
from dashboards.hall.files import CameraNow
from dashboards.hall.hours import Hours
from dashboards.hall.register import Registered
from dashboards.hall.state import FRESH_S, WindowNow
from dashboards.sharing import shared
from mingjing import cameras
from mingjing.calendars import EveryDay
from mingjing.cameras import Camera
from mingjing.errors import BookError, UsageError
from mingjing.timetable import DEFAULT
from mingjing.types import Finding
from mingjing.zones import zone

REFRESH_S = 3
PICTURES_S = 5
"""Seconds between two looks at the plan, and at the pictures."""


class Around(Struct, frozen=True, kw_only=True):
    """What the windows stand in. `wrong`: what is wrong with the files, line by line."""

    cameras: list[Camera]
    register: list[Registered]
    hours: Hours
    wrong: tuple[str, ...]


class Hall(Struct, frozen=True, kw_only=True):
    """The hall at one moment. `age`: wall time since the newest sample, None where there is none."""

    at: datetime
    windows: list[WindowNow]
    cameras: list[CameraNow]
    age: timedelta | None
    wrong: tuple[str, ...]


class Day(Struct, frozen=True, kw_only=True):
    """One window's day: its hours (None: the calendar cannot tell), the minutes around its changes of shift, what was
    seen, what was reported and found."""

    window: str
    day: date
    whole: tuple[datetime, datetime]
    opened: list[tuple[datetime, datetime]] | None
    handovers: list[tuple[datetime, datetime]]
    runs: list[Run]
    events: list[Told]
    findings: list[Finding]


def pictures_dir() -> Path:
    """Where the sampler leaves its pictures."""
    return Path(service.current().pictures_dir)


def speed() -> float:
    """How many times as fast as the wall clock the installation's clock runs; that of one that stands still is 1."""
    clock = service.clock()
    return clock.speed or 1 if clock else 1


@st.cache_resource(max_entries=2, show_spinner=False)
def _registered(changed: int, day: date) -> tuple[list[Registered], tuple[str, ...]]:  # noqa: ARG001
    """The register as it was changed last, on a day; reading it takes a second, so it is not read without need."""
    try:
        return register.registered(service.current()), ()
    except UsageError as wrong:
        return [], (str(wrong),)


@st.cache_resource(ttl=10, show_spinner=False)
def around() -> Around:
    """Cameras, register and hours; what cannot be read is told and left out."""
    settings = service.current()
    today = service.now().astimezone(zone(settings.timezone).info).date()
    known, wrong = _registered(register.changed(settings), today)
    found: list[Camera] = []
    if settings.cameras_dir:
        reading = cameras.read(Path(settings.cameras_dir))
        found, wrong = reading.cameras, (*wrong, *map(str, reading.mistakes))
    try:
        hours = register.hours(settings, known)
    except (BookError, UsageError) as mistaken:
        hours = Hours(EveryDay(), zone(settings.timezone), DEFAULT)
        wrong = (*wrong, *str(mistaken).splitlines())
    return Around(cameras=found, register=known, hours=hours, wrong=wrong)


def seen() -> Around:
    """What the reader may see of `around`; a camera's picture shows all of its windows, so all must be within."""
    known, within = around(), who.person().scope.counters
    if within is None:
        return known
    return replace(
        known,
        cameras=[one for one in known.cameras if one.windows and all(area.window in within for area in one.windows)],
        register=[one for one in known.register if one.code in within],
    )


@shared(ttl=REFRESH_S * 0.75, max_entries=50)
def hall() -> Hall:
    """The hall now."""
    now, known = service.now(), seen()
    day = known.hours.today(now)
    where = register.places(known.register, known.cameras)
    with service.store() as store:
        samples = data.newest(store)
        windows = state.windows(samples, known.cameras, where, known.hours, now, speed=speed())
        cases = [case_of(one.window, day) for one in windows]
        windows = state.told(windows, day, data.told(store, cases), data.findings(store, cases))
    latest = max((one.sampled_at for one in samples), default=None)
    if who.person().scope.counters is not None:  # a camera that shows more than the reader may see is none of those
        shown = {one.id for one in known.cameras}
        samples = [one for one in samples if one.camera in shown]
    return Hall(
        at=now,
        windows=windows,
        cameras=files.cameras(pictures_dir(), known.cameras, samples, now, speed(), timedelta(seconds=FRESH_S)),
        age=(now - latest) / speed() if latest else None,
        wrong=known.wrong,
    )


@shared(ttl=REFRESH_S, max_entries=200)
def window_day(window: str, day: date) -> Day:
    """One window's day."""
    known = around()
    whole = known.hours.whole(day)
    case = case_of(window, day)
    within = who.person().scope.counters
    registered = window if within is None or window in within else ""  # of others not even their hours
    with service.store() as store:
        return Day(
            window=window,
            day=day,
            whole=whole,
            opened=known.hours.spans(registered, day),
            handovers=known.hours.handovers(registered, day),
            runs=data.runs(store, window, *whole, gap=round(GAP_S * speed())),
            events=data.told(store, [case]).get(case, []),
            findings=data.findings(store, [case]).get(case, []),
        )


@shared(ttl=60, max_entries=50)
def presence(first: date, last: date, windows: tuple[str, ...] = ()) -> list[Minutes]:
    """Open minutes from one local day to another, both included, of the named windows or of all."""
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    with service.store() as store:
        return data.minutes(store, around().hours, days, service.current().timezone, windows)


@st.cache_data(show_spinner=False, max_entries=400)
def small(path: str, changed: int, width: int) -> bytes | None:  # noqa: ARG001 (a changed file is another picture)
    """A picture at most so many pixels wide; None if it cannot be read."""
    return files.small(Path(path), width)
