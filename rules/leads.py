"""Leads 线索: signals combined into one ranked reason to look, and what every lead rule's file says of them.

A lead is no verdict. It needs at least `least` different signals, none of the innocent explanations 反面解释 holds, and
it says what a human should look at. docs/leads.md explains the rank with a worked example.
"""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any, NamedTuple

from mingjing.errors import Mistake
from mingjing.types import Lead, Signal, Text
from rules.reader import RuleReader

LEAST = 2
"""Nobody is pointed at for one sign alone (domain.md 8)."""

DIGITS = 4
"""Strengths and scores are rounded, so that equal histories give equal findings."""


def lead(signals: Iterable[Signal], cleared: Iterable[Text], sample: Text, least: int = LEAST) -> Lead | None:
    """The lead that signals make together, the strongest first; None where fewer than `least` differ in name.

    `cleared`: the innocent explanations that were checked and do not hold. A strength of 0 is no sign.
    """
    strong = sorted((s for s in signals if s.strength > 0), key=lambda s: (-s.strength, s.name.en, s.events))
    if len({s.name for s in strong}) < max(1, least):
        return None
    return Lead(score=score(s.strength for s in strong), signals=tuple(strong), cleared=tuple(cleared), sample=sample)


def score(strengths: Iterable[float]) -> float:
    """1 − Π(1 − strength): each further sign takes away its share of what doubt is left. From 0 to 1."""
    return round(1 - prod(1 - min(1.0, max(0.0, strength)) for strength in strengths), DIGITS)


class Named(NamedTuple):
    """A `[[signal]]` or `[[counter]]` of a rule file: its name, its weight, and the row with its other keys."""

    name: Text
    weight: float
    row: Mapping[str, Any]
    place: int


class Outline(NamedTuple):
    """What a lead rule's file says of its leads."""

    signals: tuple[Named, ...]
    counters: tuple[Named, ...]
    sample: Text
    least: int


def outline(reader: RuleReader, weight: float = 0.5) -> Outline:
    """`[[signal]]`, `[[counter]]`, `sample` and `least` of a rule file; every mistake is reported.

    A signal's `weight` is its strength at most; `weight` where it names none.
    """
    signals, counters = _rows(reader, "signal", weight), _rows(reader, "counter", 1.0)
    least = reader.whole("least", least=1, default=LEAST)
    if len({signal.name for signal in signals}) < least:
        reader.wrong("signal", f"has {len(signals)} [[signal]] of different names, but a lead needs least = {least}")
    return Outline(signals, counters, words(reader, "sample", reader.get("sample")), least)


def _rows(reader: RuleReader, key: str, weight: float) -> tuple[Named, ...]:
    reader.get(key)
    return tuple(
        Named(words(reader, key, row.get("name"), index), _weight(reader, key, row, index, weight), row, index)
        for index, row in enumerate(reader.file.tables(key, reader.mistakes))
    )


def _weight(reader: RuleReader, key: str, row: Mapping[str, Any], index: int, default: float) -> float:
    value = row.get("weight", default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        wrong(reader, key, index, f"weight {value!r} must be a number above 0 and at most 1")
        return default
    return float(value)


def words(reader: RuleReader, key: str, value: Any, index: int | None = None) -> Text:
    """Words in both languages, such as a signal's name."""
    if isinstance(value, dict) and all(isinstance(value.get(k), str) and value[k].strip() for k in ("zh", "en")):
        return Text(zh=value["zh"], en=value["en"])
    what = key if index is None else "name"
    wrong(reader, key, index, f'{what} must be a table like {{ zh = "节点同秒", en = "Nodes in one second" }}')
    return Text(zh="", en="")


def wrong(reader: RuleReader, key: str, index: int | None, message: str) -> None:
    """Reports a mistake at a key, or at the index-th `[[key]]`, with its line."""
    line = reader.file.line(key, index)
    reader.mistakes.append(Mistake(reader.file.name, line, message if index is None else f"[[{key}]] {message}"))


def unknown(reader: RuleReader, key: str, named: Named, known: Iterable[str]) -> None:
    """Reports the keys of a row that nobody knows."""
    every = {"name", "weight", *known} if key == "signal" else {"name", *known}
    for name in sorted(set(named.row) - every):
        message = f"unknown key {name!r}; known are: {', '.join(sorted(every))}"
        wrong(reader, key, named.place, message)
