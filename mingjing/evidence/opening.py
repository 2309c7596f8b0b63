"""Opens a pack that may have come from anywhere: nothing is written to disk, and nothing is read that is too much."""

import io
import stat
import zipfile
import zlib
from pathlib import Path

from mingjing.evidence.manifest import Unreadable

LARGEST = 512 << 20
"""Bytes of a pack, and of all that it unpacks to twice as many."""
FILES = 50_000
RATIO, RATIO_FROM = 400, 1 << 20
"""How many times a file of more than a MiB may unpack to; tables of JSON reach some fifty."""


def opened(path: Path) -> dict[str, bytes]:
    """The files of a pack by name. Raises Unreadable, in one line, for whatever is no pack or not safe to read."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unreadable(f"{path}: is no file")
        if size > LARGEST:
            raise Unreadable(f"{path}: {size >> 20} MiB; an evidence pack has at most {LARGEST >> 20} MiB")
        return unpacked(path.read_bytes(), str(path))
    except OSError as wrong:
        raise Unreadable(f"{path}: cannot be read: {wrong.strerror}") from wrong


def unpacked(content: bytes, name: str) -> dict[str, bytes]:
    """The files in a pack's bytes, as `opened`."""
    if content.count(b"PK\1\2") > 2 * FILES:  # each file has one; before a list of millions is made of them
        raise Unreadable(f"{name}: an evidence pack has at most {FILES:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            inside = pack.infolist()
            _check(inside, len(content), name)
            return {one.filename: pack.read(one) for one in inside}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as wrong:
        raise Unreadable(f"{name}: no whole ZIP file (cut off, or damaged on the way): {wrong}") from wrong


def _check(inside: list[zipfile.ZipInfo], size: int, name: str) -> None:
    if len(inside) > FILES:
        raise Unreadable(f"{name}: holds {len(inside):,} files; an evidence pack has at most {FILES:,}")
    seen: set[str] = set()
    for one in inside:
        wrong = _wrong(one) or ("stands in it twice" if one.filename in seen else "")
        seen.add(one.filename)
        if wrong:
            raise Unreadable(f"{name}: its file {one.filename[:100]!r} {wrong}; no evidence pack has that")
    if sum(one.compress_size for one in inside) > size:
        raise Unreadable(f"{name}: its files overlap; no evidence pack has that")
    if (total := sum(one.file_size for one in inside)) > 2 * LARGEST:
        raise Unreadable(f"{name}: would unpack to {total >> 20} MiB; at most {2 * LARGEST >> 20} MiB are read")


def _wrong(one: zipfile.ZipInfo) -> str:
    """What forbids reading a file; "" for nothing."""
    parts = one.filename.split("/")
    odd = one.filename != one.orig_filename or "\\" in one.filename or any(ord(mark) < 32 for mark in one.filename)
    forbidden = {
        "has a name that file systems read in several ways": odd,
        "leads out of the pack": one.filename.startswith("/") or ":" in parts[0] or bool({"", ".", ".."} & set(parts)),
        "is a link": stat.S_ISLNK(one.external_attr >> 16),
        "is encrypted": bool(one.flag_bits & 1),
        "is compressed in another way": one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        f"would unpack to more than {RATIO} times its size": one.file_size > RATIO_FROM
        and one.file_size > RATIO * one.compress_size,
    }
    return next((why for why, is_so in forbidden.items() if is_so), "")
