"""`mingjing sampler`: looks through the cameras."""

import ctypes
import logging
import sys
from contextlib import nullcontext

from mingjing import logs, metrics, settings

_M_ARENA_MAX = -8  # of malloc.h
_ARENAS = 2


def sampler() -> None:
    """Look through the cameras until stopped (SIGTERM, Ctrl-C); settings say where their files and Kafka are.

    A camera that is off, or whose file is wrong, holds up no other. Files that change count at once.
    """
    from video.sampler import run

    _share_memory()
    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that the broker is away is told once, by us
    health = metrics.Health("sampler")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering:
        run(chosen, health)


def _share_memory() -> None:
    """Let threads share few heaps. glibc gives each a heap of its own, and what large pictures leave in heaps of many
    threads grew by 38 MiB an hour; in two it stays (benchmarks/camera_soak.py). Only glibc knows this."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, _ARENAS)
