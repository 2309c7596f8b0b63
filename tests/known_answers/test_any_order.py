"""A file shuffled and with every third line twice, through the command line, with everything going to disk."""

import gzip
import random
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjing.cli import app
from rules.casebook import Casebook
from tests.known_answers.judged import HERE


def audit(events: Path, out: Path) -> bytes:
    arguments = ["audit", str(events), "--rules", str(HERE / "books" / "bpic15"), "--out", str(out)]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out.read_bytes()


def test_a_shuffled_file_with_duplicates_gives_the_same_bytes(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases spill after 2,000 events and findings after 100, so every way over the disk is taken."""
    monkeypatch.setenv("MINGJING_TIMEZONE", "Europe/Amsterdam")
    log = shared_data / "bpic15_m2.jsonl.gz"
    straight = audit(log, tmp_path / "straight.jsonl")
    lines = gzip.decompress(log.read_bytes()).splitlines(keepends=True)
    lines += lines[::3]
    random.Random(15).shuffle(lines)  # noqa: S311  (an order, not a secret)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_bytes(b"".join(lines))
    monkeypatch.setattr("mingjing.cli.audit.Casebook", partial(Casebook, in_memory=2_000))
    monkeypatch.setattr("rules.audit.RUN", 100)
    assert audit(shuffled, tmp_path / "spilled.jsonl") == straight
    assert straight.count(b"\n") > 2_000
