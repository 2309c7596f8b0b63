"""Event files in CSV: one row holds one event or, with a mapping, several."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from mingjing.codec import Refused, decode
from mingjing.errors import BookError, UsageError
from mingjing.inputs.lines import LINE_LIMIT, Flawed, Progress, blocks
from mingjing.inputs.mapping import REQUIRED, Meaning, content_id, fill
from mingjing.inputs.record import Record

MOST_LINES = 1000
"""Lines that one row may run over; a quote that is not closed until then is the mistake of its own line."""

_WRONG_BYTES = "\N{REPLACEMENT CHARACTER}"
_encode = msgspec.json.Encoder().encode


class Table:
    """One CSV file. Its header is checked when it is made: raises UsageError, or BookError for the mapping."""

    def __init__(
        self, path: Path, meaning: Meaning | None, *, limit: int = LINE_LIMIT, progress: Progress | None = None
    ) -> None:
        self.path = path
        self.file = str(path)
        self.meaning = meaning
        self.limit = limit
        self.progress = progress
        self.encoding = meaning.encoding if meaning else "utf-8"
        self.delimiter = meaning.delimiter if meaning else ","
        self.columns: list[str] = []
        self.columns = self._header()

    def _header(self) -> list[str]:
        first = next(self._rows(None), None)
        if first is None:
            return []
        _, _, cells = first
        if isinstance(cells, str):
            raise UsageError(f"{self.file}:1: the header cannot be read: {cells}")
        columns = [cell.strip() for cell in cells]
        twice = sorted({column for column in columns if columns.count(column) > 1 and column})
        if twice:
            raise UsageError(f"{self.file}:1: columns that stand there twice: {', '.join(twice)}")
        if self.meaning is None:
            missing = [name for name in REQUIRED if name not in columns]
            if missing:
                raise UsageError(
                    f"{self.file}:1: no column {', '.join(missing)}; name the columns like the event's fields "
                    "(data.NAME for data), or give a mapping"
                )
        elif wrong := self.meaning.missing(columns, self.file):
            raise BookError(wrong)
        return columns

    def read(self) -> Iterator[Record]:
        """The records of the file, those of one row together."""
        rows = self._rows(self.progress)
        next(rows, None)
        for line, raw, cells in rows:
            if isinstance(cells, str):
                yield Record(self.file, line, raw, None, cells)
            elif len(cells) != len(self.columns):
                yield Record(self.file, line, raw, None, f"{len(cells)} cells, but {len(self.columns)} columns")
            elif self.meaning is None:
                yield self._record(line, raw, lambda cells=cells: _plain(self.columns, cells))
            else:
                yield from self._mapped(line, raw, dict(zip(self.columns, cells, strict=True)), self.meaning)

    def _mapped(self, line: int, raw: bytes, cells: dict[str, str], meaning: Meaning) -> Iterator[Record]:
        known = meaning.columns() if meaning.others == "data" else set(cells)
        rest = {name: cell for name, cell in cells.items() if name not in known and cell}
        held = 0
        for fields in meaning.events:
            when = fields["occurred_at"]
            if len(meaning.events) > 1 and when.columns and not any(cells[column].strip() for column in when.columns):
                continue  # this has not happened (yet)
            held += 1

            def made(fields: Any = fields) -> dict[str, Any]:
                event = fill(fields, cells)
                if rest:
                    event["data"] = rest | event.get("data", {})
                return event

            yield self._record(line, raw, made)
        if not held:
            yield Record(self.file, line, raw, None, "no event in this row: all its instants are empty")

    def _record(self, line: int, raw: bytes, made: Any) -> Record:
        try:
            event = made()
            if not event.get("event_id"):
                event["event_id"] = content_id(event)
            json = _encode(event)
            return Record(self.file, line, json, decode(json))
        except Refused as wrong:
            return Record(self.file, line, raw, None, str(wrong))

    def _rows(self, progress: Progress | None) -> Iterator[tuple[int, bytes, list[str] | str]]:
        """Rows with their first line's number and bytes: cells, or why there are none. Blank lines are nothing.

        A row that cannot be read costs its first line only: reading goes on with the next line, so a quote
        that is never closed does not swallow the file.
        """
        source = _Lines(blocks(self.path, self.limit, progress))
        while (first := source.take()) is not None:
            if type(first) is Flawed:
                yield source.number, first, first.why
                continue
            if not first.strip():
                continue
            number, taken = source.number, [first]
            cells = self._cells(source, taken)
            if isinstance(cells, str) or (len(taken) > 1 and self._odd(cells)):
                source.give_back(taken[1:])
                cells = cells if isinstance(cells, str) else "a quote is opened and not closed on this line"
                taken = taken[:1]
            elif any(_WRONG_BYTES in cell for cell in cells):
                cells = f"not {self.encoding}"
            yield number, b"\n".join(taken), cells

    def _odd(self, cells: list[str]) -> bool:
        return bool(self.columns) and len(cells) != len(self.columns)

    def _cells(self, source: "_Lines", taken: list[bytes]) -> list[str] | str:
        def texts() -> Iterator[str]:
            yield self._text(taken[0])
            while len(taken) < MOST_LINES and (line := source.take()) is not None:
                taken.append(line)
                if type(line) is Flawed:
                    return
                yield self._text(line)

        try:
            return next(csv.reader(texts(), delimiter=self.delimiter, strict=True))
        except csv.Error as wrong:
            return f"not CSV: {wrong}"

    def _text(self, line: bytes) -> str:
        return line.decode(self.encoding, "replace").removesuffix("\r") + "\n"


class _Lines:
    """Numbered lines, some of which may be given back."""

    def __init__(self, lines: Iterable[list[bytes]]) -> None:
        self.number = 0
        self._coming = (line for block in lines for line in block)
        self._back: deque[bytes] = deque()

    def take(self) -> bytes | None:
        line = self._back.popleft() if self._back else next(self._coming, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[bytes]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _plain(columns: list[str], cells: list[str]) -> dict[str, Any]:
    """A row whose columns are named like the contract's fields; an empty cell is no value."""
    event: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for name, cell in zip(columns, cells, strict=True):
        text = cell.strip()
        if not text:
            continue
        if name.startswith("data."):
            data[name[5:]] = text
        elif name != "data":
            event[name] = text
    if data:
        event["data"] = data
    return event
