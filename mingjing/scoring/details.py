"""What lies behind a score: its lines, its distributions, and who belongs to whom."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property

from msgspec import Struct

from mingjing.scoring.results import Score
from mingjing.scoring.scheme import Indicator


class Behind(Struct, frozen=True, kw_only=True):
    """One line behind an indicator: a case, a card, a rating that gained or cost points.

    The fields are those of `mingjing.scoring.lines.Line`; `cost`: how much it lacks to be good, in the line's own unit
    (a card's severity, percent of the legal limit that a capped saving lacks), 0 or less where it cost nothing.
    """

    subject: str
    about: str
    day: date
    at: datetime
    region: str
    department: str
    window: str
    officer: str
    item: str
    n: int
    good: int
    key: int
    word: str
    ref: str
    cost: int


class Moments(Struct, frozen=True, kw_only=True):
    """Distributions of a subject in a period: how many cases at each value.

    `arrivals`: by hour of the week, 1 is Monday 00:00–01:00 local. `pace` and `legal_pace`: by limit * 1000 + used, in
    days. `ratings`: by stars, 5 the best.
    """

    arrivals: Mapping[int, int]
    pace: Mapping[int, int]
    legal_pace: Mapping[int, int]
    ratings: Mapping[int, int]


class Delta(Struct, frozen=True, kw_only=True):
    """One subject whose score a revision changed; None where it was not, or is no longer, in the sheet."""

    code: str
    before: Score | None
    now: Score | None

    @property
    def seen(self) -> bool:
        """Whether people see it: another state, another tier, or a score that is written otherwise to a tenth.

        A ruling on one case moves what its peers are held against, and with it every score of the level a little.
        """
        return _written(self.before) != _written(self.now)


def _written(one: Score | None) -> tuple[str, int | None, str] | None:
    return None if one is None else (one.state, one.tier, "" if one.score is None else f"{one.score:.1f}")


class Revision(Struct, frozen=True, kw_only=True):
    """One frozen sheet, without its scores. `known`: everything stored before it is in it (UTC)."""

    scheme: str
    scheme_version: str
    level: str
    period: str
    start: date
    revision: int
    frozen_at: datetime
    known: datetime
    reason: str


class Organisation:
    """Who belongs to whom: a region to its parent, a department to its region, a window to its department, an officer
    to a window or department.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """`rows`: (field, code, parent); a parent "" says that there is none."""
        self._parents: dict[tuple[str, str], list[str]] = {}
        for field, code, parent in rows:
            self._parents.setdefault((field, code), []).extend([parent] if parent else [])

    def parents(self, field: str, code: str) -> tuple[str, ...]:
        """What a code belongs to directly."""
        return tuple(self._parents.get((field, code), ()))

    def children(self, field: str, code: str) -> tuple[str, ...]:
        """The codes of a field that belong directly to a code."""
        return tuple(self._children.get((field, code), ()))

    def over(self, region: str) -> tuple[str, ...]:
        """A region and all that it lies in, itself first; a circle ends where it closes."""
        chain = [region]
        while (above := self.parents("region", chain[-1])) and above[0] not in chain:
            chain.append(above[0])
        return tuple(chain)

    def under(self, region: str) -> tuple[str, ...]:
        """A region and all that lie in it."""
        return self._under.get(region, (region,))

    def depth(self, region: str) -> int:
        """How many regions a region lies in."""
        return len(self.over(region)) - 1

    @cached_property
    def _children(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for (field, code), parents in self._parents.items():
            for parent in dict.fromkeys(parents):
                found.setdefault((field, parent), []).append(code)
        return found

    @cached_property
    def _under(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for field, code in self._parents:
            if field == "region":
                for above in self.over(code):
                    found[above] = (*found.get(above, ()), code)
        return {region: (region, *(one for one in codes if one != region)) for region, codes in found.items()}


class Sought(Struct, frozen=True, kw_only=True):
    """Which lines an indicator rests on.

    `abouts`: what they are about. `causes` and `but`: for cards, what their cause matches and does not, as patterns of
    SQL's LIKE. `severities`: of cards that cost points. `spare`: percent of the legal limit whose use costs nothing.
    """

    abouts: tuple[str, ...]
    causes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    spare: int = 100


def sought(indicator: Indicator) -> Sought:
    """The lines of an indicator."""
    cards, speed = bool(indicator.cards), indicator.kind == "speed"
    return Sought(
        abouts=(*indicator.measure, *(["legal_pace"] if speed else []), *(["card"] if cards else [])),
        causes=tuple(map(_like, indicator.cards)),
        but=tuple(map(_like, indicator.but)),
        severities=tuple(sorted({*indicator.points, *indicator.every})),
        spare=round(100 * (1 - indicator.cap)) if speed else 100,
    )


def _like(pattern: str) -> str:
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
