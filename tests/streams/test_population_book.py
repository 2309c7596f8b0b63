"""The shipped population rules are right about their own examples, judged through a real ClickHouse."""

import pytest

from mingjing.settings import Settings
from mingjing.store.gathering import Gathering
from rules import surroundings
from rules.book import load_book
from rules.populations import population_rules
from streams.examples import disagreement

pytestmark = pytest.mark.store


def test_every_population_rule_finds_what_its_examples_expect(store_dsn: str) -> None:
    """A trick and its innocent look-alike side by side are what makes a lead believable."""
    settings = Settings()
    around = surroundings(settings, [])
    rules = population_rules(load_book(None, around, shipped=True))
    calendar = around.calendars.get(settings.calendar)
    wrong = []
    with Gathering(store_dsn) as gathered:
        for of in rules:
            for example in of.rule.examples:
                said = disagreement(gathered, of, example, calendar, settings.timezone)
                if said is not None:
                    wrong.append(f"{of.rule.id}, {example['title']}: {said}")
    assert len(rules) >= 19
    assert wrong == []
