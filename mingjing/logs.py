"""Logs with fields, to stderr: key=value for people, JSON lines for machines.

    log = logging.getLogger(__name__)
    log.info("batch written", extra={"events": 40, "partition": 3})

Fields are counts, codes and positions. What an event says about people is never logged: the fields named
in `PRIVATE` are masked whoever passes them.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

PRIVATE = frozenset(("applicant", "data", "event", "id_number", "name", "payload", "phone", "raw", "value"))
MASK = "***"

# What `logging` itself puts on a record (plus what asyncio tasks and formatters add).
_OWN = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"))


def setup(
    format: Literal["text", "json"] = "text",  # noqa: A002 - the setting's name
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Send this process's logs to stderr (or `stream`), replacing what was set up before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else KeyValue())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """The fields given with `extra`, personal ones masked."""
    return {name: MASK if name in PRIVATE else value for name, value in vars(record).items() if name not in _OWN}


class KeyValue(logging.Formatter):
    """`2026-03-02T00:30:00.123Z info streams.sink: batch written events=40 partition=3`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line (a traceback, if there is one, below it)."""
        pairs = "".join(f" {name}={_plain(value)}" for name, value in fields(record).items())
        message = record.getMessage().replace("\n", " ")
        line = f"{_stamp(record)} {record.levelname.lower()} {record.name}: {message}{pairs}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object per record, with `at`, `level`, `logger`, `message` and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, a traceback as the field `error`."""
        line = {"at": _stamp(record), "level": record.levelname.lower(), "logger": record.name}
        line |= {"message": record.getMessage()} | fields(record)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _stamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> str:
    text = str(value)
    return text if text and not any(c in text for c in ' ="\n\r\t') else json.dumps(text, ensure_ascii=False)
