"""Scores out of a store: one way for pages, reports, the API and the command line."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.score import score
from mingjing.scoring.sums import ItemFact
from mingjing.store import Store
from mingjing.store.scores import EVERYTHING, Scope, sums


class Behind(Struct, frozen=True, kw_only=True):
    """One line behind an indicator: a case, a card, a rating that gained or cost points."""

    subject: str
    about: str
    at: datetime
    department: str
    window: str
    officer: str
    item: str
    n: int
    good: int
    key: int
    word: str
    ref: str


class Move(Struct, frozen=True, kw_only=True):
    """How one indicator moved a score since the period before, in points."""

    indicator: str
    before: float | None
    now: float | None


class Scoring:
    """Scores by one scheme. Every method may raise StoreUnavailable."""

    def __init__(self, store: Store, scheme: Scheme) -> None:
        self._store, self.scheme = store, scheme

    def sheet(self, level: str, period: Period, scope: Scope = EVERYTHING, *, live: bool = False) -> ScoreSheet:
        """The scores of a level in a period; as frozen, if they are and `live` is not asked for, else as of now."""
        cap = next((one.cap for one in self.scheme.indicators if one.kind == "speed"), 0.6)
        scores = score(sums(self._store, level, period, scope, cap=cap), self.items(period), self.scheme)
        tiers = {one.tier for one in scores if one.tier is not None}
        return ScoreSheet(
            scheme=self.scheme.id,
            scheme_version=self.scheme.version,
            level=level,
            period=period,
            scores=scores,
            differs=len(tiers) > 1,
        )

    def trend(
        self, level: str, code: str, last: Period, count: int, scope: Scope = EVERYTHING
    ) -> list[tuple[Period, Score | None]]:
        """One subject's scores in `count` periods of one kind up to `last`, the earliest first."""
        spans = [last]
        while len(spans) < count:
            spans.append(spans[-1].before)
        return [(one, self.sheet(level, one, scope).of(code)) for one in reversed(spans)]

    def moved(self, level: str, code: str, period: Period, scope: Scope = EVERYTHING) -> list[Move]:
        """What moved a subject's score since the period before, the largest move first."""
        (_, before), (_, now) = self.trend(level, code, period, 2, scope)
        was = {value.indicator: value.points for value in before.values} if before else {}
        is_ = {value.indicator: value.points for value in now.values} if now else {}
        moves = [Move(indicator=one.id, before=was.get(one.id), now=is_.get(one.id)) for one in self.scheme.indicators]
        return sorted(moves, key=lambda one: -abs((one.now or 0) - (one.before or 0)))

    def behind(
        self,
        level: str,
        code: str,
        indicator: str,
        period: Period,
        *,
        bad: bool = True,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Behind]:
        """The lines behind an indicator, the latest first; with `bad` only those that cost points."""
        raise NotImplementedError

    def items(self, period: Period) -> Mapping[str, ItemFact]:
        """What scoring in a period knows of the items: their weights from the year before it, and their families."""
        return {row["item"]: ItemFact(family=row["family"]) for row in self._store.query("items")}
