"""Follows the record, and sends each recipient what it asked to be told of.

A burst becomes a digest: what happens within `GATHER_S` goes together, and nobody gets a mail more often than agreed;
meanwhile it waits in the record, where nothing is lost. Sent at least once: whoever is killed between sending and
noting that sends the same again, under the same name. What fails is tried again, ever more seldom.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from mingjing.errors import UsageError
from mingjing.messages import mail, web
from mingjing.messages.mail import NotSent
from mingjing.messages.news import Digest, News, concerns, name_of
from mingjing.messages.policy import Policy, Recipient
from mingjing.metrics import METRICS, Health, Metrics
from mingjing.record.recorder import Draft
from mingjing.store import Store
from mingjing.store.following import Follower, Fresh

log = logging.getLogger(__name__)

ACTOR = "system:clerk"
GATHER_S: Final = 10.0
MANY: Final = 100_000
"""Entries of the record in one mail at most."""
FIRST_WAIT_S, LONGEST_WAIT_S = 10.0, 3600.0
GIVE_UP_S: Final = 72 * 3600.0
"""After which what could not be sent is dropped, recorded as such: the receiver has been away for three days."""


class Records(Protocol):
    """What takes entries of the sealed record (mingjing.record.Recorder)."""

    def append(self, actor: str, at: datetime, draft: Draft) -> object:
        """Seals and stores one entry."""


class Pace(Struct, frozen=True, kw_only=True):
    """How patient the courier is, in seconds."""

    gather: float = GATHER_S
    first_wait: float = FIRST_WAIT_S
    longest_wait: float = LONGEST_WAIT_S
    give_up: float = GIVE_UP_S


class Courier:
    """Serves all recipients of a policy, over a store of its own. `look` may raise StoreUnavailable: call it again."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        record: Records,
        tell: Callable[[Sequence[Fresh]], list[News]],
        digest: Callable[[Recipient, Sequence[News]], Digest],
        clock: Callable[[], datetime],
        health: Health,
        metrics: Metrics = METRICS,
        pace: Pace = Pace(),  # noqa: B008  it is frozen
    ) -> None:
        self._policy, self._record, self._tell, self._digest = policy, record, tell, digest
        self._clock, self._health, self._metrics, self._pace = clock, health, metrics, pace
        self._routes = [_Route(one, Follower(store, f"to:{one.name}")) for one in policy.to]
        self._begun = False

    def look(self) -> bool:
        """Sends what is due; whether more is due at once. Whoever is new is told of what happens from now on."""
        if not self._begun:
            for route in self._routes:
                if route.follower.new:
                    route.follower.skip()
            self._begun = True
        more = [self._serve(route, time.monotonic()) for route in self._routes]
        return any(more)

    def _serve(self, route: "_Route", now: float) -> bool:
        if not route.due(now, self._pace.gather, bool(now >= route.again_at and route.follower.ahead())):
            return False
        route.waiting_since = None
        most = web.AT_ONCE if route.to.how == "web" else MANY
        fresh = route.follower.take(most)
        news = [one for one in self._tell(fresh) if concerns(route.to, one)]
        if news and not self._send(route, news, now):
            return False
        route.follower.done()
        return len(fresh) == most

    def _send(self, route: "_Route", news: Sequence[News], now: float) -> bool:
        """Whether the recipient has been told, or is given up."""
        refused = 0
        try:
            if route.to.how == "web":
                web.send(route.to, news, time.time())
            else:
                assert self._policy.mail is not None
                refused = mail.send(self._policy.mail, route.to.mail, self._digest(route.to, news))
        except (NotSent, UsageError) as wrong:  # UsageError: its secret cannot be read; the others are told
            return self._failed(route, news, now, str(wrong))
        self._note(route, news, "sent", f"{refused} addresses were refused" if refused else "")
        if self._health.well(f"message {route.to.name}"):
            log.info("messages go out again", extra={"to": route.to.name})
        route.tries, route.failing_since, route.sent_at = 0, None, now
        return True

    def _failed(self, route: "_Route", news: Sequence[News], now: float, reason: str) -> bool:
        route.tries += 1
        route.failing_since = now if route.failing_since is None else route.failing_since
        if self._health.warn(f"message {route.to.name}", reason):
            log.warning("a message cannot be sent; it is tried again: %s", reason, extra={"to": route.to.name})
        if now - route.failing_since >= self._pace.give_up:
            self._note(route, news, "given_up", reason)
            log.error("messages are given up", extra={"to": route.to.name, "news": len(news)})
            route.failing_since = None
            return True
        self._note(route, news, "failed", reason)
        route.again_at = now + min(self._pace.longest_wait, self._pace.first_wait * 2 ** min(route.tries - 1, 30))
        return False

    def _note(self, route: "_Route", news: Sequence[News], outcome: str, reason: str) -> None:
        """In the record: which message to whom, of how much, and what became of it; no address, no text."""
        self._metrics.messages.labels(route.to.how, outcome).inc()
        body = {
            "message": name_of(route.to, news),
            "way": route.to.how,
            "outcome": outcome,
            "news": len(news),
            "first": news[0].id,
            "last": news[-1].id,
            "tries": route.tries + (outcome == "sent"),
            "reason": reason,
        }
        self._record.append(ACTOR, self._clock(), Draft(kind="message", subject=route.to.name, body=body))


class _Route:
    """One recipient, and how it stands with it; instants by the process's own clock."""

    def __init__(self, to: Recipient, follower: Follower) -> None:
        self.to, self.follower = to, follower
        self.waiting_since: float | None = None
        self.sent_at = float("-inf")
        self.again_at = float("-inf")
        self.failing_since: float | None = None
        self.tries = 0

    def due(self, now: float, gather: float, waits: bool) -> bool:
        """Whether what waits, if anything does, is to be sent now."""
        if not waits:
            return False
        if self.waiting_since is None:
            self.waiting_since = now
        if self.to.how == "web":
            return True
        return now - self.waiting_since >= gather and now - self.sent_at >= self.to.every_minutes * 60
