"""The simulated city's departments with their windows and officers, made from word lists and dice."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

WINDOWS, OFFICERS = 120, 200
NOBODY = "-99"
"""How codes end that no register has."""
BACK = 2
"""Officers that every department has behind its counters: one who approves, one who examines."""


class Officer(Struct, frozen=True):
    """A person who handles cases; `front` officers receive and hand out, the others examine and decide."""

    code: str
    department: str
    zh: str
    en: str
    front: bool
    window: str = ""
    roles: tuple[str, ...] = ()


class Window(Struct, frozen=True):
    """A counter of the hall and who sits there; its own opening hours, where it has any, and its changes of shift.

    `kind`: special 专业窗口, of one department; comprehensive 综合窗口, for items of several.
    """

    code: str
    department: str
    zh: str
    en: str
    officer: Officer
    hours: str = ""
    shifts: str = ""
    kind: str = "special"


class Department(Struct, frozen=True):
    """A department with its counters and people; `system` is the source of its events."""

    code: str
    credit_code: str
    zh: str
    en: str
    system: str
    windows: tuple[Window, ...]
    officers: tuple[Officer, ...]

    @property
    def approver(self) -> Officer:
        """Its head, who decides."""
        return next(officer for officer in self.officers if "approver" in officer.roles)


def departments_of(
    tables: Sequence[Mapping[str, Any]], words: Mapping[str, Any], rng: Random
) -> tuple[Department, ...]:
    """The departments: one officer at each window, the head and the examiners behind."""
    sizes = [table["size"] for table in tables]
    counters, back = shares(WINDOWS, sizes), shares(OFFICERS - WINDOWS, sizes, least=BACK)
    names = [
        (f"{s.split()[0]}{g.split()[0]}", f"{s.split()[1]} {g.split()[1]}")
        for s in words["people"]["surnames"]
        for g in words["people"]["given"]
    ]
    rng.shuffle(names)
    made = []
    for table, front_count, back_count in zip(tables, counters, back, strict=True):
        code = table["code"]
        people = []
        for place in range(front_count + back_count):
            zh, en = names.pop()
            front = place < front_count
            roles = ("front", "examiner") if front else ("approver", "head") if place == front_count else ("examiner",)
            window = f"{code}-W{place + 1:02d}" if front else ""
            people.append(Officer(f"{code}-{place + 1:02d}", code, zh, en, front, window, roles))
        if table.get("supervisor"):
            people[-1] = replace(people[-1], roles=("supervisor",))
        windows = tuple(_window(table, n + 1, people[n]) for n in range(front_count))
        credit = credit_code(f"11{words['region']}{rng.randrange(10**8):08d}{rng.randrange(10)}")
        zh, en = f"{words['zh']}{table['zh']}", table["en"]
        made.append(Department(code, credit, zh, en, f"{code.lower()}-approval", windows, tuple(people)))
    return tuple(made)


OWN_HOURS = {2: ("09:00-17:00", "12:00 14:30"), 5: ("09:00-12:00 13:30-16:30", "")}
"""Two windows in nine keep other hours than the hall: open over lunch, with a relief; or closed half an hour sooner."""


def _window(table: Mapping[str, Any], number: int, officer: Officer) -> Window:
    zh, en = f"{table['zh']}{number}号窗口", f"{table['en']}, window {number}"
    code = f"{table['code']}-W{number:02d}"
    hours, shifts = OWN_HOURS.get(sum(map(ord, code)) % 9, ("", ""))
    if number <= table.get("comprehensive", 0):
        zh, en = f"综合受理{number}号窗口", f"Comprehensive window {number}"
        return Window(code, table["code"], zh, en, officer, hours, shifts, "comprehensive")
    return Window(code, table["code"], zh, en, officer, hours, shifts)


def shares(total: int, sizes: Sequence[float], least: int = 1) -> list[int]:
    """Whole shares of a total in proportion to sizes, each at least `least`, adding up exactly."""
    left = total - least * len(sizes)
    ends = [0, *(round(end * left / sum(sizes)) for end in accumulate(sizes))]
    return [least + after - before for before, after in pairwise(ends)]


_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(body: str) -> str:
    """A unified social credit code 统一社会信用代码 from its first 17 characters (GB 32100-2015).

    >>> credit_code("91350100M000100Y4")
    '91350100M000100Y43'
    """
    total = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _CREDIT[(31 - total % 31) % 31]
