"""The bytes of an input file in pieces, and its lines, in bounded memory.

Memory holds one piece and at most one unfinished line, whatever the file is: a gzip bomb, a line without
end, or damaged data become a `Flawed` line with a reason, and reading goes on behind it where there is
anything to go on with.
"""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from mingjing.errors import UsageError

PIECE = 1 << 18
"""Bytes of text handled at a time."""

LINE_LIMIT = 16 << 20
"""Default for the longest line (or CSV row, or XES event) that is read, in bytes."""

KEPT = 4096
"""Bytes kept of a line that is too long."""

_GZIP = 31  # zlib's window bits for "gzip, window of 32 KiB"
_COMPRESSED = 1 << 14
_BOM = b"\xef\xbb\xbf"

Progress = Callable[[int], None]
"""Called with the number of bytes just read from the file (as it lies on disk)."""


class Flawed(bytes):
    """A line that cannot be used, with the reason; the bytes are what is left or kept of it."""

    why: str

    def __new__(cls, kept: bytes, why: str) -> "Flawed":
        """The kept bytes with the reason."""
        self = super().__new__(cls, kept)
        self.why = why
        return self


class DamagedError(Exception):
    """The rest of the file cannot be read; everything before was handed out."""


def pieces(path: Path, progress: Progress | None = None, size: int = PIECE) -> Iterator[bytes]:
    """The file's content in pieces of at most `size` bytes, unzipped if named .gz; raises `DamagedError`."""
    plain = _file(path, size if path.suffix != ".gz" else _COMPRESSED, progress)
    return plain if path.suffix != ".gz" else _unzipped(plain, size)


def blocks(path: Path, limit: int = LINE_LIMIT, progress: Progress | None = None) -> Iterator[list[bytes]]:
    """The lines of the file without their line feeds, many at a time; flawed ones are `Flawed`.

    A byte order mark at the start of the file is dropped.
    """
    rest = b""
    skipping = False
    try:
        for piece in _after_mark(pieces(path, progress, min(PIECE, limit))):
            text = rest + piece
            if skipping:  # up to the end of a line that was too long
                _, _, text = piece.partition(b"\n")
                skipping = b"\n" not in piece
            lines = text.split(b"\n")
            rest = lines.pop()
            if lines and len(lines[0]) > limit:
                lines[0] = _too_long(lines[0], limit)
            if len(rest) > limit:
                lines.append(_too_long(rest, limit))
                rest, skipping = b"", True
            yield lines
        if rest:
            yield [rest]
    except DamagedError as damage:
        lost = Flawed(b"", f"{damage}; the rest of the file cannot be read")
        yield [rest, lost] if rest else [lost]


def _after_mark(texts: Iterator[bytes]) -> Iterator[bytes]:
    yield next(texts, b"").removeprefix(_BOM)
    yield from texts


def _too_long(line: bytes, limit: int) -> Flawed:
    kept = min(KEPT, limit)
    return Flawed(line[:kept], f"longer than {limit:,} bytes; its first {kept:,} bytes are kept")


def _file(path: Path, size: int, progress: Progress | None) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(size):
                if progress:
                    progress(len(piece))
                yield piece
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be read: {wrong.strerror}") from wrong


def _unzipped(packed: Iterator[bytes], size: int) -> Iterator[bytes]:
    """What gzip members hold, one after the other. Before damage everything that can be unpacked is handed out."""
    unzip = zlib.decompressobj(_GZIP)
    begun = False
    for packed_piece in packed:
        piece = packed_piece
        while piece:
            if unzip.eof:
                if not piece.strip(b"\0"):  # padding after the last member
                    break
                unzip = zlib.decompressobj(_GZIP)
            before = unzip.copy()
            begun = True
            try:
                out = unzip.decompress(piece, size)
            except zlib.error as wrong:
                yield from _salvaged(before, piece)
                raise DamagedError(f"gzip data is damaged ({wrong})") from None
            if out:
                yield out
            piece = unzip.unconsumed_tail or unzip.unused_data
    while not unzip.eof and (out := unzip.decompress(b"", size)):
        yield out
    if begun and not unzip.eof:
        raise DamagedError("gzip data ends in the middle")


def _salvaged(unzip: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    for place in range(len(piece)):
        try:
            yield unzip.decompress(piece[place : place + 1])
        except zlib.error:
            return
