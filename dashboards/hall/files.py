"""Pictures that the sampler left for the pages, and nothing that lies outside their folder.

Ids of cameras and names of snapshots come with the data: a path that leaves the folder is taken for a missing file.
"""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct
from PIL import Image

from dashboards.hall.data import Sample
from mingjing import latest
from mingjing.cameras import Camera
from mingjing.latest import Latest

Condition = Literal["ok", "dark", "covered", "blurred", "frozen", "moved", "offline", "no_detector", "late", "never"]
TROUBLE = ("offline", "late", "covered", "dark", "moved", "frozen", "blurred", "never", "no_detector")
"""What is wrong with a camera, what stops it from seeing first. `never`: it has not reported yet."""

LARGEST = 40_000_000
"""Pixels beyond which a file is no picture of a camera."""
SNAPSHOTS = "snapshots"
_KINDS = {".jpg", ".jpeg", ".png"}


class Shot(NamedTuple):
    """A picture file, and by which instant of its change a newer one is told from it (nanoseconds)."""

    path: Path
    changed: int


class CameraNow(Struct, frozen=True, kw_only=True):
    """One camera now: its file, what the sampler says of it, its newest samples, its condition, its latest picture.

    `seen_at`: the newest of the instants that it was looked at, None for never.
    """

    id: str
    camera: Camera | None
    told: Latest | None
    samples: tuple[Sample, ...]
    condition: Condition
    seen_at: datetime | None

    @property
    def name(self) -> str:
        """What it is called."""
        return (self.camera.name if self.camera else "") or self.id

    @property
    def windows(self) -> list[str]:
        """The windows that it looks at."""
        if self.camera is not None:
            return [zone.window for zone in self.camera.windows]
        return sorted({sample.window for sample in self.samples})


def shot(folder: Path, name: str) -> Shot | None:
    """The picture of that name below a folder; None if there is none, or if the name leads elsewhere."""
    if not name or "\0" in name:
        return None
    try:
        home = folder.resolve()
        path = (home / name).resolve()
        if not path.is_relative_to(home) or path.suffix.lower() not in _KINDS or not path.is_file():
            return None
        return Shot(path, path.stat().st_mtime_ns)
    except (OSError, RuntimeError):  # a name too long, a circle of links, gone meanwhile
        return None


def snapshot(pictures: Path, name: str) -> Shot | None:
    """A picture that was kept as evidence; no other, for what the cameras' health is measured by shows heads too."""
    return shot(pictures / SNAPSHOTS, name.removeprefix(f"{SNAPSHOTS}/")) if name.startswith(f"{SNAPSHOTS}/") else None


def newest(pictures: Path, camera: str) -> Shot | None:
    """A camera's latest picture."""
    return shot(pictures / latest.FOLDER, latest.picture(Path(), camera).name) if _plain(camera) else None


def told(pictures: Path, camera: str) -> Latest | None:
    """What the sampler says of a camera."""
    return latest.read(pictures, camera) if _plain(camera) else None


def _plain(camera: str) -> bool:
    return camera not in ("", ".", "..") and not set(camera) & {"/", "\\", "\0"}


def small(path: Path, width: int) -> bytes | None:
    """A picture as JPEG, at most so many pixels wide; None for a file that is no whole picture."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > LARGEST:
                return None
            picture.draft("RGB", (width, width))
            made = picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    made.thumbnail((width, made.height))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=80)
    return out.getvalue()


def cameras(
    pictures: Path, configured: list[Camera], samples: list[Sample], now: datetime, speed: float, fresh: timedelta
) -> list[CameraNow]:
    """All cameras: those of the files, and those that have reported within the last day; in order of id."""
    known = {camera.id: camera for camera in configured}
    own: dict[str, list[Sample]] = {camera.id: [] for camera in configured}
    for sample in samples:
        if sample.camera in own or now - sample.sampled_at < timedelta(days=1):
            own.setdefault(sample.camera, []).append(sample)
    return [
        _camera(id_, known.get(id_), told(pictures, id_), tuple(own[id_]), now, speed, fresh) for id_ in sorted(own)
    ]


def _camera(
    id_: str,
    camera: Camera | None,
    said: Latest | None,
    samples: tuple[Sample, ...],
    now: datetime,
    speed: float,
    fresh: timedelta,
) -> CameraNow:
    period = said.period_s if said else camera.period_s if camera else 0.0
    limit = max(fresh, timedelta(seconds=3 * period)) * speed
    sample = max(samples, key=lambda one: one.sampled_at, default=None)
    instants = [one for one in (said.at if said else None, sample.sampled_at if sample else None) if one]
    seen_at = max(instants, default=None)
    condition: str
    if seen_at is None:
        condition = "never"
    elif now - seen_at > limit:
        condition = "late"
    elif said is not None and now - said.at <= limit:
        condition = said.condition
    else:
        condition = sample.reason if sample and sample.reason not in ("", "hidden") else "ok"
    if condition == "ok" and "none" in {said.detector if said else "", sample.detector if sample else ""}:
        condition = "no_detector"
    known: Condition = condition if condition in (*TROUBLE, "ok") else "offline"  # type: ignore[assignment]
    return CameraNow(id=id_, camera=camera, told=said, samples=samples, condition=known, seen_at=seen_at)
