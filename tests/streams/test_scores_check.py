"""`mingjing scores check`, `repair`, `rebuild`, and `mingjing scorer --once`, as they are called."""

import pytest
from typer.testing import CliRunner

from mingjing.cli import app
from mingjing.errors import UsageError
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.scores import LineChange, write_lines
from rules import Engine, load_engine
from tests.streams.scoring import event, folded, scorer, store_events
from tests.streams.stage import BOOK

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def engine() -> Engine:
    """A small book, read once."""
    return load_engine(Settings(rules_dir=str(BOOK)))


@pytest.fixture(autouse=True)
def settings(engine: Engine, store_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of the test, a small book, and no waiting."""
    monkeypatch.setenv("MINGJING_STORE_DSN", store_dsn)
    monkeypatch.setattr("rules.load_engine", lambda _: engine)
    monkeypatch.setattr("mingjing.cli.scores.keeping.PAUSE_S", 0.0)
    monkeypatch.setattr("streams.lease.AGREE_S", 0.0)


def run(*arguments: str) -> tuple[int, list[str]]:
    """The exit status and the lines of standard output."""
    result = CliRunner().invoke(app, arguments)
    if isinstance(result.exception, UsageError):
        raise result.exception
    return result.exit_code, result.stdout.splitlines()


def test_what_differs_is_named_and_mended(store: Store) -> None:
    """A sum that counted twice, then a line of a case that nobody knows."""
    store_events(store, [event("C1", 1, "decided", data={"result": "granted"})])
    assert run("scorer", "--once") == (0, [])
    assert run("scores", "check", "--events") == (0, [])
    store._connection.command("INSERT INTO score_sums SELECT * FROM score_sums WHERE grain = 'month'")
    status, lines = run("scores", "check")
    assert status == 1
    assert lines[0].startswith("sums\tmonth 2026-03-01\tR1/D1/W1/P1/I1\tclosed -1, granted -1")
    assert run("scores", "repair")[0] == 0
    assert run("scores", "check") == (0, [])
    (line,) = folded([event("C2", 1, "closed")])["C2"]
    write_lines(store, [LineChange("nowhere", 1, line)], "t")
    assert run("scores", "check", "--events") == (1, ["line\tnowhere\t2026-03-02\tshould not have closed"])
    assert run("scores", "rebuild")[0] == 0
    assert run("scores", "check", "--events") == (0, [])


def test_nothing_is_mended_beside_a_scorer_at_work(store: Store) -> None:
    """It would take what the scorer is just writing for a difference."""
    scorer(store, who="elsewhere:1:x").look()
    for command in (["scores", "repair"], ["scores", "rebuild"]):
        with pytest.raises(UsageError, match="another scorer is at work: elsewhere"):
            run(*command)
