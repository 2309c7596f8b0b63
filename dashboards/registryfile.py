"""A file that somebody hands in as registers: examined with all that is there, and what it would make of it."""

import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.changes.parts import Files, Part, of
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.registers import load_registers
from mingjing.registers.files import LOGS
from mingjing.registers.importing import Arrival, arrivals, keep

SUFFIXES = ("csv", "xlsx")


class Examined(Struct, frozen=True, kw_only=True):
    """What is wrong with a file, or what it holds; `files`: the whole part `registers` with it in place."""

    mistakes: tuple[Mistake, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    files: Mapping[str, bytes] = {}

    @property
    def changes(self) -> bool:
        """Whether a register, which is no log, would change."""
        return any(one.version != one.before and not one.form.log for one in self.arrivals)


def examine(
    name: str, content: bytes, base: Files, logs: Files, timezone: ZoneInfo, now: datetime, *,
    register: str = "", add: bool = False,
) -> Examined:  # fmt: skip
    """A file in place of what `base` and the logs have, or added to it. UsageError where it is no register at all."""
    with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
        folder, file = Path(aside) / "registers", Path(aside) / _plain(name)
        written(folder, base)
        written(folder / LOGS, logs)
        file.write_bytes(content)
        try:
            several = arrivals(file, folder, timezone, register, add=add)
        except BookError as wrong:
            return Examined(mistakes=tuple(_without(aside, one) for one in wrong.mistakes))
        keep(several, folder, now)
        return Examined(arrivals=tuple(several), files=of(folder))


def loadable(_: Part, files: Files) -> None:
    """Raises BookError where files are no registers."""
    with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
        written(Path(aside), files)
        try:
            load_registers(Path(aside))
        except BookError as wrong:
            raise BookError([_without(aside, one) for one in wrong.mistakes]) from wrong


def written(folder: Path, files: Files) -> None:
    """Writes files into a folder, whatever their names say of other folders."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / Path(name).name).write_bytes(content)


def here(folder: str | None) -> dict[str, bytes]:
    """The files of a folder that may not be there."""
    try:
        return {} if folder is None else of(Path(folder))
    except UsageError:
        return {}


def _plain(name: str) -> str:
    """A file name that is nothing but one."""
    return re.sub(r"[^\w.\- ]", "_", Path(name).name)[-100:] or "file.csv"


def _without(aside: str, one: Mistake) -> Mistake:
    """A mistake that names the file as who handed it in does."""
    name = one.file.removeprefix(f"{aside}/registers/").removeprefix(f"{aside}/")
    return Mistake(name, one.line, one.message.replace(f"{aside}/registers/", "").replace(f"{aside}/", ""))
