"""The embedded broker: it must be there when asked, say clearly when it cannot, and never be left behind."""

import socket
import subprocess
import sys
import time

import pytest

from mingjing.brokers import tansu, topics
from mingjing.brokers.process import free_port, listening
from mingjing.errors import ServiceError, UsageError

pytestmark = pytest.mark.kafka


async def test_topics_are_made_once_and_with_the_wanted_partitions() -> None:
    with tansu.serve() as broker:
        await topics.ensure(broker.address, {"case-events": 4, "dead-letters": 1})
        await topics.ensure(broker.address, {"case-events": 4})
        with pytest.raises(UsageError, match="has 4 partitions and the settings say 8; set partitions = 4"):
            await topics.ensure(broker.address, {"case-events": 8})


async def test_a_missing_broker_is_one_clear_line() -> None:
    with pytest.raises(ServiceError, match=r"no Kafka broker answers at 127\.0\.0\.1:\d+; start it"):
        await topics.ensure(f"127.0.0.1:{free_port()}", {"case-events": 1})


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ServiceError, match="is taken"):
            tansu.serve(other.getsockname()[1])


def test_the_broker_dies_with_the_process_that_started_it() -> None:
    """A demo that was killed must not leave servers behind on the officer's machine."""
    program = (
        "import os, signal; from mingjing.brokers import tansu; "
        "print(tansu.serve().port, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    port = int(done.stdout)
    until = time.monotonic() + 10
    while listening(port) and time.monotonic() < until:
        time.sleep(0.05)
    assert not listening(port)
