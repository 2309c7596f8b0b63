"""`mingjing migrate`: the store's tables, up to date."""

import typer

from mingjing import settings
from mingjing.cli.parts import store_dsn
from mingjing.store import Store


def migrate() -> None:
    """Make the store's database and bring its tables up to date; what is up to date already is left alone.

    Run it before the first start and after every upgrade, with a user that may create tables.
    """
    with store_dsn(settings.load()) as dsn, Store(dsn, profile="offline") as store:
        done = store.migrate()
    typer.echo("\n".join(done) if done else "the store is up to date", err=True)
