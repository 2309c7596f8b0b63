"""The pages in a real browser: live without flicker, by keyboard, on a laptop and the wall, while the store is away."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from mingjing.types import Evidence, Finding, Text
from tests.dashboards import seed
from tests.dashboards.conftest import CLOCK

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED = os.environ.get("MINGJING_TEST_REQUIRE_BROWSER") == "1"
pytestmark = [
    pytest.mark.store,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED, reason="needs Chromium (Debian: apt-get install chromium fonts-noto-cjk)"
    ),
]
SECOND = 1_000
PATIENCE = 60 * SECOND
expect.set_options(timeout=PATIENCE)

NEW_RED = Finding(
    finding_id="came-just-now",
    revision=1,
    rule="T3",
    rule_version="1",
    subject="case:51-new",
    severity=3,
    status="open",
    occurred_at=seed.NOW,
    detected_at=seed.NOW,
    message=Text(zh="刚刚到来的红牌", en="A red card that has just come"),
    evidence=Evidence(events=()),
    case_id="51-new",
    department="SWJ",
)


@contextmanager
def pages_of(dsn: str, folder: Path, *options: str, clock: str = CLOCK) -> Iterator[str]:
    """`mingjing dashboard` with options over a store; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MINGJING_", "STREAMLIT_"))}
    env |= {"MINGJING_STORE_DSN": dsn, "MINGJING_CLOCK": clock, "MINGJING_SIGN_IN": "off"}
    with (folder / "dashboard.log").open("wb") as log:
        command = [sys.executable, "-m", "mingjing", "dashboard", "--port", str(port), *options]
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/_stcore/health"))
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "did not start within a minute"
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A laptop's window; an error of a script on the page fails the test."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    one = context.new_page()
    one.set_default_timeout(PATIENCE)
    one.on("pageerror", lambda error: wrong.append(str(error)))
    known = "Bad delta path"  # see reloadIfBlank in board.js
    yield one
    context.close()
    assert [error for error in wrong if known not in error] == []


@pytest.fixture(scope="module")
def empty(empty_server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pages_of(empty_server.reader_dsn, tmp_path_factory.mktemp("pages")) as address:
        yield address


@pytest.fixture(scope="module")
def few(few_server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pages_of(few_server.reader_dsn, tmp_path_factory.mktemp("pages")) as address:
        yield address


@pytest.fixture(scope="module")
def many(many_server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pages_of(many_server.reader_dsn, tmp_path_factory.mktemp("pages")) as address:
        yield address


def rows(page: Page) -> list[str]:
    """The messages on the board."""
    return page.locator(".mj-board tbody a").all_inner_texts()


def open_board(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".mj-board tbody tr").first).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_empty_board_tells_so(page: Page, empty: str) -> None:
    page.goto(f"{empty}?lang=en")
    expect(page.locator(".mj-empty")).to_be_visible()
    expect(page.locator(".st-key-bar")).to_contain_text("Officers' board")


@pytest.mark.parametrize(("where", "language"), [("", "zh"), ("case", "en"), ("health", "en")])
def test_every_page_fits_a_laptop(page: Page, few: str, where: str, language: str) -> None:
    page.goto(f"{few}{where}?lang={language}&case={seed.LONG_CASE}")
    expect(page.locator(".mj-board tbody tr, .mj-section").first).to_be_visible()
    assert fits(page)


def test_the_first_page_that_anyone_opens_may_be_a_case(page: Page, few_server: LocalServer, tmp_path: Path) -> None:
    """Streamlit treats a script beside a folder named pages differently until it has run once."""
    with pages_of(few_server.reader_dsn, tmp_path) as address:
        page.goto(f"{address}case?case={seed.LONG_CASE}")
        expect(page.locator(".mj-case h1")).to_contain_text(seed.LONG_CASE)
        expect(page.locator(".st-key-bar")).to_be_visible()


def test_new_findings_arrive_without_reloading_flicker_or_losing_the_place(
    page: Page, few: str, few_server: LocalServer
) -> None:
    open_board(page, f"{few}?status=all&size=100&rule=T2&rule=T3")
    page.locator(".mj-board tbody a").nth(12).focus()
    place = page.evaluate("document.activeElement.closest('tr').getBoundingClientRect().top")
    page.evaluate(
        """() => {
            window.seen = {removed: 0, faintest: 1, loads: performance.getEntriesByType('navigation').length};
            const table = document.querySelector('table.mj-board');
            new MutationObserver((all) => all.forEach((m) => (window.seen.removed += m.removedNodes.length)))
                .observe(table.parentNode, {childList: true, subtree: true});
            const watch = () => {
                let opacity = 1;
                for (let e = table; e; e = e.parentElement) opacity *= getComputedStyle(e).opacity;
                window.seen.faintest = Math.min(window.seen.faintest, opacity);
                requestAnimationFrame(watch);
            };
            watch();
        }"""
    )
    with Store(few_server.dsn) as store:
        store.write_findings([NEW_RED])
    expect(page.locator(".mj-board tbody tr", has_text=NEW_RED.message.zh)).to_be_visible()
    page.wait_for_timeout(5 * SECOND)  # some more drawings
    assert page.evaluate("window.seen.removed") == 0
    assert page.evaluate("window.seen.faintest") == 1
    assert page.evaluate("document.activeElement.closest('tr') !== null"), "the focus was lost"
    now = page.evaluate("document.activeElement.closest('tr').getBoundingClientRect().top")
    assert abs(now - place) < 90, "the reader's place moved by more than the row that came"
    with Store(few_server.dsn) as store:
        gone = msgspec.structs.replace(NEW_RED, revision=2, status="withdrawn", reason="refuted")
        store.write_findings([gone])


def test_a_finding_opens_by_keyboard_and_back_leads_to_the_same_view(page: Page, few: str) -> None:
    open_board(page, f"{few}?severity=3&rule=T3&department=ZJJ&department=SCJGJ&status=all")
    before = rows(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(".mj-finding[open]").first).to_be_visible()
    assert "case=" in page.url
    page.go_back()
    expect(page.locator(".mj-board tbody tr").first).to_be_visible()
    expect(page.locator(".mj-board tbody tr")).to_have_count(len(before))
    assert rows(page) == before


def test_the_filters_are_kept_in_the_address_and_a_copy_of_it_shows_the_same(page: Page, few: str) -> None:
    open_board(page, few)
    page.get_by_test_id("stSidebar").get_by_text("黄牌", exact=True).click()
    expect(page).to_have_url(re.compile("severity=2"))
    expect(page.locator(".mj-board tbody tr[data-severity='3']")).to_have_count(0)
    shown, address = rows(page), page.url
    open_board(page, address)
    assert rows(page) == shown


def test_english_is_one_click_away(page: Page, few: str) -> None:
    open_board(page, few)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".mj-board th").first).to_have_text("Severity")
    expect(page).to_have_url(re.compile("lang=en"))


