"""A scoring scheme 评分方案: which indicators count how much, as a TOML file says."""

from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from mingjing.types import Text

IndicatorKind = Literal["rate", "cards", "speed", "deduct"]


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator 指标 of a scheme; `weight` is the most points that it gives.

    `rate`: `measure`_good of `measure`_n (several measures are added up); nothing at `floor`, everything at `target`.
    `block`: how many of n say as much as one independent observation (minutes at a window come by the hour).
    `cards`: findings whose cause matches `cards` (like "P*") and none of `but`, each worth the `points` of its
    severity, and what `measure`_n counts (complaints) at 1 each, per 1,000 weighted cases; everything at 0, nothing at
    `zero_at`. `speed`: share of the statutory limit that was saved, at most `cap` per case; between `floor` and
    `target`. `deduct` 扣分制: flat `points` off per card, or per whole group of `every` cards of a severity, down to 0.
    """

    id: str
    name: Text
    heading: str
    kind: IndicatorKind
    weight: float
    measure: tuple[str, ...] = ()
    block: float = 1.0
    floor: float = 0.0
    target: float = 1.0
    cards: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    points: dict[int, float] = {}  # by severity
    every: dict[int, int] = {}  # by severity
    zero_at: float = 0.0
    cap: float = 0.6

    def counts(self, cause: str) -> bool:
        """Whether cards with a cause are this indicator's."""
        return any(fnmatchcase(cause, one) for one in self.cards) and not any(fnmatchcase(cause, no) for no in self.but)


class Bonus(Struct, frozen=True, kw_only=True):
    """Points on top 加分: `points` for every whole `step` that a rate lies above `since`, at most `most`."""

    id: str
    name: Text
    measure: str
    since: float
    step: float
    points: float
    most: float


class Scheme(Struct, frozen=True, kw_only=True):
    """One version of a scheme, in force on local days from `since`.

    `minimum`: weighted cases under which a subject is not ranked. `gates`: causes that, once confirmed, withhold the
    score at `gate_levels`; at other levels it stands, and says that doubtful data are in it. `most`: the highest
    total. `freeze_after`: working days after a period's end at which its scores are frozen.
    """

    id: str
    version: str
    name: Text
    since: date
    indicators: tuple[Indicator, ...]
    headings: dict[str, Text]
    bonus: tuple[Bonus, ...] = ()
    gates: tuple[str, ...] = ()
    gate_levels: tuple[str, ...] = ("window", "officer")
    minimum: float = 30.0
    most: float = 105.0
    freeze_after: int = 3
    basis: str = ""

    @property
    def total(self) -> float:
        """The points of all indicators together, without bonus."""
        return sum(one.weight for one in self.indicators)
