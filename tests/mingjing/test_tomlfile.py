"""Mistakes in TOML files are told with the line at which their author finds them."""

from pathlib import Path

import pytest

from mingjing.errors import Mistake
from mingjing.tomlfile import TomlFile, read_toml

TEXT = """# a comment with id = "not this one"

id = "T2"
"kind" = "deadline"

name = { zh = "承诺超期", en = "Committed limit passed" }

[table]
inner = 1

[[example]]
title = "first"

  [[example]]
title = "second"
[dotted.key]
"""


def read(tmp_path: Path, text: str) -> TomlFile:
    path = tmp_path / "rule.toml"
    path.write_text(text, encoding="utf-8")
    file = read_toml(path, [])
    assert file is not None
    return file


@pytest.mark.parametrize(
    ("key", "index", "line"),
    [
        ("id", None, 3),
        ("kind", None, 4),
        ("name", None, 6),
        ("table", None, 8),
        ("example", 0, 11),
        ("example", 1, 14),
        ("example", None, 11),
        ("dotted", None, 16),
        ("missing", None, 1),
        ("example", 9, 1),
    ],
)
def test_a_key_is_found_on_its_line(key: str, index: int | None, line: int, tmp_path: Path) -> None:
    assert read(tmp_path, TEXT).line(key, index) == line


def test_the_text_is_kept_as_it_is(tmp_path: Path) -> None:
    """The case page shows the rule to the accused officer in its author's words, comments and all."""
    assert read(tmp_path, TEXT).source == TEXT


def test_a_byte_order_mark_of_some_editor_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffid = 1").data == {"id": 1}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"id = 1\nname = \n", 2, "not TOML"),
        (b'id = "T2', 1, "not TOML"),
        (b"id = 1\nid = 2\n", 2, "not TOML"),
        (b'id = "\xb3\xd0"', 0, "not UTF-8"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(content: bytes, line: int, words: str, tmp_path: Path) -> None:
    path, mistakes = tmp_path / "rule.toml", list[Mistake]()
    path.write_bytes(content)
    assert read_toml(path, mistakes) is None
    (mistake,) = mistakes
    assert (mistake.file, mistake.line) == (str(path), line)
    assert words in mistake.message


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    mistakes: list[Mistake] = []
    assert read_toml(tmp_path, mistakes) is None
    assert "cannot be read" in mistakes[0].message


def test_values_of_the_wrong_kind_and_unknown_keys_are_told_each_at_its_line(tmp_path: Path) -> None:
    file, mistakes = read(tmp_path, 'id = 7\nkind = "wish"\nexample = 3\nextra = 1\n'), list[Mistake]()
    file.text("id", mistakes)
    file.text("kind", mistakes, one_of=("deadline", "lag"))
    file.text("basis", mistakes)
    file.tables("example", mistakes)
    file.unknown({"id", "kind", "example"}, mistakes)
    assert [(mistake.line, mistake.message.split(";")[0]) for mistake in mistakes] == [
        (1, "id is 7"),
        (2, "kind is 'wish'"),
        (1, "basis is missing"),
        (3, "example must be written as [[example]] tables"),
        (4, "unknown key 'extra'"),
    ]
