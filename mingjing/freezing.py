"""Freezes scores 定格: a period's sheets some working days after its end, and the next revision after a ruling.

A frozen sheet never changes. What arrives later shows only in the live sheet, until a ruling about a finding of that
period, or a person by hand, makes a revision: that one takes everything that is known by then.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import dropwhile
from typing import NamedTuple

from msgspec.structs import replace

from mingjing.calendars import Calendar, YearNotCovered
from mingjing.errors import UsageError
from mingjing.scores import Revision, Scoring
from mingjing.scoring.periods import Kind, Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.sums import LEVELS
from mingjing.store import Store, score_details
from mingjing.store.client import decode_finding
from mingjing.store.snapshots import revisions, write_snapshot
from mingjing.types import Finding

log = logging.getLogger(__name__)

FROZEN: tuple[Kind, ...] = ("week", "month", "quarter", "year")
"""The kinds of periods that are frozen by themselves."""
LOOK_S = 60.0
"""Seconds between two looks at what is due."""
MOST_WAITS = 60
"""Looks at which a due period may still be changing."""
MOST_BACK = 60
"""Periods of a kind that are made up for at most, after a long stop."""


class Ruled(NamedTuple):
    """A ruling: when it was stored (UTC), the local days (first, last) that it touches, and what was ruled."""

    stored_at: datetime
    days: tuple[tuple[date, date], ...]
    what: str

    def touches(self, period: Period) -> bool:
        """Whether anything of a period may count otherwise."""
        return any(first < period.until and last >= period.since for first, last in self.days)


class Freezer:
    """Freezes and revises what is due, one sheet at a look, so that whoever calls it is never held up for long."""

    def __init__(self, store: Store, scoring: Scoring, calendar: Calendar, now: Callable[[], datetime]) -> None:
        """`now`: gives an instant in the zone whose days count."""
        self._store, self._scoring, self._calendar, self._now = store, scoring, calendar, now
        self._next = 0.0
        self._under_way: Iterator[ScoreSheet] | None = None
        self._seen: dict[str, tuple[object, int]] = {}
        self._waits = False

    def look(self) -> ScoreSheet | None:
        """A sheet that was frozen or revised; None where nothing is due. Raises StoreUnavailable: look again.

        Call it only where the scores hold everything up to now, not in the middle of catching up.
        """
        if self._under_way is None:
            if time.monotonic() < self._next:
                return None
            self._next = time.monotonic() + LOOK_S
            self._under_way = _freezing(self._store, self._scoring, self._now(), self._calendar, self._quiet)
        try:
            sheet = next(self._under_way, None)
        except Exception:
            self._under_way, self._next = None, 0.0
            raise
        if sheet is None:
            self._under_way = None
        return sheet

    def all(self) -> bool:
        """Freezes and revises all that is due at once; whether more will be once it has come to rest."""
        self._waits = False
        for _ in _freezing(self._store, self._scoring, self._now(), self._calendar, self._quiet):
            pass
        return self._waits

    def _quiet(self, period: Period) -> bool:
        """Whether a period is as it was at the look before, or changed at so many that waiting is no use.

        Where a history is still being loaded, its periods are long due and hardly there.
        """
        stamp = self._store.query("score_stamp", grain=period.grain, first=period.since, last=period.until)
        before, waited = self._seen.get(period.code, (None, 0))
        self._seen[period.code] = stamp, waited + 1
        quiet = before == stamp or waited >= MOST_WAITS
        self._waits |= not quiet and stamp[0]["number"] != 0
        return quiet


def freeze_due(store: Store, scoring: Scoring, now: datetime, calendar: Calendar) -> list[ScoreSheet]:
    """Freezes what is due, makes the revisions that rulings demand, and returns those sheets.

    `now`: an instant in the zone whose days count. Raises StoreUnavailable.
    """
    return list(_freezing(store, scoring, now, calendar, lambda _: True))


def _freezing(
    store: Store, scoring: Scoring, now: datetime, calendar: Calendar, quiet: Callable[[Period], bool]
) -> Iterator[ScoreSheet]:
    heads = _heads(revisions(store, scoring.scheme.id))
    known = score_details.known(store)
    yield from _revised(store, scoring, now, known, heads)
    for period in _due(scoring, now.date(), calendar, {period for _, period in heads}):
        missing = [level for level in LEVELS if (level, period.code) not in heads]
        for level in missing if missing and quiet(period) else ():
            sheet = scoring.sheet(level, period, live=True)
            if sheet.scores:  # nothing was judged then: perhaps its history is still to come
                yield _kept(store, sheet, 1, "", now, known)


def freeze(
    store: Store, scoring: Scoring, period: Period, now: datetime, levels: Sequence[str] = LEVELS
) -> list[ScoreSheet]:
    """Freezes a period by hand. UsageError if it is not over, or frozen already."""
    _check_over(period, now)
    if taken := revisions(store, scoring.scheme.id, levels, (period.code,)):
        raise UsageError(f"{taken[0].level} {period.code} is frozen; `mingjing scores revise` makes the next revision")
    known = score_details.known(store)
    return [_kept(store, scoring.sheet(level, period, live=True), 1, "", now, known) for level in levels]


def revise(
    store: Store, scoring: Scoring, period: Period, reason: str, now: datetime, levels: Sequence[str] = LEVELS
) -> list[ScoreSheet]:
    """Makes the next revision of a frozen period by hand. UsageError without a reason, or if it is not frozen."""
    if not reason.strip():
        raise UsageError("a revision needs its reason; give --reason")
    heads = _heads(revisions(store, scoring.scheme.id, levels, (period.code,)))
    if not heads:
        raise UsageError(f"{period.code} is not frozen; `mingjing scores freeze` does that")
    known = score_details.known(store)
    return [
        _kept(store, scoring.sheet(level, period, live=True), head.revision + 1, reason.strip(), now, known)
        for (level, _), head in heads.items()
    ]


def due_on(period: Period, working_days: int, calendar: Calendar) -> date:
    """The last local day before a period is frozen: the given working day after its end; YearNotCovered."""
    return date.fromordinal(calendar.nth(period.until.toordinal() - 1, working_days))


def _due(scoring: Scoring, today: date, calendar: Calendar, frozen: set[str]) -> Iterator[Period]:
    """Of each kind the periods that are due, back to the last one that was ever frozen; if none was, the last one."""
    for kind in FROZEN:
        ever = any(Period.parse(code).kind == kind for code in frozen)
        ended = _back(Period.of(kind, today).before, MOST_BACK)
        for period in dropwhile(lambda one: not _is_due(one, scoring.scheme.freeze_after, today, calendar), ended):
            yield period
            if not ever or period.code in frozen:  # the last frozen one again: a stop may have cut it short
                break


def _is_due(period: Period, working_days: int, today: date, calendar: Calendar) -> bool:
    try:
        return due_on(period, working_days, calendar) < today
    except YearNotCovered as missing:
        _lacking(calendar.name, missing.year)
        return False


@cache
def _lacking(calendar: str, year: int) -> None:
    """Says once what keeps periods from being frozen."""
    log.warning("periods are not frozen: calendar %s lacks the year %d", calendar, year)


def _back(period: Period, count: int) -> Iterator[Period]:
    for _ in range(count):
        yield period
        period = period.before


def _revised(
    store: Store, scoring: Scoring, now: datetime, known: datetime, heads: dict[tuple[str, str], Revision]
) -> Iterator[ScoreSheet]:
    """One revision of each frozen sheet whose period holds a finding that was ruled on since."""
    if not heads:
        return
    ruled = _ruled(store, min(head.known for head in heads.values()), known, now)
    for (level, code), head in list(heads.items()):
        period = Period.parse(code)
        touching = [one.what for one in ruled if one.stored_at >= head.known and one.touches(period)]
        if touching:
            sheet = scoring.sheet(level, period, live=True)
            yield _kept(store, sheet, head.revision + 1, "; ".join(touching), now, known)


def _ruled(store: Store, since: datetime, until: datetime, now: datetime) -> list[Ruled]:
    """Rulings from one instant to before another that change something."""
    rulings = store.query("rulings_stored", since=since)
    if not rulings:
        return []
    asked = {"findings": {one["finding_id"] for one in rulings}, "cases": {one["case_id"] for one in rulings}}
    findings = {row["finding_id"]: decode_finding(row["whole"]) for row in store.query("findings_last", **asked)}
    found: list[Ruled] = []
    before: dict[str, str] = {}
    for one in rulings:
        finding, outcome = findings.get(one["finding_id"]), one["outcome"]
        changes = outcome == "changed" or outcome != before.get(one["finding_id"], "upheld")
        before[one["finding_id"]] = outcome
        if finding and changes and since <= one["stored_at"] < until:
            what = f"{finding.rule} {finding.finding_id} {outcome}"
            found.append(Ruled(one["stored_at"], tuple(_days(finding, now.tzinfo)), what))
    return found


def _days(finding: Finding, zone: tzinfo | None) -> Iterator[tuple[date, date]]:
    """The local days, first and last, on which a ruling about a finding may change what counts.

    The breach itself; the clock's end, on which it counts as kept where the finding is revoked; a period whose ratings
    a confirmed finding leaves out.
    """
    clock = finding.evidence.clock
    for instant in (finding.occurred_at, *((clock.due_at, clock.stopped_at) if clock else ())):
        if instant is not None:
            day = instant.astimezone(zone).date()
            yield day, day
    since, until = (str(finding.evidence.facts.get(name, "")) for name in ("since", "until"))
    with suppress(ValueError):  # facts of other rules are no days
        yield date.fromisoformat(since), date.fromisoformat(until)


def _heads(found: Iterable[Revision]) -> dict[tuple[str, str], Revision]:
    """The last revision of each level and period."""
    return {(one.level, one.period): one for one in sorted(found, key=lambda one: one.revision)}


def _kept(store: Store, sheet: ScoreSheet, revision: int, reason: str, now: datetime, known: datetime) -> ScoreSheet:
    frozen = replace(sheet, revision=revision, frozen_on=now.date(), reason=reason)
    write_snapshot(store, frozen, now.astimezone(UTC), known)
    log.info("scores frozen", extra={"level": sheet.level, "period": sheet.period.code, "revision": revision})
    return frozen


def _check_over(period: Period, now: datetime) -> None:
    if now.date() < period.until:
        last = period.until - timedelta(days=1)
        raise UsageError(f"{period.code} lasts up to {last}; it can be frozen when it is over")
