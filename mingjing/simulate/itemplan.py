"""The simulated city's service items 事项 and what may be charged for them 收费目录, made from word lists and dice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from random import Random
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mingjing.simulate.people import Department, Window

SAME_DAY = 0
"""The limit, in working days, of an item that is handled the same office day 即办."""
LICENCE = ("核发", "变更", "延续", "注销")
REGISTERED = ("公司登记", "个体工商户登记")
"""Registrations that end with a business licence."""
REGISTRATION = ("登记", "变更登记", "注销登记")
MATTER_CODES = {
    "permit": "01",
    "penalty": "02",
    "levy": "05",
    "agency": "11",
    "hotline": "20",
    "consultation": "21",
    "complaint": "22",
    "tender": "30",
}
ALWAYS = date(2004, 1, 1)
CHANGE_YEARS = range(2016, 2027)
ACCOUNT = "财政非税收入专户-01"
ELSEWHERE = "单位基本户-88"
"""An account that no tariff names."""
WAIVERS = ("小微企业减免", "残疾人减免", "低保对象减免")
ABOLISHED = date(2008, 12, 31)
"""The last day of the fees that were abolished, of every department's F900."""
OLD_RATE = 50
ON_SITE = ("现场踏勘", "联合踏勘")
BRANCH_DAYS = {8: 4, 12: 6, 15: 8, 20: 10}
"""Working days that a unit of a parallel case has, by those of the whole case."""


class Version(Struct, frozen=True):
    """An item's limits in working days, from one day up to and including another (None: open).

    `licence_first`: its applicants need a business licence; `permits_after`: permits it must no longer ask for.
    """

    number: str
    valid_from: date
    valid_to: date | None
    committed: int
    statutory: int
    status: str = "active"
    licence_first: bool = False
    permits_after: tuple[str, ...] = ()


class Tariff(Struct, frozen=True):
    """A row of the tariff: so many yuan per unit, between a floor and a cap."""

    fee: str
    item: str
    rate: int
    unit: str
    floor: int | None
    cap: int | None
    valid_from: date
    valid_to: date | None

    def amount(self, quantity: int) -> int:
        """What is due for a quantity, in whole yuan."""
        return min(max(self.rate * quantity, self.floor or 0), self.cap or 10**9)


class Item(Struct, frozen=True):
    """A service item. `order` is "" for a permit, else the kind of a work order, or the matter of what is neither.

    `units` handle a parallel case together; `branch` is each one's limit, `review` that of a lower level's part.

    `optional` are materials that an applicant may volunteer; `merged` are steps that may lawfully be left out.
    """

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
    load: float
    tariff: Tariff | None = None
    optional: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    branch: int | None = None
    review: int | None = None
    family: str = ""

    def version(self, day: date) -> Version:
        """The version in force on a day."""
        return next(v for v in reversed(self.versions) if v.valid_from <= day)

    @property
    def immediate(self) -> bool:
        """Whether it is decided the same office day."""
        return self.case_type == "immediate"


def limit_words(days: int) -> str:
    """A limit as catalogues word it."""
    return "same office day" if days == SAME_DAY else f"{days} working_days"


class _Kind(NamedTuple):
    """An item before it is made: `handling` is its way through the hall, `order` the kind of work order or ""."""

    name: str
    handling: str
    matter: str = "permit"
    order: str = ""


BUSY = {
    "immediate": 4.0,
    "short": 2.0,
    "usual": 1.0,
    "long": 0.4,
    "joint": 0.4,
    "order": 3.0,
    "penalty": 0.5,
    "levy": 0.5,
    "agency": 0.4,
    "tender": 0.15,
    "former": 0.0,
}
"""How often items of a handling are asked for, compared with each other."""


def items_of(
    table: Mapping[str, Any], department: Department, others: Sequence[str], words: Mapping[str, Any], rng: Random
) -> list[Item]:
    """A department's items: how each is handled, how long, and how often it is asked for.

    `others` are the codes of the departments with which it handles parallel cases.
    """
    drafts = list(_drafts(table, rng))
    weights = [BUSY[kind.handling] * (0.15 + min(rng.paretovariate(1.3), 40)) for kind in drafts]
    whole = sum(weights)
    made = [
        _item(kind, number, table["load"] * weight / whole, department=department, others=others, words=words, rng=rng)
        for number, (kind, weight) in enumerate(zip(drafts, weights, strict=True), 1)
    ]
    return [_after_licence(item, table.get("licence_first", {}), table.get("permits_after", {})) for item in made]


def _after_licence(item: Item, first: Mapping[str, date], after: Mapping[str, date]) -> Item:
    """先照后证: from a day on the licence comes first, or, at a registration, some permits may not be asked for."""
    versions = item.versions
    if item.name in first:
        versions = _split(versions, first[item.name], lambda version: replace(version, licence_first=True))
    elif item.name in REGISTERED:
        for permit, day in after.items():
            versions = _split(versions, day, partial(_spared, permit=permit))
    return replace(item, versions=versions)


def _spared(version: Version, permit: str) -> Version:
    return replace(version, permits_after=(*version.permits_after, permit))


def _split(versions: Sequence[Version], day: date, changed: Callable[[Version], Version]) -> tuple[Version, ...]:
    """The versions numbered anew, those from a day on changed; the one in force on it becomes two."""
    found: list[Version] = []
    for one in versions:
        if one.valid_from < day and (one.valid_to is None or one.valid_to >= day):
            found += [
                replace(one, valid_to=date.fromordinal(day.toordinal() - 1)),
                changed(replace(one, valid_from=day)),
            ]
        else:
            found.append(changed(one) if one.valid_from >= day else one)
    return tuple(replace(one, number=str(number)) for number, one in enumerate(found, 1))


