"""The process that `mingjing.store.local` starts: a real ClickHouse server inside the chdb-core wheel.

    python -m mingjing.store.server DIRECTORY PORT

`DIRECTORY` holds config.xml and users.xml. A line on standard output says that the
port was free. It serves until its standard input ends or its parent is gone, whichever way the
parent ended. The store survives any end of this process: what was acknowledged is in files.
"""

import fcntl
import importlib
import importlib.util
import os
import select
import socket
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

# clickhouse-local can listen since 2026. The wheel's public interface does not offer it, `_chdb.query` does.
# Listening ends when the statement after it ends, so that one waits, at three seconds a row.
SERVE = """
SYSTEM START LISTEN TCP;
SELECT count() FROM numbers(1000000000) WHERE sleepEachRow(3)
SETTINGS max_block_size = 1, max_threads = 1, function_sleep_max_microseconds_per_block = 0
"""


def main(directory: Path, port: int) -> NoReturn:
    """Serves; every reason not to is one line on standard error, and exit status 1."""
    parent = os.getppid()
    os.chdir(directory)  # where the wheel looks for config.xml
    lock = os.open("lock", os.O_RDWR | os.O_CREAT, 0o600)  # held while this process lives
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _stop(f"{directory} is in use by another ClickHouse server")
    if importlib.util.find_spec("chdb") is None:
        _stop("the package chdb-core is missing: install mingjing[local], or name a ClickHouse server as store_dsn")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            _stop(f"port {port} is taken; choose another one, or 0 for a free one")
    os.write(1, b"\n")
    os.dup2(2, 1)
    threading.Thread(target=_serve, args=(directory,), daemon=True).start()
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(0, 1):
            break
    os._exit(0)  # the server's threads do not wait for its connections


def _serve(directory: Path) -> None:
    wheel: Any = importlib.import_module("chdb._chdb")  # only here: it takes a second and reads config.xml
    result = wheel.query(SERVE, "TabSeparated", path=str(directory / "data"))
    _stop(f"ClickHouse does not start: {result.error_message().splitlines()[0]}")


def _stop(reason: str) -> NoReturn:
    os.write(2, f"{reason}\n".encode())
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
