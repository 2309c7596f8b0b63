"""What a brief is about, before any word of it is written."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from mingjing.insight.reduction import Reduction
from mingjing.scoring.details import Delta
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.store.scores import EVERYTHING, Scope
from mingjing.types import Text

Names = Mapping[tuple[str, str], Text]
"""What people call the codes, by field (department, window, …) and code."""


class Order(Struct, frozen=True, kw_only=True):
    """Which brief is asked for: `level` is what is ranked beside departments."""

    period: Period
    level: str = "window"
    scope: Scope = EVERYTHING


class Totals(Struct, frozen=True, kw_only=True):
    """Everything counted in one period. `counts`: as mingjing.scoring.sums.COUNTS has them.

    `cards`: by "cause:severity". `arrivals`: by hour of the week + 1.
    """

    period: Period
    counts: Mapping[str, float]
    cards: Mapping[str, int]
    arrivals: Mapping[int, int]

    def __getitem__(self, name: str) -> float:
        return self.counts.get(name, 0)

    @property
    def carded(self) -> int:
        """Yellow and red cards."""
        return sum(n for word, n in self.cards.items() if severity_of(word) >= 2)

    def by_cause(self) -> dict[str, int]:
        """Yellow and red cards by cause, the most first."""
        found: dict[str, int] = {}
        for word, n in self.cards.items():
            if severity_of(word) >= 2 and n > 0:
                found[cause_of(word)] = found.get(cause_of(word), 0) + n
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def reds(self, cause: str) -> int:
        """Red cards of a cause."""
        return self.cards.get(f"{cause}:3", 0)

    @property
    def empty(self) -> bool:
        """Whether nothing at all was counted."""
        return not any(self.counts.values()) and not any(self.cards.values())


class OpenCard(Struct, frozen=True, kw_only=True):
    """A card that is still open; whose case it is the pages tell, not the brief."""

    rule: str
    severity: int
    case_id: str
    department: str
    window: str
    item: str
    occurred_at: datetime


class Ranked(Struct, frozen=True, kw_only=True):
    """One level's scores in the period and in the one before. `revised`: what the last revision changed."""

    level: str
    now: ScoreSheet
    before: ScoreSheet
    revised: tuple[Delta, ...] = ()


class Facts(Struct, frozen=True, kw_only=True):
    """All that a brief tells. `past`: totals of periods of the same kind up to this one, the earliest first.

    `focus`: per cause, the department with most of its cards, and how many. `open_cards`: the oldest of `open_all`.
    `open_days`: by weekday (1 is Monday), the days of the period on which any case came. `data_until`: the last local
    day with anything counted. `made_at`: UTC.
    """

    order: Order
    scheme: Scheme
    made_at: datetime
    timezone: str
    data_until: date
    past: tuple[Totals, ...]
    ranked: tuple[Ranked, ...]
    open_days: Mapping[int, int]
    focus: Mapping[str, tuple[str, int]]
    open_cards: tuple[OpenCard, ...]
    open_all: int
    reduction: Reduction | None
    names: Names
    rules: Mapping[str, Text]

    @property
    def now(self) -> Totals:
        """The period's totals."""
        return self.past[-1]

    @property
    def before(self) -> Totals:
        """The totals of the period before."""
        return self.past[-2]


def cause_of(word: str) -> str:
    """The cause in "cause:severity"."""
    return word.rpartition(":")[0]


def severity_of(word: str) -> int:
    """The severity in "cause:severity"."""
    return int(word.rpartition(":")[2])
