"""`mingjing handling`: what it shows, what it refuses, and what it finds and mends."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from mingjing.accounts.account import Account
from mingjing.accounts.passwords import Passwords
from mingjing.cli.handling import app
from mingjing.handling.allowed import Refused
from mingjing.handling.desk import made
from mingjing.record.recorder import recorder
from mingjing.scoring.rulings import Ruling
from mingjing.settings import load
from mingjing.store import Store
from mingjing.store.accounts import write_account
from mingjing.store.rulings import write_rulings
from tests.mingjing.handling.paper import MONDAY, finding

pytestmark = pytest.mark.store

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def run(store_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, over a store of the test's own at a stopped clock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mingjing.accounts.office.Passwords", lambda: Passwords(QUICK))
    monkeypatch.setenv("MINGJING_STORE_DSN", store_dsn)
    monkeypatch.setenv("MINGJING_DESK_DSN", store_dsn)
    monkeypatch.setenv("MINGJING_CLOCK", "2025-03-03T11:00:00+08:00@0x0")
    return lambda *words, typed="": CliRunner().invoke(app, words, input=typed, env={"COLUMNS": "160"})


def test_what_was_done_is_shown_checked_and_mended(run: Callable[..., Result], store: Store) -> None:
    """A forged row, and a ruling on a red card that no two persons made, are found; a stolen name is of no use."""
    store.write_findings([finding(2, finding_id="yellow"), finding(3, finding_id="red")])
    chosen = load()
    with closing(recorder(chosen, "test")) as record:
        made(chosen, store, record, store).attend(["yellow", "red"], "system:clerk")
    keeper = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    write_account(
        store, Account(account="sup", roles=("supervisor",), place="*", password=keeper.hash("long enough 1"))
    )

    shown = run("show", "yellow").output
    assert "Issue" in shown
    assert "yellow: Issued, severity 2\nAcknowledge: before 2025-03-05 00:00\n" in shown
    assert "no finding 'none'" in str(run("show", "none").exception)
    wrong = run("act", "yellow", "supervise", "--as", "sup", "--text", "x", typed="guess\n")
    assert "password is not right" in str(wrong.exception)
    done = run("act", "yellow", "supervise", "--as", "sup", "--text", "限期整改", typed="long enough 1\n")
    assert "Under supervision" in done.output, done.exception
    refused = run("act", "yellow", "acknowledge", "--as", "sup", typed="long enough 1\n")
    assert isinstance(refused.exception, Refused)
    assert run("check").exit_code == 0

    store.insert("handling", {"finding_id": ["yellow"], "number": [9], "state": ["closed"]})
    write_rulings(store, [Ruling(finding_id="red", case_id="C1", outcome="revoked", ruled_at=MONDAY, ruled_by="one")])
    found = run("check")
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "red\ta red card was revoked by one, without the acts of two persons",
        "yellow\tlist or ruling differs from the record",
    ]
    assert run("rebuild").exit_code == 0
    assert run("check").stdout.splitlines() == found.stdout.splitlines()[:1]