def test_a_hundred_thousand_findings_can_be_paged(page: Page, many: str) -> None:
    open_board(page, f"{many}?status=all")
    expect(page.locator(".mj-rows")).to_contain_text("100,0")
    first = page.locator(".mj-board tbody tr").first.inner_text()
    page.locator("[data-testid=stPagination] button, .stPagination button", has_text="2").first.click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".mj-board tbody tr").first).not_to_have_text(first)


def test_the_wall_screen_is_legible_from_three_metres(page: Page, many: str) -> None:
    """On 55 inches 1080p a pixel is 0.63 mm: 34 px are 21 mm, read at three metres with ease; 22 px is the least."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_board(page, f"{many}?wall=1")
    sizes = page.eval_on_selector_all(
        ".mj-strip *, .mj-board *, .mj-more",
        "all => all.filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 22
    links = page.eval_on_selector_all(".mj-board a", "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(links) >= 34
    assert fits(page)
    last = page.locator(".mj-board tbody tr").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 1080
    assert not page.get_by_test_id("stSidebar").is_visible()


def test_hostile_texts_run_nothing(page: Page, few: str) -> None:
    for address in (f"{few}?q=strange&status=all", f"{few}health"):
        page.goto(address)
        expect(page.locator(".mj-board tbody tr, .mj-section").first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
    page.goto(f"{few}?q=strange&status=all")
    page.locator(".mj-board tbody tr").first.click()
    expect(page.locator(".mj-case h1")).to_contain_text(seed.AWKWARD_CASE)
    assert page.locator("img[src=x]").count() == 0
    assert fits(page)


def test_on_paper_a_case_has_no_furniture(page: Page, few: str) -> None:
    page.goto(f"{few}case?case={seed.LONG_CASE}")
    expect(page.locator(".mj-finding").first).to_be_visible()
    page.emulate_media(media="print")
    assert not page.locator(".st-key-bar").is_visible()
    expect(page.locator(".mj-timeline")).to_be_visible()


def test_a_store_that_goes_away_is_told_of_and_comes_back_by_itself(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with serve(folder) as server, Store(server.dsn) as store:
        store.migrate()
        store.write_findings([NEW_RED])
        port = server.port
        with pages_of(server.reader_dsn, tmp_path) as address:
            open_board(page, address)
            store.close()
            server.stop()
            expect(page.locator(".mj-notice")).to_be_visible()
            assert rows(page) == [NEW_RED.message.zh]
            with serve(folder, port):
                expect(page.locator(".mj-notice")).to_have_count(0)
                assert rows(page) == [NEW_RED.message.zh]
