"""The simulated city 明川市, made from a seed: its departments, windows, officers and service items."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mingjing.simulate.itemplan import ALWAYS, Item, Version, items_of
from mingjing.simulate.people import OFFICERS, WINDOWS, Department, Officer, Window, credit_code, departments_of

__all__ = [
    "OFFICERS",
    "WINDOWS",
    "City",
    "Department",
    "Item",
    "Officer",
    "Version",
    "Window",
    "city",
    "credit_code",
    "dice",
]

BUILDERS = ("FGW", "ZGJ", "STJ", "ZJJ", "CGJ", "SWJ", "XFD", "QXJ")
"""Departments that handle construction projects together."""
NO_ITEM = ""
"""The code of what is watched but no service item: a window's day."""


class City(Struct, frozen=True):
    """A whole city; `cumulated` are the items' running loads, by which cases choose them.

    `desks` stand in for items where a window itself is the matter; `former` are items off the list.
    """

    seed: int
    region: str
    words: Mapping[str, Any]
    departments: tuple[Department, ...]
    units: Mapping[str, Department]
    items: tuple[Item, ...]
    cumulated: tuple[float, ...]
    desks: tuple[Item, ...]
    former: tuple[Item, ...]
    supervisor: Officer

    def draw(self, rng: Random) -> Item:
        """An item, in proportion to its load."""
        return self.items[bisect_right(self.cumulated, rng.random() * self.cumulated[-1])]


def city(seed: int = 1) -> City:
    """The city of a seed: 34 departments, 120 windows, 200 officers, 502 items, always the same for one seed."""
    words, tables = _read("words.toml"), _read("departments.toml")["department"]
    rng = dice(seed, "city")
    departments = departments_of(tables, words, rng)
    items = tuple(
        item
        for table, department in zip(tables, departments, strict=True)
        for item in items_of(table, department, [c for c in BUILDERS if c != department.code], words, rng)
    )
    for table, department in zip(tables, departments, strict=True):
        items = tuple(_received_together(item, table.get("serves", ()), department) for item in items)
    return City(
        seed=seed,
        region=words["region"],
        words=words,
        departments=departments,
        units={department.code: department for department in departments},
        items=items,
        cumulated=tuple(accumulate(item.load for item in items)),
        desks=tuple(_desk(department, place) for department in departments for place in range(len(department.windows))),
        former=tuple(item for item in items if item.versions[-1].status != "active"),
        supervisor=next(o for d in departments for o in d.officers if "supervisor" in o.roles),
    )


def _received_together(item: Item, serves: Sequence[str], by: Department) -> Item:
    """Half of the permits of the departments that a comprehensive window 综合窗口 serves are received there too."""
    rng = dice("comprehensive", item.code)
    if item.department.code not in serves or item.matter != "permit" or item.units or rng.random() < 0.5:
        return item
    together = [window for window in by.windows if window.kind == "comprehensive"]
    return replace(item, windows=(*item.windows, rng.choice(together)))


def _desk(department: Department, place: int) -> Item:
    window = department.windows[place]
    forever = (Version("", ALWAYS, None, 0, 0),)
    return Item(NO_ITEM, window.zh, department, "attendance", "", "attendance", forever, (), (), (window,), 0.0)


class Dice(Random):
    """Random numbers by the plainest arithmetic, several times as fast; even to one in 2^20 for what is drawn here."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """A whole number from start (or 0) up to, and not including, stop."""
        first, last = (0, start) if stop is None else (start, stop)
        return first + int(self.random() * -((first - last) // step)) * step

    def randint(self, a: int, b: int) -> int:
        """A whole number from a to b."""
        return a + int(self.random() * (b - a + 1))

    def choice(self, seq: Any) -> Any:
        """One of some things."""
        return seq[int(self.random() * len(seq))]


def dice(*names: object) -> Random:
    """A random stream of its own, the same for the same names on every machine."""
    return Dice("/".join(map(str, names)))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("mingjing.simulate").joinpath("data", name).read_text(encoding="utf-8"))
