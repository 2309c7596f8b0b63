"""What the sampler leaves of each camera for the pages: the newest picture and a few words about it.

    pictures_dir/latest/CAMERA.jpg         polygons and boxes drawn, heads blurred, at most 1280 pixels wide
    pictures_dir/latest/CAMERA.plain.jpg   the same without drawings, for calibration
    pictures_dir/latest/CAMERA.json        `Latest`
    pictures_dir/snapshots/…               what a sample's `snapshot` names, relative to pictures_dir

Each file is replaced as a whole, so whoever reads one never sees half of it.
"""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from mingjing.types import Instant

FOLDER = "latest"


class WindowNow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the camera saw last at one window; the fields are those of PresenceSample."""

    state: Literal["staffed", "unstaffed", "unknown"]
    reason: str | None = None
    confidence: float = 0
    persons: int = 0
    seen_at: Instant | None = None


class Latest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One camera as it is now.

    `at`: when this was written, by the installation's clock; `picture_at`: when the picture beside it was taken.
    `size`: width and height of the camera's own picture; the one beside this may be smaller. `condition`: ok, dark,
    covered, blurred, frozen, moved or offline; `trouble`: why there is no picture, in one line. `late_s`: wall seconds
    that the camera waited beyond its period to be looked at.
    """

    camera: str
    at: Instant
    condition: str
    detector: str
    period_s: float
    picture_at: Instant | None = None
    size: tuple[int, int] | None = None
    trouble: str | None = None
    late_s: float = 0
    windows: dict[str, WindowNow] = {}


def picture(pictures_dir: Path, camera: str, *, plain: bool = False) -> Path:
    """Where a camera's newest picture lies, if there is one."""
    return pictures_dir / FOLDER / f"{camera}{'.plain' if plain else ''}.jpg"


def words(pictures_dir: Path, camera: str) -> Path:
    """Where a camera's `Latest` lies, if there is one."""
    return pictures_dir / FOLDER / f"{camera}.json"


def read(pictures_dir: Path, camera: str) -> Latest | None:
    """A camera as the sampler saw it last; None where it never did, or where the file cannot be read."""
    try:
        return msgspec.json.decode(words(pictures_dir, camera).read_bytes(), type=Latest)
    except (OSError, msgspec.DecodeError):
        return None
