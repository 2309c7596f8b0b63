"""Leads 线索: signals combined into one ranked reason to look, and what every lead rule's file says of them.

A lead is no verdict. It needs at least `least` different signals, none of the innocent explanations 反面解释 holds, and
it says what a human should look at. docs/leads.md explains the rank with a worked example.
"""

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from mingjing.types import Lead, Signal, Text
from rules.reader import RuleReader
from rules.rows import Row, words

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


def strength(weight: float, far: float) -> float:
    """How strong a sign is: half its weight at the threshold, all of it far beyond (`far` from 0 to 1)."""
    return round(weight * (0.5 + 0.5 * min(1.0, max(0.0, far))), DIGITS)


def score(strengths: Iterable[float]) -> float:
    """1 − Π(1 − strength): each further sign takes away its share of what doubt is left. From 0 to 1."""
    return round(1 - prod(1 - min(1.0, max(0.0, each)) for each in strengths), DIGITS)


class Named(NamedTuple):
    """A `[[signal]]` or `[[counter]]` of a rule file: its name, its weight, and the row with its other keys."""

    name: Text
    weight: float
    row: Row


class Outline(NamedTuple):
    """What a lead rule's file says of its leads."""

    signals: tuple[Named, ...]
    counters: tuple[Named, ...]
    sample: Text
    least: int


def outline(reader: RuleReader, weight: float = 0.5) -> Outline:
    """`[[signal]]`, `[[counter]]`, `sample` and `least` of a rule file; every mistake is reported.

    A signal's `weight` is its strength at most; `weight` where it names none. Whoever reads a row's other keys asks it
    to `check` that no key is left.
    """
    signals, counters = _rows(reader, "signal", weight), _rows(reader, "counter", None)
    least = reader.whole("least", least=1, default=LEAST)
    different = len({signal.name for signal in signals})
    if different < least:
        reader.wrong("signal", f"{different} different [[signal]] there, but least = {least} are needed for a lead")
    return Outline(signals, counters, words(reader, "sample"), least)


def _rows(reader: RuleReader, key: str, weight: float | None) -> tuple[Named, ...]:
    reader.get(key)
    rows = [Row(reader, key, place, data) for place, data in enumerate(reader.file.tables(key, reader.mistakes))]
    return tuple(Named(words(row, "name"), 1.0 if weight is None else _weight(row, weight), row) for row in rows)


def _weight(row: Row, default: float) -> float:
    value = row.number("weight", default)
    if not 0 < value <= 1:
        row.wrong("weight", f"weight {value:g} must lie above 0 and at most at 1")
        return default
    return value
