"""The leaders' pages and a window's own view in a real browser: they fit, draw, and lead on, in both languages."""

from pathlib import Path

from playwright.sync_api import Page, expect

from mingjing.store.local import LocalServer
from tests.dashboards.test_browser import browser, fits, page, pages_of, pytestmark
from tests.scoring import seed

__all__ = ["browser", "page", "pytestmark"]
DRAWN = "[data-testid=stVegaLiteChart] :is(canvas, svg)"


def test_leaders_look_at_the_map_and_go_on_from_there(page: Page, city: LocalServer, tmp_path: Path) -> None:
    with pages_of(city.reader_dsn, tmp_path) as address:
        page.goto(f"{address}departments?lang=zh&period=2026-02")
        expect(page.locator(".mj-map a")).to_have_count(len(seed.DEPARTMENTS))
        expect(page.locator(".mj-rare").last).to_be_visible()
        assert fits(page)
        page.locator(".mj-rare a", has_text="鼓山区").first.click()
        expect(page.locator(".mj-crumbs")).to_contain_text("鼓山区")
        page.get_by_role("link", name="负荷与排班").click()
        expect(page.locator(DRAWN)).to_have_count(4)
        assert "region=350102" in page.url  # leaders' pages keep period and place
        assert "period=2026-02" in page.url
        assert fits(page)
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1.mj-title")).to_contain_text("Load and staffing")
        page.get_by_role("link", name="Reform").click()
        expect(page.locator(DRAWN)).to_have_count(3)
        assert fits(page)
        page.goto(f"{address}mine?lang=en&window=ZJJ-05&period=2026-02")
        expect(page.locator(".mj-ruler")).to_be_visible()
        expect(page.locator("[data-testid=stCode]")).to_contain_text("APPEAL")
        assert fits(page)
        page.locator("td a", has_text="ZJJ-05-2602").first.click()
        page.wait_for_url("**/case?case=ZJJ-05-2602*")
