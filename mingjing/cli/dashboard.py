"""`mingjing dashboard`: serves the pages, or with --public the public one."""

import os
from contextlib import nullcontext
from typing import Annotated

import typer

from mingjing import logs, metrics, settings
from mingjing.cli.parts import desk_settings


def dashboard(
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Where the pages are served; 8501, the public page 8502.", show_default=False
        ),
    ] = None,
    address: Annotated[str, typer.Option(help="0.0.0.0: for everyone who can reach this machine.")] = "127.0.0.1",
    public: Annotated[bool, typer.Option("--public", help="The page for the public, and nothing else.")] = False,
) -> None:
    """Serve the pages until stopped (SIGTERM, Ctrl-C); settings name the store, whose user need only read.

    Who opens them must sign in (`mingjing accounts add`); the page for the public asks nobody.
    """
    from dashboards.serve import INNER, PUBLIC, check_free, check_sign_in, serve

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    port = port or (8502 if public else 8501)
    check_free(address, port)
    health = metrics.Health("public" if public else "dashboard")
    answering = (
        metrics.serve(chosen.metrics_port, health, host=chosen.metrics_host) if chosen.metrics_port else nullcontext()
    )
    with answering, desk_settings(chosen) as own:
        os.environ["MINGJING_STORE_DSN"] = own.store_dsn or ""  # the pages load the settings themselves
        os.environ["MINGJING_DESK_DSN"] = "" if public else own.desk_dsn or ""
        if public:
            os.environ["MINGJING_SIGN_IN"] = "off"
        else:
            check_sign_in(address)
        typer.echo(f"http://{address}:{port}")
        serve(address, port, PUBLIC if public else INNER)
