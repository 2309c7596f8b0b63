"""The pages on parallel approval and on lanes, over nothing and over a project, a roster and some favoured cases."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from streamlit.testing.v1 import AppTest

from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.codec import encode
from mingjing.instants import micros
from mingjing.registers import Registers
from mingjing.registers.entries import Entry
from mingjing.scoring.lines import Line, pace_key
from mingjing.settings import Settings
from mingjing.store import Name, Store, StoredEvent
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers
from mingjing.store.scores import LineChange, write_lines
from mingjing.types import CaseEvent
from rules import load_engine
from tests.dashboards.test_pages import APP, Shown, html

pytestmark = pytest.mark.store

CASE = "P-2024-1"
EMPTY = {"parallel": ("parallel.none", "parallel.route_none"), "lanes": ("lanes.none", "lanes.cases_none")}


def happened(case: str, kind: str, when: str, number: int, unit: str, data: dict[str, Any]) -> CaseEvent:
    at = datetime.fromisoformat(f"2024-06-{when}+08:00")
    return CaseEvent(
        event_id=f"{case}-{number:02}", case_id=case, type=kind, occurred_at=at, source="approval", item="J1",
        region="350100", department=unit, data=data,
    )  # fmt: skip


def project() -> list[CaseEvent]:
    """Opened on Monday the 3rd: GAJ answers; RSJ is silent beyond its three days, came to the visit, did not sign."""
    told: list[tuple[str, str, str, dict[str, Any]]] = [
        ("parallel_opened", "03T09:00", "ZJJ", {"lead": "ZJJ", "units": ["GAJ", "RSJ"], "limit_days": 8}),
        ("branch_notified", "03T09:20", "ZJJ", {"unit": "GAJ", "limit_days": 5}),
        ("branch_notified", "03T09:25", "ZJJ", {"unit": "RSJ", "limit_days": 3}),
        ("branch_received", "03T10:00", "GAJ", {"unit": "GAJ", "limit_days": 5, "receipt_no": "抄-1"}),
        ("branch_received", "03T10:00", "RSJ", {"unit": "RSJ", "limit_days": 3, "receipt_no": "抄-2"}),
        ("joint_attended", "05T10:00", "RSJ", {"meeting": "M1", "unit": "RSJ", "activity": "visit"}),
        ("joint_held", "05T11:00", "ZJJ", {"meeting": "M1", "unit": "ZJJ", "activity": "visit"}),
        ("joint_minuted", "05T15:00", "ZJJ", {"meeting": "M1", "unit": "ZJJ", "activity": "visit"}),
        ("branch_opinion", "06T10:00", "GAJ", {"unit": "GAJ", "opinion": "同意"}),
        ("consolidated", "11T10:00", "ZJJ", {"lead": "ZJJ"}),
        ("decided", "12T10:00", "ZJJ", {"result": "granted"}),
    ]
    return [happened(CASE, kind, when, n, unit, data) for n, (kind, when, unit, data) in enumerate(told)]


def entry(fields: dict[str, Any]) -> Entry:
    """A row of a register that is in force now."""
    return Entry(fields["code"], date(2020, 1, 1).toordinal(), date(2299, 12, 31).toordinal(), fields)


def mistyped() -> list[CaseEvent]:
    """A project one of whose dates is a hundred years off."""
    one = happened("P-TYPO", "parallel_opened", "03T09:00", 0, "ZJJ", {"lead": "ZJJ", "limit_days": 8})
    other = happened("P-TYPO", "branch_received", "03T10:00", 1, "GAJ", {"unit": "GAJ", "limit_days": 5})
    return [one, replace(other, occurred_at=other.occurred_at.replace(year=1924))]


def favoured() -> list[CaseEvent]:
    """Two cases through the green channel, one of them without a ground; two of agents, one of whom nobody knows."""
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("G-1", "lane_opened", {"lane": "green", "ground": "省重点项目"}),
        ("G-2", "lane_opened", {"lane": "green"}),
        ("D-1", "agent_appointed", {"agent": "DB-01"}),
        ("D-2", "agent_appointed", {"agent": "DB-77"}),
    ]
    whole = [happened(case, kind, f"03T1{n}:00", n, "ZJJ", data) for n, (case, kind, data) in enumerate(told)]
    first = happened("G-1", "lane_opened", "03T09:00", 9, "ZJJ", {"lane": "green", "ground": " "})  # corrected since
    return [first, replace(whole[0], corrects=first.event_id), *whole[1:]]


def received() -> list[CaseEvent]:
    """Twelve cases of one item, decided within a day: at a comprehensive window in an hour, at a special in two."""
    told = []
    for n, hours in enumerate((1, 2) * 6):
        case, end = f"W-{n}", 9 + hours
        for place, (kind, hour) in enumerate((("material_received", 9), ("accepted", end), ("decided", end + 4))):
            one = happened(case, kind, f"04T{hour:02}:{n:02}", place, "ZJJ", {"result": "granted"})
            told.append(replace(one, window=f"W{hours}"))
    return told


@pytest.fixture(scope="module")
def joint(city: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> LocalServer:
    """The small city with a project, favoured cases, and a register of one agent."""
    nothing = tmp_path_factory.mktemp("registers")
    (nothing / "agents.csv").write_text("code,unit,basis\nDB-01,ZJJ,聘1\n", encoding="utf-8")
    (nothing / "units.csv").write_text("code,name,level\nZJJ,住建,city\n", encoding="utf-8")
    engine = load_engine(Settings(registers_dir=str(nothing)))
    events = [*project(), *favoured(), *received(), *mistyped()]
    now = micros(datetime.fromisoformat("2026-03-31T12:00+08:00"))
    with Store(city.dsn) as store:
        store.write_events(
            [StoredEvent(e, encode(e), "joint", 0, n, 1, e.occurred_at) for n, e in enumerate(events)], "joint"
        )
        for case in sorted({e.case_id for e in events}):
            store.write_findings(engine.judge([e for e in events if e.case_id == case], now).findings)
        store.write_names([Name("item", "J1", "建筑工程施工许可", "Building permit")])
        held: dict[str, dict[str, list[Entry]]] = {
            "agents": {"DB-01": [entry({"code": "DB-01", "unit": "ZJJ", "basis": "聘1"})]},
            "windows": {
                code: [entry({"code": code, "kind": kind})]
                for code, kind in (("W1", "comprehensive"), ("W2", "special"))
            },
        }
        keep_registers(store, Registers(held))
        write_lines(store, [change for n in range(40) for change in measured(n)], "lanes")
    return city


def measured(n: int) -> list[LineChange]:
    """A case of J1 with its limit kept, G-1 and G-2 among forty; G-2 was late."""
    case = f"G-{n}" if n in (1, 2) else f"J-{n}"
    at = datetime.fromisoformat("2024-06-11T10:00+08:00") + timedelta(minutes=n)
    about = {"day": at.date(), "at": at, "region": "350100", "department": "ZJJ", "item": "J1", "ref": case}
    kept = Line(about="committed", n=1, good=int(n != 2), **about)  # type: ignore[arg-type]
    return [LineChange(case, 1, kept), LineChange(case, 1, Line(about="pace", key=pace_key(8, 5), **about))]  # type: ignore[arg-type]


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    app.switch_page(f"../pages/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def at_joint(shown: Shown, joint: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", joint.reader_dsn)
    shown.setenv("MINGJING_CLOCK", "2026-03-31T17:00:00+08:00@0x0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_pages_say_why_they_are_empty(language: Language, shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    for page, keys in EMPTY.items():
        app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception
        assert all(catalogue(language)[key] in html(app) for key in keys), page


@pytest.mark.usefixtures("at_joint")
def test_a_project_shows_its_arithmetic_its_default_with_proof_and_its_roster() -> None:
    app = opened("parallel", lang="zh", case=CASE)
    drawn = html(app)
    assert "各支路时限累加 5 + 3 = 8 个工作日，同步审批实际用了 6 个，压缩 25%" in drawn
    assert "承诺总时限 8 个工作日，最迟应于 2024-06-14 办结" in drawn
    assert "逾期未答，视为同意（默认）；通知凭证 抄-2" in drawn
    assert "到场未签" in drawn
    assert all(f'target="_self">{rule}' in drawn for rule in ("B1", "B2-S"))
    assert len(app.get("vega_lite_chart")) == 1
    app.query_params["case"] = "P-2024"
    assert "没有并联项目 P-2024" in html(app.run())


@pytest.mark.usefixtures("at_joint")
def test_projects_are_listed_filtered_and_lead_to_their_own_page() -> None:
    app = opened("parallel", lang="en", period="2024-06")
    assert f"parallel?case={CASE}" in html(app)
    assert "1 branches were taken to agree" in html(app)
    assert "and are not counted: P-TYPO." in html(app)
    app.query_params["state"] = "waiting"
    assert catalogue("en")["parallel.none_fits"] in html(app.run())


@pytest.mark.usefixtures("at_joint")
def test_lanes_are_counted_apart_with_grounds_and_agents() -> None:
    app = opened("lanes", lang="zh", period="2024-06")
    drawn = html(app)
    assert "9.5%–90.5%" in drawn  # Wilson's interval of one in two
    assert "看不出差别" in drawn
    assert catalogue("zh")["lanes.no_ground"] in drawn
    assert ">DB-77<" in drawn
    assert catalogue("zh")["lanes.agent_unknown"] in drawn
    app.query_params["show"] = "bare"
    only = html(app.run())
    assert "case=G-2" in only
    assert "case=G-1&" not in only


@pytest.mark.usefixtures("at_joint")
@pytest.mark.parametrize("language", LANGUAGES)
def test_front_desk_and_back_office_are_timed_apart_by_type_of_window(language: Language) -> None:
    drawn = html(opened("load", lang=language, period="2024-06"))
    said = catalogue(language)
    assert said["counters.kind_comprehensive"] in drawn
    assert said["counters.verdict_quicker"] in drawn
    hour = said["counters.hours"]
    assert f'<b>{hour.format(n="1.0")}</b><br><small class="sub">1.0–1.0, n=6</small>' in drawn
    assert f"<b>{hour.format(n='2.0')}</b>" in drawn
