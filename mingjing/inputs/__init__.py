"""Event files: every reader hands out the same `Record`s, in the order of the file, in bounded memory.

A mistake in a file is a `Record` with a reason; it stops nothing. What can be known before the first
event (a missing file, an unknown kind of file, a wrong mapping) is an error before anything is read.
docs/input-formats.md lists each kind of bad input and what becomes of it.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mingjing.errors import UsageError
from mingjing.inputs import jsonl
from mingjing.inputs.lines import LINE_LIMIT, Progress
from mingjing.inputs.record import Record

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
    readers = [_reader(Path(path), limit, progress) for path in paths]
    return (record for reader in readers for record in reader())


def size(paths: Iterable[str | Path]) -> int:
    """Bytes of the files as they lie on disk: the total that `progress` counts up to."""
    return sum(Path(path).stat().st_size for path in paths)


def _reader(path: Path, limit: int, progress: Progress | None) -> Callable[[], Iterator[Record]]:
    if not path.is_file():
        raise UsageError(f"{path}: {'is not a file' if path.exists() else 'does not exist'}")
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if kind in _JSONL:
        return lambda: jsonl.read(path, limit=limit, progress=progress)
    raise UsageError(f"{path}: unknown kind of event file; it must end in {', '.join(_KINDS)}, or one of these and .gz")
