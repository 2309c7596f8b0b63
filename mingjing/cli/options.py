"""What several commands do with their options. Light: whoever judges files needs no store."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import typer
from msgspec.structs import replace

from mingjing.errors import BookError
from mingjing.settings import Settings

T = TypeVar("T")


def overridden(chosen: Settings, **given: Path | str | None) -> Settings:
    """The settings with what a command's options give in place of theirs."""
    return replace(chosen, **{name: str(value) for name, value in given.items() if value is not None})


def or_mistakes(load: Callable[[], T]) -> T:
    """What is loaded; its mistakes are the answer of a command that checks, and end it with exit status 1."""
    try:
        return load()
    except BookError as wrong:
        for mistake in wrong.mistakes:
            print(mistake)
        print(f"{len(wrong.mistakes)} mistakes", file=sys.stderr)
        raise typer.Exit(1) from wrong
