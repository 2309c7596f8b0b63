"""What the pages' server refuses before it listens, and that it ends when it is told to."""

import os
import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from dashboards import serve
from dashboards.signin import here
from mingjing.brokers.process import free_port
from mingjing.errors import UsageError
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import LocalServer


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "hall.mingjing.example"])  # noqa: S104 - refused
def test_without_signing_in_only_this_machine_is_served(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "chosen", lambda: Settings(sign_in="off"))
    with pytest.raises(UsageError, match="would see everything"):
        serve.check_sign_in(address)
    for own in ("127.0.0.1", "::1", "localhost"):
        serve.check_sign_in(own)


def test_nothing_is_served_where_nobody_could_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    here.office.clear()
    monkeypatch.setattr(here, "chosen", lambda: Settings(desk_dsn=None))
    with pytest.raises(UsageError, match="without desk_dsn"):
        serve.check_sign_in("127.0.0.1")


def test_no_upload_is_larger_than_an_attachment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's own limit, which the server holds to; that of a page's field is only the browser's."""
    given: dict[str, object] = {}
    monkeypatch.setattr(here, "chosen", lambda: Settings(sign_in="off", file_limit_mb=7))
    for name in ("App", "uvicorn", "signal"):
        monkeypatch.setattr(serve, name, MagicMock())
    monkeypatch.setattr(serve, "load_config_options", given.update)
    serve.serve("127.0.0.1", free_port())
    assert given["server.maxUploadSize"] == 7
    given.clear()
    serve.serve("127.0.0.1", free_port(), serve.PUBLIC)
    assert "server.maxUploadSize" not in given


def test_streamlit_alone_listens_on_this_machine_only() -> None:
    for script in (serve.INNER, serve.PUBLIC):
        config = tomllib.loads((script.parent / ".streamlit" / "config.toml").read_text("utf-8"))
        assert config["server"]["headless"] is True
        assert script == serve.PUBLIC or config["server"]["address"] == "127.0.0.1"


@pytest.mark.store
def test_the_pages_are_shut_from_the_first_moment_and_end_when_told(clickhouse: LocalServer, tmp_path: Path) -> None:
    with Store(clickhouse.dsn, profile="offline") as store:
        store.migrate()
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MINGJING_", "STREAMLIT_"))}
    env |= {"MINGJING_STORE_DSN": clickhouse.reader_dsn, "MINGJING_DESK_DSN": clickhouse.desk_dsn}
    command = [sys.executable, "-m", "mingjing", "dashboard", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 90
        while not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        with urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}/finding?id=F1", headers={"Accept": "text/html"})
        ) as answer:
            assert answer.url.endswith("/sign-in?next=%2Ffinding%3Fid%3DF1")
            assert "密码" in answer.read().decode()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/host-config")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
