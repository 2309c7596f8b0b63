"""One window as cameras see it: from their samples to the few changes worth telling.

The best view decides: of the cameras whose last sample is fresh and says staffed or unstaffed, the one with the highest
`view`; where none can tell, the window is unknown. Told are changes only, and none that may be a flicker:

    staffed     at the first look
    unstaffed   when nobody was seen for CONFIRM, times in which nobody could be seen left out; it counts from the last
                sighting, so being told later takes nothing from it
    unknown     when LOOKS looks over DARK saw nothing, from the first of them on; or when samples stop, from the last

Somebody in front of an empty window hides who may have come back: that is unknown too. A window that changes again and
again is told of less and less often (`patience`). Every local day begins with the state of the window, in a case of its
own. Nothing is ever told of an instant before what was told last.
Pure: no wall clock, no Kafka. Instants are microseconds UTC.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from mingjing.instants import SECOND, at
from mingjing.types import PresenceSample

CONFIRM = 30 * SECOND
DARK = 10 * SECOND
LOOKS = 3
HIDDEN = 60 * SECOND
"""Hidden time during an absence that is told before the absence ends."""

CALM, SLOWEST = 40, 10
"""After so many changes in a day patience grows by one, to that at most."""

TICK = 1_000
"""The store's smallest step of time."""

STAFFED, UNSTAFFED, UNKNOWN = "staffed", "unstaffed", "unknown"
TYPES = {STAFFED: "presence_regained", UNSTAFFED: "presence_lost", UNKNOWN: "presence_unknown"}

Tell = Callable[[int, str, dict[str, Any]], None]
"""Takes a change: its instant, the type of event, its data."""


class Sight(Struct, array_like=True):
    """The last look of one camera."""

    at: int
    state: str
    reason: str | None
    seen: int | None
    view: float


