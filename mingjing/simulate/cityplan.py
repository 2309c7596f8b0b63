"""The simulated city 明川市: its departments, windows, officers and service items, made from a seed."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from itertools import accumulate, pairwise
from random import Random
from typing import Any, NamedTuple

from msgspec import Struct

WINDOWS, OFFICERS, ITEMS = 120, 180, 480
SAME_DAY = 0
"""The limit, in working days, of an item that is handled the same office day 即办."""


class Officer(Struct, frozen=True):
    """A person who handles cases; `front` officers receive and hand out, the others examine and decide."""

    code: str
    department: str
    zh: str
    en: str
    front: bool


class Window(Struct, frozen=True):
    """A counter of the hall and who sits there."""

    code: str
    department: str
    zh: str
    en: str
    officer: Officer


class Department(Struct, frozen=True):
    """A department with its counters and people; `system` is the source of its events."""

    code: str
    credit_code: str
    zh: str
    en: str
    system: str
    windows: tuple[Window, ...]
    officers: tuple[Officer, ...]


class Version(Struct, frozen=True):
    """An item's limits in working days, from one day up to and including another (None: open)."""

    number: str
    valid_from: date
    valid_to: date | None
    committed: int
    statutory: int


class Item(Struct, frozen=True):
    """A service item 事项. `order` is the kind of work order, "" for a permit item."""

    code: str
    name: str
    department: Department
    matter: str
    case_type: str
    order: str
    versions: tuple[Version, ...]
    steps: tuple[str, ...]
    materials: tuple[str, ...]
    windows: tuple[Window, ...]
    fee: int | None
    load: float

    def version(self, day: date) -> Version:
        """The version in force on a day."""
        return next(v for v in reversed(self.versions) if v.valid_from <= day)

    @property
    def immediate(self) -> bool:
        """Whether it is decided the same office day."""
        return self.case_type == "immediate"


class City(Struct, frozen=True):
    """A whole city; `cumulated` are the items' running loads, by which cases choose them."""

    seed: int
    region: str
    words: Mapping[str, Any]
    departments: tuple[Department, ...]
    items: tuple[Item, ...]
    cumulated: tuple[float, ...]

    def draw(self, rng: Random) -> Item:
        """An item, in proportion to its load."""
        return self.items[bisect_right(self.cumulated, rng.random() * self.cumulated[-1])]


def city(seed: int = 1) -> City:
    """The city of a seed: 34 departments, 120 windows, 180 officers, 480 items, always the same for one seed."""
    words, tables = _read("words.toml"), _read("departments.toml")["department"]
    rng = dice(seed, "city")
    departments = _departments(tables, words, rng)
    units = zip(tables, departments, strict=True)
    items = tuple(item for table, department in units for item in _items(table, department, words, rng))
    return City(
        seed=seed,
        region=words["region"],
        words=words,
        departments=departments,
        items=items,
        cumulated=tuple(accumulate(item.load for item in items)),
    )


def dice(*names: object) -> Random:
    """A random stream of its own, the same for the same names on every machine."""
    return Random("/".join(map(str, names)))  # noqa: S311 - a simulation, not a secret


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("mingjing.simulate").joinpath("data", name).read_text(encoding="utf-8"))


def shares(total: int, sizes: Sequence[float], least: int = 1) -> list[int]:
    """Whole shares of a total in proportion to sizes, each at least `least`, adding up exactly."""
    left = total - least * len(sizes)
    ends = [0, *(round(end * left / sum(sizes)) for end in accumulate(sizes))]
    return [least + after - before for before, after in pairwise(ends)]


