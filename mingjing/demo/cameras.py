"""The demo's two cameras: their files, and what the counters themselves report of the windows that they watch."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from mingjing.cameras import Camera, Zone, save
from mingjing.demo.hall import DESKS, SIZE, VIEWS, Desk
from mingjing.simulate import City, Stream
from mingjing.simulate.almanac import CHINA, LAST_YEAR, Almanac
from mingjing.simulate.people import Window
from mingjing.types import CaseEvent

USUAL_SPEED = 180.0
"""At which the clips, of 480 seconds each, last exactly a day."""


class Clips(Protocol):
    """The clips that set-up has made; handed in, because what reads video is not the demo's to import."""

    @property
    def ready(self) -> bool:
        """They are there."""

    def cut(self, into: Path, minute: float, pace: float) -> None:
        """Put each into a directory, beginning at a minute of the day, at `pace` times its usual pace."""


def watched(city: City) -> tuple[Window, ...]:
    """The windows in the picture: the first of the department that has most."""
    return max(city.departments, key=lambda one: len(one.windows)).windows[: len(DESKS)]


def left_to_cameras(stream: Stream) -> Stream:
    """The stream without invented attendance of the windows in the picture, so that it contradicts nobody."""
    city = stream.world.city
    seen = set(watched(city))
    desks = tuple(desk for desk in city.desks if not seen.intersection(desk.windows))
    stream.world = replace(stream.world, city=replace(city, desks=desks))
    return stream


def write_files(directory: Path, city: City, speed: float) -> None:
    """Write the cameras' files; each plays the clip that lies beside it, again and again."""
    windows = watched(city)
    directory.mkdir()
    for code, view in VIEWS.items():
        zones = (Zone(windows[desk].code, view.polygon(place)) for place, desk in enumerate(view.desks))
        camera = Camera(
            id=code,
            url=str(clip(directory, code)),
            name=f"{windows[view.desks[0]].zh} – {windows[view.desks[-1]].zh}",
            hall=city.words["zh"],
            period_s=min(1.0, USUAL_SPEED / speed),
            size=SIZE,
            loop=True,
            windows=tuple(zones),
        )
        save(directory, camera)


def clip(directory: Path, camera: str) -> Path:
    """The clip that a camera plays in one demo."""
    return directory / f"{camera}.mp4"


def counter_events(city: City, start: date) -> Iterator[CaseEvent]:
    """What the counters report from a day on, in order: opened, closed, and the leave that is on record."""
    almanac = Almanac()
    windows = watched(city)
    for ordinal in range(start.toordinal(), date(LAST_YEAR, 12, 31).toordinal() + 1):
        if almanac.works(ordinal):
            day = date.fromordinal(ordinal)
            told = [one for window, desk in zip(windows, DESKS, strict=True) for one in _day(city, window, desk, day)]
            yield from sorted(told, key=lambda one: one.occurred_at)


def _day(city: City, window: Window, desk: Desk, day: date) -> Iterator[CaseEvent]:
    said: list[tuple[str, float, dict[str, str]]] = [
        ("window_opened", desk.present[0][0], {}),
        ("window_closed", desk.present[-1][1], {}),
    ]
    if desk.leave is not None:
        ground = {"ground": "site_visit"}
        said += [("leave_started", desk.leave[0], ground), ("leave_ended", desk.leave[1], ground)]
    case = f"presence:{window.code}:{day.isoformat()}"
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    for kind, minute, data in said:
        yield CaseEvent(
            event_id=f"{case}:{kind}",
            case_id=case,
            type=kind,
            occurred_at=midnight + timedelta(minutes=minute),
            source="attendance",
            region=city.region,
            department=window.department,
            window=window.code,
            officer=window.officer.code,
            data=data,
        )
