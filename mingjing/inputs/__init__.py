"""Event files: every reader hands out the same `Record`s, in the order of the file, in bounded memory.

A mistake in a file is a `Record` with a reason; it stops nothing. What can be known before the first
event (a missing file, an unknown kind of file, a wrong mapping) is an error before anything is read.
docs/input-formats.md lists each kind of bad input and what becomes of it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

from mingjing.errors import UsageError
from mingjing.inputs import jsonl, xes
from mingjing.inputs.lines import LINE_LIMIT, Progress
from mingjing.inputs.mapping import load
from mingjing.inputs.record import Record
from mingjing.inputs.table import Table

__all__ = ["LINE_LIMIT", "Progress", "Record", "read", "size"]

_JSONL = (".jsonl", ".ndjson", ".json")
_KINDS = (*_JSONL, ".csv", ".xes")


def read(
    paths: Iterable[str | Path],
    mapping: str | Path | None = None,
    *,
    limit: int = LINE_LIMIT,
    progress: Progress | None = None,
) -> Iterator[Record]:
    """All records of the files, one file after the other.

    `mapping`: the TOML file that says what the columns (CSV) or attributes (XES) mean.
    `limit`: bytes of the longest line, row or event that is read. `progress` is called with the number of
    bytes just read; `size` gives the total. Raises UsageError (files) or BookError (mapping) at once.
    """
    meaning = None if mapping is None else _Mappings(Path(mapping))
    readers = [_reader(Path(path), meaning, limit, progress) for path in paths]
    return (record for reader in readers for record in reader())


def size(paths: Iterable[str | Path]) -> int:
    """Bytes of the files as they lie on disk: the total that `progress` counts up to."""
    return sum(Path(path).stat().st_size for path in paths)


class _Mappings:
    """The mapping file, compiled once for each kind of file that asks for it."""

    def __init__(self, path: Path) -> None:
        self.csv = cache(lambda: load(path, "csv"))
        self.xes = cache(lambda: load(path, "xes"))


def _reader(
    path: Path, mapping: _Mappings | None, limit: int, progress: Progress | None
) -> Callable[[], Iterator[Record]]:
    if not path.is_file():
        raise UsageError(f"{path}: {'is not a file' if path.exists() else 'does not exist'}")
    kind = (Path(path.stem).suffix if path.suffix == ".gz" else path.suffix).lower()
    if kind in _JSONL:
        return partial(jsonl.read, path, limit=limit, progress=progress)
    if kind == ".csv":
        return Table(path, mapping.csv() if mapping else None, limit=limit, progress=progress).read
    if kind == ".xes":
        return partial(xes.read, path, mapping.xes() if mapping else None, limit=limit, progress=progress)
    raise UsageError(f"{path}: unknown kind of event file; it must end in {', '.join(_KINDS)}, or one of these and .gz")
