"""`mingjing accounts`, as an administrator at the server uses it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mingjing.accounts.office import Office
from mingjing.accounts.passwords import Passwords
from mingjing.cli.accounts import app


@pytest.fixture
def run(store_dsn: str, keeper: Passwords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINGJING_STORE_DSN", store_dsn)
    monkeypatch.setenv("MINGJING_DESK_DSN", store_dsn)
    monkeypatch.setattr("mingjing.accounts.office.Passwords", lambda: keeper)
    return lambda *words: CliRunner().invoke(app, words)


def test_an_account_from_its_making_to_its_end(run: Callable[..., Result], office: Office) -> None:
    once = run("add", "Zhao", "--role", "supervisor", "--place", "*", "--name", "赵").stdout.strip()
    first = office.sign_in("zhao", once)
    assert run("list").stdout == "zhao\tfirst password\tsupervisor\t*\t\t赵\n"
    assert run("roles", "zhao", "--role", "panel", "--role", "investigator").exit_code == 0
    assert run("place", "zhao", "region:5101").exit_code == 0
    again = run("reset", "zhao").stdout.strip()
    assert again != once
    assert run("close", "zhao").stdout == ""
    assert run("list").stdout == "zhao\tclosed\tpanel,investigator\tregion:5101\t\t赵\n"
    assert office.everyone()[0].version == 5
    assert first.renew


def test_a_mistake_is_told_and_changes_nothing(run: Callable[..., Result], office: Office) -> None:
    for words, why in (
        (("add", "qian", "--role", "boss"), "there is no role 'boss'"),
        (("add", "qian", "--role", "leader", "--place", "county"), "is no place"),
        (("add", "qian", "--role", "leader", "--place", "*", "--no-password"), "needs the e-mail or subject"),
        (("reset", "qian"), "no open account 'qian'"),
    ):
        result = run(*words)
        assert why in str(result.exception), words
        assert result.stdout == ""
    assert office.everyone() == []
