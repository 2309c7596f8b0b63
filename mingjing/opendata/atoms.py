"""The finest sums that open data are built from: one month of one item of one department in one region."""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct

DIMENSIONS: tuple[str, ...] = ("region", "department", "item")
"""What public figures are told by, besides the whole. Never officers, nor windows: many a window is one officer."""


class Atom(Struct, frozen=True, kw_only=True):
    """Sums of one `month` (its first day); codes are "" where unknown.

    `pace`: how many cases ended, by committed limit * 1000 + days used. `confirmed`: doubts about data that a person
    confirmed, by "cause:severity".
    """

    month: date
    region: str = ""
    department: str = ""
    item: str = ""
    closed: int = 0
    committed_n: int = 0
    committed_good: int = 0
    early_n: int = 0
    early_good: int = 0
    rating_n: int = 0
    rating_good: int = 0
    complaint_n: int = 0
    pace: Mapping[int, int] = {}
    confirmed: Mapping[str, int] = {}

    def code(self, level: str) -> str:
        """Its code at a level; "" at the level `all`."""
        return "" if level == "all" else str(getattr(self, level))


Group = Callable[[Atom], tuple[int, ...]]
"""How many cases or persons an atom's figures are about; figures of one group are told or withheld together."""


def cases(atom: Atom) -> tuple[int, ...]:
    """Group: cases ended, verdicts on time, verdicts early, cases whose days are counted."""
    return atom.closed, atom.committed_n, atom.early_n, sum(atom.pace.values())


def ratings(atom: Atom) -> tuple[int, ...]:
    """Group: ratings."""
    return (atom.rating_n,)
