"""The public page: what it tells, in both languages, over nothing and some; and that it leads nowhere else."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from os import getpid
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards.words import LANGUAGES, catalogue
from mingjing.scoring.lines import Line
from mingjing.store import Store
from mingjing.store.local import LocalServer
from mingjing.store.scores import LineChange, write_lines
from tests.clickhouse import drop, in_database
from tests.dashboards.test_browser import CHROMIUM, REQUIRED, pages_of
from tests.scoring import seed

pytestmark = pytest.mark.store

HOME = Path(dashboards.__file__).parent
APP = str(HOME / "public" / "main.py")
CLOCK = "2026-04-20T09:00:00+08:00@0x0"
Shown = pytest.MonkeyPatch


@pytest.fixture(scope="session")
def city(clickhouse: LocalServer) -> Iterator[str]:
    """Two months of a small city, as a reader sees it."""
    name = f"mingjing_test_{getpid()}_public"
    dsn = in_database(clickhouse.dsn, name)
    with Store(dsn, profile="offline") as store:
        store.migrate()
        seed.fill(store, months=2)
    yield in_database(clickhouse.reader_dsn, name)
    drop(dsn)


def opened(**query: str) -> AppTest:
    """The page as somebody with that address finds it."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(e.proto.body for e in app.get("html") if not e.proto.body.startswith("<style>"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_figures_with_their_n(language: str, shown: Shown, city: str) -> None:
    shown.setenv("MINGJING_STORE_DSN", city)
    shown.setenv("MINGJING_CLOCK", CLOCK)
    app = opened(lang=language)
    text = html(app)
    name = seed.DEPARTMENTS["GAJ"] if language == "zh" else seed.ENGLISH["GAJ"]
    for told in ("2026-03-31", name, catalogue(language)["public.doubt"], catalogue(language)["public.method"]):
        assert told in text
    assert not [code for code in ("GAJ-01", "GAJ-P1", "经办人", "窗口1") if code in text]
    assert len(app.get("download_button")) == 2


def test_another_period_and_level_can_be_picked(shown: Shown, city: str) -> None:
    shown.setenv("MINGJING_STORE_DSN", city)
    shown.setenv("MINGJING_CLOCK", CLOCK)
    app = opened(period="2026-Q1")
    assert "2026-01-01" in html(app)
    assert app_periods(app)[0] == "2026-Q1"
    app.session_state["level"] = "item"
    app.run()
    assert not app.exception
    assert "公安局事项1" in html(app)


def test_a_period_that_is_not_final_is_not_there(shown: Shown, city: str) -> None:
    shown.setenv("MINGJING_STORE_DSN", city)
    shown.setenv("MINGJING_CLOCK", "2026-04-01T09:00:00+08:00@0x0")
    assert app_periods(opened())[0] == "2026-02"


def app_periods(app: AppTest) -> list[str]:
    return list(app.selectbox[0].options)


def test_many_items_are_searched(shown: Shown, store_dsn: str, store: Store) -> None:
    at = datetime(2026, 3, 2, 3, tzinfo=UTC)
    changes = [
        LineChange(
            f"C{n}-{i}", 1, Line(about="closed", day=at.date(), at=at, department="D1", item=f"I{n}", ref=f"{n}-{i}")
        )
        for n in range(150)
        for i in range(12)
    ]
    write_lines(store, changes, "many")
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    shown.setenv("MINGJING_CLOCK", CLOCK)
    app = opened(period="2026-03")
    assert "1,800" in html(app)
    app.session_state["level"] = "item"
    app.run()
    assert html(app).count('scope="row"') == 100
    app.text_input[0].set_value("i14").run()
    assert html(app).count('scope="row"') == 11


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_store_says_why_there_is_nothing(language: str, shown: Shown, store_dsn: str) -> None:
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    assert catalogue(language)["public.empty"] in html(opened(lang=language))


def test_a_store_that_is_away_is_waited_for(shown: Shown) -> None:
    shown.setenv("MINGJING_STORE_DSN", "clickhouse://reader:x@127.0.0.1:1/mingjing")
    assert "连不上" in html(opened())


@pytest.mark.parametrize("wrong", ["://nobody@", "_not_there"])
def test_a_store_that_refuses_us_is_not_described(shown: Shown, city: str, wrong: str) -> None:
    """Who cannot log in, or finds no tables, says so in the log; the public learns neither host nor user."""
    host = city.rpartition("@")[2]
    shown.setenv("MINGJING_STORE_DSN", f"clickhouse{wrong}{host}" if "@" in wrong else city + wrong)
    text = html(opened())
    assert text.count("mj-notice") == 2
    assert not [
        word for word in (host.partition(":")[0], "nobody", "clickhouse", "migrate", "not_there") if word in text
    ]


def test_the_public_app_has_one_page() -> None:
    """Streamlit would serve a folder `pages` by itself. That no inner page is imported, `./run check` proves."""
    assert not (HOME / "public" / "pages").exists()


def test_both_apps_are_served_alike() -> None:
    inner, public = (
        tomllib.loads((HOME / app / ".streamlit" / "config.toml").read_text()) for app in ("app", "public")
    )
    assert public["server"].pop("maxUploadSize") == 0  # but that the public sends us no files
    assert inner == public


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="needs Chromium")
def test_in_a_browser_on_a_laptop_and_a_phone(city: str, tmp_path: Path) -> None:
    with pages_of(city, tmp_path, "--public", clock=CLOCK) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}?period=2026-02")
        expect(page.locator(".mj-public tbody tr")).to_have_count(4, timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="English").click()
        expect(page.get_by_text("How it is counted")).to_be_visible(timeout=60_000)
        page.set_viewport_size({"width": 1366, "height": 900})
        with page.expect_download() as file:
            page.get_by_role("button", name="CSV, opens in Excel").click()
        raw = Path(file.value.path()).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.decode("utf-8-sig").startswith("Period,")
        for inner in ("finding", "ranking"):
            page.goto(f"{address}{inner}?case=1")
            page.wait_for_timeout(500)
            assert page.locator("[class*=st-key-nav_], .mj-board").count() == 0
        assert not errors
        assert date(2026, 2, 28).isoformat() in raw.decode("utf-8-sig")
        browser.close()
