"""Local days of a time zone: where each begins, and which one an instant falls on.

Days are proleptic ordinals (`date.toordinal`), instants whole microseconds since 1970 UTC.
"""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mingjing.errors import UsageError
from mingjing.instants import DAY, micros

NEVER = 1 << 62
"""The midnight of a day after the year 9999."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()


class Zone:
    """One time zone. A day whose midnight daylight saving skips begins where `zoneinfo` folds it."""

    def __init__(self, name: str) -> None:
        try:
            self.info = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
            raise UsageError(f"unknown time zone {name!r}; write it like Asia/Shanghai") from wrong
        self.name = name
        self._midnights: dict[int, int] = {}
        self._clocked: dict[tuple[int, int], int] = {}
        self._splits: dict[int, tuple[int, int, int]] = {}

    def midnight(self, day: int) -> int:
        """The instant at which the local day begins (00:00 local)."""
        known = self._midnights.get(day)
        if known is None:
            known = NEVER if day > _LAST_DAY else micros(datetime.fromordinal(day).replace(tzinfo=self.info))
            self._midnights[day] = known
        return known

    def day(self, instant: int) -> int:
        """The local day on which the instant falls."""
        number = instant // DAY
        split = self._splits.get(number)
        if split is None:
            # No zone is a day or more from UTC, so a UTC day meets one local midnight: the one of its own date, or
            # of the next where that lies in it.
            midnight = self.midnight(number + _EPOCH_DAY)
            first = number + _EPOCH_DAY if midnight > number * DAY else number + _EPOCH_DAY + 1
            begins = self.midnight(first)
            # A zone that crosses the date line leaves a day out: Pacific/Apia had no 30 December 2011.
            skipped = self.midnight(first + 1) == begins
            split = self._splits[number] = (begins, first - 1, first + skipped)
        return split[2] if instant >= split[0] else split[1]

    def instant(self, day: int, minutes: int) -> int:
        """The instant of a wall-clock time of a local day, in minutes after 00:00; 24:00 is the next day's 00:00."""
        if minutes >= 24 * 60:
            return self.midnight(day + 1)
        known = self._clocked.get((day, minutes))
        if known is None:
            hour, minute = divmod(minutes, 60)
            known = micros(datetime.fromordinal(day).replace(hour=hour, minute=minute, tzinfo=self.info))
            self._clocked[day, minutes] = known
        return known


zone = cache(Zone)
"""The one `Zone` of a name; raises UsageError for an unknown name."""
