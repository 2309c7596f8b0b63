"""`mingjing worker`: judges the stream of case events."""

import asyncio
import logging
import sys
from contextlib import nullcontext

from mingjing import logs, metrics, settings
from mingjing.cli.approved import approved_engine
from mingjing.cli.parts import keep_rules, store_dsn
from mingjing.store import Store


def worker() -> None:
    """Judge the stream of case events until stopped (SIGTERM, Ctrl-C); settings say where Kafka and the store are.
    Where there are cameras (cameras_dir), presence samples are read as well, and told as case events.

    Workers of one group share the partitions and take over from each other.
    """
    from streams.app import run
    from streams.presence_worker import halls
    from streams.silence import agreed

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    for chatty in ("faust", "mode", "aiokafka"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    engine = approved_engine(chosen, "worker")
    sys.setswitchinterval(0.001)  # the thread that waits for the store gets its turn sooner (default 5 ms)
    health = metrics.Health("worker")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering, store_dsn(chosen) as dsn:
        with Store(dsn) as store:
            keep_rules(store, engine)
        _run(run(chosen, engine, dsn, health, agreed(chosen, engine), halls(chosen, engine)))


def _run(work: "asyncio.Future[None] | object") -> None:
    if sys.platform == "win32":
        asyncio.run(work)  # type: ignore[arg-type]
        return
    import uvloop

    uvloop.run(work)  # type: ignore[arg-type]
