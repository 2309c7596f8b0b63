"""Population rules over a real store: what is due, revised, withdrawn and verified; and what an error stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from mingjing.calendars import Calendars
from mingjing.instants import micros, parse
from mingjing.settings import Settings
from mingjing.store import Store, StoredEvent
from mingjing.store.connection import Connection
from mingjing.store.dsn import parse as parse_dsn
from mingjing.types import CaseEvent, Finding
from rules import Engine, surroundings
from rules.book import load_book
from rules.catalogue import OneItem
from rules.crowds import events_of
from streams.population import NOWHERE, Census, Run

pytestmark = pytest.mark.store

ZONE = "Asia/Shanghai"
AS_OF = micros(parse("2025-04-10T12:00+08:00"))
HEAD = """
id = "{id}"
kind = "population"
name = {{ zh = "拒绝偏多", en = "Refuses much" }}
basis = "公平"
lead = true
severity = 2
subject = "officer"
over = "1 quarter"
sql = "{id}.sql"
least = 1
sample = {{ zh = "抽查", en = "look" }}
[[signal]]
name = {{ zh = "次数多", en = "Often" }}
test = "above"
of = "refused"
than = 6
"""
REFUSALS = """
SELECT officer AS subject, count() AS refused, groupArraySorted(9)(event_id) AS events
FROM facts
WHERE type = 'decided' AND result = 'refused' AND officer != ''
  AND occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY officer
"""
BROKEN = """
SELECT nothing AS subject FROM facts
WHERE occurred_at BETWEEN {since:DateTime64(3, 'UTC')} AND {until:DateTime64(3, 'UTC')}
"""


@dataclass
class Hall:
    """A store with events in it, and a book of population rules."""

    store: Store
    dsn: str
    folder: Path
    sent: int = 0

    def rule(self, name: str, sql: str) -> None:
        (self.folder / f"{name}.toml").write_text(HEAD.format(id=name))
        (self.folder / f"{name}.sql").write_text(sql)

    def send(self, events: Sequence[CaseEvent]) -> None:
        records = [
            StoredEvent(event, msgspec.json.encode(event), "case-events", 0, self.sent + place, 1, None)
            for place, event in enumerate(events)
        ]
        self.store.write_events(records, f"sent {self.sent}")
        self.sent += len(events)

    def census(self) -> Census:
        book = load_book(self.folder, surroundings(Settings(), []))
        return Census(self.store, self.dsn, Engine(book, OneItem({}), ZONE), Calendars().get("cn"), ZONE)

    def run(self) -> Run:
        return self.census().run(AS_OF, settle=0)

    def published(self) -> list[Finding]:
        return list(self.store.published([NOWHERE]).get(NOWHERE, {}).values())


@pytest.fixture
def hall(store: Store, store_dsn: str, tmp_path: Path) -> Hall:
    made = Hall(store, store_dsn, tmp_path)
    made.rule("X1", REFUSALS)
    made.send(refusals("a", "x", 6))
    return made


def refusals(case: str, officer: str, count: int, start: str = "2025-01-06T09:00+08:00") -> list[CaseEvent]:
    decided = {"type": "decided", "data": {"result": "refused"}}
    crowd = {"count": count, "case": case + "{n}", "start": start, "officer": officer, "events": [decided]}
    return [msgspec.structs.replace(e, event_id=f"{case}-{e.case_id}") for e in events_of({"events": [crowd]})]


def test_a_period_is_judged_once_and_verified(hall: Hall) -> None:
    """Same as-of, same findings; and verify computes them again from the events."""
    run = hall.run()
    assert [(f.subject, f.revision, f.status) for f in run.published] == [("officer:x", 1, "open")]
    assert hall.run().outcomes == []
    with Connection(parse_dsn(hall.dsn), "offline") as connection:  # the board ranks by score
        assert connection.table("SELECT lead, round(score * 10) FROM findings FINAL", {})[0] == [(True, 3)]
    seen = hall.census().verify()
    assert (seen.periods, seen.waiting, seen.findings, seen.differences) == (1, 0, 1, [])


def test_late_news_makes_a_period_due_again(hall: Hall) -> None:
    """A case of January that arrives in April changes January's finding, as a revision."""
    hall.run()
    hall.send(refusals("late", "x", 1, "2025-02-06T09:00+08:00"))
    assert hall.census().verify().waiting == 1
    assert [f.revision for f in hall.run().published] == [2]


def test_a_correction_withdraws_what_it_refutes(hall: Hall) -> None:
    """Nothing vanishes: the finding stays, withdrawn, with its reason."""
    hall.run()
    first = refusals("a", "x", 1)[0]
    hall.send([msgspec.structs.replace(first, event_id="c", corrects=first.event_id, data={"result": "granted"})])
    hall.run()
    assert [(f.status, f.revision, f.reason) for f in hall.published()] == [("withdrawn", 2, "refuted")]


def test_what_came_twice_or_after_the_period_does_not_count(hall: Hall) -> None:
    """Five refusals of which one came three times are five; refusals of April are April's."""
    five = refusals("b", "y", 5)
    hall.send([*five, five[0], five[0]])
    hall.send(refusals("c", "z", 8, "2025-03-29T09:00+08:00"))
    assert [f.subject for f in hall.run().published] == ["officer:x"]


def test_a_query_that_fails_stops_neither_the_others_nor_the_run(hall: Hall) -> None:
    """It is counted and told, its earlier findings stand, and it is tried again."""
    hall.rule("X0", BROKEN)
    run = hall.run()
    assert {o.of.rule.id: bool(o.error) for o in run.outcomes} == {"X0": True, "X1": False}
    assert "nothing" in next(o.error for o in run.outcomes if o.error)
    assert [f.rule for f in run.published] == ["X1"]
    assert [o.of.rule.id for o in hall.run().outcomes] == ["X0"]
    assert list(hall.census().mistakes()) == ["X0"]


def test_a_rule_that_is_gone_withdraws_its_findings(hall: Hall) -> None:
    """A book without the rule finds nothing, and what was published says so."""
    hall.run()
    (hall.folder / "X1.toml").unlink()
    hall.rule("X2", REFUSALS)
    hall.run()
    assert {(f.rule, f.status) for f in hall.published()} == {("X1", "withdrawn"), ("X2", "open")}


def test_verify_sees_what_was_tampered_with(hall: Hall) -> None:
    """A lead that somebody softened, and one that somebody invented."""
    (true,) = hall.run().published
    hall.store.write_findings([msgspec.structs.replace(true, revision=2, severity=1)])
    hall.store.write_findings([msgspec.structs.replace(true, finding_id="invented", subject="officer:y")])
    seen = hall.census().verify()
    assert {(d.kind, d.finding_id) for d in seen.differences} == {
        ("different", true.finding_id),
        ("invented", "invented"),
    }
