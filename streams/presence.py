"""From presence samples to case events: what the worker tells of windows and cameras, as the source `cameras`.

    presence:WINDOW:YYYY-MM-DD   presence_regained, presence_lost, presence_unknown   (streams.presence_window)
    camera:CAMERA                camera_lost, camera_regained

A camera is lost after BAD looks in a row that show nothing (dark, covered, …), from the first of them on, or when its
samples stop, from the last one on; it is back with its first good one. Samples have stopped after OFFLINE, or after two
of the camera's usual periods where they are longer. The same is told whether the clock or the next sample shows it.
Everything that is told has an id made of whom it is about, the instant and the type: told twice, it counts once.
Samples that are no newer than what is known of their camera and window change nothing; so a stretch may be read again.
Pure: no wall clock, no Kafka. Instants are microseconds UTC of the installation's clock.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from mingjing.instants import DAY, SECOND, at, micros
from mingjing.types import CaseEvent, PresenceSample
from mingjing.zones import Zone
from streams.presence_window import TICK, UNKNOWN, Sight, Window, patience

SOURCE = "cameras"

OFFLINE = 15 * SECOND
"""Wall time without a sample after which a camera is offline."""

FIRST = 75 * SECOND
"""The period of a camera that is not known yet, in wall time."""

BAD = 3
NOTHING_TO_SEE = frozenset({"dark", "frozen", "covered", "blurred", "moved", "offline"})

FORGET = 90 * DAY
"""A window or camera that was silent for so long is as if it had never been; its return is then not told as one."""

Became = Literal["decides", "beside", "late", "known"]
"""A sample decides its window's state, another camera does, it is older than the last one, or it is the last one."""


class Camera(Struct, array_like=True):
    """A camera over all its windows.

    `gaps`: the two newest periods; `last`: its newest sample. `bad`, `bads`: since when it shows nothing, and for how
    many looks. `lost`: what was told, at `told_at`; `changes`: how often on the local day `day`.
    """

    gaps: tuple[int, int]
    last: int = 0
    bad: int = 0
    bads: int = 0
    lost: bool = False
    told_at: int = 0
    day: int = 0
    changes: int = 0


class Saved(Struct):
    """What is kept of one partition: its windows, their cameras, and what was told and may not be published yet."""

    windows: dict[str, Window] = field(default_factory=dict)
    cameras: dict[str, Camera] = field(default_factory=dict)
    outbox: list[CaseEvent] = field(default_factory=list)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Saved).decode


