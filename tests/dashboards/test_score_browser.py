"""Leaders' pages in a real browser: from the ranking to a score and its cases, in both languages, and on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mingjing.store.local import LocalServer
from tests.dashboards.test_browser import browser, fits, page, pages_of, pytestmark

__all__ = ["browser", "page", "pytestmark"]


@pytest.fixture(scope="module")
def address(city: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pages_of(city.reader_dsn, tmp_path_factory.mktemp("pages")) as address:
        yield address


def test_a_ranking_opens_a_score_by_keyboard_and_its_cases_in_the_other_language(page: Page, address: str) -> None:
    page.goto(f"{address}ranking?period=2026-03")
    expect(page.locator(".mj-standing .mj-range")).to_have_count(22)
    assert fits(page)
    page.locator(".mj-standing a", has_text="市场监督管理局6号窗口").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("score.*code=SCJGJ-06"))
    expect(page.locator(".mj-how li").first).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(4)
    assert fits(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".mj-title")).to_contain_text("Market Regulation, window 6")
    page.locator(".mj-indicators a").first.click()
    expect(page.locator(".mj-behind tbody tr").first).to_contain_text("not good")
    expect(page.locator(".mj-behind tbody a").first).to_have_attribute("href", re.compile("case=SCJGJ-06"))


def test_a_ranking_on_paper_is_the_ranking_alone(page: Page, address: str) -> None:
    page.goto(f"{address}ranking?period=2026-03&lang=en")
    expect(page.locator(".mj-standing .mj-range").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".st-key-score_tools")).to_be_hidden()
    expect(page.locator(".st-key-bar")).to_be_hidden()
    expect(page.locator(".mj-standing")).to_be_visible()


def test_who_is_outside_the_funnel_leads_to_the_score(page: Page, address: str) -> None:
    page.goto(f"{address}compare?period=2026-03")
    link = page.locator(".mj-narrow a").first
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_be_visible()
    assert fits(page)
    link.click()
    expect(page.locator(".mj-score")).to_be_visible()
