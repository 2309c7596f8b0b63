"""Versions of registers and of their rows: digests of what they say, the same from CSV and from Excel."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from mingjing.registers.entries import Entry, Registers
from mingjing.registers.form import Form

NONE = ""
"""The version of a register that is not loaded."""

_encode = msgspec.json.Encoder(order="deterministic").encode


def row_version(fields: Mapping[str, Any]) -> str:
    """The version of one row: eight hexadecimal digits of the digest of its cells, its dates among them."""
    return hashlib.blake2b(_encode(fields), digest_size=4).hexdigest()


def version(entries: Iterable[Entry]) -> str:
    """The version of a register: twelve hexadecimal digits of the digest of all its rows, in whatever order."""
    rows = sorted(_encode(entry.fields) for entry in entries)
    return hashlib.blake2b(b"\n".join(rows), digest_size=6).hexdigest()


def versions(registers: Registers, names: Iterable[str]) -> dict[str, str]:
    """The versions of those of some registers that are loaded."""
    return {name: version(registers.entries(name)) for name in names if name in registers.has}


def seen(form: Form, rows: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """How evidence names the rows that a rule looked up: `KEY@VERSION`, in order."""
    return [f"{form.key_of(row)}@{row_version(row)}" for row in rows]
