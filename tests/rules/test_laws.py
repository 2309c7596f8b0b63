"""The laws that every rule of the shipped book obeys, on random histories that touch all it listens to.

They are what an accused officer may rely on: the order in which news arrives decides nothing, time alone never makes
a finding milder, what comes later rewrites nothing that was right before, and nothing that was published vanishes.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.instants import DAY, micros
from mingjing.types import CaseEvent, Finding
from rules import Engine
from rules.book import EVENT_FIELDS, Book, Rule
from rules.engine import Judgement
from rules.history import History
from rules.revisions import revise, same
from tests.rules import histories
from tests.rules.histories import BOOK, CATALOGUE, REGISTERS, RULES, SETTINGS

law = settings(max_examples=histories.EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""An example of a law is a seed, and with it comes one random history for every rule."""

seeds = st.integers(0, 2**32)
lengths = st.integers(1, 7)


def engine(*rules: Rule) -> Engine:
    """An engine with these rules over the catalogue and the registers of all histories."""
    return Engine(Book(rules, BOOK.table, BOOK.accepted), CATALOGUE, SETTINGS.timezone, REGISTERS)


WHOLE = engine(*BOOK.rules)
FILLINGS = BOOK.table.fillings()
ALONE = {rule.id: engine(rule) for rule in RULES}


class Drawn(NamedTuple):
    """A rule with a random history that is meant for it, and more of the same randomness."""

    rule: Rule
    judge: Engine
    rng: Random
    base: datetime
    events: list[CaseEvent]

    def as_of(self) -> int:
        """An instant within sixty days."""
        return micros(histories.instant(self.rng, self.base, 60))


def every_rule(seed: int, most: int) -> Iterator[Drawn]:
    """A random history for each rule, an item in force to which the rule applies."""
    for rule in RULES:
        rng = Random(f"{seed} {rule.id}")  # noqa: S311  (nothing is kept secret with it)
        base = rng.choice(histories.BASES)
        item, events = histories.drawn(rng, rule, base, most)
        histories.in_force(item)
        yield Drawn(rule, ALONE[rule.id], rng, base, events)


def says(finding: Finding) -> str:
    """What the law of order compares: all but the revision and when it was detected."""
    return repr((
        finding.finding_id, finding.severity, finding.status, finding.occurred_at, finding.evidence,
        finding.department, finding.officer, finding.message,
    ))  # fmt: skip


def said(judgement: Judgement) -> tuple[list[str], list[str], int | None]:
    """All that a judgement says, in an order of its own."""
    return sorted(map(says, judgement.findings)), sorted(map(repr, judgement.not_judged)), judgement.wake


def breach(finding: Finding) -> str:
    """What of a finding must never depend on later events: everything but its status and its stop."""
    clock = finding.evidence.clock
    counted = (clock.started_at, clock.limit, clock.due_at, clock.ledger) if clock else None
    return repr((finding.finding_id, finding.severity, finding.occurred_at, counted))


def last(events: Sequence[CaseEvent]) -> int:
    """The instant of the latest event."""
    return max(micros(event.occurred_at) for event in events)


