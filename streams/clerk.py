"""The clerk 书记员: what the service itself does about findings, when it is due.

    new        a finding is issued, or waits for a person, as the policy says
    news       a graver card goes out, a notice whose case ended is closed, what the rule took back is withdrawn
    time       reminders, escalations, notices that lapse
    daily      the record is anchored, what was kept long enough is erased

What is due is decided by `mingjing.handling.automatic`, pure. Doing a thing twice changes nothing, so a clerk that was
killed begins anew: it looks at all findings once, then at what is stored, and at those whose time has come. One clerk
works at a time: it holds a lease.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from mingjing.errors import MingjingError, StoreUnavailable
from mingjing.handling.automatic import next_act
from mingjing.handling.bulk import issue_all
from mingjing.handling.desk import Desk
from mingjing.metrics import METRICS, Health, Metrics
from mingjing.record.recorder import Recorder, Taken
from mingjing.store import Store
from mingjing.store.handling import to_look_at
from mingjing.store.score_work import store_time
from mingjing.zones import Zone
from streams.lease import Lease

log = logging.getLogger(__name__)

ACTOR = "system:clerk"
SETTLE_S = 10.0
"""Seconds after which what is being stored is taken to be visible."""
AT_ONCE = 2_000
MANY = 100
"""From so many on, findings go out together and not one by one."""
A_PART = 50
"""Findings between two renewals of the lease, and until it is seen that the clerk is asked to stop."""


class Times(Struct, frozen=True, kw_only=True):
    """How often things are done, in seconds."""

    settle: float = SETTLE_S
    sweep: float = 600.0  # between two looks at all findings
    idle: float = 30.0  # before a finding of which there is no news is looked at again
    daily: float = 60.0  # before a daily work that failed is tried again


class Clerk:
    """Does what is due. `look` may raise StoreUnavailable and LeaseLost: call it again.

    `daily`: works done once each local day of the installation's clock, by name; each gets the day that began.
    """

    def __init__(
        self,
        store: Store,
        desk: Desk,
        recorder: Recorder,
        clock: Callable[[], datetime],
        zone: Zone,
        lease: Lease,
        health: Health,
        daily: Mapping[str, Callable[[date], None]] | None = None,
        metrics: Metrics = METRICS,
        times: Times = Times(),  # noqa: B008  it is frozen
    ) -> None:
        self._store, self._desk, self._recorder, self._clock, self._zone = store, desk, recorder, clock, zone
        self._lease, self._health, self._metrics, self._times = lease, health, metrics, times
        self._policy = desk.deadlines.policy
        self._old = timedelta(days=self._policy.history_days)
        self._daily = dict(daily or {})
        self._done_on: dict[str, date] = {}
        self._again_at: dict[str, float] = {}
        self._since: datetime | None = None  # what was stored before has been looked at
        self._sweep_since: datetime | None = None  # when the look at all findings that is under way began
        self._swept: set[str] = set()
        self._sweep_due = 0.0
        self._seen: dict[tuple[str, datetime], float] = {}  # findings as stored, and when they were looked at
        self.stopping = threading.Event()  # what is not begun yet is left for the next clerk

    def begin(self) -> None:
        """Takes the lease, or keeps it. Raises StoreUnavailable, LeaseLost."""
        self._lease.beat()

    def look(self) -> bool:
        """Does what is due, for a few seconds; whether more is due at once."""
        self.begin()
        if self._sweep_since is None and time.monotonic() >= self._sweep_due:
            self._sweep_since, self._swept = store_time(self._store), set()
        more = self._sweep() if self._sweep_since is not None else self._live()
        self._days()
        return more

    def stop(self) -> None:
        """Lets another clerk begin at once."""
        self._lease.release()

    def _sweep(self) -> bool:
        """Some of all findings about which something may be due; whether there are more."""
        assert self._sweep_since is not None
        now = self._clock()
        found = to_look_at(self._store, now, now - self._old, AT_ONCE, self._policy.issue)
        fresh = [one for one in found if one not in self._swept]
        self._swept.update(fresh)
        if fresh:
            self._attend(fresh)
            self._metrics.clerk_lag.set((store_time(self._store) - self._sweep_since).total_seconds())
            return True
        self._since, self._sweep_since, self._swept = self._sweep_since, None, set()
        self._sweep_due = time.monotonic() + self._times.sweep
        self._metrics.clerk_lag.set(0)
        return False

    def _live(self) -> bool:
        """What was stored since the last look, and whose time has come; whether that was too much for one look."""
        assert self._since is not None
        began, now, moment = store_time(self._store), self._clock(), time.monotonic()
        stored = self._since - timedelta(seconds=self._times.settle)
        rows = self._store.query("handling_due", stored=stored, since=now - self._old, now=now, limit=AT_ONCE)
        found = [(row["finding_id"], row["latest"]) for row in rows]
        self._seen = {one: since for one, since in self._seen.items() if moment - since < self._times.idle}
        self._attend([finding_id for finding_id, latest in found if (finding_id, latest) not in self._seen])
        self._seen |= dict.fromkeys(found, moment)
        self._since = began
        if len(found) == AT_ONCE:
            self._sweep_due = 0.0
        return len(found) == AT_ONCE

    def _attend(self, finding_ids: Sequence[str]) -> None:
        """Does what is due about these findings."""
        if len(finding_ids) >= MANY and not self.stopping.is_set():
            self._issue(finding_ids)
        for first in range(0, len(finding_ids), A_PART):
            if self.stopping.is_set():
                return
            self._lease.beat()
            self._attend_few(finding_ids[first : first + A_PART])

    def _issue(self, finding_ids: Sequence[str]) -> None:
        try:
            issued = issue_all(self._desk, self._recorder, finding_ids, ACTOR, self._clock())
        except Taken:
            return  # they are attended to one by one
        self._metrics.clerk_acts.labels("issue").inc(issued)
        log.info("many findings were issued at once", extra={"findings": issued})

    def _attend_few(self, finding_ids: Sequence[str]) -> None:
        now = self._clock()
        views = self._desk.views(finding_ids)
        due = [one for one, view in views.items() if next_act(view.handling, view.finding, self._desk.deadlines, now)]
        for view in self._desk.attend(due, ACTOR):
            for done in view.acts:
                if done.by == ACTOR and done.at >= now:
                    self._metrics.clerk_acts.labels(done.act.step).inc()
        self._desk.settle([one for one in views if one not in due])

    def _days(self) -> None:
        """What is done once a day; what fails is told of and tried again."""
        today = self._clock().astimezone(self._zone.info).date()
        for name, work in self._daily.items():
            if self._done_on.get(name) == today or time.monotonic() < self._again_at.get(name, 0.0):
                continue
            self._lease.beat()
            try:
                work(today)
            except StoreUnavailable:
                raise
            except MingjingError as wrong:
                self._again_at[name] = time.monotonic() + self._times.daily
                if self._health.warn(name, str(wrong)):
                    log.error("%s: %s", name, wrong)  # noqa: TRY400 - one line, no traceback
                continue
            self._done_on[name] = today
            self._health.well(name)
