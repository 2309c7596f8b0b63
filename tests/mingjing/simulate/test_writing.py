"""What is written can be trusted to be the same again, and says what it is."""

import csv
import gzip
import hashlib
import os
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from mingjing.errors import UsageError
from mingjing.simulate import SMALL_CASES, SMALL_DAYS, SMALL_START, Summary, simulation, write, write_small
from mingjing.simulate.answers import COLUMNS
from mingjing.simulate.rates import Rates, load


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    out: Path = tmp_path_factory.mktemp("city") / "small"
    return out, write_small(out, disorder=True)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_seed_gives_the_same_bytes_in_another_process(
    small: tuple[Path, Summary], tmp_path: Path, hash_seed: str
) -> None:
    """Whatever Python's hash seed: the answers of yesterday's city are those of today's."""
    program = "import sys, pathlib, mingjing.simulate as s; s.write_small(pathlib.Path(sys.argv[1]), disorder=True)"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "again")], check=True, env=environment)
    assert digests(tmp_path / "again") == digests(small[0])


def test_where_windows_are_alike_the_data_are_those_of_before(small: tuple[Path, Summary]) -> None:
    """What was measured on simulated cities holds only as long as seeds give the same; README.md alone lists rates."""
    whole = hashlib.sha256()
    for name, digest in digests(small[0]).items():
        if name != "README.md":
            whole.update(name.encode() + b"\0" + bytes.fromhex(digest))
    assert whole.hexdigest() == "a23bca9abc4f0e288bfda628435cba792f384bc80aba8191121ec93141828591"


def test_another_seed_gives_other_events(small: tuple[Path, Summary], tmp_path: Path) -> None:
    write_small(tmp_path, seed=2, disorder=True)
    assert digests(tmp_path)["events.jsonl"] != digests(small[0])["events.jsonl"]


def test_the_packed_file_holds_the_same_events_and_is_the_same_each_time(
    small: tuple[Path, Summary], tmp_path: Path
) -> None:
    for name in ("one", "two"):
        stream = simulation(SMALL_START, SMALL_START + timedelta(days=SMALL_DAYS), cases=SMALL_CASES)
        write(tmp_path / name, stream, compress=True)
    packed = (tmp_path / "one" / "events.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "two" / "events.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (small[0] / "events.jsonl").read_bytes()


def test_the_disorderly_file_holds_the_same_events_late_and_twice(small: tuple[Path, Summary]) -> None:
    events = (small[0] / "events.jsonl").read_bytes().splitlines()
    arrivals = (small[0] / "stream.jsonl").read_bytes().splitlines()
    assert set(arrivals) == set(events)
    assert len(events) * 1.002 < len(arrivals) < len(events) * 1.01
    assert list(dict.fromkeys(arrivals)) != events


def test_the_summary_counts_what_the_files_hold(small: tuple[Path, Summary]) -> None:
    out, summary = small
    told = (msgspec.json.decode(line)["case_id"] for line in (out / "events.jsonl").read_bytes().splitlines())
    logged = {case for case in told if case.startswith(("duty", "contact"))}
    assert summary.cases - len(logged) == SMALL_CASES
    assert logged
    assert summary.events == len((out / "events.jsonl").read_bytes().splitlines())
    with (out / "answers.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == summary.answers == sum(summary.by_rule.values())
    assert all(row["at"] <= summary.as_of for row in rows if row["rule"] != "I2")


def test_city_toml_names_every_window_and_officer_in_both_languages(small: tuple[Path, Summary]) -> None:
    described = tomllib.loads((small[0] / "city.toml").read_text(encoding="utf-8"))
    windows = [w for d in described["department"] for w in d["windows"]]
    officers = [o for d in described["department"] for o in d["officers"]]
    assert (len(windows), len(officers)) == (120, 200)
    assert all(one["zh"] and one["en"] and one["code"] for one in windows + officers)
    assert {w["officer"] for w in windows} <= {o["code"] for o in officers}
    assert described["hall"]["open"] == ["09:00-12:00", "13:30-17:00"]


def test_the_readme_tells_seed_days_and_counts(small: tuple[Path, Summary]) -> None:
    text = (small[0] / "README.md").read_text(encoding="utf-8")
    assert "seed 1" in text
    assert str(small[1].events) in text
    assert small[1].as_of in text


def test_a_directory_with_other_peoples_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="holds other files"):
        write_small(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("overdue = 2", "between 0 and 1"),
        ("overdu = 0.1", "overdu"),
        ("overdue = ", "not TOML"),
    ],
)
def test_a_wrong_rates_file_is_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=complaint) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rates_that_a_file_leaves_out_keep_their_defaults(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text("overdue = 0.5", encoding="utf-8")
    assert load(path) == Rates(overdue=0.5)


@pytest.mark.parametrize("name", Rates.__struct_fields__)
def test_every_rate_stands_in_the_documentation_with_its_default(name: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "simulate.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {getattr(Rates(), name):g} |" in text
