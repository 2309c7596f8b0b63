"""The scorer: what it writes follows what is stored, whatever comes late, is corrected, withdrawn or ruled on."""

import time
from datetime import date, timedelta
from typing import Literal

import pytest

from mingjing.instants import at
from mingjing.registers import Entry, Registers
from mingjing.scoring.periods import Period
from mingjing.scoring.rulings import Ruling
from mingjing.store import SampleRow, Store
from mingjing.store.rulings import write_rulings
from mingjing.store.score_checks import deltas, doubled, unlike, years
from mingjing.store.score_work import Touch, belongings, score_progress
from mingjing.store.scores import LineChange, Standing, lines_of, sums, write_lines
from mingjing.types import PresenceSample
from streams.lease import Lease, LeaseLost, alive, owner
from streams.presence_lines import minutes
from streams.reckoning import changes
from streams.scorer import due
from tests.streams.scoring import (
    NOON,
    QUICK,
    city,
    event,
    finding,
    folded,
    lines_in,
    scorer,
    settled,
    store_events,
    sums_in,
    sums_of,
)

MARCH = Period.parse("2026-03")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody competes for the lease but where a test says so."""
    monkeypatch.setattr("streams.lease.AGREE_S", 0.0)


def right(store: Store) -> bool:
    """Whether every line stands once and every sum is that of the lines, by two ways of summing."""
    lines = lines_in(store)
    assert all(times == 1 for of in lines.values() for times in of.values())
    assert sums_in(store) == sums_of(lines)
    assert [one for grain, year in years(store) for one in deltas(store, grain, year)] == []
    return unlike(store) == [] and doubled(store) == []


@pytest.mark.store
def test_lines_and_sums_are_those_of_the_events(store: Store) -> None:
    """All kinds of lines, all columns, all three grains; then the same cases once more, and other rules."""
    events = city(1, 400)
    store_events(store, events)
    settled(scorer(store))
    assert {case: frozenset(of) for case, of in lines_in(store).items()} == folded(events)
    assert right(store)
    written = store._connection.select("SELECT count() FROM score_lines", {})
    settled(scorer(store, given="2"))
    assert store._connection.select("SELECT count() FROM score_lines", {}) == written
    assert score_progress(store, "live")["live"].progress.given == "2"


@pytest.mark.store
def test_late_news_corrections_and_rulings_leave_no_residue(store: Store) -> None:
    """A window that was wrong at first is no subject afterwards, a withdrawn finding no card."""
    scoring = scorer(store)
    best = {"good": 1, "key": 5}
    store_events(store, [event("C1", 1, "rating", data=best, window="WRONG"), event("C2", 1, "closed")])
    store.write_findings([finding("C1"), finding("C2", "f2")])
    settled(scoring)
    first = sums(store, "window", MARCH)
    assert list(first.codes) == ["W1", "W1", "WRONG"]
    store_events(store, [event("C1", 2, "rating", data=best, corrects="C1-1")])
    store.write_findings([finding("C1", revision=2, status="withdrawn")])
    ruling = Ruling(finding_id="f2", case_id="C2", outcome="changed", severity=3, ruled_at=at(NOON))
    write_rulings(store, [ruling])
    settled(scoring)
    now = sums(store, "window", MARCH)
    assert list(now.codes) == ["W1", "W1"]
    assert sum(now.counts["rating_good"]) == 1
    assert [one for one in now.cards if one] == [{"T2:3": 1}]
    write_rulings(store, [Ruling(finding_id="f2", case_id="C2", outcome="revoked", ruled_at=at(NOON))])
    settled(scoring)
    assert not any(sums(store, "window", MARCH).cards)
    assert right(store)


@pytest.mark.store
def test_a_finding_of_no_case_has_lines_of_its_own(store: Store) -> None:
    """A confirmed doubt about a window's data is what withholds its score."""
    scoring = scorer(store)
    settled(scoring)
    store.write_findings([finding("", "p1", rule="I1", lead=True)])
    write_rulings(store, [Ruling(finding_id="p1", outcome="confirmed", ruled_at=at(NOON))])
    settled(scoring)
    assert {line.about for line in lines_of(store, ["finding:p1"])["finding:p1"]} == {"card", "confirmed"}
    assert list(sums(store, "window", MARCH).confirmed) == [{"I1:2": 1}]


@pytest.mark.store
def test_a_case_that_cannot_be_folded_costs_itself_alone(store: Store) -> None:
    """Its lines stay, others go on, the store says which one; when it can be folded again, no more."""
    store_events(store, [event("C1", 1, "closed"), event("C2", 1, "closed", data={"broken": True})])
    scoring = scorer(store)
    settled(scoring)
    assert set(lines_in(store)) == {"C1"}
    assert [row["case_id"] for row in store.query("score_failed")] == ["C2"]
    assert scoring._health.answer()[1]["warnings"] == {
        "cases": "1 cases cannot be reckoned; the page on health names them"
    }
    again = scorer(store)
    again._reckoner._folding.lines = lambda *_: frozenset()  # type: ignore[method-assign]
    settled(again)
    again.score(["C2"])
    assert store.query("score_failed") == []


