"""The sealed record on the suite's ClickHouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.store import Store
from mingjing.store.dsn import parse
from mingjing.store.local import LocalServer
from tests.clickhouse import in_database


@pytest.fixture
def desk_dsn(clickhouse: LocalServer, store_dsn: str) -> str:
    """The same fresh database as `store_dsn`, as the user who may only append to what people do."""
    return in_database(clickhouse.desk_dsn, parse(store_dsn).database)


@pytest.fixture
def seal_dir(tmp_path: Path) -> Path:
    """Where the test's keys and anchors are."""
    return tmp_path / "seal"


@pytest.fixture
def recorder(desk_dsn: str, seal_dir: Path) -> Iterator[Recorder]:
    """A recorder on the test's fresh database."""
    with recording(desk_dsn, seal_dir) as one:
        yield one


@contextmanager
def recording(dsn: str, seal_dir: Path, service: str = "test") -> Iterator[Recorder]:
    """One more recorder: another process, as far as the record can tell."""
    with Store(dsn, profile="dashboard") as store:
        yield Recorder(store, signer(seal_dir), service)