class Window(Struct, array_like=True):
    """A window: the last look of each camera, and what was told of it.

    `newest`: the latest look. `day`: the midnight that its local day began with. `told`, `told_at`: the state told
    last, and its instant; `changes`: how many were told this day. `seen`: the last sighting. `anchor`: from when on an
    absence could be seen at all. `dark`, `looks`: since when the window is unknown (0: it is not), and for how many
    looks. `hidden`: when nobody could have been seen, because of somebody in front or a lost picture, not told yet;
    `hiding`: whether the last of them goes on. `camera`: the one that decides. `snapshot`: the newest one not told yet.
    """

    newest: int = 0
    day: int = 0
    told: str = ""
    told_at: int = 0
    changes: int = 0
    seen: int = 0
    anchor: int = 0
    dark: int = 0
    looks: int = 0
    hiding: bool = False
    camera: str = ""
    snapshot: str | None = None
    hidden: list[tuple[int, int]] = field(default_factory=list)
    sights: dict[str, Sight] = field(default_factory=dict)

    @property
    def patience(self) -> int:
        """By how much everything waits longer than usual."""
        return patience(self.changes)

    def fresh(self, now: int, limit: Callable[[str], int]) -> list[str]:
        """The cameras that have looked lately."""
        return [camera for camera, sight in self.sights.items() if now - sight.at <= limit(camera)]

    def take(
        self, sample: PresenceSample, sight: Sight, midnight: int, limit: Callable[[str], int], tell: Tell
    ) -> bool:
        """Take a sample that is newer than its camera's last one; whether its camera decides.

        `midnight`: with which the local day of the sample began; `limit`: how old the last sample of a camera may be.
        """
        if self.sights and not self.fresh(sight.at, limit):
            self.silent(tell)
        self.sights[sample.camera] = sight
        now, before = max(self.newest, sight.at), self.newest
        self.newest = now
        self.anchor = self.anchor or now
        decider = self._decider(now, limit)
        if sample.snapshot and sample.camera == decider:
            self.snapshot = sample.snapshot
        if midnight > self.day:
            self._begin(midnight, self.sights[decider], tell)
        self._see(decider, advanced=now > before, tell=tell)
        return decider == sample.camera

    def silent(self, tell: Tell) -> None:
        """No camera looks any more: nothing is known since the last look."""
        self.dark = self.dark or self.newest
        if not self.hiding:
            self.hidden.append((self.newest, self.newest))
            self.hiding = True
        if self.told != UNKNOWN:
            self._tell(UNKNOWN, self.newest + TICK, "offline", tell)

    def _decider(self, now: int, limit: Callable[[str], int]) -> str:
        def rank(camera: str) -> tuple[bool, float, str]:
            sight = self.sights[camera]
            return sight.state != UNKNOWN, sight.view, camera

        return max(self.fresh(now, limit), key=rank)

    def _see(self, decider: str, *, advanced: bool, tell: Tell) -> None:
        """What the deciding camera's last look changes."""
        self.camera, sight, now = decider, self.sights[decider], self.newest
        self._remember(sight)
        match _state(sight):
            case "unknown":
                self.dark = self.dark or now
                self.looks += advanced
                if self.told != UNKNOWN and self.looks >= LOOKS and now - self.dark >= DARK * self.patience:
                    self._tell(UNKNOWN, self.dark, sight.reason, tell)
                return
            case "staffed":
                changed = self.told != STAFFED
            case _ if self.told == UNSTAFFED:
                changed = self._hidden_since(0) >= HIDDEN * self.patience
            case _:
                since = max(self.seen, self.anchor)
                changed = now - since - self._hidden_since(since) >= CONFIRM * self.patience
        self.dark = self.looks = 0
        if changed:
            self._tell(sight.state, now, None, tell)

    def _remember(self, sight: Sight) -> None:
        """When somebody was last seen, and when nobody could have been."""
        now, hides = self.newest, sight.state == UNKNOWN or sight.reason == "hidden"
        seen = sight.at if sight.seen is None and sight.state == STAFFED and not hides else sight.seen
        self.seen = max(self.seen, min(seen or 0, now))
        if self.hiding:
            self.hidden[-1] = (self.hidden[-1][0], now)
        elif hides:
            self.hidden.append((now, now))
        self.hiding = hides
        if sight.state == STAFFED and not hides and self.told != UNSTAFFED:
            self.hidden.clear()

    def _begin(self, midnight: int, sight: Sight, tell: Tell) -> None:
        """A new day begins with what was told last, where that is still so; else with the first change."""
        before, now = self.told, self.newest
        self.day, self.told, self.changes = midnight, "", 0
        self.hidden = [(now, now)] if self.hiding else []
        self.dark = now if self.dark else 0
        if before == _state(sight):
            self._tell(before, now, sight.reason, tell)

    def _hidden_since(self, since: int) -> int:
        return sum(max(0, until - max(first, since)) for first, until in self.hidden)

    def _tell(self, state: str, instant: int, reason: str | None, tell: Tell) -> None:
        was, self.told = self.told, state
        self.told_at = max(instant, self.told_at + TICK)
        self.changes += 1
        data: dict[str, Any] = {"camera": self.camera}
        if state == UNKNOWN:
            data["reason"] = reason
        if state == UNSTAFFED and self.seen >= self.day:
            data["seen_at"] = _text(self.seen)
        if UNSTAFFED in (was, state) and (hidden := self._newly_hidden(0 if was == UNSTAFFED else self.seen)):
            data["hidden"] = hidden
        if self.snapshot:
            data["snapshot"] = self.snapshot
        self.snapshot = None
        tell(self.told_at, TYPES[state], data)

    def _newly_hidden(self, since: int) -> list[list[str]]:
        """When nobody could have been seen since then, each time told once."""
        spans = [(max(first, since), until) for first, until in self.hidden]
        self.hidden = [(self.newest, self.newest)] if self.hiding else []
        return [[_text(first), _text(until)] for first, until in spans if first < until]


def patience(changes: int) -> int:
    """By how many times longer than usual a change must stand after so many in one day."""
    return min(SLOWEST, 1 + changes // CALM)


def _state(sight: Sight) -> str:
    """What a look tells: somebody in front of an empty window may hide who has come back."""
    return UNKNOWN if sight.state == UNSTAFFED and sight.reason == "hidden" else sight.state


def _text(instant: int) -> str:
    return at(instant).isoformat()
