"""覆盖: which units, items, steps and windows data come from, rolled up over the tree; and 三率 per unit. Pure.

What counts as expected says the catalogue (active items, their steps and windows) and the register of units; what was
heard says the store. An item without a case may have its reason in the register of designations (`quiet`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct


class Unit(Struct, frozen=True, kw_only=True):
    """A row of the register of units."""

    code: str
    name: str
    level: str
    parent: str = ""
    region: str = ""


class Listed(Struct, frozen=True, kw_only=True):
    """An active item of the catalogue on the day looked at; `quiet`: why no case is to be expected, if so."""

    item: str
    name: str
    department: str
    steps: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    quiet: str = ""


class Heard(Struct, frozen=True, kw_only=True):
    """What came in within the period.

    `units`: cases by department; `points`: cases by the point at which papers were handed in, which a department
    handles and counts as well; `latest`: the last event of each (UTC);
    `items`: those with a case; `steps`: of each item; `windows`: those with a case.
    """

    units: Mapping[str, int] = {}
    points: Mapping[str, int] = {}
    latest: Mapping[str, datetime] = {}
    items: frozenset[str] = frozenset()
    steps: Mapping[str, frozenset[str]] = {}
    windows: frozenset[str] = frozenset()


class Share(Struct, frozen=True):
    """So many of so many; `of` 0: none are expected."""

    there: int = 0
    of: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.there + other.there, self.of + other.of)

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None where nothing is expected."""
        return self.there / self.of if self.of else None

    @property
    def gap(self) -> int:
        """How many are missing."""
        return self.of - self.there


class Node(Struct, frozen=True, kw_only=True):
    """A unit with all units below it. `depth`: 0 at the top; `leaves`: units at the leaves with data, of all there.

    `cases`: of departments, one that several handle in each of them; `handed`: handed in at points.
    """

    unit: Unit
    depth: int
    cases: int
    handed: int
    latest: datetime | None
    leaves: Share
    items: Share
    steps: Share
    windows: Share

    @property
    def silent(self) -> bool:
        """Whether nothing came from it nor from anything below."""
        return self.leaves.there == 0

    @property
    def gaps(self) -> int:
        """How many units, items, steps and windows are missing."""
        return self.leaves.gap + self.items.gap + self.steps.gap + self.windows.gap


class Gap(Struct, frozen=True, kw_only=True):
    """One thing that no data come from. `kind`: unit, item, step or window; `rule`: whose findings are about it."""

    kind: str
    code: str
    name: str
    department: str
    rule: str
    step: str = ""


class Rates(Struct, frozen=True, kw_only=True):
    """三率 of one department's items: 进驻率, 授权率, 监察接入率; `excepted` items are out of the first two.

    `unheard`: items that the register calls supervised and that no case came from in the period.
    """

    department: str
    resident: Share
    authorised: Share
    connected: Share
    excepted: int
    unheard: int


class Designated(Struct, frozen=True, kw_only=True):
    """A row of the register of designations."""

    item: str
    department: str
    resident: bool
    authorised: bool
    connected: bool
    excepted: bool
    quiet: str = ""


def tree(units: Sequence[Unit], items: Iterable[Listed], heard: Heard) -> list[Node]:
    """Every unit with what lies below it, parents before children; one whose parent is not there is on top."""
    known = {unit.code for unit in units}
    below: dict[str, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent if unit.parent in known else "", []).append(unit)
    own: dict[str, list[Listed]] = {}
    for item in items:
        own.setdefault(item.department, []).append(item)
    found: list[Node] = []
    for unit in below.get("", ()):
        _walk(unit, 0, below, own, heard, found, {})
    return found


def _walk(
    unit: Unit, depth: int, below: Mapping[str, Sequence[Unit]], own: Mapping[str, Sequence[Listed]], heard: Heard,
    found: list[Node], posts: dict[str, frozenset[str]],
) -> Node:  # fmt: skip
    """`posts`: the windows of a unit and of those below it, each once: several units may have items at one window."""
    place = len(found)
    children = below.get(unit.code, ())
    parts = [_walk(child, depth + 1, below, own, heard, found, posts) for child in children]
    items = own.get(unit.code, ())
    here = frozenset(window for item in items for window in item.windows)
    posts[unit.code] = here.union(*(posts[child.code] for child in children))
    latest = [one for one in (heard.latest.get(unit.code), *(part.latest for part in parts)) if one is not None]
    node = Node(
        unit=unit,
        depth=depth,
        cases=heard.units.get(unit.code, 0) + sum(part.cases for part in parts),
        handed=heard.points.get(unit.code, 0) + sum(part.handed for part in parts),
        latest=max(latest, default=None),
        leaves=_all(part.leaves for part in parts) if children else Share(int(_reports(unit, heard)), 1),
        items=_all((Share(sum(_covered(item, heard) for item in items), len(items)), *(part.items for part in parts))),
        steps=_all((_steps(items, heard), *(part.steps for part in parts))),
        windows=Share(len(posts[unit.code] & heard.windows), len(posts[unit.code])),
    )
    found.insert(place, node)
    return node


def _reports(unit: Unit, heard: Heard) -> bool:
    return unit.code in heard.units or unit.code in heard.points


def _covered(item: Listed, heard: Heard) -> bool:
    return bool(item.quiet) or item.item in heard.items


def _steps(items: Iterable[Listed], heard: Heard) -> Share:
    """The steps of items with cases: what no case came from cannot show its steps."""
    those = [item for item in items if item.item in heard.items]
    done = sum(step in heard.steps.get(item.item, frozenset()) for item in those for step in item.steps)
    return Share(done, sum(len(item.steps) for item in those))


def _all(shares: Iterable[Share]) -> Share:
    return sum(shares, Share())


def gaps(units: Sequence[Unit], items: Iterable[Listed], heard: Heard) -> list[Gap]:
    """Everything that is missing: units at the leaves, items, steps of items with cases, windows. In that order."""
    above = {unit.parent for unit in units}
    listed = list(items)
    found = [
        Gap(kind="unit", code=one.code, name=one.name, department=one.code, rule="N11-U")
        for one in units
        if one.code not in above and not _reports(one, heard)
    ]
    found += [
        Gap(kind="item", code=one.item, name=one.name, department=one.department, rule="N11-I")
        for one in listed
        if not _covered(one, heard)
    ]
    found += [
        Gap(kind="step", code=one.item, name=one.name, department=one.department, rule="N11-S", step=step)
        for one in listed
        if one.item in heard.items
        for step in one.steps
        if step not in heard.steps.get(one.item, frozenset())
    ]
    posts = {window: one.department for one in listed for window in one.windows}
    found += [
        Gap(kind="window", code=code, name="", department=department, rule="N11-W")
        for code, department in sorted(posts.items())
        if code not in heard.windows
    ]
    return found


def rates(rows: Iterable[Designated], heard: Heard) -> list[Rates]:
    """三率 of every department that has designations, in order of code."""
    of: dict[str, list[Designated]] = {}
    for row in rows:
        of.setdefault(row.department, []).append(row)
    return [_rates(department, those, heard) for department, those in sorted(of.items())]


def _rates(department: str, those: Sequence[Designated], heard: Heard) -> Rates:
    due = [one for one in those if not one.excepted]
    return Rates(
        department=department,
        resident=Share(sum(one.resident for one in due), len(due)),
        authorised=Share(sum(one.authorised for one in due), len(due)),
        connected=Share(sum(one.connected for one in those), len(those)),
        excepted=len(those) - len(due),
        unheard=sum(one.connected and not one.quiet and one.item not in heard.items for one in those),
    )
