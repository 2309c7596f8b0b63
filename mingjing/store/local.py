"""A real ClickHouse on this machine, for the demo, the tests and small halls.

    with serve(Path("var/clickhouse")) as server:
        store = Store(server.dsn)

or `python -m mingjing.store.local DIRECTORY [PORT]`. It listens on loopback only, has three users
(`writer`; `reader` who can only read; `desk` who can append to what people do, and change nothing) with random
passwords kept in the directory, and ends with the process that started it. Its makers say that
clickhouse-local is not meant for serving applications: in production name a real server as `store_dsn`.
"""

import contextlib
import hashlib
import json
import secrets
import signal
import socket
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Self

from mingjing.errors import MingjingError, ServiceError
from mingjing.store import policies
from mingjing.store.client import Store

DATABASE = "mingjing"
USERS = ("writer", "reader", "desk")
READY_WITHIN = 60.0  # seconds; one or two are usual, much data or a busy machine take longer


class LocalServer:
    """A running server. `dsn` may write, `reader_dsn` only read, `desk_dsn` append to the record of what people do."""

    def __init__(self, directory: Path, port: int, passwords: dict[str, str], process: subprocess.Popen[bytes]) -> None:
        self.directory = directory
        self.port = port
        self.process = process
        self.dsn = f"clickhouse://writer:{passwords['writer']}@127.0.0.1:{port}/{DATABASE}"
        self.reader_dsn = f"clickhouse://reader:{passwords['reader']}@127.0.0.1:{port}/{DATABASE}"
        self.desk_dsn = f"clickhouse://desk:{passwords['desk']}@127.0.0.1:{port}/{DATABASE}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server; what was written stays in the directory."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the server as a power failure would; what was acknowledged stays in the directory."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


def serve(directory: Path | str, port: int = 0) -> LocalServer:
    """Starts a server whose data lie in a directory, and returns when it answers. Port 0: any free one.

    ServiceError says why it cannot: the wheel is missing, another server uses the directory, the port is taken.
    """
    directory = Path(directory).resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for _ in range(3):
        chosen = port or _free_port()
        passwords = _configure(directory, chosen)
        process = _start(directory, chosen)
        server = LocalServer(directory, chosen, passwords, process)
        try:
            _wait_until_ready(server)
        except _PortTaken:
            server.kill()
            if port:
                raise
            continue  # someone took the free port before we could
        except BaseException:
            server.kill()
            raise
        return server
    raise ServiceError(f"local ClickHouse in {directory}: found no free port")


class _PortTaken(ServiceError):
    pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _configure(directory: Path, port: int) -> dict[str, str]:
    """Writes config.xml and users.xml; the passwords are made once and stay."""
    kept = directory / "passwords.json"
    kept.touch(mode=0o600)
    passwords: dict[str, str] = json.loads(kept.read_text() or "{}")
    if new := [user for user in USERS if user not in passwords]:
        passwords |= {user: secrets.token_urlsafe(18) for user in new}
        kept.write_text(json.dumps(passwords))
    hashes = {user: hashlib.sha256(password.encode()).hexdigest() for user, password in passwords.items()}
    templates = files("mingjing.store").joinpath("local_config")
    for name in ("config.xml", "users.xml"):
        text = Template(templates.joinpath(name).read_text("utf-8"))
        (directory / name).write_text(text.substitute(port=port, database=DATABASE, **hashes), "utf-8")
    rights = directory / "users.d"
    rights.mkdir(exist_ok=True)
    (rights / "reader.xml").write_text(policies.render("reader", DATABASE, f"{DATABASE}_*.*"), "utf-8")
    return passwords


def _start(directory: Path, port: int) -> subprocess.Popen[bytes]:
    with (directory / "server.err").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "mingjing.store.server", str(directory), str(port)],
            stdin=subprocess.PIPE,  # its end tells the server that we are gone
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for us: we end it last
        )


def _wait_until_ready(server: LocalServer) -> None:
    deadline = time.monotonic() + READY_WITHIN
    if server.process.stdout is not None:
        with server.process.stdout as line:
            if not line.read(1):  # a byte: the port was free, so what answers there is ours
                server.process.wait()
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            lines = (server.directory / "server.err").read_text("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else f"it ended with status {server.process.returncode}"
            kind = _PortTaken if reason.startswith("port ") else ServiceError
            raise kind(f"local ClickHouse in {server.directory}: {reason}")
        if _answers(server):
            return
        time.sleep(0.05)
    raise ServiceError(f"local ClickHouse in {server.directory}: no answer within {READY_WITHIN:.0f} s")


def _answers(server: LocalServer) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
    except OSError:
        return False
    with Store(server.dsn) as store:
        store.ping()
    return True


def main(arguments: list[str]) -> int:
    """Serves until Ctrl-C or SIGTERM."""
    if len(arguments) not in (1, 2) or (len(arguments) == 2 and not arguments[1].isdigit()):
        sys.stderr.write("usage: python -m mingjing.store.local DIRECTORY [PORT]\n")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serve(Path(arguments[0]), int(arguments[1]) if len(arguments) == 2 else 0) as server:
            sys.stdout.write(f"store_dsn = {server.dsn}\nread only: {server.reader_dsn}\n")
            sys.stdout.flush()
            server.process.wait()
            sys.stderr.write(f"ClickHouse ended with status {server.process.returncode}\n")
            return 1
    except KeyboardInterrupt:
        return 0
    except MingjingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