@pytest.mark.store
def test_sums_that_lost_or_gained_something_are_made_right(store: Store) -> None:
    """As a server that was killed between lines and sums leaves them; the repair is seen by the checksums alone."""
    store_events(store, city(2, 60))
    scoring = scorer(store)
    settled(scoring)
    connection = store._connection
    connection.command("INSERT INTO score_sums SELECT * FROM score_sums WHERE grain = 'day' LIMIT 3")
    connection.command("ALTER TABLE score_sums DROP PARTITION 'year'")
    wrong = unlike(store)
    assert {one.grain for one in wrong} == {"day", "year"}
    assert list(scoring.check()) == wrong
    assert right(store)


@pytest.mark.store
def test_a_line_written_twice_is_taken_back_once(store: Store) -> None:
    """By two scorers at a time, which a lease makes rare and not impossible."""
    store_events(store, [event("C1", 1, "closed")])
    scoring = scorer(store)
    settled(scoring)
    (line,) = lines_of(store, ["C1"])["C1"]
    write_lines(store, [LineChange("C1", 1, line)], "another scorer's")
    assert [one.times for one in doubled(store)] == [2]
    scoring.score(["C1"])
    assert right(store)


@pytest.mark.store
def test_the_same_block_counts_once_in_lines_and_sums(store: Store) -> None:
    """A block whose answer was lost is sent again with its token."""
    line = next(iter(folded([event("C1", 1, "rating", data={"key": 5})])["C1"]))
    for _ in range(2):
        write_lines(store, [LineChange("C1", 1, line)], "t1")
    assert right(store)
    assert sum(sums(store, "window", MARCH).counts["rating_n"]) == 1


@pytest.mark.store
def test_what_was_stored_and_not_told_of_is_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server killed after it stored events, and before it noted the cases; some at a look, and again after a kill."""
    monkeypatch.setattr("streams.scorer.A_LOOK", 2)
    scoring = scorer(store)
    settled(scoring)
    cases = [f"C{n}" for n in range(5)]
    store_events(store, [event(case, 1, "closed") for case in cases])
    store._connection.command("TRUNCATE TABLE touched")
    settled(scoring)
    assert lines_in(store) == {}
    scoring._doubt, before = True, scoring._safe().until
    assert scoring.look()
    assert len(lines_in(store)) == 2
    time.sleep(QUICK.told)
    assert scoring.look()
    assert score_progress(store, "live")["live"].progress.until <= before
    settled(scoring)
    assert set(lines_in(store)) == set(cases)


@pytest.mark.store
def test_lines_that_nothing_explains_go_when_all_cases_are_reckoned(store: Store) -> None:
    """Of a case that the store does not have."""
    line = next(iter(folded([event("C1", 1, "closed")])["C1"]))
    write_lines(store, [LineChange("nowhere", 1, line)], "t")
    settled(scorer(store))
    assert lines_in(store) == {}


@pytest.mark.store
def test_a_pass_over_all_cases_goes_on_where_it_was_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city's cases take a while; a restart must not begin anew."""
    monkeypatch.setattr("streams.scorer.AT_ONCE", 20)
    store_events(store, city(3, 100))
    first = scorer(store)
    for _ in range(3):
        assert first.look()
    first.stop()
    left = score_progress(store, "again")["again"].progress
    assert 0 < left.cases < 100
    second = scorer(store, who="b")
    second.look()
    assert second.again is not None
    assert second.again.cases == left.cases + 20
    settled(second)
    assert right(store)


@pytest.mark.store
def test_of_two_scorers_one_waits(store: Store) -> None:
    """Whoever comes second is told whose turn it is, and goes on when the first lets go."""
    first, second = scorer(store), scorer(store, who="b")
    first.look()
    with pytest.raises(LeaseLost, match="another scorer is at work: a"):
        second.look()
    first.stop()
    second.look()
    with pytest.raises(LeaseLost, match="b"):
        first.look()


@pytest.mark.store
def test_the_first_writes_nothing_once_it_was_overtaken(store: Store) -> None:
    """A process that stood still for longer than its lease must not write what it had in hand."""
    first = scorer(store)
    first.look()
    first._lease._renewed -= 10
    overtaking = Lease(store, "b", 2.0)
    overtaking._look = lambda: None  # type: ignore[method-assign]
    overtaking.beat()
    with pytest.raises(LeaseLost):
        first.write(folded([event("C1", 1, "closed")]))
    assert lines_in(store) == {}


