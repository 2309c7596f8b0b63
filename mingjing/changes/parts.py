"""The parts of an installation that two persons change: files, their digest, and how two states of them differ."""

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files as resources
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from mingjing.errors import UsageError
from mingjing.settings import Settings

Part = Literal["rules", "items", "registers", "calendars", "scheme"]
PARTS: tuple[Part, ...] = get_args(Part)
PRESET = "preset/"
"""Where the preset stands among the files of `rules`: it is laid over the book, so it is one with it."""
SUFFIXES = (".toml", ".csv", ".sql", ".xlsx", ".xlsm", ".xls")
SHOWN = 400
"""Lines of a difference that people are shown."""

Files = Mapping[str, bytes]


def read(settings: Settings, part: Part) -> dict[str, bytes]:
    """The files of a part as a service with these settings would load them; none where the settings name none."""
    match part:
        case "rules":
            book = Path(settings.rules_dir) if settings.rules_dir else _package("rules") / "book"
            return of(book) | _preset(settings.preset)
        case "items":
            return of(Path(settings.items_dir)) if settings.items_dir else {}
        case "registers":
            return of(Path(settings.registers_dir)) if settings.registers_dir else {}
        case "calendars":
            return of(Path(settings.calendars_dir)) if settings.calendars_dir else {}
        case "scheme":
            own = settings.scheme.endswith(".toml")
            if own:
                return {Path(settings.scheme).name: _bytes(Path(settings.scheme))}
            name = f"{settings.scheme}.toml"
            return {name: resources("mingjing.scoring").joinpath("schemes", name).read_bytes()}


def of(path: Path) -> dict[str, bytes]:
    """The files of a directory that the loaders read, or one file, by name. UsageError where there is nothing."""
    if path.is_file():
        return {path.name: _bytes(path)}
    if not path.is_dir():
        raise UsageError(f"{path}: no such directory")
    return {one.name: _bytes(one) for one in sorted(path.iterdir()) if one.suffix.lower() in SUFFIXES}


def _preset(name: str | None) -> dict[str, bytes]:
    if name is None:
        return {}
    path = Path(name) if name.endswith(".toml") else _package("rules") / "presets" / f"{name}.toml"
    return {f"{PRESET}{path.name}": _bytes(path)}


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be read: {wrong.strerror}") from wrong


def digest(files: Files) -> str:
    """SHA-256, in hex, of the files' names and contents, in whatever order they came."""
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{len(name.encode())}:{name}:{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def changed(before: Files, after: Files) -> dict[str, bytes | None]:
    """The files that are new or other, with their content, and those that are gone (None)."""
    gone: dict[str, bytes | None] = {name: None for name in before if name not in after}
    return gone | {name: content for name, content in after.items() if before.get(name) != content}


def difference(before: Files, after: Files) -> Iterator[str]:
    """How two states differ, line by line as `diff -u` tells it; of what is no text, only that it differs."""
    for name in sorted(changed(before, after)):
        try:
            old, new = (files.get(name, b"").decode("utf-8-sig").splitlines() for files in (before, after))
        except UnicodeDecodeError:
            yield f"--- {name}: differs, and is no text"
            continue
        was, becomes = (name if name in files else "/dev/null" for files in (before, after))
        yield from difflib.unified_diff(old, new, was, becomes, lineterm="", n=2)


def summary(before: Files, after: Files) -> str:
    """The same in one line: how many files are new, other and gone."""
    several = changed(before, after)
    new = sum(name not in before for name in several)
    gone = sum(content is None for content in several.values())
    return f"{new} new, {len(several) - new - gone} changed, {gone} gone"
