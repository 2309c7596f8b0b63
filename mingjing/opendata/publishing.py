"""Open data as the public page and the API hand them out: built when asked for, kept for a while."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mingjing.calendars import Calendars
from mingjing.instants import at
from mingjing.opendata import reading
from mingjing.opendata.dataset import OpenData, Row, dataset
from mingjing.opendata.exposures import Exposures, exposed
from mingjing.opendata.hiding import periods
from mingjing.scoring.periods import Period
from mingjing.scoring.schemes import load
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.zones import zone

KEPT_S = 600.0
"""How long rows may be old, in seconds; closed periods hardly change."""


class _Kept(Struct, frozen=True):
    spans: list[Period]
    looked: float
    digest: bytes
    rows: tuple[Row, ...]

    def holds(self, spans: list[Period]) -> bool:
        """Whether it need not be looked at again."""
        return self.spans == spans and time.monotonic() - self.looked < KEPT_S


class Publisher:
    """The public rows of an installation. For all threads; `borrow` lends a store for the while of a block.

    Raises UsageError or BookError for settings that name no usable scheme or calendar.
    """

    def __init__(self, chosen: Settings, borrow: Callable[[], AbstractContextManager[Store]]) -> None:
        self._chosen, self._borrow = chosen, borrow
        self._scheme = load(chosen.scheme)
        directory = Path(chosen.calendars_dir) if chosen.calendars_dir else None
        self._calendar = Calendars(directory).get(chosen.calendar)
        self._zone = zone(chosen.timezone).info
        self._kept: dict[int, _Kept] = {}
        self._building: dict[int, threading.Lock] = {}

    @property
    def settled(self) -> date:
        """Periods that ended before this local day are final."""
        today = at(clock_now(self._chosen)).astimezone(self._zone).date()
        return reading.settled(today, self._scheme.freeze_after, self._calendar)

    def years(self) -> list[int]:
        """The years of which there may be rows, the first one first. May raise StoreUnavailable."""
        with self._borrow() as store:
            return [year for year in reading.years(store) if date(year, 1, 1) < self.settled]

    def rows(self, year: int) -> tuple[Row, ...]:
        """A year's rows, at most ten minutes old or being made anew. May raise StoreUnavailable.

        Rows are made anew only where what they are made of changed; where old ones are there, nobody waits for that.
        """
        settled = self.settled
        spans = periods(year, settled)
        kept = self._kept.get(year)
        if kept is not None and kept.holds(spans):
            return kept.rows
        building = self._building.setdefault(year, threading.Lock())
        if kept is not None and kept.spans == spans and building.locked():
            return kept.rows
        with building:
            kept = self._kept.get(year)
            if kept is None or not kept.holds(spans):
                kept = self._kept[year] = self._renewed(kept, year, settled, spans)
        return kept.rows

    def _renewed(self, kept: _Kept | None, year: int, settled: date, spans: list[Period]) -> _Kept:
        looked = time.monotonic()
        with self._borrow() as store:
            source = reading.source(store, year)
        digest = source.digest
        if kept is not None and (kept.digest, kept.spans) == (digest, spans):
            return replace(kept, looked=looked)
        minimum, gates = self._chosen.public_minimum, self._scheme.gates
        rows = reading.made(source, year, settled=settled, minimum=minimum, gates=gates)
        return _Kept(spans, looked, digest, tuple(rows))

    def exposures(self) -> Exposures:
        """The typical cases that the public is told of now. May raise StoreUnavailable."""
        with self._borrow() as store:
            found = exposed(store, self._chosen.timezone)
        return Exposures(licence=self._chosen.public_licence, exposed=tuple(found))

    def dataset(self, rows: Sequence[Row]) -> OpenData:
        """Rows with all that is needed to read them."""
        chosen = self._chosen
        return dataset(rows, settled=self.settled, minimum=chosen.public_minimum, licence=chosen.public_licence)
