"""What is written once or many times is stored once, and comes back as it was."""

from datetime import UTC, datetime, timedelta

import pytest

from mingjing.instants import LATEST, micros
from mingjing.store import CaseState, Conflict, Progress, RuleText, Store, StoredEvent
from mingjing.types import DeadLetter, Evidence, NotJudged, Text
from tests.mingjing.store.samples import CHINA, NOW, event, finding, stored

pytestmark = pytest.mark.store


def test_a_migrated_store_needs_no_migration(store: Store) -> None:
    """Every service may run the migrations when it starts."""
    assert store.migrate() == []


def test_a_batch_sent_again_with_its_token_is_stored_once(store: Store) -> None:
    """A worker that lost the answer sends the same batch again; everything made from events counts it once."""
    batch = [stored(event(n), offset=n) for n in range(10)]
    store.write_events(batch, "case-events/0/0-9")
    store.write_events(batch, "case-events/0/0-9")
    store.write_events(batch[:1], "case-events/0/0-0 of another time")
    assert len(store.histories(["C1"])["C1"]) == 11
    assert len(store.held("case-events", 0, 0)) == 10
    assert store.query("lag")[0]["events"] == 11


def test_a_token_whose_batch_the_server_lost_hides_nothing(store: Store) -> None:
    """A server killed in the middle of an insert may know the token and not have the rows; they must not be lost."""
    store.write_events([stored(event(1), offset=1)], "t")
    lost = [stored(event(n), offset=n) for n in (2, 3)]
    store.write_events(lost, "t")
    assert store.held("case-events", 0, 0) == {(1, 1)}, "the server takes them for the batch that it has"
    store.write_events(lost, "t", again=True)
    assert store.held("case-events", 0, 0) == {(1, 1), (2, 1), (3, 1)}
    store.write_events(lost, "t", again=True)
    assert len(store.histories(["C1"])["C1"]) == 3


def test_equal_batches_with_different_tokens_are_both_stored(store: Store) -> None:
    """Only a token says that two batches are one: a source may well send the same record twice."""
    for token in ("a", "b"):
        store.write_events([stored(event(1), offset=1)], token)
    assert len(store.histories(["C1"])["C1"]) == 2


