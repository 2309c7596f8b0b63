"""A real ClickHouse for the tests that ask for it, and a wall for those that do not."""

import traceback
from collections.abc import Iterator
from itertools import count
from os import getpid
from typing import Never

import pytest

from mingjing.store import Store
from mingjing.store.connection import Connection
from mingjing.store.dsn import parse
from mingjing.store.local import LocalServer, serve

NUMBERS = count(1)
SPARE: list[str] = []
"""Databases that earlier tests of this process have left, emptied: that takes 0.05 s, making one anew half a second."""


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """One local server for the whole run."""
    with serve(tmp_path_factory.mktemp("clickhouse")) as server:
        yield server


@pytest.fixture
def store_dsn(clickhouse: LocalServer) -> Iterator[str]:
    """The DSN of a fresh, migrated database of the test's own; the writer's."""
    if SPARE:
        dsn = SPARE.pop()
    else:
        dsn = in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_{next(NUMBERS)}")
        with Store(dsn, profile="offline") as store:
            store.migrate()
    before = tables(dsn)
    yield dsn
    if tables(dsn) == before:
        empty(dsn)
        SPARE.append(dsn)
    else:
        drop(dsn)


@pytest.fixture
def store(store_dsn: str) -> Iterator[Store]:
    """A `Store` on a fresh, migrated database."""
    with Store(store_dsn) as store:
        yield store


@pytest.fixture(autouse=True)
def no_clickhouse(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that reaches for ClickHouse without saying so fails, even if the code swallows the error.

    To say so: ask for `clickhouse`, `store_dsn` or `store`, or carry the marker `store`.
    """
    if request.node.get_closest_marker("store") or "clickhouse" in request.fixturenames:
        yield
        return
    reached: list[str] = []

    def refuse(_: Connection) -> Never:
        reached.append("".join(traceback.format_stack(limit=8)))
        raise AssertionError("this test has no ClickHouse: mark it `store`, or ask for a fixture")

    monkeypatch.setattr(Connection, "_connect", refuse)
    yield
    if reached:
        pytest.fail(f"the test reached for ClickHouse here, without the marker `store`:\n{reached[0]}")


def in_database(dsn: str, database: str) -> str:
    """The same server and user, another database."""
    return f"{dsn.rpartition('/')[0]}/{database}"


def drop(dsn: str) -> None:
    """Removes the database of a DSN."""
    with Connection(parse(dsn), "offline") as connection:
        connection.command(f"DROP DATABASE IF EXISTS `{parse(dsn).database}` SYNC")


def tables(dsn: str) -> list[tuple[str, ...]]:
    """The tables of a database as they were made, and the migrations that it knows."""
    with Connection(parse(dsn), "offline") as connection:
        made = "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name"
        return connection.select(made, {}) + connection.select("SELECT * FROM migrations ORDER BY number", {})


def empty(dsn: str) -> None:
    """Takes away all rows but those about migrations; the server forgets the tokens of what was inserted as well."""
    with Connection(parse(dsn), "offline") as connection:
        full = connection.select(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
            " AND total_rows > 0 AND name != 'migrations'",
            {},
        )
        for table in full[0] if full else ():
            connection.command(f"TRUNCATE TABLE `{table}`")
