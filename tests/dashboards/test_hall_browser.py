"""The hall in a real browser: it changes in place while somebody reads it, and a window is a key press away."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from mingjing.store import SampleRow, Store
from mingjing.store.local import serve
from mingjing.types import PresenceSample
from tests.dashboards import hall_seed
from tests.dashboards.seed import NOW
from tests.dashboards.test_browser import browser, fits, page, pages_of, pytestmark

__all__ = ["browser", "page", "pytestmark"]
WATCH = """() => {
    window.removed = 0;
    const count = (node) => (window.removed += node.nodeType === Node.ELEMENT_NODE);
    new MutationObserver((all) => all.forEach((one) => one.removedNodes.forEach(count)))
        .observe(document.querySelector(".mj-plan"), {childList: true, subtree: true});
}"""


def test_the_plan_changes_in_place_and_a_window_opens_by_keyboard(page: Page, tmp_path: Path) -> None:
    with serve(tmp_path / "store") as server, Store(server.dsn) as store:
        store.migrate()
        made = hall_seed.fill(store, tmp_path / "hall", many=16, days=0, every=timedelta(minutes=10))
        lines = [f'{name} = "{getattr(made, name)}"\n' for name in ("cameras_dir", "pictures_dir")]
        (tmp_path / "mingjing.toml").write_text("".join(lines))
        with pages_of(server.reader_dsn, tmp_path) as address:
            page.goto(f"{address}hall")
            tile = page.locator(".mj-plan a", has_text="公安局02号窗口")
            expect(tile).to_have_attribute("data-state", "staffed")
            assert fits(page)
            tile.focus()
            page.evaluate(WATCH)
            gone = PresenceSample(
                window="GAJ-02", camera="cam-01", sampled_at=NOW, state="unstaffed", confidence=0.9, seen_at=NOW
            )
            store.write_presence([SampleRow(gone, decides=True)])
            expect(tile).to_have_attribute("data-state", "unstaffed")
            expect(tile).to_contain_text("离岗")
            assert page.evaluate("window.removed") == 0
            expect(tile).to_be_focused()
            page.keyboard.press("Enter")
            expect(page.locator(".mj-case h1")).to_contain_text("GAJ-02")
            expect(page.locator(".mj-day")).to_be_visible()
            assert "window=GAJ-02" in page.url
            assert fits(page)
            page.go_back()
            expect(tile).to_be_visible()
