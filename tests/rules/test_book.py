"""The rule book: every mistake of every file is told at once, with file and line and what would be right."""

from pathlib import Path

import pytest

from mingjing.calendars import Calendars
from mingjing.errors import BookError
from mingjing.timetable import DEFAULT
from rules.book import Book, load_book
from rules.reader import Surroundings
from tests.rules.judging import HEAD

AROUND = Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")
GOOD = 'kind = "repetition"\nwhat = ["returned"]\nmost = 1\nseverity = 2\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, *, shipped: bool = False) -> Book:
    return load_book(folder, AROUND, shipped=shipped)


def told(folder: Path, *, shipped: bool = False) -> list[tuple[str, int, str]]:
    """The mistakes as (file, line, message)."""
    with pytest.raises(BookError) as wrong:
        load(folder, shipped=shipped)
    return [(Path(mistake.file).stem, mistake.line, mistake.message) for mistake in wrong.value.mistakes]


MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.toml"))
"""Rule files with one mistake each. Its line ends in a comment that holds a word of the message."""


def marked(path: Path) -> tuple[int, str]:
    """The line of a file's mistake, and the word."""
    ((line, text),) = [
        (number, text.split("# WRONG: ")[1])
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "# WRONG: " in text
    ]
    return line, text


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_told_once_with_its_line_and_what_would_be_right(path: Path, tmp_path: Path) -> None:
    line, word = marked(path)
    write(tmp_path, path.stem, path.read_text(encoding="utf-8"))
    ((_, at, message),) = told(tmp_path)
    assert at == line
    assert word in message


def test_a_book_full_of_mistakes_is_told_in_one_go(tmp_path: Path) -> None:
    """Whoever writes rules mends a book in one round, not in fifty."""
    for path in MISTAKES:
        write(tmp_path, path.stem, path.read_text(encoding="utf-8"))
    write(tmp_path, "z-good", HEAD.format(id="z") + GOOD)
    write(tmp_path, "z-twin", HEAD.format(id="z") + GOOD)
    mistakes = told(tmp_path)
    assert [(file, line) for file, line, _ in mistakes[:-1]] == [(path.stem, marked(path)[0]) for path in MISTAKES]
    assert mistakes[-1][:2] == ("z-twin", 1)
    assert "z-good.toml" in mistakes[-1][2]
    assert len(mistakes) > 50


def test_several_mistakes_of_one_file_are_told_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        "X",
        'id = 7\nkind = "deadline"\nstart = []\nlimit = "soon"\nladder = [{ at = "x", severity = 9 }]\nfoo = 1\n',
    )
    places = [line for _, line, _ in told(tmp_path)]
    assert places == [1, 1, 1, 1, 3, 4, 5, 6]  # id, basis, name and stop, then each at its own line


def test_a_folder_that_is_missing_or_empty_is_told(tmp_path: Path) -> None:
    assert "no such directory" in told(tmp_path / "nowhere")[0][2]
    assert "no .toml file" in told(tmp_path)[0][2]


def test_the_shipped_book_must_say_who_answers_what_it_misses_and_show_both_outcomes(tmp_path: Path) -> None:
    write(tmp_path, "X", HEAD.format(id="X") + GOOD)
    assert load(tmp_path).rules[0].id == "X"
    words = " ".join(message for _, _, message in told(tmp_path, shipped=True))
    assert all(word in words for word in ("responsible", "known_gaps", "[[example]]"))


def test_the_version_is_of_what_the_rule_says_and_not_of_its_words(tmp_path: Path) -> None:
    """A better translation must not look like another rule in a finding's evidence; another limit must."""
    path = write(tmp_path, "X", HEAD.format(id="X") + GOOD)
    before = load(tmp_path).rules[0].version
    path.write_text(path.read_text(encoding="utf-8").replace('en = "Rule"', 'en = "The rule"'), encoding="utf-8")
    assert load(tmp_path).rules[0].version == before
    path.write_text(path.read_text(encoding="utf-8").replace("most = 1", "most = 2"), encoding="utf-8")
    assert load(tmp_path).rules[0].version != before


def test_rules_stand_in_order_of_their_id(tmp_path: Path) -> None:
    for name in ("T10", "T2", "P1"):
        write(tmp_path, name, HEAD.format(id=name) + GOOD)
    assert [rule.id for rule in load(tmp_path).rules] == sorted(["T10", "T2", "P1"])
