"""`mingjing dashboard`: serves the pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from mingjing import logs, metrics, settings
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import serve as serve_store


def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the pages are served.")] = 8501,
    address: Annotated[str, typer.Option(help="0.0.0.0: for everyone who can reach this machine.")] = "127.0.0.1",
) -> None:
    """Serve the pages until stopped (SIGTERM, Ctrl-C); settings name the store, whose user need only read."""
    from dashboards.serve import check_free, serve

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    check_free(address, port)
    health = metrics.Health("dashboard")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering, _store(chosen) as dsn:
        os.environ["MINGJING_STORE_DSN"] = dsn  # the pages load the settings themselves
        typer.echo(f"http://{address}:{port}")
        serve(address, port)


@contextmanager
def _store(chosen: Settings) -> Iterator[str]:
    """The DSN of the settings; without one a server of our own, asked as a user who can only read."""
    if chosen.store_dsn is not None:
        yield chosen.store_dsn
        return
    with serve_store(Path(chosen.store_dir)) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
        yield server.reader_dsn
