"""`mingjing rules`: the book checked, listed and explained, from the outside."""

import json
from pathlib import Path

import pytest

from mingjing.cli import main
from tests.rules.judging import HEAD
from tests.rules.test_audit import RULE

EXAMPLE = """
[[example]]
title = "never decided"
events = [{ type = "accepted", occurred_at = "2026-03-02T10:00+08:00" }]
as_of = "2026-03-20T12:00+08:00"
expect = [{ severity = 2, at = "AT", status = "open" }]
"""


def run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, caught: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["mingjing", "rules", *arguments])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0), *caught.readouterr()


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "T2.toml").write_text(RULE + EXAMPLE.replace("AT", "2026-03-10T00:00+08:00"), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("book")
def test_a_book_whose_examples_hold_passes(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--rules", "."], monkeypatch, capfd)[0] == 0


def test_an_example_that_does_not_come_out_is_a_mistake_at_its_line(
    book: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Status 1: the question was whether the book is right, and the answer is no."""
    (book / "T2.toml").write_text(RULE + EXAMPLE.replace("AT", "2026-03-09T00:00+08:00"), encoding="utf-8")
    status, out, said = run(["check", "--rules", "."], monkeypatch, capfd)
    assert status == 1
    assert "T2.toml:10: example 'never decided' expects" in out + said


def test_all_mistakes_of_a_book_and_its_items_are_told(
    book: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (book / "X.toml").write_text("id = ", encoding="utf-8")
    (book / "items").mkdir()
    (book / "items" / "i.csv").write_text("item,fee\nA,dear\n", encoding="utf-8")
    status, out, said = run(["check", "--rules", ".", "--items", "items"], monkeypatch, capfd)
    assert status == 1
    assert "X.toml:1: not TOML" in out + said
    assert "items/i.csv:2: fee: 'dear'" in out + said


@pytest.mark.usefixtures("book")
def test_the_rules_are_listed_and_one_is_explained(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(["list", "--rules", "."], monkeypatch, capfd)
    assert status == 0
    assert "承诺超期" in out
    status, out, _ = run(["explain", "T2", "--rules", "."], monkeypatch, capfd)
    assert status == 0
    assert "5 working_days" in out
    assert "never decided: flagged" in out


@pytest.mark.usefixtures("book")
def test_an_unknown_rule_is_told_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, _, said = run(["explain", "T99", "--rules", "."], monkeypatch, capfd)
    assert (status, "T2" in said) == (2, True)


@pytest.mark.usefixtures("book")
def test_the_shipped_book_passes_its_own_check(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check"], monkeypatch, capfd)[0] == 0


def test_the_list_and_the_explanation_say_what_a_rule_needs_and_that_it_is_idle(
    book: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A rule that is never asked must not look like one that finds nothing."""
    text = HEAD.format(id="K4-O") + 'kind = "condition"\non = ["decided"]\nwhen = "!has(officer.code)"\nseverity = 1\n'
    (book / "K4-O.toml").write_text(text, encoding="utf-8")
    _, out, _ = run(["list", "--rules", "."], monkeypatch, capfd)
    assert "idle for want of officers: K4-O" in out
    _, out, _ = run(["list", "--json", "--rules", "."], monkeypatch, capfd)
    assert [json.loads(line)["needs"] for line in out.splitlines()] == [["officers"], []]
    _, out, _ = run(["explain", "K4-O", "--rules", "."], monkeypatch, capfd)
    assert "officers" in out
