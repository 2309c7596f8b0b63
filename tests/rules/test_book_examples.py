"""The shipped rule book is right about its own examples, which were worked out by hand, day by day."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from mingjing.settings import Settings
from mingjing.texts import LANGUAGES, Language, catalogue
from rules import surroundings
from rules.book import SHIPPED, Rule, load_book
from rules.examples import disagreement, judge_example
from rules.patterns import ENVELOPE
from tests.rules.histories import listened

SETTINGS = Settings()
BOOK = load_book(None, surroundings(SETTINGS, []), shipped=True)
ALONE = [rule for rule in BOOK.rules if rule.kind != "population"]  # tests/streams/test_population_book.py has those
EXAMPLES = [(rule, number) for rule in ALONE for number in range(len(rule.examples))]
CODE = re.compile(r"[a-z]_[a-z]|[{}]")
ROWS = (
    [f"T{n}" for n in range(1, 12)] + [f"P{n}" for n in range(1, 11)] + [f"F{n}" for n in range(1, 5)]
    + [f"K{n}" for n in range(1, 5)] + ["R1", "R2"] + [f"I{n}" for n in range(1, 6)]
    + ["S1", "S2", "B1", "B2", "B3", "Q1"]
    + [f"Z{n}" for n in range(1, 7)] + ["M1", "M2", "E1", "E2"]
)  # fmt: skip
"""The rows of the catalogue of rules: 42 of the core, and the packs of tenders, intermediaries and ratings."""


def named(example: tuple[Rule, int]) -> str:
    """`T2-an example's title`, as the test's id."""
    rule, number = example
    return f"{rule.id}-{rule.examples[number].get('title', number)}"


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_a_rule_finds_what_its_example_expects(example: tuple[Rule, int]) -> None:
    """The examples are what a supervisor reads to believe a rule; one that is wrong misleads."""
    rule, number = example
    assert disagreement(BOOK, rule, rule.examples[number], SETTINGS.timezone) is None


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_an_example_is_quiet_by_judgement_and_not_for_want_of_one(example: tuple[Rule, int]) -> None:
    """An example that is not judged would pass as quiet and prove nothing; only a missing instant may be its point."""
    rule, number = example
    notes = judge_example(BOOK, rule, rule.examples[number], SETTINGS.timezone).not_judged
    if rule.kind == "lag":
        notes = [note for note in notes if not note.reason.startswith("field: the event has no re")]
    assert notes == []


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_rule_is_written_as_a_stranger_would_look_for_it(path: Path) -> None:
    """The file is named for the rule, every example says what it shows, and no two show the same."""
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    titles = Counter(example.get("title", "") for example in rule["example"])
    assert rule["id"] == path.stem
    assert "" not in titles
    assert max(titles.values()) == 1


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_catalogue_has_a_rule(row: str) -> None:
    """A row without its rule would be a hole in the supervision that nobody sees."""
    assert any(rule.id == row or rule.id.startswith(f"{row}-") for rule in BOOK.rules)


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_a_finding_speaks_both_languages_without_code_words(example: tuple[Rule, int]) -> None:
    """The accused officer reads the message first: it names the rule, and nothing in it is written for machines."""
    rule, number = example
    for finding in judge_example(BOOK, rule, rule.examples[number], SETTINGS.timezone).findings:
        assert finding.message.zh.startswith(rule.name.zh)
        assert finding.message.en.startswith(rule.name.en)
        assert not CODE.search(finding.message.zh + finding.message.en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_type_that_a_shipped_rule_names_has_words(language: Language) -> None:
    """A message or a page that says tender_deadline to a citizen has not been translated."""
    named = {pattern["type"] for rule in BOOK.rules for pattern in listened(rule.file.data)} - set(ENVELOPE)
    assert [name for name in sorted(named) if f"type.{name}" not in catalogue(language)] == []
