"""`mingjing simulate` writes a city, and tells of unusable options in one line."""

import csv
from datetime import date, datetime
from pathlib import Path
from statistics import stdev

import pytest
from typer.testing import CliRunner

from mingjing.cli import app
from mingjing.cli.simulate import period
from mingjing.errors import UsageError


def test_the_command_writes_everything_that_its_readme_names(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["simulate", "--out", str(tmp_path), "--cases", "200", "--days", "20", "--disorder"])
    assert run.exit_code == 0, run.output
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    named = {"events.jsonl", "stream.jsonl", "items/items.csv", "answers.csv", "leads.csv", "city.toml", "README.md"}
    assert written >= named


def test_the_truth_about_windows_is_written_where_they_differ(tmp_path: Path) -> None:
    common = ["simulate", "--out", str(tmp_path), "--cases", "50", "--days", "5"]
    run = CliRunner().invoke(app, [*common, "--quality-spread", "0.8"])
    assert run.exit_code == 0, run.output
    with (tmp_path / "quality.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len({row["window"] for row in rows}) == 120
    assert stdev(float(row["quality"]) for row in rows) == pytest.approx(0.8, rel=0.25)
    CliRunner().invoke(app, common)
    assert not (tmp_path / "quality.csv").exists()


def test_a_second_run_replaces_the_first_and_leaves_nothing_stale(tmp_path: Path) -> None:
    common = ["simulate", "--out", str(tmp_path), "--cases", "50", "--days", "5"]
    CliRunner().invoke(app, [*common, "--disorder"])
    run = CliRunner().invoke(app, [*common, "--gz"])
    assert run.exit_code == 0, run.output
    assert not (tmp_path / "events.jsonl").exists()
    assert not (tmp_path / "stream.jsonl").exists()
    assert (tmp_path / "events.jsonl.gz").exists()


def test_cases_alone_are_spread_over_ninety_days_and_days_alone_begin_in_march_2026() -> None:
    assert period(100, None, None, None) == (date(2026, 3, 2), date(2026, 5, 31))
    assert period(None, 7, None, datetime(2024, 2, 26)) == (date(2024, 2, 26), date(2024, 3, 4))  # noqa: DTZ001 (a day)
    assert period(None, None, 2024, None) == (date(2024, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--year", "2025", "--days", "3"], "leave out --days"),
        (["--year", "2027"], "2004 to 2026"),
        (["--start", "2003-12-30"], "2004 to 2026"),
        (["--days", "99999999"], "fewer days"),
        (["--rates", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_unusable_options_are_told_before_anything_is_written(
    tmp_path: Path, options: list[str], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        CliRunner().invoke(app, ["simulate", "--out", str(tmp_path / "city"), *options], catch_exceptions=False)
    assert not (tmp_path / "city").exists()
