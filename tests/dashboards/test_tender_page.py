"""The tender page: nothing, the list, and one tender whose every part has something to say."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.store.local import LocalServer
from tests.dashboards.tender_seed import DEAL, PIECES, TENDER
from tests.dashboards.test_pages import APP, Shown, html

pytestmark = pytest.mark.store


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page("../pages/tender.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_why_it_is_empty(language: Language, shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert catalogue(language)["tender.none"] in html(opened(lang=language))


@pytest.mark.usefixtures("of_city")
def test_the_list_finds_adds_pieces_up_and_names_deals_outside() -> None:
    """Nobody adds up by hand what an owner registered in pieces."""
    drawn = html(opened(lang="zh"))
    assert f"tender={TENDER}" in drawn
    assert "3,750 万元 ÷ 2,000 万元 = 187.5 %" in drawn
    assert all(case in drawn for case in PIECES)
    deal = drawn[drawn.index(DEAL) :]
    assert "500 万元 ÷ 500 万元 = 100 %" in deal
    assert "达到限额" in deal
    searched = html(opened(lang="zh", q="p-30"))
    assert f"tender={TENDER}" in searched
    assert "1 项，共 3 项" in searched


@pytest.mark.usefixtures("of_city")
def test_one_tender_is_told_from_its_registration_to_its_contract() -> None:
    app = opened(lang="en", tender=TENDER)
    drawn = html(app)
    assert "30,000,000 yuan ÷ 20,000,000 yuan = 150 %" in drawn
    assert "9,999 m² ÷ 10,000 m² = 99.99 %" in drawn
    assert "4 days (at least 5)" in drawn
    assert "limit missed" in drawn
    assert "due 2026-04-07" in drawn  # the thirtieth day, 5 April, lies in the Qingming holiday, which ends on the 6th
    assert drawn.count("while outside") == 1
    assert f"experts?draw={TENDER}-" in drawn  # by the event, which is what that page looks for
    assert "place 2 of 3" in drawn
    assert "network address, disk" in drawn
    assert "case?case=T-2026-001&amp;finding=tender-outside" in drawn
    assert len(app.get("vega_lite_chart")) == 3
    assert "b-2" not in drawn  # who bid, scored and entered is masked alike under whatever name
    assert "x-5" not in drawn


@pytest.mark.usefixtures("of_city")
def test_a_project_held_elsewhere_has_its_arithmetic_and_no_room() -> None:
    app = opened(lang="zh", tender=PIECES[0])
    assert "187.5 %" in html(app)
    assert "finding?id=tender-split" in html(app)  # the lead about the owner, who is masked alike in both
    assert catalogue("zh")["tender.rooms"] not in html(app)
    assert catalogue("zh")["tender.unknown_hint"] in html(opened(lang="zh", tender="none-such"))
