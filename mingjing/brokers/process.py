"""A server in a child process that never outlives us, however we end."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from mingjing.errors import ServiceError

# The shell holds the server and reads our pipe: when it ends, because we closed it or died, the server goes too.
_KEEPER = """exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ read -r _ <&3; kill $server; } 2>/dev/null & watch=$!
exec 3<&-
wait $server; code=$?
kill $watch 2>/dev/null
exit $code
"""


class Child:
    """A running server; a context manager that stops it."""

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.log = log
        self._ended, held = os.pipe()  # end of file here: the shell and the server are both gone
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else {**os.environ, **env},
                start_new_session=True,  # Ctrl-C in the terminal is ours to pass on
                pass_fds=[held],
            )
        os.close(held)

    @property
    def running(self) -> bool:
        """Whether the server still lives."""
        return self._process.poll() is None

    def wait_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when `ready` says so; a ServiceError with the end of the log if it dies or takes too long."""
        until = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ServiceError(f"{self.name} ended while starting: {self.last_words()}")
            if time.monotonic() > until:
                self.kill()
                raise ServiceError(f"{self.name} was not ready within {seconds:.0f} s: {self.last_words()}")
            time.sleep(0.05)

    def last_words(self) -> str:
        """The last line of the server's log, and where the whole log is."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1].strip() if lines else 'it said nothing'} (log: {self.log})"

    def stop(self, seconds: float = 10) -> None:
        """Ask the server to end, and kill it if it has not after `seconds`."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server at once, as a power cut would (SIGKILL)."""
        with suppress(ProcessLookupError):  # it has ended by itself
            self.signal(signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        os.read(self._ended, 1)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and what holds it."""
        os.killpg(self._process.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listening(port: int) -> bool:
    """Whether something on this machine accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
