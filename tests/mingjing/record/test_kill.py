"""A database that is killed in the middle of appends costs no act and doubles none."""

import threading
import time
from pathlib import Path

import pytest

from mingjing.errors import StoreUnavailable
from mingjing.record.audit import audit
from mingjing.record.recorder import Draft
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from mingjing.store.record import entries
from tests.mingjing.record.samples import NOW
from tests.recording import recording

pytestmark = pytest.mark.store
WRITERS, ACTS = 3, 6


def test_a_killed_server_loses_no_act_and_doubles_none(tmp_path: Path) -> None:
    """Whoever got no answer makes the same call again, in a chain of its own, and the seal holds."""
    first = serve(tmp_path / "store")
    with Store(first.dsn, profile="offline") as store:
        store.migrate()
    half = threading.Semaphore(0)
    said: dict[tuple[str, int], str] = {}

    def write(name: str) -> None:
        with recording(first.desk_dsn, tmp_path / "seal") as one:
            for number in range(1, ACTS + 1):
                draft = Draft(kind="act", subject=name, number=number, body={"n": number})
                while (name, number) not in said:
                    try:
                        said[name, number] = one.append(name, NOW, draft).hash
                    except StoreUnavailable:
                        time.sleep(0.1)
                half.release()

    writers = [threading.Thread(target=write, args=(f"f{n}",)) for n in range(WRITERS)]
    for thread in writers:
        thread.start()
    for _ in range(WRITERS * ACTS // 2):
        half.acquire()
    first.kill()
    with revived(first) as server:
        for thread in writers:
            thread.join(120)
        with Store(server.dsn) as store:
            stored = {(one.subject, one.number): one.hash for one in entries(store, kinds=["act"])}
            assert len(entries(store, kinds=["act"])) == WRITERS * ACTS
            assert stored == said
            assert list(audit(store, tmp_path / "seal")) == []


def revived(killed: LocalServer) -> LocalServer:
    """The same data on the same port again."""
    return serve(killed.directory, killed.port)
