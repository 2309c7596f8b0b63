"""The scope matrix: every role at every place asks every query, the facades, the API, exports and search.

For what is its own, a neighbour's, its parent's and its child's; no answer holds a foreign mark, nor a person's data.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards import data, exports
from dashboards.filters import Filter
from dashboards.words import Words
from mingjing.access import WHOLE, Scope
from mingjing.api.app import create
from mingjing.api.tokens import digest
from mingjing.errors import UsageError
from mingjing.privacy.loading import personal
from mingjing.privacy.mask import Masker
from mingjing.scores import Scoring
from mingjing.scoring import schemes
from mingjing.scoring.periods import Period
from mingjing.settings import Settings
from mingjing.store import Store, guards, policies, queries
from mingjing.store.local import LocalServer
from mingjing.store.masking import Veil
from mingjing.store.record import entries
from mingjing.types import Text
from tests.api.conftest import FAST, serving
from tests.clickhouse import drop
from tests.mingjing.store.samples import NOW, finding
from tests.mingjing.store.test_queries import GIVEN
from tests.scopes.world import CHILD, MARKS, OWN, PHONE, SIBLING, fill, people

pytestmark = pytest.mark.store

PEOPLE = list(people())
SCOPES = {scope.text(): scope for _, _, scope in PEOPLE}
LEVELS = ("window", "officer", "department", "region", "item")
CLOSED = [name for name, reach in policies.TABLES.items() if reach == "closed"]
REFUSED = [
    name
    for name in queries.names()
    if re.search(
        rf"\b({'|'.join(CLOSED)})\b|^\s*(INSERT|ALTER)\b", re.sub("--.*", "", queries.load(name).sql), re.MULTILINE
    )
]
"""What the pages' user may not even ask: of accounts and sessions, and what writes."""
NAMING = sorted({*guards.GUARDED, "case_revisions", "case_search"})
"""Asked with every scope: what names a case or a finding, guarded or not."""
MASKER = Masker(personal(), b"0" * 32)
OPEN = [name for name, reach in policies.TABLES.items() if reach != "closed"]
TABLES = " UNION ALL ".join(
    f"SELECT '{name}' AS t, toString(tuple({'code' if name == 'org' else '*'})) AS told FROM {name}" for name in OPEN
)
"""All that there is, table by table; of the tree the codes, for above whom they stand is no secret."""
SEEN = frozenset({
    "board_rows", "board_facets", "case_events", "case_head", "case_search", "case_revisions", "finding_revisions",
    "events_named", "hall_now", "hall_events", "hall_findings", "names", "org", "desk_rows", "handling_of", "rulings",
    "case_not_judged", "score_behind", "score_codes", "api_finding", "presence_hours",
})  # fmt: skip
"""What a county certainly sees of itself and of its township; without this a matrix of nothing would pass."""

Answers = dict[tuple[str, str, str], str]
"""What was answered, as text: by scope, by what was asked, by whose."""


@pytest.fixture(scope="module")
def server(clickhouse: LocalServer) -> Iterator[LocalServer]:
    """The marked city in the database that the row policies are made for."""
    with Store(clickhouse.dsn, profile="offline") as store:
        fill(store)
    yield clickhouse
    drop(clickhouse.dsn)


@pytest.fixture(scope="module")
def answers(server: LocalServer) -> Answers:
    """What each scope is answered, one after the other over one connection.

    A county is asked every query and facade; the other scopes every table whole, and what names a case or a finding.
    """
    found: Answers = {}
    with Store(server.reader_dsn, profile="dashboard") as store:
        store.veil = Veil(MASKER)
        scoring = Scoring(store, schemes.load("recommended"))
        for text, scope in (*SCOPES.items(), ("whole", WHOLE)):
            store.scope, county = scope, bool(scope.regions)
            for name in sorted(set(queries.names()) - set(REFUSED)) if county else NAMING:
                for mark in (OWN, SIBLING) if _names_one(name) else (OWN,):
                    found[text, name, mark] = str(_shown(name, store.query(name, **_asked(name, mark))))
            for table, told in store._connection.table(TABLES, {})[0]:
                found[text, f"table {table}", ""] = found.get((text, f"table {table}", ""), "") + MASKER.words(told)
            for mark in MARKS if county else ():
                for what, ask in _facades(mark).items():
                    found[text, what, mark] = str(ask(store))
            store.scope, scoring.viewer = WHOLE, scope
            for what, told in _scores(scoring).items() if county else ():
                found[text, what, ""] = told
    return found


