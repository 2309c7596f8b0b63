"""Event files with one JSON object per line (.jsonl, .ndjson, .json; each also .gz)."""

from collections.abc import Iterator
from pathlib import Path

from mingjing.codec import Refused, decode
from mingjing.inputs.lines import LINE_LIMIT, Flawed, Progress, blocks
from mingjing.inputs.record import Record


def read(path: Path, *, limit: int = LINE_LIMIT, progress: Progress | None = None) -> Iterator[Record]:
    """One record per line that is not blank."""
    file = str(path)
    number = 0
    for lines in blocks(path, limit, progress):
        for line in lines:
            number += 1
            raw = line.strip()
            if type(line) is Flawed:
                yield Record(file, number, raw, None, line.why)
            elif raw:
                try:
                    yield Record(file, number, raw, decode(raw))
                except Refused as wrong:
                    yield Record(file, number, raw, None, str(wrong))
