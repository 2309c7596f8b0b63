"""Months of score lines of a small city, with names, items and an organisation, for looking at scores.

`python -m tests.scoring.seed DSN [months]` fills a migrated store by hand. What each window's true quality is, the
constants say.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from msgspec.structs import replace

from mingjing.scoring.lines import Line, pace_key
from mingjing.store import Name, Store
from mingjing.store.rows import ItemRow
from mingjing.store.scores import LineChange, write_lines

LAST = date(2026, 3, 31)
"""The last day with lines."""
REGIONS = {"350100": "榕江市", "350102": "鼓山区", "350103": "台前区"}
DEPARTMENTS = {"SCJGJ": "市场监督管理局", "ZJJ": "住房和城乡建设局", "GAJ": "公安局", "RSJ": "人力资源和社会保障局"}
ENGLISH = {
    "SCJGJ": "Market Regulation", "ZJJ": "Housing and Construction", "GAJ": "Public Security", "RSJ": "Human Resources",
    "350100": "Rongjiang City", "350102": "Gushan District", "350103": "Taiqian District",
}  # fmt: skip
WINDOWS = 6  # per department
ITEMS = 5  # per department
LATE = (0.002, 0.01, 0.02, 0.04, 0.08, 0.15)
"""How often cases of a department's windows 1 to 6 are late."""
TINY = "GAJ-06"
"""A window with a handful of cases, all on time."""
DOUBT = "RSJ-06"
"""A window whose invented traces were confirmed in the last month."""
JOINT = ("ZJJ-J1", "ZJJ-J2")
"""Items that five units handle together: limits that add up to 29 working days, promised in 8."""


def windows() -> list[str]:
    """The codes of all windows."""
    return [f"{unit}-{n:02}" for unit in DEPARTMENTS for n in range(1, WINDOWS + 1)]


def names() -> Iterator[Name]:
    """What people call the codes."""
    for code, zh in REGIONS.items():
        yield Name("region", code, zh, ENGLISH[code])
    for code, zh in DEPARTMENTS.items():
        yield Name("department", code, zh, ENGLISH[code])
        for n in range(1, WINDOWS + 1):
            yield Name("window", f"{code}-{n:02}", f"{zh}{n}号窗口", f"{ENGLISH[code]}, window {n}")
            yield Name("officer", f"{code}-P{n}", f"经办人{code}{n}", f"Officer {code} {n}")
        for n in range(1, ITEMS + 1):
            yield Name("item", f"{code}-I{n}", f"{zh}事项{n}", f"{ENGLISH[code]} item {n}")
    yield Name("item", JOINT[0], "投资项目联合审批", "Joint approval of investment projects")
    yield Name("item", JOINT[1], "竣工联合验收", "Joint acceptance of finished works")


def items() -> Iterator[ItemRow]:
    """The catalogue: limits from 3 to 15 days, halved once in 2026."""
    for code in DEPARTMENTS:
        for n in range(1, ITEMS + 1):
            for version, first, last, days in (
                ("1", date(2020, 1, 1), date(2025, 12, 31), 6.0 * n),
                ("2", date(2026, 1, 1), date(2199, 12, 31), 3.0 * n),
            ):
                yield ItemRow(
                    item=f"{code}-I{n}", version=version, valid_from=first, valid_to=last, name=f"{code} {n}",
                    matter="permit", case_type="committed", department=code,
                    family=f"{code}-{'easy' if n < 3 else 'hard'}",
                    committed_days=days, statutory_days=20.0, status="in_force",
                    fields='{"steps": ["accept", "review", "check", "decide"]}' if version == "1"
                    else '{"steps": ["accept", "review", "decide"]}',
                )  # fmt: skip


