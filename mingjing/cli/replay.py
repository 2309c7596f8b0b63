"""`mingjing replay`: judges the stored history with other rules and shows what would change."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjing import settings
from mingjing.access import WHOLE
from mingjing.cli.options import overridden
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.store import Store
from rules import load_engine


def replay(
    rules: Annotated[Path | None, typer.Option(help="A directory of rule files; else the settings' rule book.")] = None,
    items: Annotated[Path | None, typer.Option(help="A directory of item files (CSV, TOML).")] = None,
    registers: Annotated[
        Path | None, typer.Option(help="A directory of registers: units, regions, officers, windows, sources.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="Published ladders laid over the rules: `presets list`.")] = None,
    calendars: Annotated[Path | None, typer.Option(help="A directory of calendar overrides.")] = None,
    show: Annotated[int, typer.Option(min=0, help="List at most so many changes.")] = 20,
) -> None:
    """Judge the stored history again and show what would change: findings that would come, go, or read otherwise.

    Nothing is written. Standard output has one line per change: what, case, rule, finding, detail.
    """
    from streams.verify import verify as recomputed

    chosen = settings.load()
    chosen = overridden(
        chosen, rules_dir=rules, items_dir=items, registers_dir=registers, calendars_dir=calendars, preset=preset
    )
    engine = load_engine(chosen)
    console = Console(stderr=True)
    changes: Counter[tuple[str, str]] = Counter()
    listed = cases = 0
    with (
        store_dsn(chosen) as dsn,
        Store(dsn, profile="offline", scope=WHOLE) as store,
        progress_of_cases(console) as progress,
    ):
        total = store.query("cases_total", topic=chosen.topic_events)[0]["cases"]
        task = progress.add_task("judging", total=total)
        for case in recomputed(store, engine, chosen.topic_events, chosen.partitions, states=False):
            progress.advance(task)
            cases += 1
            for one in case.differences:
                changes[one.rule, one.kind] += 1
                if listed < show:
                    typer.echo(f"{WORDS[one.kind]}\t{one.case_id}\t{one.rule}\t{one.finding_id}\t{one.what}")
                    listed += 1
    table = Table("rule", "would come", "would go", "would change", title=f"{cases:,} cases judged again")
    for rule in sorted({rule for rule, _ in changes}):
        table.add_row(rule, *(f"{changes[rule, kind]:,}" for kind in WORDS))
    console.print(table if changes else f"{cases:,} cases judged again; nothing would change", highlight=False)


WORDS = {"missing": "comes", "invented": "goes", "different": "changes"}
