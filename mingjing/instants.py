"""Instants as whole microseconds since 1970-01-01T00:00Z, and back."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 3_600 * SECOND
DAY = 86_400 * SECOND

# ClickHouse's DateTime64 holds 1900 to 2299; an instant outside is a source's mistake.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2299, 12, 31, tzinfo=UTC)


def micros(instant: datetime) -> int:
    """Whole microseconds since 1970 of an aware datetime; exact, unlike `timestamp()`."""
    d = instant - EPOCH
    return (d.days * 86_400 + d.seconds) * SECOND + d.microseconds


def at_once(instant: int) -> datetime:
    """The UTC datetime of whole microseconds since 1970; for instants that do not come again."""
    return EPOCH + timedelta(microseconds=instant)


@lru_cache(maxsize=1 << 16)  # midnights are asked for again and again
def at(instant: int) -> datetime:
    """The UTC datetime of whole microseconds since 1970."""
    return at_once(instant)


def parse(text: str) -> datetime:
    """An instant from ISO 8601 text; seconds may be left out, the offset may not.

    Raises ValueError for anything else, with what would be right.

    >>> parse("2014-09-26T10:00+08:00").isoformat()
    '2014-09-26T10:00:00+08:00'
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(f"not an instant: {text!r}; write it like 2014-09-26T10:00:00+08:00") from wrong
    if instant.tzinfo is None:
        raise ValueError(f"no offset from UTC: {text!r}; write it like 2014-09-26T10:00:00+08:00")
    return instant
