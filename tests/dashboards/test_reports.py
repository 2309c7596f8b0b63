"""The page of briefs: what it offers, what it says where there is nothing, and what it hands out."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mingjing.reports.facts import Order
from mingjing.reports.shelf import file_name, write
from mingjing.scoring.periods import Period
from mingjing.store.local import LocalServer
from tests.dashboards.test_pages import APP, html

pytestmark = pytest.mark.store


def opened(**query: str) -> AppTest:
    """The page as a reader with that address finds it."""
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("../pages/reports.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def nothing(empty_server: LocalServer, shown: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The page over a store with nothing in it."""
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    return shown


@pytest.mark.usefixtures("nothing")
def test_an_empty_shelf_says_how_to_fill_it_and_no_data_are_told(tmp_path: Path) -> None:
    """A button that did nothing would be pressed again and again."""
    app = opened(lang="zh")
    assert "还没有通报。" in html(app)
    app.button(key="make").click().run()
    assert not app.exception
    assert "这个周期没有任何数据。" in html(app)
    assert not (tmp_path / "var").exists()


def test_the_shelf_shows_each_brief_once_with_its_files(nothing: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Four files of one brief are one line."""
    nothing.setenv("MINGJING_BRIEF_DIR", str(tmp_path / "briefs"))
    (tmp_path / "briefs").mkdir()
    order = Order(period=Period.parse("2026-02"))
    for language in ("zh", "en"):
        for form in ("pdf", "xlsx"):
            write(tmp_path / "briefs" / file_name(order, language, 2, form), b"x")
    app = opened(lang="en")
    assert html(app).count("2026-02-window") == 1
    assert "revision 2" in html(app)
    assert [one.proto.label for one in app.get("download_button")] == [
        "English PDF", "English Excel", "Chinese PDF", "Chinese Excel"
    ]  # fmt: skip
