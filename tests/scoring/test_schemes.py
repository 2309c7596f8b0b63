"""Schemes as files: the shipped ones, and every mistake of one's own at once."""

from pathlib import Path

import pytest

from mingjing.errors import BookError, UsageError
from mingjing.scoring.schemes import SHIPPED, load, names

GOOD = """
id = "mine"
version = "1"
since = 2026-01-01
name = { zh = "本市", en = "Ours" }
[headings]
time = { zh = "时限", en = "Time" }
[[indicator]]
id = "on_time"
name = { zh = "按时", en = "On time" }
heading = "time"
kind = "rate"
weight = 100
measure = ["committed"]
"""


def written(tmp_path: Path, text: str) -> str:
    """A file of its own."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", names())
def test_a_shipped_scheme_gives_a_hundred_points_and_its_name_is_its_id(name: str) -> None:
    scheme = load(name)
    assert scheme.id == name
    assert scheme.total == pytest.approx(100)
    assert set(scheme.headings) == {one.heading for one in scheme.indicators}


def test_the_recommended_scheme_weighs_as_its_page_says() -> None:
    scheme = load("recommended")
    by: dict[str, float] = {}
    for one in scheme.indicators:
        by[one.heading] = by.get(one.heading, 0) + one.weight
    assert by == {"time": 30, "process": 15, "fees": 8, "material": 10, "data": 12, "rating": 10, "complaint": 8,
                  "presence": 7}  # fmt: skip
    assert sum(one.most for one in scheme.bonus) == 5


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    scheme = load(written(tmp_path, GOOD))
    assert (scheme.id, scheme.minimum, scheme.indicators[0].floor) == ("mine", 30, 0)
    assert SHIPPED not in Path(written(tmp_path, GOOD)).parents


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    bad = (
        GOOD.replace('kind = "rate"', 'kind = "ratio"')
        .replace("version", "verson")
        .replace("weight = 100", "weight = 0")
    )
    bad += (
        '\n[[indicator]]\nid = "on_time"\nname = { zh = "甲", en = "A" }\nheading = "tme"\nkind = "cards"\nweight = 1\n'
    )
    with pytest.raises(BookError) as told:
        load(written(tmp_path, bad))
    said = str(told.value)
    assert len(told.value.mistakes) >= 6
    for part in (
        "mine.toml:3: unknown key 'verson'",
        "version is missing",
        "mine.toml:8: indicator 'on_time': kind is wrong",
        "id 'on_time' stands twice",
        "heading 'tme' is none of [headings]: time",
        "cards needs zero_at",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('measure = ["committed"]', 'measure = ["comitted"]', "measure 'comitted' is unknown"),
        ('measure = ["committed"]', 'measure = ["complaint"]', "complaint only in cards"),
        ("weight = 100", "weight = -1", "weight and block must be more than 0"),
        ("weight = 100", "weight = 100\nfloor = 1.0", "floor must be less than target"),
        ("since = 2026-01-01", "since = 2026-01-01\nminimum = -1", "minimum must not be less than 0"),
        ("since = 2026-01-01", 'since = 2026-01-01\ngate_levels = ["town"]', "gate_levels names"),
        ('kind = "rate"', 'kind = "speed"\ncap = 2', "cap is a share of the limit"),
        ('kind = "rate"', 'kind = "deduct"\ncards = ["P*"]\npoints = { 7 = 1 }', "points and every name severities"),
    ],
)
def test_a_mistake_says_what_would_be_right(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    with pytest.raises(BookError) as told:
        load(written(tmp_path, GOOD.replace(was, becomes)))
    assert says in str(told.value)


def test_an_unknown_name_and_an_unreadable_file_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are city100, recommended"):
        load("recomended")
    with pytest.raises(BookError, match="cannot be read"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(BookError, match="not TOML"):
        load(written(tmp_path, "id = "))
