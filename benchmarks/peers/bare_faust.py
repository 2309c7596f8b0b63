"""A Faust agent that does nothing but decode: what the framework itself costs. Prints the seconds for N messages.

python bare_faust.py BROKERS TOPIC PARTITIONS MESSAGES
"""

import os
import resource
import sys
import tempfile
import time

import faust

from mingjing import codec

brokers, topic_name, partitions, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
app = faust.App(
    f"bare-{os.getpid()}",
    broker=f"kafka://{brokers}",
    store="memory://",
    datadir=tempfile.mkdtemp(prefix="bare-faust-"),
    topic_partitions=partitions,
    topic_disable_leader=True,
    topic_allow_declare=False,
    web_enabled=False,
    stream_wait_empty=False,
    broker_session_timeout=6.0,
    broker_heartbeat_interval=1.0,
    stream_buffer_maxsize=4096,
    broker_max_poll_records=4096,
)
topic = app.topic(topic_name, key_type=bytes, key_serializer="raw", value_type=bytes, value_serializer="raw")
seen = 0
began = cpu = 0.0


def cpu_seconds() -> float:
    """CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@app.agent(topic)
async def decode(stream: faust.StreamT[bytes]) -> None:
    """Decode and forget."""
    global seen, began, cpu  # noqa: PLW0603  a script
    async for value in stream:
        if not seen:
            began, cpu = time.perf_counter(), cpu_seconds()
        for _, raw in codec.unpack(value):
            codec.decode(raw)
        seen += 1
        if seen == wanted:
            os.write(1, f" {time.perf_counter() - began} {cpu_seconds() - cpu}\n".encode())
            os._exit(0)


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "--without-web", "-l", "error"]
    app.main()
