"""`mingjing rules`: check, list and explain a rule book."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from mingjing import settings
from mingjing.calendars import Calendars
from mingjing.cli.options import overridden
from mingjing.errors import BookError, Mistake, UsageError
from mingjing.registers import load_registers
from mingjing.timetable import DEFAULT
from rules import surroundings
from rules.book import Book, load_book
from rules.catalogue import load_catalogue
from rules.engine import idle, idle_by_need
from rules.examples import check_examples
from rules.presets import load_overlay
from rules.reader import Surroundings

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The rule book: check, list, explain.")

AT_HOME = "Asia/Shanghai"

RulesDir = Annotated[Path | None, typer.Option("--rules", help="A directory of rule files; else the settings' book.")]
ItemsDir = Annotated[Path | None, typer.Option("--items", help="A directory of item files, checked too.")]
RegistersDir = Annotated[Path | None, typer.Option("--registers", help="A directory of registers, checked too.")]
PresetName = Annotated[str | None, typer.Option("--preset", help="Published ladders laid over the rules.")]


@app.command()
def check(
    rules: RulesDir = None, items: ItemsDir = None, registers: RegistersDir = None, preset: PresetName = None
) -> None:
    """Check a rule book with its examples, a preset over it, an item catalogue and registers.

    Exit status 1 and all mistakes if there are any.
    """
    chosen = overridden(settings.load(), items_dir=items, registers_dir=registers, preset=preset)
    mistakes: list[Mistake] = []
    around = surroundings(chosen, mistakes)
    book = None
    if _folder(rules, chosen) is None:
        around = Surroundings(Calendars(), DEFAULT, AT_HOME, "cn")  # what the shipped examples are written for
    try:
        book = load_book(_folder(rules, chosen), around, shipped=_folder(rules, chosen) is None)
        for rule in book.rules:
            mistakes += check_examples(book, rule, around.timezone)
        mistakes += _population(book, chosen.store_dsn, around)
    except BookError as wrong:
        mistakes += wrong.mistakes
    others: list[Callable[[], object]] = [
        lambda: load_catalogue(Path(chosen.items_dir) if chosen.items_dir else None),
        lambda: load_registers(Path(chosen.registers_dir) if chosen.registers_dir else None),
    ]
    if chosen.preset and book is not None:  # the book's own mistakes would be told twice
        others.append(lambda: load_book(_folder(rules, chosen), around, overlay=load_overlay(chosen.preset)))
    for load in others:
        try:
            load()
        except BookError as wrong:
            mistakes += wrong.mistakes
    for mistake in sorted(mistakes):
        print(mistake)
    if mistakes:
        print(f"{len(mistakes)} mistakes", file=sys.stderr)
        raise typer.Exit(1)
    assert book is not None
    examples = sum(len(rule.examples) for rule in book.rules)
    print(f"{len(book.rules)} rules, {examples} examples: no mistake", file=sys.stderr)


def _population(book: Book, dsn: str | None, around: Surroundings) -> list[Mistake]:
    """What is wrong with the queries of population rules and their examples, which only a store can tell."""
    from streams.examples import check_population_examples

    if dsn is not None:
        return check_population_examples(book, dsn, around.calendars.get(around.calendar), around.timezone)
    unchecked = [rule.id for rule in book.rules if rule.kind == "population"]
    if unchecked:
        print(f"not checked without a store (store_dsn): the queries of {', '.join(unchecked)}", file=sys.stderr)
    return []


@app.command("list")
def list_rules(rules: RulesDir = None, json: Annotated[bool, typer.Option(help="As JSON lines.")] = False) -> None:
    """List the rules of a book."""
    book, _ = _book(rules)
    if json:
        for rule in book.rules:
            row = {
                "id": rule.id,
                "kind": rule.kind,
                "version": rule.version,
                "name": rule.name,
                "basis": rule.basis,
                "lead": rule.lead,
                "needs": rule.needs,
            }
            print(msgspec.json.encode(row).decode())
        return
    table = Table()
    for heading in ("id", "kind", "名称", "name", "responsible", "needs", "version"):
        table.add_column(heading, overflow="fold")
    for rule in book.rules:
        names = (rule.name.zh, rule.name.en, ", ".join(rule.responsible), ", ".join(rule.needs), rule.version)
        table.add_row(rule.id, rule.kind, *map(escape, names))
    console = Console()
    console.print(table)
    chosen = settings.load()
    catalogue = load_catalogue(Path(chosen.items_dir) if chosen.items_dir else None)
    registers = load_registers(Path(chosen.registers_dir) if chosen.registers_dir else None)
    for lacking, names_idle in idle_by_need(idle(book, catalogue, registers)).items():
        console.print(f"idle for want of {lacking}: {', '.join(names_idle)}", highlight=False)


@app.command()
def explain(rule_id: Annotated[str, typer.Argument(metavar="ID")], rules: RulesDir = None) -> None:
    """Explain one rule: what it says, on what basis, what it misses, and its examples."""
    book, _ = _book(rules)
    rule = next((rule for rule in book.rules if rule.id == rule_id), None)
    if rule is None:
        known = ", ".join(rule.id for rule in book.rules)
        raise UsageError(f"no rule {rule_id!r} in this book; it has {known}")
    console = Console()
    console.print(f"[bold]{escape(rule.id)}  {escape(rule.name.zh)}  {escape(rule.name.en)}[/bold]")
    rows = {
        "kind": rule.kind,
        "version": rule.version,
        "依据 basis": rule.basis,
        "responsible": ", ".join(rule.responsible),
        "finds": "leads 线索, for a human to look into" if rule.lead else "breaches 违规",
        "needs": ", ".join(rule.needs) or "nothing but events",
        "known gaps": rule.known_gaps or "none stated",
        "file": rule.file.name,
    }
    for label, value in rows.items():
        console.print(f"[dim]{label}[/dim]  {escape(value)}")
    head, _, _ = rule.source_text.partition("[[example]]")
    console.print(Syntax(head.rstrip(), "toml", theme="ansi_light", background_color="default", word_wrap=True))
    for example in rule.examples:
        outcome = "flagged" if example["expect"] else "quiet"
        console.print(f"- {escape(str(example.get('title', 'example')))}: {outcome}")


def _folder(rules: Path | None, chosen: settings.Settings) -> Path | None:
    return rules or (Path(chosen.rules_dir) if chosen.rules_dir else None)


def _book(rules: Path | None) -> tuple[Book, Surroundings]:
    chosen = settings.load()
    mistakes: list[Mistake] = []
    around = surroundings(chosen, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return load_book(_folder(rules, chosen), around, overlay=load_overlay(chosen.preset)), around
