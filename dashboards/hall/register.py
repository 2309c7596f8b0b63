"""The register of windows as the pages know it, and the hours that follow from it.

The pages know no registers: `mingjing org windows` reads them, in a process of its own.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from dashboards.hall.hours import Hours
from dashboards.hall.state import Place
from mingjing import timetable
from mingjing.calendars import Calendars
from mingjing.cameras import Camera
from mingjing.errors import UsageError
from mingjing.settings import Settings
from mingjing.zones import zone

WAIT_S = 60


class Registered(Struct, frozen=True):
    """One window in force today; `hours` and `shifts` as the register writes them, empty where it has none."""

    code: str
    department: str = ""
    hall: str = ""
    hours: str = ""
    shifts: str = ""


def changed(settings: Settings) -> int:
    """When the register of windows was changed last (nanoseconds); 0 where there is none."""
    if settings.registers_dir is None:
        return 0
    try:
        return (Path(settings.registers_dir) / "windows.csv").stat().st_mtime_ns
    except OSError:
        return 0


def registered(settings: Settings) -> list[Registered]:
    """The windows of the register; none where there is no register. Raises UsageError with what is wrong with it."""
    if settings.registers_dir is None:
        return []
    command = [sys.executable, "-m", "mingjing", "org", "windows", "--json", settings.registers_dir]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError(f"{settings.registers_dir} could not be read within {WAIT_S} s") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").replace("mingjing: ", "")
        raise UsageError(" ".join(told.split()) or f"exit status {done.returncode}")
    return [msgspec.json.decode(line, type=Registered) for line in done.stdout.splitlines()]


def places(register: Sequence[Registered], cameras: Sequence[Camera]) -> dict[str, Place]:
    """Where windows are: by the register, and where it names no hall by the hall of their camera."""
    halls = {place.window: camera.hall for camera in reversed(cameras) for place in camera.windows}
    found = {window: Place(hall=hall) for window, hall in halls.items()}
    return found | {one.code: Place(one.hall or halls.get(one.code, ""), one.department) for one in register}


def hours(settings: Settings, register: Sequence[Registered]) -> Hours:
    """When windows are open, by the calendar, timetable and register of the settings. Raises BookError, UsageError."""
    folder = Path(settings.calendars_dir) if settings.calendars_dir else None
    calendars = Calendars(folder)
    if settings.calendar not in calendars.names():
        raise UsageError(f"calendar {settings.calendar!r} is unknown; there are {', '.join(calendars.names())}")
    return Hours(
        calendars.get(settings.calendar),
        zone(settings.timezone),
        timetable.load(folder / "timetable.toml" if folder else None),
        {one.code: timetable.hours(one.hours) for one in register if one.hours},
        {one.code: one.hall for one in register if one.hall},
        {one.code: timetable.times(one.shifts) for one in register if one.shifts},
    )
