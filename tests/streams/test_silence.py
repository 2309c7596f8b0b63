"""Sources that fall silent: the silence is a finding on the connector, and nobody's missing events accuse anyone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing import codec
from mingjing.calendars import Calendars, EveryDay
from mingjing.instants import HOUR, at, micros, parse
from mingjing.registers import Agreement, Outage
from mingjing.settings import Settings
from mingjing.types import CaseEvent
from mingjing.zones import zone
from rules import load_engine
from streams.silence import LOOKS, REPORTED, SILENT, Silences, agreed, case_of, due
from streams.verify import verify
from streams.watermark import OURS, Watermarks
from tests.streams.stage import Stage

SHANGHAI = zone("Asia/Shanghai")
DAY_LAG = Agreement("hall", 24 * HOUR, batch=False)


def instant(text: str) -> int:
    return micros(parse(f"{text}+08:00"))


def marks(**reported: int) -> Watermarks:
    made = Watermarks(lambda _source: 24 * HOUR)
    made.merge(reported)
    return made


def silences() -> Silences:
    made = Silences(lambda _source, mark: mark + 24 * HOUR)
    made.learn("hall", [])
    return made


def looked(watch: Silences, seen: Watermarks, now: int) -> list[CaseEvent]:
    """What is reported after as many looks as it takes."""
    for _ in range(LOOKS - 1):
        list(watch.changes(seen, now, ["hall"]))
    return list(watch.changes(seen, now, ["hall"]))


def test_rest_days_and_outages_do_not_count_towards_a_silence() -> None:
    """A hall that last reported on Friday at five is not late before Monday at five; one that said when it would be
    down is late by so much later."""
    days = Calendars().get("cn")
    friday = instant("2026-03-06T17:00:00")
    assert due(DAY_LAG, friday, days, SHANGHAI) == instant("2026-03-09T17:00:00")
    assert due(DAY_LAG, friday, EveryDay(), SHANGHAI) == instant("2026-03-07T17:00:00")
    outage = Outage(instant("2026-03-09T08:00:00"), instant("2026-03-09T12:00:00"), friday)
    assert due(DAY_LAG._replace(outages=(outage,)), friday, days, SHANGHAI) == instant("2026-03-09T21:00:00")


def test_an_outage_before_the_last_report_or_after_the_lag_excuses_nothing() -> None:
    mark = instant("2026-03-02T10:00:00")
    before = Outage(mark - 5 * HOUR, mark - HOUR, 0)
    after = Outage(mark + 24 * HOUR, mark + 30 * HOUR, 0)
    assert DAY_LAG._replace(outages=(before, after)).due(mark) == mark + 24 * HOUR
    across = Outage(mark - HOUR, mark + 2 * HOUR, 0)
    overlapping = Outage(mark + HOUR, mark + 3 * HOUR, 0)
    assert DAY_LAG._replace(outages=(overlapping, across)).due(mark) == mark + 27 * HOUR


def test_a_source_is_reported_once_when_it_is_late_and_once_when_it_is_back() -> None:
    watch, seen = silences(), marks(hall=0)
    assert list(watch.changes(seen, 24 * HOUR, ["hall"])) == []
    (silent,) = looked(watch, seen, 25 * HOUR)
    assert (silent.type, silent.case_id, silent.source) == (SILENT, "source:hall", OURS)
    assert silent.occurred_at == at(24 * HOUR)
    assert list(watch.changes(seen, 26 * HOUR, ["hall"])) == [silent], "until it was sent"
    watch.sent(silent)
    assert list(watch.changes(seen, 90 * HOUR, ["hall"])) == []
    seen.report("hall", 60 * HOUR)
    assert list(watch.changes(seen, 90 * HOUR, ["hall"])) == [], "what came is too old: it is late still"
    seen.report("hall", 80 * HOUR)
    (back,) = watch.changes(seen, 91 * HOUR, ["hall"])
    assert (back.type, back.occurred_at) == (REPORTED, at(91 * HOUR))
    watch.sent(back)
    assert list(watch.changes(seen, 92 * HOUR, ["hall"])) == []


def test_a_source_whose_history_is_arriving_is_not_silent() -> None:
    """Whoever imports the past is told of no silence while it comes in."""
    watch, seen = silences(), marks(hall=0)
    for hour in range(10):
        seen.report("hall", hour * HOUR)
        assert list(watch.changes(seen, 99 * HOUR, ["hall"])) == []
    assert [event.type for event in looked(watch, seen, 99 * HOUR)] == [SILENT]


def test_another_worker_learns_from_the_history_what_was_reported() -> None:
    watch, seen = silences(), marks(hall=0)
    (silent,) = looked(watch, seen, 25 * HOUR)
    taken_over = Silences(lambda _source, mark: mark + 24 * HOUR)
    assert list(taken_over.changes(seen, 26 * HOUR, ["hall"])) == [], "it does not know yet"
    taken_over.learn("hall", [silent])
    assert list(taken_over.changes(seen, 26 * HOUR, ["hall"])) == []
    seen.report("hall", 26 * HOUR)
    (back,) = taken_over.changes(seen, 26 * HOUR, ["hall"])
    later = Silences(lambda _source, mark: mark + 24 * HOUR)
    later.learn("hall", [back, silent])
    assert later.silent == []


def test_sources_without_a_name_and_our_own_are_not_watched() -> None:
    watch, seen = silences(), marks(**{"": 0, OURS: 0})
    for source in ("", OURS):
        watch.learn(source, [])
    assert list(watch.changes(seen, 99 * HOUR, seen.sources())) == []
    assert seen.reach(OURS, 99 * HOUR) == 99 * HOUR


def test_a_source_that_nobody_agreed_on_has_the_lag_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "hall"\nlag = "48 hours"\n', encoding="utf-8")
    settings = Settings(registers_dir=str(tmp_path), source_lag_hours=6)
    found = agreed(settings, load_engine(settings))
    assert [found.lag(source) for source in ("hall", "bureau")] == [48 * HOUR, 6 * HOUR]
    assert found.silences is not None


def test_nothing_is_reported_where_no_rule_listens() -> None:
    quiet = Settings(rules_dir=str(Path(__file__).parent / "book"))
    assert agreed(quiet, load_engine(quiet)).silences is None


@pytest.mark.kafka
@pytest.mark.store
def test_a_silence_is_found_resolved_and_verified_like_everything_else(
    embedded: str, store_dsn: str, tmp_path: Path
) -> None:
    """The worker itself reports it, so the finding has its events, its clock and its revisions."""
    book = tmp_path / "book"
    book.mkdir()
    shipped = Path(__file__).parents[2] / "rules" / "book" / "N63.toml"
    (book / "N63.toml").write_bytes(shipped.read_bytes())
    given = {"MINGJING_RULES_DIR": str(book), "MINGJING_CALENDAR": "weekdays"}
    with Stage(embedded, store_dsn, tmp_path, **given) as stage:
        now = datetime.now(UTC)
        stage.publish([_event("c", 1, now - timedelta(days=9))])
        stage.worker()
        stage.wait(lambda: len(stage.findings()) == 1, lambda: str(stage.findings()))
        (found,) = stage.findings().values()
        assert (found.rule, found.case_id, found.status) == ("N63", case_of("hall"), "open")
        stage.wait(lambda: next(iter(stage.findings().values())).severity == 2)
        stage.publish([_event("c", 2, now)])
        stage.wait(lambda: next(iter(stage.findings().values())).status == "resolved")
        stage.wait_stored(4)
        engine = load_engine(Settings(rules_dir=str(book)))
        topic, partitions = stage.settings.topic_events, stage.settings.partitions
        stage.wait(lambda: not any(one.differences for one in verify(stage.store, engine, topic, partitions)))


def _event(case: str, number: int, when: datetime) -> bytes:
    return codec.encode(
        CaseEvent(event_id=f"{case}-{number}", case_id=case, type="accepted", occurred_at=when, source="hall")
    )
