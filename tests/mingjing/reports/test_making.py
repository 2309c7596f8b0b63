"""Briefs made out of a store: a small city of two months, frozen, revised, and asked for wrongly."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from os import getpid
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pypdfium2
import pytest

from mingjing import cli
from mingjing.freezing import freeze, revise
from mingjing.instants import micros
from mingjing.reports.content import compose
from mingjing.reports.facts import Order
from mingjing.reports.gather import Uncounted, beneath, gather, levels, totals
from mingjing.reports.making import File, Wish, make, save
from mingjing.reports.schedule import make_due
from mingjing.reports.voice import Voice
from mingjing.scores import Scoring
from mingjing.scoring.periods import Period
from mingjing.scoring.schemes import load
from mingjing.settings import Settings, Severities
from mingjing.store import Store
from mingjing.store.local import LocalServer
from mingjing.store.scores import Scope
from tests.clickhouse import drop, in_database
from tests.mingjing.store.samples import finding
from tests.scoring import seed

pytestmark = pytest.mark.store

NOW = datetime(2026, 4, 9, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MARCH = Period.parse("2026-03")


@pytest.fixture(scope="module")
def dsn(clickhouse: LocalServer) -> str:
    return in_database(clickhouse.dsn, f"mingjing_test_{getpid()}_brief")


@pytest.fixture(scope="module")
def city(dsn: str) -> Iterator[Store]:
    """Two months of the small city, one card that is still open."""
    with Store(dsn, profile="offline") as store:
        store.migrate()
        seed.fill(store, 2)
        late = finding("late", severity=3, department="GAJ", window="GAJ-05", region="350103")
        store.write_findings([late, finding("lead", severity=3, lead=True), finding("mild", severity=1)])
        yield store
    drop(dsn)


@pytest.fixture(scope="module")
def scoring(city: Store) -> Scoring:
    return Scoring(city, load("recommended"))


@pytest.fixture(scope="module")
def march(city: Store, scoring: Scoring, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The English files of March."""
    folder = tmp_path_factory.mktemp("march")
    wish = Wish(languages=("en",), formats=("pdf", "xlsx"))
    files = make(
        city, scoring, Order(period=MARCH), wish, now=NOW, timezone="Asia/Shanghai", severities=Severities()
    )  # fmt: skip
    return {path.suffix[1:]: path for path in save(files, folder)}


def told(path: Path) -> str:
    pages = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    pages.close()
    return " ".join(text.split())


def test_a_brief_says_what_the_lines_and_the_sheet_say(scoring: Scoring, march: dict[str, Path]) -> None:
    """Paper, workbook, sheet and a plain count over the lines are four ways to the same numbers."""
    counts: Counter[str] = Counter()
    for change in seed.lines(2):
        if change.line.day.month == 3:
            counts[change.line.about] += change.line.n
            counts[f"{change.line.about} good"] += change.line.good
    rate = counts["committed good"] / counts["committed"]
    text = told(march["pdf"])
    assert f"{counts['closed']:,} cases were closed, {rate:.2%} on time" in text
    assert f"n={counts['committed']:,}" in text
    book = openpyxl.load_workbook(march["xlsx"])
    on_time = next(row for row in book["1. Headline numbers"].iter_rows(2) if row[0].value == "Closed on time")
    assert on_time[1].value == rate
    sheet = scoring.sheet("window", MARCH)
    rows = {row[0].value: row for row in book["3. Ranking  Windows"].iter_rows(2) if row[1].value}
    names = {name.code: name.en for name in seed.names() if name.field == "window"}
    ranked = [one for one in sheet.scores if one.state == "ranked"]
    assert ranked
    assert {names[one.code]: (one.tier, round(one.score or 0, 9), one.cases) for one in ranked} == {
        name: (row[1].value, round(row[2].value, 9), row[5].value) for name, row in rows.items()
    }
    for one in ranked:
        assert f"{names[one.code]} {one.tier} {one.score:.1f} {one.lo:.1f} {one.hi:.1f} {one.cases:,.0f}" in text
    assert "Data in doubt, scores withheld: 1, namely Human Resources, window 6." in text
    assert "Scores that contain data confirmed as doubtful: 1, namely Human Resources." in text
    assert "Cards still open: 1, the oldest for" in text


