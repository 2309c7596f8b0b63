"""What every reader of event files hands out."""

from msgspec import Struct

from mingjing.types import CaseEvent


class Record(Struct, gc=False):
    """One event of a file, or one place in it that holds none.

    `line` counts from 1 (a CSV row or XES event: where it begins). `raw` is the event as JSON, or of a
    refused record its original bytes. Exactly one of `event` and `reason` is given.
    """

    file: str
    line: int
    raw: bytes
    event: CaseEvent | None = None
    reason: str | None = None
