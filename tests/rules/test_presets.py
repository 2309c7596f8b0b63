"""Presets and overlays: published ladders laid over the book, and every mistake in one named where it stands."""

from pathlib import Path

import pytest

from mingjing.errors import BookError, UsageError
from mingjing.settings import Settings
from rules import load_engine, surroundings
from rules.book import Book, load_book
from rules.catalogue import OneItem
from rules.engine import Engine
from rules.overlay import Overlay
from rules.presets import load_preset, names
from rules.reader import Surroundings
from tests.rules.judging import at, event


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(Settings(), [])


@pytest.fixture(scope="module")
def shipped(around: Surroundings) -> Book:
    return load_book(None, around)


def severities(book: Book, limit: str, *as_of: str) -> list[int | None]:
    """What T2 says of a case accepted on Monday 2018-10-15 and still open at those instants."""
    rule = tuple(rule for rule in book.rules if rule.id == "T2")
    item = OneItem({"matter": "permit", "case_type": "committed", "committed_limit": limit})
    engine = Engine(book._replace(rules=rule), item, "Asia/Shanghai")
    case = [event("accepted", "2018-10-15T10:00", item="A")]
    found = [engine.judge(case, at(instant)).findings for instant in as_of]
    return [findings[0].severity if findings else None for findings in found]


@pytest.mark.parametrize("name", names())
def test_every_shipped_preset_fits_the_shipped_book_and_names_its_source(
    name: str, around: Surroundings, shipped: Book
) -> None:
    """Each changes what a rule says, so each rule it touches has another version."""
    preset = load_preset(name)
    assert preset.source
    assert preset.name.zh
    versions = {rule.id: rule.version for rule in shipped.rules}
    laid = {rule.id: rule for rule in load_book(None, around, overlay=preset.overlay).rules}
    assert any(rule not in laid or laid[rule].version != versions[rule] for rule in preset.overlay.rules)
    untouched = set(versions) - set(preset.overlay.rules)
    assert all(laid[rule].version == versions[rule] for rule in untouched)


def test_the_recommended_ladder_grows_with_the_limit(around: Surroundings) -> None:
    """By hand: of 2, 5 and 10 working days from Monday 15 October 2018 the last days are the 17th, 22nd and 29th.

    A notice when one day (of ten: two) is left; red three working days (of ten: five) after the due day.
    """
    book = load_book(None, around, overlay=load_preset("recommended").overlay)
    two = severities(book, "2 working_days", "2018-10-16T12:00", "2018-10-17T00:00", "2018-10-18T00:00")
    assert two == [None, 1, 2]
    ends = severities(book, "2 working_days", "2018-10-22T23:59", "2018-10-23T00:00")
    assert ends == [2, 3]
    ten = severities(book, "10 working_days", "2018-10-25T23:59", "2018-10-26T00:00", "2018-10-30T00:00")
    assert ten == [None, 1, 2]
    late = severities(book, "10 working_days", "2018-11-02T00:00", "2018-11-05T23:59", "2018-11-06T00:00")
    assert late == [2, 2, 3]


def test_enshi_shows_yellow_at_half_and_red_at_nine_tenths(around: Surroundings) -> None:
    book = load_book(None, around, overlay=load_preset("enshi").overlay)
    found = severities(book, "10 working_days", "2018-10-22T00:00", "2018-10-23T00:00", "2018-10-27T00:00")
    assert found == [None, 2, 3]


def test_the_text_of_a_laid_over_rule_has_the_other_values_in_it(around: Surroundings) -> None:
    """The worker stores it: years later a finding still shows the ladder by which it was judged."""
    overlay = Overlay({"T2": {"ladder": [{"at": "90%", "severity": 3}], "extend": {"most": 15}}})
    rule = next(rule for rule in load_book(None, around, overlay=overlay).rules if rule.id == "T2")
    assert 'ladder = [{ at = "90%", severity = 3 }]' in rule.source_text
    assert "most = 15, times = 1" in rule.source_text
    assert rule.source_text.index("ladder =") < rule.source_text.index("[[example]]")


def test_the_same_values_are_the_same_version(around: Surroundings, shipped: Book) -> None:
    same = load_book(None, around, overlay=Overlay({"T3": {"ladder": [{"at": "due", "severity": 3}]}}))
    versions = [next(rule.version for rule in book.rules if rule.id == "T3") for book in (shipped, same)]
    assert versions[0] == versions[1]


def test_one_overlay_lies_over_another() -> None:
    below = Overlay({"T2": {"limit": "5 working_days", "severity": 2}, "T3": {"off": True}})
    above = Overlay({"T2": {"limit": "7 working_days"}})
    assert above.over(below).rules == {"T2": {"limit": "7 working_days", "severity": 2}, "T3": {"off": True}}


def test_mistakes_in_a_preset_are_told_with_its_own_lines(tmp_path: Path, around: Surroundings) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = { zh = "自己的", en = "Ours" }\nsource = "us"\nnote = { zh = "无", en = "none" }\n\n'
        '[T2]\nlimit = "5 weeks"\nladdder = []\n\n[T99]\nlimit = "1 days"\n\n[T3]\nid = "T4"\noff = "no"\n',
        encoding="utf-8",
    )
    with pytest.raises(BookError) as told:
        load_book(None, around, overlay=load_preset(str(path)).overlay)
    assert [(Path(one.file).name, one.line) for one in told.value.mistakes] == [
        *(("mine.toml", line) for line in (6, 7, 9, 13, 14)),
    ]


def test_a_preset_that_says_too_little_or_nobody_knows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bare.toml"
    path.write_text("T2 = 5\n", encoding="utf-8")
    with pytest.raises(BookError) as told:
        load_preset(str(path))
    assert len(told.value.mistakes) == 4
    with pytest.raises(UsageError, match="there are chengdu, enshi"):
        load_preset("mars")
    with pytest.raises(BookError, match="cannot be read"):
        load_preset(str(tmp_path / "nowhere.toml"))


def test_the_settings_choose_a_preset() -> None:
    law = load_engine(Settings(preset="law"))
    assert "T2" not in {rule.id for rule in law.book.rules}
