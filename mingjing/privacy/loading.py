"""The installation's table of personal fields and the key of its pseudonyms."""

import contextlib
import os
import secrets
import tomllib
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from mingjing.errors import UsageError
from mingjing.privacy.mask import Masker, Personal
from mingjing.settings import Settings

KEY = "pseudonyms.key"
"""In seal_dir: 32 random bytes in hex. Whoever has it can try values; without it pseudonyms change."""


def masker(chosen: Settings) -> Masker:
    """What masks here; UsageError for a file that cannot be used, or at the first pseudonym for such a key."""
    return Masker(personal(chosen.privacy_file), partial(key, Path(chosen.seal_dir)))


def personal(file: str | None = None) -> Personal:
    """The shipped table, with an installation's own fields added, or taken out (""). UsageError says what is wrong."""
    shipped = tomllib.loads(files("mingjing.privacy").joinpath("personal.toml").read_text("utf-8"))["personal"]
    own = _own(file) if file else {}
    merged = dict(shipped)
    for name, value in own.items():
        now = merged.get(name)
        merged[name] = {**now, **value} if isinstance(now, dict) and isinstance(value, dict) else value
    try:
        found = msgspec.convert(merged, Personal)
    except msgspec.ValidationError as wrong:
        raise UsageError(f"{file}: [personal]: {wrong}") from None
    return msgspec.structs.replace(found, fields={name: kind for name, kind in found.fields.items() if kind})


def _own(file: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(Path(file).read_text("utf-8")).get("personal", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise UsageError(f"privacy_file {file} cannot be read: {wrong}") from None
    if not isinstance(table, dict):
        raise UsageError(f"privacy_file {file}: [personal] must be a table")
    return table


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_hex(32))
    with contextlib.suppress(FileExistsError):
        file.hardlink_to(draft)  # whole or not at all, and never over another's
    draft.unlink()


def key(directory: Path) -> bytes:
    """The key of the pseudonyms, made where there is none yet; UsageError where it cannot be read or made."""
    file = directory / KEY
    try:
        if not file.exists():
            _make(file)
        found = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError) as wrong:
        raise UsageError(f"{file}: the key of the pseudonyms cannot be used: {wrong}") from None
    if len(found) < 16:
        raise UsageError(f"{file}: the key of the pseudonyms is too short; put it back from a copy")
    return found
