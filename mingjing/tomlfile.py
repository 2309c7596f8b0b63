"""TOML files whose mistakes can be named with their line.

The standard library's parser keeps no lines, so the line of a key is found again in the text:
exact for the flat files that rule books, catalogues and calendars are.
"""

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from mingjing.errors import Mistake

_AT = re.compile(r"\(at line (\d+), column \d+\)")


class TomlFile:
    """A parsed TOML file: its path, its text, its data, and where each key stands."""

    def __init__(self, path: Path, text: str, data: dict[str, Any]) -> None:
        self.path = path
        self.name = str(path)
        self.source = text
        self.data = data

    def line(self, key: str, index: int | None = None) -> int:
        """The line (from 1) of a top-level key, or of the index-th `[[key]]`; 1 if it does not stand there."""
        header = rf"^\s*\[\[\s*{re.escape(key)}\s*\]\]"
        if index is not None:
            found = [m.start() for m in re.finditer(header, self.source, re.MULTILINE)]
            place = found[index] if index < len(found) else None
        else:
            match = re.search(rf'^\s*(\[+\s*)?"?{re.escape(key)}"?\s*(=|\.|\])', self.source, re.MULTILINE)
            place = match.start() if match else None
        return 1 if place is None else self.source.count("\n", 0, place) + 1 + self._leading(place)

    def _leading(self, place: int) -> int:
        # `^\s*` may begin on blank lines above the key itself.
        return len(re.match(r"\s*", self.source[place:]).group().split("\n")) - 1  # type: ignore[union-attr]

    def mistake(self, key: str, message: str) -> Mistake:
        """A mistake at a top-level key."""
        return Mistake(self.name, self.line(key), message)

    def text(
        self, key: str, mistakes: list[Mistake], *, default: str | None = None, one_of: Collection[str] = ()
    ) -> str:
        """A string; a missing one without default, or one not in `one_of`, is a mistake (and reads as "")."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or (one_of and value not in one_of):
            wanted = "one of " + ", ".join(one_of) if one_of else "a text"
            got = "is missing" if value is None else f"is {value!r}"
            mistakes.append(self.mistake(key, f"{key} {got}; it must be {wanted}"))
            return ""
        return value

    def tables(self, key: str, mistakes: list[Mistake]) -> list[dict[str, Any]]:
        """The `[[key]]` tables; none if absent."""
        rows = self.data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            mistakes.append(self.mistake(key, f"{key} must be written as [[{key}]] tables"))
            return []
        return rows

    def unknown(self, known: Collection[str], mistakes: list[Mistake]) -> None:
        """A mistake for each top-level key that is not known."""
        for key in self.data:
            if key not in known:
                mistakes.append(self.mistake(key, f"unknown key {key!r}; known are: {', '.join(sorted(known))}"))


def read_toml(path: Path, mistakes: list[Mistake]) -> TomlFile | None:
    """The file, or None after adding what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return TomlFile(path, text, tomllib.loads(text))
    except OSError as wrong:
        mistakes.append(Mistake(str(path), 0, f"cannot be read: {wrong.strerror}"))
    except UnicodeDecodeError as wrong:
        mistakes.append(Mistake(str(path), 0, f"not UTF-8 (byte {wrong.start}); save it as UTF-8"))
    except tomllib.TOMLDecodeError as wrong:
        where = _AT.search(str(wrong))
        line = int(where.group(1)) if where else 1 + text.count("\n")
        mistakes.append(Mistake(str(path), line, f"not TOML: {_AT.sub('', str(wrong)).strip()}"))
    return None
