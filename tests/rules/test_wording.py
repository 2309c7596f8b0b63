"""What findings say in the reader's words."""

import pytest

from mingjing.settings import Settings
from mingjing.texts import LANGUAGES, Language, catalogue
from rules import surroundings
from rules.book import load_book
from rules.patterns import ENVELOPE
from tests.rules.histories import listened

BOOK = load_book(None, surroundings(Settings(), []))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_type_that_a_shipped_rule_names_has_words(language: Language) -> None:
    """A message that says tender_deadline to a citizen has not been translated."""
    named = {pattern["type"] for rule in BOOK.rules for pattern in listened(rule.file.data)} - set(ENVELOPE)
    assert [name for name in sorted(named) if f"type.{name}" not in catalogue(language)] == []
