"""Answers for people: what is personal in them is masked, save in cases that were unsealed for who asks."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

COLUMNS: dict[str, bool] = {
    "raw": True, "data": True, "body": True, "whole": True, "evidence": True, "facts": True,
    "reason": False, "message_zh": False, "message_en": False,
}  # fmt: skip
"""The columns of answers that may hold something personal: JSON (True), or a text in which it is looked for."""

PROOFS = {"raw": "sha256", "body": "salt"}
"""Columns against which what was masked could be tried: its hash, which is then keyed, and the salt of one."""


class Mask(Protocol):
    """What masks; mingjing.privacy.mask.Masker is one."""

    @property
    def hidden(self) -> list[str]:
        """Kinds of subjects whose codes are masked."""

    def keyed(self, text: str) -> str:
        """A digest of a text that nobody can make without the key."""

    def json(self, text: str) -> str:
        """A JSON text with what is personal masked."""

    def row(self, row: Mapping[str, Any], columns: Mapping[str, bool]) -> dict[str, Any]:
        """A row with what is personal in these columns masked."""


class Veil:
    """A mask, and the cases that are seen without it."""

    def __init__(self, mask: Mask, unsealed: Iterable[str] = ()) -> None:
        self._mask, self._unsealed = mask, frozenset(unsealed)
        self.hidden = mask.hidden

    def row(self, row: dict[str, Any], asked: Mapping[str, object]) -> dict[str, Any]:
        """A row of a named query; `asked`: the query's parameters, of which one may name the case."""
        case = row.get("case_id") or asked.get("case_id") or asked.get("case") or ""
        if case in self._unsealed:
            return row
        masked = self._mask.row(row, COLUMNS)
        for column, proof in PROOFS.items():
            if proof in row and masked.get(column) != row.get(column):
                masked[proof] = self._mask.keyed(row[proof]) if proof == "sha256" else ""
        return masked

    def record(self, case: str, raw: bytes) -> bytes:
        """A record as it was received."""
        if case in self._unsealed:
            return raw
        text = raw.decode(errors="replace")
        masked = self._mask.json(text)
        return raw if masked == text else masked.encode()
