"""Open data out of a store. Of the store only the sums of scores, names and the tree of regions are read."""

import hashlib
from collections.abc import Collection
from datetime import date, timedelta
from operator import itemgetter

import msgspec
from msgspec import Struct

from mingjing.calendars import Calendar, YearNotCovered
from mingjing.opendata.atoms import DIMENSIONS, Atom
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


class Source(Struct, frozen=True):
    """All that a year's rows are made of. `above`: each region with all that it lies in."""

    atoms: list[Atom]
    names: list[tuple[str, str, Text]]
    above: dict[str, tuple[str, ...]]

    @property
    def digest(self) -> bytes:
        """The same for sources of which the same rows are made."""
        return hashlib.blake2b(msgspec.msgpack.encode(self)).digest()


def source(store: Store, year: int) -> Source:
    """What the store holds of a year. May raise StoreUnavailable."""
    found, over = atoms(store, year), organisation(store).over
    names = [
        (row["field"], row["code"], Text(zh=row["zh"], en=row["en"]))
        for row in store.query("names")
        if row["field"] in DIMENSIONS
    ]
    return Source(found, sorted(names, key=itemgetter(0, 1)), {r: over(r) for r in sorted({a.region for a in found})})


def made(of: Source, year: int, *, settled: date, minimum: int, gates: Collection[str] = ()) -> list[Row]:
    """The rows of a year's source."""
    names = {(field, code): text for field, code, text in of.names}
    return build(year, of.atoms, names, settled=settled, minimum=minimum, gates=gates, over=of.above.__getitem__)


def rows(store: Store, year: int, *, settled: date, minimum: int, gates: Collection[str] = ()) -> list[Row]:
    """A year's public rows. May raise StoreUnavailable."""
    return made(source(store, year), year, settled=settled, minimum=minimum, gates=gates)


def atoms(store: Store, year: int) -> list[Atom]:
    """A year's finest sums."""
    found = store.columns("open_sums", first=date(year, 1, 1), last=date(year + 1, 1, 1))
    return [msgspec.convert(dict(zip(NAMES, row, strict=True)), Atom) for row in zip(*found, strict=True)]
