"""What a picture tells about its camera, on scenes made here."""

from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
import pytest

from video.contracts import Condition, Picture
from video.health import WIDTH, Health


def hall(seed: int = 1, size: tuple[int, int] = (480, 270)) -> Picture:
    """A scene with edges and corners as a hall has: desks, screens, frames."""
    chance = np.random.default_rng(seed)
    picture = np.full((540, 960, 3), (150, 160, 170), np.uint8)
    for _ in range(90):
        x, y = (int(n) for n in chance.integers((0, 0), (940, 520)))
        w, h = (int(n) for n in chance.integers(15, 160, 2))
        colour = [int(n) for n in chance.integers(0, 256, 3)]
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def filmed(scene: Picture, seed: int = 7) -> Iterator[Picture]:
    """The scene as a camera gives it again and again: with noise."""
    chance = np.random.default_rng(seed)
    while True:
        yield np.clip(scene + chance.integers(-9, 10, scene.shape, np.int16), 0, 255).astype(np.uint8)


def conditions(health: Health, scene: Picture, count: int = 4) -> list[Condition]:
    return [health.look(picture) for picture in islice(filmed(scene), count)]


def shifted(scene: Picture, right: float, down: float, degrees: float = 0) -> Picture:
    height, width = scene.shape[:2]
    turn = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1))
    turn[:, 2] += np.array((right, down))
    return np.asarray(cv2.warpAffine(scene, turn, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def brightened(scene: Picture, gain: float, shift: float = 0) -> Picture:
    return np.asarray(np.clip(scene * gain + shift, 0, 255), np.uint8)


def blurred(scene: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), 6), np.uint8)


HALL = hall()


@pytest.fixture
def health() -> Health:
    """A camera that has seen its hall."""
    made = Health()
    assert conditions(made, HALL) == ["ok"] * 4
    return made


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (np.zeros_like(HALL), "dark"),
        (brightened(HALL, 0.02), "dark"),
        (np.full_like(HALL, 140), "covered"),
        (brightened(HALL, 0.05, 120), "covered"),
        (blurred(HALL), "blurred"),
    ],
)
def test_a_fault_is_seen_at_once_and_so_is_its_end(health: Health, scene: Picture, expected: Condition) -> None:
    assert conditions(health, scene) == [expected] * 4
    assert conditions(health, HALL) == ["ok"] * 4


@pytest.mark.parametrize("scene", [brightened(HALL, 0.4), brightened(HALL, 1.4), brightened(HALL, 0.8, 60)])
def test_the_light_is_no_fault(health: Health, scene: Picture) -> None:
    assert conditions(health, scene) == ["ok"] * 4


def test_the_same_picture_again_and_again_is_frozen(health: Health) -> None:
    picture = next(filmed(HALL, 9))
    assert [health.look(picture) for _ in range(6)] == ["ok", "ok", "frozen", "frozen", "frozen", "frozen"]
    assert health.look(next(filmed(HALL, 10))) == "ok"


@pytest.mark.parametrize("where", [(35, -22, 3), (20, 0, 0), (0, -15, 0), (0, 0, 4), (13, 3, 0)])
def test_a_camera_that_was_turned_is_moved_at_the_third_look(health: Health, where: tuple[float, ...]) -> None:
    assert conditions(health, shifted(HALL, *where)) == ["ok", "ok", "moved", "moved"]


def test_a_camera_that_trembles_is_well(health: Health) -> None:
    assert conditions(health, shifted(HALL, 3, -2, 0.3), 5) == ["ok"] * 5


def test_a_camera_that_shows_another_scene_is_moved(health: Health) -> None:
    assert conditions(health, hall(2)) == ["ok", "ok", "moved", "moved"]


def test_a_camera_that_was_turned_to_a_bare_wall_is_moved(health: Health) -> None:
    wall = np.tile(np.linspace(110, 190, 480, dtype=np.uint8)[None, :, None], (270, 1, 3))
    wall[60:, 150:240] -= 80  # a door
    assert conditions(health, wall, 5)[2:] == ["moved"] * 3


def test_a_moved_camera_stays_moved_until_it_comes_back(health: Health) -> None:
    assert conditions(health, shifted(HALL, 35, -22), 12)[2:] == ["moved"] * 10
    assert conditions(health, HALL, 2) == ["ok", "ok"]


def test_a_look_that_tells_nothing_leaves_a_moved_camera_moved(health: Health) -> None:
    conditions(health, shifted(HALL, 35, -22))
    stripes = HALL.copy()  # sharp, and no corner that could be recognised
    stripes[:] = np.where(np.arange(HALL.shape[1]) // 30 % 2, 60, 200)[None, :, None]
    assert conditions(health, stripes, 2) == ["moved", "moved"]


def test_people_in_front_of_much_of_the_picture_are_no_fault(health: Health) -> None:
    crowd = HALL.copy()
    crowd[75:, 100:380] = hall(5)[75:, 100:380]
    assert conditions(health, crowd) == ["ok"] * 4


def test_a_camera_recalibrated_where_it_is_now_is_well() -> None:
    now = shifted(HALL, 35, -22)
    assert conditions(Health(now), now) == ["ok"] * 4
    assert conditions(Health(HALL), now)[-1] == "moved"


def test_a_reference_can_be_kept_and_given_again(health: Health) -> None:
    kept = health.reference
    assert kept is not None
    assert kept.shape == (180, WIDTH)
    done, stored = cv2.imencode(".png", kept)
    assert done
    again = Health(np.asarray(cv2.imdecode(stored, cv2.IMREAD_UNCHANGED), np.uint8))
    assert again.reference is not None
    assert np.array_equal(again.reference, kept)
    assert conditions(again, HALL) == ["ok"] * 4
    assert conditions(again, shifted(HALL, 35, -22))[-1] == "moved"


def test_nothing_is_learnt_from_a_picture_that_shows_nothing() -> None:
    health = Health()
    assert conditions(health, np.zeros_like(HALL), 2) == ["dark", "dark"]
    assert conditions(health, np.full_like(HALL, 140), 2) == ["covered", "covered"]
    assert health.reference is None
    assert conditions(health, HALL) == ["ok"] * 4


@pytest.mark.parametrize("size", [(960, 540), (640, 360), (320, 180)])
def test_the_resolution_may_change(health: Health, size: tuple[int, int]) -> None:
    assert conditions(health, hall(size=size)) == ["ok"] * 4


@pytest.mark.parametrize("size", [(270, 480), (640, 480), (1000, 50), (17, 31), (1, 1)])
def test_a_picture_of_another_shape_is_another_scene(health: Health, size: tuple[int, int]) -> None:
    """Polygons drawn on the old shape mean nothing on it."""
    found = conditions(health, hall(size=size))
    assert found[-1] != "ok"


def test_an_upright_camera_is_as_good_as_any() -> None:
    upright = np.ascontiguousarray(np.rot90(HALL))
    health = Health()
    assert conditions(health, upright) == ["ok"] * 4
    assert conditions(health, shifted(upright, 20, 20))[-1] == "moved"
