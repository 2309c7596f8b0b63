"""An office over a database of the test's own, with passwords that are quick to check."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from mingjing.accounts.office import Office
from mingjing.accounts.passwords import Passwords
from mingjing.record.keys import Signer
from mingjing.record.recorder import Recorder
from mingjing.store import Store

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)


class Watch:
    """A wall clock that a test moves. It begins now: the store drops sessions that were over long ago."""

    def __init__(self) -> None:
        self.shown = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.shown

    def hours_later(self, hours: float) -> None:
        self.shown += timedelta(hours=hours)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def keeper() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def opened(store_dsn: str, watch: Watch, keeper: Passwords) -> Iterator[Callable[[], Office]]:
    """Another process's office over the same database."""
    with Store(store_dsn) as store, Store(store_dsn) as recording:

        def drawn() -> AbstractContextManager[Store]:
            return nullcontext(store)

        def made() -> Office:
            recorder = Recorder(recording, Signer.fresh(), "test")
            return Office(drawn, recorder, hours=10, now=lambda: NOW, wall=watch, keeper=keeper)

        yield made


@pytest.fixture
def office(opened: Callable[[], Office]) -> Office:
    return opened()
