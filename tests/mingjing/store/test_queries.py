"""Named queries: each runs on an empty and on a filled store, and refuses what it does not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from os import getpid

import pytest

from mingjing.errors import UsageError
from mingjing.registers import Entry, Registers
from mingjing.scoring.lines import Line
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.rulings import Ruling
from mingjing.store import CaseState, Conflict, Name, Progress, RuleText, SampleRow, Store, queries
from mingjing.store.exposures import ExposureRow, write_exposures
from mingjing.store.handling import HandlingRow, write_handling
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers
from mingjing.store.rows import ItemRow, JudgedPeriod
from mingjing.store.rulings import write_rulings
from mingjing.store.score_work import Belonging, ScoreProgress, keep_belongings, write_score_progress
from mingjing.store.scores import LineChange, write_lines
from mingjing.store.snapshots import write_snapshot
from mingjing.types import DeadLetter, NotJudged, PresenceSample
from tests.clickhouse import drop, in_database
from tests.mingjing.store.samples import NOW, event, finding, stored

GIVEN: dict[str, object] = {
    "gates": ["I1"],
    "kind": "act",
    "subject": "C1",
    "number": 1,
    "keep": "",
    "before": 0,
    "chain": "",
    "seq": 0,
    "accounts": ["chen"],
    "account": "chen",
    "token": "0" * 64,
    "case_id": "C1",
    "case": "C1",
    "item": "A01",
    "cases": ["C1"],
    "topic": "case-events",
    "partition": 0,
    "partitions": [0],
    "from_offset": 0,
    "id": "0",
    "retried_at": NOW,
    "shown": 0,
    "wall": 0,
    "speed": 1.0,
    "width": 3600,
    "rule": "T2",
    "rules": ["T2", "R1"],
    "timezone": "Asia/Shanghai",
    "types": ["accepted"],
    "event_ids": ["C1-e1"],
    "openings": ["accepted"],
    "finding_id": "f1",
    "window": "W1",
    "days": [NOW.date()],
    "day": NOW.date(),
    "register": "units",
    "down": 0,
    "sort": "",
    "parties": ["b1"],
    "heard_since": NOW - timedelta(days=1),
    "heard_until": NOW + timedelta(days=1),
    "masks": [2**60 - 1] * 96,
    "gap": 30,
    "after": "",
    "settle": 0,
    "level": "department",
    "grain": "day",
    "first": NOW.date().replace(day=1),
    "last": NOW.date() + timedelta(days=1),
    "cap": 0.6,
    "subjects": ["C1"],
    "codes": ["D1"],
    "abouts": ["opened"],
    "spare": 40,
    "bad": 0,
    "findings": ["f0", "f1"],
    "scheme": "recommended",
    "periods": ["2026-03"],
    "revision": 0,
    "work": "relay",
    "chains": ["c1"],
    "reached": [0],
    "now": NOW,
    "tonight": NOW,
    "stored": NOW,
    "soon": NOW,
    "holder": "",
    "issue": [1, 2],
    "overdue": 0,
    "exposed": 0,
    "fresh": 0,
}
ABOUT_A_CASE = {"case_events"}
"""Whose `event_ids` narrow what is asked for already."""

EMPTY_WHEN_FILLED = {"dead_letter", "dead_letter_retried"}  # they ask for one id
EMPTY_WHEN_FILLED |= {"counter_cases", "duty_questions"}  # no decision, no duty room
EMPTY_WHEN_FILLED |= {"applicant_cases", "item_cases", "look_leads"}  # no applicant, no end, no lead
EMPTY_WHEN_FILLED |= {"score_deltas", "score_doubled", "score_doubtful", "score_strays", "score_unlike"}  # wrong
EMPTY_WHEN_FILLED |= {"record_blank", "record_doubled", "record_expired"}  # too old, wrong


ITEM = ItemRow(
    item="A01",
    version="1",
    valid_from=date(2025, 1, 1),
    valid_to=date(2299, 12, 31),
    name="许可",
    matter="permit",
    case_type="committed",
    department="D1",
    family="",
    committed_days=5.0,
    statutory_days=20.0,
    status="active",
    fields="{}",
)
ALWAYS = (date(2025, 1, 1).toordinal(), date(2299, 12, 31).toordinal())
REGISTERS = Registers({"units": {"D1": [Entry("D1", *ALWAYS, {"code": "D1", "name": "住建局", "level": "city"})]}})
PERIOD = JudgedPeriod(
    rule="R1",
    rule_version="1",
    since=NOW,
    until=NOW,
    as_of=NOW,
    known=NOW,
    given="",
    rows=1,
    findings=0,
    seconds=0.1,
    error="",
)


LINES = [
    Line(about="opened", day=NOW.date(), at=NOW, department="D1", window="W1", key=34, ref="C1-e1"),
    Line(about="committed", day=NOW.date(), at=NOW, department="D1", item="A01", good=1, ref="C1-e1"),
    Line(about="pace", day=NOW.date(), at=NOW, department="D1", item="A01", key=5004, ref="C1-e1"),
    Line(about="parallel", day=NOW.date(), at=NOW, department="D1", n=29, good=8, ref="C1-e2"),
]
SHEET = ScoreSheet(
    scheme="recommended", scheme_version="1", level="department", period=Period.parse("2026-03"), scores=(), revision=1
)
HANDLING = HandlingRow(
    finding_id="f1", number=1, state="issued", since=NOW, due="acknowledge", due_at=NOW, holder="", late=0, severity=2,
    gravest=2, lead=False, wake=NOW, rule="T2", case_id="C1", region="R1", department="D1", window="W1", officer="",
    acted_at=NOW, acted_by="system:clerk", step="issue",
)  # fmt: skip
SAMPLE = PresenceSample(window="W1", camera="K1", sampled_at=NOW, state="staffed", confidence=0.9)


def ask(store: Store, name: str) -> list[dict[str, object]]:
    """The query with what it needs and no filter."""
    wanted = queries.load(name).parameters
    given = {k: v for k, v in GIVEN.items() if k in wanted and not (k == "event_ids" and name in ABOUT_A_CASE)}
    return store.query(name, **given)


@pytest.fixture(scope="module")
def nothing(clickhouse: LocalServer) -> Iterator[Store]:
    """A store with nothing in it."""
    with fresh(clickhouse, "nothing") as store:
        yield store


@pytest.fixture(scope="module")
def something(clickhouse: LocalServer) -> Iterator[Store]:
    """A store with something in every table."""
    with fresh(clickhouse, "something") as store:
        store.write_events([stored(event(n), offset=n) for n in range(3)], "t")
        store.write_events([stored(event(7, type="rated", window="W1"), offset=7)], "r")
        tender = [event(1, "T1", type="tender_registered"), event(1, "deal:1", type="deal_found")]
        tender += [event(2, "T1", type="expert_drawn"), event(3, "T1", type="bid_received", data={"bidder": "b1"})]
        store.write_events([stored(one, offset=8 + n) for n, one in enumerate(tender)], "z")
        joint = [event(n, "P1", type=kind) for n, kind in enumerate(("parallel_opened", "lane_opened", "accepted"))]
        store.write_events([stored(one, offset=20 + n) for n, one in enumerate(joint)], "p")
        heard = [event(1, "S1", type="step_ended"), event(2, "S1", type="material_received", data={"point": "P1"})]
        store.write_events([stored(one, offset=30 + n) for n, one in enumerate(heard)], "s")
        store.write_findings([finding(), finding("f0", case_id="")])
        store.write_not_judged([NotJudged(case_id="C1", rule="scores", reason="error")])
        store.write_case_state([CaseState("C1", "case-events", 0, 5, 5)])
        store.write_progress([Progress("case-events", 0, "approval", 5, 4)])
        store.write_dead_letters(
            [DeadLetter(reason="?", raw=b"\xff", at=NOW, topic="case-events", partition=0, offset=9)]
        )
        store.write_not_judged([NotJudged(case_id="C1", rule="T5", reason="calendar 2027")])
        store.write_conflicts([Conflict("C1", "e1", "aa", "bb")])
        store.write_rules(
            [RuleText(rule="T2", rule_version="1", kind="deadline", name_zh="超", name_en="L", basis="法", text="t")]
        )
        store.write_names([Name("department", "D1", "住建局", "Housing")])
        store.write_items([ITEM])
        keep_registers(store, REGISTERS)
        store.write_judged_periods([PERIOD])
        store.write_presence([SampleRow(SAMPLE, decides=True)])
        write_lines(store, [LineChange("C1", 1, line) for line in LINES], "lines")
        write_handling(store, [HANDLING])
        write_exposures(store, [ExposureRow(finding_id="f1", state="shown", at=NOW, zh="典型", en="typical")])
        write_rulings(store, [Ruling(finding_id="f1", case_id="C1", outcome="upheld", ruled_at=NOW)])
        write_snapshot(store, SHEET, NOW, NOW)
        write_score_progress(store, ScoreProgress(name="live", until=NOW))
        keep_belongings(store, [Belonging(field="department", code="D1", parent="R1")], [])
        store.write_presence_states("case-events", {0: b"{}"})
        store.insert("record_reached", {"work": ["relay"], "chain": ["c0"], "seq": [1]})
        store.insert("accounts", {"account": ["chen"], "version": [1]})
        store.insert(
            "sessions", {"token": ["0" * 64], "account": ["chen"], "until": [datetime(2090, 1, 1, tzinfo=UTC)]}
        )
        store.insert(
            "record",
            {
                "chain": ["c1", "c1"],
                "seq": [1, 2],
                "kind": ["act", "message"],
                "subject": ["C1", "office"],
                "case_id": ["C1", ""],
                "number": [1, 0],
            },
        )
        yield store


@contextmanager
def fresh(clickhouse: LocalServer, name: str) -> Iterator[Store]:
    """A migrated database that all queries are asked of."""
    dsn = in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_{name}")
    with Store(dsn, profile="offline") as store:
        store.migrate()
        yield store
    drop(dsn)


@pytest.mark.store
@pytest.mark.parametrize("name", queries.names())
def test_every_query_runs_and_returns_what_was_written(nothing: Store, something: Store, name: str) -> None:
    """A page must not find out that its query is broken."""
    ask(nothing, name)
    assert bool(ask(something, name)) is (name not in EMPTY_WHEN_FILLED)


@pytest.mark.store
def test_the_board_filters_and_sorts(store: Store) -> None:
    """What the officer picks is what the officer sees, withdrawn revisions included only if asked for."""
    store.write_findings(
        [
            finding("red", severity=3, window="W1", case_id="A-1", rule="T3"),
            finding("new", severity=1, window="W2", case_id="A-2", occurred_at=NOW + timedelta(days=1)),
            finding("old", severity=2, window="W1", case_id="B-1", occurred_at=NOW - timedelta(days=1)),
        ]
    )
    store.write_findings([finding("old", 2, severity=2, window="W1", case_id="B-1", status="withdrawn")])

    def shown(**filters: object) -> set[object]:
        return {row["finding_id"] for row in store.query("board_rows", **filters)}

    assert shown() == {"red", "new", "old"}
    assert shown(severities=[1, 3]) == {"red", "new"}
    assert shown(statuses=["withdrawn"]) == {"old"}
    assert shown(statuses=["open"]) == {"red", "new"}
    assert shown(windows=["W1"], rules=["T3", "it's \\ not"]) == {"red"}
    assert shown(search="A-") == {"red", "new"}
    assert shown(search="case:C1") == {"red", "new", "old"}
    assert shown(nature="lead") == set()
    assert shown(nature="verdict") == {"red", "new", "old"}
    assert shown(since=NOW + timedelta(hours=1)) == {"new"}
    assert shown(departments=["D9"]) == set()
    assert len(store.query("board_rows", limit=2, offset=2)) == 1
    assert store.query("board_rows", sort="gravest")[0]["finding_id"] == "red"


@pytest.mark.store
def test_the_reader_reads_and_cannot_write(clickhouse: LocalServer, store: Store) -> None:
    """The dashboards' account could be misused; it must be of no use for changing a record."""
    store.write_findings([finding()])
    with Store(in_database(clickhouse.reader_dsn, store.address.database), profile="dashboard") as reader:
        assert len(reader.query("board_rows")) == 1
        for attempt in (lambda: reader.write_findings([finding()]), reader.migrate):
            with pytest.raises(UsageError, match="the user 'reader' may not do this"):
                attempt()


def test_an_unknown_parameter_is_a_mistake() -> None:
    """A misspelt filter that filters nothing would show an officer other people's cases."""
    with pytest.raises(TypeError, match=r"no parameter 'severity', but .*severities"):
        queries.load("board_rows").fill({"severity": [1]})


def test_a_query_says_what_it_needs() -> None:
    """There is no such thing as the page of no case."""
    with pytest.raises(TypeError, match="needs case_id"):
        queries.load("case_head").fill({})


def test_an_unknown_query_is_named() -> None:
    """With the names that there are."""
    with pytest.raises(KeyError, match=r"no named query 'bord'.*board_rows"):
        queries.load("bord")


def test_an_instant_without_a_zone_is_refused() -> None:
    """It could be eight hours off."""
    with pytest.raises(TypeError, match="without a time zone"):
        queries.load("board_rows").fill({"since": datetime(2026, 3, 2)})  # noqa: DTZ001
