"""The engine's clocks agree with clocks that are counted by hand, day by day."""

from random import Random

from hypothesis import HealthCheck, given, settings

from mingjing.instants import micros
from tests.rules import by_hand, histories
from tests.rules.test_laws import ALONE, lengths, seeds

BY_DAYS = [rule for rule in histories.RULES if by_hand.counts_days(rule.file.data)]


@settings(max_examples=2 * histories.EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=seeds, most=lengths)
def test_a_clock_says_what_counting_by_hand_says(seed: int, most: int) -> None:
    """An accused officer counts on the calendar with a pencil; the engine, which never walks day by day, must agree."""
    for rule in BY_DAYS:
        rng = Random(f"{seed} {rule.id}")  # noqa: S311  (nothing is kept secret with it)
        base = rng.choice(histories.BASES)
        events = histories.history(rng, rule, base, most=most, corrections=False)
        item = histories.item(rng, rule, histories.DAY_LIMITS)
        histories.in_force(item)
        as_of = histories.instant(rng, base, 60)
        judgement = ALONE[rule.id].judge(events, micros(as_of))
        if all(note.reason.startswith("calendar") for note in judgement.not_judged):
            found = sorted((finding.occurred_at, finding.severity) for finding in judgement.findings)
            assert found == by_hand.findings(rule.file.data, events, item, as_of), rule.id


def test_most_clocks_of_the_book_are_counted_by_hand() -> None:
    """A rule that by_hand leaves out, for it opens its clock in a way of its own, is not proved so; nor are hours."""
    clocks = [rule.file.data for rule in histories.RULES if rule.kind == "deadline"]
    days = [rule for rule in clocks if "hours" not in str(rule["limit"]) and "minutes" not in str(rule["limit"])]
    assert len(BY_DAYS) > len(days) // 2
