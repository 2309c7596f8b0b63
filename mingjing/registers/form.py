"""What a register's file looks like: read from `forms/`, one TOML file per register 名册.

A register is either *dated rows*, which rules look up on the day of an event (a delegation, a discretion band), or a
*log* 台账, whose rows are things that happened and become case events (an invitation, an entry through a door).
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

DATES = ("valid_from", "valid_to")
TYPES = (
    "text", "list", "whole", "number", "share", "flag", "date", "instant", "hours", "times", "credit_code",
)  # fmt: skip
"""What a column may hold; a `share` lies from 0 to 1 or ends in %; an `instant` without offset is local."""


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in Chinese and English."""

    zh: str
    en: str


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column. `refers`: the register whose codes it holds; `values`: all that it may hold.

    `also`: further titles by which files call it in this register; `names`: by value, how files call that;
    without `values` other values are fine too.
    """

    type: str = "text"
    required: bool = False
    refers: str = ""
    values: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = {}
    name: Words | None = None
    least: float | None = None
    most: float | None = None


class Happening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a row of a log tells: an event of a type at the instant in a column, if that column is filled.

    `data`: the columns that become fields of `data` under their own names; `envelope`: fields of the event itself, each
    with the column that fills it; `given`: fields of `data` that are always the same.
    """

    type: str
    at: str
    data: tuple[str, ...] = ()
    envelope: Mapping[str, str] = {}
    given: Mapping[str, Any] = {}


class Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of one register.

    `key`: the columns that tell one row from another (on one day, where rows are dated); `case`: of a log, the case
    that its events belong to, as a pattern over its columns like `duty:{room}:{day}`; `functions`: what it serves.
    """

    name: Words
    about: Words
    columns: Mapping[str, Column]
    functions: tuple[str, ...] = ()
    key: tuple[str, ...] = ("code",)
    event: tuple[Happening, ...] = ()
    case: str = ""
    source: str = "registers"
    register: str = ""

    @property
    def log(self) -> bool:
        """Whether its rows become events."""
        return bool(self.event)

    @property
    def titles(self) -> tuple[str, ...]:
        """Its columns in order, the dates of validity last."""
        return (*self.columns, *(() if self.log else DATES))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every row fills."""
        return tuple(name for name, column in self.columns.items() if column.required)

    def key_of(self, fields: Mapping[str, Any]) -> str:
        """What tells a row from the others, as one text."""
        return " / ".join(str(fields.get(column, "")) for column in self.key)


@cache
def forms() -> Mapping[str, Form]:
    """All forms, by register."""
    found = {}
    for path in sorted(files("mingjing.registers").joinpath("forms").iterdir(), key=lambda one: one.name):
        if path.name.endswith(".toml"):
            register = path.name.removesuffix(".toml")
            form = msgspec.toml.decode(path.read_bytes(), type=Form)
            found[register] = msgspec.structs.replace(form, register=register)
    return found
