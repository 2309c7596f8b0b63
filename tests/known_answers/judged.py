"""Real logs judged with rule books written for them, by the engine of `mingjing audit`."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mingjing import inputs
from mingjing.instants import micros, parse
from mingjing.scoring.lines import Line
from mingjing.settings import Settings
from mingjing.types import CaseEvent, Finding, NotJudged
from rules import load_engine
from rules.audit import Audit
from rules.casebook import Casebook
from rules.engine import Engine
from rules.sheets import Sheets

HERE = Path(__file__).parent


class Judged(NamedTuple):
    """What came out for one log."""

    findings: list[Finding]
    not_judged: list[NotJudged]
    cases: int
    as_of: int

    def by_case(self, rule: str) -> dict[str, Finding]:
        """The findings of a rule that has at most one per case."""
        found = [finding for finding in self.findings if finding.rule == rule]
        by_case = {finding.case_id or "": finding for finding in found}
        assert len(by_case) == len(found), f"{rule} has several findings for one case"
        return by_case

    def late(self, rule: str) -> set[str]:
        """The cases that a deadline flags and whose stop came: late, not merely silent."""
        return {case for case, finding in self.by_case(rule).items() if finding.status == "resolved"}


@cache
def judge(log: Path, book: str, timezone: str, as_of: str, keep: Callable[[CaseEvent], bool] | None = None) -> Judged:
    """Judges a log with `books/BOOK` and, where there is one, the catalogue `items/BOOK`.

    `keep` chooses the events that are judged; None: all.
    """
    with Casebook() as casebook:
        audit = Audit(engine(book, timezone), micros(parse(as_of)), casebook)
        for event in filter(keep, events(log)):
            audit.take(event)
        findings, not_judged = list[Finding](), list[NotJudged]()
        for _, found, notes in audit.judge():
            findings += found
            not_judged += notes
        return Judged(findings, not_judged, audit.tally.cases, audit.as_of)


@cache
def engine(book: str, timezone: str) -> Engine:
    """The engine of `books/BOOK` and, where there is one, the catalogue `items/BOOK`."""
    items = HERE / "items" / book
    rules = str(HERE / "books" / book)
    return load_engine(Settings(rules_dir=rules, items_dir=str(items) if items.is_dir() else None, timezone=timezone))


def scored(log: Path, sheets: Sheets, judged: Judged) -> dict[str, frozenset[Line]]:
    """The score lines of every case of a log, with what was found in it."""
    histories: dict[str, list[CaseEvent]] = defaultdict(list)
    for event in events(log):
        histories[event.case_id].append(event)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in judged.findings:
        found[finding.case_id or ""].append(finding)
    return {case: sheets.lines(history, found[case], {}) for case, history in histories.items()}


def verdicts(lines: Mapping[str, frozenset[Line]]) -> dict[str, Line]:
    """The verdict on the committed limit of every case that has one."""
    return {case: line for case, several in lines.items() for line in several if line.about == "committed"}


def answers(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of `expected/NAME.csv`."""
    with (folder / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def events(log: Path) -> Iterator[CaseEvent]:
    """The events of a log."""
    for record in inputs.read([log]):
        assert record.event is not None, f"{record.file}:{record.line}: {record.reason}"
        yield record.event