def _departments(tables: Sequence[Mapping[str, Any]], words: Mapping[str, Any], rng: Random) -> tuple[Department, ...]:
    sizes = [table["size"] for table in tables]
    windows, officers = shares(WINDOWS, sizes), shares(OFFICERS, sizes)
    names = [
        (f"{s.split()[0]}{g.split()[0]}", f"{s.split()[1]} {g.split()[1]}")
        for s in words["people"]["surnames"]
        for g in words["people"]["given"]
    ]
    rng.shuffle(names)
    made = []
    number = 0
    for table, window_count, officer_count in zip(tables, windows, officers, strict=True):
        code = table["code"]
        people = []
        for place in range(officer_count):
            number += 1
            zh, en = names[number]
            front = place < max(1, officer_count * 2 // 3) if officer_count > 1 else True
            people.append(Officer(f"{code}-{place + 1:02d}", code, zh, en, front))
        desk = [officer for officer in people if officer.front]
        counters = tuple(_window(table, n + 1, desk[n % len(desk)]) for n in range(window_count))
        credit = credit_code(f"11{words['region']}{rng.randrange(10**8):08d}{rng.randrange(10)}")
        made.append(
            Department(
                code=code,
                credit_code=credit,
                zh=f"{words['zh']}{table['zh']}",
                en=table["en"],
                system=f"{code.lower()}-approval",
                windows=counters,
                officers=tuple(people),
            )
        )
    return tuple(made)


def _window(table: Mapping[str, Any], number: int, officer: Officer) -> Window:
    zh, en = f"{table['zh']}{number}号窗口", f"{table['en']}, window {number}"
    return Window(f"{table['code']}-W{number:02d}", table["code"], zh, en, officer)


_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(body: str) -> str:
    """A unified social credit code 统一社会信用代码 from its first 17 characters (GB 32100-2015).

    >>> credit_code("91350100M000100Y4")
    '91350100M000100Y43'
    """
    total = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _CREDIT[(31 - total % 31) % 31]


LICENCE = ("核发", "变更", "延续", "注销")
REGISTRATION = ("登记", "变更登记", "注销登记")
MATTER_CODES = {"permit": "01", "hotline": "20", "consultation": "21", "complaint": "22"}
ALWAYS = date(2004, 1, 1)
CHANGE_YEARS = range(2016, 2027)


class _Kind(NamedTuple):
    """An item before it is made: `handling` is its way through the hall, `order` the kind of work order or ""."""

    name: str
    handling: str
    matter: str
    order: str


def _items(table: Mapping[str, Any], department: Department, words: Mapping[str, Any], rng: Random) -> list[Item]:
    """A department's items: how each kind of name is handled, how long, and how often it is asked for."""
    drafts: list[tuple[str, str, str, str]] = []
    for subject in table.get("licences", ()):
        drafts += [
            (f"{subject}{LICENCE[0]}", "usual", "permit", ""),
            (f"{subject}{LICENCE[1]}", "short", "permit", ""),
            (f"{subject}{LICENCE[2]}", "usual", "permit", ""),
            (f"{subject}{LICENCE[3]}", "immediate", "permit", ""),
        ]
    for subject in table.get("registrations", ()):
        drafts += [(f"{subject}{action}", "short", "permit", "") for action in REGISTRATION]
    drafts += [(f"{subject}备案", "immediate", "permit", "") for subject in table.get("filings", ())]
    for name in table.get("approvals", ()):
        joint = any(word in name for word in ("建设工程", "建筑工程", "建设项目", "规划许可"))
        drafts.append((name, "joint" if joint else rng.choice(("usual", "long")), "permit", ""))
    drafts += [(name, "immediate", "permit", "") for name in table.get("services", ())]
    drafts += [(name, "order", matter, order) for matter, order, name in table.get("orders", ())]
    busy = {"immediate": 4.0, "short": 2.0, "usual": 1.0, "long": 0.4, "joint": 0.3, "order": 3.0}
    weights = [busy[handling] * (0.15 + rng.paretovariate(1.3)) for _, handling, _, _ in drafts]
    whole = sum(weights)
    return [
        _item(kind, number, table["load"] * weight / whole, department=department, words=words, rng=rng)
        for number, (kind, weight) in enumerate(zip(map(_Kind._make, drafts), weights, strict=True), 1)
    ]


def _item(
    kind: _Kind, number: int, load: float, *, department: Department, words: Mapping[str, Any], rng: Random
) -> Item:
    name, handling, matter, order = kind
    basic = f"{MATTER_CODES[matter]}{int(department.credit_code[8:13]) % 1000:03d}{number:03d}{rng.randrange(3):03d}"
    case_type, committed, statutory = _limits(handling, order, words, rng)
    some = rng.sample(words["materials"]["some"], rng.randint(1, 5))
    fee = rng.choice((10, 20, 50, 80, 100, 200)) if not order and rng.random() < 0.12 else None
    windows = rng.sample(department.windows, min(len(department.windows), rng.choice((1, 1, 2, 3))))
    return Item(
        code=f"{department.credit_code}30{basic}",  # 18 characters of the unit, city level, 12 of the basic catalogue
        name=name,
        department=department,
        matter=matter,
        case_type=case_type,
        order=order,
        versions=_versions(committed, statutory, movable=not order and committed >= 5, rng=rng),
        steps=tuple(words["steps"].get(handling, ())),
        materials=(*words["materials"]["every"], *some),
        windows=tuple(sorted(windows, key=lambda window: window.code)),
        fee=fee,
        load=load,
    )


def _limits(handling: str, order: str, words: Mapping[str, Any], rng: Random) -> tuple[str, int, int]:
    """Case type, committed and statutory limit in working days."""
    if handling == "order":
        limit = words["limits"][order]
        return "controlled" if order == "complaint" else "committed", limit, limit + 7
    if handling == "immediate":
        return "immediate", SAME_DAY, rng.choice((5, 5, 10, 20))
    if handling == "short":
        return rng.choice(("committed",) * 9 + ("urgent",)), rng.choice((1, 2, 3, 3, 5)), rng.choice((7, 10, 15, 20))
    if handling == "joint":
        return "joint", rng.choice((8, 12, 15, 20)), rng.choice((30, 45))
    if handling == "long":
        case_type = rng.choice(("committed", "committed", "forwarded"))
        return case_type, rng.choice((10, 12, 15, 18)), rng.choice((20, 20, 30))
    return "committed", rng.choice((5, 7, 8, 10, 10)), rng.choice((20, 20, 30))


def _versions(committed: int, statutory: int, *, movable: bool, rng: Random) -> tuple[Version, ...]:
    """One version for all time, or, for a few items, several: the promise is shortened or eased on a first of July."""
    if not movable or rng.random() > 0.2:
        return (Version("1", ALWAYS, None, committed, statutory),)
    starts = [ALWAYS, *(date(year, 7, 1) for year in sorted(rng.sample(CHANGE_YEARS, 4)))]
    limits = [committed]
    for _ in starts[1:]:
        limits.append(min(statutory, max(3, limits[-1] + rng.choice((-3, -2, -2, 2)))))
    ends = [date.fromordinal(start.toordinal() - 1) for start in starts[1:]]
    return tuple(
        Version(str(number), start, end, limit, statutory)
        for number, (start, end, limit) in enumerate(zip(starts, [*ends, None], limits, strict=True), 1)
    )