class Fold:
    """The windows of some partitions. `told` collects what is to be published, {partition: events}.

    `speed`: how many times as fast as the wall the installation's clock runs. `ahead`: how far samples may lie in the
    future; whatever lies further ahead was known before the clock was set back. `department`: whose a window is on a
    local day, where that is known.
    """

    def __init__(
        self,
        zone: Zone,
        speed: float = 1,
        ahead: int = 300 * SECOND,
        department: Callable[[str, int], str | None] = lambda _window, _day: None,
    ) -> None:
        self.told: dict[int, list[CaseEvent]] = {}
        self.partitions: dict[int, dict[str, Window]] = {}
        self.cameras: dict[str, Camera] = {}
        self._zone = zone
        self._offline = round(OFFLINE * speed)
        self._first = round(FIRST * speed)
        self._ahead = ahead
        self._department = department

    # What is kept

    def save(self, partition: int) -> bytes:
        """All that is known of a partition."""
        windows = self.partitions.get(partition, {})
        names = {name for window in windows.values() for name in window.sights}
        cameras = {name: self.cameras[name] for name in names if name in self.cameras}
        return _encode(Saved(windows, cameras, self.told.get(partition, [])))

    def restore(self, partition: int, saved: bytes | None) -> None:
        """Begin with what was kept of a partition; raises msgspec.DecodeError where it cannot be read."""
        kept = Saved() if saved is None else _decode(saved)
        self.partitions[partition] = kept.windows
        for name, camera in kept.cameras.items():
            if name not in self.cameras or self.cameras[name].last < camera.last:
                self.cameras[name] = camera
        if kept.outbox:
            self.told[partition] = kept.outbox

    # Samples

    def take(self, partition: int, sample: PresenceSample) -> Became:
        """Take a sample, and say what it is."""
        instant = micros(sample.sampled_at)
        windows = self.partitions.setdefault(partition, {})
        window = windows.get(sample.window)
        if window is None:
            window = windows[sample.window] = Window()
        before = window.sights.get(sample.camera)
        if before is not None and instant <= before.at:
            return "known" if instant == before.at else "late"
        seen = None if sample.seen_at is None else micros(sample.seen_at)
        sight = Sight(instant, sample.state, sample.reason, seen, sample.view)
        midnight = self._zone.midnight(self._zone.day(instant))
        decides = window.take(sample, sight, midnight, self._limit, self._teller(partition, sample.window, window))
        self._look(partition, sample.camera, instant, sample.reason)
        return "decides" if decides else "beside"

    def _limit(self, camera: str) -> int:
        """How old the last sample of a camera may be."""
        known = self.cameras.get(camera)
        return max(self._offline, 2 * min(known.gaps if known else (self._first,)))

    def _teller(self, partition: int, code: str, window: Window) -> Callable[[int, str, dict[str, Any]], None]:
        def tell(instant: int, kind: str, data: dict[str, Any]) -> None:
            day = self._zone.day(window.day)
            case = f"presence:{code}:{date.fromordinal(day).isoformat()}"
            self._publish(partition, case, code, instant, kind, data, code, self._department(code, day))

        return tell

    def _publish(
        self,
        partition: int,
        case: str,
        about: str,
        instant: int,
        kind: str,
        data: dict[str, Any],
        window: str | None = None,
        department: str | None = None,
    ) -> None:
        event = CaseEvent(
            event_id=f"{SOURCE}:{about}:{at(instant).isoformat()}:{kind}",
            case_id=case,
            type=kind,
            occurred_at=at(instant),
            source=SOURCE,
            window=window,
            department=department,
            data=data,
        )
        self.told.setdefault(partition, []).append(event)

    # Cameras

    def _look(self, partition: int, name: str, instant: int, reason: str | None) -> None:
        """A camera has looked, at one window or another."""
        camera = self.cameras.get(name)
        if camera is None:
            camera = self.cameras[name] = Camera((self._first, self._first))
        if instant <= camera.last:
            return
        if camera.last:
            if instant - camera.last > self._limit(name):
                self._silent(partition, name, camera)
            camera.gaps = (instant - camera.last, camera.gaps[0])
        camera.last = instant
        if (day := self._zone.day(instant)) != camera.day:
            camera.day, camera.changes = day, 0
        if reason in NOTHING_TO_SEE:
            camera.bad, camera.bads = camera.bad or instant, camera.bads + 1
            if not camera.lost and camera.bads >= BAD * patience(camera.changes):
                self._lost(partition, name, camera, camera.bad, str(reason))
        else:
            camera.bad = camera.bads = 0
            if camera.lost:
                camera.lost = False
                self._tell(partition, name, camera, instant, "camera_regained", {"camera": name})

    def _silent(self, partition: int, name: str, camera: Camera) -> None:
        if not camera.lost:
            self._lost(partition, name, camera, camera.last + TICK, "offline")

    def _lost(self, partition: int, name: str, camera: Camera, since: int, reason: str) -> None:
        camera.lost = True
        self._tell(partition, name, camera, since, "camera_lost", {"camera": name, "reason": reason})

    def _tell(self, partition: int, name: str, camera: Camera, instant: int, kind: str, data: dict[str, Any]) -> None:
        camera.told_at = max(instant, camera.told_at + TICK)
        camera.changes += 1
        self._publish(partition, f"camera:{name}", name, camera.told_at, kind, data)

    # The clock

    def tick(self, now: Mapping[int, int]) -> None:
        """Nothing waits in these partitions, {partition: now}: tell what has fallen silent by then."""
        for partition, instant in now.items():
            windows = self.partitions.get(partition, {})
            for code in [code for code, window in windows.items() if self._gone(window.newest, instant)]:
                del windows[code]
            for code, window in windows.items():
                if window.told != UNKNOWN and not window.fresh(instant, self._limit):
                    window.silent(self._teller(partition, code, window))
        if now and now.keys() >= self.partitions.keys():
            self._tick_cameras(min(now.values()))

    def _tick_cameras(self, now: int) -> None:
        for name in [name for name, camera in self.cameras.items() if self._gone(camera.last, now)]:
            del self.cameras[name]
        silent = {name for name, camera in self.cameras.items() if now - camera.last > self._limit(name)}
        for partition, windows in self.partitions.items() if silent else ():
            for name in {name for window in windows.values() for name in window.sights} & silent:
                silent.discard(name)
                self._silent(partition, name, self.cameras[name])

    def _gone(self, last: int, now: int) -> bool:
        """Forgotten; or the clock was set back, and what is known lies in its future."""
        return not now - FORGET < last <= now + self._ahead

    def reached(self, now: Mapping[int, int]) -> int | None:
        """Up to when everything is told that has happened at windows; None: up to now, whenever that is.

        A window whose samples are overdue holds time back until they come or until it is told to be silent; one that
        shows nothing, until that is told or over.
        """
        if not now:
            return None
        latest = min(now.values())
        known = (window for windows in self.partitions.values() for window in windows.values())
        waiting = (window.dark or window.newest for window in known if window.told != UNKNOWN)
        return max(min(waiting, default=latest), latest - self._offline)
