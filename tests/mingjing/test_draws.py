"""Draws of experts: the published way, by hand and by its laws; records that cannot be right; the command line."""

import doctest
import json
import subprocess
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjing import draws
from mingjing.cli import draw as command
from mingjing.draws import recorded, replay, tickets
from mingjing.errors import UsageError
from mingjing.insight import experts

POOL = [f"x{number:03d}" for number in range(40)]


def test_the_examples_hold() -> None:
    for module in (draws, experts):
        assert doctest.testmod(module).failed == 0


def test_the_way_is_the_published_one() -> None:
    """Worked out here from the words of docs/draws.md alone."""
    by_lot = sorted(POOL, key=lambda code: sha256(f"seed:{code}".encode()).hexdigest())
    assert replay("seed", POOL, by_lot[1:3], 3) == [by_lot[0], by_lot[3], by_lot[4]]


def test_sha256sum_and_sort_repeat_it() -> None:
    line = """for code in a c d; do printf '%s:%s' 8812 $code | sha256sum | sed "s/-/$code/"; done | sort | head -n 2"""
    told = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True).stdout
    assert [one.split()[1] for one in told.splitlines()] == replay("8812", ["a", "b", "c", "d"], ["b"], 2)


def test_order_plays_no_part_and_an_exclusion_moves_up_the_next_in_line() -> None:
    drawn = replay("7", POOL, [], 6)
    assert replay("7", POOL[::-1], [], 6) == drawn
    assert replay("7", POOL, [drawn[2]], 5) == [*drawn[:2], *drawn[3:]]


def test_over_many_seeds_everybody_is_drawn_about_as_often() -> None:
    """5 of 40 in 2,000 draws: 250 each, with a standard deviation of 14.8; nobody beyond five of those."""
    times = Counter(code for seed in range(2_000) for code in replay(str(seed), POOL, [], 5))
    assert len(times) == len(POOL)
    assert all(abs(many - 250) < 5 * 14.8 for many in times.values())


@pytest.mark.parametrize(("pool", "excluded", "count"), [(["a", "a", "b"], [], 1), (["a", "b"], ["a"], 2)])
def test_what_cannot_be_drawn_is_refused(pool: list[str], excluded: list[str], count: int) -> None:
    with pytest.raises(ValueError, match=r"twice|not excluded"):
        tickets("1", pool, excluded, count)


def test_a_record_is_right_in_any_order_and_wrong_by_one_name() -> None:
    drawn = replay("9", POOL, ["x003"], 5)
    data = {"seed": 9, "candidates": POOL, "excluded": ["x003"], "drawn": drawn[::-1]}
    right, other = recorded(data), next(code for code in POOL if code not in drawn)
    wrong = recorded(data | {"drawn": [*drawn[:4], other]})
    assert right is not None
    assert wrong is not None
    assert right.right()
    assert not wrong.right()


@pytest.mark.parametrize("odd", [{"count": "many"}, {"count": [5]}, {"drawn": ["▮0123456789"]}, {"drawn": 2}])
def test_a_record_that_cannot_be_repeated_says_nothing(odd: dict[str, object]) -> None:
    """Not even that it differs: a masked export would accuse everybody."""
    assert recorded({"seed": 9, "candidates": POOL, "drawn": POOL[:2]} | odd) is None


def test_the_command_line_draws_and_repeats(tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text("a\nb\n\nc\nd\n")
    run = CliRunner().invoke
    made = run(
        command.app, ["make", "--seed", "8812", "--pool", str(tmp_path / "pool.txt"), "--count", "2", "--exclude", "b"]
    )
    assert made.output.split() == ["d", "a"]
    told = {"case_id": "T1", "type": "expert_drawn", "occurred_at": "2025-03-03T15:00:00+08:00", "source": "platform"}
    data = {"seed": 8812, "candidates": ["a", "b", "c", "d"], "excluded": ["b"]}
    lines = [
        {**told, "event_id": f"e{n}", "data": {**data, "drawn": drawn}}
        for n, drawn in enumerate([["a", "d"], ["a", "c"], 2, ["a", "b"]])
    ]
    lines.append({**told, "event_id": "e9", "corrects": "e3", "data": {**data, "drawn": ["d", "a"]}})
    events = tmp_path / "events.jsonl"
    events.write_text("\n".join([*map(json.dumps, lines), "{"]))
    again = run(command.app, ["replay", str(events)])
    assert again.exit_code == 1
    assert [line.split()[2].rstrip(";") for line in again.stdout.splitlines()] == [
        "repeats",
        "differs",
        "untold",
        "repeats",
    ]
    assert "2 repeats, 1 differs, 1 untold; 1 records refused" in again.stderr
    lacking = run(command.app, ["make", "--seed", "1", "--pool", str(tmp_path / "none"), "--count", "1"])
    assert isinstance(lacking.exception, UsageError)
    assert "none" in str(lacking.exception)
