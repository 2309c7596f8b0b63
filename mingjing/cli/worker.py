"""`mingjing worker`: judges the stream of case events."""

import asyncio
import logging
import sys
from contextlib import nullcontext

from mingjing import logs, metrics, settings
from mingjing.cli.parts import store_dsn
from mingjing.store import RuleText, Store
from rules import Engine, load_engine


def worker() -> None:
    """Judge the stream of case events until stopped (SIGTERM, Ctrl-C); settings say where Kafka and the store are.

    Workers of one group share the partitions and take over from each other.
    """
    from streams.app import run

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    for chatty in ("faust", "mode", "aiokafka"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    engine = load_engine(chosen)
    sys.setswitchinterval(0.001)  # the thread that waits for the store gets its turn sooner (default 5 ms)
    health = metrics.Health("worker")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering, store_dsn(chosen) as dsn:
        _keep_rules(dsn, engine)
        _run(run(chosen, engine, dsn, health))


def _keep_rules(dsn: str, engine: Engine) -> None:
    """Store the texts of the rules that judge, so that a finding's rule can be read years later."""
    texts = [
        RuleText(
            rule=rule.id,
            rule_version=rule.version,
            kind=rule.kind,
            name_zh=rule.name.zh,
            name_en=rule.name.en,
            basis=rule.basis,
            text=rule.source_text,
        )
        for rule in engine.book.rules
    ]
    with Store(dsn) as store:
        store.write_rules(texts)


def _run(work: "asyncio.Future[None] | object") -> None:
    if sys.platform == "win32":
        asyncio.run(work)  # type: ignore[arg-type]
        return
    import uvloop

    uvloop.run(work)  # type: ignore[arg-type]
