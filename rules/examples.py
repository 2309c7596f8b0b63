"""The examples of rule files, judged: a rule shows by them what it flags and what it leaves quiet."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mingjing.codec import Refused, decode
from mingjing.errors import Mistake
from mingjing.instants import micros, parse
from mingjing.types import CaseEvent, Finding
from rules.book import Book, Rule
from rules.engine import Engine, Judgement
from rules.history import History
from rules.staging import catalogue_of, registers_of

CASE = "example"
ITEM = "example-item"


def judge_example(book: Book, rule: Rule, example: Mapping[str, Any], timezone: str) -> Judgement:
    """What a rule alone says of an example at its `as_of`. Raises ValueError where the example cannot be read."""
    engine, events, as_of = staged(book, rule, example, timezone)
    return engine.judge(events, as_of)


def staged(book: Book, rule: Rule, example: Mapping[str, Any], timezone: str) -> tuple[Engine, list[CaseEvent], int]:
    """A rule alone in what an example stands in, its events up to `as_of`, and that. Raises ValueError as above."""
    history = History(_events(example))
    alone = Book((rule,), book.table, book.accepted)
    engine = Engine(alone, catalogue_of(example), timezone, registers_of(example))
    as_of = micros(parse(str(example["as_of"])))
    return engine, [e for e in history.events if micros(e.occurred_at) <= as_of], as_of


def disagreement(book: Book, rule: Rule, example: Mapping[str, Any], timezone: str) -> str | None:
    """How an example's `expect` differs from what the rule finds; None where they agree.

    An entry of `expect` is compared in the keys that it has: `severity`, `at`, `status`, of a lead `score`. What a
    population rule finds shows only in the store (`streams.examples`): here it agrees.
    """
    if rule.kind == "population":
        return None
    try:
        judgement = judge_example(book, rule, example, timezone)
        wanted = sorted((_wanted(entry) for entry in example["expect"]), key=_order)
    except (ValueError, TypeError, AttributeError, KeyError) as wrong:
        return f"cannot be read: {wrong}"
    found = sorted(map(_found, judgement.findings), key=_order)
    agree = len(wanted) == len(found) and all(
        all(have.get(key) == value for key, value in want.items()) for want, have in zip(wanted, found, strict=True)
    )
    if agree:
        return None
    reasons = "".join(f"; not judged: {note.reason}" for note in judgement.not_judged)
    return f"expects {_say(wanted)}, but the rule finds {_say(found)}{reasons}"


def check_examples(book: Book, rule: Rule, timezone: str) -> list[Mistake]:
    """The examples of a rule that it does not fulfil, each with its line."""
    mistakes = []
    for index, example in enumerate(rule.examples):
        said = disagreement(book, rule, example, timezone)
        if said is not None:
            title = example.get("title", f"number {index + 1}")
            mistakes.append(Mistake(rule.file.name, rule.file.line("example", index), f"example {title!r} {said}"))
    return mistakes


def _events(example: Mapping[str, Any]) -> Iterator[CaseEvent]:
    for index, row in enumerate(example["events"], 1):
        filled = {"case_id": CASE, "event_id": f"e{index:04}", "item": ITEM, **row}
        try:
            yield decode(msgspec.json.encode(filled))
        except Refused as wrong:
            raise ValueError(f"event {index}: {wrong}") from wrong


def _wanted(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: parse(str(value)) if key == "at" else value for key, value in entry.items()}


def _found(finding: Finding) -> dict[str, Any]:
    found = {"severity": finding.severity, "at": finding.occurred_at, "status": finding.status}
    reasons = finding.evidence.lead
    return found if reasons is None else {**found, "score": reasons.score}


def _order(row: Mapping[str, Any]) -> tuple[str, int]:
    return (str(micros(row["at"])).zfill(20) if "at" in row else "", row.get("severity", 0))


def _say(rows: list[dict[str, Any]]) -> str:
    return ", ".join(" ".join(f"{key} {value}" for key, value in row.items()) for row in rows) or "nothing"
