"""Scores out of a store: one way for pages, reports, the API and the command line."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from mingjing import access, reasons
from mingjing.errors import UsageError
from mingjing.scoring.change import Moved, change
from mingjing.scoring.details import Behind, Delta, Moments, Organisation, Revision, sought
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.rollup import only, rolled
from mingjing.scoring.scheme import Indicator, Scheme
from mingjing.scoring.score import score
from mingjing.scoring.sums import ItemFact, Sums
from mingjing.scoring.weights import weights
from mingjing.store import Store, score_details
from mingjing.store.scores import EVERYTHING, Scope, doubtful_windows, sums
from mingjing.store.snapshots import revisions, snapshots
from mingjing.types import Text

__all__ = ["Behind", "Delta", "Moments", "Moved", "Organisation", "Revision", "Scoring"]

T = TypeVar("T")

KEPT_S = 60.0
"""How long names, organisation and weights may be old; the lines that scores are made of never are."""
MOST_KEPT = 100

HOLDS: dict[str, frozenset[str]] = {
    "region": frozenset({"regions"}),
    "department": frozenset({"regions", "departments"}),
    "window": frozenset({"regions", "departments", "windows"}),
    "officer": frozenset({"regions", "departments", "windows", "officers"}),
    "item": frozenset({"items"}),
}
"""By which parts of a scope subjects of a level are merely picked; any other part changes what is counted of them."""


class Scoring:
    """Scores by one scheme. For one thread, as its store is. Every method may raise StoreUnavailable.

    The store reads with the eyes of everybody, for peers are all; `viewer` is whose eyes the answers are for: subjects
    with nothing within that scope are left out, single lines are those within, and items are counted within it.
    """

    def __init__(self, store: Store, scheme: Scheme, viewer: access.Scope = access.WHOLE) -> None:
        self._store, self.scheme, self.viewer = store, scheme, viewer
        self._kept: dict[object, tuple[float, Any]] = {}

    def sheet(
        self, level: str, period: Period, scope: Scope = EVERYTHING, *, live: bool = False, revision: int = 0
    ) -> ScoreSheet:
        """The scores of a level in a period: as last frozen, if they are and `live` is not asked for, else as of now.

        A subject's score is the same whoever looks: a scope that holds a subject or not picks from the sheet of all,
        whose peers are all. Only a scope that divides subjects, like a few items, is scored by itself, and as of now.
        Regions contain those beneath them; their peers are the regions of the same depth, and the shallowest come
        first. UsageError for a `revision` that there is not.
        """
        return self._seen(self._sheet(level, period, scope, live=live, revision=revision))

    def _sheet(self, level: str, period: Period, scope: Scope, *, live: bool, revision: int) -> ScoreSheet:
        scope = self._with_regions_beneath(scope)
        if level == "item" and not self.viewer.whole:
            return self._computed(level, period, scope)
        given = {name for name in Scope.__struct_fields__ if getattr(scope, name)}
        if not given <= HOLDS[level]:
            return self._computed(level, period, scope)
        whole = None if live else self._frozen(level, (period,), revision).get(period.code)
        if revision and whole is None:
            raise UsageError(f"{level} {period.code} has no revision {revision}; {self._which(level, period)}")
        whole = whole or self._computed(level, period)
        return self._within(whole, scope) if given else whole

    def trend(
        self, level: str, code: str, last: Period, count: int, scope: Scope = EVERYTHING
    ) -> list[tuple[Period, Score | None]]:
        """One subject's scores in `count` periods of one kind up to `last`, the earliest first."""
        spans = [last]
        while len(spans) < count:
            spans.append(spans[-1].before)
        frozen = self._frozen(level, spans) if scope == EVERYTHING else {}
        use = level != "item" or self.viewer.whole
        found = ((one, frozen.get(one.code) if use else None) for one in reversed(spans))
        return [(one, (self._seen(kept) if kept else self.sheet(level, one, scope)).of(code)) for one, kept in found]

    def moved(self, level: str, code: str, period: Period) -> tuple[Moved, ...]:
        """What moved a subject's score since the period before, the largest move first.

        Its own doing, its mix of items, or its peers: see `mingjing.scoring.change`. As of now, also where a period is
        frozen; both periods by the weights of this one.
        """
        if not self._sees(level, code, period):
            return ()
        before, now = (self._beside(level, code, one) for one in (period.before, period))
        return change(code, before, now, self.items(period), self.scheme)

    # What lies behind

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
        """The lines behind an indicator: what cost most first, then the latest; with `bad` only those that cost points.

        A region's are those of all regions in it. UsageError for an indicator that the scheme lacks.
        """
        return self._behind(level, code, indicator, period, bad=bad, limit=limit, offset=offset)[0]

    def behind_page(
        self, level: str, code: str, indicator: str, period: Period, *, bad: bool = True, limit: int, offset: int = 0
    ) -> tuple[list[Behind], int]:
        """A page of `behind` and how many lines it pages through, as a rule in one reading."""
        lines, total = self._behind(level, code, indicator, period, bad=bad, limit=limit, offset=offset)
        if not lines and offset:
            total = self.behind_count(level, code, indicator, period, bad=bad)
        return lines, total

    def behind_count(self, level: str, code: str, indicator: str, period: Period, *, bad: bool = True) -> int:
        """How many lines `behind` pages through."""
        return self._behind(level, code, indicator, period, bad=bad, limit=1, offset=0)[1]

    def moments(self, level: str, code: str, period: Period) -> Moments:
        """When a subject's cases came, how long they took and how they were rated; "" for all subjects together."""
        members = self._members(level, code) if code else ()
        with self._store.seeing(self.viewer):
            return score_details.moments(self._store, level, members, period)

    def items(self, period: Period) -> Mapping[str, ItemFact]:
        """What scoring in a period knows of the items: their weights from the year before it, and their families."""
        return self._keep(("items", period.since, period.until), lambda: self._items(period))

    # Frozen sheets

    def revisions(self, level: str, period: Period) -> list[Revision]:
        """The frozen sheets of a level and period, the first one first."""
        found = revisions(self._store, self.scheme.id, (level,), (period.code,))
        return [replace(one, reason=self._told(one.reason)) for one in found]

    def delta(self, level: str, period: Period, revision: int) -> list[Delta]:
        """Whose score a revision changed, and from what, the largest change first; none for revision 1."""
        now = {one.code: one for one in self.sheet(level, period, revision=revision).scores}
        if revision == 1:
            return []
        was = {one.code: one for one in self.sheet(level, period, revision=revision - 1).scores}
        changes = [
            Delta(code=code, before=was.get(code), now=now.get(code))
            for code in sorted(was.keys() | now.keys())
            if was.get(code) != now.get(code)
        ]
        return sorted(changes, key=lambda one: -abs(_total(one.now) - _total(one.before)))

    # Who is who

    @property
    def org(self) -> Organisation:
        """Who belongs to whom, at most a minute old."""
        return self._keep("org", lambda: score_details.organisation(self._store))

    def name(self, field: str, code: str) -> Text:
        """What people call a code of a field (region, department, window, officer, item); the code where unnamed."""
        return self._keep("names", self._names).get((field, code)) or Text(zh=code, en=code)

    def _names(self) -> dict[tuple[str, str], Text]:
        rows = self._store.query("names")
        return {(row["field"], row["code"]): Text(zh=row["zh"], en=row["en"] or row["zh"]) for row in rows}

    def _items(self, period: Period) -> Mapping[str, ItemFact]:
        month = period.since.replace(day=1)
        catalogue = {one["item"]: one for one in self._store.query("items") if one["valid_from"] < period.until}
        limits = {item: one["statutory_days"] for item, one in catalogue.items() if one["statutory_days"]}
        of = weights(score_details.paces(self._store, month.replace(year=month.year - 1), month), limits)
        families = {item: one["family"] for item, one in catalogue.items()}
        return {
            item: ItemFact(weight=of.get(item, 1.0), family=families.get(item, ""))
            for item in of.keys() | families.keys()
        }

    def _behind(
        self, level: str, code: str, indicator: str, period: Period, *, bad: bool, limit: int, offset: int
    ) -> tuple[list[Behind], int]:
        members, what = self._members(level, code), sought(self.indicator(indicator))
        with self._store.seeing(self.viewer):
            return score_details.behind(self._store, level, members, period, what, bad=bad, limit=limit, offset=offset)

    def indicator(self, name: str) -> Indicator:
        """An indicator of the scheme; UsageError where it has none of that name."""
        for one in self.scheme.indicators:
            if one.id == name:
                return one
        known = ", ".join(one.id for one in self.scheme.indicators)
        raise UsageError(f"scheme {self.scheme.id} has no indicator {name!r}; it has {known}")

    def _computed(self, level: str, period: Period, scope: Scope = EVERYTHING) -> ScoreSheet:
        """As of now, of the lines in a scope; computed anew only where a line of the period changed."""
        span = {"grain": period.grain, "first": period.since, "last": period.until}
        stamp = tuple(self._store.columns("score_stamp", **span))
        eyes = self.viewer if level == "item" else access.WHOLE
        items = self.items(period)  # weights are the same for all, and kept

        def compute() -> ScoreSheet:
            with self._store.seeing(eyes):
                return self._compute(level, period, scope, items)

        return self._keep(("sheet", level, period, scope, stamp, eyes), compute)

    def _compute(self, level: str, period: Period, scope: Scope, items: Mapping[str, ItemFact]) -> ScoreSheet:
        found = self._sums(level, period, scope)
        doubtful = self._doubtful(level, period, scope, found)
        groups = [score(one, items, self.scheme, level, doubtful) for one in found]
        return ScoreSheet(
            scheme=self.scheme.id,
            scheme_version=self.scheme.version,
            level=level,
            period=period,
            scores=tuple(one for group in groups for one in group),
            differs=any(len({one.tier for one in group} - {None}) > 1 for group in groups),
        )

    def _doubtful(self, level: str, period: Period, scope: Scope, found: Sequence[Sums]) -> dict[str, int]:
        """How many windows of each subject are in doubt, where that does not withhold its score."""
        gates = set(self.scheme.gates)
        words = {word for one in found for row in one.confirmed for word in row}
        if level in self.scheme.gate_levels or not gates & {word.rpartition(":")[0] for word in words}:
            return {}
        windows: dict[str, set[str]] = {}
        for code, window in doubtful_windows(self._store, level, period, self.scheme.gates, scope):
            for above in self.org.over(code) if level == "region" else (code,):
                windows.setdefault(above, set()).add(window)
        return {code: len(those) for code, those in windows.items()}

    def _beside(self, level: str, code: str, period: Period) -> Sums:
        """The sums of a subject and its peers; of nobody where it has none."""
        groups = self._sums(level, period)
        return next((one for one in groups if code in one.codes), None) or only(groups[0], ())

    def _sums(self, level: str, period: Period, scope: Scope = EVERYTHING) -> list[Sums]:
        """The sums of all subjects, peers together: regions with all that lie in them, those of one depth."""
        cap = next((one.cap for one in self.scheme.indicators if one.kind == "speed"), 0.6)
        found = sums(self._store, level, period, scope, cap=cap)
        if level != "region" or not found.codes:
            return [found]
        tree = rolled(found, cache(self.org.over))
        depths = {code: self.org.depth(code) for code in tree.codes}
        return [only(tree, {code for code, at in depths.items() if at == one}) for one in sorted(set(depths.values()))]

    def _frozen(self, level: str, periods: Sequence[Period], revision: int = 0) -> dict[str, ScoreSheet]:
        return snapshots(self._store, self.scheme.id, level, [one.code for one in periods], revision)

    def _which(self, level: str, period: Period) -> str:
        there = ", ".join(str(one.revision) for one in self.revisions(level, period))
        return f"there is {there}" if there else "it is not frozen"

    def _within(self, whole: ScoreSheet, scope: Scope) -> ScoreSheet:
        inside = score_details.codes(self._store, whole.level, whole.period, scope) if whole.level != "item" else set()
        inside |= set(scope.regions if whole.level == "region" else scope.items)
        scores = tuple(one for one in whole.scores if one.code in inside)
        return replace(whole, scores=scores, differs=len({one.tier for one in scores} - {None}) > 1)

    def _seen(self, whole: ScoreSheet) -> ScoreSheet:
        """What the viewer sees of a sheet."""
        if self.viewer.whole:
            return whole
        scores = tuple(one for one in whole.scores if self._sees(whole.level, one.code, whole.period))
        differs = len({one.tier for one in scores} - {None}) > 1
        return replace(whole, scores=scores, differs=differs, reason=self._told(whole.reason))

    def _told(self, reason: str) -> str:
        """The reason of a revision without findings that the viewer does not see."""
        ids = sorted(reasons.named(reason))
        if self.viewer.whole or not ids:
            return reason
        with self._store.seeing(self.viewer):
            found = self._store.columns("known_findings", findings=ids)
        return reasons.within(reason, found[0] if found else ())

    def _sees(self, level: str, code: str, period: Period) -> bool:
        """Whether the viewer sees a subject's score: a region within the scope, or who did anything within it."""
        viewer = self.viewer
        if viewer.whole:
            return True
        if level == "region":
            above = replace(viewer, regions=None, counters=None)
            return above.whole and viewer.regions is not None and code in viewer.regions
        return code in self._keep(("seen", level, period, viewer), lambda: self._codes_seen(level, period))

    def _codes_seen(self, level: str, period: Period) -> set[str]:
        with self._store.seeing(self.viewer):
            return score_details.codes(self._store, level, period, EVERYTHING)

    def _with_regions_beneath(self, scope: Scope) -> Scope:
        if not scope.regions:
            return scope
        beneath = dict.fromkeys(one for region in scope.regions for one in self.org.under(region))
        return replace(scope, regions=tuple(beneath))

    def _members(self, level: str, code: str) -> tuple[str, ...]:
        return self.org.under(code) if level == "region" else (code,)

    def _keep(self, key: object, make: Callable[[], T]) -> T:
        now = time.monotonic()
        made_at, value = self._kept.get(key, (-KEPT_S, None))
        if now - made_at < KEPT_S:
            return cast("T", value)
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        made = make()
        self._kept[key] = now, made
        return made


def _total(one: Score | None) -> float:
    return (one.score if one else None) or 0.0
