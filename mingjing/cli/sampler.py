"""`mingjing sampler`: looks through the cameras."""

import logging
from contextlib import nullcontext

from mingjing import logs, metrics, settings


def sampler() -> None:
    """Look through the cameras until stopped (SIGTERM, Ctrl-C); settings say where their files and Kafka are.

    A camera that is off, or whose file is wrong, holds up no other. Files that change count at once.
    """
    from video.sampler import run

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that the broker is away is told once, by us
    health = metrics.Health("sampler")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering:
        run(chosen, health)
