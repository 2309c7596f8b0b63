"""Population rules without a store: periods, exact limits, what stands out, what a rule file may say."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.errors import BookError
from mingjing.instants import micros, parse
from mingjing.settings import Settings
from mingjing.types import Text
from mingjing.zones import zone
from rules import surroundings
from rules.book import load_book
from rules.crowds import events_of
from rules.funnels import binomial_high, binomial_low, poisson_high, poisson_low, robust_z
from rules.periods import periods
from rules.populations import PopulationRule, findings, population_rules
from rules.signals import Probe, Row, hits

HOME = zone("Asia/Shanghai")
RULE = """
id = "X1"
kind = "population"
name = { zh = "拒绝偏多", en = "Refuses much" }
basis = "公平"
lead = true
severity = 2
subject = "officer"
over = "1 month"
sql = "X1.sql"
least = 2
sample = { zh = "抽查", en = "look" }

[parameters]
most = 3

[[signal]]
name = { zh = "高于同类", en = "More than peers" }
test = "funnel"
of = "refused"
in = "decided"

[[signal]]
name = { zh = "次数多", en = "Often" }
test = "above"
of = "refused"
than = "most"

[[counter]]
name = { zh = "均为特急", en = "All urgent" }
test = "above"
of = "urgent"
than = 1
"""
SQL = """
SELECT officer AS subject FROM facts
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')} AND 1 < {most:UInt32}
"""


def at(text: str) -> int:
    return micros(parse(text))


def book(folder: Path, rule: str = RULE, sql: str = SQL) -> PopulationRule:
    (folder / "X1.toml").write_text(rule)
    (folder / "X1.sql").write_text(sql)
    (made,) = population_rules(load_book(folder, surroundings(Settings(), [])))
    return made


def row(subject: str, refused: int, decided: int, urgent: int = 0) -> Row:
    return {"subject": subject, "refused": refused, "decided": decided, "urgent": urgent}


CROWD = [row(f"p{n}", 1, 50) for n in range(6)]


def test_the_tails_are_exact_where_they_can_be_worked_out_by_hand() -> None:
    """A limit that is off by one card accuses somebody by mistake."""
    assert binomial_high(2, 2, 0.5) == pytest.approx(0.25)
    assert binomial_low(0, 3, 0.1) == pytest.approx(0.729)
    assert binomial_high(3, 3, 0.9) == pytest.approx(0.729)
    assert poisson_low(1, 2.0) == pytest.approx(3 * 2.718281828459045**-2)
    assert poisson_high(1, 2.0) == pytest.approx(1 - 2.718281828459045**-2)
    assert binomial_high(5, 4, 0.5) == 0.0
    assert robust_z(5.0, [1.0, 1.0, 1.0], 1.0) == pytest.approx(4 * 0.6744897501960817)


def test_both_tails_together_hold_all_chances() -> None:
    """However the sum is taken, from which end ever."""
    for k in range(1, 40):
        assert binomial_high(k, 40, 0.3) + binomial_low(k - 1, 40, 0.3) == pytest.approx(1)
        assert poisson_high(k, 12.5) + poisson_low(k - 1, 12.5) == pytest.approx(1)


def test_a_running_period_is_looked_at_as_far_as_its_last_look() -> None:
    """Quarters end where they end; the one that runs is looked at week by week."""
    as_of = at("2025-05-15T10:00+08:00")  # a Thursday
    first, second = periods("quarter", "week", at("2025-02-03T00:00+08:00"), as_of, HOME)
    assert (first.first, first.until) == (date(2025, 1, 1), at("2025-04-01T00:00+08:00"))
    assert (second.first, second.until) == (date(2025, 4, 1), at("2025-05-12T00:00+08:00"))


def test_a_period_without_a_look_is_not_judged() -> None:
    """On the third of April the first week of the quarter is not over."""
    seen = periods("quarter", "week", at("2025-03-30T00:00+08:00"), at("2025-04-03T00:00+08:00"), HOME)
    assert [period.first for period in seen] == [date(2025, 1, 1)]


def test_a_small_subject_is_no_outlier_for_being_small() -> None:
    """Two of six is a third, and chance; twenty of sixty is a third, and no chance."""
    funnel = Probe("funnel", "refused", "decided")
    assert hits(funnel, [*CROWD, row("small", 2, 6)]) == {}
    assert list(hits(funnel, [*CROWD, row("large", 20, 60)])) == [6]


def test_a_subject_is_held_against_the_others_and_not_against_itself() -> None:
    """A busy window would otherwise hide in the average that it makes."""
    (hit,) = hits(Probe("funnel", "refused", "decided"), [*CROWD, row("busy", 300, 3000)]).values()
    assert hit.expected == pytest.approx(6.5 / 301)


def test_without_peers_nobody_stands_out() -> None:
    """Three others are the least."""
    assert hits(Probe("funnel", "refused", "decided"), [*CROWD[:2], row("x", 25, 50)]) == {}


def test_outliers_do_not_shift_what_they_are_measured_by() -> None:
    """Two extremes among eight still stand out, which mean and standard deviation would hide."""
    rows = [{"subject": str(n), "n": value} for n, value in enumerate([4, 5, 5, 6, 5, 4, 60, 70])]
    assert list(hits(Probe("outlier", "n", floor=1), rows)) == [6, 7]


def test_a_lead_needs_its_signals_and_no_innocent_explanation(tmp_path: Path) -> None:
    """One sign alone points at nobody; an explanation that holds clears."""
    made = book(tmp_path)
    (period,) = periods("month", "month", at("2025-01-01T00:00+08:00"), at("2025-02-01T00:00+08:00"), HOME)

    def found(*rows: Row) -> list[str]:
        return [one.subject for one in findings(made, rows, period, period.until, HOME)]

    assert found(*CROWD, row("x", 20, 60)) == ["officer:x"]
    assert found(*CROWD, row("x", 20, 60, urgent=1)) == []
    assert found(*CROWD, row("x", 4, 150)) == []  # often, yet not more than peers


def test_findings_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    """The store answers from several threads in any order."""
    made = book(tmp_path)
    (period,) = periods("month", "month", at("2025-01-01T00:00+08:00"), at("2025-02-01T00:00+08:00"), HOME)
    rows = [*CROWD, row("x", 20, 60), row("y", 30, 60)]
    first = findings(made, rows, period, period.until, HOME)
    assert first == findings(made, rows[::-1], period, period.until, HOME)
    assert first[0].occurred_at == parse("2025-02-01T00:00+08:00")
    assert first[0].lead
    assert first[0].evidence.lead is not None
    assert first[0].evidence.lead.cleared == (Text(zh="均为特急", en="All urgent"),)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("subject = \"officer\"", "subject = \"planet\""), "subject 'planet' must be one of"),
        (("1 month", "3 fortnights"), "is no period"),
        (("test = \"funnel\"", "test = \"guess\""), "test 'guess' must be one of"),
        (("in = \"decided\"", ""), "needs in"),
        (("than = \"most\"", "than = \"least_of_all\""), "neither a number nor one of the parameters"),
        (("most = 3", "fewest = 3"), "asks for {most:UInt32}, which [parameters] lacks"),
        (("sql = \"X1.sql\"", "sql = \"other.sql\""), "cannot be read"),
        (("of = \"urgent\"", "of = \"urgent\"\nwhy = 1"), "unknown key 'why'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    """Whoever writes a rule is told what would be right, before anything starts."""
    with pytest.raises(BookError) as told:
        book(tmp_path, RULE.replace(*change))
    assert any(said in mistake.message and mistake.line >= 1 for mistake in told.value.mistakes)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM events", "must be one SELECT"),
        (f"{SQL}; DROP TABLE events", "must be one SELECT"),
        ("SELECT 1 AS subject WHERE 1 < {most:UInt32}", "never asks for {since"),
    ],
)
def test_a_query_that_writes_or_knows_no_period_is_refused(tmp_path: Path, sql: str, said: str) -> None:
    """A rule reads, and only of its period."""
    with pytest.raises(BookError) as told:
        book(tmp_path, sql=sql)
    assert any(said in mistake.message for mistake in told.value.mistakes)


def test_the_version_of_a_rule_covers_its_query(tmp_path: Path) -> None:
    """Another query is another rule, whatever the file beside it says."""
    assert book(tmp_path).rule.version != book(tmp_path, sql=SQL + " AND 1").rule.version


def test_a_crowd_is_counted_out() -> None:
    """One line of an example stands for many cases."""
    decided = {
        "type": "decided",
        "after": "3 hours",
        "recorded_after": "1 days",
        "data": {"no": "{n/2}", "seen": "{start-1 hours}"},
    }
    crowd = {"count": 3, "case": "a{n}", "start": "2025-01-06T09:00+08:00", "every": "2 days", "officer": "o{n%2}"}
    events = events_of({"events": [crowd | {"events": [{"type": "accepted"}, decided]}]})
    assert [event.case_id for event in events] == ["a0", "a0", "a1", "a1", "a2", "a2"]
    last = events[-1]
    assert (last.officer, last.data["no"]) == ("o0", "1")
    assert last.data["seen"] == "2025-01-10T08:00:00+08:00"
    assert last.occurred_at == parse("2025-01-10T12:00+08:00")
    assert last.recorded_at == parse("2025-01-11T12:00+08:00")
