"""`mingjing seal` and `mingjing privacy purge`, as they are typed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner, Result

from mingjing.cli import app
from mingjing.errors import BookError, MingjingError, UsageError
from mingjing.privacy.retention import over, retention
from mingjing.record.erasure import erase, runs
from mingjing.record.keys import signer, trusted
from mingjing.record.recorder import Draft, Recorder
from mingjing.store import Store
from mingjing.store.record import entries
from tests.mingjing.record.samples import NOW

pytestmark = pytest.mark.store


@pytest.fixture(autouse=True)
def chosen(monkeypatch: pytest.MonkeyPatch, store_dsn: str, seal_dir: Path) -> None:
    """The settings of the test's store."""
    monkeypatch.setenv("MINGJING_STORE_DSN", store_dsn)
    monkeypatch.setenv("MINGJING_SEAL_DIR", str(seal_dir))
    monkeypatch.setenv("MINGJING_CLOCK", "2026-04-01T08:00:00+08:00@1790000000x0.000001")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_check_says_what_is_wrong_and_where(recorder: Recorder, store: Store) -> None:
    """Exit status 0 while nothing is; 1, and a line that names the entry, when something is."""
    made = [
        recorder.append("zhang", NOW, Draft(kind="view", subject=f"C\x1b{n}", body={"why": "投诉"})) for n in range(3)
    ]
    sound = run("seal", "check")
    assert (sound.exit_code, sound.stdout) == (0, "")
    assert "4 entries in 1 chains: as they were written" in sound.stderr
    store._connection.command(
        f"ALTER TABLE record UPDATE actor = 'li' WHERE hash = '{made[1].hash}' SETTINGS mutations_sync = 1"
    )
    broken = run("seal", "check")
    assert broken.exit_code == 1
    what = "was altered: its hash is not that of its fields"
    assert broken.stdout == f"{made[1].chain}\t3\tview\tC\ufffd1\t{what}\n"
    assert "1 break" in broken.stderr


def test_a_check_without_keys_is_no_check() -> None:
    assert isinstance(run("seal", "check").exception, UsageError)  # which ends the command with exit status 2


def test_anchors_and_keys(recorder: Recorder, seal_dir: Path, tmp_path: Path) -> None:
    recorder.append("zhang", NOW, Draft(kind="note"))
    first = run("seal", "anchor")
    assert first.exit_code == 0, first.output
    assert f"{seal_dir}/anchors/2026-04-01.json: 1 chains" in first.stdout
    assert run("seal", "anchor").stdout == first.stdout
    assert "has not come yet" in str(run("seal", "anchor", "--day", "2026-04-02").exception)
    assert "not a day" in str(run("seal", "anchor", "--day", "gestern").exception)
    assert run("seal", "check").exit_code == 0
    assert [line.split("\t")[1] for line in run("seal", "keys", "--new").stdout.splitlines()] == ["this machine", "-"]
    other = tmp_path / "other"

    signer(other)
    assert run("seal", "trust", str(next(iter(trusted(other).values())))).exit_code == 0
    assert len(run("seal", "keys").stdout.splitlines()) == 3
    assert run("seal", "check").exit_code == 0


def test_bodies_whose_time_is_over_are_erased_and_the_seal_holds(recorder: Recorder, store: Store) -> None:
    """Views after three years; what handling needs, and what is younger, stays; done twice, nothing more happens."""
    old, young = NOW - timedelta(days=4 * 366), NOW - timedelta(days=300)
    for when in (old, young):
        for kind in ("view", "act", "view", "change"):
            recorder.append("zhang", when, Draft(kind=kind, subject="C1", body={"why": "secret"}))
    dry = run("privacy", "purge", "--dry-run")
    assert ["access", "36", "months", "2"] in [line.split() for line in dry.stdout.splitlines()], dry.output
    assert len([one for one in entries(store) if not one.body]) == 0
    assert run("privacy", "purge").exit_code == 0
    bare = [one for one in entries(store) if not one.body]
    assert {(one.kind, one.at, one.salt) for one in bare} == {("view", old, "")}
    assert len(bare) == 2
    assert run("privacy", "purge").exit_code == 0
    assert len(entries(store, kinds=["erased"])) == 1
    checked = run("seal", "check")
    assert checked.exit_code == 0, checked.output


def test_who_dies_between_naming_and_erasing_does_it_again(
    recorder: Recorder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.append("zhang", NOW, Draft(kind="view", body={"why": "secret"}))
    before = {"access": NOW + timedelta(days=1)}
    with monkeypatch.context() as dying:
        dying.setattr("mingjing.record.erasure.blank", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase(recorder, store, NOW, before)
    assert run("seal", "check").exit_code == 0
    assert erase(recorder, store, NOW, before) == {"access": 1}
    assert run("seal", "check").exit_code == 0
    recorder.append("zhang", NOW, Draft(kind="view", body={"why": "secret"}))
    monkeypatch.setattr("mingjing.record.erasure.blank", Mock())
    with pytest.raises(MingjingError, match="keeps what is to be erased"):
        erase(recorder, store, NOW, before)


def test_months_of_ones_own_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "privacy.toml"
    own.write_text("[retention]\naccess = 48\nmessage = 0\n")
    months = retention(own)
    assert (months["access"], months["handling"]) == (48, 120)
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert over({"access": 48, "handling": 1, "seal": 0}, leap) == {
        "access": datetime(2024, 2, 28, tzinfo=UTC),
        "handling": datetime(2028, 1, 28, tzinfo=UTC),
    }


def test_a_misspelt_table_is_named(tmp_path: Path) -> None:
    """Ignored, it would keep for years what was to go."""
    own = tmp_path / "privacy.toml"
    own.write_text("[personal.fields]\n[retentoin]\naccess = 6\n")
    with pytest.raises(BookError, match="unknown key 'retentoin'"):
        retention(own)


@pytest.mark.parametrize(
    "line", ["acces = 3", "access = -1", "access = 1.5", "access = true", "seal = 12", "change = 1"]
)
def test_what_is_no_retention_is_named(tmp_path: Path, line: str) -> None:
    own = tmp_path / "privacy.toml"
    own.write_text(f"[retention]\n{line}\n")
    with pytest.raises(BookError, match="privacy.toml:2: "):
        retention(own)


def test_neighbours_are_one_run() -> None:
    assert runs([5, 1, 2, 9, 3]) == [(1, 3), (5, 5), (9, 9)]
    assert runs([]) == []
