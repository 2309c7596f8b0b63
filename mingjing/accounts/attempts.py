"""Holding off those who guess passwords. Pure: whoever calls says what time it is.

Failures are counted apart for each account from one address, for an account from everywhere, for an address, and for a
browser whose owner signed in before. So whoever guesses from one address locks out that address alone, and whoever
guesses from thousands makes new browsers wait, never the known ones, and nobody longer than LONGEST at a time.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from msgspec import Struct

Key = tuple[str, ...]
"""What failures are counted for; its first word names the limit."""

LIMITS = {"here": 5, "browser": 10, "address": 30, "account": 50}
"""Failures that are free, by what they are counted for."""
FIRST = 30.0  # seconds of the first wait; each further failure doubles it
LONGEST = 900.0
REMEMBERED = 900.0  # seconds after the last failure, or the end of its wait, until all is forgotten
KEYS = 20_000  # kept at most; who failed longest ago is forgotten first


class _Failures(Struct):
    count: int
    until: float  # no attempt before this
    forgotten: float


class Attempts:
    """What is known of failures, in memory: a restart forgives. Thread-safe. Instants in seconds of any one clock."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def charge(self, keys: Iterable[Key], now: float) -> float:
        """0 if an attempt may be made, which counts as failed until `forgive`; else the seconds to wait."""
        with self._lock:
            keys = list(keys)
            wait = max((self._current(key, now).until - now for key in keys), default=0.0)
            if wait > 0:
                return wait
            for key in keys:
                self._count(key, now)
            return 0.0

    def waits(self, keys: Iterable[Key], now: float) -> float:
        """Seconds until the next attempt; 0: now."""
        with self._lock:
            return max(0.0, *(self._current(key, now).until - now for key in keys))

    def forgive(self, keys: Iterable[Key]) -> None:
        """The attempt was right: an address is forgiven that one, all else everything."""
        with self._lock:
            for key in keys:
                known = self._known.get(key)
                if known is not None and key[0] in ("address", "account"):
                    known.count -= 1
                    known.until = 0.0
                else:
                    self._known.pop(key, None)

    def _current(self, key: Key, now: float) -> _Failures:
        known = self._known.get(key)
        return known if known is not None and now < known.forgotten else _Failures(0, 0.0, 0.0)

    def _count(self, key: Key, now: float) -> None:
        known = self._current(key, now)
        known.count += 1
        over = known.count - LIMITS[key[0]]
        if over >= 0:
            known.until = now + min(FIRST * 2.0 ** min(over, 10), LONGEST)
        known.forgotten = max(now, known.until) + REMEMBERED
        self._known[key] = known
        self._known.move_to_end(key)
        while len(self._known) > KEYS:
            self._known.popitem(last=False)
