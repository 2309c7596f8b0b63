"""What several commands open in the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from mingjing.settings import Settings
from mingjing.store import RuleText, Store
from mingjing.store.local import serve
from rules import Engine
from rules.eras import Eras


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


@contextmanager
def reader_dsn(chosen: Settings) -> Iterator[str]:
    """The DSN of the settings; without one a server of our own, asked as a user who can only read."""
    if chosen.store_dsn is not None:
        yield chosen.store_dsn
        return
    with serve(Path(chosen.store_dir)) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
        yield server.reader_dsn


@contextmanager
def desk_settings(chosen: Settings) -> Iterator[Settings]:
    """The settings, with a server of our own for as long as it is needed where they name no store."""
    if chosen.store_dsn is not None:
        yield chosen
        return
    with serve(Path(chosen.store_dir)) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
        yield replace(chosen, store_dsn=server.reader_dsn, desk_dsn=server.desk_dsn)


def keep_rules(store: Store, engine: Engine) -> None:
    """Store the texts of the rules that judge, so that a finding's rule can be read years later."""
    texts = [
        RuleText(
            rule=rule.id,
            rule_version=rule.version,
            kind=rule.kind,
            name_zh=rule.name.zh,
            name_en=rule.name.en,
            basis=rule.basis,
            text=rule.source_text,
        )
        for rule in (engine.rules if isinstance(engine, Eras) else engine.book.rules)
    ]
    store.write_rules(texts)


def progress_of_bytes(console: Console) -> Progress:
    """A bar that counts the bytes of files; nothing where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def progress_of_cases(console: Console) -> Progress:
    """A bar that counts cases."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
