"""Open data as the public page and the API hand them out: built when asked for, kept for a while."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from msgspec import Struct

from mingjing.calendars import Calendars
from mingjing.instants import at
from mingjing.opendata import reading
from mingjing.opendata.dataset import OpenData, Row, dataset
from mingjing.scoring.schemes import load
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.zones import zone

KEPT_S = 600.0
"""How long rows may be old; closed periods hardly change."""


class _Kept(Struct, frozen=True):
    settled: date
    made: float
    rows: tuple[Row, ...]


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
        self._building: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

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
        """A year's rows, at most ten minutes old. May raise StoreUnavailable."""
        settled = self.settled
        with self._building[year]:  # who asks meanwhile waits for the same rows
            kept = self._kept.get(year)
            if kept is None or kept.settled != settled or time.monotonic() - kept.made > KEPT_S:
                with self._borrow() as store:
                    rows = reading.rows(
                        store, year, settled=settled, minimum=self._chosen.public_minimum, gates=self._scheme.gates
                    )
                kept = self._kept[year] = _Kept(settled, time.monotonic(), tuple(rows))
        return kept.rows

    def dataset(self, rows: Sequence[Row]) -> OpenData:
        """Rows with all that is needed to read them."""
        chosen = self._chosen
        return dataset(rows, settled=self.settled, minimum=chosen.public_minimum, licence=chosen.public_licence)
