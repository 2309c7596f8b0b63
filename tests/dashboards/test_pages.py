"""Each page opens, in both languages, over stores with nothing, some and very much in them; the store may be away."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards.words import LANGUAGES
from mingjing.store.local import LocalServer
from tests.dashboards import seed

pytestmark = pytest.mark.store

APP = str(Path(dashboards.__file__).parent / "app" / "main.py")
PAGES = {name: f"pages/{name}.py" for name in ("officers", "case", "hall", "health", "finding", "rules")}
Shown = pytest.MonkeyPatch


def opened(where: str = "officers", **query: str | list[str]) -> AppTest:
    """A page as a reader with that address finds it."""
    app = AppTest.from_file(APP, default_timeout=60)
    if where != "officers":
        app.run()
        app.switch_page(f"../{PAGES[where]}")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All HTML on the page but the style sheets."""
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def rows(app: AppTest) -> list[dict[str, Any]]:
    """The lines of the board."""
    (board,) = (one for one in app.get("bidi_component") if one.key == "board")
    found: list[dict[str, Any]] = json.loads(board.proto.json)["rows"]
    return found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["empty", "few"])
def test_every_page_opens(page: str, language: str, size: str, shown: Shown, request: pytest.FixtureRequest) -> None:
    shown.setenv("MINGJING_STORE_DSN", request.getfixturevalue(f"{size}_server").reader_dsn)
    query = {"case": seed.LONG_CASE} if page == "case" else {}
    assert html(opened(page, lang=language, **query))


