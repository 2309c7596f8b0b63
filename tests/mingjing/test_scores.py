"""The facade of scores over a small city: sheets, scopes, what lies behind, frozen sheets and rulings."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from os import getpid
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from mingjing import freezing
from mingjing.calendars import Calendars
from mingjing.cli import app
from mingjing.errors import MingjingError, UsageError
from mingjing.freezing import due_on, freeze, freeze_due, revise
from mingjing.rulings import checked
from mingjing.scores import Scoring
from mingjing.scoring.lines import Line
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.schemes import load
from mingjing.scoring.sums import LEVELS
from mingjing.store import Store
from mingjing.store.local import LocalServer
from mingjing.store.rulings import rulings, write_rulings
from mingjing.store.score_work import ScoreProgress, write_score_progress
from mingjing.store.scores import LineChange, Scope, write_lines
from mingjing.types import Clock, Evidence
from tests.clickhouse import drop, in_database
from tests.mingjing.store.samples import finding
from tests.scoring.seed import DOUBT, LAST, TINY, fill

CHINA = ZoneInfo("Asia/Shanghai")
MARCH, FEBRUARY = Period.parse("2026-03"), Period.parse("2026-02")
AFTER = datetime(2026, 4, 9, 9, tzinfo=CHINA)
"""Long enough after March and its last week, with the Tomb-Sweeping days, and not after the first week of April."""

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def city(clickhouse: LocalServer) -> Iterator[Store]:
    """Two months of the small city, which nobody changes."""
    yield from _filled(clickhouse, "scores")


@pytest.fixture
def own(clickhouse: LocalServer) -> Iterator[Store]:
    """Two months of the small city, for one test."""
    yield from _filled(clickhouse, "own_scores")


def _filled(clickhouse: LocalServer, name: str) -> Iterator[Store]:
    dsn = in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_{name}")
    with Store(dsn, profile="offline") as store:
        store.migrate()
        fill(store, 2)
        yield store
    drop(dsn)


def scoring(store: Store) -> Scoring:
    """By the recommended scheme."""
    return Scoring(store, load("recommended"))


def late(case: str, day: date, window: str = "GAJ-01") -> Line:
    """The verdict of a late case."""
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return Line(about="committed", day=day, at=at, region="350102", department="GAJ", window=window, officer="GAJ-P1",
                item="GAJ-I1", good=0, ref=case)  # fmt: skip


def body(store: Store, level: str, code: str, revision: int = 1) -> str:
    """A frozen sheet as it is stored."""
    found = store.query("snapshot_bodies", scheme="recommended", level=level, periods=[code], revision=revision)
    return str(found[0]["body"])


def test_a_score_is_the_same_whoever_looks(city: Store) -> None:
    """A scope picks subjects from the sheet of all; it does not make other peers."""
    scores = scoring(city)
    whole = scores.sheet("window", MARCH)
    mine = scores.sheet("window", MARCH, Scope(departments=("GAJ",)))
    assert {one.code for one in mine.scores} == {one.code for one in whole.scores if one.code.startswith("GAJ")}
    assert all(one == whole.of(one.code) for one in mine.scores)
    few = scores.sheet("window", MARCH, Scope(items=("GAJ-I1",)))
    assert few.scores[0].cases < (whole.of(few.scores[0].code) or few.scores[0]).cases


def test_a_region_is_what_lies_in_it(city: Store) -> None:
    """The city has no cases of its own in the seed, and has all of its districts."""
    sheet = scoring(city).sheet("region", MARCH)
    by = {one.code: one for one in sheet.scores}
    assert next(one.code for one in sheet.scores) == "350100"
    assert by["350100"].cases == by["350102"].cases + by["350103"].cases > 0
    within = scoring(city).sheet("window", MARCH, Scope(regions=("350100",)))
    assert len(within.scores) == len(scoring(city).sheet("window", MARCH).scores)


def test_states_are_told(city: Store) -> None:
    """A handful of cases is no rank, a confirmed doubt no score."""
    sheet = scoring(city).sheet("window", MARCH)
    tiny, doubt = sheet.of(TINY), sheet.of(DOUBT)
    assert doubt is not None
    assert doubt.state == "doubt"
    assert doubt.score is None
    for level, code in (("department", "RSJ"), ("region", "350103"), ("region", "350100")):
        above = scoring(city).sheet(level, MARCH).of(code)
        assert above is not None
        assert (above.state, above.doubts, above.doubtful) == ("ranked", ("I1",), 1)
    assert tiny is None or (tiny.state in ("small", "idle") and tiny.tier is None)


def test_a_trend_ends_with_the_period_asked_for(city: Store) -> None:
    """The earliest first; a month without data has no score."""
    trend = scoring(city).trend("window", "GAJ-01", MARCH, 4)
    assert [period.code for period, _ in trend] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert trend[0][1] is None
    assert trend[-1][1] == scoring(city).sheet("window", MARCH).of("GAJ-01")


def test_what_lies_behind_adds_up(city: Store) -> None:
    """The lines behind an indicator are those that its raw figure counts; pages do not overlap."""
    scores = scoring(city)
    value = next(
        one for one in (scores.sheet("department", MARCH).of("ZJJ") or pytest.fail("no score")).values
        if one.indicator == "on_time"
    )  # fmt: skip
    assert scores.behind_count("department", "ZJJ", "on_time", MARCH, bad=False) == value.n
    assert scores.behind_count("department", "ZJJ", "on_time", MARCH) == value.n - value.good
    pages = [scores.behind("department", "ZJJ", "on_time", MARCH, limit=5, offset=at) for at in (0, 5)]
    refs = [one.ref for page in pages for one in page]
    assert len(set(refs)) == 10
    assert all(one.cost > 0 for page in pages for one in page)
    assert [one.at for one in pages[0]] == sorted((one.at for one in pages[0]), reverse=True)


def test_a_line_that_was_taken_back_lies_behind_nothing(own: Store) -> None:
    """Only what stands counts."""
    scores, line = scoring(own), late("X", date(2026, 3, 20))
    before = scores.behind_count("window", "GAJ-01", "on_time", MARCH)
    write_lines(own, [LineChange("X", 1, line)], "in")
    assert scores.behind_count("window", "GAJ-01", "on_time", MARCH) == before + 1
    write_lines(own, [LineChange("X", -1, line)], "out")
    assert scores.behind_count("window", "GAJ-01", "on_time", MARCH) == before


def test_cards_lie_behind_by_cause_and_severity(city: Store) -> None:
    """Only the causes of the indicator, the gravest first; an indicator that is not there is named."""
    found = scoring(city).behind("region", "350100", "process", MARCH, limit=1000)
    assert found
    assert {one.word.partition(":")[0] for one in found} == {"P1"}
    with pytest.raises(UsageError, match="has no indicator 'speed'; it has on_time"):
        scoring(city).behind("region", "350100", "speed", MARCH)


def test_moments_are_distributions(city: Store) -> None:
    """As many arrivals as cases came; a region has those of all in it."""
    scores = scoring(city)
    whole, district = scores.moments("region", "350100", MARCH), scores.moments("region", "350102", MARCH)
    assert sum(whole.arrivals.values()) > sum(district.arrivals.values()) > 0
    assert all(1 <= hour <= 7 * 24 for hour in whole.arrivals)
    assert whole == scores.moments("window", "", MARCH)


def test_names_and_the_tree(city: Store) -> None:
    """A code without a name is its own name."""
    scores = scoring(city)
    assert scores.name("department", "GAJ").zh == "公安局"
    assert scores.name("department", "NOPE").en == "NOPE"
    assert scores.org.over("350103") == ("350103", "350100")
    assert set(scores.org.under("350100")) == {"350100", "350102", "350103"}
    assert scores.org.parents("window", "GAJ-01") == ("GAJ",)


def test_a_period_is_frozen_working_days_after_its_end(own: Store) -> None:
    """Three working days for appeals: not on the third, but after it; each level once; no other month is made up."""
    calendar, scores = Calendars().get("cn"), scoring(own)
    assert due_on(MARCH, 3, calendar) == date(2026, 4, 3)
    due = freeze_due(own, scores, datetime(2026, 4, 3, 23, 59, tzinfo=CHINA), calendar)
    assert {one.period.code for one in due} == {"2026-02", "2026-W13"}  # the last ones that were over long enough
    made = freeze_due(own, scores, datetime(2026, 4, 4, 0, 1, tzinfo=CHINA), calendar)
    assert {(one.level, one.period.code) for one in made} == {
        (level, code) for level in LEVELS for code in ("2026-03", "2026-Q1")
    }
    assert freeze_due(own, scores, datetime(2026, 4, 4, 0, 2, tzinfo=CHINA), calendar) == []


def test_late_events_leave_a_frozen_sheet_as_it_is(own: Store) -> None:
    """To the byte; the live sheet differs, and a revision by hand says why."""
    scores = scoring(own)
    freeze(own, scores, MARCH, AFTER, ["window"])
    was, frozen = body(own, "window", "2026-03"), scores.sheet("window", MARCH)
    write_lines(own, [LineChange(f"L{n}", 1, late(f"L{n}", LAST)) for n in range(20)], "late")
    assert body(own, "window", "2026-03") == was
    assert scores.sheet("window", MARCH) == frozen
    assert frozen.revision == 1
    assert frozen.frozen_on == AFTER.date()
    live = scores.sheet("window", MARCH, live=True)
    assert live.revision == 0
    before, now = frozen.of("GAJ-01"), live.of("GAJ-01")
    assert before
    assert now
    assert before.score
    assert now.score
    assert now.score < before.score
    revise(own, scores, MARCH, "a connector had been down", AFTER, ["window"])
    assert scores.sheet("window", MARCH).reason == "a connector had been down"
    assert scores.sheet("window", MARCH, revision=1) == frozen
    assert body(own, "window", "2026-03") == was
    delta = scores.delta("window", MARCH, 2)
    assert delta[0].code == "GAJ-01"
    assert delta[0].before == before
    assert delta[0].now == now
    assert scores.trend("window", "GAJ-01", MARCH, 1)[0][1] == now
    with pytest.raises(UsageError, match="no revision 3; there is 1, 2"):
        scores.sheet("window", MARCH, revision=3)


def test_a_ruling_makes_one_revision_of_what_it_touches(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late case was due in February and ended in March: both months, at each level, once; not the last week."""
    levels = ("officer", "region")
    monkeypatch.setattr(freezing, "LEVELS", levels)
    scores, calendar = scoring(own), Calendars().get("cn")
    _known(own)
    for period in (FEBRUARY, MARCH, Period.parse("2026-W13")):
        freeze(own, scores, period, AFTER, levels)
    due, ended = datetime(2026, 2, 27, 16, tzinfo=UTC), datetime(2026, 3, 4, 2, tzinfo=UTC)
    clock = Clock(
        start_event="e1", started_at=due - timedelta(days=7), stopped_at=ended, due_at=due, limit=5,
        unit="working_days", precision="day", timezone="Asia/Shanghai",
    )  # fmt: skip
    own.write_findings([replace(finding("f1", occurred_at=due), evidence=Evidence(events=("e1",), clock=clock))])
    ruling = checked(own, "f1", "revoked", None, "the calendar was wrong", "ZJJ-JC", AFTER.astimezone(UTC))
    write_rulings(own, [ruling])
    early = freeze_due(own, scores, AFTER, calendar)  # the quarter is due; the scorer does not know the ruling yet
    assert {one.revision for one in early} == {1}
    _known(own)
    made = freeze_due(own, scores, AFTER, calendar)
    assert sorted((one.level, one.period.code, one.revision) for one in made) == sorted(
        (level, code, 2) for level in levels for code in ("2026-02", "2026-03", "2026-Q1")
    )
    assert {one.reason for one in made} == {"T2 f1 revoked"}
    assert freeze_due(own, scores, AFTER, calendar) == []


