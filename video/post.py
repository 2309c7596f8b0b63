"""One camera at work: its pictures become samples of its windows, and pictures for people."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from mingjing.cameras import Camera
from mingjing.instants import at_once as at
from mingjing.latest import Latest, WindowNow
from mingjing.metrics import Health, Metrics
from mingjing.types import PresenceSample
from video import look
from video.contracts import Condition, Detector, Frame
from video.drawing import size_of
from video.gauges import Gauges
from video.health import Health as Eye
from video.pictures import Album
from video.reader import Reader
from video.staffing import Place, Seen

log = logging.getLogger(__name__)

SILENT_S = 12.0
"""Seconds of the wall clock without a picture after which a camera is offline."""

AGAIN_S = 0.5
"""Seconds until it is asked again for a picture that is due and not there."""

PLAIN_S = 20.0
"""Seconds between pictures without drawings, on which polygons are drawn: a JPEG costs a tenth of a look."""

SHAPE = 0.02
"""How much wider or narrower pictures may be than the one that the polygons were drawn on."""


SNAPSHOTS = 20
SNAPSHOT_S = 30.0
"""Snapshots that a camera may leave at once, and seconds until it may leave another: a broken one fills no disk."""


class Tools(NamedTuple):
    """What all cameras share. `now`: the installation's clock, in microseconds UTC."""

    detector: Detector
    album: Album
    now: Callable[[], int]
    health: Health
    counts: Metrics


class Turn(NamedTuple):
    """What came of one look: samples, and in how many seconds after it began the next is due."""

    samples: list[PresenceSample]
    again_s: float


