"""Draws of experts 专家抽取 that anybody can repeat: the published way from seed, pool and exclusions to who is drawn.

1. Every code of the pool gets a ticket: SHA-256 (FIPS 180-4), in hexadecimal, of the UTF-8 text `SEED:CODE`.
2. The codes are put in the order of their tickets. The order in which the pool was listed plays no part.
3. The excluded are passed over, and the first of the others are drawn, as many as were asked for.

`sha256sum` and `sort` repeat it without this program (docs/draws.md). Equal chances rest on a seed that nobody chose:
one that was fixed before the pool was, or drawn in public after it. Who may try seeds gets whom he wants; that shows
only in how often somebody is drawn (rule Z3-F).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from mingjing.privacy.mask import MARK


class Ticket(NamedTuple):
    """One of the pool in a draw: its ticket, its place in the order of tickets (from 1), and what became of it."""

    place: int
    code: str
    ticket: str
    excluded: bool
    drawn: bool


class Draw(NamedTuple):
    """A draw as it was recorded: what went into it, and who is said to have come out."""

    seed: str
    pool: tuple[str, ...]
    excluded: frozenset[str]
    asked: int
    drawn: tuple[str, ...]

    def tickets(self) -> list[Ticket]:
        """Every step of its replay. Raises ValueError."""
        return tickets(self.seed, self.pool, self.excluded, self.asked)

    def right(self) -> bool:
        """Whether the replay gives those who are said to have been drawn, in whatever order. Raises ValueError."""
        return sorted(replay(self.seed, self.pool, self.excluded, self.asked)) == sorted(self.drawn)

    def veiled(self, shown: Callable[[str], str]) -> "Draw":
        """The same with every code as it may be shown; its replay is another, but what cannot be drawn still cannot."""
        codes = (tuple(map(shown, self.pool)), frozenset(map(shown, self.excluded)), tuple(map(shown, self.drawn)))
        return Draw(self.seed, codes[0], codes[1], self.asked, codes[2])


def ticket(seed: str, code: str) -> str:
    """The ticket of one code.

    >>> ticket("8812", "x001")[:16]
    '57bd542f04122889'
    """
    return sha256(f"{seed}:{code}".encode()).hexdigest()


def tickets(seed: str, pool: Sequence[str], excluded: Collection[str], count: int) -> list[Ticket]:
    """The whole pool in the order of tickets, and what became of each. Raises ValueError.

    ValueError: a code stands in the pool twice, or the pool less the excluded is smaller than the number asked for.

    >>> for one in tickets("8812", ["a", "b", "c", "d"], {"b"}, 2):
    ...     print(one.place, one.code, one.ticket[:8], one.excluded, one.drawn)
    1 d 1b19b6af False True
    2 b 7e12cc06 True False
    3 a dc05736c False True
    4 c f0a8c2c7 False False
    """
    twice = sorted({code for code in pool if pool.count(code) > 1}) if len(set(pool)) < len(pool) else []
    if twice:
        raise ValueError(f"{', '.join(twice)}: in the pool twice, which would be two chances")
    free = len(set(pool).difference(excluded))
    if not 0 <= count <= free:
        raise ValueError(f"{count} to be drawn of {free} who are in the pool and not excluded")
    made, left = [], count
    for place, (number, code) in enumerate(sorted((ticket(seed, code), code) for code in pool), 1):
        drawn = left > 0 and code not in excluded
        left -= drawn
        made.append(Ticket(place, code, number, code in excluded, drawn))
    return made


def replay(seed: str, pool: Sequence[str], excluded: Collection[str], count: int) -> list[str]:
    """Who is drawn, in the order of tickets. Raises ValueError, see `tickets`.

    >>> replay("8812", ["a", "b", "c", "d"], {"b"}, 2), replay("8812", ["d", "c", "b", "a"], {"b"}, 2)
    (['d', 'a'], ['d', 'a'])
    >>> replay("8812", ["a", "b"], {"b"}, 2)
    Traceback (most recent call last):
    ValueError: 2 to be drawn of 1 who are in the pool and not excluded
    """
    return [one.code for one in tickets(seed, pool, excluded, count) if one.drawn]


def recorded(data: Mapping[str, Any]) -> Draw | None:
    """The draw in the data of an event `expert_drawn`; None where it does not tell seed, candidates and drawn.

    `count`, where the source does not tell it, is the number of those drawn; one that is no number, and codes that were
    masked, tell nothing.

    >>> recorded({"seed": 8812, "candidates": ["a", "b"], "drawn": ["b"]})
    Draw(seed='8812', pool=('a', 'b'), excluded=frozenset(), asked=1, drawn=('b',))
    >>> recorded({"seed": 8812, "pool": 40, "drawn": 5}) is None
    True
    """
    seed, pool, drawn = data.get("seed"), data.get("candidates"), data.get("drawn")
    excluded, count = data.get("excluded") or [], data.get("count")
    if seed is None or not isinstance(pool, list) or not isinstance(drawn, list) or not isinstance(excluded, list):
        return None
    try:
        asked = len(drawn) if count is None else int(count)
    except (TypeError, ValueError):
        return None
    draw = Draw(str(seed), tuple(map(str, pool)), frozenset(map(str, excluded)), asked, tuple(map(str, drawn)))
    return None if any(code.startswith(MARK) for code in (*draw.pool, *draw.drawn)) else draw
