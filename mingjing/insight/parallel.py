"""Parallel approval 并联审批: what the units' limits add up to, and how long the joint case took (29 → 8). Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

PROMISE = 8.0
"""Working days that joint handling may take where the case carries no committed limit of its own (seed 004: 29 → 8)."""


class Joint(Struct, frozen=True, kw_only=True):
    """One joint case that has ended: the sum of its units' limits, and the days that it took.

    `limit`: the committed limit of the case itself, 0 where it has none.
    """

    case: str
    day: date
    item: str
    region: str
    department: str
    serial: float
    elapsed: float
    limit: float = 0.0

    @property
    def promise(self) -> float:
        """Working days that it may take."""
        return self.limit or PROMISE

    @property
    def late(self) -> bool:
        """Whether it took longer than promised."""
        return self.elapsed > self.promise


class Together(Struct, frozen=True, kw_only=True):
    """All joint cases of a period: means per case in working days, and how many took longer than promised."""

    cases: int
    serial: float
    elapsed: float
    late: int

    @property
    def saved(self) -> float:
        """1 - elapsed / serial, domain rule of parallel clocks; 0 where nothing adds up."""
        return 1 - self.elapsed / self.serial if self.serial else 0.0


def together(cases: Sequence[Joint]) -> Together | None:
    """The whole of them; None where there is none."""
    if not cases:
        return None
    many = len(cases)
    return Together(
        cases=many,
        serial=sum(one.serial for one in cases) / many,
        elapsed=sum(one.elapsed for one in cases) / many,
        late=sum(one.late for one in cases),
    )


def by_item(cases: Iterable[Joint]) -> list[tuple[str, Together]]:
    """Per kind of project (item), the one with most cases first."""
    found: dict[str, list[Joint]] = {}
    for one in cases:
        found.setdefault(one.item, []).append(one)
    whole = [(item, both) for item, several in found.items() if (both := together(several))]
    return sorted(whole, key=lambda pair: (-pair[1].cases, pair[0]))