class Post:
    """Looks through one camera, one thread at a time. Periods are wall seconds, instants the installation's clock."""

    def __init__(self, camera: Camera, reader: Reader, tools: Tools) -> None:
        self.camera = camera
        self.reader = reader
        self._tools = tools
        self._gauges = Gauges(camera.id, tools.counts)
        self._places = [Place(zone, camera.size) for zone in camera.windows]
        self._eye = Eye(tools.album.reference(camera))
        self._kept = self._eye.reference is not None or not camera.windows  # nothing drawn, nothing to go out of place
        self._last = time.monotonic()  # when the last picture was taken
        self._told = 0.0  # when the last samples without a picture were made
        self._plain = float("-inf")  # when the last plain picture was kept
        self._condition: Condition = "ok"
        self._states: dict[str, str] = {}
        self._known: dict[str, str] = {}  # states, but for the unknown
        self._allowed = float(SNAPSHOTS)
        self._latest = Latest(
            camera=camera.id,
            at=at(tools.now()),
            condition="offline",
            detector=tools.detector.name,
            period_s=camera.period_s,
        )

    def close(self) -> None:
        """Nothing is said about this camera any more."""
        self._gauges.close()
        self._tools.health.well(self._part)

    @property
    def trouble(self) -> str | None:
        """What was wrong with the camera at the last look."""
        return self._latest.trouble

    def turn(self, late: float) -> Turn:
        """Look once, `late` seconds after it was due."""
        self._gauges.read(self.reader)
        frame = self.reader.newest()
        if frame is not None:
            return Turn(self._look(frame, late), self.camera.period_s)
        now, trouble = time.monotonic(), self.reader.trouble
        silent = now - self._last
        patience = SILENT_S if trouble else max(SILENT_S, 3 * self.camera.period_s)
        if silent < patience or now - self._told < self.camera.period_s:
            return Turn([], AGAIN_S)
        return Turn(self.lose(trouble or f"no picture for {silent:.0f} s"), AGAIN_S)

    def lose(self, trouble: str) -> list[PresenceSample]:
        """No picture can be had: every window is unknown."""
        self._told = time.monotonic()
        now = self._tools.now()
        self._say("offline", trouble)
        seen = [place.lose(now, "offline") for place in self._places]
        return self._made(now, seen, "offline", trouble)

    def _look(self, frame: Frame, late: float) -> list[PresenceSample]:
        now = time.monotonic()
        self._allowed = min(SNAPSHOTS, self._allowed + (now - self._last) / SNAPSHOT_S)
        self._last = self._gauges.looked = now
        detector, album = self._tools.detector, self._tools.album
        size = size_of(frame.picture)
        condition, trouble = self._condition_of(frame, size)
        self._say(condition, trouble)
        with self._gauges.inference.time():
            found = look.look(detector, frame.picture, self.camera)
        blind = detector.name == look.BLIND
        seen = [
            place.lose(frame.at, "no_detector")
            if blind and condition == "ok"
            else place.look(frame.at, found.persons, condition, size)
            for place in self._places
        ]
        states = {place.zone.window: one.state for place, one in zip(self._places, seen, strict=True)}
        plainly = now - self._plain >= PLAIN_S
        drawn, plain = look.shown(frame.picture, found, self.camera, states, blind=blind, plainly=plainly)
        self._plain = now if plainly else self._plain
        snapshot = None
        if self._allowed >= 1 and self._is_news(condition, states):
            self._allowed -= 1
            snapshot = album.keep(self.camera.id, frame.at, drawn)
        self._condition = condition
        self._latest = replace(self._latest, picture_at=at(frame.at), size=size, late_s=round(late, 3))
        return self._made(frame.at, seen, condition, trouble, snapshot, (drawn, plain))

    def _condition_of(self, frame: Frame, size: tuple[int, int]) -> tuple[Condition, str | None]:
        """What the picture tells about the camera, and why in words."""
        (width, height), (wide, high) = size, self.camera.size
        if abs(width * high / (height * wide) - 1) > SHAPE:
            told = f"pictures are {width} x {height}, the polygons were drawn on {wide} x {high}; draw them again"
            return "moved", told
        condition = self._eye.look(frame.picture)
        if not self._kept and self._eye.reference is not None:
            self._tools.album.keep_reference(self.camera, self._eye.reference)
            self._kept = True
        return condition, None if condition == "ok" else WORDS[condition]

    def _is_news(self, condition: Condition, states: Mapping[str, str]) -> bool:
        """Whether this picture is evidence: of somebody gone or back, or of a camera that shows nothing any more."""
        changed = any(
            state != self._known.get(window, "staffed") for window, state in states.items() if state != "unknown"
        )
        return changed or (condition not in ("ok", self._condition))

    def _made(
        self,
        now: int,
        seen: list[Seen],
        condition: str,
        trouble: str | None,
        snapshot: str | None = None,
        pictures: tuple[bytes | None, bytes | None] = (None, None),
    ) -> list[PresenceSample]:
        """The samples; what is shown and counted about them."""
        samples = [
            PresenceSample(
                window=place.zone.window,
                camera=self.camera.id,
                sampled_at=at(now),
                state=one.state,
                confidence=round(one.confidence, 3),
                persons=one.persons,
                reason=one.reason,
                seen_at=None if one.seen_at is None else at(one.seen_at),
                view=round(place.view, 6),
                detector=self._tools.detector.name,
                snapshot=snapshot,
            )
            for place, one in zip(self._places, seen, strict=True)
        ]
        states = {sample.window: sample.state for sample in samples}
        changes = sum(self._states.get(window, state) != state for window, state in states.items())
        self._gauges.made(samples, changes, condition)
        self._states = dict(states)
        self._known |= {window: state for window, state in states.items() if state != "unknown"}
        self._latest = replace(
            self._latest,
            at=at(now),
            condition=condition,
            trouble=trouble,
            windows={sample.window: _now(sample) for sample in samples},
        )
        self._tools.album.show(self._latest, *pictures)
        return samples

    def _say(self, condition: str, trouble: str | None) -> None:
        """Tell once what is wrong with the camera, and once that it is well again."""
        if trouble is None:
            if self._tools.health.well(self._part):
                log.warning("the camera is well again", extra={"camera": self.camera.id})
        elif self._tools.health.warn(self._part, f"{condition}: {trouble}"):
            log.warning("the camera is at fault", extra={"camera": self.camera.id, "fault": condition, "why": trouble})

    @property
    def _part(self) -> str:
        return f"camera {self.camera.id}"


WORDS: dict[Condition, str] = {
    "dark": "the picture is black; is the light off, or the lens closed?",
    "covered": "something is in front of the lens",
    "blurred": "the picture is out of focus, or the lens dirty",
    "frozen": "the same picture again and again",
    "moved": "it shows another scene than the polygons were drawn on; turn it back, or draw them again",
}


def _now(sample: PresenceSample) -> WindowNow:
    return WindowNow(
        state=sample.state,
        reason=sample.reason,
        confidence=sample.confidence,
        persons=sample.persons,
        seen_at=sample.seen_at,
    )
