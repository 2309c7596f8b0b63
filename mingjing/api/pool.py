"""Connections to the store, lent to one thread at a time."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager

from mingjing.access import WHOLE
from mingjing.errors import StoreUnavailable
from mingjing.scores import Scoring
from mingjing.scoring.scheme import Scheme
from mingjing.store import Store


class Pool:
    """Stores of one address. Raises UsageError for a DSN that is none, when one is first lent."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._idle: queue.LifoQueue[tuple[Store, dict[str, Scoring]]] = queue.LifoQueue()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """A store while the block runs."""
        with self._lent() as (store, _):
            yield store

    @contextmanager
    def scoring(self, scheme: Scheme) -> Iterator[Scoring]:
        """Scores by a scheme while the block runs."""
        with self._lent() as (store, made):
            if scheme.id not in made:
                made[scheme.id] = Scoring(store, scheme)
            yield made[scheme.id]

    def close(self) -> None:
        """Lets go of all that are idle."""
        while not self._idle.empty():
            self._idle.get_nowait()[0].close()

    @contextmanager
    def _lent(self) -> Iterator[tuple[Store, dict[str, Scoring]]]:
        try:
            one = self._idle.get_nowait()
        except queue.Empty:
            one = (Store(self._dsn, profile="dashboard", scope=WHOLE), {})
        try:
            yield one
        except StoreUnavailable:
            one[0].close()  # it connects again when it is lent next
            raise
        finally:
            self._idle.put(one)