def lines(months: int, seed: int = 7) -> Iterator[LineChange]:
    """The lines of some months up to LAST."""
    dice = Random(seed)  # noqa: S311
    first = LAST - timedelta(days=30 * months)
    for offset in range((LAST - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            for window in windows():
                for n in range(dice.randrange(2, 6) if window != TINY else int(dice.random() < 0.05)):
                    yield from _case(dice, day, window, n)
                yield from _presence(dice, day, window)
    at = datetime(LAST.year, LAST.month, 10, 3, tzinfo=UTC)
    doubt = Line(
        about="confirmed", day=at.date(), at=at, region="350103", department="RSJ", window=DOUBT, officer="RSJ-P6",
        word="I1:2", ref="doubt",
    )  # fmt: skip
    yield LineChange("case-doubt", 1, doubt)


def staffing(store: Store, weeks: int = 8) -> None:
    """What cameras saw hour by hour; at 9 only every third window is staffed, and no camera looks at RSJ."""
    every, rows = 2**60 - 1, []
    for back in range(7 * weeks):
        day = LAST - timedelta(days=back)
        for window in windows() if day.weekday() < 5 else ():
            for hour in range(1, 9) if not window.startswith("RSJ") else ():
                there = hour > 1 or window.endswith(("01", "04"))
                rows.append((window, datetime(day.year, day.month, day.day, hour, tzinfo=UTC), there))
    columns: dict[str, Sequence[object]] = {
        "window": [row[0] for row in rows], "hour": [row[1] for row in rows],
        "staffed": [every * row[2] for row in rows], "unstaffed": [every * (not row[2]) for row in rows],
    }  # fmt: skip
    store.insert("presence_hours", columns)


def joint(months: int, seed: int = 8) -> Iterator[LineChange]:
    """A joint case or two a week: some 6 to 8 days where 29 add up, one in ten longer than 8."""
    dice = Random(seed)  # noqa: S311
    for back in range(0, 30 * months, 4):
        day = LAST - timedelta(days=back)
        case = f"joint-{day:%y%m%d}"
        used = 11 if back % 40 == 8 else dice.choice((4, 5, 6, 6, 7, 7, 8, 8, 8))
        about = {
            "day": day, "at": datetime(day.year, day.month, day.day, 7, tzinfo=UTC), "region": "350102",
            "department": "ZJJ", "window": "ZJJ-01", "officer": "ZJJ-P1", "item": dice.choice(JOINT), "ref": case,
        }  # fmt: skip
        yield LineChange(case, 1, Line(about="parallel", n=29, good=used, **about))  # type: ignore[arg-type]
        yield LineChange(case, 1, Line(about="pace", key=pace_key(8, used), **about))  # type: ignore[arg-type]


def _case(dice: Random, day: date, window: str, n: int) -> Iterator[LineChange]:
    unit, _, number = window.partition("-")
    place = int(number)
    case = f"{window}-{day:%y%m%d}-{n}"
    kind = dice.randrange(1, ITEMS + 1)
    late = dice.random() < LATE[place - 1] * (1.0 if kind < 3 else 1.6)
    limit = 3 * kind
    used = limit + dice.randrange(1, 6) if late else min(limit, round(limit * dice.betavariate(5, 2 + place / 3)))
    at = datetime(day.year, day.month, day.day, dice.randrange(1, 9), dice.randrange(60), tzinfo=UTC)
    where = {
        "region": "350102" if place < 4 else "350103",
        "department": unit,
        "window": window,
        "officer": f"{unit}-P{place}",
        "item": f"{unit}-I{kind}",
        "day": day,
        "at": at,
    }

    def line(about: str, **more: object) -> LineChange:
        return LineChange(case, 1, Line(about=about, **where, **{"ref": case, **more}))  # type: ignore[arg-type]

    yield line("opened", key=day.weekday() * 24 + at.hour + 8 + 1)
    yield line("closed", good=int(dice.random() < 0.95), word="granted")
    yield line("committed", good=int(not late))
    yield line("early", good=int(used < limit))
    yield line("statutory", good=int(used <= 20))
    yield line("pace", key=pace_key(limit, used))
    yield line("legal_pace", key=pace_key(20, used))
    yield line("once", good=int(dice.random() > 0.03))
    for step in range(2):
        yield line("step", good=int(dice.random() > 0.02), ref=f"{case}-step-{step}")
    if late:
        yield line("card", word=f"lateness:{2 if used - limit < 3 else 3}", ref=f"{case}-late")
    if dice.random() < 0.01 * place:
        yield line("card", word="P1:2", ref=f"{case}-step")
    if dice.random() < 0.3:
        stars = dice.choice((5, 5, 5, 4, 4, 3, 2 if place > 3 else 5, 1 if place > 4 else 5))
        yield line("rating", good=int(stars > 2), key=stars)
    if dice.random() < 0.004 * place:
        yield line("complaint")


def _presence(dice: Random, day: date, window: str) -> Iterator[LineChange]:
    unit, _, number = window.partition("-")
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    line = Line(
        about="presence", day=day, at=at, region="350102" if int(number) < 4 else "350103", department=unit,
        window=window, n=390, good=390 - dice.randrange(12 * int(number)), ref=f"{window}-{day}",
    )  # fmt: skip
    yield LineChange(f"presence:{window}:{day}", 1, line)


@cache
def _changes(months: int) -> Sequence[LineChange]:
    """The lines, their hashes known: several tests of a process fill a store."""
    return [replace(one, hash=one.line.hash) for one in (*lines(months), *joint(months))]


def fill(store: Store, months: int = 14) -> int:
    """Names, items and lines; how many lines."""
    store.write_names(list(names()))
    store.write_items(list(items()))
    changes = _changes(months)
    for first in range(0, len(changes), 20_000):
        write_lines(store, changes[first : first + 20_000], f"seed:{first}")
    staffing(store)
    parents = [("region", "350102", "350100"), ("region", "350103", "350100"), ("region", "350100", "")]
    parents += [("department", unit, "350100") for unit in DEPARTMENTS]
    parents += [("window", window, window.partition("-")[0]) for window in windows()]
    parents += [("officer", f"{unit}-P{n}", f"{unit}-{n:02}") for unit in DEPARTMENTS for n in range(1, WINDOWS + 1)]
    columns = {"field": [p[0] for p in parents], "code": [p[1] for p in parents], "parent": [p[2] for p in parents]}
    store.insert("org", columns)
    return len(changes)


if __name__ == "__main__":
    with Store(sys.argv[1]) as opened:
        sys.stdout.write(f"{fill(opened, int(sys.argv[2]) if len(sys.argv) > 2 else 14)} lines\n")
