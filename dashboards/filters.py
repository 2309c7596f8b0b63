"""What the board shows: a choice that lives in the address, so that a link reproduces the view.

Pure: from query parameters to a `Filter` and back, and on to the parameters of the board's queries.
An address may be written by hand or be years old, so what it says wrongly is dropped, never an error.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from msgspec import Struct

Sort = Literal["gravest", "newest", "breach", "oldest", "ranked"]
Nature = Literal["", "verdict", "lead"]
Period = Literal["all", "hour", "today", "week", "month", "range"]
SORTS: tuple[Sort, ...] = get_args(Sort)
NATURES: tuple[Nature, ...] = get_args(Nature)
PERIODS: tuple[Period, ...] = get_args(Period)
STATUSES = ("open", "resolved", "withdrawn")
SEVERITIES = (3, 2, 1)
PAGE_SIZES = (25, 50, 100)

FAR_PAST = datetime(1900, 1, 1, tzinfo=UTC)
FAR_FUTURE = datetime(2299, 12, 31, tzinfo=UTC)
_LISTS = ("rule", "department", "window", "region")


class Filter(Struct, frozen=True, kw_only=True):
    """One view of the board. Empty tuples mean any; `period` is about the instant of the breach."""

    severity: tuple[int, ...] = ()
    status: tuple[str, ...] = ("open",)
    rule: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    nature: Nature = ""
    q: str = ""
    period: Period = "all"
    first: date | None = None
    last: date | None = None
    sort: Sort = "gravest"
    page: int = 1
    size: int = 50

    @property
    def narrowed(self) -> bool:
        """Whether anything but order and page differs from what the board shows unasked."""
        plain = Filter(sort=self.sort, page=self.page, size=self.size)
        return self != plain


def from_query(query: Mapping[str, list[str]]) -> Filter:
    """The view that an address asks for.

    >>> from_query({"rule": ["T2", "T3"], "severity": ["3", "x"], "page": ["-4"]})
    Filter(severity=(3,), status=('open',), rule=('T2', 'T3'), ...)
    """
    wanted: dict[str, object] = {name: tuple(dict.fromkeys(query.get(name, ()))) for name in _LISTS}
    wanted["severity"] = tuple(s for s in SEVERITIES if str(s) in query.get("severity", ()))
    if statuses := query.get("status"):
        wanted["status"] = tuple(s for s in STATUSES if s in statuses)
    wanted["nature"] = next((n for n in NATURES if n == _last(query, "nature")), "")
    wanted["q"] = _last(query, "q").strip()
    wanted["sort"] = next((s for s in SORTS if s == _last(query, "sort")), "gravest")
    wanted["first"], wanted["last"] = _date(_last(query, "from")), _date(_last(query, "to"))
    dated = wanted["first"] or wanted["last"]
    wanted["period"] = "range" if dated else next((p for p in PERIODS if p == _last(query, "period")), "all")
    wanted["page"] = _whole(_last(query, "page"), 1, lambda n: n >= 1)
    wanted["size"] = _whole(_last(query, "size"), 50, lambda n: n in PAGE_SIZES)
    return Filter(**wanted)  # type: ignore[arg-type]


def to_query(view: Filter) -> dict[str, list[str]]:
    """The address of a view; what is as usual is left out."""
    usual = Filter()
    query: dict[str, list[str]] = {name: list(getattr(view, name)) for name in _LISTS}
    query["severity"] = [str(s) for s in view.severity]
    query["status"] = [] if view.status == usual.status else list(view.status) or ["all"]
    query["nature"] = [view.nature] if view.nature else []
    query["q"] = [view.q] if view.q else []
    told = view.period == "all" or view.first or view.last
    query["period"] = [] if told else [view.period]
    query["from"] = [view.first.isoformat()] if view.first else []
    query["to"] = [view.last.isoformat()] if view.last else []
    for name in ("sort", "page", "size"):
        query[name] = [] if getattr(view, name) == getattr(usual, name) else [str(getattr(view, name))]
    return {name: values for name, values in query.items() if values}


def span(view: Filter, now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """The instants from (included) and to (excluded) which breaches are shown."""
    zone = ZoneInfo(timezone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    match view.period:
        case "hour":
            return now - timedelta(hours=1), FAR_FUTURE
        case "today":
            return midnight, FAR_FUTURE
        case "week":
            return midnight - timedelta(days=6), FAR_FUTURE
        case "month":
            return midnight - timedelta(days=29), FAR_FUTURE
        case "range":
            since = datetime.combine(view.first, time(), zone) if view.first else FAR_PAST
            until = datetime.combine(view.last, time(), zone) + timedelta(days=1) if view.last else FAR_FUTURE
            return since, until
        case _:
            return FAR_PAST, FAR_FUTURE


def parameters(view: Filter, now: datetime, timezone: str) -> dict[str, object]:
    """The parameters that the board's named queries share."""
    since, until = span(view, now, timezone)
    lists = {f"{name}s": list(getattr(view, name)) for name in _LISTS}
    return {
        **lists,
        "severities": list(view.severity),
        "statuses": list(view.status),
        "search": view.q,
        "nature": view.nature,
        "since": since.astimezone(UTC),
        "until": until.astimezone(UTC),
    }


def _last(query: Mapping[str, list[str]], name: str) -> str:
    values = query.get(name) or [""]
    return values[-1]


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FAR_PAST.date() <= day <= FAR_FUTURE.date() - timedelta(days=1) else None


def _whole(text: str, usual: int, good: Callable[[int], bool]) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and good(int(text)) else usual
