"""What scoring says: scores with their intervals, tiers and indicators."""

from datetime import date
from typing import Literal

from msgspec import Struct

from mingjing.scoring.periods import Period

State = Literal["ranked", "small", "doubt", "idle"]
"""ranked 参评; small 样本不足不参评; doubt 数据存疑, score withheld; idle: no case in the period."""


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One indicator of one subject.

    `points` with the interval `lo`..`hi` out of the indicator's weight. `raw` is the plain number from `good` of `n`
    (None where n is 0), in the indicator's own unit (a rate, cards per 1,000 weighted cases, a share of the limit).
    `expected` is what the average peer reaches on the same mix of items, `usual` on the mix of all subjects. `value`
    with `value_lo`..`value_hi`: the fair estimate, on the mix of all: `usual` and what is left of the distance from
    peers after it was drawn towards them. `own`: how much its own figures weigh in that, 0 to 1, and the peers' the
    rest: `value` = `usual` + `own` * (`raw` - `expected`), but where another mix of items moves more than that.
    """

    indicator: str
    points: float
    lo: float
    hi: float
    weight: float
    value: float | None = None
    value_lo: float | None = None
    value_hi: float | None = None
    expected: float | None = None
    usual: float | None = None
    own: float | None = None
    raw: float | None = None
    n: float = 0
    good: float = 0


class Score(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One subject's score. `tier` 1 is the best; nobody in a tier can be told from its best. No tier: see `state`.

    `score` (None in doubt and idle) with the interval `lo`..`hi` includes `bonus`. `without`: indicators of which the
    period holds no data for it; the others were scaled up to the same total. `doubts`: causes of the scheme's gates
    that were confirmed. Where they do not withhold the score, `doubtful` is the number of windows that they are about.
    """

    code: str
    state: State
    cases: float
    weighted: float
    score: float | None = None
    lo: float | None = None
    hi: float | None = None
    tier: int | None = None
    bonus: float = 0.0
    values: tuple[Value, ...] = ()
    without: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    doubtful: int = 0


class ScoreSheet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scores of all subjects of one level in one period, best first; those without a score last.

    `revision` 0: computed now; 1 and more: frozen. `differs`: whether there is more than one tier.
    """

    scheme: str
    scheme_version: str
    level: str
    period: Period
    scores: tuple[Score, ...]
    differs: bool = False
    revision: int = 0
    frozen_on: date | None = None
    reason: str = ""

    def of(self, code: str) -> Score | None:
        """One subject's score."""
        return next((one for one in self.scores if one.code == code), None)