def _names_one(name: str) -> bool:
    """Whether a query asks for one case, finding or window, so that it has to be asked for each."""
    return str(_asked(name, OWN)) != str(_asked(name, SIBLING))


def _asked(name: str, mark: str) -> dict[str, object]:
    """The parameters of a query: lists name what is everybody's, single ones what is of one region."""
    case = f"C{mark}"
    of: dict[str, object] = {
        "case_id": case, "case": case, "finding_id": f"F{mark}", "window": f"W{mark}", "officer": f"O{mark}",
        "work": mark, "subject": f"F{mark}", "account": "", "search": "C", "kind": "event", "number": 0, "item": "A01",
        "since": NOW - timedelta(days=30), "until": NOW + timedelta(days=30), "types": ["complained", "rated"],
        "periods": ["2026-03"], "limit": 500, "after": "",
    }  # fmt: skip
    for one in MARKS:
        for key, code in (
            ("cases", f"C{one}"), ("cases", f"window:W{one}:2026-03-02"), ("findings", f"F{one}"),
            ("windows", f"W{one}"),
            ("subjects", f"C{one}"), ("codes", f"D{one}"), ("event_ids", f"C{one}-e1"), ("chains", f"c{one}"),
            ("accounts", f"u{one}"),
        ):  # fmt: skip
            of[key] = [*of.get(key, []), code]  # type: ignore[misc]
    wanted = queries.load(name).parameters
    if name == "case_events":
        of["event_ids"] = []
    of["reached"] = [0] * len(MARKS)
    return {key: value for key, value in (GIVEN | of).items() if key in wanted}


def _shown(name: str, rows: list[dict[str, Any]]) -> object:
    """What counts of an answer: of the tree the codes, not above whom they stand."""
    return [{key: row[key] for key in ("field", "code")} for row in rows] if name == "org" else rows


def _facades(mark: str) -> Mapping[str, Callable[[Store], object]]:
    """What pages and exports read beside named queries, and what the worker's own readings give to a page."""
    case, words = f"C{mark}", Words("zh", "Asia/Shanghai")
    view = Filter(period="all", q=case)
    later, everything = NOW + timedelta(days=1), Filter(period="all")
    return {
        "histories": lambda store: store.histories([case]),
        "published": lambda store: store.published([case]),
        "case page": lambda store: (
            data.case_head(store, case), data.case_events(store, case, 1), data.case_findings(store, case),
            data.events_by_id(store, case, [f"{case}-e1"]), data.case_not_judged(store, case),
        ),
        "finding page": lambda store: data.finding_revisions(store, f"F{mark}"),
        "search": lambda store: data.board_rows(store, view, later, "UTC"),
        "export": lambda store: exports.as_csv(data.export_rows(store, view, later, "UTC"), words).decode(),
        "export of all": lambda store: exports.as_jsonl(data.export_rows(store, everything, later, "UTC")).decode(),
    }  # fmt: skip


def _scores(scoring: Scoring) -> dict[str, str]:
    found = {}
    for level in LEVELS:
        for live in (False, True):
            found[f"sheet {level} {live}"] = str(scoring.sheet(level, Period.parse("2026-03"), live=live))
        found[f"revisions {level}"] = str(scoring.revisions(level, Period.parse("2026-03")))
    last = Period.parse("2026-03")
    for mark in MARKS:
        for level in ("window", "region"):
            code = f"{level[0].upper()}{mark}"
            told: list[object] = [score for _, score in scoring.trend(level, code, last, 2)]
            told += [scoring.behind(level, code, "on_time", last, bad=False), scoring.moved(level, code, last)]
            found[f"score {code}"] = str(told)
    return found


def _allowed(scope: Scope) -> frozenset[str]:
    """The marks that answers within a scope may hold."""
    if scope.regions is not None and scope.regions:
        return frozenset({OWN, CHILD})
    return frozenset({OWN} if scope.counters else ())


