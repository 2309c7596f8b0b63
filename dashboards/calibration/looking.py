"""One look through a camera that is being calibrated. The pages have no eyes: `mingjing cameras look` has them."""

import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from mingjing.cameras import Camera, Size, save
from mingjing.errors import UsageError

PATIENCE_S = 90
"""A camera that does not answer within this many seconds does not answer."""

PNG = b"\x89PNG"


class SeenNow(Struct, frozen=True):
    """What one look shows at one window."""

    window: str
    state: str
    reason: str | None = None
    persons: int = 0


class Person(Struct, frozen=True):
    """Somebody in the picture."""

    score: float


class Said(Struct, frozen=True):
    """The answer of `mingjing cameras look --json`, as far as the page needs it."""

    picture_size: Size
    condition: str
    detector: str
    persons: list[Person]
    windows: list[SeenNow]


class Looked(Struct, frozen=True):
    """One frame: what is seen in it, and its pictures as JPEG, heads blurred; `drawn` has polygons and boxes on it."""

    said: Said
    plain: bytes
    drawn: bytes


def look(camera: Camera, picture: bytes | None = None) -> Looked:
    """Look once through a camera as the draft has it, or at a picture given. Raises UsageError with what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if picture is None:
            target = save(folder, camera)
        else:
            target = folder / ("given.png" if picture.startswith(PNG) else "given.jpg")
            target.write_bytes(picture)
        plain, drawn = folder / "plain", folder / "drawn"
        command = [sys.executable, "-m", "mingjing", "cameras", "look", str(target), "--json"]
        said = _run([*command, "--out", str(drawn), "--plain", str(plain)], folder)
        return Looked(said, plain.read_bytes(), drawn.read_bytes())


def _run(command: list[str], folder: Path) -> Said:
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError(f"no picture within {PATIENCE_S} s") from None
    if ran.returncode:
        told = ran.stderr.decode(errors="replace").replace("mingjing: ", "").replace(f"{folder}/", "")
        raise UsageError(" ".join(told.split()) or f"exit status {ran.returncode}")
    return msgspec.json.decode(ran.stdout, type=Said)
