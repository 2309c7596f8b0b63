"""Calibration with a mouse in a real browser: the canvas is somebody else's, and what it tells must be where it is."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mingjing.cameras import Camera, Zone, load, save
from mingjing.store.local import LocalServer
from tests.dashboards.test_browser import browser, page, pages_of, pytestmark

__all__ = ["browser", "page", "pytestmark"]

SIZE = (1680, 960)
"""Twice as large as the canvas."""

BOW = ((100, 100), (200, 200), (200, 100), (100, 200))
SQUARE = ((500, 100), (600, 100), (600, 200), (500, 200))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one camera, of which the sampler has left a picture."""
    folder = tmp_path_factory.mktemp("calibrate")
    (folder / "mingjing.toml").write_text('cameras_dir = "cameras"\npictures_dir = "pictures"\n')
    (folder / "cameras").mkdir()
    (folder / "pictures" / "latest").mkdir(parents=True)
    save(folder / "cameras", Camera(id="hall-1", url="hall.mp4", size=SIZE, windows=(Zone("W1", _times(SQUARE, 1)),)))
    Image.effect_noise((840, 480), 40).save(folder / "pictures" / "latest" / "hall-1.plain.jpg")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, empty_server: LocalServer) -> Iterator[str]:
    with pages_of(empty_server.reader_dsn, folder) as address:
        yield f"{address}calibrate?lang=en"


def _times(points: tuple[tuple[float, float], ...], scale: float) -> tuple[tuple[float, float], ...]:
    return tuple((x * scale, y * scale) for x, y in points)


def draw(page: Page, points: tuple[tuple[int, int], ...]) -> None:
    """Click a polygon's corners on the canvas, and the first one again."""
    for x, y in (*points, points[0]):
        page.locator("canvas.upper-canvas").click(position={"x": x, "y": y})


def shows(page: Page, x: int, y: int, *, ink: bool) -> None:
    """Wait until the canvas has drawn there, or no longer has: it loads what it starts from by and by."""
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    drawn = f"canvas => canvas.getContext('2d').getImageData({x}, {y}, 1, 1).data[3] > 0"
    until = time.monotonic() + 60
    while page.locator("canvas.lower-canvas").last.evaluate(drawn) != ink:
        assert time.monotonic() < until
        page.wait_for_timeout(50)


def test_a_polygon_is_drawn_by_mouse_named_and_saved(page: Page, address: str, folder: Path) -> None:
    page.goto(address)
    zones = page.locator("[class*='st-key-zone_']")
    expect(zones).to_have_count(1)
    shows(page, 275, 75, ink=True)

    draw(page, BOW)
    expect(zones).to_have_count(2)
    expect(zones.nth(1)).to_contain_text("crosses itself")
    expect(zones.nth(1)).to_contain_text("no window is chosen yet")
    expect(page.get_by_text("1 polygons have mistakes")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    zones.nth(1).get_by_role("button", name="Delete").click()
    expect(zones).to_have_count(1)

    shows(page, 180, 150, ink=False)
    draw(page, SQUARE)
    expect(zones).to_have_count(2)
    name = zones.nth(1).get_by_role("combobox")
    name.fill("W7")
    name.press("Enter")
    expect(page.get_by_text("New window W7")).to_be_visible()
    page.get_by_text("I have checked these changes").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Camera hall-1 is saved")).to_be_visible()

    (camera,) = load(folder / "cameras")
    first, second = camera.windows
    assert first == Zone("W1", _times(SQUARE, 1))
    assert second.window == "W7"
    expected = _times(SQUARE, 2)
    assert all(abs(x - u) <= 2 and abs(y - v) <= 2 for (x, y), (u, v) in zip(second.polygon, expected, strict=True))
