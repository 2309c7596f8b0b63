"""What one drawing of the board needs, read at one moment and shared by the readers of the same view."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dashboards import data, service
from dashboards.data import BoardRow, Bucket, Counts, Facet, Pulse, RuleText, SourceTime
from dashboards.filters import Filter, span
from dashboards.sharing import shared
from mingjing.instants import micros
from mingjing.settings import Settings
from mingjing.types import Text

REFRESH_S = 2
DAY_S = 86_400


class Snapshot(Struct, frozen=True, kw_only=True):
    """All that one drawing of the board needs, read at one moment."""

    at: datetime
    rows: list[BoardRow]
    counts: Counts
    trend: list[Bucket]
    trend_since: datetime
    trend_width: int
    trend_many: int
    pulse: Pulse
    sources: list[SourceTime]


@shared(ttl=REFRESH_S * 0.75, hash_funcs={Filter: msgspec.json.encode}, max_entries=200)
def snapshot(view: Filter) -> Snapshot:
    """The board's data for a view; readers of the same view share one reading."""
    now, timezone = service.now(), service.current().timezone
    since, width, many = stretches(view, now, timezone)
    told = replace(view, status=("open", "resolved"))
    with service.store() as store:
        return Snapshot(
            at=now,
            rows=data.board_rows(store, view, now, timezone),
            counts=data.counts(store, view, now, timezone),
            trend=data.trend(store, told, since, since + timedelta(seconds=width * many), width),
            trend_since=since,
            trend_width=width,
            trend_many=many,
            pulse=data.pulse(store, service.clock()),
            sources=data.source_times(store),
        )


@shared(ttl=15, max_entries=50)
def choices() -> tuple[list[Facet], dict[str, RuleText], dict[tuple[str, str], Text]]:
    """What can be filtered by, and what rules and codes are called."""
    with service.store() as store:
        return data.facets(store), data.rule_texts(store), data.names(store)


def stretches(view: Filter, now: datetime, timezone: str) -> tuple[datetime, int, int]:
    """The trend's start, the width of a bar in seconds, and how many bars: hours of a day, or days."""
    zone = ZoneInfo(timezone)
    if view.period in ("hour", "today"):
        full = now.replace(minute=0, second=0, microsecond=0)
        return full - timedelta(hours=23), 3600, 24
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    since, until = span(view, now, timezone)
    if view.period == "all" or (view.period == "range" and view.first is None):
        since = min(until, midnight + timedelta(days=1)) - timedelta(days=30)
    until = min(until, midnight + timedelta(days=1))
    days = max(1, -(-int((until - since).total_seconds()) // DAY_S))
    wide = -(-days // 60)
    return since, wide * DAY_S, -(-days // wide)


def late_sources(times: Sequence[SourceTime], now: datetime, settings: Settings) -> list[str]:
    """The sources whose latest event is further back than agreed with them."""
    latest: dict[str, int] = {}
    lags: dict[str, int] = {}
    for one in times:
        if one.watermark:
            latest[one.source] = max(latest.get(one.source, 0), micros(one.watermark))
        if one.lag is not None:
            lags[one.source] = one.lag
    return [source for source, mark in latest.items() if micros(now) - mark > lags.get(source, settings.lag(source))]


def judged_to(times: Sequence[SourceTime], late: Sequence[str]) -> datetime | None:
    """Up to when judging has come: for the source furthest behind among those on time."""
    ends: dict[str, datetime] = {}
    for one in times:
        ends[one.source] = max(one.as_of, ends.get(one.source, one.as_of))
    on_time = [end for source, end in ends.items() if source not in late]
    return min(on_time) if on_time else max(ends.values(), default=None)
