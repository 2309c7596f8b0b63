"""The pool of experts 评标专家库, its draws, and how often each was drawn against what chance gives. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing.draws import Draw, recorded

SURE = 0.05
"""The chance that one of all experts is pointed at though every draw was fair (Bonferroni)."""
DAY = timedelta(days=1)


class Told(Struct, frozen=True, kw_only=True):
    """One draw as it was recorded. `by`: system, manual, or "" where the record does not say; `officer` ran it.

    `draw` is None where the record does not tell enough to repeat it; `state`: `repeats`, `differs`, or `untold`.
    """

    event_id: str
    case_id: str
    at: datetime
    department: str
    officer: str
    number: str
    by: str
    speciality: str
    thin: bool
    drawn: tuple[str, ...]
    excluded_units: tuple[str, ...]
    draw: Draw | None
    state: str

    def veiled(self, shown: Callable[[str], str]) -> "Told":
        """The same with every expert's code as it may be shown, and the state that it has."""
        return replace(self, drawn=tuple(map(shown, self.drawn)), draw=self.draw and self.draw.veiled(shown))


class Member(Struct, frozen=True, kw_only=True):
    """One stay of an expert in the pool, on the days from `since` to `until`, both included."""

    code: str
    specialities: tuple[str, ...]
    unit: str
    entered: str
    left: str
    since: date
    until: date

    def inside(self, day: date) -> bool:
        """Whether the expert is in the pool on a day."""
        return self.since <= day <= self.until


class Frequency(Struct, frozen=True, kw_only=True):
    """How often an expert was drawn in `draws` of whose pool he was, against `expected`; `chance` of so often or more.

    `others`: how often besides, in draws that do not tell their pool; those are not compared.
    """

    code: str
    draws: int
    drawn: int
    expected: float
    chance: float
    others: int
    beyond: bool


class Speciality(Struct, frozen=True, kw_only=True):
    """A speciality on the last day of a time, and what happened in it."""

    name: str
    experts: int
    entered: int
    left: int
    draws: int


def told(row: Mapping[str, Any]) -> Told:
    """A draw out of the store's row; what is not as it should be is left away."""
    data = msgspec.json.decode(row["told"] or "{}")
    draw = recorded(data)
    return Told(
        event_id=row["event_id"],
        case_id=row["case_id"],
        at=row["occurred_at"],
        department=row["department"],
        officer=row["officer"],
        number=str(data.get("draw") or ""),
        by=str(data.get("by") or ""),
        speciality=str(data.get("speciality") or ""),
        thin=data.get("thin") is True,
        drawn=_codes(data.get("drawn")),
        excluded_units=_codes(data.get("excluded_units")),
        draw=draw,
        state=_state(draw),
    )


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _state(draw: Draw | None) -> str:
    if draw is None:
        return "untold"
    try:
        return "repeats" if draw.right() else "differs"
    except ValueError:
        return "differs"


def frequencies(draws: Iterable[Told]) -> list[Frequency]:
    """Every expert's frequency, what chance explains least first. A draw that was run twice in a tender counts once."""
    chances: dict[str, list[float]] = defaultdict(list)
    drawn: dict[str, int] = defaultdict(int)
    others: dict[str, int] = defaultdict(int)
    for one in {(one.case_id, one.number or one.event_id): one for one in draws}.values():
        free = set(one.draw.pool) - one.draw.excluded if one.draw else set()
        for code in free:
            chances[code].append(min(1.0, len(one.drawn) / len(free)))
        for code in one.drawn:
            if code in free:
                drawn[code] += 1
            else:
                others[code] += 1
    tails = {code: at_least(drawn[code], several) for code, several in chances.items()}
    found = [
        Frequency(
            code=code, draws=len(chances.get(code, ())), drawn=drawn[code], expected=sum(chances.get(code, ())),
            chance=tails.get(code, 1.0), others=others[code], beyond=tails.get(code, 1.0) * len(tails) < SURE,
        )
        for code in {*chances, *others}
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.chance, -one.drawn - one.others, one.code))


def at_least(count: int, chances: Sequence[float]) -> float:
    """The chance of at least so many hits, each with its own chance (the exact Poisson binomial distribution).

    >>> at_least(1, [0.5, 0.5]), at_least(2, [0.5, 0.25]), at_least(0, [])
    (0.75, 0.125, 1.0)
    """
    held = [1.0] + [0.0] * count
    for chance in chances:
        for hits in range(count, 0, -1):
            again = chance if hits == count else 0.0
            held[hits] = held[hits] * (1 - chance + again) + held[hits - 1] * chance
        held[0] *= 1 - chance if count else 1.0
    return held[count]


def member(code: str, fields: Mapping[str, str], since: date, until: date) -> Member:
    """A stay out of the register's row, its cells as text."""
    several = tuple(part for part in fields.get("specialities", "").split("|") if part)
    return Member(
        code=code, specialities=several, unit=fields.get("unit", ""), entered=fields.get("entered", ""),
        left=fields.get("left", ""), since=since, until=until,
    )  # fmt: skip


def removals(members: Sequence[Member], last: date) -> list[Member]:
    """The stays that ended up to a day, the latest first; whose next row begins on the next day is not gone."""
    begun = {(one.code, one.since) for one in members}
    gone = (one for one in members if one.until < last and (one.code, one.until + DAY) not in begun)
    return sorted(gone, key=lambda one: (-one.until.toordinal(), one.code))


def drawn_outside(members: Iterable[Member], draws: Iterable[Told], days: Mapping[str, date]) -> dict[str, list[Told]]:
    """By expert, the draws on whose local day (`days`, by event) he was not in the pool."""
    stays: dict[str, list[Member]] = defaultdict(list)
    for one in members:
        stays[one.code].append(one)
    found: dict[str, list[Told]] = defaultdict(list)
    for draw in draws:
        for code in draw.drawn:
            if not any(stay.inside(days[draw.event_id]) for stay in stays.get(code, ())):
                found[code].append(draw)
    return dict(found)


def specialities(members: Sequence[Member], draws: Iterable[Told], first: date, last: date) -> list[Speciality]:
    """Each speciality, the thinnest first; who came in and left within the days counts there, a new row does not."""
    made: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    begun = {(one.code, name, one.since) for one in members for name in one.specialities}
    ended = {(one.code, name, one.until) for one in members if one.until < last for name in one.specialities}
    for one in members:
        for name in one.specialities:
            held = made[name]
            held[0] += one.inside(last)
            held[1] += first <= one.since <= last and (one.code, name, one.since - DAY) not in ended
            held[2] += first <= one.until < last and (one.code, name, one.until + DAY) not in begun
    for draw in draws:
        if draw.speciality:
            made[draw.speciality][3] += 1
    found = [Speciality(name=name, experts=a, entered=b, left=c, draws=d) for name, (a, b, c, d) in made.items()]
    return sorted(found, key=lambda one: (one.experts, one.name))
