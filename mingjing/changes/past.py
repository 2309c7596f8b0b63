"""Whether a change of calendars touches the past: days that are over stay what they were. Pure but for a folder."""

import tempfile
from datetime import date
from pathlib import Path

from mingjing.calendars import Calendar, Calendars
from mingjing.changes.parts import Files
from mingjing.errors import BookError, UsageError
from mingjing.timetable import Timetable
from mingjing.timetable import load as load_timetable

TIMETABLE = "timetable.toml"


class TouchesThePast(UsageError):
    """A change of days that are over; the message names the first of them."""


def check(before: Files, after: Files, today: date) -> None:
    """TouchesThePast if a day before `today` (local) would count otherwise; BookError for what cannot be read.

    Today's own day is open still: a State Council notice of the morning holds for the day.
    """
    (old, old_hours), (new, new_hours) = _read(before), _read(after)
    for name in old.names():
        if name not in new.names():
            raise TouchesThePast(f"calendar {name}: cannot be taken away; cases were judged by it")
        if before.get(f"{name}.toml") == after.get(f"{name}.toml"):
            continue
        if (first := _unlike(old.get(name), new.get(name), today)) is not None:
            raise TouchesThePast(
                f"calendar {name}: {first} would count otherwise, and is before {today}; leave it as it was"
            )
    periods = (*old_hours.periods, *new_hours.periods)
    begins = {1, *(period.first for period in periods), *(period.last + 1 for period in periods)}  # else nothing turns
    for number in sorted(one for one in begins if one < today.toordinal()):
        for hall in {"", *(period.hall for period in periods)}:
            if old_hours.spans(number, hall) != new_hours.spans(number, hall):
                shown = date.fromordinal(number)
                raise TouchesThePast(
                    f"{TIMETABLE}: from {shown} on there would be other hours, which is before {today}; date the change"
                )


def _read(files: Files) -> tuple[Calendars, Timetable]:
    with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
        for name, content in files.items():
            (Path(aside) / Path(name).name).write_bytes(content)
        try:
            return Calendars(Path(aside)), load_timetable(Path(aside) / TIMETABLE)
        except BookError as wrong:
            for one in wrong.mistakes:
                raise UsageError(str(one).replace(f"{aside}/", "")) from wrong
            raise


def _unlike(old: Calendar, new: Calendar, today: date) -> date | None:
    """The first day before today that one of them counts and the other does not, or that only the old one knows."""
    for year in sorted(old.years):
        for day in range(date(year, 1, 1).toordinal(), min(date(year, 12, 31).toordinal() + 1, today.toordinal())):
            if year not in new.years or old.counts(day) != new.counts(day):
                return date.fromordinal(day)
    return None
