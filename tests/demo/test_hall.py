"""The demo's hall: its cameras, what the counters report, and clips that show what the plan says."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import av
import numpy as np
import pytest

from mingjing import cameras
from mingjing.demo.cameras import clip, counter_events, left_to_cameras, watched, write_files
from mingjing.demo.hall import DAY, DESKS, SIZE, VIEWS, View, is_day
from mingjing.errors import ServiceError
from mingjing.simulate import Stream, city, simulation
from mingjing.timetable import hours
from mingjing.types import CaseEvent
from video import hallclip
from video.clips import Clips
from video.contracts import Picture
from video.health import Health

CITY = city(1)
MONDAY = date(2026, 3, 2)
PORTRAITS: dict[str, Picture] = {
    name: np.random.default_rng(3).integers(0, 255, (600, 512, 3), np.uint8) for name in hallclip.OUTLINES
}
"""Noise in place of the portraits: nothing here is to be recognised."""


@pytest.mark.parametrize("speed", [60.0, 180.0, 720.0])
def test_the_cameras_files_are_right(tmp_path: Path, speed: float) -> None:
    """As `mingjing cameras check` reads them; both cameras see the windows of one department, one window twice."""
    write_files(tmp_path / "cameras", CITY, speed)
    found = cameras.load(tmp_path / "cameras")
    assert [camera.id for camera in found] == list(VIEWS)
    seen = [zone.window for camera in found for zone in camera.windows]
    assert set(seen) == {window.code for window in watched(CITY)}
    assert len(seen) == len(DESKS) + 1
    assert cameras.read(tmp_path / "cameras").warnings == []


def test_nobody_invents_attendance_of_windows_in_the_picture() -> None:
    """The simulator's presence would contradict what the cameras see."""
    codes = {window.code for window in watched(CITY)}

    def attended(stream: Stream) -> set[str]:
        begun = (case.id.split(":") for begun, _ in stream.days() for case in begun)
        return {name[1] for name in begun if name[0] == "presence"}

    def week() -> Stream:
        return simulation(MONDAY, date(2026, 3, 7), cases=1_500)

    assert attended(week()) & codes
    left = attended(left_to_cameras(week()))
    assert not left & codes
    assert len(left) > 50


def test_what_the_counters_report_fits_the_picture() -> None:
    """Whoever is on leave is not seen, whoever is seen has opened; nothing on rest days."""
    told: list[CaseEvent] = []
    for event in counter_events(CITY, MONDAY):
        if event.occurred_at.date() > date(2026, 3, 10):
            break
        told.append(event)
    assert told == sorted(told, key=lambda one: one.occurred_at)
    assert {one.occurred_at.date().isoweekday() for one in told} == {1, 2, 3, 4, 5}
    desks = dict(zip((window.code for window in watched(CITY)), DESKS, strict=True))
    kinds = [one.type for one in told if one.occurred_at.date() == MONDAY]
    assert kinds.count("window_opened") == kinds.count("window_closed") == len(DESKS)
    for one in told:
        minute = one.occurred_at.hour * 60 + one.occurred_at.minute
        before, after = (desks[one.window or ""].staffed(minute + shift) for shift in (-1, 1))
        if one.type in ("window_opened", "leave_ended"):
            assert after
        elif one.type == "leave_started":
            assert (before, after) == (True, False)


def test_a_window_is_left_without_a_word_only_where_the_demo_wants_it() -> None:
    """A plan that does not fit the windows' own hours would accuse somebody at lunch."""
    left = []
    for window, desk in zip(watched(CITY), DESKS, strict=True):
        spans = hours(window.hours or "09:00-12:00 13:30-17:00")
        minutes = [m for begin, end in spans for m in range(begin, end)]
        gone = [m for m in minutes if not desk.staffed(m) and not (desk.leave and desk.leave[0] <= m < desk.leave[1])]
        left.append(len(gone))
    assert left == [7, 45, 0, 10, 50, 40]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clips]:
    """The clips of a short day, beside which nothing is fetched."""
    clips = Clips(tmp_path_factory.mktemp("kept"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hallclip, "LASTS_S", 48)
        for camera, view in VIEWS.items():
            hallclip.write(PORTRAITS, view, clips.path(camera))
        yield clips


@pytest.mark.usefixtures("kept")
def test_the_cameras_are_well_but_while_one_is_covered() -> None:
    """A hall without enough on its walls would count as moved; one in which nothing moves, as frozen."""
    for view in VIEWS.values():
        shown = list(hallclip.frames(PORTRAITS, view))
        health = Health(shown[0][1])
        for number, picture in shown:
            minute = number * DAY / (hallclip.LASTS_S * hallclip.FPS)
            assert health.look(picture) == ("covered" if covered(view, minute) else "ok"), minute


def covered(view: View, minute: float) -> bool:
    return any(begin <= minute < end for begin, end in view.covered)


def test_a_clip_is_cut_to_the_clock(tmp_path: Path, kept: Clips) -> None:
    """It begins at the minute asked for, whole, at another pace; its pictures are those of the day."""
    assert kept.ready
    kept.cut(tmp_path, 14 * 60, 0.5)
    with av.open(str(kept.path("HALL-1"))) as given, av.open(str(clip(tmp_path, "HALL-1"))) as made:
        whole = list(given.decode(video=0))
        turned = list(made.decode(video=0))
    assert len(turned) == len(whole)
    times = [float(frame.time or 0) for frame in turned]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] == pytest.approx(95, abs=0.1)
    first = next(frame for frame in whole if float(frame.time or 0) >= 28 and frame.key_frame)
    assert np.array_equal(turned[0].to_ndarray(format="bgr24"), first.to_ndarray(format="bgr24"))
    assert (whole[0].width, whole[0].height) == SIZE


def test_a_clip_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    assert not clips.ready
    for camera in VIEWS:
        clips.path(camera).write_bytes(b"no film")
    with pytest.raises(ServiceError, match=r"hall-1.mp4: cannot be read: .*remove it"):
        clips.cut(tmp_path, 0, 1)


def test_the_lights_are_on_in_office_hours() -> None:
    assert is_day(9 * 60)
    assert not is_day(3 * 60)
