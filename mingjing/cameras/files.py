"""Reads a directory of cameras and examines it as a whole: every mistake of every file is told at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from mingjing.cameras.entries import CAMERA, ZONE, Camera, Size, Zone
from mingjing.cameras.polygons import Flaw, flaws, overlap, small
from mingjing.errors import BookError, Mistake
from mingjing.tomlfile import TomlFile, read_toml

SCHEMES = ("rtsp", "rtsps")
REQUIRED = ("id", "url", "size")
LARGEST = 32_768
"""Pixels along an edge of a picture that somebody cannot mean."""

NO_LOGIN = 'holds a login, or a password; take it out and write login = "env:NAME" or "file:PATH" instead'
WORDS: Mapping[Flaw, str] = {
    "few": "needs three different points at least",
    "outside": "leaves the picture of {width} x {height} pixels",
    "flat": "has no area",
    "crossing": "crosses itself",
}

_ID = re.compile(r"\w[\w.-]{0,99}(?<!\.plain)")  # latest/ID.plain.jpg is another picture of the camera ID
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"([^/:?#]+|\[[0-9a-fA-F:.%]+\])(:\d{1,5})?([/?#]|$)")
_LOGIN = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_PASSWORD = re.compile(r"(^|[/?&;])(password|passwd|pwd|pass)=[^&;/]", re.IGNORECASE)


class Reading(NamedTuple):
    """What a directory holds: the cameras that can be used, in order of id, and what is wrong.

    A camera one of whose polygons is unusable is there without that window. Warnings are no mistakes: polygons that
    overlap or are very small, cameras without windows.
    """

    cameras: list[Camera]
    mistakes: list[Mistake]
    warnings: list[Mistake]


def load(directory: Path) -> list[Camera]:
    """The cameras of a directory, in order of id. Raises BookError with all mistakes of all files."""
    reading = read(directory)
    if reading.mistakes:
        raise BookError(reading.mistakes)
    return reading.cameras


def read(directory: Path) -> Reading:
    """The cameras of a directory that can be used, and everything that is wrong; of two with one id the first."""
    found: dict[str, tuple[Camera, Path]] = {}
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []
    for path in paths(directory, mistakes):
        file = read_toml(path, mistakes)
        camera = examine(file, mistakes, warnings) if file is not None else None
        if file is None or camera is None:
            continue
        if camera.id in found:
            first = found[camera.id][1].name
            mistakes.append(file.mistake("id", f"id {camera.id!r} is also that of {first}; each camera has its own"))
        else:
            found[camera.id] = camera, path
    return Reading([found[code][0] for code in sorted(found)], sorted(mistakes), sorted(warnings))


def paths(directory: Path, mistakes: list[Mistake]) -> list[Path]:
    """The files of a directory that are cameras'."""
    try:
        return sorted(path for path in directory.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except OSError as wrong:
        mistakes.append(Mistake(str(directory), 0, f"no directory of cameras that can be read: {wrong.strerror}"))
        return []


def examine(file: TomlFile, mistakes: list[Mistake], warnings: list[Mistake]) -> Camera | None:
    """The camera of a file without the windows that are unusable; None if the camera itself is."""
    before = len(mistakes)
    values = _values(file, mistakes)
    usable = len(mistakes) == before
    size = values.get("size")
    zones = _zones(file, size, mistakes, warnings)
    file.unknown(CAMERA, mistakes)
    if not usable:
        return None
    if not zones:
        warnings.append(Mistake(file.name, 0, "no window is drawn yet"))
    return Camera(**values, windows=tuple(zones))


def _values(file: TomlFile, mistakes: list[Mistake]) -> dict[str, Any]:
    """What a file says of the camera itself, as far as it is right."""
    values: dict[str, Any] = {}
    for key in REQUIRED:
        if key not in file.data:
            mistakes.append(file.mistake(key, f"{key} is missing"))
    for key, value in file.data.items():
        if key == "windows" or key not in CAMERA:
            continue
        try:
            values[key] = msgspec.convert(value, CAMERA[key])
            _check(key, values[key])
        except (msgspec.ValidationError, ValueError) as wrong:
            mistakes.append(file.mistake(key, f"{key} {_plain(wrong)}"))
    return values


def _check(key: str, value: Any) -> None:
    """Raises ValueError with what would be right. Neither url nor login is ever repeated: there may be a password."""
    if key == "id" and not _ID.fullmatch(value):
        raise ValueError(
            "names files: letters, digits, - _ and . only, a letter or digit first, 100 at most, not .plain last"
        )
    if key == "url":
        _check_url(value)
    if key == "login" and value is not None and not _LOGIN.fullmatch(value):
        raise ValueError('is not a login itself but where user:password stands: "env:NAME" or "file:PATH"')
    if key == "size" and not all(0 < edge <= LARGEST for edge in value):
        raise ValueError("must be width and height of the picture in pixels, like [1280, 720]")


def _check_url(url: str) -> None:
    scheme = _SCHEME.match(url)
    if not url.strip():
        raise ValueError("is empty; write rtsp://…, a video file, a folder of pictures, or a device like /dev/video0")
    if (scheme and _PASSWORD.search(url)) or re.search(":[^@]*@", url.partition("://")[2] if scheme else url):
        raise ValueError(NO_LOGIN)
    if scheme is None:
        return
    if "@" in url:  # a user without password, or an @ that somebody's parser takes for the end of one
        raise ValueError(NO_LOGIN + " (an @ in the path is written %40)")
    if scheme[1].lower() not in SCHEMES:
        raise ValueError(f"begins with {scheme[1]}://; it may be {', '.join(SCHEMES)}, or a file, folder or device")
    if re.search(r"\s", url):
        raise ValueError("holds a blank or the end of a line; write %20 for a blank")
    if not (_HOST.match(url, scheme.end()) and _parses(url)):
        raise ValueError("names no host; write it like rtsp://192.0.2.7:554/stream1")


def _parses(url: str) -> bool:
    """Whether everybody can read it: not with a colon of full width, a lonely bracket, or a port that is none."""
    try:
        return (urlsplit(url).port or 0) >= 0
    except ValueError:
        return False


def _zones(file: TomlFile, size: Size | None, mistakes: list[Mistake], warnings: list[Mistake]) -> list[Zone]:
    """The usable windows of a camera, each once."""
    zones: list[Zone] = []
    named: set[str] = set()
    for index, row in enumerate(file.tables("windows", mistakes)):
        line = file.line("windows", index)
        line = line if line > 1 else file.line("windows")
        called = str(row.get("window", ""))
        wrong = _wrong(row, size)
        if called in named:
            wrong.append("is drawn twice in this camera; it has one polygon")
        named.add(called)
        mistakes += [Mistake(file.name, line, f"window {called!r}: {message}") for message in wrong]
        if not wrong:
            zone = msgspec.convert(row, Zone)
            odd = _odd(zone, zones, size)
            warnings += [Mistake(file.name, line, f"window {called!r}: the polygon {message}") for message in odd]
            zones.append(zone)
    return zones


def _odd(zone: Zone, others: list[Zone], size: Size | None) -> list[str]:
    """What is probably not meant in a usable polygon."""
    odd = [] if size is None or not small(zone.polygon, size) else ["is very small; nobody can be seen in it"]
    shared = [other.window for other in others if overlap(zone.polygon, other.polygon)]
    return odd + [f"overlaps that of {other!r}; somebody in both is seen at both" for other in shared]


def _wrong(row: Mapping[str, Any], size: Size | None) -> list[str]:
    """Everything that is wrong with one window's table in itself."""
    wrong = [f"unknown key {key!r}; known are: {', '.join(sorted(ZONE))}" for key in row if key not in ZONE]
    values: dict[str, Any] = {}
    for key in ("window", "polygon", "view"):
        if key not in row:
            if key != "view":
                wrong.append(f"{key} is missing")
            continue
        try:
            values[key] = msgspec.convert(row[key], ZONE[key])
        except msgspec.ValidationError as refused:
            shape = "; points are written like [[10, 20], [110, 20], [60, 90]]" if key == "polygon" else ""
            wrong.append(f"{key} {_plain(refused)}{shape}")
    if "polygon" in values:
        width, height = size or (LARGEST, LARGEST)
        found = flaws(values["polygon"], (width, height))
        wrong += [f"the polygon {WORDS[flaw].format(width=width, height=height)}" for flaw in found]
    return wrong


def _plain(wrong: Exception) -> str:
    """msgspec's message in our words; ours as it is."""
    if not isinstance(wrong, msgspec.ValidationError):
        return str(wrong)
    return "is wrong: " + str(wrong).replace("Expected", "expected").replace("`", "").partition(" - at")[0]