def test_held_names_exactly_the_records_from_an_offset_on(store: Store) -> None:
    """After a restart exactly these are dropped when they are delivered again, and none of a gap."""
    rows = [stored(event(n), offset=n // 2, line=1 + n % 2) for n in range(8) if n != 5]
    store.write_events([*rows, stored(event(50), offset=3, partition=1)], "t")
    assert store.held("case-events", 0, 2) == {(2, 1), (3, 1), (3, 2)}
    assert store.held("case-events", 7, 0) == set()


def test_a_refused_record_is_held_too(store: Store) -> None:
    """A record refused once stays refused: time that passed meanwhile must not let it in the second time."""
    store.write_dead_letters(
        [DeadLetter(reason="?", raw=b"?", at=NOW, topic="case-events", partition=0, offset=9, line=1)]
    )
    assert store.held("case-events", 0, 0) == {(9, 1)}


def test_raw_bytes_and_received_at_come_back_exactly(store: Store) -> None:
    """The engine judges from these after a restart; a changed byte or microsecond could change a finding."""
    raw = '{"event_id": "x", "unknown": "中\\n\'文", "occurred_at":"2026-03-02T08:30:00.1234567+08:00"}'.encode()
    store.write_events([stored(event(1), offset=1, raw=raw)], "t")
    assert store.histories(["C1", "no such case"]) == {"C1": [(raw, NOW)]}


@pytest.mark.parametrize("year", [1900, 1969, 1970, 2026, 2200])
def test_instants_are_stored_in_utc_to_the_millisecond(store: Store, year: int) -> None:
    """Local time appears at display only; a shifted hour would move deadlines."""
    moment = datetime(year, 3, 2, 8, 30, 0, 123000, tzinfo=CHINA)
    store.write_events([stored(event(0, occurred_at=moment, recorded_at=moment), offset=1)], "t")
    row = store.query("case_events", case_id="C1")[0]
    assert [row["occurred_at"], row["recorded_at"]] == [moment, moment]
    assert row["occurred_at"].utcoffset() == timedelta(0)


def test_what_an_event_leaves_out_stays_out(store: Store) -> None:
    """A missing instant is missing, not 1970."""
    bare = StoredEvent(event(1, source=None), b"{}", "t", 0, 1, 1, None)
    store.write_events([bare], "t")
    row = store.query("case_events", case_id="C1")[0]
    assert (row["recorded_at"], row["received_at"], row["source"]) == (None, None, "")
    assert store.histories(["C1"]) == {"C1": [(b"{}", None)]}


def test_ids_with_quotes_and_newlines_are_only_text(store: Store) -> None:
    """Case ids come from other people's systems."""
    case = "C'1\\\n\t\"; DROP TABLE events --中"
    store.write_events([stored(event(1, case), offset=1)], "t")
    assert store.known([case, "C1"]) == {case}
    assert store.query("case_events", case_id=case)[0]["event_id"] == f"{case}-e1"


def test_thousands_of_cases_are_asked_in_turns(store: Store) -> None:
    """A worker with a large batch asks for all its cases in one call."""
    store.write_events([stored(event(1, f"C{n}"), offset=n) for n in range(5000)], "t")
    assert len(store.known([f"C{n}" for n in range(9000)])) == 5000
    assert len(store.histories([f"C{n}" for n in range(4500)])) == 4500


def test_every_revision_is_kept_and_the_latest_counts(store: Store) -> None:
    """A finding that later evidence refutes is revised, never deleted."""
    first, second = finding(revision=1), finding(revision=2, status="withdrawn", reason="decided in time")
    for revision in (first, second, first, second):
        store.write_findings([revision])
    assert store.published(["C1"]) == {"C1": {"f1": second}}
    assert [(r["revision"], r["status"]) for r in store.query("board_rows")] == [(2, "withdrawn")]
    assert [r["revision"] for r in store.query("case_revisions", case_id="C1")] == [1, 2]


def test_a_finding_comes_back_exactly(store: Store) -> None:
    """What is published is compared with what is judged: microseconds, offsets, evidence and texts included."""
    whole = finding(
        message=Text(zh="超期 \\ ' 3 日", en="late"), evidence=Evidence(events=("a", "b"), facts={"x": [1, None, "中"]})
    )
    store.write_findings([whole])
    assert store.published(["C1"])["C1"]["f1"] == whole


def test_what_is_judged_by_now_is_no_longer_called_not_judged(store: Store) -> None:
    """When someone supplies the missing year, the note goes."""
    year, item = (NotJudged(case_id="C1", rule="T2", reason=r) for r in ("calendar 2027", "item X1"))
    other = NotJudged(case_id="C1", rule="T5", reason="error", key="step 1")
    store.write_not_judged([year, other])
    store.write_not_judged([item])
    assert store.not_judged(["C1", "C2"]) == {"C1": {item, other}}
    store.write_not_judged([], cleared=[item, other])
    assert store.not_judged(["C1"]) == {}


def test_open_cases_are_those_with_a_wake_instant(store: Store) -> None:
    """A restarted worker reads back only the cases that silence could still change."""
    wake = micros(NOW)
    store.write_events([stored(event(n, f"C{n}"), offset=n) for n in range(4)], "t")
    store.write_case_state([CaseState(f"C{n}", "case-events", n // 3, wake, wake) for n in range(4)])
    store.write_case_state([CaseState("C1", "case-events", 0, None, wake)])
    assert list(store.open_cases("case-events", 0)) == [("C0", wake), ("C2", wake)]
    assert [case for case, records in store.open_histories("case-events", 0) if len(records) == 1] == ["C0", "C2"]


def test_a_wake_instant_beyond_the_calendar_is_the_last_one(store: Store) -> None:
    """A limit of thousands of years must not wrap round into the past."""
    store.write_case_state([CaseState("C1", "t", 0, 2**62, 0)])
    assert list(store.open_cases("t", 0)) == [("C1", micros(LATEST))]


def test_time_never_goes_backwards(store: Store) -> None:
    """A late write of a worker that lost its partition does not undo what the new one wrote."""
    for as_of in (5, 9, 7):
        store.write_progress([Progress("t", 0, "a", as_of, as_of - 1, 60), Progress("t", 0, "b", as_of, None)])
    told = store.progress("t", 0)
    assert sorted((p.source, p.as_of, p.watermark, p.lag) for p in told) == [("a", 9, 8, 60), ("b", 9, None, None)]


def test_a_dead_letter_keeps_its_bytes_and_its_place(store: Store) -> None:
    """Whoever repairs the source needs exactly what came."""
    letter = DeadLetter(
        reason="不是 JSON", raw=b"\xff\xfe\x00{", at=NOW, topic="case-events", partition=3, offset=7, line=2
    )
    from_file = DeadLetter(reason="cut", raw=b"{", at=NOW, file="a.jsonl", line=9)
    for _ in range(2):
        store.write_dead_letters([letter, from_file])
    listed = {row["file"]: row for row in store.query("dead_letters")}
    assert len(listed) == 2
    kept = store.dead_letter(listed[""]["id"])
    assert kept is not None
    assert (kept.raw, kept.offset, kept.reason) == (letter.raw, 7, letter.reason)
    again = store.dead_letter(listed["a.jsonl"]["id"])
    assert again is not None
    assert (again.file, again.topic, again.offset) == ("a.jsonl", None, None)
    assert store.dead_letter("none") is None


def test_a_retried_dead_letter_says_so_even_when_it_is_refused_again(store: Store) -> None:
    """The list shows what still waits for someone."""
    letter = DeadLetter(reason="?", raw=b"\xff", at=NOW, topic="t", partition=0, offset=1, line=1)
    store.write_dead_letters([letter])
    (row,) = store.query("dead_letters")
    store.dead_letter_retried(row["id"], NOW)
    store.write_dead_letters([letter])
    (row,) = store.query("dead_letters")
    assert row["retried_at"] == NOW.astimezone(UTC).replace(microsecond=123000)


def test_conflicts_and_rules_are_kept_once(store: Store) -> None:
    """They are written again whenever a batch is judged again."""
    rule = RuleText(
        rule="T2", rule_version="1", kind="deadline", name_zh="承诺超期", name_en="Late", basis="法", text="id"
    )
    for _ in range(2):
        store.write_conflicts([Conflict("C1", "e1", "aa", "bb", "t", 0, 1, 1)])
        store.write_rules([rule])
    assert len(store.query("health_conflicts")) == 1
    assert [(r["rule"], r["text"]) for r in store.query("rule_texts")] == [("T2", "id")]


def test_the_whole_store_is_read_in_case_order(store: Store) -> None:
    """verify walks through events and findings side by side."""
    store.write_events([stored(event(n, f"C{n % 5}"), offset=n) for n in range(20)], "t")
    for revision in (1, 2):
        store.write_findings([finding(f"f{n}", revision, case_id=f"C{n}") for n in range(5)])
    assert [(case, len(records)) for case, records in store.all_cases()] == [(f"C{n}", 4) for n in range(5)]
    assert [case for case, _ in store.all_cases("C3")] == ["C3", "C4"]
    found = dict(store.all_published())
    assert list(found) == [f"C{n}" for n in range(5)]
    assert found["C2"]["f2"].revision == 2


def test_a_stream_leaves_its_store_free(store: Store) -> None:
    """verify asks for more while it walks through all cases."""
    store.write_events([stored(event(1, f"C{n}"), offset=n) for n in range(3)], "t")
    assert [store.known([case]) for case, _ in store.all_cases()] == [{"C0"}, {"C1"}, {"C2"}]


def test_nothing_to_write_is_no_question_to_the_server(store: Store) -> None:
    """Most batches have no conflicts, no refusals and nothing that was not judged."""
    store.write_events([], "t")
    store.write_findings([])
    store.write_not_judged([])
    store.write_case_state([])
    store.write_conflicts([])
    assert store.histories([]) == {}
