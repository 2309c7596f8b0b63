"""`mingjing scores check`, `repair`, `rebuild`: whether lines and sums are right, and making them so."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mingjing import metrics, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.cli.scorer import made
from mingjing.errors import UsageError
from mingjing.store import Store
from mingjing.store.score_checks import deltas, doubled, years
from mingjing.store.score_work import cases_from

if TYPE_CHECKING:
    from streams.scorer import Scorer

LOOKS = 3  # how often what differs is looked at again, because a scorer may be writing it just now
PAUSE_S = 2.0


def check(
    events: Annotated[bool, typer.Option("--events", help="Reckon the lines of all stored cases again too.")] = False,
    show: Annotated[int, typer.Option(min=0, help="List at most so many differences.")] = 20,
) -> None:
    """Recompute all sums from the score lines and compare, column by column.

    Exit status 1 if any differ. Standard output has one line per difference: what, when, who, by how much.
    """
    console = Console(stderr=True)
    chosen = settings.load()
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        found = wrong_sums(store)
        for _ in range(LOOKS - 1):
            if not found:
                break
            time.sleep(PAUSE_S)
            before = {_what(one) for one in found}
            found = [one for one in wrong_sums(store) if _what(one) in before]
        if events:
            found += _wrong_lines(made(chosen, store, metrics.Health("check")), store, console)
    for one in found[:show]:
        typer.echo(one)
    if found:
        console.print(f"{len(found):,} differences; `mingjing scores repair` mends sums, `rebuild` lines")
        raise typer.Exit(1)
    console.print("the sums are those of the lines" + (", and the lines those of the events" if events else ""))


def repair() -> None:
    """Make the sums those of the lines again. The scorer does that by itself; this is for when none runs."""
    with _alone() as keeping:
        wrong = keeping.check()
        for one in wrong:
            typer.echo(f"{one.grain}\t{one.span.code}\t{one.lines:+d} lines")
    Console(stderr=True).print(f"{len(wrong):,} sums repaired" if wrong else "the sums are those of the lines")


def rebuild() -> None:
    """Reckon the lines of all stored cases again, write what differs, and see that the sums follow."""
    from streams.scorer import passes

    console = Console(stderr=True)
    with _alone() as keeping, progress_of_cases(console) as progress:
        task = progress.add_task("reckoning", total=None)
        keeping.reckon_all()
        for again in passes(keeping):
            if again is not None:
                progress.update(task, completed=again.cases, total=max(again.total, again.cases))
        keeping.check()
    console.print("all lines are those of the events")


@contextmanager
def _alone() -> "Iterator[Scorer]":
    """The settings' scorer, while no other works."""
    from streams.lease import LeaseLost

    chosen = settings.load()
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        keeping = made(chosen, store, metrics.Health("scores"))
        try:
            keeping.begin()
            yield keeping
        except LeaseLost as held:
            raise UsageError(f"{held}; it keeps the sums right by itself, or stop it first") from held
        keeping.stop()


def wrong_sums(store: Store) -> list[str]:
    """What the sums lack, a line each; and lines that stand more than once."""
    found = []
    for grain, year in years(store):
        for one in deltas(store, grain, year):
            who = "/".join(word or "-" for word in one.who)
            by = ", ".join(_lacking(name, value) for name, value in one.lacks.items())
            found.append(f"sums\t{grain} {one.start}\t{who}\t{by}")
    return found + [f"line\t{one.subject}\t{one.line:016x}\tstands {one.times} times" for one in doubled(store)]


def _what(difference: str) -> tuple[str, ...]:
    return tuple(difference.split("\t")[:3])


def _lacking(name: str, value: object) -> str:
    """A sum and what has to be added to it, or to the parts of it."""
    if isinstance(value, dict):
        return f"{name} " + " ".join(f"{key}:{n:+d}" for key, n in value.items() if n)
    return f"{name} {value:+d}"


def _wrong_lines(keeping: "Scorer", store: Store, console: Console) -> list[str]:
    """What the lines lack or have too much, case by case; looked at again, because a scorer may be writing it."""
    with progress_of_cases(console) as progress:
        task = progress.add_task("reckoning", total=cases_from(store, ""))
        differing: list[str] = []
        for subjects, rows in keeping.differences():
            progress.advance(task, len(subjects))
            differing += dict.fromkeys(row.subject for row in rows)
    for _ in range(LOOKS - 1):
        if differing:
            time.sleep(PAUSE_S)
            differing = list(dict.fromkeys(row.subject for row in keeping.differing(differing)))
    return [
        f"line\t{row.subject}\t{row.line.day}\t{'lacks' if row.sign > 0 else 'should not have'} {row.line.about}"
        for row in keeping.differing(differing)
    ]