def test_officers_are_named_only_where_they_are_asked_for(
    city: Store, scoring: Scoring, march: dict[str, Path]
) -> None:
    """A brief that goes round must not name persons by default."""
    assert "Officer" not in told(march["pdf"])
    facts = gather(city, scoring, Order(period=MARCH, level="officer"), NOW, "Asia/Shanghai", lambda _: None)
    brief = compose(facts, Voice(language="en", names=facts.names, rules=facts.rules, timezone=facts.timezone))
    ranking = next(one for one in brief.tables() if one.id == "rank_officer")
    assert "Officer GAJ 1" in {row[0].value for row in ranking.rows}


def test_a_region_holds_those_beneath_it(city: Store, scoring: Scoring) -> None:
    """The city's cases are those of its districts."""

    def closed(*regions: str) -> float:
        return totals(city, MARCH, beneath(scoring, Scope(regions=regions)))["closed"]

    assert closed("350100") == closed() == closed("350102", "350103")
    assert 0 < closed("350102") < closed()


def test_one_department_alone_is_not_ranked_against_itself() -> None:
    """A list with one line tells nothing."""
    assert levels(Order(period=MARCH)) == ["department", "window"]
    assert levels(Order(period=MARCH, scope=Scope(departments=("GAJ",)))) == ["window"]
    assert levels(Order(period=MARCH, level="department")) == ["department"]


def test_a_period_beyond_all_data_is_refused_with_what_there_is(city: Store, scoring: Scoring) -> None:
    """2019 is a slip of the pen, not a month without cases."""
    with pytest.raises(Uncounted, match=r"^nothing was counted in 2019-01; there are data from 2026-01 to 2026-03-31$"):
        gather(city, scoring, Order(period=Period.parse("2019-01")), NOW, "Asia/Shanghai", lambda _: None)


def test_each_revision_of_a_month_gets_its_brief_once(city: Store, scoring: Scoring, tmp_path: Path) -> None:
    """Nobody waits for a brief, and nobody gets another of the same scores."""
    wish = Wish(languages=("en",), formats=("xlsx",))

    def due() -> list[tuple[str, int]]:
        moment = micros(NOW.astimezone(UTC))
        those = make_due(city, scoring, Order(period=MARCH), wish, tmp_path, Settings(), moment)
        return [(one.period.code, one.revision) for one in those]

    assert due() == []
    freeze(city, scoring, MARCH, NOW, ("department", "window"))
    assert (due(), due()) == ([("2026-03", 1)], [])
    first = next(tmp_path.iterdir())
    told_first = first.read_bytes()
    save([File(first.name, b"another", "en", 1)], tmp_path)
    assert first.read_bytes() == told_first  # what others may have read does not change
    revise(city, scoring, MARCH, "a ruling", NOW, ("department", "window"))
    assert (due(), due()) == ([("2026-03", 2)], [])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"mingjing-brief-2026-03-window-en-r{n}.xlsx" for n in (1, 2)
    ]
    about = openpyxl.load_workbook(tmp_path / "mingjing-brief-2026-03-window-en-r2.xlsx")["Summary"]
    assert str(about["B4"].value).startswith("revision 2, frozen")
    assert str(about["B4"].value).endswith("(a ruling)")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("2026-13", "'2026-13' is no period"),
        ("2027-01", "2027-01 has not begun: today is 2026-04-09"),
        ("2019-01", "nothing was counted in 2019-01"),
        ("", "give a PERIOD like 2026-03, or --watch alone"),
        ("2026-03 --lang fr", "--lang fr: write zh, en or both"),
        ("2026-03 --format doc", "--format 'doc': write pdf, xlsx"),
        ("2026-03 --level planet", "no level 'planet'"),
        ("2026-03 --department NOPE", "no department 'NOPE' is known"),
        ("2026-03 --out file/x", "file/x: briefs cannot be written there"),
    ],
)
@pytest.mark.usefixtures("city")
def test_what_a_user_gets_wrong_is_one_line(
    dsn: str,
    given: str,
    wrong: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    monkeypatch.setenv("MINGJING_STORE_DSN", dsn)
    monkeypatch.setenv("MINGJING_CLOCK", f"{NOW.isoformat()}@0x0")
    monkeypatch.setattr("sys.argv", ["mingjing", "brief", *given.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"mingjing: {wrong}")
    assert said.count("\n") == 1
    assert list(tmp_path.rglob("*brief-*")) == []
