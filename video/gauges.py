"""What is counted about one camera, under its id alone."""

import time
from typing import get_args

from mingjing.metrics import Metrics
from mingjing.types import PresenceSample
from video.contracts import Condition
from video.reader import Reader

CONDITIONS = (*get_args(Condition), "offline")
STATES = ("staffed", "unstaffed", "unknown")


class Gauges:
    """The metrics of one camera, there as long as this is."""

    def __init__(self, camera: str, counts: Metrics) -> None:
        self._camera = camera
        self._counts = counts
        self._before = (0.0, 0.0, 0.0)
        self.inference = counts.camera_inference_seconds.labels(camera)
        self._read = (
            counts.camera_frames.labels(camera),
            counts.camera_decode_seconds.labels(camera),
            counts.camera_reconnects.labels(camera),
        )
        self._changes = counts.camera_state_changes.labels(camera)
        self._samples = {state: counts.camera_samples.labels(camera, state) for state in STATES}
        self._conditions = {one: counts.camera_condition.labels(camera, one) for one in CONDITIONS}
        began = time.monotonic()
        counts.camera_frame_age.labels(camera).set_function(lambda: time.monotonic() - (self.looked or began))
        self.looked: float | None = None
        """When a picture was looked at last, by the monotonic clock."""

    def read(self, reader: Reader) -> None:
        """What the reader has counted since the last time."""
        now = (reader.frames, reader.decode_seconds, reader.reconnects)
        for counter, before, value in zip(self._read, self._before, now, strict=True):
            counter.inc(max(0.0, value - before))
        self._before = now

    def made(self, samples: list[PresenceSample], changes: int, condition: str) -> None:
        """Samples were made, so many of which say something else than the ones before."""
        for sample in samples:
            self._samples[sample.state].inc()
        self._changes.inc(changes)
        for one, gauge in self._conditions.items():
            gauge.set(one == condition)

    def close(self) -> None:
        """The camera is no longer looked through; nothing is shown about it."""
        counts = self._counts
        for metric in (
            counts.camera_frames,
            counts.camera_decode_seconds,
            counts.camera_reconnects,
            counts.camera_frame_age,
            counts.camera_inference_seconds,
            counts.camera_state_changes,
            counts.camera_samples,
            counts.camera_condition,
        ):
            metric.remove_by_labels({"camera": self._camera})
