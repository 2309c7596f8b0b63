"""`mingjing privacy`: how long what is recorded is kept, and its erasure."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjing import settings
from mingjing.access import WHOLE
from mingjing.cli.parts import store_dsn
from mingjing.instants import at
from mingjing.store import Store

app = typer.Typer(
    help="Personal data: how long they are kept, and their erasure.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def privacy() -> None:
    """Personal data: how long they are kept, and their erasure."""  # with a callback, a single command keeps its name


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to erase.")] = False,
) -> None:
    """Erase the bodies of recorded entries whose time is over; the chain stays whole and says what was erased.

    Needs a store_dsn that may ALTER (in a deployment the migrator's). Run it every night.
    """
    from mingjing.privacy.retention import over, retention
    from mingjing.record.erasure import erase
    from mingjing.record.keys import signer
    from mingjing.record.recorder import Recorder
    from mingjing.store.record import waiting

    chosen = settings.load()
    now = at(settings.clock_now(chosen))
    months = retention(chosen.privacy_file)
    before = over(months, now)
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        if dry_run:
            gone = {keep: waiting(store, keep, instant) for keep, instant in before.items()}
        else:
            with Store(chosen.desk_dsn or dsn, profile="offline") as own:
                gone = erase(Recorder(own, signer(chosen.seal_dir), "privacy"), store, now, before)
    table = Table("class", "kept for", "to erase" if dry_run else "erased", box=None, pad_edge=False)
    for keep, count in sorted(months.items()):
        table.add_row(keep, f"{count} months" if count else "good", f"{gone.get(keep, 0):,}")
    Console().print(table)
