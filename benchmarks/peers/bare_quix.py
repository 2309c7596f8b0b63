"""quixstreams doing what the bare Faust agent does: decode and forget. Prints the seconds for N messages.

python bare_quix.py BROKERS TOPIC PARTITIONS MESSAGES
"""

import logging
import os
import resource
import sys
import time

from quixstreams import Application

from mingjing import codec

brokers, topic_name, wanted = sys.argv[1], sys.argv[2], int(sys.argv[4])
logging.disable(logging.WARNING)
app = Application(
    broker_address=brokers, consumer_group=f"quix-{os.getpid()}", auto_offset_reset="earliest", auto_create_topics=False
)
seen = 0
began = cpu = 0.0


def cpu_seconds() -> float:
    """CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def decode(value: bytes) -> None:
    """Decode and forget."""
    global seen, began, cpu  # noqa: PLW0603  a script
    if not seen:
        began, cpu = time.perf_counter(), cpu_seconds()
    for _, raw in codec.unpack(value):
        codec.decode(raw)
    seen += 1
    if seen == wanted:
        os.write(1, f" {time.perf_counter() - began} {cpu_seconds() - cpu}\n".encode())
        os._exit(0)


if __name__ == "__main__":
    frame = app.dataframe(app.topic(topic_name, value_deserializer="bytes"))
    frame.update(decode)
    app.run()
