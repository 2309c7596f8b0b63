"""The commands around catalogues: what is wrong is the answer, nothing is half imported, and lists are compared."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from mingjing.cli import app


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def workbook(*rows: tuple[object, ...]) -> str:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save("list.xlsx")
    return "list.xlsx"


def test_an_import_with_one_mistake_writes_nothing() -> None:
    """A list that is half there would leave half the cases unjudged, and nobody would know which half."""
    name = workbook(
        ("事项编码", "承诺时限", "法定时限"), ("A", "5个工作日", "20个工作日"), ("B", "30个工作日", "20个工作日")
    )
    refused = run("items", "import", name, "--out", "items")
    assert refused.exit_code == 1
    assert "list.xlsx[Sheet]:3: committed_limit (cell B3): 30 working_days is above" in refused.stdout
    assert not Path("items").exists()


def test_what_was_imported_is_a_catalogue_and_can_be_imported_again() -> None:
    name = workbook(("事项编码", "承诺时限"), ("A", "5个工作日"), ("B", "即办"))
    done = run("items", "import", name, "--out", "items")
    assert (done.exit_code, done.stdout) == (0, "items/items.csv\n")
    assert run("items", "check", "items").exit_code == 0
    assert run("items", "import", name, "--out", "items", "--replace").exit_code == 0


def test_a_difference_is_told_in_words_and_as_json() -> None:
    for name, days in (("old.csv", 20), ("new.csv", 8)):
        Path(name).write_text(f"item,name,committed_limit\nA,设立,{days} working_days\n", encoding="utf-8")
    told = run("items", "diff", "old.csv", "new.csv")
    assert told.exit_code == 0
    assert "changed\tA\tcommitted_limit\t20 working_days → 8 working_days\t设立" in told.stdout
    found = json.loads(run("items", "diff", "old.csv", "new.csv", "--json").stdout)
    assert found["days"] == {"before": 20.0, "after": 8.0}


def test_mistakes_in_registers_are_the_answer() -> None:
    Path("registers").mkdir()
    units = Path("registers/units.csv")
    units.write_text("code,name,level,parent\na,甲,city,b\n", encoding="utf-8")
    wrong = run("org", "check", "registers")
    assert (wrong.exit_code, wrong.stdout) == (1, "registers/units.csv:2: parent: there is no 'b'\n")
    units.write_text("code,name,level,parent\na,甲,city,\n", encoding="utf-8")
    assert run("org", "check", "registers").exit_code == 0


def test_presets_are_listed_and_shown_with_their_source() -> None:
    rows = [json.loads(line) for line in run("presets", "list", "--json").stdout.splitlines()]
    assert {"enshi", "law", "recommended"} <= {row["preset"] for row in rows}
    shown = run("presets", "show", "enshi")
    assert shown.exit_code == 0
    assert "jingzhou.cjyun.org" in shown.stdout


def test_a_hundred_thousand_rows_are_read_and_the_last_ones_mistake_is_told() -> None:
    rows = [f"{number:06},5 working_days\n" for number in range(100_000)]
    Path("items.csv").write_text("item,committed_limit\n" + "".join(rows) + "Z,5 weeks\n", encoding="utf-8")
    told = run("items", "check", "items.csv")
    assert told.exit_code == 1
    assert told.stdout.startswith("items.csv:100002: committed_limit: '5 weeks' is no limit")
