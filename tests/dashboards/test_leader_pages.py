"""The pages on departments, load, reform and a window's own view, over nothing and over a small city."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import who
from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.access import Person, Scope
from mingjing.store.local import LocalServer
from tests.dashboards.test_pages import APP, Shown, html
from tests.scoring import seed

pytestmark = pytest.mark.store

PAGES = ("departments", "load", "reform", "mine")
NOTHING = {
    "departments": ("departments.none",),
    "load": ("load.none",),
    "reform": ("reform.parallel_none", "reform.shorter_none", "reform.on_time_none"),
    "mine": ("mine.none",),
}


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page(f"../pages/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_why_it_is_empty(language: Language, shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    for page, keys in NOTHING.items():
        app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception
        assert all(catalogue(language)[key] in html(app) for key in keys), page


@pytest.mark.usefixtures("of_city")
def test_departments_are_tiles_with_words_and_lead_to_their_score() -> None:
    drawn = html(opened("departments", lang="zh", period="2026-02"))
    assert drawn.count('class="mj-map"') == 1
    for code, name in seed.DEPARTMENTS.items():
        assert name in drawn
        assert f"level=department&amp;code={code}&amp;period=2026-02" in drawn
    assert drawn.count("data-standing=") >= len(seed.DEPARTMENTS)
    assert "最好：" in drawn
    assert "拖累：" in drawn
    assert "超承诺时限" in drawn


@pytest.mark.usefixtures("of_city")
def test_regions_lead_down_and_up_the_tree() -> None:
    top = html(opened("departments", lang="en"))
    assert "departments?region=350102" in top
    city = top[top.index("departments?region=350100") :].partition("</tr>")[0]
    assert "no different from the mean" in city  # it is held against its like, not against its own districts
    assert "mj-crumbs" not in top
    inside = html(opened("departments", lang="en", region="350102"))
    assert "departments?region=350100" in inside
    assert "All regions" in inside


@pytest.mark.usefixtures("of_city")
def test_load_advises_from_cameras_and_says_where_none_looks() -> None:
    app = opened("load", lang="zh")
    assert "9:00–10:00每个在岗窗口每小时收" in html(app)
    assert charts(app) == 4
    blind = opened("load", lang="en", department="RSJ")
    assert "No camera looks at these windows" in html(blind)
    assert "per staffed window on average" not in html(blind)
    assert charts(blind) == 3


@pytest.mark.usefixtures("of_city")
def test_reform_tells_twenty_nine_to_eight_and_names_the_late_cases() -> None:
    app = opened("reform", lang="zh", period="2026-01-30..2026-03-31")
    drawn = html(app)
    assert "各单位时限累加平均 29 个工作日" in drawn
    assert "case?case=joint-" in drawn
    assert "360 → 180 (-50.0%)" in drawn
    assert "80 → 60" in drawn
    assert "95% 置信区间" in drawn
    assert charts(app) == 3
    same = html(opened("reform", lang="zh", was="2026-02-01", now="2026-03-01"))
    assert "两个日期的目录没有差别" in same


@pytest.mark.usefixtures("of_city")
def test_a_window_sees_its_own_score_and_nobody_elses() -> None:
    drawn = html(opened("mine", lang="zh", window="ZJJ-05"))
    assert "住房和城乡建设局5号窗口" in drawn
    assert "case?case=ZJJ-05-26" in drawn
    assert "同类范围" in drawn
    assert "向谁提" in drawn
    others = [one for one in seed.windows() if one != "ZJJ-05"]
    assert not [one for one in others if one in drawn]


@pytest.mark.usefixtures("of_city")
def test_the_form_of_an_appeal_is_filled_with_the_chosen_case() -> None:
    app = opened("mine", lang="en", officer="SCJGJ-P6")
    (form,) = app.code
    first = app.selectbox(key="mine_form").options[0].partition(" · ")[0]
    assert first in form.value
    assert "SCJGJ-P6" in form.value


@pytest.mark.usefixtures("of_city")
def test_too_few_cases_are_no_disgrace() -> None:
    assert "样本太少，不参评" in html(opened("mine", lang="zh", window=seed.TINY, period="2026"))
    assert "数据真实性问题" in html(opened("mine", lang="zh", window=seed.DOUBT))


@pytest.mark.usefixtures("of_city")
def test_the_picker_turns_the_address_and_nonsense_in_it_is_dropped() -> None:
    app = opened("load", lang="en", period="9999-12-31")  # the day after it there is not
    assert "2026-03" in html(app)
    app.button(key="period_back").click().run()
    assert app.query_params["period"] in ("2026-02", ["2026-02"])
    assert not app.exception
    assert "2026-02" in html(app)


@pytest.mark.usefixtures("of_city")
def test_who_writes_another_window_into_the_address_of_the_own_view_learns_nothing(shown: Shown) -> None:
    scope = Scope(officers=frozenset({"ZJJ-P5"}), counters=frozenset({"ZJJ-P5", "ZJJ-05"}))
    me = Person(account="li", roles=frozenset({"officer"}), scope=scope, officer="ZJJ-P5")
    shown.setattr(who, "person", lambda: me)
    none = catalogue("zh")["mine.none_hint"]
    app = opened("mine", lang="zh", window="GAJ-01")
    assert none in html(app)
    app.query_params["officer"] = me.officer
    assert none not in html(app.run())
