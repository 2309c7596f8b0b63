"""How each window stands at one moment, from its newest samples, its hours and today's events. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, cast, get_args

from msgspec import Struct
from msgspec.structs import replace

from dashboards.hall.data import Sample, Told, case_of
from dashboards.hall.hours import Hours
from mingjing.cameras import Camera
from mingjing.types import Finding

Shown = Literal["unstaffed", "unknown", "staffed", "lunch", "closed"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
"""What a window may be shown as, what calls for a look first."""

FRESH_S = 20
"""Seconds of the wall clock after which a sample says nothing of now; three periods of slower cameras."""
_STATES = {"presence_lost": "unstaffed", "presence_regained": "staffed", "presence_unknown": "unknown"}


class Place(Struct, frozen=True):
    """Where a window is: its hall and department by the register, else the hall of its camera."""

    hall: str = ""
    department: str = ""


class WindowNow(Struct, frozen=True, kw_only=True):
    """One window now. `since`: from when it is so, where that is known; for an unstaffed one the last sighting.

    `reason`: why it is unknown, or `late` where no sample is fresh, or `nothing` where there never was one. `held`:
    the state is held because somebody stands in front. `present`: somebody is there outside the hours. `late`: no
    sample is fresh. `sample`: the newest that decides; its state is what was seen, whatever the hours. `findings`:
    those of today.
    """

    window: str
    place: Place
    cameras: tuple[str, ...]
    shown: Shown
    reason: str = ""
    held: bool = False
    present: bool = False
    late: bool = False
    since: datetime | None = None
    sample: Sample | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def gravest(self) -> Finding | None:
        """The gravest finding of today that is open."""
        return next((one for one in self.findings if one.status == "open"), None)


def limits(cameras: Iterable[Camera], speed: float) -> dict[str, timedelta]:
    """How old the newest sample of each camera may be by the installation's clock, `speed` times the wall's."""
    return {camera.id: timedelta(seconds=max(FRESH_S, 3 * camera.period_s) * speed) for camera in cameras}


def windows(
    samples: Sequence[Sample],
    cameras: Sequence[Camera],
    places: Mapping[str, Place],
    hours: Hours,
    now: datetime,
    *,
    speed: float = 1,
) -> list[WindowNow]:
    """Every window that a camera looks at, or looked at today, by `cameras` and `samples`; in order of its code."""
    midnight = hours.whole(hours.today(now))[0]
    fresh, usual = limits(cameras, speed), timedelta(seconds=FRESH_S * speed)
    watching: dict[str, set[str]] = {}
    for camera in cameras:
        for zone in camera.windows:
            watching.setdefault(zone.window, set()).add(camera.id)
    seen: dict[str, list[Sample]] = {window: [] for window in watching}
    for one in samples:
        if one.sampled_at >= midnight:
            watching.setdefault(one.window, set()).add(one.camera)
        if one.window in watching:
            seen.setdefault(one.window, []).append(one)
    found = []
    for window, own in sorted(seen.items()):
        recent = [one for one in own if now - one.sampled_at <= fresh.get(one.camera, usual)]
        sample = max(recent or own, key=lambda one: (one.decides, one.sampled_at), default=None)
        state, reason = "unknown", "late" if own else "nothing"
        if sample is not None and recent:
            state, reason = sample.state, sample.reason
        standing = hours.standing(window, now)
        found.append(
            WindowNow(
                window=window,
                place=places.get(window, Place()),
                cameras=tuple(sorted(watching[window])),
                shown=cast("Shown", state if standing == "open" else standing),
                reason=reason if state == "unknown" else "",
                held=state != "unknown" and reason == "hidden",
                present=standing != "open" and state == "staffed",
                late=bool(own) and not recent,
                sample=sample,
            )
        )
    return found


def told(
    known: Iterable[WindowNow],
    day: date,
    events: Mapping[str, Sequence[Told]],
    findings: Mapping[str, Sequence[Finding]],
) -> list[WindowNow]:
    """The windows with what the events and findings of their day, by case, add: since when, and what came of it."""
    found = []
    for one in known:
        case = case_of(one.window, day)
        since = _since(one.shown, one.sample, events.get(case, ()))
        if one.late and one.sample is not None and one.shown == "unknown":
            since = one.sample.sampled_at
        found.append(replace(one, since=since, findings=tuple(findings.get(case, ()))))
    return found


def _since(state: str, sample: Sample | None, events: Sequence[Told]) -> datetime | None:
    """Since when a window is in a state, if today's events speak of that state last."""
    since = None
    for event in events:
        told = _STATES.get(event.type)
        if told == state and since is None:
            since = event.instant("seen_at") or event.occurred_at if told == "unstaffed" else event.occurred_at
        elif told is not None and told != state:
            since = None
    if since is None and state == "unstaffed" and sample is not None:
        return sample.seen_at
    return since


def counts(found: Iterable[WindowNow]) -> dict[Shown, int]:
    """How many windows are shown as what."""
    by_state = dict.fromkeys(SHOWN, 0)
    for one in found:
        by_state[one.shown] += 1
    return by_state
