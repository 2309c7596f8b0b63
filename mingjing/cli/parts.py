"""What several commands open in the same way."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from mingjing.errors import BookError
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import serve

T = TypeVar("T")


def or_mistakes(load: Callable[[], T]) -> T:
    """What is loaded; its mistakes are the answer of a command that checks, and end it with exit status 1."""
    try:
        return load()
    except BookError as wrong:
        for mistake in wrong.mistakes:
            print(mistake)
        print(f"{len(wrong.mistakes)} mistakes", file=sys.stderr)
        raise typer.Exit(1) from wrong


@contextmanager
def store_dsn(chosen: Settings) -> Iterator[str]:
    """The DSN of the settings; without one a server of our own, started for as long as it is needed."""
    if chosen.store_dsn is not None:
        yield chosen.store_dsn
        return
    with serve(Path(chosen.store_dir)) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
        yield server.dsn


def progress_of_bytes(console: Console) -> Progress:
    """A bar that counts the bytes of files; nothing where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def progress_of_cases(console: Console) -> Progress:
    """A bar that counts cases."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