def test_upholding_a_finding_revises_nothing(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counted goes on to count; upholding what was revoked is another thing."""
    monkeypatch.setattr(freezing, "LEVELS", ("window",))
    monkeypatch.setattr(freezing, "FROZEN", ("month",))
    scores, calendar = scoring(own), Calendars().get("cn")
    _known(own)
    freeze(own, scores, MARCH, AFTER, ["window"])
    own.write_findings([finding("f2", occurred_at=datetime(2026, 3, 5, tzinfo=UTC))])
    for outcome, revision in (("upheld", 1), ("revoked", 2), ("upheld", 3)):
        ruling = checked(own, "f2", outcome, None, "looked into", "ZJJ-JC", AFTER.astimezone(UTC))
        write_rulings(own, [ruling])
        _known(own)
        freeze_due(own, scores, AFTER, calendar)
        assert scores.sheet("window", MARCH).revision == revision
        assert rulings(own, findings=["f2"])[-1] == ruling


def _known(store: Store) -> None:
    """The scorer says that everything up to now is in the lines."""
    now = store.query("server_time")[0]["now"]
    write_score_progress(store, ScoreProgress(name="live", until=now))


def test_what_cannot_be_frozen_is_said(city: Store) -> None:
    """In one line, with what would be right."""
    scores = scoring(city)
    with pytest.raises(UsageError, match="2026-03 lasts up to 2026-03-31"):
        freeze(city, scores, MARCH, datetime(2026, 3, 31, 23, tzinfo=CHINA))
    with pytest.raises(UsageError, match="2026-03 is not frozen"):
        revise(city, scores, MARCH, "why not", AFTER)
    with pytest.raises(UsageError, match="a revision needs its reason"):
        revise(city, scores, MARCH, " ", AFTER)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"finding_id": "nope"}, "no finding 'nope' was ever published"),
        ({"outcome": "annulled"}, "no outcome 'annulled'; there are upheld, revoked, changed, confirmed, cleared"),
        ({"reason": " "}, "a ruling needs its reason"),
        ({"by": ""}, "somebody who made it"),
        ({"outcome": "changed"}, "--severity goes with"),
        ({"severity": 2}, "--severity goes with"),
        ({"outcome": "changed", "severity": 4}, "severity 4: it must be 1"),
        ({"outcome": "changed", "severity": 2}, "has severity 2 already"),
        ({"outcome": "cleared"}, "was never confirmed"),
        ({"finding_id": "gone"}, "was withdrawn by its rule"),
        ({"finding_id": "twice"}, "is revoked already; revoked changes nothing"),
        ({"finding_id": "red"}, "a red card: two persons revoke or change it"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(ruled: Store, given: dict[str, object], says: str) -> None:
    """Before anything is written."""
    asked = {"finding_id": "f1", "outcome": "revoked", "severity": None, "reason": "r", "by": "b"} | given
    with pytest.raises(UsageError, match=says):
        checked(ruled, **asked, ruled_at=AFTER.astimezone(UTC))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def ruled(clickhouse: LocalServer) -> Iterator[Store]:
    """Three findings: one that stands, one withdrawn, one revoked."""
    dsn = in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_ruled")
    with Store(dsn, profile="offline") as store:
        store.migrate()
        store.write_findings([finding("f1"), finding("gone"), finding("gone", 2, status="withdrawn"), finding("twice")])
        store.write_findings([finding("red", severity=3)])
        write_rulings(store, [checked(store, "twice", "revoked", None, "r", "b", AFTER.astimezone(UTC))])
        yield store
    drop(dsn)


def test_a_history_that_is_being_loaded_is_not_frozen_half(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A due period waits until it has come to rest; then one sheet comes at each look."""
    monkeypatch.setattr(freezing, "LOOK_S", 0.0)
    monkeypatch.setattr(freezing, "FROZEN", ("month",))
    freezer = freezing.Freezer(own, scoring(own), Calendars().get("cn"), lambda: AFTER)
    assert freezer.look() is None
    write_lines(own, [LineChange("X", 1, late("X", LAST))], "x")
    assert freezer.look() is None
    made = [freezer.look() for _ in LEVELS]
    assert [(one.level, one.period.code) for one in made if one] == [(level, "2026-03") for level in LEVELS]
    assert freezer.look() is None
    monkeypatch.setattr(freezing, "FROZEN", ("quarter",))
    assert (freezer.all(), freezer.all()) == (True, False)  # as `mingjing scorer --once` does
    assert [len(scoring(own).revisions(level, Period.parse("2026-Q1"))) for level in LEVELS] == [1] * len(LEVELS)


def test_items_weigh_what_they_took_in_the_year_before(city: Store) -> None:
    """Items with longer limits take longer in the seed; over the cases of that year the mean is 1."""
    facts = scoring(city).items(MARCH)
    assert facts["GAJ-I1"].weight < 1 < facts["GAJ-I5"].weight
    assert facts["GAJ-I1"].family == "GAJ-easy"
    before = scoring(city).items(Period.parse("2020-01"))  # no year before it: what the legal limits say
    assert before.keys() < facts.keys()
    assert {fact.weight for fact in before.values()} == {1.0}


def test_what_moved_a_score_adds_up(city: Store) -> None:
    """To the difference between the two months' scores, for a window and for a region with those in it."""
    scores = scoring(city)
    for level, code in (("window", "ZJJ-05"), ("region", "350102")):
        now = scores.sheet(level, MARCH).of(code)
        moves = scores.moved(level, code, MARCH)
        assert now is not None
        assert sum(one.now or 0 for one in moves) == pytest.approx(sum(v.points for v in now.values) + now.bonus)
        for one in moves:
            assert (one.before or 0) + one.own + one.mix + one.peers == pytest.approx(one.now or 0)
    assert scores.moved("window", "nobody", MARCH) == ()


def told(city: Store, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What `mingjing scores …` prints; its refusal where it refuses."""
    address = city.address
    dsn = f"clickhouse://{address.user}:{address.password}@{address.host}:{address.port}/{address.database}"
    monkeypatch.setenv("MINGJING_STORE_DSN", dsn)
    monkeypatch.setenv("MINGJING_CLOCK", "2026-03-31T17:00:00+08:00@0x0")
    answer = CliRunner().invoke(app, ["scores", *words], env={"COLUMNS": "160"})
    return str(answer.exception) if isinstance(answer.exception, MingjingError) else answer.output


def test_the_command_line_shows_and_explains(city: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a table, as data, and by hand; a mistake is one line that says what would be right."""
    sheet = scoring(city).sheet("department", MARCH)
    ask = partial(told, city, monkeypatch)
    assert msgspec.json.decode(ask("show", "department", "2026-03", "--json"), type=ScoreSheet) == sheet
    lines = ask("show", "department", "2026-03", "--csv").splitlines()
    assert lines[0].startswith("tier,code,name,score")
    assert [line.split(",")[1] for line in lines[1:]] == [one.code for one in sheet.scores]
    table = ask("show", "window", "2026-03", "--scope", "department=GAJ")
    assert "GAJ-01" in table
    assert "ZJJ-01" not in table
    best = sheet.scores[0]
    assert f"= {best.score:.2f}" in ask("explain", "department", best.code, "2026-03").replace("\n", " ")
    assert "recommended" in ask("schemes", "list")
    assert "on_time" in ask("schemes", "show", "recommended")
    (tmp_path / "mine.toml").write_text("id = 3\n")
    assert f"{tmp_path / 'mine.toml'}:1: id" in ask("schemes", "check", str(tmp_path / "mine.toml"))
    assert "is not frozen" in ask("revisions", "window", "2026-03")
    assert ask("show", "window", "0001") == "'0001' does not lie within the years 1900 to 2299"
    assert ask("show", "windows", "2026-03") == (
        "no level 'windows'; there are window, officer, department, region, item"
    )
    assert "'2026-13' is no period" in ask("show", "window", "2026-13")
    assert "write FIELD=CODE" in ask("show", "window", "2026-03", "--scope", "GAJ")
    assert "lasts up to 2026-03-31" in ask("freeze", "2026-03")
    assert "no finding 'F'" in ask("rule", "F", "--outcome", "revoked", "--reason", "r", "--by", "b")
