"""`mingjing simulate`: a city that never was, its cases, and the answers."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mingjing.errors import UsageError
from mingjing.simulate import Rates, Stream, Summary, simulation, write
from mingjing.simulate.load import A_YEAR
from mingjing.simulate.rates import load as load_rates
from mingjing.simulate.tricks import gaming

START, DAYS, CASES_DAYS = date(2026, 3, 2), 30, 90


def simulate(
    out: Annotated[Path, typer.Option(help="Directory to fill; an earlier simulation there is replaced.")],
    cases: Annotated[int | None, typer.Option(min=1, help="So many ordinary cases, spread over the days.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days to simulate (30; with --cases 90).")] = None,
    year: Annotated[int | None, typer.Option(help="A whole year, about 300,000 cases; 2004 to 2026.")] = None,
    start: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day (2026-03-02).")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another city; the same seed, the same bytes.")] = 1,
    rates: Annotated[Path | None, typer.Option(help="TOML file of rates, like overdue = 0.006.")] = None,
    quality_spread: Annotated[
        float | None, typer.Option(min=0, max=3, help="How much windows differ, in logits: 0.8 is a lot (0).")
    ] = None,
    tricks: Annotated[
        str, typer.Option(help="all, few, none, or names: bulk_entry,brushing,… with their innocent look-alikes.")
    ] = "few",
    disorder: Annotated[bool, typer.Option(help="Also stream.jsonl: some events late, some twice.")] = False,
    gz: Annotated[bool, typer.Option(help="Write .jsonl.gz.")] = False,
) -> None:
    """Simulate a city's halls: events, books, what must be found (answers.csv), and who plays tricks (leads.csv)."""
    first, end = period(cases, days, year, start)
    chosen = load_rates(rates) if rates else Rates()
    if quality_spread is not None:
        chosen = replace(chosen, quality_spread=quality_spread)
    played = gaming.makers(gaming.named(tricks), cases or A_YEAR * (end - first).days // 365)
    stream = simulation(first, end, seed=seed, rates=chosen, cases=cases, tricks=played)
    console = Console(stderr=True)
    summary = _write(out, stream, console, disorder=disorder, compress=gz)
    console.print(_table(summary))
    console.print(f"{summary.cases:,} cases, {summary.events:,} events, as of {summary.as_of}: {out}", highlight=False)


def period(cases: int | None, days: int | None, year: int | None, start: datetime | None) -> tuple[date, date]:
    """The first day and the day after the last. Raises UsageError for options that exclude each other."""
    if year is not None:
        if days is not None or start is not None:
            raise UsageError("--year is a whole year: leave out --days and --start, or leave out --year")
        if not 1 <= year < date.max.year:
            raise UsageError(f"--year {year}: no such year; choose one within 2004 to 2026")
        return date(year, 1, 1), date(year + 1, 1, 1)
    first = start.date() if start else START
    try:
        return first, first + timedelta(days=days or (CASES_DAYS if cases else DAYS))
    except OverflowError as wrong:
        raise UsageError(f"--days {days}: the calendar ends in 2026; choose fewer days") from wrong


def _write(out: Path, stream: Stream, console: Console, *, disorder: bool, compress: bool) -> Summary:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("day", total=stream.end - stream.first)

        def progress(done: int, events: int) -> None:
            bar.update(task, completed=done, description=f"{events:,} events, day")

        return write(out, stream, disorder=disorder, compress=compress, progress=progress)


def _table(summary: Summary) -> Table:
    table = Table(title="Answers by rule")
    table.add_column("rule")
    table.add_column("findings", justify="right")
    for rule, count in summary.by_rule.items():
        table.add_row(rule, f"{count:,}")
    return table
