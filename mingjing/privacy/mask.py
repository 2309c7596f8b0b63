"""Masking 脱敏: who a person outside the office is does not show, and the same person can still be followed. Pure.

A personal value becomes a pseudonym: the first 40 bits of its HMAC-SHA-256 under the installation's key, by its kind.
Equal values of a kind have equal pseudonyms here, and no others anywhere else; without the key nobody can try values.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

MARK = "▮"
"""What a pseudonym begins with, so that nobody takes it for a value."""


class Personal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is personal, as mingjing/privacy/personal.toml declares it: `fields` by their names, each of a kind.

    A name with [] at its end stands for what lists of that name hold.
    """

    fields: dict[str, str]
    words: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    patterns: dict[str, str] = {}


class Masker:
    """Masks by one table and one key. What holds nothing personal comes back as it was, byte by byte.

    A key that is fetched is fetched once, for the first pseudonym.
    """

    def __init__(self, personal: Personal, key: bytes | Callable[[], bytes]) -> None:
        self.personal, self._key = personal, key
        self._patterns = [(kind, re.compile(pattern)) for kind, pattern in personal.patterns.items()]
        self._named = re.compile(
            rf'("(?:{"|".join(map(re.escape, personal.fields))})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,"\]}}]+)'
        )

    @property
    def hidden(self) -> list[str]:
        """Kinds of subjects whose codes are masked."""
        return sorted(self.personal.subjects)

    def pseudonym(self, kind: str, value: str) -> str:
        """What stands for a value of a kind."""
        return MARK + self.keyed(f"{kind}\0{value}")[:10]

    def keyed(self, text: str) -> str:
        """The HMAC-SHA-256 of a text under the key, in hex."""
        if not isinstance(self._key, bytes):
            self._key = self._key()
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def json(self, text: str) -> str:
        """A JSON text, an event or a finding or a part of one: what is personal is masked; `words` for other texts."""
        try:
            found = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return self.words(text)
        masked = self.tree(found)
        return text if masked == found else msgspec.json.encode(masked).decode()

    def words(self, text: str) -> str:
        """A text that is no JSON, perhaps a broken piece of it: what looks personal in it is masked."""
        named = self._named.sub(lambda found: f'{found[1]}"{self.pseudonym("text", found[2])}"', text)
        return self._looked_through(named)

    def tree(self, found: Any) -> Any:
        """Decoded JSON with what is personal masked, at whatever depth."""
        masked = self._each("", found)
        return self._subject(masked) if isinstance(masked, dict) else masked

    def row(self, row: Mapping[str, Any], columns: Mapping[str, bool]) -> dict[str, Any]:
        """A row out of the store; `columns`: which of its columns are JSON (True) or words (False)."""
        masked = {
            name: (self.json(value) if columns[name] else self._looked_through(value))
            if name in columns and isinstance(value, str) and value
            else value
            for name, value in row.items()
        }
        return self._subject(masked)

    def _each(self, name: str, value: Any) -> Any:
        kind = self.personal.fields.get(name, "")
        match value:
            case dict():
                return {key: self._each(name if kind else key, one) for key, one in value.items()}
            case list():
                within = f"{name}[]" if f"{name}[]" in self.personal.fields else name
                return [self._each(within, one) for one in value]
            case bool() | None:
                return value
            case _ if kind:
                text = str(value)
                return value if not text or text in self.personal.words else self.pseudonym(kind, text)
            case str() if name not in self.personal.public:
                return self._looked_through(value)
        return value

    def _looked_through(self, text: str) -> str:
        for kind, pattern in self._patterns:
            text = pattern.sub(partial(self._instead_of, kind), text)
        return text

    def _instead_of(self, kind: str, found: re.Match[str]) -> str:
        return self.pseudonym(kind, found[0])

    def _subject(self, row: dict[str, Any]) -> dict[str, Any]:
        """A finding about somebody outside the office names its subject in its messages, too."""
        kind, _, code = str(row.get("subject") or "").partition(":")
        if not code or kind not in self.personal.subjects:
            return row
        shown = self.pseudonym("person", code)
        return {name: _instead(value, code, shown) for name, value in row.items()}


def _instead(value: Any, code: str, shown: str) -> Any:
    match value:
        case str():
            return value.replace(code, shown)
        case dict():
            return {name: _instead(one, code, shown) for name, one in value.items()}
        case list():
            return [_instead(one, code, shown) for one in value]
    return value
