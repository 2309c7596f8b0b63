"""Which windows the plan shows, in which order, as the address says it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args

from msgspec import Struct

from dashboards.hall.state import SHOWN, Shown, WindowNow
from dashboards.lexicon import Lexicon

Sort = Literal["place", "state", "since", "code"]
SORTS: tuple[Sort, ...] = get_args(Sort)
LISTS = ("hall", "department", "by")
_LATEST = datetime.max.replace(tzinfo=UTC)


class View(Struct, frozen=True, kw_only=True):
    """A choice of windows; empty tuples mean any. `by`: the cameras that look at them."""

    q: str = ""
    hall: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    state: tuple[Shown, ...] = ()
    by: tuple[str, ...] = ()
    sort: Sort = "place"

    @property
    def narrowed(self) -> bool:
        """Whether it leaves any window out."""
        return View(sort=self.sort) != self


def from_query(query: Mapping[str, Sequence[str]]) -> View:
    """The choice that an address asks for.

    >>> from_query({"state": ["unstaffed", "x"], "hall": ["一楼"], "sort": ["?"]})
    View(q='', hall=('一楼',), department=(), state=('unstaffed',), by=(), sort='place')
    """
    hall, department, by = (tuple(dict.fromkeys(query.get(name, ()))) for name in LISTS)
    sort = next((one for one in SORTS if one in query.get("sort", ())), SORTS[0])
    state = tuple(one for one in SHOWN if one in query.get("state", ()))
    q = "".join(query.get("q", ())[-1:]).strip()
    return View(q=q, hall=hall, department=department, state=state, by=by, sort=sort)


def to_query(view: View) -> dict[str, list[str]]:
    """The address of a choice; what is as usual is left out."""
    query = {name: list(getattr(view, name)) for name in (*LISTS, "state")}
    query["q"] = [view.q] if view.q else []
    query["sort"] = [view.sort] if view.sort != SORTS[0] else []
    return {name: values for name, values in query.items() if values}


def chosen(windows: Iterable[WindowNow], view: View, lexicon: Lexicon) -> list[WindowNow]:
    """The windows that are in the choice, in its order."""
    sought = view.q.casefold()
    found = [
        one
        for one in windows
        if (not view.hall or one.place.hall in view.hall)
        and (not view.department or one.place.department in view.department)
        and (not view.state or one.shown in view.state)
        and (not view.by or set(one.cameras) & set(view.by))
        and sought in f"{one.window} {lexicon.name('window', one.window)}".casefold()
    ]
    orders = {
        "place": lambda one: (not one.place.hall, one.place.hall, one.place.department, one.window),
        "state": lambda one: (SHOWN.index(one.shown), one.since or _LATEST, one.window),
        "since": lambda one: (one.since or _LATEST, one.window),
        "code": lambda one: one.window,
    }
    return sorted(found, key=orders[view.sort])


def grouped(windows: Sequence[WindowNow], sort: Sort) -> dict[tuple[str, str], list[WindowNow]]:
    """The windows by hall and department where they are in order of place, else all together."""
    found: dict[tuple[str, str], list[WindowNow]] = {}
    for one in windows:
        found.setdefault((one.place.hall, one.place.department) if sort == "place" else ("", ""), []).append(one)
    return found
