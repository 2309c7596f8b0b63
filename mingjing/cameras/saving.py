"""Writes one camera's file: whole or not at all, and not over what somebody else has written meanwhile."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from mingjing.cameras.entries import CAMERA, Camera, Zone
from mingjing.cameras.files import examine, paths
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.tomlfile import TomlFile, read_toml

DEFAULTS: dict[str, Any] = dict(
    zip(reversed(Camera.__struct_fields__), reversed(Camera.__struct_defaults__), strict=False)
)
"""What a key that is not in the file means."""


class Changed(UsageError):
    """Somebody else has written a camera's file since it was read."""


def stamp(directory: Path, code: str) -> str:
    """What tells one version of a camera's file from another; "" where the camera has none."""
    file = _file(directory, code)
    return "" if file is None else sha256(file.source.encode()).hexdigest()


def save(directory: Path, camera: Camera, since: str | None = None) -> Path:
    """Write one camera's file and return its path; comments and the order that a person chose stay.

    `since`: the file's `stamp` when it was read. Raises Changed if it has another one now, BookError with everything
    that `mingjing cameras check` would refuse in the file, UsageError where it cannot be written.
    """
    try:
        with _alone(directory):
            if since is not None and stamp(directory, camera.id) != since:
                raise Changed(f"camera {camera.id!r} has been changed by somebody else meanwhile; nothing was saved")
            file = _file(directory, camera.id)
            path = directory / f"{camera.id}.toml" if file is None else file.path
            text = _text(file, camera)
            _check(path, text)
            if file is None and path.exists():
                raise UsageError(f"{path} holds something else than camera {camera.id!r}; nothing was saved")
            _write(path, text)
            return path
    except OSError as wrong:
        raise UsageError(f"camera {camera.id!r} cannot be saved in {directory}: {wrong.strerror}") from wrong


def _file(directory: Path, code: str) -> TomlFile | None:
    """The file that holds a camera, be the rest of it right or wrong."""
    for path in paths(directory, []):
        file = read_toml(path, [])
        if file is not None and file.data.get("id") == code:
            return file
    return None


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Holds off others who save into the same directory."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _text(file: TomlFile | None, camera: Camera) -> str:
    """The file as it will stand."""
    document = tomlkit.document() if file is None else tomlkit.parse(_with_new_keys(file, camera))
    for key in CAMERA:
        if key != "windows":
            _put(document, key, _toml(getattr(camera, key)), DEFAULTS.get(key))
    tables = document.get("windows")
    if not isinstance(tables, AoT):
        document.pop("windows", None)
        tables = document["windows"] = tomlkit.aot()
    _put_windows(tables, list(camera.windows))
    if not camera.windows:
        del document["windows"]
    return tomlkit.dumps(document)


def _with_new_keys(file: TomlFile, camera: Camera) -> str:
    """The file's text with keys that it has not yet, next to the id: away from comments and the [[windows]] tables."""
    lines = file.source.splitlines(keepends=True)
    for key in reversed(CAMERA):
        value = _toml(getattr(camera, key))
        if key != "windows" and key not in file.data and value != DEFAULTS.get(key):
            lines.insert(file.line("id"), f"{key} = {tomlkit.item(value).as_string()}\n")
    return "".join(lines)


def _put_windows(tables: AoT, zones: list[Zone]) -> None:
    """Those that stay keep their place and their comments, new ones come last."""
    for index in reversed(range(len(tables))):
        zone = next((zone for zone in zones if zone.window == tables[index].get("window")), None)
        if zone is None:
            del tables[index]
        else:
            zones.remove(zone)
            _put_zone(tables[index], zone)
    for zone in zones:
        table = tomlkit.table()
        table.trivia.indent = "\n"  # a blank line before it
        _put_zone(table, zone)
        tables.append(table)


def _put_zone(table: Table, zone: Zone) -> None:
    for key, value in (("window", zone.window), ("polygon", zone.polygon), ("view", zone.view)):
        _put(table, key, _toml(value), None)


def _toml(value: Any) -> Any:
    """As TOML has it: lists for tuples, and no fraction where there is none."""
    if isinstance(value, tuple):
        return [_toml(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _put(table: Any, key: str, value: Any, default: Any) -> None:
    """Sets a value where it is not there already; what is as it is by default needs no key."""
    if key in table:
        if value is None:
            del table[key]
        elif tomlkit.item(table[key]).unwrap() != value:  # a true or false comes without its clothes
            table[key] = value
    elif value != default:
        table[key] = value


def _check(path: Path, text: str) -> None:
    """Raises BookError with what is wrong in the text, were it written."""
    mistakes: list[Mistake] = []
    examine(TomlFile(path, text, tomlkit.parse(text).unwrap()), mistakes, [])
    if mistakes:
        raise BookError(mistakes)


def _write(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", encoding="utf-8", delete=False) as aside:
        try:
            aside.write(text)
            aside.flush()
            os.fsync(aside.fileno())
            Path(aside.name).chmod(mode)
            Path(aside.name).replace(path)
        except BaseException:
            Path(aside.name).unlink(missing_ok=True)
            raise