def test_an_empty_board_says_why(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert "还没有收到任何事件" in html(opened())
    assert "No event has arrived yet" in html(opened(lang="en"))


def test_the_board_shows_the_gravest_first(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    severities = [row["severity"] for row in rows(opened())]
    assert severities[0] == 3
    assert severities == sorted(severities, reverse=True)


def test_a_link_reproduces_the_view(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened(severity=["2"], status=["open", "resolved"], department=["ZJJ", "SWJ"], size="25")
    assert app.session_state["f_department"] == ["ZJJ", "SWJ"]
    assert {row["severity"] for row in rows(app)} == {2}
    assert {row["who"] for row in rows(app)} <= {"住房和城乡建设局", "税务局"}


def test_turning_a_filter_changes_the_address(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened()
    app.multiselect(key="f_department").select("SCJGJ").run()
    assert app.query_params["department"] == "SCJGJ"
    assert {row["who"] for row in rows(app)} == {"市场监督管理局"}
    app.text_input(key="f_q").set_value("no such case").run()
    assert "没有符合当前筛选的发现" in html(app)
    app.button(key="clear").click().run()
    assert "department" not in app.query_params
    assert app.session_state["f_department"] == []


def test_a_filter_of_something_unknown_shows_nothing_and_keeps_it(shown: Shown, few_server: LocalServer) -> None:
    """A link may be older than what it names."""
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened(rule=["T99"])
    assert app.session_state["f_rule"] == ["T99"]
    assert rows(app) == []


def test_red_findings_outside_the_view_are_told_of(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened(severity=["1"])
    assert "未办结红牌不在当前筛选内" in html(app)
    app.button(key="show_red").click().run()
    assert {row["severity"] for row in rows(app)} == {3}


def test_the_language_is_one_click_away_and_stays_in_the_address(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened(severity=["3"])
    app.button(key="language").click().run()
    assert app.query_params["lang"] == "en"
    assert app.query_params["severity"] == "3"
    assert rows(app)[0]["badge"] == "Red card"


def test_a_hundred_thousand_findings_are_shown_a_page_at_a_time(shown: Shown, many_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", many_server.reader_dsn)
    app = opened(status="all")
    assert len(rows(app)) == 50
    assert "100,0" in html(app)
    last = opened(status="all", page="2001")
    assert 0 < len(rows(last)) < 50
    beyond = opened(status="all", page="9999")
    assert rows(beyond) == rows(last)


def test_the_wall_screen_shows_the_gravest_without_filters(shown: Shown, many_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", many_server.reader_dsn)
    app = opened(wall="1")
    assert 8 <= len(rows(app)) <= 12
    assert not app.multiselect
    assert {row["severity"] for row in rows(app)} == {3}


def test_a_case_explains_its_clock_day_by_day(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    board = rows(opened(q=seed.LONG_CASE, rule=["T2"], status="all"))
    drawn = html(opened("case", case=seed.LONG_CASE, finding=board[0]["id"]))
    assert "2026-02-10 周二 24:00" in drawn  # the due day, after six days of experts' review and five of extension
    assert "15 个工作日（含延期 5）" in drawn
    assert "第 15 / 15 天" in drawn
    assert "《行政许可法》第四十二条" in drawn
    assert "2026-01-12 09:20:00" in drawn  # 01:20 UTC, local at display


def test_a_case_shows_corrections_and_late_entries(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    drawn = html(opened("case", case=seed.LONG_CASE))
    assert f"已被 {seed.LONG_CASE}-15 更正" in drawn
    assert "迟 6 天 2 小时" in drawn


def test_an_unknown_case_is_told_in_words(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    drawn = html(opened("case", case="<i>nobody</i>"))
    assert "没有编号为 &lt;i&gt;nobody&lt;/i&gt; 的办件" in drawn


def test_hostile_texts_are_shown_as_they_are(shown: Shown, few_server: LocalServer) -> None:
    """Everything that a source may send appears as text: in the board, on the case page, in its head and facts."""
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    for app in (opened("case", case=seed.AWKWARD_CASE), opened("health"), opened(q="strange")):
        drawn = html(app)
        assert "<img" not in drawn
        assert "javascript:alert(1))" not in drawn.replace("[link](javascript:alert(1))", "")
    assert "&lt;img src=x" in html(opened("case", case=seed.AWKWARD_CASE))


def test_a_case_with_ten_thousand_events_has_pages(shown: Shown, many_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", many_server.reader_dsn)
    drawn = html(opened("case", case=seed.ENDLESS_CASE))
    assert "第 1–200 条，共 10,000 条" in drawn
    assert drawn.count("<tr id=") == 200
    assert "第 9,801–10,000 条" in html(opened("case", case=seed.ENDLESS_CASE, events="50"))


@pytest.mark.parametrize("page", ["officers", "case", "rules"])
def test_a_store_that_is_away_is_waited_for(page: str, shown: Shown) -> None:
    shown.setenv("MINGJING_STORE_DSN", "clickhouse://reader:x@127.0.0.1:1/mingjing")
    assert "暂时连不上数据库" in html(opened(page, case="1"))


def test_settings_that_cannot_be_used_are_told_in_one_line(shown: Shown) -> None:
    shown.delenv("MINGJING_STORE_DSN", raising=False)
    assert "store_dsn is not set" in html(opened())


def test_a_lead_is_told_apart_from_a_verdict_and_can_be_asked_for_alone(shown: Shown, few_server: LocalServer) -> None:
    """Whoever reads the board must not take something to look into for something proved."""
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    leads = {row["id"]: row for row in rows(opened(nature="lead", lang="en"))}
    assert all(row["lead"].startswith("Lead") for row in leads.values())
    lead = leads[seed.LEAD.finding_id]
    assert (lead["lead"], lead["href"]) == ("Lead 0.82", f"finding?id={seed.LEAD.finding_id}&lang=en")
    assert not any(row["lead"] for row in rows(opened(nature="verdict")))


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "抽查五件停表依据"), ("en", "Sample the grounds of five pauses")]
)
def test_a_finding_that_spans_cases_explains_itself(
    language: str, told: str, shown: Shown, few_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    page = html(opened("finding", id=seed.LEAD.finding_id, lang=language))
    assert told in page
    assert "0.61" in page
    assert "<b>Paused" not in page
    assert f"case?case={seed.LONG_CASE}" in page


def test_an_unknown_finding_is_told_of(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    assert "没有这条发现" in html(opened("finding", id="no such"))


def test_a_case_whose_source_is_late_says_so(shown: Shown, few_server: LocalServer) -> None:
    """Silence of a connector must not read as silence of an officer."""
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    open_case = next(row["case"] for row in rows(opened(status=["open"], rule=["T2"])) if row["case"])
    assert "数据迟到" not in html(opened("case", case=open_case))
    shown.setenv("MINGJING_CLOCK", f"{(seed.NOW + timedelta(days=9)).isoformat()}@0x0")
    st.cache_resource.clear()
    assert "数据迟到：来源" in html(opened("case", case=open_case))
    assert "data late" in {row["late"] for row in rows(opened(lang="en"))}