def shuffled(rng: Random, events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The events in any order."""
    return rng.sample(events, len(events))


@law
@given(seed=seeds, most=lengths)
def test_any_order_and_any_repetition_of_the_news_end_in_the_same_findings(seed: int, most: int) -> None:
    """Kafka redelivers and sources send late; a finding that hung on the order could not be proved afterwards."""
    for rule, judges, rng, _, events in every_rule(seed, most):
        as_of = last(events) + rng.randint(-20, 100) * DAY // 2
        arrived = shuffled(rng, [*events, *rng.choices(events, k=rng.randint(0, 4))])
        assert said(judges.judge(History(arrived).events, as_of)) == said(judges.judge(events, as_of)), rule.id


@law
@given(seed=seeds, most=lengths)
def test_of_two_contents_under_one_id_the_same_one_counts_in_every_order(seed: int, most: int) -> None:
    """A source that reuses an id must not make the findings hang on which content came first."""
    for rule, judges, rng, base, events in every_rule(seed, most):
        both = [*events, *histories.history(rng, rule, base, most=3)]
        as_of = micros(base) + rng.randint(0, 120) * DAY // 2
        one, other = (judges.judge(History(shuffled(rng, both)).events, as_of) for _ in range(2))
        assert said(one) == said(other), rule.id


@law
@given(seed=seeds, most=lengths)
def test_more_time_never_makes_a_finding_milder(seed: int, most: int) -> None:
    """An open case can only get later."""
    for rule, judges, rng, _, events in every_rule(seed, most):
        sooner = last(events) + rng.randint(0, 40) * DAY // 2
        then = {one.finding_id: one for one in judges.judge(events, sooner + rng.randint(0, 40) * DAY // 2).findings}
        for finding in judges.judge(events, sooner).findings:
            assert finding.finding_id in then, rule.id
            assert then[finding.finding_id].severity >= finding.severity, rule.id
            assert then[finding.finding_id].occurred_at >= finding.occurred_at, rule.id


@law
@given(seed=seeds, most=lengths)
def test_until_its_wake_nothing_changes_by_silence(seed: int, most: int) -> None:
    """The worker sleeps until then; a rung that was reached earlier would be shown late."""
    for rule, judges, rng, base, events in every_rule(seed, most):
        as_of = micros(histories.instant(rng, base))
        known = judges.judge(events, as_of)
        limit = as_of + 2_000 * DAY if known.wake is None else known.wake - 1
        assert limit >= as_of, rule.id
        for instant in {rng.randint(0, (limit - as_of) // DAY) * DAY + as_of, limit}:
            again = judges.judge(events, instant)
            assert said(again)[:2] == said(known)[:2], rule.id


@law
@given(seed=seeds, most=lengths)
def test_what_comes_later_rewrites_nothing_that_was_reached_before(seed: int, most: int) -> None:
    """A finding at an instant depends only on what occurred before it; only its status may change afterwards."""
    for rule, judges, rng, base, past in every_rule(seed, most):
        now = last(past) + rng.randint(0, 30) * DAY // 2
        added = histories.history(rng, rule, base, first=len(past), corrections=False)
        shift = timedelta(microseconds=now + 1 - micros(base))
        known = judges.judge(past, now).findings
        later = judges.judge([*past, *(histories.moved(event, shift) for event in added)], now + 90 * DAY).findings
        reached = {finding.finding_id: finding for finding in later}
        for finding in known:
            assert finding.finding_id in reached, rule.id
            assert reached[finding.finding_id].severity >= finding.severity, rule.id
        # Late in second precision is strictly after: at the due instant itself nothing is found yet.
        old = {breach(finding) for finding in known if micros(finding.occurred_at) < now}
        assert {breach(finding) for finding in later if micros(finding.occurred_at) < now} <= old, rule.id


@law
@given(seed=seeds, most=lengths)
def test_a_case_to_which_a_rule_does_not_apply_is_quiet(seed: int, most: int) -> None:
    """The licensing law says nothing about a hotline order, and not even a doubt may be noted there."""
    for rule, judges, rng, _, events in every_rule(seed, most):
        of_item = sorted(field for field in rule.applies if field not in EVENT_FIELDS and "." not in field)
        excluded = [(name, "something else") for name in of_item]
        excluded += [(name, value) for name, values in rule.exempt.items() for value in values if "." not in name]
        for name, value in excluded:
            histories.in_force({**histories.item(rng, rule), name: value})
            judgement = judges.judge(events, last(events) + 60 * DAY)
            assert said(judgement) == ([], [], None), rule.id


@law
@given(seed=seeds, most=lengths)
def test_the_whole_book_says_of_a_case_what_its_rules_say_one_by_one(seed: int, most: int) -> None:
    """Rules share what they look up, and never what they find."""
    for drawn in every_rule(seed, most):
        as_of = drawn.as_of()
        whole = WHOLE.judge(drawn.events, as_of)
        alone = drawn.judge.judge(drawn.events, as_of)
        mine = [finding for finding in whole.findings if finding.rule == drawn.rule.id]
        assert sorted(map(says, mine)) == sorted(map(says, alone.findings)), drawn.rule.id
        notes = [note for note in whole.not_judged if note.rule == drawn.rule.id]
        assert sorted(map(repr, notes)) == sorted(map(repr, alone.not_judged)), drawn.rule.id
        assert alone.wake is None or (whole.wake is not None and whole.wake <= alone.wake), drawn.rule.id


@law
@given(seed=seeds, most=lengths)
def test_a_case_keeps_the_item_version_of_its_acceptance(seed: int, most: int) -> None:
    """A promise that was made shorter, or longer, while the case ran is no promise to this applicant."""
    for rule, judges, rng, base, events in every_rule(seed, most):
        accepted = CaseEvent(event_id="a", case_id="c", type="accepted", item="i", occurred_at=base)
        day = date(base.year, base.month, base.day).toordinal() + 1  # the base is midnight in Shanghai
        fields, other = (histories.item(rng, rule) for _ in range(2))
        as_of = micros(base) + rng.randint(0, 120) * DAY // 2
        histories.in_force(fields)
        always = judges.judge([accepted, *events], as_of)
        histories.in_force(fields, {**other, "matter": "another", "steps": ["丙"]}, until=(day,))
        assert said(judges.judge([accepted, *events], as_of)) == said(always), rule.id


@law
@given(seed=seeds, most=lengths)
def test_nothing_that_was_published_vanishes_and_the_end_is_the_batch_judgement(seed: int, most: int) -> None:
    """Whatever was shown to an officer has a latest revision, and after all news the revisions say what audit says."""
    for rule, judges, rng, base, events in every_rule(seed, most):
        arrived = shuffled(rng, events)
        history, published, as_of = History(), dict[str, Finding](), micros(base)
        for event in arrived:
            as_of += rng.randint(0, 6) * DAY
            history.add(event)
            for revision in revise(published, judges.judge(history.events, as_of).findings, as_of):
                before = published.get(revision.finding_id)
                assert revision.revision == (before.revision + 1 if before else 1), rule.id
                assert revision.status != "withdrawn" or revision.reason, rule.id
                published[revision.finding_id] = revision
        batch = judges.judge(arrived, as_of).findings
        standing = {key: finding for key, finding in published.items() if finding.status != "withdrawn"}
        assert standing.keys() == {finding.finding_id for finding in batch}, rule.id
        assert all(same(standing[finding.finding_id], finding) for finding in batch), rule.id
        assert revise(published, batch, as_of) == [], rule.id


def test_random_histories_set_off_every_rule_and_find_something_by_most() -> None:
    """A law says nothing of a rule that its histories never touch."""
    untouched, silent = {rule.id for rule in RULES}, {rule.id for rule in RULES}
    for seed in range(40):
        for rule, judges, _, _, events in every_rule(seed, 7):
            filled = {slot for event in events for slot in FILLINGS.slots[FILLINGS.of(event)]}
            if filled.issuperset(rule.judge.triggers):
                untouched.discard(rule.id)
            if judges.judge(events, last(events) + 60 * DAY).findings:
                silent.discard(rule.id)
    assert not untouched
    assert len(silent) <= len(RULES) // 5, sorted(silent)
