"""The investigators' pages: nothing, one case with 500 events, what is related to it, and what may not be shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from msgspec.structs import replace
from streamlit.testing.v1 import AppTest

from dashboards import who
from dashboards.words import LANGUAGES, catalogue
from mingjing.errors import UsageError
from mingjing.record.recorder import Recorder
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from mingjing.store.record import entries
from tests.dashboards import life_seed, seed
from tests.dashboards.test_pages import APP, Shown, html

pytestmark = pytest.mark.store
BUSY, OTHERS = life_seed.BUSY_CASE, life_seed.SIBLINGS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A store with the busy case, its relatives, finished cases of its item, and one whose every text is hostile."""
    with serve(tmp_path_factory.mktemp("life")) as server, Store(server.dsn) as store:
        store.migrate()
        store.write_names(seed.names())
        life_seed.fill(store)
        life_seed.many_alike(store, 50)
        seed.awkward(store)
        yield server


@pytest.fixture
def at_desk(shown: Shown, server: LocalServer, tmp_path: Path) -> Shown:
    """Pages over that store where things can be recorded."""
    shown.setenv("MINGJING_STORE_DSN", server.reader_dsn)
    shown.setenv("MINGJING_DESK_DSN", server.desk_dsn)
    shown.setenv("MINGJING_SEAL_DIR", str(tmp_path / "seal"))
    shown.setenv("MINGJING_SIGN_IN", "off")
    return shown


def opened(page: str, **query: str) -> AppTest:
    """A page as its address shows it; `turn` it to another address for what costs a whole opening less."""
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page(f"../pages/{page}.py")
    return turn(app, **query)


def turn(app: AppTest, **query: str) -> AppTest:
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def all_of(app: AppTest) -> str:
    """Everything that the page hands to the browser."""
    charts = [element.proto.spec for name in ("vega_lite_chart", "graphviz_chart") for element in app.get(name)]
    data = [
        bytes(one.data.data).decode("utf-8", "replace")
        for chart in app.get("vega_lite_chart")
        for one in chart.proto.datasets
    ]
    return "\n".join([html(app), *charts, *data])


