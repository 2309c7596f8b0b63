"""`mingjing audit`: judges event files offline and writes the findings as JSON lines."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from mingjing import inputs, settings
from mingjing.cli.options import overridden
from mingjing.errors import UsageError
from mingjing.instants import at, micros, parse
from mingjing.types import DeadLetter
from rules import load_engine
from rules.audit import Audit, Sorted, Tally
from rules.casebook import Casebook
from rules.engine import idle_by_need

SHOWN = 5  # refused records that the summary quotes


def audit(
    events: Annotated[list[Path], typer.Argument(help="Event files: .jsonl, .csv, .xes, each also .gz.")],
    rules: Annotated[Path | None, typer.Option(help="A directory of rule files; else the settings' rule book.")] = None,
    items: Annotated[Path | None, typer.Option(help="A directory of item files (CSV, TOML).")] = None,
    registers: Annotated[
        Path | None, typer.Option(help="A directory of registers: units, regions, officers, windows, sources.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="Published ladders laid over the rules: `presets list`.")] = None,
    calendars: Annotated[Path | None, typer.Option(help="A directory of calendar overrides.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="How far time has passed, like 2026-01-31T18:00:00+08:00; else the last event.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File for the findings; else standard output.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="What the columns of a CSV, or names of an XES log, mean.")
    ] = None,
    dead_letters: Annotated[Path | None, typer.Option(help="File for the refused records, as JSON lines.")] = None,
    not_judged: Annotated[Path | None, typer.Option(help="File for what could not be judged, as JSON lines.")] = None,
) -> None:
    """Judge event files offline with the same engine as the worker.

    Findings are JSON lines in their latest revision, ordered by occurred_at. The summary goes to standard error.
    Exit status 0 whatever was found or refused.
    """
    chosen = settings.load()
    chosen = overridden(
        chosen, rules_dir=rules, items_dir=items, registers_dir=registers, calendars_dir=calendars, preset=preset
    )
    instant = _instant(as_of)
    _keep_apart(events, [path for path in (out, dead_letters, not_judged) if path is not None])
    inputs.read(events, mapping)  # what is wrong with the files is said before the rule book's mistakes
    engine = load_engine(chosen)
    console = Console(stderr=True)
    with (
        Casebook() as casebook,
        _output(out) as findings_to,
        _output(dead_letters, optional=True) as letters_to,
        _output(not_judged, optional=True) as notes_to,
        _progress(console) as progress,
    ):
        run = Audit(engine, instant, casebook)
        reading = progress.add_task("reading", total=inputs.size(events))
        limit = chosen.line_limit_mb << 20
        records = inputs.read(events, mapping, limit=limit, progress=lambda read: progress.advance(reading, read))
        refused = _take(run, records, letters_to)
        judging = progress.add_task("judging", total=casebook.parts)
        ordered = Sorted()
        for part, findings, notes in run.judge():
            progress.update(judging, completed=part)
            for finding in findings:
                ordered.add(finding)
            if notes_to is not None:
                notes_to.writelines(msgspec.json.encode(note) + b"\n" for note in notes)
        progress.update(judging, completed=casebook.parts)
        assert findings_to is not None
        for line in ordered.lines():
            findings_to.write(line + b"\n")
    _summary(console, run.tally, refused, casebook, at(run.as_of).isoformat() if run.tally.events else "-")
    for lacking, rules_idle in idle_by_need(engine.idle).items():
        console.print(f"idle for want of {lacking}: {', '.join(rules_idle)}", highlight=False)
    many = [rule.id for rule in engine.book.rules if rule.kind == "population"]
    if many:
        console.print(f"need the store (mingjing population): {', '.join(many)}", highlight=False)


def _instant(as_of: str | None) -> int | None:
    try:
        return None if as_of is None else micros(parse(as_of))
    except ValueError as wrong:
        raise UsageError(f"--as-of: {wrong}") from wrong


def _keep_apart(events: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Nothing is written over the events, nor two outputs into one file."""
    taken = {path.resolve() for path in events}
    for path in outputs:
        if path.resolve() in taken:
            raise UsageError(f"{path}: is read or written already; name another file")
        taken.add(path.resolve())


def _take(run: Audit, records: Iterator[inputs.Record], letters_to: BinaryIO | None) -> list[str]:
    """Takes the records in; the refused ones are counted, written down, and the first few told."""
    told: list[str] = []
    for record in records:
        if record.event is not None:
            run.take(record.event)
            continue
        run.tally.refused += 1
        if len(told) < SHOWN:
            told.append(f"{record.file}:{record.line}: {record.reason}")
        if letters_to is not None:
            letter = DeadLetter(
                reason=record.reason or "", raw=record.raw, at=datetime.now(UTC), file=record.file, line=record.line
            )
            letters_to.write(msgspec.json.encode(letter) + b"\n")
    return told


@contextmanager
def _output(path: Path | None, *, optional: bool = False) -> Iterator[BinaryIO | None]:
    if path is None:
        yield None if optional else sys.stdout.buffer
        return
    try:
        file = path.open("wb")
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be written: {wrong.strerror}") from wrong
    with file:
        yield file


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _summary(console: Console, tally: Tally, refused: list[str], casebook: Casebook, as_of: str) -> None:
    table = Table(title=f"Findings as of {as_of}")
    for heading in ("rule", "notice 预警", "yellow 黄牌", "red 红牌", "not judged"):
        table.add_column(heading, justify="left" if heading == "rule" else "right")
    rules = sorted({rule for rule, _ in tally.findings} | {rule for rule, _ in tally.not_judged})
    for rule in rules:
        counts = [str(tally.findings[rule, severity]) for severity in (1, 2, 3)]
        reasons = ", ".join(
            f"{reason} {count}" for (of, reason), count in sorted(tally.not_judged.items()) if of == rule
        )
        table.add_row(rule, *counts, reasons)
    console.print(table)
    console.print(
        f"cases judged {tally.cases}, events {tally.events}, findings {sum(tally.findings.values())}, "
        f"records refused {tally.refused}, duplicates {casebook.duplicates}, "
        f"conflicting contents {len(casebook.conflicts)}, after as-of {tally.left_out}",
        highlight=False,
    )
    for line in refused:
        console.print(f"refused {line}", highlight=False, markup=False, soft_wrap=True)
    if tally.refused > len(refused):
        console.print(f"… and {tally.refused - len(refused)} more refused; --dead-letters FILE keeps them all")
    for case_id, event_id in sorted(casebook.conflicts)[:SHOWN]:
        console.print(f"two contents of event {event_id} of case {case_id}", highlight=False, markup=False)
