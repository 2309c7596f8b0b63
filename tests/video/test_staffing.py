"""Whether a window is staffed, from boxes alone: laws over generated histories, and cases that a reader can draw."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, sin, tau
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjing.cameras import Point, Zone
from mingjing.cameras.polygons import area
from mingjing.instants import SECOND
from video.contracts import Box, Condition
from video.staffing import Place, Seen, Thresholds, overlap

SIZE = (640, 480)
DESK = Zone("W1", ((100, 100), (200, 100), (200, 200), (100, 200)))
CLERK = Box(0.8, 120, 110, 60, 80)
CITIZEN = Box(0.9, 90, 80, 130, 400)  # stands in front, reaches far below the desk
PASSER = Box(0.9, 400, 100, 60, 200)
SIGHTS = {"clerk": [CLERK], "both": [CITIZEN, CLERK], "hidden": [CITIZEN], "nobody": [PASSER]}
FAULTS: tuple[Condition, ...] = ("dark", "covered", "blurred", "frozen", "moved")


law = settings(max_examples=50, deadline=None)


class Look(NamedTuple):
    """`after`: microseconds since the look before, which may be negative: a clock was set back."""

    after: int
    sight: str
    condition: Condition = "ok"


def looks(*sights: str, faults: bool = True, back: bool = False) -> st.SearchStrategy[list[Look]]:
    after = st.integers(-100 * SECOND if back else 0, 60 * SECOND) | st.integers(SECOND, 6 * SECOND)
    condition: st.SearchStrategy[Condition] = st.sampled_from(("ok", "ok", "ok", *FAULTS)) if faults else st.just("ok")
    return st.lists(
        st.builds(Look, after, st.sampled_from(sights or tuple(SIGHTS)), condition), min_size=1, max_size=20
    )


def seen(history: Sequence[Look], place: Place | None = None) -> list[tuple[int, Seen]]:
    place, at, result = place or Place(DESK, SIZE), 0, []
    for look in history:
        at += look.after
        result.append((at, place.look(at, SIGHTS[look.sight], look.condition)))
    return result


def every(seconds: float, sights: str) -> list[Look]:
    """Looks at even distances: c clerk, h hidden, - nobody, f frozen."""
    names = {"c": "clerk", "h": "hidden", "-": "nobody", "f": "nobody"}
    return [Look(round(seconds * SECOND), names[sign], "frozen" if sign == "f" else "ok") for sign in sights]


def states(history: Sequence[Look], thresholds: Thresholds | None = None) -> str:
    """One letter a look: S staffed, U unstaffed, ? unknown; small: held because it is hidden."""
    letters = {"staffed": "S", "unstaffed": "U", "unknown": "?"}
    found = seen(history, Place(DESK, SIZE, thresholds))
    return "".join(letters[s.state].lower() if s.reason == "hidden" else letters[s.state] for _, s in found)


@law
@given(looks(back=True))
def test_who_is_seen_is_never_absent(history: list[Look]) -> None:
    for look, (at, found) in zip(history, seen(history), strict=True):
        if look.sight in ("clerk", "both") and look.condition == "ok":
            assert (found.state, found.reason, found.persons, found.seen_at) == ("staffed", None, 1, at)


@law
@given(looks(back=True))
def test_a_camera_at_fault_knows_nothing(history: list[Look]) -> None:
    for look, (_, found) in zip(history, seen(history), strict=True):
        if look.condition != "ok":
            assert (found.state, found.reason, found.confidence) == ("unknown", look.condition, 0)


@law
@given(looks(back=True))
def test_the_last_sighting_is_never_in_the_future(history: list[Look]) -> None:
    assert all(found.seen_at is None or found.seen_at <= at for at, found in seen(history))


@law
@given(looks())
def test_the_last_sighting_never_moves_back_while_time_goes_on(history: list[Look]) -> None:
    sightings = [found.seen_at for _, found in seen(history) if found.seen_at is not None]
    assert sightings == sorted(sightings)


@law
@given(looks(back=True))
def test_every_state_says_why_and_how_sure(history: list[Look]) -> None:
    for _, found in seen(history):
        assert 0 <= found.confidence <= 1
        assert (found.state == "unknown") <= (found.reason is not None)
        assert found.persons == 0 or found.state == "staffed"


@law
@given(looks(), st.data())
@example(every(299, "ch-h") + every(1, "-"), None)
def test_hiding_a_look_never_makes_an_absence(history: list[Look], data: st.DataObject | None) -> None:
    """Somebody in front stops the absence clock: whoever is unstaffed then was so without."""
    missed = [number for number, look in enumerate(history) if look.sight == "nobody"]
    chosen = set(data.draw(st.lists(st.sampled_from(missed)))) if data and missed else set(missed[:1])
    hidden = [look._replace(sight="hidden") if n in chosen else look for n, look in enumerate(history)]
    for (_, before), (_, after) in zip(seen(history), seen(hidden), strict=True):
        assert after.state != "unstaffed" or before.state == "unstaffed"


@law
@given(looks("clerk", "hidden", "nobody", faults=False))
def test_an_absence_is_announced_after_so_many_unhidden_seconds(history: list[Look]) -> None:
    """Counted anew over the looks that saw the window and nobody there; no look counts for more than half of it."""
    limits = Thresholds(hold_s=1e9)
    unseen, wanted = 0.0, limits.absent_after_s * SECOND
    for look, (_, found) in zip(history, seen(every(1, "c") + history, Place(DESK, SIZE, limits))[1:], strict=True):
        if look.sight == "clerk":
            unseen = 0
        elif look.sight == "nobody":
            unseen += min(look.after, wanted / 2)
        assert found.state == ("unstaffed" if unseen >= wanted else "staffed")


@law
@given(looks(), st.sampled_from((0.5, 2, 4)), st.booleans())
def test_the_size_of_the_picture_does_not_matter(history: list[Look], factor: float, redrawn: bool) -> None:
    """A stream of another size, or one calibrated at another size, sees the same."""

    def scaled(box: Box) -> Box:
        return Box(box.score, *(factor * edge for edge in box[1:]))

    size = (int(factor * SIZE[0]), int(factor * SIZE[1]))
    zone = Zone("W1", tuple((factor * x, factor * y) for x, y in DESK.polygon)) if redrawn else DESK
    place, at = Place(zone, size if redrawn else SIZE), 0
    for look, (_, expected) in zip(history, seen(history), strict=True):
        at += look.after
        assert place.look(at, [scaled(box) for box in SIGHTS[look.sight]], look.condition, size) == expected


@law
@given(looks(), st.permutations([CLERK, CITIZEN, PASSER]))
def test_the_order_of_the_boxes_does_not_matter(history: list[Look], boxes: list[Box]) -> None:
    place, same = Place(DESK, SIZE), Place(DESK, SIZE)
    for at, look in enumerate(history):
        assert place.look(at, boxes, look.condition) == same.look(at, sorted(boxes), look.condition)


def test_a_window_is_staffed_then_held_then_unstaffed() -> None:
    assert states(every(1, "cc-----hh-c")) == "SSSSSSUuuUS"


def test_two_missed_looks_make_an_absence_however_rare_they_are() -> None:
    assert states(every(5, "c--c")) == "SSUS"
    assert states(every(60, "c--c")) == "SSUS"
    assert states(every(3600, "c-")) == "SS"


def test_an_absence_begins_at_the_last_sighting() -> None:
    *_, (at, found) = seen(every(2, "cc---"))
    assert (at, found.state, found.seen_at) == (10 * SECOND, "unstaffed", 4 * SECOND)


def test_the_first_look_decides() -> None:
    assert states(every(1, "-")) == "U"
    assert states(every(1, "c")) == "S"
    assert states(every(1, "h")) == "?"


def test_a_hidden_window_is_held_for_a_while_and_then_unknown() -> None:
    assert states(every(100, "chhhh")) == "Sss" + "s?"
    assert states(every(100, "--hhhhh")) == "UUuuu??"


def test_somebody_who_was_hidden_for_too_long_is_not_absent_at_the_first_glimpse() -> None:
    """Nobody was seen to leave: as from staffed, it takes several looks."""
    assert states(every(100, "chhhh") + every(1, "-----")) == "Ssss?" + "????U"


def test_a_look_at_the_empty_window_begins_the_hold_anew() -> None:
    assert states([*every(200, "ch"), *every(1, "-"), *every(200, "h")]) == "SsSs"


def test_after_a_fault_one_look_decides() -> None:
    assert states(every(1, "cff-")) == "S??U"
    assert states(every(1, "-ffc")) == "U??S"


def test_a_fault_is_no_absence() -> None:
    """The last sighting stays known, so that whoever counts the absence can take the fault out of it."""
    found = [s for _, s in seen(every(60, "cfff-"))]
    assert [s.seen_at for s in found] == [60 * SECOND] * 5
    assert [s.state for s in found] == ["staffed", "unknown", "unknown", "unknown", "unstaffed"]


def test_nothing_is_known_without_a_picture_or_a_detector() -> None:
    place = Place(DESK, SIZE)
    place.look(0, [CLERK])
    assert place.lose(SECOND, "offline") == Seen("unknown", 0, 0, "offline", 0)
    assert Place(DESK, SIZE).lose(0, "no_detector") == Seen("unknown", 0, 0, "no_detector", None)


def test_a_clock_set_back_takes_the_last_sighting_along() -> None:
    place = Place(DESK, SIZE)
    place.look(1000 * SECOND, [CLERK])
    assert place.look(400 * SECOND, []).seen_at == 400 * SECOND
    assert [place.look((400 + s) * SECOND, []).state for s in (2, 4, 6)] == ["staffed", "staffed", "unstaffed"]


def test_a_citizen_in_front_is_not_staff() -> None:
    glance = Place(DESK, SIZE).glance([CITIZEN])
    assert (glance.staff, glance.hidden) == ((), True)


def test_whoever_is_seen_is_not_hidden() -> None:
    glance = Place(DESK, SIZE).glance([CITIZEN, CLERK, PASSER])
    assert (glance.staff, glance.hidden) == ((CLERK,), False)


def test_somebody_far_behind_is_too_small_to_be_staff() -> None:
    assert not Place(DESK, SIZE).glance([Box(0.9, 140, 110, 20, 30)]).staff  # covers 6 %
    assert Place(DESK, SIZE).glance([Box(0.9, 140, 110, 30, 30)]).staff  # covers 9 %


def test_two_at_one_window_are_two() -> None:
    found = Place(DESK, SIZE).look(0, [Box(0.6, 100, 100, 40, 90), Box(0.7, 150, 100, 40, 90)])
    assert (found.persons, found.confidence) == (2, 0.7)


def test_sureness_fades_while_nobody_is_seen_and_grows_with_the_absence() -> None:
    sure = [s.confidence for _, s in seen(every(1, "c---------"))]
    assert sure[0] == 0.8
    assert all(after < before for before, after in pairwise(sure[:5]))
    assert all(after > before for before, after in pairwise(sure[5:]))


def test_the_larger_part_of_the_picture_is_the_better_view() -> None:
    assert Place(DESK, SIZE).view == pytest.approx(100 * 100 / (640 * 480))
    assert Place(Zone("W1", DESK.polygon, 0.9), SIZE).view == 0.9


@pytest.mark.parametrize("polygon", [(), ((0, 0), (10, 10)), ((0, 0), (10, 10), (20, 20))])
def test_a_polygon_without_area_is_refused(polygon: tuple[Point, ...]) -> None:
    with pytest.raises(ValueError, match="window W1: the polygon has no area"):
        Place(Zone("W1", polygon), SIZE)


U: tuple[Point, ...] = ((0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((0, 0, 30, 30), 700),  # all of it
        ((10, 10, 10, 20), 0),  # the notch
        ((5, 20, 20, 5), 50),  # across both arms: two pieces
        ((-10, -10, 20, 15), 50),  # a corner
        ((40, 40, 5, 5), 0),  # beside it
        ((12, 2, 0, 5), 0),  # no width
    ],
)
def test_a_concave_polygon_and_a_box_share_what_can_be_counted(box: tuple[float, ...], expected: float) -> None:
    for polygon in (U, U[::-1], U[3:] + U[:3]):
        assert overlap(polygon, Box(1, *box)) == pytest.approx(expected)


@st.composite
def stars(draw: st.DrawFn) -> tuple[Point, ...]:
    """Simple polygons, most of them concave: corners at growing angles around a point."""
    reach = draw(st.lists(st.floats(5, 200), min_size=3, max_size=12))
    return tuple(
        (300 + r * cos(tau * n / len(reach)), 200 + r * sin(tau * n / len(reach))) for n, r in enumerate(reach)
    )


@law
@given(stars(), st.integers(1, 6), st.integers(1, 6))
def test_the_parts_of_a_polygon_add_up(polygon: tuple[Point, ...], columns: int, rows: int) -> None:
    """Boxes that tile the plane share as much with a polygon as it has, and none more than the box has."""
    w, h = 600 / columns, 400 / rows
    parts = [overlap(polygon, Box(1, w * x, h * y, w, h)) for x in range(columns) for y in range(rows)]
    assert sum(parts) == pytest.approx(area(polygon), rel=1e-9)
    assert max(parts) <= w * h * (1 + 1e-9)
