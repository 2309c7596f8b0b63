"""How leads are ranked: the formula, what it never does, and the worked example of docs/leads.md."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mingjing.settings import Settings
from mingjing.types import Signal, Text
from rules import surroundings
from rules.book import SHIPPED, load_book
from rules.examples import judge_example
from rules.leads import lead, score, strength

LOOK = Text(zh="看", en="look")
PAGE = Path(__file__).parents[2] / "docs" / "leads.md"
strengths = st.lists(st.floats(0, 1), max_size=6)


def signal(name: str, strong: float, *events: str) -> Signal:
    return Signal(name=Text(zh=name, en=name), strength=strong, events=events)


@given(strengths, st.floats(0, 1))
def test_a_further_sign_never_lowers_the_rank_and_nothing_makes_more_than_certain(
    some: list[float], one: float
) -> None:
    """An officer may rely on it that silence of one sign does not make the others worse."""
    assert score(some) <= score([*some, one]) <= 1
    assert score([*some, one]) >= round(one, 4) - 1e-4


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=5).flatmap(st.permutations))
def test_the_order_in_which_signs_are_seen_decides_nothing(seen: list[tuple[str, float]]) -> None:
    signals = [signal(name, strong) for name, strong in seen]
    assert lead(signals, (), LOOK) == lead(sorted(signals, key=repr), (), LOOK)


def test_one_sign_is_none_however_strong_and_however_often() -> None:
    """Nobody is pointed at for one sign alone (domain.md 8)."""
    assert lead([signal("a", 1.0)], (), LOOK) is None
    assert lead([signal("a", 0.9, "e1"), signal("a", 0.9, "e2")], (), LOOK) is None
    assert lead([signal("a", 0.9), signal("b", 0.0)], (), LOOK) is None


def test_a_lead_names_the_strongest_sign_first_and_what_was_ruled_out() -> None:
    batch = Text(zh="批量", en="a batch")
    made = lead([signal("a", 0.3), signal("b", 0.5)], [batch], LOOK)
    assert made is not None
    assert [each.name.en for each in made.signals] == ["b", "a"]
    assert (made.score, made.cleared, made.sample) == (0.65, (batch,), LOOK)


def test_a_tenant_may_ask_for_three_signs() -> None:
    two = [signal("a", 0.9), signal("b", 0.9)]
    assert lead(two, (), LOOK, least=3) is None
    assert lead([*two, signal("c", 0.1)], (), LOOK, least=3) is not None


def test_at_the_threshold_a_sign_is_worth_half_its_weight() -> None:
    assert [strength(0.6, far) for far in (-1, 0, 0.5, 1, 9)] == [0.3, 0.3, 0.45, 0.6, 0.6]


def test_the_worked_example_of_the_page_is_what_the_rule_says() -> None:
    """Whoever recomputes a rank by hand does so from that table."""
    settings = Settings()
    book = load_book(SHIPPED, surroundings(settings, []))
    (rule,) = (rule for rule in book.rules if rule.id == "I1")
    (finding,) = judge_example(book, rule, rule.examples[0], settings.timezone).findings
    reasons = finding.evidence.lead
    assert reasons is not None
    rows = re.findall(r"^\| (.+?) \| (\d+) .*?\| (0\.\d+) \|.*\*\*(0\.\d+)\*\* \|$", PAGE.read_text(), re.MULTILINE)
    assert [(name, float(strong)) for name, _, _, strong in rows] == [(s.name.en, s.strength) for s in reasons.signals]
    assert [float(value) for _, value, _, _ in rows] == [s.value for s in reasons.signals]
    assert f"**{reasons.score}**" in PAGE.read_text()
