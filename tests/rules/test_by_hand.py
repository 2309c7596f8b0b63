"""The engine's clocks agree with clocks that are counted by hand, day by day."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mingjing.instants import micros
from mingjing.settings import Settings
from rules import Engine, surroundings
from rules.book import Book, Rule, load_book
from rules.catalogue import OneItem
from tests.rules import by_hand, histories

SETTINGS = Settings()
BOOK = load_book(None, surroundings(SETTINGS, []), shipped=True)
BY_DAYS = [rule for rule in BOOK.rules if rule.kind == "deadline" and rule.id != "T6"]  # T6 counts hours


@pytest.mark.parametrize("rule", BY_DAYS, ids=lambda rule: rule.id)
@settings(
    max_examples=2 * histories.EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_a_clock_says_what_counting_by_hand_says(rule: Rule, data: st.DataObject) -> None:
    """An accused officer counts on the calendar with a pencil; the engine, which never walks day by day, must agree."""
    base = data.draw(st.sampled_from(histories.BASES))
    events = data.draw(histories.history(rule, base, corrections=False))
    item = {**data.draw(histories.item(rule)), **data.draw(histories.day_limits)}
    as_of = data.draw(histories.instants(base, 60))
    book = Book((rule,), BOOK.table, BOOK.accepted)
    judgement = Engine(book, OneItem(item), SETTINGS.timezone).judge(events, micros(as_of))
    assume(all(note.reason.startswith("calendar") for note in judgement.not_judged))
    found = sorted((finding.occurred_at, finding.severity) for finding in judgement.findings)
    assert found == by_hand.findings(rule.file.data, events, item, as_of)
