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

EVENTS = 12_000  # of 44,354: more takes longer and other ways no more


def audit(events: Path, out: Path) -> bytes:
    arguments = ["audit", str(events), "--rules", str(HERE / "books" / "bpic15"), "--out", str(out)]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out.read_bytes()


def test_a_shuffled_file_with_duplicates_gives_the_same_bytes(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases spill after 500 events and findings after 50, so every way over the disk is taken."""
    monkeypatch.setenv("MINGJING_TIMEZONE", "Europe/Amsterdam")
    lines = gzip.decompress((shared_data / "bpic15_m2.jsonl.gz").read_bytes()).splitlines(keepends=True)[:EVENTS]
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(lines))
    straight = audit(log, tmp_path / "straight.jsonl")
    lines += lines[::3]
    random.Random(15).shuffle(lines)  # noqa: S311  (an order, not a secret)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_bytes(b"".join(lines))
    monkeypatch.setattr("mingjing.cli.audit.Casebook", partial(Casebook, in_memory=500))
    monkeypatch.setattr("rules.audit.RUN", 50)
    assert audit(shuffled, tmp_path / "spilled.jsonl") == straight
    assert straight.count(b"\n") > 200
