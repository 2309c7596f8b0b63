"""Serves the pages with Streamlit, in this process, until it is told to stop (SIGTERM, Ctrl-C)."""

import ipaddress
import signal
import socket
from pathlib import Path

import uvicorn
from starlette.middleware import Middleware
from streamlit import config
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options

from dashboards.signin import here, provider
from dashboards.signin.gate import Gate
from dashboards.signin.routes import routes
from mingjing.errors import UsageError

INNER = Path(__file__).parent / "app" / "main.py"
PUBLIC = Path(__file__).parent / "public" / "main.py"
"""The page for the public: an app of its own, which knows no other page."""
STOP_S = 2  # seconds that open connections get


def check_free(address: str, port: int) -> None:
    """Raises UsageError if nothing can listen there; Streamlit itself would only log it."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        raise UsageError(f"cannot listen on {address} port {port} ({why}); choose another with --port") from None


def check_sign_in(address: str) -> None:
    """Raises UsageError where nobody could sign in, or where everybody could come in who reaches the address."""
    if here.is_off():
        if not _is_loopback(address):
            raise UsageError(
                f"sign_in is off, so whoever reaches {address} would see everything; serve 127.0.0.1, or set sign_in"
            )
        return
    here.office()
    if here.chosen().sign_in == "oidc":
        provider.check()


def serve(address: str, port: int, script: Path = INNER) -> None:
    """Blocks while the pages are served; settings and theme are in .streamlit/config.toml beside the script.

    Whoever opens the inner pages must have signed in, unless that is switched off.
    """
    check_free(address, port)
    open_to_all = script == PUBLIC or here.is_off()
    app = App(script) if open_to_all else App(script, routes=routes(), middleware=[Middleware(Gate)])
    options = {"server.address": address, "server.port": port}
    if script != PUBLIC:  # which takes no files at all; what a page asks for, only browsers hold to
        options["server.maxUploadSize"] = here.chosen().file_limit_mb
    load_config_options(options)
    # No access log: addresses hold what was looked at, by whom.
    served = uvicorn.Config(
        app, host=address, port=port, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=STOP_S, ws="websockets-sansio",
        ws_max_size=int(config.get_option("server.maxMessageSize")) << 20,
        ws_per_message_deflate=bool(config.get_option("server.enableWebsocketCompression")),
    )  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises what stopped it once more at its end
    try:
        uvicorn.Server(served).run()
    except KeyboardInterrupt:
        return


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
