"""Serves the pages with Streamlit, in this process, until it is told to stop (SIGTERM, Ctrl-C)."""

import socket
from pathlib import Path

from streamlit.web.cli import main

from mingjing.errors import UsageError

INNER = Path(__file__).parent / "app" / "main.py"
PUBLIC = Path(__file__).parent / "public" / "main.py"
"""The page for the public: an app of its own, which knows no other page."""


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


def serve(address: str, port: int, script: Path = INNER) -> None:
    """Blocks while the pages are served; settings and theme are in .streamlit/config.toml beside the script."""
    check_free(address, port)
    options = ["--server.address", address, "--server.port", str(port)]
    main(["run", str(script), *options], prog_name="streamlit", standalone_mode=False)
