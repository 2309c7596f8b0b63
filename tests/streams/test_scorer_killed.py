"""Exactly once: whoever is killed, and whenever, the lines end as the events say and the sums as the lines."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from mingjing.errors import StoreUnavailable
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from tests.streams.scoring import city, folded, lines_in, scorer, settled, store_events, sums_in, sums_of

pytestmark = pytest.mark.store

CASES = 250
SCORER = """
import sys
import streams.scorer
from mingjing.store import Store
from tests.streams.scoring import scorer
streams.scorer.AT_ONCE = 7
with Store(sys.argv[1], profile="offline") as store:
    scoring = scorer(store, who=sys.argv[2])
    while True:
        scoring.look()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    """A server of the test's own, which it may kill."""
    with serve(tmp_path / "clickhouse") as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
        yield server


def ends_right(store: Store, seed: int) -> None:
    """The lines of all cases, each once, and every sum of them."""
    lines = lines_in(store)
    assert {case: frozenset(of) for case, of in lines.items()} == folded(city(seed, CASES))
    assert all(times == 1 for of in lines.values() for times in of.values())
    assert sums_in(store) == sums_of(lines)


def test_a_scorer_that_is_killed_leaves_what_the_next_one_finishes(store: Store, store_dsn: str) -> None:
    """Killed a few times while it writes a few cases at a time, at instants of a die."""
    dice = Random(11)  # noqa: S311
    store_events(store, city(5, CASES))
    for number in range(3):
        process = subprocess.Popen([sys.executable, "-c", SCORER, store_dsn, f"elsewhere-{number}:1:x"])
        until = time.monotonic() + 30
        before = len(lines_in(store))
        while len(lines_in(store)) == before and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(dice.random() * 0.3)
        process.kill()
        process.wait()
        assert before < len(lines_in(store)) < CASES  # it was under way
        time.sleep(2.1)  # its lease runs out
    settled(scorer(store))
    ends_right(store, 5)


def test_a_store_that_is_killed_ends_with_sums_equal_to_lines(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ClickHouse is killed in the midst of inserts, twice, and started again; the scorer waits and goes on."""
    monkeypatch.setattr("streams.scorer.AT_ONCE", 7)
    dice = Random(12)  # noqa: S311
    with Store(server.dsn, profile="offline") as store:
        store_events(store, city(6, CASES))
        scoring, away = scorer(store), 0
        done = threading.Event()

        def work() -> None:
            nonlocal away
            while not done.is_set():
                try:
                    if not scoring.look():
                        return
                except StoreUnavailable:
                    away += 1

        working = threading.Thread(target=work)
        working.start()
        try:
            for _ in range(2):
                time.sleep(0.4 + dice.random() * 0.6)
                server.kill()
                server.process = serve(server.directory, server.port).process
            working.join(60)
        finally:
            done.set()
            working.join()
            server.stop()
            server.process = serve(server.directory, server.port).process
        assert scoring.again is None
        scoring._doubt = True
        settled(scoring)
        ends_right(store, 6)