@pytest.mark.parametrize(("role", "place", "scope"), PEOPLE, ids=[f"{role}-{place}" for role, place, _ in PEOPLE])
def test_nobody_is_answered_with_what_is_not_theirs(role: str, place: str, scope: Scope, answers: Answers) -> None:
    """Whether asked for by name, by search, or among all."""
    mine = {(what, of): told for (text, what, of), told in answers.items() if text == scope.text()}
    assert len(mine) >= len(NAMING)
    foreign = [mark for mark in MARKS if mark not in _allowed(scope)]
    leaks = [(what, of, mark) for (what, of), told in mine.items() for mark in foreign if mark in told]
    assert leaks == [], f"{role} at {place or 'nowhere'} learns of others"


def test_the_matrix_is_as_large_as_it_says(answers: Answers) -> None:
    """Each check is one answer to one role at one place, held against every foreign mark."""
    of = {text: sum(1 for one, _, _ in answers if one == text) for text in SCOPES}
    assert sum(of[scope.text()] for _, _, scope in PEOPLE) >= 500


@pytest.mark.parametrize("whose", [OWN, CHILD])
def test_a_county_sees_itself_and_what_is_below(whose: str, answers: Answers) -> None:
    """The walls let through what they should; a matrix in which everybody sees nothing proves nothing."""
    county = next(scope.text() for _, place, scope in PEOPLE if place == f"region:R{OWN}")
    for what in sorted(SEEN):
        told = answers.get((county, what, whose)) or answers[county, what, OWN]
        assert whose in told or _names_one(what), what
    for what in ("case page", "finding page", "search", "export", "histories", "published"):
        assert whose in answers[county, what, whose], what


def test_whoever_sees_everything_is_shown_everything_and_no_person(answers: Answers) -> None:
    """The same tables with all marks, so the matrix above held something back; persons are masked for all."""
    told = "".join(answers[key] for key in answers if key[0] == "whole")
    assert all(mark in told for mark in MARKS)
    for key, one in answers.items():
        assert PHONE not in one, key
        assert not any(f"A{mark}" in one for mark in MARKS), key


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_for_the_pages_is_refused(name: str, server: LocalServer) -> None:
    """Accounts and sessions, and whatever writes."""
    with Store(server.reader_dsn, scope=WHOLE) as store, pytest.raises(UsageError, match="may not do this"):
        store.query(name, **_asked(name, OWN))


def test_a_finding_that_moved_away_is_gone_with_its_latest_revision(server: LocalServer) -> None:
    """Row policies before FINAL would show the county the revision of when the finding was still its own."""
    county = next(scope for _, place, scope in PEOPLE if place == f"region:R{OWN}")
    with Store(server.dsn) as store:
        store.write_findings([finding("M1", region=f"R{OWN}")])
        store.write_findings([finding("M1", revision=2, region=f"R{SIBLING}")])
    with Store(server.reader_dsn, scope=county) as store:
        assert "M1" not in {row["finding_id"] for row in store.query("board_rows")}
        assert store.query("api_finding", finding_id="M1") == []
        assert data.finding_revisions(store, "M1") == []
        assert "M1" not in str(data.case_findings(store, "C1"))


def test_who_has_a_finding_now_has_its_revisions_and_acts_of_before(server: LocalServer) -> None:
    """Else its handling would not fold for the unit that has it now, and nobody there could act."""
    other = Scope(departments=frozenset({f"D{SIBLING}"}))
    columns: dict[str, Any] = {
        "chain": "cm2", "seq": 1, "at": NOW.astimezone(UTC), "kind": "act", "actor": "s", "subject": "M2", "number": 1,
        "department": f"D{OWN}", "body": "{}",
    }  # fmt: skip
    with Store(server.dsn) as store:
        store.write_findings([finding("M2", department=f"D{OWN}"), finding("M2", 2, department=f"D{SIBLING}")])
        store.insert("record", {name: [value] for name, value in columns.items()})
    with Store(server.reader_dsn, scope=other) as store:
        assert [one.revision for one in data.finding_revisions(store, "M2")] == [2, 1]
        assert [one.number for one in entries(store, kinds=["act"], subjects=["M2", "M1"])] == [1]
        assert entries(store, kinds=["act"], subjects=["M1", f"F{OWN}"]) == []


