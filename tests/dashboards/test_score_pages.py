"""Ranking, score and comparison over nothing and over a small city: what they say, and what the address does."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.scoring.periods import Period
from mingjing.store.local import LocalServer
from tests.dashboards.test_leader_pages import charts, opened
from tests.dashboards.test_pages import Shown, html
from tests.scoring import seed

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    ("language", "page", "query", "word"),
    [
        ("zh", "ranking", {"level": "region"}, "ranking.none"),
        ("en", "ranking", {}, "ranking.none_hint"),
        ("en", "score", {"code": "nobody"}, "onescore.unknown_hint"),
        ("zh", "compare", {}, "ranking.none"),
        ("en", "compare", {"view": "past"}, "ranking.none"),
    ],
)
def test_every_page_says_why_it_is_empty(
    language: Language, page: str, query: dict[str, str], word: str, shown: Shown, empty_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert catalogue(language)[word] in html(opened(page, lang=language, **query))


@pytest.mark.usefixtures("of_city")
def test_a_ranking_lists_tiers_and_apart_who_has_no_place() -> None:
    drawn = html(opened("ranking", period="2026-Q1"))
    assert 'data-tier="1"' in drawn
    assert drawn.count('class="mj-range"') == len(seed.windows()) - 2
    assert "分为" in drawn
    for code, state in ((seed.TINY, "样本不足"), (seed.DOUBT, "数据存疑")):
        apart = drawn[drawn.index(state) :]
        assert code in apart
    assert f"score?level=window&amp;code={seed.DOUBT}&amp;period=2026-Q1" in drawn


@pytest.mark.usefixtures("of_city")
@pytest.mark.parametrize("level", ["officer", "department", "region", "item"])
def test_every_level_is_ranked(level: str) -> None:
    app = opened("ranking", level=level, period="2026-03")
    assert 'class="mj-range"' in html(app)


@pytest.mark.usefixtures("of_city")
def test_a_region_holds_what_lies_beneath_it_and_has_a_tier_of_its_own_depth() -> None:
    drawn = html(opened("ranking", level="region", period="2026-02"))
    assert drawn.index("第 1 级地区") < drawn.index("榕江市") < drawn.index("第 2 级地区") < drawn.index("鼓山区")


@pytest.mark.usefixtures("of_city")
def test_the_controls_follow_the_address_and_lead_it() -> None:
    app = opened("ranking", period="2026-03", department="GAJ", sort="cases")
    assert (app.session_state["s_department"], app.session_state["s_sort"]) == ("GAJ", "cases")
    assert "ZJJ-01" not in html(app)
    app.selectbox(key="s_department").set_value("").run()
    assert "department" not in app.query_params
    assert "ZJJ-01" in html(app)
    app.text_input(key="s_q").set_value("ZJJ-0").run()
    assert app.query_params["q"] == "ZJJ-0"
    assert "GAJ-01" not in html(app)
    app.text_input(key="s_q").set_value("no such").run()
    assert catalogue("zh")["ranking.none_found"] in html(app)


@pytest.mark.usefixtures("of_city")
def test_a_score_leads_to_the_cases_that_cost_points() -> None:
    app = opened("score", level="window", code="ZJJ-06", period="2026-03", ind="on_time")
    drawn = html(app)
    assert "ind=on_time" in drawn
    assert "未达标" in drawn
    assert "case?case=ZJJ-06-2603" in drawn
    assert charts(app) == 4  # indicators, use of limits, trend, what moved
    app.button(key="lines_all").click().run()
    assert app.query_params["all"] == "1"
    assert "承诺时限 · 达标" in html(app)


@pytest.mark.usefixtures("of_city")
def test_the_parts_of_a_score_add_up_to_it() -> None:
    drawn = html(opened("score", level="window", code="ZJJ-02", period="2026-03")).replace("\xa0", " ")
    told = drawn[drawn.index("合计：") :].partition("</b>")[0].removeprefix("合计：").removesuffix(" 分。")
    parts, _, total = told.partition(" = ")
    assert sum(float(part.removeprefix("加分 ")) for part in parts.split(" + ")) == pytest.approx(
        float(total), abs=0.08
    )


@pytest.mark.usefixtures("of_city")
def test_a_score_in_doubt_is_withheld_and_says_why() -> None:
    drawn = html(opened("score", level="window", code=seed.DOUBT, period="2026-03"))
    assert "数据存疑" in drawn
    assert "I1" in drawn
    assert "<b>—</b>" in drawn


@pytest.mark.usefixtures("of_city")
@pytest.mark.parametrize("language", LANGUAGES)
def test_like_is_compared_with_like(language: Language) -> None:
    app = opened("compare", lang=language, period="2026-03")
    assert charts(app) == 1
    assert "mj-verdict" in html(app)
    app = opened("compare", lang=language, period="2026-03", view="like")
    assert catalogue(language)["compare.pick_two"] in html(app)
    app.multiselect(key="c_pick").set_value(["ZJJ-01", "ZJJ-06"]).run()
    assert app.query_params["pick"] == ["ZJJ-01", "ZJJ-06"]
    assert catalogue(language)["compare.differ"] in html(app)


@pytest.mark.usefixtures("of_city")
def test_a_region_is_held_against_its_own_past() -> None:
    app = opened("compare", view="past", level="region", code="350102", period="2026-03")
    assert charts(app) == 1
    assert "去年同月没有分数" in html(app)


@pytest.mark.usefixtures("of_city")
def test_the_period_of_one_page_is_that_of_the_next() -> None:
    app: AppTest = opened("ranking", period="2026-02")
    queries = [one.proto.query_string for one in app.get("page_link")]
    assert any("period=2026-02" in query for query in queries)
    assert Period.parse("2026-02").code in html(app) or "2026 年 02 月" in html(app)
