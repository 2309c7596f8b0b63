"""Known answers: real people at desks, and a camera with every fault, on the clips that lie beside the project.

`benchmarks/staffing.py` looks at all of it at every period, beside simpler ways; this is the part that is quick.
"""

from itertools import islice
from pathlib import Path

import pytest

from mingjing.instants import SECOND
from tests.video.truth import Clip, Record, alerts, clips
from video.contracts import Detector
from video.detector import NANODET, OnnxDetector
from video.health import Health
from video.staffing import Place

CALLED = {"black": "dark"}
"""What the truth calls otherwise than we."""


@pytest.fixture(scope="module")
def detector(default_model: Path) -> Detector:
    return OnnxDetector(NANODET, default_model)


def watched(clip: Clip, folder: Path, detector: Detector, every_s: float, most: int) -> list[Record]:
    """What is said of each window, looking so often and so many times at most."""
    places = [Place(roi.zone, clip.size) for roi in clip.rois]
    records, health = [Record() for _ in places], Health()
    for frame in islice(clip.pictures(folder, every_s), most):
        boxes, condition = detector.detect(frame.picture), health.look(frame.picture)
        assert condition == "ok"
        for place, record in zip(places, records, strict=True):
            record.take(frame.at, place.look(frame.at, boxes, condition))
    return records


def test_a_quarter_of_an_hour_of_a_hall_is_told_right(footage: Path, detector: Detector) -> None:
    """Four windows, citizens in front, lights down and over-exposed; a look every 5 s."""
    clip = clips(footage)["hall_composite"]
    pairs = list(zip(watched(clip, footage, detector, 5, 180), clip.rois, strict=True))
    assert sum(record.wrong_s(roi, clip.duration_s) for record, roi in pairs) <= 90
    assert [alerts(record, roi, clip.duration_s, 60) for record, roi in pairs] == [(0, 0)] * 4


def test_short_visits_at_one_desk_are_told_right(footage: Path, detector: Detector) -> None:
    """The first 51 s, a look a second: two people come and go, with 5 to 7 seconds between."""
    clip = clips(footage)["one-by-one-person-detection"]
    (record,) = watched(clip, footage, detector, 1, 52)
    assert record.wrong_s(clip.rois[0], 51) <= 0.03 * 51


def test_seated_staff_are_seen_and_empty_chairs_are_empty(footage: Path, detector: Detector) -> None:
    clip = clips(footage)["classroom"]
    for record, roi in zip(watched(clip, footage, detector, 0.5, 4), clip.rois, strict=True):
        assert {span.state for span in record.spans} == {"staffed" if roi.staffed(0) else "unstaffed"}


def test_every_fault_of_a_camera_is_found_within_three_looks(footage: Path) -> None:
    """And nothing else is taken for one, not even the look after it."""
    clip, health = clips(footage)["hall_faults"], Health()
    told = [(frame.at, health.look(frame.picture)) for frame in clip.pictures(footage, 1)]
    assert len(told) == 270
    for span in clip.health:
        inside = [condition for at, condition in told if span.start * SECOND <= at < span.end * SECOND]
        assert set(inside[2:]) == {CALLED.get(span.state, span.state)}
        assert set(inside[:2]) <= {"ok", CALLED.get(span.state, span.state)}