def _drafts(table: Mapping[str, Any], rng: Random) -> list[_Kind]:
    drafts: list[_Kind] = []
    for subject in table.get("licences", ()):
        handlings = ("usual", "short", "usual", "immediate")
        drafts += [_Kind(f"{subject}{action}", how) for action, how in zip(LICENCE, handlings, strict=True)]
    for subject in table.get("registrations", ()):
        drafts += [_Kind(f"{subject}{action}", "short") for action in REGISTRATION]
    drafts += [_Kind(f"{subject}备案", "immediate") for subject in table.get("filings", ())]
    for name in table.get("approvals", ()):
        joint = any(word in name for word in ("建设工程", "建筑工程", "建设项目", "规划许可"))
        drafts.append(_Kind(name, "joint" if joint else rng.choice(("usual", "long"))))
    drafts += [_Kind(name, "immediate") for name in table.get("services", ())]
    drafts += [_Kind(name, "order", matter, order) for matter, order, name in table.get("orders", ())]
    for plural, matter in (("penalties", "penalty"), ("levies", "levy"), ("agencies", "agency"), ("tenders", "tender")):
        drafts += [_Kind(name, matter, matter, matter) for name in table.get(plural, ())]
    return drafts + [_Kind(name, "former") for name in table.get("former", ())]


def _item(
    kind: _Kind,
    number: int,
    load: float,
    *,
    department: Department,
    others: Sequence[str],
    words: Mapping[str, Any],
    rng: Random,
) -> Item:
    name, handling, matter, order = kind
    basic = f"{MATTER_CODES[matter]}{int(department.credit_code[8:13]) % 1000:03d}{number:03d}{rng.randrange(3):03d}"
    code = f"{department.credit_code}30{basic}"  # 18 characters of the unit, city level, 12 of the basic catalogue
    case_type, committed, statutory = _limits(handling, order, words, rng)
    papers = rng.sample(words["materials"]["some"], rng.randint(2, 6))
    windows = rng.sample(department.windows, min(len(department.windows), rng.choice((1, 1, 2, 3))))
    movable = matter == "permit" and committed >= 5 and handling not in ("joint", "former")
    charged = matter == "permit" and rng.random() < 0.12
    joint = handling == "joint"
    return Item(
        code=code,
        name=name,
        department=department,
        matter=matter,
        case_type=case_type,
        order=order,
        versions=_former(committed, statutory)
        if handling == "former"
        else _versions(committed, statutory, movable, rng),
        steps=tuple(words["steps"].get("usual" if handling == "former" else handling, ())),
        materials=(*words["materials"]["every"], *papers[1:]) if matter in ("permit", "levy") else (),
        windows=tuple(sorted(windows, key=lambda window: window.code)),
        load=load,
        tariff=_tariff(department.code, number, code, rng) if charged else None,
        optional=(papers[0],) if matter == "permit" else (),
        units=tuple(sorted(rng.sample(others, rng.randint(2, 4)))) if joint else (),
        branch=BRANCH_DAYS[committed] if joint else None,
        review=committed if case_type == "forwarded" else None,
        family=handling if matter == "permit" else matter,
    )


def _limits(handling: str, order: str, words: Mapping[str, Any], rng: Random) -> tuple[str, int, int]:
    """Case type, committed and statutory limit in working days."""
    if handling == "order":
        limit = words["limits"][order]
        return "controlled" if order in ("complaint", "efficiency") else "committed", limit, limit + 7
    if matter := words["limits"].get(handling):
        return "committed", matter, matter
    if handling == "short":
        return rng.choice(("committed",) * 9 + ("urgent",)), rng.choice((1, 2, 3, 3, 5)), rng.choice((7, 10, 15, 20))
    if handling == "long":
        case_type = rng.choice(("committed", "committed", "forwarded"))
        return case_type, rng.choice((10, 12, 15, 18)), rng.choice((20, 20, 30))
    case_type, committed, statutory = {
        "immediate": ("immediate", (SAME_DAY,), (5, 5, 10, 20)),
        "joint": ("joint", (8, 12, 15, 20), (30, 45)),
    }.get(handling, ("committed", (5, 7, 8, 10, 10), (20, 20, 30)))
    return case_type, rng.choice(committed), rng.choice(statutory)


def _versions(committed: int, statutory: int, movable: bool, rng: Random) -> tuple[Version, ...]:
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


def _former(committed: int, statutory: int) -> tuple[Version, ...]:
    """An item that was taken off the list ten years into the calendar's time."""
    end, after = date(2013, 12, 31), date(2014, 1, 1)
    return (
        Version("1", ALWAYS, end, committed, statutory),
        Version("2", after, None, committed, statutory, "cancelled"),
    )


def _tariff(department: str, number: int, item: str, rng: Random) -> Tariff:
    rate = rng.choice((10, 20, 50, 80, 100, 200))
    unit = rng.choice(("件", "件", "份", "平方米"))
    floor, cap = (rate * 2, rate * 8) if unit == "平方米" else (None, None)
    return Tariff(f"{department}-F{number:03d}", item, rate, unit, floor, cap, ALWAYS, None)
