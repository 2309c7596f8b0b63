"""`mingjing api`: serves scores, findings and open data to other platforms."""

from typing import Annotated

import typer

from mingjing import logs, settings
from mingjing.cli.parts import reader_dsn


def api(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it answers.")] = 8600,
    address: Annotated[str, typer.Option(help="0.0.0.0: for everyone who can reach this machine.")] = "127.0.0.1",
    new_token: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Make a token, print it once with its line for api_tokens_file, and stop."),
    ] = None,
) -> None:
    """Serve the API until stopped (SIGTERM, Ctrl-C); settings name the store, whose user need only read."""
    from mingjing.api import tokens

    if new_token is not None:
        token, line = tokens.made(new_token)
        typer.echo(f"token: {token}\nline of api_tokens_file: {line}")
        return

    import uvicorn

    from mingjing.api.app import create

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    with reader_dsn(chosen) as dsn:
        app = create(chosen, dsn)
        typer.echo(f"http://{address}:{port}/openapi.json")
        # No access log: addresses would hold what was asked for, by whom.
        uvicorn.run(
            app, host=address, port=port, log_config=None, access_log=False, server_header=False,
            timeout_keep_alive=5, limit_concurrency=100, h11_max_incomplete_event_size=16_384,
            forwarded_allow_ips=chosen.api_proxies,
        )  # fmt: skip