@pytest.mark.parametrize(("typed", "hits"), [("X-77", 0), ("x-7", 0), ("M3", 1), ("E-SOLD", 1)])
def test_what_is_masked_is_not_found_by_trying_its_letters(typed: str, hits: int, server: LocalServer) -> None:
    """Each list that searches; one hit more for the right letter would tell a person's number."""
    with Store(server.dsn) as store:
        text = Text(zh="专家X-77被抽取过多 e-sold", en="expert X-77 drawn too often")
        store.write_findings([finding("M3", subject="expert:X-77", case_id="M3-e-sold", message=text)])
    with Store(server.reader_dsn, scope=WHOLE) as store:
        store.veil = Veil(MASKER)
        for name in ("board_rows", "look_findings", "desk_rows"):
            wanted = queries.load(name).parameters
            asked = {key: [] if kind.startswith("Array") else GIVEN.get(key, 0) for key, kind in wanted.items()}
            span: dict[str, object] = {"since": NOW - timedelta(days=9), "until": NOW + timedelta(days=9)}
            asked |= {"search": typed, "account": "", "limit": 500, **span}
            asked = {key: value for key, value in asked.items() if key in wanted and key != "hidden"}
            found = store.query(name, **asked)
            assert [one["finding_id"] for one in found if one["finding_id"] == "M3"] == ["M3"] * hits, name


def test_a_case_is_whole_for_whom_it_touches(server: LocalServer) -> None:
    """An event without a region, like a bank's, belongs to the file; of a foreign case not even that is there."""
    county = next(scope for _, place, scope in PEOPLE if place == f"region:R{OWN}")
    with Store(server.reader_dsn, scope=county) as store:
        assert len(store.histories([f"C{OWN}", f"C{SIBLING}"])[f"C{OWN}"]) == 5
        assert {one["type"] for one in store.query("case_events", case_id=f"C{OWN}")} >= {"fee_paid", "accepted"}
        assert store.query("case_events", case_id=f"C{SIBLING}") == []


def test_who_does_not_say_for_whom_it_reads_reads_nothing(server: LocalServer) -> None:
    with Store(server.reader_dsn) as store:
        assert store.query("board_rows") == []
        assert store.histories([f"C{OWN}"]) == {}


@pytest.mark.parametrize("place", [f"region:R{OWN}", f"department:D{OWN}", f"window:W{OWN}"])
def test_a_token_with_a_place_gets_no_more_than_that(place: str, server: LocalServer, tmp_path: Path) -> None:
    """Lists are without others; what is asked for by a guessed id is not there, as what does not exist."""
    file = tmp_path / "tokens"
    file.write_text(f"board {digest('t')} scores,findings,officers {place}\n")
    app = create(Settings(api_tokens_file=str(file), seal_dir=str(tmp_path)), server.reader_dsn, rate=FAST)
    allowed = {OWN, CHILD} if place.startswith("region") else {OWN}
    with serving(app, {"Authorization": "Bearer t"}) as client:
        nothing = client.get("/v1/findings/none")
        told = [client.get("/v1/scores", params={"level": level, "period": "2026-03"}).text for level in LEVELS]
        told.append(client.get("/v1/findings").text)
        for mark in set(MARKS) - allowed:
            found = client.get(f"/v1/findings/F{mark}")
            assert (found.status_code, found.json()["detail"]) == (404, nothing.json()["detail"])
            for level in ("window", "department", "region"):
                asked = {"period": "2026-03"}
                assert client.get(f"/v1/scores/{level}/{level[0].upper()}{mark}", params=asked).status_code == 404
            told.append(client.get("/v1/findings", params={"region": f"R{mark}"}).text)
        own = client.get(f"/v1/findings/F{OWN}")
        assert own.status_code == 200
        assert client.get(f"/v1/scores/window/W{OWN}", params={"period": "2026-03"}).status_code == 200
        assert not [mark for mark in set(MARKS) - allowed if any(mark in one for one in told)]
        assert PHONE not in own.text
