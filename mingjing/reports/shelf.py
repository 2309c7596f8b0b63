"""Where briefs lie: their names, writing them whole or not at all, and which there are."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile

from msgspec import Struct

from mingjing.errors import UsageError
from mingjing.reports.facts import Order
from mingjing.store.scores import Scope

FORMATS = ("pdf", "xlsx")
_NAME = re.compile(r"mingjing-brief-(?P<what>.+)-(?P<language>zh|en)(?:-r(?P<revision>\d+))?\.(?P<format>pdf|xlsx)")


class Kept(Struct, frozen=True):
    """A brief's file on the shelf; `made_at` in UTC, `revision` 0 for one of scores that were not frozen.

    `what`: period, level and scope as they stand in its name.
    """

    path: Path
    what: str
    language: str
    format: str
    made_at: datetime
    size: int
    revision: int


def file_name(order: Order, language: str, revision: int, form: str) -> str:
    """The name of a brief's file; the same brief has the same name.

    >>> from mingjing.scoring.periods import Period
    >>> file_name(Order(period=Period.parse("2026-03")), "zh", 1, "pdf")
    'mingjing-brief-2026-03-window-zh-r1.pdf'
    """
    parts = [order.period.code.replace("..", "_"), order.level]
    for field in Scope.__struct_fields__:
        parts += [f"{field.removesuffix('s')}-{_plain(code)}" for code in getattr(order.scope, field)]
    tail = f"-r{revision}" if revision else ""
    whole = "-".join(parts)
    if len(whole.encode()) > 150:
        whole = whole[:40] + "-" + hashlib.blake2b(whole.encode(), digest_size=6).hexdigest()
    return f"mingjing-brief-{whole}-{language}{tail}.{form}"


def prepared(folder: Path) -> Path:
    """The folder, made if need be, in which files can be written; UsageError where they cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as wrong:
        raise UsageError(f"{folder}: briefs cannot be written there: {wrong.strerror}") from wrong
    return folder


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    with NamedTemporaryFile(dir=path.parent, prefix=".brief-", delete=False) as file:
        beside = Path(file.name)
    try:
        yield beside
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; UsageError where it cannot be written."""
    try:
        with _whole(path) as beside, beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be written: {wrong.strerror}") from wrong


def kept(folder: Path) -> list[Kept]:
    """The briefs in a folder, the latest first; nothing where there is no such folder."""
    found = []
    for path in folder.glob("mingjing-brief-*") if folder.is_dir() else ():
        if (named := _NAME.fullmatch(path.name)) and path.is_file():
            stat = path.stat()
            made = datetime.fromtimestamp(stat.st_mtime, UTC)
            revision = int(named["revision"] or 0)
            found.append(Kept(path, named["what"], named["language"], named["format"], made, stat.st_size, revision))
    return sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True)


def _plain(code: str) -> str:
    """A code as part of a file's name; what would not do there is told by a hash."""
    kept_ = re.sub(r"[^\w.-]", "_", code).strip(".")
    if kept_ == code:
        return code
    return f"{kept_}.{hashlib.blake2b(code.encode(), digest_size=3).hexdigest()}"
