"""The scorer 考核员: keeps the score lines as the stored events, findings and rulings say.

    live    every second: what was touched is reckoned again, and what changed of its lines is written
    again   all cases in turn, when the rules, catalogue, registers or calendars changed, or too much was missed
    doubt   after any failure: whether the sums are the lines', and whether anything stored was not told of

Lines are compared before they are written, so doing a thing twice changes nothing, and whatever mishap left a line
twice or not at all is put right when its subject is looked at next. One scorer writes at a time: it holds a lease.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count, islice
from typing import TypeVar
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from mingjing.errors import StoreUnavailable
from mingjing.instants import DAY, at, micros
from mingjing.metrics import METRICS, Health, Metrics
from mingjing.registers import Registers
from mingjing.scoring.lines import Line
from mingjing.store import Store
from mingjing.store.score_checks import Unlike, repaired
from mingjing.store.score_work import (
    FINDING,
    ScoreProgress,
    Touch,
    caseless,
    cases_from,
    cases_page,
    presence_hours,
    score_progress,
    store_time,
    stored_since,
    strays,
    touches,
    write_score_progress,
)
from mingjing.store.scores import LineChange, standing, write_lines
from mingjing.types import NotJudged
from streams.belonging import keep
from streams.lease import Lease, LeaseLost
from streams.presence_lines import Offices, presence_lines
from streams.reckoning import Reckoner, changes

log = logging.getLogger(__name__)

SETTLE_S = 10.0
"""Seconds after which what is being stored is taken to be visible: what was touched is looked at again then."""
REACH = timedelta(minutes=15)
"""How far before the last look it is asked what was stored, in doubt."""
KEPT = timedelta(days=29)
"""How long it is known what was touched (the table's TTL); who was away longer looks at everything again."""
AT_ONCE = 500
"""Subjects reckoned and written together."""
MANY = 200_000
"""Touches known of at a time."""
A_LOOK = 5_000
"""Subjects that one look reckons at most: it must end within seconds, whatever was loaded."""
RULE = "scores"
"""The rule under which the store says of which cases there are no lines."""


class Times(Struct, frozen=True, kw_only=True):
    """How often things are done, in seconds."""

    settle: float = SETTLE_S
    minute: float = 60.0  # presence and belonging
    hour: float = 3600.0  # whether all is right
    doubt: float = 20.0  # between two checks because of doubts
    told: float = 5.0  # between two writings of how far it has come


class Scorer:
    """Keeps the lines of one store. `look` does what is due; it may raise StoreUnavailable: call it again."""

    def __init__(
        self,
        store: Store,
        reckoner: Reckoner,
        offices: Offices,
        registers: Registers,
        given: str,
        shown: Callable[[], int],
        lease: Lease,
        health: Health,
        metrics: Metrics = METRICS,
        times: Times = Times(),  # noqa: B008  it is frozen
    ) -> None:
        self._store, self._reckoner, self._offices, self._registers = store, reckoner, offices, registers
        self._given, self._shown, self._lease = given, shown, lease
        self._health, self._metrics, self._times = health, metrics, times
        self._run, self._numbers = uuid4().hex[:12], count()
        self._live: ScoreProgress | None = None
        self.again: ScoreProgress | None = None  # the pass over all cases that is under way
        self._looked: dict[Touch, bool] = {}  # whether it was old enough then
        self._failed: set[str] = set()
        self._doubt, self._mishaps = True, 0
        self._unsure: list[str] = []  # subjects of which it may not have been told,
        self._unsure_since = at(0)  # and how far it had come when that began
        self._shown_then: int | None = None  # what the clock showed when presence was last looked at
        self._due: dict[str, float] = {}  # when things are due, by the process's own clock

    # What is due

    def look(self) -> bool:
        """Does what is due, for a few seconds; whether more is due at once. Raises StoreUnavailable, LeaseLost."""
        try:
            self.begin()
            if self._doubt or self._is_due("check", self._times.hour):
                self._make_sure()
            more = self._touched()
            more = self._untold() or more
            if self._is_due("minute", self._times.minute):
                self._minute()
            if self.again is not None:
                more = True
                self._next_page()
            if self._is_due("tell", self._times.told):
                self._tell()
        except (StoreUnavailable, LeaseLost) as wrong:
            self._doubt = True
            if isinstance(wrong, LeaseLost):
                self._live = None
            raise
        return more

    def stop(self) -> None:
        """Says how far it has come, and lets another scorer begin at once."""
        self._tell()
        self._lease.release()

    def begin(self) -> None:
        """Takes the lease and finds out where the last scorer stood. Raises StoreUnavailable, LeaseLost."""
        self._lease.beat()
        if self._live is None:
            self._begin()

    def reckon_all(self) -> None:
        """Has all cases reckoned again by the looks that follow, whatever was done before."""
        self.again = ScoreProgress(
            name="again", given=self._given, until=store_time(self._store), total=cases_from(self._store, "")
        )

    def differences(self) -> Iterator[tuple[list[str], list[LineChange]]]:
        """Cases in turn with what would have to be written for their lines to be right; nothing is."""
        page = [""]
        while page := cases_page(self._store, page[-1], AT_ONCE):
            yield page, self.differing(page)
        for part in parts((f"{FINDING}{one}" for one in caseless(self._store)), AT_ONCE):
            yield part, self.differing(part)
        for part in parts(strays(self._store), AT_ONCE):
            yield part, changes({subject: frozenset() for subject in part}, standing(self._store, part))[0]

    def differing(self, subjects: Sequence[str]) -> list[LineChange]:
        """What would have to be written for these subjects' lines to be right."""
        wanted = self._reckoner.reckon(subjects).lines
        return changes(wanted, standing(self._store, wanted))[0]

    def check(self) -> Sequence[Unlike]:
        """Makes the sums those of the lines; where they were not."""
        wrong = repaired(self._store)
        for one in wrong:
            log.warning("the sums of %s %s were not those of the lines, and are now", one.grain, one.span.code)
        self._metrics.score_repairs.inc(len(wrong))
        return wrong

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every
        return True

    def _begin(self) -> None:
        """Where the last scorer stood; a pass over everything where that cannot be followed on."""
        now = store_time(self._store)
        before = score_progress(self._store, "live", "again")
        live = before["live"].progress if "live" in before else None
        missed = live is None or now - live.until > KEPT
        since = now - timedelta(seconds=self._times.settle) if live is None or missed else live.until
        if live is None or missed or live.given != self._given:
            again = before["again"].progress if "again" in before else None
            if again is None or again.given != self._given or again.place == DONE or missed:
                again = ScoreProgress(name="again", given=self._given, until=now)
            self.again = replace(again, total=again.cases + cases_from(self._store, again.place))
            log.info("all cases are reckoned again", extra={"cases": self.again.total, "done": self.again.cases})
        place = live.place if live is not None and since == live.until else ""
        self._live = replace(live or ScoreProgress(name="live"), until=since, place=place, owner=self._lease.owner)
        self._failed = {row["case_id"] for row in self._store.query("score_failed")}

    # Live

    def _touched(self) -> bool:
        """Reckons what was touched, each subject once however often it was, the earliest first; whether more waits."""
        assert self._live is not None
        now = store_time(self._store)
        settled = now - timedelta(seconds=self._times.settle)
        found = touches(self._store, self._live.until, now + timedelta(seconds=1), MANY, self._live.place)
        fresh = due(found, self._looked, settled)
        taken = dict.fromkeys(islice(dict.fromkeys(one.subject for one in fresh), A_LOOK))
        waiting = min((one.stored_at for one in fresh if one not in self._looked), default=None)
        for part in parts(taken, AT_ONCE):
            self.score(part)
        self._looked |= {one: one.stored_at <= settled for one in fresh if one.subject in taken}
        lag = 0.0 if waiting is None else (store_time(self._store) - waiting).total_seconds()
        self._metrics.score_lag.set(max(0.0, lag))
        left = next((one for one in fresh if one.subject not in taken), None)
        full = len(found) == MANY
        reached = (left.stored_at, "") if left else (found[-1].stored_at, found[-1].subject) if full else (now, "")
        until, place = max((self._live.until, self._live.place), min((settled, ""), reached))
        self._live = replace(self._live, until=until, place=place)
        self._looked = {one: old for one, old in self._looked.items() if one.stored_at >= until}
        return full or left is not None

    def score(self, subjects: Iterable[str]) -> int:
        """Reckons subjects and writes what changed of their lines; how many lines were written."""
        asked = list(dict.fromkeys(subjects))
        asked += self._reckoner.concerned(asked)
        written = 0
        for part in parts(dict.fromkeys(asked), AT_ONCE):
            reckoned = self._reckoner.reckon(part)
            self._say_failed(part, reckoned.failed)
            written += self.write(reckoned.lines)
            self._metrics.scored_cases.inc(len(reckoned.lines))
        return written

    def write(self, wanted: dict[str, frozenset[Line]]) -> int:
        """Makes these lines stand for their subjects; how many had to be written."""
        written = 0
        while wanted:
            rows, more = changes(wanted, standing(self._store, wanted))
            if rows:
                self._lease.beat()
                if write_lines(self._store, rows, f"{self._run}:{next(self._numbers)}"):
                    self._doubt, self._mishaps = True, self._mishaps + 1
                self._metrics.score_lines.labels("in").inc(sum(row.sign > 0 for row in rows))
                self._metrics.score_lines.labels("out").inc(sum(row.sign < 0 for row in rows))
                written += len(rows)
            wanted = {subject: wanted[subject] for subject in more}
        return written

    def _say_failed(self, asked: Iterable[str], failed: dict[str, str]) -> None:
        """Which cases have no lines of today, where people look for what could not be judged."""
        cleared = [one for one in asked if one in self._failed and one not in failed]
        if not failed and not cleared:
            return
        for subject, reason in failed.items():
            log.warning("a case could not be reckoned; its lines stay as they were: %s", reason)
            self._metrics.score_failures.inc()
            self._failed.add(subject)
        self._failed.difference_update(cleared)
        if self._failed:
            self._health.warn("cases", f"{len(self._failed)} cases cannot be reckoned; the page on health names them")
        else:
            self._health.well("cases")
        self._store.write_not_judged(
            [NotJudged(case_id=subject, rule=RULE, reason=reason) for subject, reason in failed.items()],
            [NotJudged(case_id=subject, rule=RULE, reason="") for subject in cleared],
        )

    # All cases again

    def _next_page(self) -> None:
        assert self.again is not None
        now, mishaps = self.again, self._mishaps
        page = cases_page(self._store, now.place, AT_ONCE)
        written = self.score(page)
        if self._mishaps > mishaps:
            return  # once more
        done = min(1.0, now.cases / max(1, now.total))
        self._metrics.score_again.set(done)
        self._health.warn("again", f"all cases are being reckoned again: {done:.0%}")
        if not page:
            self._finish(now)
            return
        self.again = replace(now, place=page[-1], cases=now.cases + len(page), lines=now.lines + written)
        if self._is_due("again", self._times.told):
            log.info("reckoning all cases again: %d of about %d", now.cases, now.total)
            write_score_progress(self._store, self.again)

    def _finish(self, done: ScoreProgress) -> None:
        """What belongs to no case, and what belongs to nothing any more."""
        assert self._live is not None
        for part in parts([f"{FINDING}{one}" for one in caseless(self._store)], AT_ONCE):
            self.score(part)
        for part in parts(strays(self._store), AT_ONCE):
            self.write({subject: frozenset() for subject in part})
        self._presence(at(0), at(self._shown()))
        self._live = replace(self._live, given=self._given)
        write_score_progress(self._store, replace(done, place=DONE), self._safe())
        self.again = None
        self._metrics.score_again.set(1.0)
        self._health.well("again")
        log.info("all cases were reckoned again", extra={"cases": done.cases, "lines": done.lines})

    # Now and then

    def _minute(self) -> None:
        """Presence of today and yesterday (more where a simulated clock ran through days), and who belongs to whom."""
        now = self._shown()
        then = now if self._shown_then is None else min(now, self._shown_then)
        self._presence(at(then - 2 * DAY), at(now))
        self._shown_then = now
        if lacking := self._offices.lacks(self._offices.zone.day(now)):
            self._health.warn("calendar", f"the calendar lacks {lacking}: no presence is scored, no clock of that year")
        else:
            self._health.well("calendar")
        keep(self._store, self._registers, self._offices.zone.day(now))

    def _presence(self, since: datetime, until: datetime) -> None:
        first = self._offices.zone.midnight(self._offices.zone.day(micros(since)))
        lines = presence_lines(presence_hours(self._store, at(first), until), self._offices)
        for part in parts(lines, AT_ONCE):
            self.write({subject: frozenset((line,)) for subject, line in part})

    def _make_sure(self) -> None:
        """Whether the sums are the lines', and what was stored without being told of."""
        assert self._live is not None
        if self._doubt and not self._is_due("doubt", self._times.doubt):
            return
        self._due["check"] = time.monotonic() + self._times.hour
        self.check()
        self._doubt = False
        if self._live.given:
            safe = self._safe()
            self._unsure = list(dict.fromkeys([*self._unsure, *stored_since(self._store, safe.until - REACH)]))
            self._unsure_since = safe.until

    def _untold(self) -> bool:
        """Reckons what was stored and perhaps not told of, some at a look; whether more of it waits."""
        for part in parts(self._unsure[:A_LOOK], AT_ONCE):
            self.score(part)
        del self._unsure[:A_LOOK]
        return bool(self._unsure)

    def _tell(self) -> None:
        if self._live is not None:
            write_score_progress(self._store, self._safe())

    def _safe(self) -> ScoreProgress:
        """Up to when everything is in the lines for sure."""
        assert self._live is not None
        if self._unsure and self._unsure_since < self._live.until:
            return replace(self._live, until=self._unsure_since, place="")
        return self._live


def due(found: Iterable[Touch], looked: Mapping[Touch, bool], settled: datetime) -> list[Touch]:
    """What is to be looked at: what was not yet, and once more what was seen before it had settled."""
    return [one for one in found if one not in looked or (not looked[one] and one.stored_at <= settled)]


T = TypeVar("T")


def parts(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Things in lists of at most so many."""
    left = iter(things)
    while part := list(islice(left, size)):
        yield part


DONE = "\x7f"
"""The place of a pass that has come to its end."""


def passes(scorer: Scorer) -> Iterator[ScoreProgress | None]:
    """Looks until nothing is due any more; how far a pass over all cases has come, after each look."""
    while scorer.look():
        yield scorer.again
    yield scorer.again
