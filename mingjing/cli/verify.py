"""`mingjing verify`: recomputes every stored finding from the stored events and compares."""

import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjing import settings
from mingjing.access import WHOLE
from mingjing.cli.approved import approved_engine
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.cli.population import made
from mingjing.settings import Settings
from mingjing.store import Store
from rules import Engine

if TYPE_CHECKING:
    from streams.verify import Difference

LOOKS = 3  # how often a case that differs is looked at again, because a worker may be writing it just now
PAUSE_S = 2.0


def verify(show: Annotated[int, typer.Option(min=0, help="List at most so many differences.")] = 20) -> None:
    """Judge every stored case again, at the time that the worker had reached, and compare with what is stored.

    Exit status 1 if anything is missing, invented or different: what is stored is then not what the rules say.
    """
    from streams.verify import verify as recomputed

    chosen = settings.load()
    engine = approved_engine(chosen, "verify")
    console = Console(stderr=True)
    counts: Counter[str] = Counter()
    differences: list[Difference] = []
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        with progress_of_cases(console) as progress:
            total = store.query("cases_total", topic=chosen.topic_events)[0]["cases"]
            task = progress.add_task("verifying", total=total)
            for case in recomputed(store, engine, chosen.topic_events, chosen.partitions):
                progress.advance(task)
                counts.update(cases=1, events=case.events, findings=len(case.findings))
                counts["not judged"] += case.not_judged
                differences += case.differences
        differences = _still(store, engine, chosen, differences)
        counted = made(chosen, store, dsn).verify()
        differences += counted.differences
        counts.update({"periods": counted.periods, "periods due again": counted.waiting, "findings": counted.findings})
    _report(console, counts, differences)
    for one in differences[:show]:
        typer.echo(f"{one.kind}\t{one.case_id}\t{one.rule}\t{one.finding_id}\t{one.what}")
    if differences:
        raise typer.Exit(1)


def _still(store: Store, engine: Engine, chosen: Settings, differences: "list[Difference]") -> "list[Difference]":
    """The differences that are still there when their cases are read again."""
    from streams.verify import again

    for _ in range(LOOKS):
        if not differences:
            break
        time.sleep(PAUSE_S)
        cases = dict.fromkeys(one.case_id for one in differences)
        differences = [
            one
            for case_id in cases
            for one in again(store, engine, chosen.topic_events, chosen.partitions, case_id).differences
        ]
    return differences


def _report(console: Console, counts: Counter[str], differences: "list[Difference]") -> None:
    table = Table(title="What is stored against what the rules say", show_header=False)
    for name in ("cases", "events", "findings", "not judged", "periods", "periods due again"):
        table.add_row(name, f"{counts[name]:,}")
    found = Counter(one.kind for one in differences)
    meanings = {
        "missing": "missing: the rules find it, the store lacks it",
        "invented": "invented: stored, but the rules do not find it",
        "different": "different: severity, status, instant or evidence",
        "state": "open cases whose next instant is wrong",
    }
    for kind, meaning in meanings.items():
        table.add_row(meaning, f"{found[kind]:,}", style="bold red" if found[kind] else "")  # type: ignore[index]
    console.print(table)
    if not differences:
        console.print("what is stored is what the rules say", highlight=False)
