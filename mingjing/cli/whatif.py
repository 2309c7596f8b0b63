"""`mingjing whatif`: what would change if a rule said something else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mingjing import codec, settings
from mingjing.access import WHOLE
from mingjing.cli.parts import progress_of_cases, store_dsn
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.instants import micros
from mingjing.store import Store
from rules import Engine, load_engine, surroundings
from rules.book import Rule
from rules.history import History
from rules.reader import Surroundings
from rules.whatif import Change, Tally, compare, contradicted, draft, edited, told

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LISTED = 500
OFTEN = 200
"""Cases between two reports of progress."""


def whatif(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.")],
    change: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter and its value, like ladder.0.at=90% or most=3.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="The whole changed rule as a TOML file, instead of --set.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Judge the cases of so many days up to the last event.")] = 90,
    show: Annotated[int, typer.Option(min=0, help="List at most so many changes.")] = 20,
    json: Annotated[bool, typer.Option(help="Progress and the result as JSON lines on standard output.")] = False,
) -> None:
    """Change a rule on trial: judge the last months again and show what would come, go or read otherwise.

    Nothing is written and the rule book stays as it is. Exit status 1: the changed rule breaks its own examples.
    """
    chosen = settings.load()
    engine = load_engine(chosen)
    text = _text(engine, rule, change or [], file)
    mistakes: list[Mistake] = []
    around = surroundings(chosen, mistakes)
    if mistakes:
        raise BookError(mistakes)
    current = _rule(engine, rule)
    before, after = (_alone(engine, one, around, chosen, current) for one in (current.source_text, text))
    broken = contradicted(after.book, after.book.rules[0], chosen.timezone)
    counted = Tally()
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        latest = _latest(store, chosen.topic_events)
        until = latest + timedelta(milliseconds=1)
        since = until - timedelta(days=days)
        if current.kind == "population":
            changes = _periods(chosen, store, dsn, (before, after), (since, until), counted)
        else:
            changes = _cases(chosen, store, (before, after), (since, until), counted, json=json)
    _tell(json, show, since, until, counted, changes, broken, text)
    if broken:
        raise typer.Exit(1)


def _latest(store: Store, topic: str) -> datetime:
    found = store.query("cases_touched_total", topic=topic, types=[], since=EARLIEST, until=EARLIEST)[0]["latest"]
    moment: datetime = found.replace(tzinfo=found.tzinfo or UTC)
    return moment


def _cases(
    chosen: settings.Settings,
    store: Store,
    engines: tuple[Engine, Engine],
    span: tuple[datetime, datetime],
    counted: Tally,
    *,
    json: bool,
) -> list[Change]:
    """Both rules asked about every case to which something that they look at happened in the span."""
    from streams.verify import times_of

    topic, changes = chosen.topic_events, list[Change]()
    types = {t for one in engines for t in _types(one)}
    total = store.query("cases_touched_total", topic=topic, types=sorted(types), since=span[0], until=span[1])
    times = times_of(store, topic, chosen.partitions)
    teller = _Told(json, total[0]["cases"])
    with teller.bar as bar:
        task = bar.add_task("judging", total=teller.total)
        for _, partition, records in store.cases_touched(topic, types, *span):
            history = History(codec.decode(raw) for raw, _ in records)
            sources = {event.source or "" for event in history.events}
            known = times.get(partition)
            as_of = known.of(sources) if known and known.items() else micros(span[1])
            changes += compare(*engines, history.events, as_of, counted)
            bar.advance(task)
            teller.progress(counted.cases)
    return changes


def _periods(
    chosen: settings.Settings,
    store: Store,
    dsn: str,
    engines: tuple[Engine, Engine],
    span: tuple[datetime, datetime],
    counted: Tally,
) -> list[Change]:
    """Both rules over many cases asked about every period of the span."""
    from streams.population import Census

    calendar = surroundings(chosen, []).calendars.get(chosen.calendar)
    was, would = (
        Census(store, dsn, engine, calendar, chosen.timezone).trial(micros(span[1]), micros(span[0]))
        for engine in engines
    )
    return told(was, would, counted)


class _Told:
    """How far the judging has come, for a person or for a page."""

    def __init__(self, json: bool, total: int) -> None:
        self.json, self.total = json, total
        self.bar: Progress = progress_of_cases(Console(stderr=True))

    def progress(self, done: int) -> None:
        """Tells a page of every so many cases."""
        if self.json and done % OFTEN == 0:
            print(msgspec.json.encode({"done": done, "total": self.total}).decode(), flush=True)


def _rule(engine: Engine, rule_id: str) -> Rule:
    for rule in engine.book.rules:
        if rule.id == rule_id:
            return rule
    raise UsageError(f"no rule {rule_id!r} in this book; it has {', '.join(r.id for r in engine.book.rules)}")


def _text(engine: Engine, rule_id: str, changes: list[str], file: Path | None) -> str:
    source = _rule(engine, rule_id).source_text
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise UsageError(f"{file}: cannot be read as UTF-8: {wrong}") from wrong
    wanted = {}
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals or not path.strip():
            raise UsageError(f"--set {change!r}: write PARAMETER=VALUE, like limit=7 working_days")
        wanted[path.strip()] = value.strip()
    if not wanted:
        raise UsageError("nothing is changed; give --set PARAMETER=VALUE or --file FILE")
    return edited(source, wanted)


def _alone(engine: Engine, text: str, around: Surroundings, chosen: settings.Settings, current: Rule) -> Engine:
    book, _ = draft(text, around, current.file.path)
    return Engine(book, engine.catalogue, chosen.timezone, engine.registers)


def _types(engine: Engine) -> Iterator[str]:
    for slot in engine.book.rules[0].judge.triggers:
        yield from engine.book.table.types(slot)


def _tell(
    json: bool,
    show: int,
    since: datetime,
    until: datetime,
    counted: Tally,
    changes: list[Change],
    broken: list[str],
    text: str,
) -> None:
    changes.sort(key=lambda one: (-one.about.severity, one.about.occurred_at), reverse=False)
    if json:
        result = {
            "since": since,
            "until": until,
            "counted": counted,
            "changes": changes[:LISTED],
            "contradicted": broken,
            "text": text,
        }
        print(msgspec.json.encode({"result": result}).decode(), flush=True)
        return
    for one in islice(changes, show):
        about = one.about
        whose = about.case_id or about.subject
        typer.echo(f"{one.kind}\t{whose}\t{about.occurred_at.isoformat()}\t{_severities(one)}\t{about.message.en}")
    cases = f"{counted.cases:,} cases, " if counted.cases > 1 else ""
    table = Table("severity", "now", "then", title=f"{cases}{since:%Y-%m-%d} to {until:%Y-%m-%d}")
    for severity in (1, 2, 3):
        table.add_row(str(severity), f"{counted.before[severity]:,}", f"{counted.after[severity]:,}")
    console = Console(stderr=True)
    console.print(table)
    console.print(
        ", ".join(f"{kind} {counted.changes[kind]:,}" for kind in ("comes", "goes", "changes")), highlight=False
    )
    for title in broken:
        console.print(f"its own example {title!r} no longer holds", markup=False, highlight=False)


def _severities(one: Change) -> str:
    return "→".join(str(f.severity) if f else "–" for f in (one.before, one.after))
