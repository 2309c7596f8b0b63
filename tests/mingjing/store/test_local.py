"""The local server: it starts, says why it cannot, and ends with whoever started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingjing.errors import ServiceError, UsageError
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from tests.mingjing.store.samples import event, stored

pytestmark = pytest.mark.store


def ended(pid: int) -> bool:
    """Whether a process is gone within ten seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    """The DSN stays the same too, given the port: passwords are kept in the directory, for its owner only."""
    with serve(tmp_path / "new") as server:
        with Store(server.dsn) as store:
            store.migrate()
            store.write_events([stored(event(1), offset=1)], "t")
        dsn, port = server.dsn, server.port
    assert (tmp_path / "new" / "passwords.json").stat().st_mode & 0o077 == 0
    with serve(tmp_path / "new", port) as server, Store(dsn) as store:
        assert server.dsn == dsn
        assert store.migrate() == []
        assert store.known(["C1"]) == {"C1"}


def test_a_directory_in_use_is_said_so(clickhouse: LocalServer) -> None:
    """A second demo on the same machine must not break the first."""
    with pytest.raises(ServiceError, match="is in use by another ClickHouse server"):
        serve(clickhouse.directory)
    with Store(clickhouse.dsn) as store:
        store.ping()


def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    """With what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=rf"port {port} is taken; choose another one, or 0 for a free one"):
            serve(tmp_path, port)


def test_a_missing_wheel_is_said_so(tmp_path: Path) -> None:
    """A plain install has no local server."""
    without = (
        "import importlib.util, pathlib, sys; importlib.util.find_spec = lambda name: None;"
        f"from mingjing.store.server import main; main(pathlib.Path({str(tmp_path)!r}), 1)"
    )
    said = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("the package chdb-core is missing: install mingjing[local]")


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """No server without a master stays behind, however the master ended."""
    start = (
        "import sys, time; from mingjing.store.local import serve;"
        "s = serve(sys.argv[1]); print(s.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", start, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert ended(pid)


def test_the_command_serves_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    """`python -m mingjing.store.local DIRECTORY`, for developers and small halls."""
    command = [sys.executable, "-m", "mingjing.store.local", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        dsn = process.stdout.readline().removeprefix("store_dsn = ").strip()
        with Store(dsn) as store:
            store.ping()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_the_default_user_has_no_rights(clickhouse: LocalServer) -> None:
    """It needs no password, so it may see nothing."""
    with pytest.raises(UsageError, match="may not do this"):
        Store(f"clickhouse://127.0.0.1:{clickhouse.port}/mingjing_anything").migrate()