@pytest.mark.store
def test_what_one_statement_stores_is_looked_at_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cases are told of at one instant, and however few a look can do; the lag is that of the new."""
    scoring = scorer(store)
    settled(scoring)
    monkeypatch.setattr("streams.scorer.MANY", 4)
    monkeypatch.setattr("streams.scorer.A_LOOK", 3)
    store_events(store, [event(f"C{n}", 1, "closed") for n in range(20)])
    looks, until = 0, time.monotonic() + 20
    while len(lines_in(store)) < 20 and time.monotonic() < until:
        scoring.look()
        looks += 1
    assert len(lines_in(store)) == 20
    assert looks > 5
    settled(scoring)
    monkeypatch.undo()
    store_events(store, [event("C1", 2, "closed"), event("C1", 3, "opened")])
    scoring.look()
    assert scoring._metrics.score_lag._value.get() > 0
    time.sleep(QUICK.settle + 0.1)
    scoring.look()
    assert scoring._metrics.score_lag._value.get() == 0
    assert right(store)


def test_a_dead_process_holds_no_lease() -> None:
    """The service that restarts it must not wait; of another machine's process nobody can know."""
    machine = owner().partition(":")[0]
    assert not alive(f"{machine}:{2**22 + 1}:x", owner())
    assert not alive("", owner())
    assert alive(f"{machine}:1:x", owner())
    assert alive("elsewhere:1:x", owner())


@pytest.mark.store
def test_presence_is_the_minutes_of_opening_hours(store: Store) -> None:
    """Seen at 08:59 (closed), 09:00 and 12:30 (lunch), 14:00 and 14:01; at 14:01 nobody sat there."""
    local = NOON - 12 * 3600 * 1_000_000
    looks: list[tuple[int, int, Literal["staffed", "unstaffed"]]] = [
        (8, 59, "staffed"), (9, 0, "staffed"), (12, 30, "staffed"), (14, 0, "staffed"), (14, 1, "unstaffed"),
    ]  # fmt: skip
    for hour, minute, state in looks:
        when = at(local + (60 * hour + minute) * 60_000_000)
        sample = PresenceSample(window="W1", camera="K", sampled_at=when, state=state, confidence=1.0)
        store.write_presence([SampleRow(sample, decides=True)])
    registers = Registers(
        {
            "windows": {"W1": [Entry("W1", 1, 999_999, {"department": "D1"})]},
            "units": {"D1": [Entry("D1", 1, 999_999, {"region": "R1"})]},
        }
    )
    settled(scorer(store, registers=registers))
    ((subject, lines),) = lines_in(store).items()
    (line,) = lines
    assert subject == "presence:W1:2026-03-02"
    assert (line.n, line.good, line.region, line.department, line.day) == (3, 2, "R1", "D1", date(2026, 3, 2))
    assert [(one.field, one.code, one.parent) for one in belongings(store)] == [
        ("department", "D1", "R1"),
        ("region", "R1", ""),
        ("window", "W1", "D1"),
    ]


@pytest.mark.store
def test_who_belongs_to_whom_is_what_lines_say_where_no_register_does(store: Store) -> None:
    """And what moved away is kept no longer."""
    scoring = scorer(store)
    store_events(store, [event("C1", 1, "closed")])
    settled(scoring)
    scoring._minute()
    assert ("window", "W1", "D1") in [(one.field, one.code, one.parent) for one in belongings(store)]
    store_events(store, [event("C1", 2, "closed", corrects="C1-1", department="D2")])
    settled(scoring)
    scoring._minute()
    windows = [(one.code, one.parent) for one in belongings(store) if one.field == "window"]
    assert windows == [("W1", "D2")]


def test_changes_heal_what_stands_more_or_less_than_once() -> None:
    """One row a line at a time, and another look where that is not enough."""
    (line,) = folded([event("C1", 1, "closed")])["C1"]
    wanted = {"C1": frozenset((line,))}
    assert changes(wanted, {}) == ([LineChange("C1", 1, line, line.hash)], set())
    assert changes(wanted, {"C1": {line.hash: Standing(line, 1)}}) == ([], set())
    assert changes(wanted, {"C1": {line.hash: Standing(line, 3)}}) == ([LineChange("C1", -1, line, line.hash)], {"C1"})
    assert changes({"C1": frozenset()}, {"C1": {7: Standing(line, 1)}}) == ([LineChange("C1", -1, line, 7)], set())


def test_what_was_seen_at_once_is_looked_at_again_when_it_has_settled() -> None:
    """The case may have been told of before its event could be seen."""
    touch = Touch("C1", at(NOON))
    before, after = at(NOON) - timedelta(seconds=1), at(NOON) + timedelta(seconds=1)
    assert due([touch], {}, before) == [touch]
    assert due([touch], {touch: False}, before) == []
    assert due([touch], {touch: False}, after) == [touch]
    assert due([touch], {touch: True}, after) == []


def test_minutes_of_an_hour_within_opening_hours() -> None:
    """12:00 to 12:10 and 12:50 to 13:20 of the hour from 12:00."""
    spans = [(NOON, NOON + 600_000_000), (NOON + 3_000_000_000, NOON + 4_800_000_000)]
    assert minutes(NOON, spans) == (1 << 10) - 1 | ((1 << 60) - (1 << 50))
    assert minutes(NOON + 3_600_000_000, spans) == (1 << 20) - 1
    assert minutes(NOON - 3_600_000_000, spans) == 0
