"""Event logs in XES (IEEE 1849), the standard of process mining.

Read with expat itself: no tree is built, so memory holds one event and the attributes of its trace, and
each event's own bytes and line are known. Entity declarations are refused, whatever they would expand to.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec

from mingjing.codec import DEEPEST, Refused, decode
from mingjing.inputs.lines import LINE_LIMIT, DamagedError, Progress, pieces
from mingjing.inputs.mapping import Fields, Meaning, content_id, fill
from mingjing.inputs.record import Record
from mingjing.inputs.values import Taken

CASE = "trace:concept:name"
ACTIVITY = "concept:name"
TRANSITION = "lifecycle:transition"
OWN = "mingjing:"
"""An attribute `mingjing:FIELD` of an event gives that field of the contract."""

_STANDARD: Fields = {
    "case_id": Taken(name="case_id", columns=(CASE,), kind="text"),
    "occurred_at": Taken(name="occurred_at", columns=("time:timestamp",), kind="instant"),
    "officer": Taken(name="officer", columns=("org:resource",), kind="text"),
}
_USED = {ACTIVITY, TRANSITION, "time:timestamp", "org:resource"}
_STEPS = {"start": "step_started", "complete": "step_ended"}
_LISTS = ("list", "container")
_VALUES = ("string", "date", "int", "float", "boolean", "id", *_LISTS)
_encode = msgspec.json.Encoder().encode


def read(
    path: Path, meaning: Meaning | None, *, limit: int = LINE_LIMIT, progress: Progress | None = None
) -> Iterator[Record]:
    """One record per event; where the file is damaged, one that says so, after every event before it."""
    parser = _Parser(str(path), meaning, limit)
    try:
        for piece in pieces(path, progress, min(1 << 16, limit)):
            yield from parser.feed(piece)
        yield from parser.feed(b"", last=True)
    except DamagedError as damage:
        yield from parser.found
        yield Record(str(path), parser.line, parser.unread(), None, f"{damage}; the rest of the file cannot be read")


class _Parser:
    """Turns pieces of the file into records."""

    def __init__(self, file: str, meaning: Meaning | None, limit: int) -> None:
        self.file = file
        self.limit = limit
        self.translate = _Translator(meaning)
        self.found: list[Record] = []
        self.path: list[str] = []
        self.keys: list[str] = []
        self.trace: dict[str, Any] = {}
        self.event: dict[str, Any] | None = None
        self.size = 0
        self.begin = (0, 0)  # line and byte of the current event
        self.window = b""  # bytes from the current event (or token) on
        self.base = 0  # where in the file the window begins
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.EntityDeclHandler = self._entity

    @property
    def line(self) -> int:
        return self.expat.CurrentLineNumber

    def feed(self, piece: bytes, *, last: bool = False) -> list[Record]:
        """The records that the piece completes; raises `DamagedError`, leaving those before the damage in `found`."""
        self.found = []
        self.window += piece
        if last and not self.window and not self.base:
            return []  # an empty file holds no events
        try:
            self.expat.Parse(piece, last)
        except expat.ExpatError as wrong:
            why = "it ends in the middle" if last else expat.ErrorString(wrong.code)
            raise DamagedError(f"not XES: {why}") from None
        here = max(self.base, self.expat.CurrentByteIndex)
        if self.base + len(self.window) - here > self.limit:
            raise DamagedError(f"a tag or text longer than {self.limit:,} bytes")
        keep = here if self.event is None or self.size > self.limit else self.begin[1]
        self.window = self.window[keep - self.base :]
        self.base = keep
        found, self.found = self.found, []
        return found

    def unread(self) -> bytes:
        """The bytes of the event, or the tag, at which reading ended; at most 4,096."""
        start = self.begin[1] if self.event is not None else self.expat.CurrentByteIndex
        return self.window[max(0, start - self.base) :][:4096]

    def _entity(self, *_: Any) -> None:
        raise DamagedError("not XES: it declares entities, which are not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self.path.append(tag)
        if len(self.path) > DEEPEST:
            raise DamagedError(f"not XES: nested deeper than {DEEPEST} levels")
        if tag == "trace":
            self.trace = {}
            self.size = 0
            self.translate.new_trace()
        elif tag == "event":
            self.event = {}
            self.size = 0
            self.begin = (self.expat.CurrentLineNumber, self.expat.CurrentByteIndex)
        elif tag in _VALUES and ("event" in self.path or "trace" in self.path):
            self._attribute(tag, attributes)

    def _attribute(self, tag: str, attributes: dict[str, str]) -> None:
        holder = self.trace if self.event is None else self.event
        key = attributes.get("key", "")
        name = "/".join([*self.keys, key]) if self.keys else key
        self.keys.append(key)
        value = attributes.get("value")
        self.size += len(name) + len(value or "")
        if value is None or self.size > self.limit:
            return
        typed = _typed(tag, value)
        held = holder.get(name)
        if held is None:
            holder[name] = typed
        else:  # the same key again, as the values of a list
            holder[name] = [*held, typed] if isinstance(held, list) else [held, typed]

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self.path.pop()
        if tag in _VALUES and self.keys:
            self.keys.pop()
        elif tag == "event" and self.event is not None:
            self.found.append(self._record(self.event))
            self.event = None

    def _record(self, attributes: dict[str, Any]) -> Record:
        line = self.begin[0]
        if self.size > self.limit:
            return Record(self.file, line, self._raw()[:4096], None, f"longer than {self.limit:,} bytes")
        try:
            json = _encode(self.translate(attributes, self.trace))
            return Record(self.file, line, json, decode(json))
        except Refused as wrong:
            return Record(self.file, line, self._raw(), None, str(wrong))

    def _raw(self) -> bytes:
        start, end = self.begin[1] - self.base, self.expat.CurrentByteIndex - self.base
        close = self.window.find(b">", end)
        return self.window[max(0, start) : close + 1 if close >= 0 else end]


class _Translator:
    """An event's attributes and its trace's to an event of the contract."""

    def __init__(self, meaning: Meaning | None) -> None:
        given = meaning.events if meaning else [{}]
        self.events = [_STANDARD | fields for fields in given]
        self.types = meaning.types if meaning else {}
        self.others = meaning is None or meaning.others != "drop"
        self.used = _USED | (meaning.columns() if meaning else set())
        self.first = True
        self.seen: Counter[str] = Counter()

    def new_trace(self) -> None:
        self.first = True
        self.seen.clear()

    def __call__(self, attributes: dict[str, Any], trace: dict[str, Any]) -> dict[str, Any]:
        cells = {**attributes, **{f"trace:{name}": value for name, value in trace.items()}}
        event = fill(self.events[0], cells)
        activity = attributes.get(ACTIVITY)
        data: dict[str, Any] = {} if activity is None else {"step": str(activity)}
        if self.others:
            data |= {n: v for n, v in attributes.items() if n not in self.used and not n.startswith(OWN)}
            if self.first:  # the trace's own attributes once, with its first event
                case = {n: v for n, v in trace.items() if n != ACTIVITY and f"trace:{n}" not in self.used}
                data |= {"case": case} if case else {}
        event |= {n.removeprefix(OWN): v for n, v in attributes.items() if n.startswith(OWN)}
        event.setdefault("type", self._type(attributes))
        event["data"] = data | event.get("data", {})
        self.first = False
        if not event.get("event_id"):
            made = content_id(event)
            self.seen[made] += 1
            event["event_id"] = made if self.seen[made] == 1 else f"{made}:{self.seen[made]}"
        return event

    def _type(self, attributes: dict[str, Any]) -> str:
        activity = str(attributes.get(ACTIVITY, ""))
        transition = str(attributes.get(TRANSITION, "complete")).lower()
        known = self.types.get(f"{activity}+{transition}") or self.types.get(activity)
        return known or _STEPS.get(transition) or "step_" + transition.replace(" ", "_")


def _typed(tag: str, value: str) -> Any:
    """The value in JSON's own type where it has one (a float that JSON cannot say stays text)."""
    try:
        if tag == "int":
            return int(value)
        if tag == "float":
            number = float(value)
            return number if number - number == 0 else value
    except ValueError:
        return value
    if tag == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
