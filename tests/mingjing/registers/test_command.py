"""`mingjing registers`: taking files in, what it says, and what a finding's evidence names."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjing.cli import app
from mingjing.registers import document, forms
from mingjing.registers.uses import uses
from tests.mingjing.registers.rows import row, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory of registers, and settings that name it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINGJING_REGISTERS_DIR", str(tmp_path / "registers"))
    monkeypatch.setenv("MINGJING_CLOCK", "2026-03-31T17:00:00+08:00@0x0")
    return tmp_path / "registers"


def told(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["registers", *words])
    return found.exit_code, found.output + (str(found.exception) if found.exception else "")


def test_a_file_is_imported_shown_and_followed_by_another(folder: Path, tmp_path: Path) -> None:
    form = forms()["integrity"]
    file = write(tmp_path, form, [row(form, 1), row(form, 2)])
    code, said = told("check", str(file))
    assert (code, folder.exists()) == (0, False)
    assert "2 rows (2 rows added, 0 removed, 0 changed)" in said
    assert told("import", str(file))[0] == 0
    assert "2 of 2 rows" in told("show", "诚信记录")[1]
    assert "0 of 2 rows" in told("show", "integrity", "--on", "2027-01-01")[1]
    write(tmp_path, form, [row(form, 3)])
    code, said = told("import", str(file))
    assert code == 1
    assert "integrity: 2 rows would go" in said
    assert told("import", str(file), "--add")[0] == 0
    assert told("import", str(file), "--replace")[0] == 0
    listed = {line["register"]: line for line in map(json.loads, told("list", "--json")[1].splitlines())}
    assert (listed["integrity"]["rows"], listed["integrity"]["in_force"], listed["units"]["rows"]) == (1, 1, None)
    assert [line.split("\t")[1][:5] for line in told("history", "integrity")[1].splitlines()] == [
        "until",
        "until",
        "since",
    ]
    assert "1 registers and logs, 1 rows: no mistake" in told("check", str(folder))[1]
    file.write_text("code,shoe_size\nx,1\n", encoding="utf-8")
    assert told("import", str(file), "--replace")[0] == 1
    assert "1 of 1 rows" in told("show", "integrity")[1]


def test_a_log_tells_its_events_once_and_again(folder: Path, tmp_path: Path) -> None:
    form = forms()["duty"]
    file, out = write(tmp_path, form, [row(form, 1)]), tmp_path / "events.jsonl"
    assert "give --events FILE" in told("import", str(file))[1]
    assert not folder.exists()
    assert told("import", str(file), "--events", str(out))[0] == 0
    first = out.read_text(encoding="utf-8")
    assert told("list")[0] == told("check", str(folder))[0] == 0  # a directory of logs alone is one
    assert len(first.splitlines()) == len(form.event)
    assert told("import", str(file), "--events", str(out))[0] == 0
    assert out.read_text(encoding="utf-8") == first
    assert {json.loads(line)["event_id"] for line in first.splitlines()} == {
        json.loads(line)["event_id"] for line in told("events")[1].splitlines() if line.startswith("{")
    }


@pytest.mark.usefixtures("folder")
def test_what_a_person_may_get_wrong_is_one_line() -> None:
    for words, said in (
        (("show", "shoes"), "no register 'shoes'; there are agencies"),
        (("show", "integrity"), "no such directory"),
        (("import", "nowhere.csv"), "no such file"),
    ):
        code, line = told(*words)
        assert code != 0
        assert said in line
        assert "Traceback" not in line


def test_every_form_has_its_section_and_the_rules_that_use_it() -> None:
    page = document.pages()
    assert all(f"### {name} {form.name.zh}" in page for name, form in forms().items())
    assert uses('needs = ["windows"]\n[[example]]\nunits = []\n') == {"windows", "units"}
    assert uses('on = ["duty_checked_in"]') == {"duty"}
    assert uses("no rule = =") == frozenset()