def test_every_page_says_why_it_is_empty(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    zh, en = (catalogue(language) for language in LANGUAGES)
    app = opened("investigate", lang="zh")
    assert zh["investigate.none_asked"] in html(app)
    assert en["investigate.nothing_hint"] in html(turn(app, lang="en", by="officer", q="nobody"))
    app.switch_page("../pages/workspace.py")
    assert en["workspace.none_asked"] in html(turn(app, lang="en"))
    assert "C404" in html(turn(app, case="C404"))
    app.switch_page("../pages/dossier.py")
    assert zh["dossier.cannot"] in html(turn(app, lang="zh"))


FOUND = {
    ("officer", "周文静"): BUSY,
    ("item", "施工许可"): OTHERS[1],
    ("case", BUSY[:9]): BUSY,
    ("finding", "lead-own"): "停表疑似滥用",
}


@pytest.mark.usefixtures("at_desk")
def test_a_search_finds_by_code_or_name_and_leads_to_the_workspace() -> None:
    app = opened("investigate", lang="zh", by="officer", q="ZJJ-05")
    assert OTHERS[0] in html(app)
    for (by, text), found in FOUND.items():
        drawn = html(turn(app, by=by, q=text))
        assert found in drawn, by
        assert 'href="workspace?case=' in drawn


@pytest.mark.usefixtures("at_desk")
def test_free_words_are_searched_but_never_stand_in_the_address() -> None:
    """Somebody may type a person's name; addresses end up in histories and logs."""
    app = opened("investigate", lang="zh")
    app.text_input(key="look_text").set_value("停表疑似").run()
    assert "lead-own" in html(app)
    assert "q" not in app.query_params
    app.text_input(key="look_text").set_value("x' OR 1=1 -- <script>alert(1)</script>").run()
    assert not app.exception
    assert "<script>" not in html(app)


def nobody(app: AppTest) -> bool:
    """Whether the page names no applicant."""
    shown = all_of(app)
    return life_seed.APPLICANT not in shown and "张三丰" not in shown


@pytest.mark.usefixtures("at_desk")
def test_the_whole_life_is_drawn_and_what_is_related_is_found_without_showing_who() -> None:
    """Neither the applicant's pseudonym nor a name reaches the browser before it was unsealed."""
    app = opened("workspace", lang="zh", case=BUSY)
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    layer = spec["layer"][-1]
    assert layer["params"][0]["bind"] == "scales"
    lanes = layer["encoding"]["y"]["scale"]["domain"]
    assert lanes[:3] == ["① 发生", "② 登记", "③ 收到"]
    assert {"经办 周文静", "违规时刻", "发现与修订", "在岗 住房和城乡建设局3号窗口"} <= set(lanes)
    late = [row for row in spec["layer"][1]["data"]["values"] if row["late"]]
    assert 20 < len(late) < 100  # a tenth of 500 was written down days later
    drawn = {row["lane"] for row in layer["data"]["values"]}
    assert len([row for row in layer["data"]["values"] if row["lane"] == "① 发生"]) == 500
    assert "③ 收到" in drawn
    kinds = {row["kind"] for row in spec["layer"][0]["data"]["values"]}
    assert {"在岗", "离岗"} <= kinds
    assert nobody(app)
    drawn_too = html(turn(app, view="related"))
    assert all(case in drawn_too for case in OTHERS)
    assert "同申请人" in drawn_too
    assert life_seed.SIGNAL.zh in drawn_too
    assert nobody(app)
    assert nobody(turn(app, view="ledger"))


def unseal(app: AppTest, why: str) -> AppTest:
    words = catalogue("en")
    next(field for field in app.text_input if field.label == words["unseal.reason"]).set_value(why)
    next(button for button in app.button if button.label == words["unseal.do"]).click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("at_desk")
def test_a_case_is_unsealed_alone_for_one_person_and_session_once_the_reason_is_on_record(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is refused or cannot be recorded shows nothing; another case, session or person is as before."""
    app = opened("case", lang="en", case=OTHERS[0])
    assert nobody(unseal(app, "why"))
    with monkeypatch.context() as broken:
        broken.setattr(Recorder, "append", Mock(side_effect=UsageError("nothing can be recorded")))
        assert nobody(unseal(app, "complaint 7 of March"))
    with Store(server.desk_dsn) as store:
        assert entries(store, kinds=["view"], cases=[OTHERS[0]]) == []
        assert life_seed.APPLICANT in all_of(unseal(app, "complaint  7 of March"))
        (seen,) = entries(store, kinds=["view"], cases=[OTHERS[0]])
    assert (seen.actor, json.loads(seen.body)["reason"]) == ("local", "complaint 7 of March")
    assert nobody(turn(app, case=OTHERS[1]))
    assert not nobody(turn(app, case=OTHERS[0]))
    assert nobody(opened("case", lang="en", case=OTHERS[0]))
    monkeypatch.setattr(who, "EVERYBODY", replace(who.EVERYBODY, account="next"))  # signed out, somebody else in
    assert nobody(turn(app, case=OTHERS[0]))


@pytest.mark.usefixtures("at_desk")
def test_the_case_is_drawn_over_the_normal_course_and_compared_step_by_step() -> None:
    app = opened("workspace", lang="zh", case=OTHERS[0], view="course")
    drawn = app.get("graphviz_chart")[0].proto.spec
    assert "digraph" in drawn
    assert "受理" in drawn
    assert "罕见" in drawn  # it was decided without any step
    assert f"{50 + 3} 件" in html(app)  # fifty alike, the busy one and two others; itself left out


@pytest.mark.usefixtures("at_desk")
def test_hostile_texts_are_shown_as_they_are() -> None:
    app = opened("workspace", lang="en", case=seed.AWKWARD_CASE)
    for view in ("life", "ledger"):
        assert "<img src=x" not in html(turn(app, view=view)), view


@pytest.mark.usefixtures("at_desk")
def test_a_note_is_written_and_revised_and_the_case_put_into_a_sealed_file() -> None:
    app = opened("workspace", lang="en", case=BUSY, view="notes")
    app.text_area(key="note_text").set_value("ask for the <b>paper</b> file")
    next(button for button in app.button if button.label == catalogue("en")["notes.keep"]).click().run()
    assert not app.exception
    assert "ask for the &lt;b&gt;paper&lt;/b&gt; file" in html(app)
    files = opened("dossier", lang="en", add=BUSY)
    files.text_input[-1].set_value("Pauses of March")
    next(button for button in files.button if button.label == catalogue("en")["dossier.make"]).click().run()
    assert not files.exception
    assert "Pauses of March" in html(files)
    assert "workspace?case" not in html(files)  # the list alone; what is in it needs a reason
    open_it = next(button for button in files.button if button.label == catalogue("en")["dossier.open"])
    open_it.click().run()
    assert "a reason" in html(files)
    files.text_input(key="why_file").set_value("review of March")
    next(button for button in files.button if button.label == catalogue("en")["dossier.open"]).click().run()
    assert f"workspace?case={BUSY}" in html(files)
