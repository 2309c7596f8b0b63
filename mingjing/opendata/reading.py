"""Open data out of a store. Of the store only the sums of scores, names and the tree of regions are read."""

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from mingjing.calendars import Calendar, YearNotCovered
from mingjing.opendata.atoms import Atom
from mingjing.opendata.dataset import Row, build
from mingjing.store import Store
from mingjing.store.score_details import organisation
from mingjing.types import Text

NAMES = Atom.__struct_fields__


def settled(today: date, freeze_after: int, calendar: Calendar) -> date:
    """Periods that ended before this day are final: since then `freeze_after` whole working days have passed.

    In years that the calendar does not know every day but Saturday and Sunday counts.
    """
    day, left = today, freeze_after
    while left > 0:
        day -= timedelta(days=1)
        left -= _works(day, calendar)
    return day


def _works(day: date, calendar: Calendar) -> bool:
    try:
        return calendar.counts(day.toordinal())
    except YearNotCovered:
        return day.weekday() < 5


def years(store: Store) -> list[int]:
    """The years of which there are figures, the first one first."""
    return [row["year"] for row in store.query("open_years")]


def rows(store: Store, year: int, *, settled: date, minimum: int, gates: Collection[str] = ()) -> list[Row]:
    """A year's public rows. May raise StoreUnavailable."""
    names = {(row["field"], row["code"]): Text(zh=row["zh"], en=row["en"]) for row in store.query("names")}
    return build(
        year, atoms(store, year), names, settled=settled, minimum=minimum, gates=gates, over=organisation(store).over
    )


def atoms(store: Store, year: int) -> list[Atom]:
    """A year's finest sums."""
    found = store.columns("open_sums", first=date(year, 1, 1), last=date(year + 1, 1, 1))
    return [msgspec.convert(dict(zip(NAMES, row, strict=True)), Atom) for row in zip(*found, strict=True)]
