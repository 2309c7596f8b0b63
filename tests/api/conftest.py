"""A seeded store behind the API, served by uvicorn in this process, and asked over HTTP."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from os import getpid
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import FastAPI

from mingjing.api.app import create
from mingjing.api.limits import Rate
from mingjing.api.tokens import digest
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import LocalServer
from mingjing.types import Clock, Evidence, Finding, LedgerLine, Text
from tests.clickhouse import drop, in_database
from tests.mingjing.store.samples import NOW
from tests.scoring import seed

CLOCK = "2026-04-20T09:00:00+08:00@0x0"
FAST = Rate(per_second=1e6, burst=1_000_000)
TOKENS = {"province": "scores,findings", "bureau": "scores,findings,officers", "board": "scores"}


def finding(n: int, **more: object) -> Finding:
    """A finding with much about an applicant in its evidence."""
    given: dict[str, object] = {
        "finding_id": f"f{n:04}",
        "revision": 1,
        "rule": "T3",
        "rule_version": "1",
        "subject": f"case:C{n}",
        "severity": n % 3 + 1,
        "status": "open",
        "occurred_at": NOW,
        "detected_at": NOW,
        "message": Text(zh="超过承诺时限", en="Beyond the promised limit"),
        "evidence": Evidence(
            events=("张三-e1",),
            clock=Clock(
                start_event="张三-e1", started_at=NOW, limit=5, unit="working_days", precision="day",
                timezone="Asia/Shanghai", due_on=NOW.date() + timedelta(days=7),
                ledger=(LedgerLine(kind="paused", note="张三 ill"),),
            ),
            facts={"applicant": "张三", "phone": "13800000000"},
        ),
        "case_id": f"C{n}",
        "department": "GAJ" if n % 2 else "ZJJ",
        "window": "GAJ-01",
        "officer": "GAJ-P1",
    }  # fmt: skip
    return Finding(**given | more)  # type: ignore[arg-type]


class Client:
    """Asks one server."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        self._base, self._session = base, requests.Session()
        self._session.headers.update(headers)

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET."""
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Any method."""
        return self._session.request(method, self._base + path, timeout=60, **more)


@contextmanager
def serving(app: FastAPI, headers: Mapping[str, str] | None = None) -> Iterator[Client]:
    """The app on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Client(f"http://127.0.0.1:{port}", headers or {})
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def city(clickhouse: LocalServer) -> Iterator[str]:
    """The DSN of three months of a small city with 30 findings."""
    dsn = in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_api")
    with Store(dsn, profile="offline") as store:
        store.migrate()
        seed.fill(store, months=3)
        store.write_findings([finding(n) for n in range(30)])
    yield dsn
    drop(dsn)


@pytest.fixture(scope="session")
def tokens_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each client's token is its name, said twice."""
    path = tmp_path_factory.mktemp("tokens") / "tokens"
    path.write_text("".join(f"{name} {digest(name * 2)} {scopes}\n" for name, scopes in TOKENS.items()))
    return path


@pytest.fixture(scope="session")
def app(city: str, tokens_file: Path) -> FastAPI:
    """The whole API."""
    return create(
        Settings(clock=CLOCK, api_tokens_file=str(tokens_file), seal_dir=str(tokens_file.parent)), city, rate=FAST
    )


@pytest.fixture(scope="session")
def api(app: FastAPI) -> Iterator[Client]:
    """The API as a province asks it."""
    with serving(app, bearer("province")) as client:
        yield client


def bearer(name: str) -> dict[str, str]:
    """The header by which a client is known."""
    return {"Authorization": f"Bearer {name * 2}"}
