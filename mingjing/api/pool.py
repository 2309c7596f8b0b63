"""Connections to the store, lent to one thread at a time."""

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mingjing.access import WHOLE, Scope, places
from mingjing.errors import StoreUnavailable
from mingjing.scores import Scoring
from mingjing.scoring.scheme import Scheme
from mingjing.store import Store
from mingjing.store.masking import Mask, Veil
from mingjing.store.score_details import organisation

KEPT_S = 60
"""How long the organisation may be old from which a place's scope is made."""


class Pool:
    """Stores of one address. Raises UsageError for a DSN that is none, when one is first lent.

    `place`: what answers are for (mingjing.access.places). `mask`: masks persons in them.
    """

    def __init__(self, dsn: str, mask: Mask | None = None) -> None:
        self._dsn, self._mask = dsn, mask
        self._scopes: tuple[float, dict[str, Scope]] = (0.0, {})
        self._idle: queue.LifoQueue[tuple[Store, dict[str, Scoring]]] = queue.LifoQueue()

    @contextmanager
    def store(self, place: str = places.EVERYWHERE) -> Iterator[Store]:
        """A store while the block runs."""
        scope = self._scope(place)
        with self._lent() as (store, _), store.seeing(scope):
            yield store

    @contextmanager
    def scoring(self, scheme: Scheme, place: str = places.EVERYWHERE) -> Iterator[Scoring]:
        """Scores by a scheme while the block runs."""
        scope = self._scope(place)
        with self._lent() as (store, made):
            if scheme.id not in made:
                made[scheme.id] = Scoring(store, scheme)
            made[scheme.id].viewer = scope
            yield made[scheme.id]

    def close(self) -> None:
        """Lets go of all that are idle."""
        while not self._idle.empty():
            self._idle.get_nowait()[0].close()

    def _scope(self, place: str) -> Scope:
        if place == places.EVERYWHERE:
            return WHOLE
        made_at, known = self._scopes
        if time.monotonic() - made_at > KEPT_S:
            made_at, known = time.monotonic(), {}
            self._scopes = made_at, known
        if place not in known:
            with self._lent() as (store, _):
                known[place] = places.scope(frozenset({"leader"}), place, "", organisation(store))
        return known[place]

    @contextmanager
    def _lent(self) -> Iterator[tuple[Store, dict[str, Scoring]]]:
        try:
            one = self._idle.get_nowait()
        except queue.Empty:
            one = (Store(self._dsn, profile="dashboard", scope=WHOLE), {})
            one[0].veil = Veil(self._mask) if self._mask else None
        try:
            yield one
        except StoreUnavailable:
            one[0].close()  # it connects again when it is lent next
            raise
        finally:
            self._idle.put(one)
