"""What goes wrong between us and the server, and what the user reads then."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mingjing.errors import MingjingError, StoreUnavailable, UsageError
from mingjing.store import Store
from mingjing.store.connection import Connection
from mingjing.store.dsn import parse
from mingjing.store.local import LocalServer, serve
from tests.clickhouse import in_database
from tests.mingjing.store.samples import event, stored

HOME = Path(__file__).resolve().parents[3]
BATCHES, ROWS = 30, 40


@pytest.mark.store
@pytest.mark.slow
def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The worker waits, sends the same batch with the same token again, and every record is there once."""
    server = serve(tmp_path)
    dsn = server.dsn
    try:
        with Store(dsn) as store:
            store.migrate()
        half, done = threading.Event(), threading.Event()

        def write() -> None:
            with Store(dsn) as store:
                write_all(store)

        def write_all(store: Store) -> None:
            for batch in range(BATCHES):
                rows = [stored(event(n, f"C{batch}"), offset=batch * ROWS + n) for n in range(ROWS)]
                while True:
                    try:
                        store.write_events(rows, f"batch {batch}")
                        break
                    except StoreUnavailable:
                        done.wait(0.1)
                if batch == BATCHES // 3:
                    half.set()
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(2):
            assert half.wait(60)
            server.kill()
            server = serve(tmp_path, server.port)
        writer.join(60)
        assert done.is_set()
        with Store(server.dsn) as reader:
            counts = {case: len(records) for case, records in reader.all_cases()}
            assert counts == {f"C{batch}": ROWS for batch in range(BATCHES)}
            assert len(reader.held("case-events", 0, 0)) == BATCHES * ROWS
    finally:
        server.stop()


@pytest.mark.store
def test_a_server_that_is_gone_is_unavailable_in_one_line() -> None:
    """The worker waits for this one; the message says where."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(StoreUnavailable, match=rf"^no ClickHouse answers at 127\.0\.0\.1:{port} \(.*\)$"):
        Store(f"clickhouse://127.0.0.1:{port}/mingjing").known(["C1"])


@pytest.mark.store
def test_a_wrong_password_is_the_users_mistake(clickhouse: LocalServer) -> None:
    """Waiting does not help; and the password is not repeated."""
    dsn = f"clickhouse://writer:secret@127.0.0.1:{clickhouse.port}/mingjing"
    with pytest.raises(UsageError, match="wrong user or password in the store DSN") as wrong:
        Store(dsn).ping()
    assert "secret" not in str(wrong.value)


@pytest.mark.store
def test_a_database_that_was_never_migrated_says_what_to_do(clickhouse: LocalServer) -> None:
    """The first mistake of every newcomer."""
    with (
        Store(in_database(clickhouse.dsn, "mingjing_never")) as store,
        pytest.raises(UsageError, match="run `mingjing migrate`"),
    ):
        store.known(["C1"])


@pytest.mark.store
def test_a_misspelt_setting_is_an_error(store: Store) -> None:
    """ClickHouse would ignore it in silence, and a token that it ignores doubles events."""
    with (
        Connection(store.address, "worker") as connection,
        pytest.raises(MingjingError, match="Unknown setting 'insert_deduplication_tokn'"),
    ):
        connection.select("SELECT 1", {}, insert_deduplication_tokn="x")


@pytest.mark.store
def test_a_query_that_takes_too_long_is_stopped(store: Store) -> None:
    """A page rather says so than spins."""
    slow = "SELECT sleepEachRow(0.5) FROM numbers(10) SETTINGS max_block_size = 1"
    with (
        Connection(store.address, "dashboard") as connection,
        pytest.raises(StoreUnavailable, match="cannot do it now: Timeout exceeded"),
    ):
        connection.select(slow, {}, max_execution_time=1)


@pytest.mark.store
def test_compression_works(store_dsn: str) -> None:
    """Between machines it is on; the server's default method is one that the driver lacks."""
    with Store(f"{store_dsn}?compression=lz4") as store:
        assert store.address.compression
        store.write_events([stored(event(n), offset=n) for n in range(500)], "t")
        assert len(store.histories(["C1"])["C1"]) == 500


@pytest.mark.store
def test_two_stores_work_in_two_threads(store_dsn: str) -> None:
    """Every service thread has a Store of its own."""
    failures: list[BaseException] = []

    def work(case: str) -> None:
        try:
            with Store(store_dsn) as store:
                for n in range(10):
                    store.write_events([stored(event(n, case), offset=n)], f"{case} {n}")
                    assert len(store.histories([case])[case]) == n + 1
        except (MingjingError, AssertionError, KeyError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(case,)) for case in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("postgres://h/mingjing", "not a ClickHouse address; write it like clickhouse://"),
        ("127.0.0.1:9000", "not a ClickHouse address"),
        ("clickhouse://h:nine/mingjing", "the port is not a number"),
        ("clickhouse://h/mingjing;drop", "cannot be a database's name"),
        ("clickhouse://h/mingjing?clutser=x", "unknown option 'clutser'; there are cluster"),
        ("clickhouse://h/mingjing?secure=maybe", "secure='maybe'; write 1 or 0"),
        ("clickhouse://h/mingjing?cluster=a`b", "cannot be a cluster's name"),
    ],
)
def test_a_wrong_dsn_says_what_would_be_right(dsn: str, said: str) -> None:
    """One line, before anything starts."""
    with pytest.raises(UsageError, match=f"^store DSN: .*{said}"):
        Store(dsn)


def test_a_dsn_has_sensible_defaults_and_hides_its_password() -> None:
    """Its text form goes into logs and errors."""
    address = parse("clickhouses://someone:s%40cret@db.example/")
    assert (address.port, address.secure, address.database, address.password) == (9440, True, "mingjing", "s@cret")
    assert address.compression
    assert not parse("clickhouse://127.0.0.1").compression
    assert str(address) == "clickhouse://someone@db.example:9440/mingjing"


def test_a_unit_test_has_no_clickhouse(tmp_path: Path) -> None:
    """A test that reaches for it unasked fails, though the code under test swallowed the error."""
    (tmp_path / "test_it.py").write_text(
        "from mingjing.store import Store\n"
        "def test_swallows():\n"
        "    try: Store('clickhouse://127.0.0.1:1/mingjing').ping()\n"
        "    except BaseException: pass\n"
    )
    pytest_ = [sys.executable, "-m", "pytest", "-p", "tests.clickhouse", "-p", "no:cacheprovider", "-c", os.devnull]
    said = subprocess.run([*pytest_, str(tmp_path)], capture_output=True, text=True, check=False, cwd=HOME)
    assert "1 passed, 1 error" in said.stdout
    assert "the test reached for ClickHouse here, without the marker `store`" in said.stdout
