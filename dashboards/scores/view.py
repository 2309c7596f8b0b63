"""Which scores a page shows, in which order, as the address says it. Pure.

The period is not here: leaders' pages share it (`dashboards.components.period`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from msgspec import Struct

from mingjing.scoring.results import Score, ScoreSheet, State, Value
from mingjing.scoring.sums import LEVELS
from mingjing.store.scores import Scope

Order = Literal["total", "name", "cases"]
ORDERS: tuple[Order, ...] = get_args(Order)
PAGE = 200
"""Rows of one page of a ranking."""
LEFT_OUT: tuple[State, ...] = ("doubt", "small", "idle")
"""Those without a place, in the order in which they are listed."""


class View(Struct, frozen=True, kw_only=True):
    """A ranking: a level, within a region or department ("": all), by a scheme.

    `sort`: one of ORDERS or an indicator's id. `live`: as of now even where scores are frozen. `revision`: a frozen
    one, 0 the last.
    """

    level: str = "window"
    region: str = ""
    department: str = ""
    scheme: str = ""
    q: str = ""
    sort: str = "total"
    live: bool = False
    revision: int = 0
    page: int = 1

    @property
    def scope(self) -> Scope:
        """Whose sums count."""
        return Scope(
            regions=(self.region,) if self.region else (), departments=(self.department,) if self.department else ()
        )


def from_query(query: Mapping[str, Sequence[str]]) -> View:
    """The ranking that an address asks for; what it says wrongly is dropped.

    >>> from_query({"level": ["officer"], "live": ["1"], "rev": ["x"], "page": ["2"]})
    View(level='officer', region='', department='', scheme='', q='', sort='total', live=True, revision=0, page=2)
    """

    def last(name: str) -> str:
        return "".join(query.get(name, ())[-1:]).strip()

    return View(
        level=next((one for one in LEVELS if one == last("level")), "window"),
        region=last("region"),
        department=last("department"),
        scheme=last("scheme"),
        q=last("q"),
        sort=last("sort") or "total",
        live=last("live") == "1",
        revision=_whole(last("rev"), 0),
        page=max(1, _whole(last("page"), 1)),
    )


def to_query(view: View) -> dict[str, list[str]]:
    """The address of a ranking; what is as usual is left out."""
    usual = View()
    told = {name: getattr(view, name) for name in ("level", "region", "department", "scheme", "q", "sort", "page")}
    query = {name: [str(value)] for name, value in told.items() if value != getattr(usual, name)}
    if view.live:
        query["live"] = ["1"]
    if view.revision:
        query["rev"] = [str(view.revision)]
    return query


class Group(Struct, frozen=True):
    """Rows that stand together: of one tier, or (None) all, where the order is not that of the total.

    `depth`: how many regions theirs lie in, which makes them each other's peers; 0 for all that are no regions.
    """

    tier: int | None
    rows: tuple[Score, ...]
    depth: int = 0


class Listing(Struct, frozen=True, kw_only=True):
    """A sheet as a page lists it. `ranked`: how many have a place, found or not; `tiers`: how many tiers there are."""

    groups: tuple[Group, ...]
    left_out: Mapping[State, tuple[Score, ...]]
    ranked: int
    tiers: int
    found: int
    pages: int

    @property
    def rows(self) -> list[Score]:
        """All rows with a place on this page, in order."""
        return [row for group in self.groups for row in group.rows]


def listing(
    sheet: ScoreSheet,
    view: View,
    name: Callable[[str], str],
    depth: Callable[[str], int] = lambda _: 0,
    *,
    size: int = PAGE,
) -> Listing:
    """The sheet's scores searched and in order. `name`: what people call a code; `depth`: of a region in its tree."""
    sought = view.q.casefold()
    found = [one for one in sheet.scores if sought in f"{one.code} {name(one.code)}".casefold()]
    ranked = _ordered([one for one in found if one.state == "ranked"], view.sort, name)
    pages = max(1, -(-len(ranked) // size))
    first = (min(view.page, pages) - 1) * size
    shown = ranked[first : first + size]
    everyone = [one for one in sheet.scores if one.state == "ranked"]
    return Listing(
        groups=_grouped(shown, view.sort, depth),
        left_out={state: tuple(one for one in found if one.state == state) for state in LEFT_OUT},
        ranked=len(everyone),
        tiers=max((one.tier or 0 for one in everyone), default=0),
        found=len(ranked),
        pages=pages,
    )


def value_of(score: Score, indicator: str) -> Value | None:
    """One indicator of a score."""
    return next((one for one in score.values if one.indicator == indicator), None)


def span(scores: Sequence[Score]) -> tuple[float, float]:
    """The whole points between which all intervals lie, at least five apart."""
    los = [one.lo for one in scores if one.lo is not None]
    his = [one.hi for one in scores if one.hi is not None]
    if not los or not his:
        return 0.0, 100.0
    low, high = float(int(min(los))), float(-int(-max(his) // 1))
    return (low, high) if high - low >= 5 else (max(0.0, high - 5), max(high, 5.0))


def _ordered(rows: list[Score], sort: str, name: Callable[[str], str]) -> list[Score]:
    match sort:
        case "name":
            return sorted(rows, key=lambda one: name(one.code))
        case "cases":
            return sorted(rows, key=lambda one: (-one.cases, one.code))
        case "total":
            return rows
    found = {one.code: value_of(one, sort) for one in rows}
    points = {code: value.points if value else -1.0 for code, value in found.items()}
    return sorted(rows, key=lambda one: (-points[one.code], one.code))


def _grouped(rows: Sequence[Score], sort: str, depth: Callable[[str], int]) -> tuple[Group, ...]:
    if sort != "total":
        return (Group(None, tuple(rows)),) if rows else ()
    tiers: dict[tuple[int, int | None], list[Score]] = {}
    for one in rows:
        tiers.setdefault((depth(one.code), one.tier), []).append(one)
    return tuple(Group(tier, tuple(held), deep) for (deep, tier), held in tiers.items())


def _whole(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else usual
